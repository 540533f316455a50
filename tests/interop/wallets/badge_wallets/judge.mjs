// LearnCard's packages and verifier-core of the Digital Credentials Consortium as judges, and LearnCard as issuer. They
// fetch by themselves; every answer comes from "documents", or from this machine where a service runs on it.
// stdin: {"by": LearnCard | DCC, "credential": JSON-LD or SD-JWT, "documents": {url: document}};
//   stdout: {"verified", "status": whether it is revoked, "error"}.
// stdin: {"by": LearnCard, "unsigned": documents}: each is signed under a new did:key; stdout: {"documents"}.
import {verifyCredential} from '@digitalcredentials/verifier-core';
import {newWallet, verdictOf} from './learncard_wallet.mjs';
import {answer, keepAtHome} from './steps.mjs';

async function dcc({credential}) {
  const {errors = [], log = []} = await verifyCredential({credential, knownDIDRegistries: []});
  const held = Object.fromEntries(log.map(({id, valid}) => [id, valid]));
  const wrong = [...errors.map(({name}) => name), ...log.filter(({error}) => error).map(({error}) => error.name)];
  return {
    verified: held.valid_signature === true && held.expiration === true && wrong.length === 0,
    status: held.revocation_status === undefined ? null : !held.revocation_status, error: wrong.join(' | ') || null
  };
}

async function learnCard({credential}) {
  const kept = typeof credential === 'string' ? {proof: {type: 'SdJwtCompactProof', jwt: credential}} : credential;
  const {errors, revoked} = await verdictOf(await newWallet([]), kept);
  const isTold = errors.some(text => text.includes('Status is not valid')); // of SD-JWT VCs
  const wrong = errors.filter(text => text !== 'Credential is revoked.');
  return {verified: wrong.length === 0, status: revoked ?? isTold, error: wrong.join(' | ') || null};
}

async function issue({unsigned}) {
  const wallet = await newWallet([]);
  const did = wallet.id.did();
  const documents = [];
  for(const document of unsigned) {
    const issuer = typeof document.issuer === 'object' ? {...document.issuer, id: did} : did;
    documents.push(await wallet.invoke.issueCredential({...document, issuer}));
  }
  return {documents};
}

await answer(async request => {
  keepAtHome(request.documents);
  const {by, unsigned} = request;
  return unsigned ? issue(request) : by === 'DCC' ? dcc(request) : learnCard(request);
});
