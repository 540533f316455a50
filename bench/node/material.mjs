// What the one who measures tells all peers: the key, the status list. See bench/material.py.
import {readFileSync} from 'node:fs';

export const told = JSON.parse(readFileSync(process.env.BENCH_MATERIAL, 'utf8'));
export const seed = Buffer.from(told.seed, 'hex');
export const listText = told.status_list;

export function version(name) {
  const url = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${JSON.parse(readFileSync(url, 'utf8')).version}`;
}

// Says what the library said; errors tell nothing as JSON by themselves.
export const refused = result => new Error('not verified: ' + JSON.stringify(result, plain));

function plain(key, value) {
  return value instanceof Error ? {name: value.name, message: value.message, errors: value.errors} : value;
}
