// Digital Bazaar's issuer as a reference: a good badge, a revoked one, and the status list of both, under a fixed did:key.
// stdout: {"credential", "revoked", "documents": {url: status list credential}}.
// With {"unsigned"} on stdin it signs that one instead, in its own name: {"credential"}.
import * as vc from '@digitalbazaar/vc';
import {createCredential, createList} from '@digitalbazaar/vc-bitstring-status-list';
import {answer, documentLoader, key, suite} from './loader.mjs';

const LIST_URL = 'https://issuer.example.org/status-lists/1';
const GOOD_INDEX = 2;
const REVOKED_INDEX = 5; // its mirror in the byte is 2: a judge that counts bits from the wrong end is noticed

const pair = await key(7);
const issue = credential => vc.issue({
  credential, suite: suite(pair.signer()), documentLoader: documentLoader({})
});

function badge(index) {
  return {
    '@context': ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
    id: `https://issuer.example.org/credentials/${index}`,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: 'Soldering, first steps',
    issuer: {id: pair.controller, type: ['Profile'], name: 'Example Workshop'},
    validFrom: '2026-09-01T00:00:00Z',
    credentialSubject: {
      id: 'urn:uuid:6f0b8a3e-5f1d-4f43-9d32-6c0f8f0f6a11',
      type: ['AchievementSubject'],
      achievement: {
        id: 'https://issuer.example.org/achievements/soldering',
        type: ['Achievement'],
        name: 'Soldering, first steps',
        description: 'Joins two wires so that they stay joined.',
        criteria: {narrative: 'Ten joints, none of them cold.'}
      }
    },
    credentialStatus: {
      id: `${LIST_URL}#${index}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: String(index),
      statusListCredential: LIST_URL
    }
  };
}

async function statusList() {
  const list = await createList({length: 131072});
  list.setStatus(REVOKED_INDEX, true);
  const unsigned = await createCredential({id: LIST_URL, list, statusPurpose: 'revocation'});
  return issue({...unsigned, issuer: pair.controller, validFrom: '2026-09-01T00:00:00Z'});
}

await answer(async ({unsigned}) => unsigned ?
  {credential: await issue({...unsigned, issuer: {...unsigned.issuer, id: pair.controller}})} :
  {
    credential: await issue(badge(GOOD_INDEX)),
    revoked: await issue(badge(REVOKED_INDEX)),
    documents: {[LIST_URL]: await statusList()}
  });
