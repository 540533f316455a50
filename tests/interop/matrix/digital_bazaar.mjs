// Digital Bazaar's libraries sign and judge with every suite that they have for badges.
// stdin: {"role": "issuer", "kind", "documents": unsigned ones, "issuer": optional did:web, "show": pointers}:
//   each is issued in the name of the kind's key, or of the did:web; stdout: {"documents", "issuer", "cid": its document}.
// stdin: {"role": "verifier", "credential", "documents": {url: document}}; stdout: {"verified", "status", "error"}.
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {cryptosuite as ecdsa} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsa} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {answer, documentLoader, key} from '../loader.mjs';

const DATE = '2026-09-01T00:00:00Z';
const MANDATORY = ['/issuer', '/validFrom', '/validUntil', '/credentialStatus', '/credentialSubject/achievement/name'];

const KINDS = {
  'eddsa-rdfc-2022': {pair: () => key(11), suite: signer => integrity(eddsa, signer)},
  'ecdsa-rdfc-2019, P-256': {pair: () => curve('P-256'), suite: signer => integrity(ecdsa, signer)},
  'ecdsa-rdfc-2019, P-384': {pair: () => curve('P-384'), suite: signer => integrity(ecdsa, signer)},
  'ecdsa-sd-2023': {pair: () => curve('P-256'), suite: signer => integrity(ecdsa, signer), shows: true},
  Ed25519Signature2020: {pair: () => key(11), suite: signer => new Ed25519Signature2020({signer, date: DATE})}
};

function integrity(cryptosuite, signer) {
  return new DataIntegrityProof({cryptosuite, signer, date: DATE});
}

async function curve(name) {
  const pair = await EcdsaMultikey.generate({curve: name});
  pair.controller = `did:key:${pair.publicKeyMultibase}`;
  pair.id = `${pair.controller}#${pair.publicKeyMultibase}`;
  return pair;
}

async function issue({kind, documents, issuer, show}) {
  const {pair: make, suite, shows} = KINDS[kind];
  const pair = await make();
  if(issuer) {
    pair.controller = issuer;
    pair.id = `${issuer}#key-1`;
  }
  const signer = {...pair.signer(), id: pair.id};
  const loader = documentLoader({});
  const sign = unsigned => {
    const named = typeof unsigned.issuer === 'object' ? {...unsigned.issuer, id: pair.controller} : pair.controller;
    const credential = {...unsigned, issuer: named};
    const isBadge = !unsigned.type.includes('BitstringStatusListCredential');
    return shows && isBadge ? shown(credential, signer, show, loader) :
      vc.issue({credential, suite: suite(signer), documentLoader: loader});
  };
  return {documents: await Promise.all(documents.map(sign)), issuer: pair.controller, cid: await cid(pair)};
}

// What a holder shows of a base proof.
async function shown(credential, signer, selectivePointers, loader) {
  const base = ecdsaSd.createSignCryptosuite({mandatoryPointers: MANDATORY});
  const verifiableCredential = await vc.issue({credential, suite: integrity(base, signer), documentLoader: loader});
  const suite = new DataIntegrityProof({cryptosuite: ecdsaSd.createDiscloseCryptosuite({selectivePointers})});
  return vc.derive({verifiableCredential, suite, documentLoader: loader});
}

async function cid(pair) {
  const method = await pair.export({publicKey: true, includeContext: false});
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'], id: pair.controller,
    verificationMethod: [{...method, id: pair.id, controller: pair.controller}], assertionMethod: [pair.id]
  };
}

function reasons(error) {
  return error ? [error.message, ...(error.errors ?? []).flatMap(reasons), ...reasons(error.cause)] : [];
}

async function judge({credential, documents}) {
  const result = await vc.verifyCredential({
    credential, documentLoader: documentLoader(documents), checkStatus,
    suite: [
      integrity(eddsa), integrity(ecdsa), integrity(ecdsaSd.createVerifyCryptosuite()), new Ed25519Signature2020()
    ]
  });
  const bits = result.statusResult?.results?.map(entry => entry.status) ?? [];
  const wrong = [...reasons(result.error), ...reasons(result.statusResult?.error)];
  return {
    verified: result.verified, status: bits.length === 0 ? null : bits.some(Boolean),
    error: wrong.length === 0 ? null : [...new Set(wrong)].join(' | ')
  };
}

await answer(request => request.role === 'issuer' ? issue(request) : judge(request));
