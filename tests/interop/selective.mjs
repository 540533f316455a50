// Digital Bazaar's ecdsa-sd-2023 in its three roles.
// stdin: {"role": "issuer", "unsigned", "mandatoryPointers"} | {"role": "holder", "credential", "selectivePointers"} |
//        {"role": "verifier", "credential"}.
// stdout: {"credential"} of issuer and holder; {"verified": bool, "error": text | null} of the verifier.
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {answer, documentLoader} from './loader.mjs';

const loader = documentLoader({});

async function issue({unsigned, mandatoryPointers}) {
  const pair = await EcdsaMultikey.generate({curve: 'P-256'});
  pair.controller = `did:key:${pair.publicKeyMultibase}`;
  pair.id = `${pair.controller}#${pair.publicKeyMultibase}`;
  const cryptosuite = ecdsaSd.createSignCryptosuite({mandatoryPointers});
  const suite = new DataIntegrityProof({cryptosuite, signer: pair.signer(), date: '2026-09-01T00:00:00Z'});
  const credential = {...unsigned, issuer: {...unsigned.issuer, id: pair.controller}};
  return {credential: await vc.issue({credential, suite, documentLoader: loader})};
}

async function derive({credential, selectivePointers}) {
  const suite = new DataIntegrityProof({cryptosuite: ecdsaSd.createDiscloseCryptosuite({selectivePointers})});
  return {credential: await vc.derive({verifiableCredential: credential, suite, documentLoader: loader})};
}

async function verify({credential}) {
  const suite = new DataIntegrityProof({cryptosuite: ecdsaSd.createVerifyCryptosuite()});
  const checkStatus = async () => ({verified: true}); // the signature is asked about; other judges look at status lists
  const {verified, error} = await vc.verifyCredential({credential, suite, documentLoader: loader, checkStatus});
  const reasons = [error, ...(error?.errors ?? []), ...(error?.errors ?? []).map(one => one.cause)];
  return {verified, error: error ? reasons.filter(Boolean).map(one => one.message).join(' | ') : null};
}

const roles = {issuer: issue, holder: derive, verifier: verify};
await answer(request => roles[request.role](request));
