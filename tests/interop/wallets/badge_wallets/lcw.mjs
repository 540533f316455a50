// The Learner Credential Wallet, an app for phones that no registry has: its steps, read from its source (2.2.9 and
// later), with the libraries that it is made of. What is pasted or scanned, or stands in a file, is recognised in its
// order; an exchange is answered with a did:key and Ed25519Signature2020; then its verifier judges what it got.
// stdin: {"text": link, URL or JSON, or "file": base64, "registered": DIDs that its registry lists,
// "request": optional link by which it is asked to show what it got}
// stdout: {"did", "way", "kept": [{"credential", "verdict", "twin": verdict of a changed copy, "card": what it shows}],
// "shown": how many, "asked"}; a verdict is {"errors", "log": {check: whether it holds}}.
import {createServer} from 'node:http';
import {once} from 'node:events';
import {Ed25519Signature2020} from '@digitalcredentials/ed25519-signature-2020';
import {Ed25519VerificationKey2020} from '@digitalcredentials/ed25519-verification-key-2020';
import {securityLoader} from '@digitalcredentials/security-document-loader';
import * as vc from '@digitalcredentials/vc';
import {verifyCredential} from '@digitalcredentials/verifier-core';
import {answer, keepAtHome, post} from './steps.mjs';

const SCHEMES = ['dccrequest://', 'org.dcconsortium://', 'https://lcw.app/request', 'https://lcw.app/mobile'];
const asked = keepAtHome();
const documentLoader = securityLoader({fetchRemoteContexts: true}).build();

async function newKey() {
  const key = await Ed25519VerificationKey2020.generate();
  key.controller = `did:key:${key.fingerprint()}`;
  key.id = `${key.controller}#${key.fingerprint()}`;
  return key;
}

function present(key, asked, credentials) {
  const presentation = vc.createPresentation({
    holder: key.controller, verify: false, ...(credentials?.length > 0 && {verifiableCredential: credentials})
  });
  return vc.signPresentation({presentation, ...asked, documentLoader, suite: new Ed25519Signature2020({key})});
}

function contained(document) {
  return document.type?.includes('VerifiablePresentation') ? [document.verifiableCredential].flat() : [document];
}

// 1. a link of the older protocol: the challenge stands in it, and no domain is signed
async function older(url, key) {
  const {vc_request_url: place, challenge, auth_type: kind} = Object.fromEntries(new URL(url).searchParams);
  if(kind !== 'bearer') {
    throw new Error(`Unsupported auth_type value: "${kind}".`);
  }
  const body = await post(place, await present(key, {challenge}));
  return contained(body.verifiablePresentation ?? body);
}

// What is asked by example: each value must stand in the credential, and each of an array in the credential's.
function matches(example, value) {
  return Object.entries(example).every(([name, wanted]) => Array.isArray(wanted)
    ? Array.isArray(value[name]) && wanted.every(one => value[name].includes(one))
    : typeof wanted === 'object' ? matches(wanted, value[name]) : value[name] === wanted);
}

// 2. an invitation to an exchange: shown is what is asked for of what is held; the answer may hold what is offered
async function exchange({protocols}, key, held = []) {
  const {verifiablePresentationRequest: request} = await post(protocols.vcapi, {});
  const queries = [request.query].flat();
  if(queries.filter(({type}) => type === 'DIDAuthentication').length !== 1 || !request.challenge || !request.domain) {
    throw new Error('Both "challenge" and "domain" are required for DID Auth.');
  }
  const {challenge, domain} = request;
  const examples = queries.filter(({type}) => type === 'QueryByExample').map(({credentialQuery}) => credentialQuery);
  const chosen = held.filter(credential => examples.some(({example}) => matches(example, credential)));
  const body = await post(protocols.vcapi, {verifiablePresentation: await present(key, {challenge, domain}, chosen)});
  return body.verifiablePresentation ? contained(body.verifiablePresentation) : chosen;
}

function invitationOf(link) {
  return JSON.parse(decodeURI(new URL(link).searchParams.get('request')));
}

const recognised = [
  ['older link', async (text, key) => SCHEMES.some(scheme => text.startsWith(scheme)) &&
    text.includes('vc_request_url=') && older(text, key)],
  ['link', async (text, key) => SCHEMES.some(scheme => text.startsWith(scheme)) &&
    exchange(invitationOf(text), key)],
  ['interaction', async (text, key) => /^interaction:|[?&]iuv=/.test(text) && exchange(await (await fetch(
    text.replace(/^interaction:/, ''), {headers: {Accept: 'application/json'}})).json(), key)],
  ['message', async (text, key) => text.startsWith('{') && 'protocols' in JSON.parse(text) &&
    exchange(JSON.parse(text), key)],
  ['URL', async text => /^https?:\/\/.+/.test(text) &&
    contained(JSON.parse((await (await fetch(text)).text()).trim()))],
  ['JSON', async text => /^{.*}$/s.test(text) && contained(JSON.parse(text))]
];

async function add(text, key) {
  for(const [way, from] of recognised) {
    const credentials = await from(text.trim(), key);
    if(credentials) {
      return {way, credentials};
    }
  }
  throw new Error('No credentials were resolved from the text');
}

// A picture is searched for the keyword as bytes, and the object after it ends where its braces are balanced.
function textOf(file) {
  const bytes = Buffer.from(file, 'base64');
  if(bytes.toString('latin1', 1, 4) !== 'PNG') {
    return bytes.toString('utf8');
  }
  const text = bytes.toString('latin1');
  const start = text.indexOf('{', text.indexOf('openbadgecredential'));
  let end = start;
  for(let open = 0; end < text.length; end++) {
    open += {'{': 1, '}': -1}[text[end]] ?? 0;
    if(open === 0) {
      break;
    }
  }
  return JSON.stringify(JSON.parse(text.slice(start, end + 1)), null, 2);
}

function imageOf(image) {
  return typeof image === 'object' && 'id' in image && 'type' in image ? image.id : image ?? null;
}

// What stands on the card of an Open Badge.
function card({issuer, credentialSubject, validUntil}) {
  const achievement = [credentialSubject.achievement].flat()[0];
  const alignments = (achievement.alignment ?? []).filter(one => one.targetName && one.targetUrl.trim());
  return {
    title: achievement.name, kind: achievement.achievementType, description: achievement.description,
    criteria: achievement.criteria.narrative, image: imageOf(achievement.image), issuer: issuer.name, url: issuer.url,
    issuerImage: imageOf(issuer.image), until: validUntil ?? null, alignments: alignments.map(one => one.targetName)
  };
}

async function registry(dids) {
  const listed = Object.fromEntries(dids.map(did => [did, {name: 'Listed', url: 'https://registry.example'}]));
  const server = createServer((_, response) => response.end(JSON.stringify({registry: listed}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {server, known: [{name: 'A registry', type: 'dcc-legacy', url: `http://127.0.0.1:${server.address().port}/`}]};
}

async function judged(credential, knownDIDRegistries) {
  const {errors = [], log = []} = await verifyCredential({credential, knownDIDRegistries});
  const checks = log.map(({id, valid, error}) => [id, valid ?? error]);
  return {errors: errors.map(({name}) => name), log: Object.fromEntries(checks)};
}

await answer(async ({text, file, request, registered = []}) => {
  const key = await newKey();
  const {way, credentials} = await add(file ? textOf(file) : text, key);
  const {server, known} = await registry(registered);
  const kept = [];
  for(const credential of credentials) {
    const verdict = await judged(credential, known);
    const twin = await judged({...credential, name: 'Something else'}, known);
    kept.push({credential, verdict, twin, card: card(credential)});
  }
  server.close();
  const shown = request && await exchange(invitationOf(request), key, credentials);
  return {did: key.controller, way, kept, shown: shown?.length ?? null, asked};
});
