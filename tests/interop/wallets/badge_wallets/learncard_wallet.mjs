// LearnCard's wallet, put together from its own packages as its app does. What it keeps stays in memory: LearnCard's
// cloud is no part of this.
import {readFile} from 'node:fs/promises';
import {generateLearnCard} from '@learncard/core';
import {getDidKeyPlugin} from '@learncard/didkey-plugin';
import {getDidKitPlugin} from '@learncard/didkit-plugin';
import {getOpenID4VCPlugin} from '@learncard/openid4vc-plugin';
import {getSdJwtVcPlugin} from '@learncard/sd-jwt-vc-plugin';
import {getVCPlugin} from '@learncard/vc-plugin';
import {loggingFetch} from './steps.mjs';

const WASM = new URL(import.meta.resolve('@learncard/didkit-plugin/dist/didkit/didkit_wasm_bg.wasm'));
export const STORE = 'Memory';

function memory() {
  const kept = [];
  const records = [];
  const upload = async (_, credential) => `memory:${kept.push(credential) - 1}`;
  return {
    name: STORE,
    methods: {},
    read: {get: async (_, uri) => kept[Number(uri.split(':')[1])]},
    store: {upload, uploadEncrypted: upload},
    index: {get: async () => records, add: async (_, record) => records.push(record) > 0}
  };
}

export async function newWallet(log) {
  const seed = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex');
  let wallet = await generateLearnCard();
  wallet = await wallet.addPlugin(await getDidKitPlugin(await readFile(WASM)));
  wallet = await wallet.addPlugin(await getDidKeyPlugin(wallet, seed, 'key'));
  wallet = await wallet.addPlugin(getVCPlugin(wallet));
  wallet = await wallet.addPlugin(await getSdJwtVcPlugin(wallet));
  wallet = await wallet.addPlugin(memory());
  return wallet.addPlugin(getOpenID4VCPlugin(wallet, {fetch: loggingFetch(log)}));
}

// What its app shows under a credential. The Rust library throws a text when it cannot even begin.
export async function verdictOf(wallet, credential) {
  try {
    const compact = credential.proof?.type === 'SdJwtCompactProof' ? credential.proof.jwt : null;
    const verdict = compact
      ? await wallet.invoke.verifySdJwtVc(compact)
      : await wallet.invoke.verifyCredential(credential);
    const {errors, checks, status} = verdict;
    return {errors, checks, revoked: status?.some(entry => entry.isSet) ?? null};
  } catch(error) {
    return {errors: [String(error.message ?? error)], checks: [], revoked: null};
  }
}
