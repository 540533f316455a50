// LearnCard's wallet, put together from its own packages as its app does: it takes offers, keeps and checks what it
// gets, and shows it. What it keeps stays in memory: LearnCard's cloud is no part of this.
// stdin: {"offers": [{"link", "txCode": optional}], "exchange": an interaction URL, "judged": credentials,
// "request": optional link of OpenID4VP, answered with what it keeps}.
// stdout: {"did", "kept": [{"format", "category", "vc", "verdict", "twin": verdict of a changed copy}],
// "failures": texts, "verdicts": of "judged",
// "shown": {"query": its id, "status"}, "asked": requests}; a verdict is {"errors", "checks", "revoked": or null}.
import {readFile} from 'node:fs/promises';
import {generateLearnCard} from '@learncard/core';
import {getDidKeyPlugin} from '@learncard/didkey-plugin';
import {getDidKitPlugin} from '@learncard/didkit-plugin';
import {getOpenID4VCPlugin} from '@learncard/openid4vc-plugin';
import {getSdJwtVcPlugin} from '@learncard/sd-jwt-vc-plugin';
import {getVCPlugin} from '@learncard/vc-plugin';
import {answer, loggingFetch, post} from './steps.mjs';

const WASM = new URL(import.meta.resolve('@learncard/didkit-plugin/dist/didkit/didkit_wasm_bg.wasm'));
const STORE = 'Memory';

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

async function newWallet(log) {
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
async function verdictOf(wallet, credential) {
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
