// A holder with Digital Bazaar's library presents credentials, under a fixed did:key.
// stdin: {"credentials", "challenge", "domain"}; stdout: the signed presentation.
import * as vc from '@digitalbazaar/vc';
import {answer, documentLoader, key, suite} from './loader.mjs';

const pair = await key(8);

await answer(({credentials, challenge, domain}) => vc.signPresentation({
  presentation: vc.createPresentation({
    verifiableCredential: credentials, holder: pair.controller, version: 2.0, verify: false
  }),
  suite: suite(pair.signer()), challenge, domain, documentLoader: documentLoader({})
}));
