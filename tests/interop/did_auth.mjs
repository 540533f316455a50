// What the Learner Credential Wallet does, with the library that it is made of: it asks an exchange over https what is
// wanted, shows a did:key with Ed25519Signature2020, and checks the badge that it gets with @digitalbazaar/vc.
// stdin: {"url", "documents"}; stdout: {"credential", "verified", "errors", "refused"}.
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import * as vc from '@digitalbazaar/vc';
import {answer, documentLoader, key, suite} from './loader.mjs';

const CONTEXTS = ['https://www.w3.org/ns/credentials/v2', 'https://w3id.org/security/suites/ed25519-2020/v1'];

async function post(url, body) {
  const response = await fetch(url, {
    method: 'POST', headers: {'Content-Type': 'application/json', Accept: 'application/json'}, body: JSON.stringify(body)
  });
  return {status: response.status, body: await response.json()};
}

await answer(async ({url, documents, older}) => {
  const pair = await key(9);
  const {body} = older ? {body: {verifiablePresentationRequest: older}} : await post(url, {});
  const {challenge, domain} = body.verifiablePresentationRequest;
  const presentation = {'@context': CONTEXTS, type: ['VerifiablePresentation'], holder: pair.controller};
  const signer = {...pair.signer(), id: pair.id};
  const signed = await vc.signPresentation({
    presentation, challenge, domain, documentLoader: documentLoader({}),
    suite: new Ed25519Signature2020({signer})
  });
  const got = await post(url, older ? signed : {verifiablePresentation: signed});
  if(got.status !== 200) {
    return {refused: got};
  }
  const credential = older ? got.body : got.body.verifiablePresentation.verifiableCredential[0];
  const result = await vc.verifyCredential({
    credential, suite: suite(), documentLoader: documentLoader(documents), checkStatus: async () => ({verified: true})
  });
  const again = await post(url, older ? signed : {});
  return {
    credential, holder: pair.controller, verified: result.verified, again: again.status,
    errors: (result.error?.errors ?? []).map(error => String(error))
  };
});
