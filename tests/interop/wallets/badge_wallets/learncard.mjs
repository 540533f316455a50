// LearnCard's wallet takes offers, keeps and checks what it gets, and shows it.
// stdin: {"offers": [{"link", "txCode": optional}], "exchange": an interaction URL, "judged": credentials,
// "request": optional link of OpenID4VP, answered with what it keeps}.
// stdout: {"did", "kept": [{"format", "category", "vc", "verdict", "twin": verdict of a changed copy}],
// "failures": texts, "verdicts": of "judged",
// "shown": {"query": its id, "status"}, "asked": requests}; a verdict is {"errors", "checks", "revoked": or null}.
import {newWallet, STORE, verdictOf} from './learncard_wallet.mjs';
import {answer, post} from './steps.mjs';

function changed(credential) {
  const {jwt, ...proof} = [credential.proof].flat()[0];
  const twin = {...credential, name: 'Something else'};
  return jwt ? {...twin, proof: {...proof, jwt: jwt.replace(/^([^.]+\.[^.]+\.).{8}/, '$1AAAAAAAA')}} : twin;
}

async function take(wallet, {link, txCode}) {
  const {stored, failures} = await wallet.invoke.acceptAndStoreCredentialOffer(link, {storage: STORE, txCode});
  const kept = stored.map(async one => ({...one, ...await checked(wallet, one.vc)}));
  return {kept: await Promise.all(kept), failures: failures.map(({error}) => error.message)};
}

async function checked(wallet, vc) {
  return {vc, verdict: await verdictOf(wallet, vc), twin: await verdictOf(wallet, changed(vc))};
}

// VC-API: asked for its DID, it shows it; the answer to that holds the credential.
async function exchange(wallet, interaction) {
  const {protocols: {vcapi}} = await (await fetch(interaction, {headers: {Accept: 'application/json'}})).json();
  const {verifiablePresentationRequest: {challenge, domain}} = await post(vcapi, {});
  const shown = await wallet.invoke.getDidAuthVp({challenge, domain});
  const {verifiablePresentation: {verifiableCredential}} = await post(vcapi, {verifiablePresentation: shown});
  return {kept: [await checked(wallet, [verifiableCredential].flat()[0])], failures: []};
}

async function show(wallet, request) {
  const records = await wallet.index[STORE].get();
  const pool = await Promise.all(records.map(async ({uri, format}) => {
    const credential = await wallet.read.get(uri);
    return {credential: credential.data ?? credential, format};
  }));
  const {dcqlSelection: {matches}} = await wallet.invoke.prepareVerifiablePresentation(request, pool);
  const {credentialQueryId, candidates} = Object.values(matches).find(match => match.candidates.length > 0);
  const chosen = [{credentialQueryId, candidate: candidates[0]}];
  const {submitted} = await wallet.invoke.presentCredentials(request, chosen);
  return {query: credentialQueryId, status: submitted.status};
}

await answer(async ({offers = [], exchange: interaction, judged = [], request}) => {
  const asked = [];
  const wallet = await newWallet(asked);
  const taken = [];
  for(const offer of offers) {
    taken.push(await take(wallet, offer));
  }
  if(interaction) {
    taken.push(await exchange(wallet, interaction));
  }
  const verdicts = [];
  for(const credential of judged) {
    verdicts.push(await verdictOf(wallet, credential));
  }
  return {
    did: wallet.id.did(), kept: taken.flatMap(({kept}) => kept), failures: taken.flatMap(({failures}) => failures),
    verdicts, asked, shown: request && await show(wallet, request)
  };
});
