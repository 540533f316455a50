// A holder with the OpenWallet Foundation's library fetches a badge over OpenID4VCI and shows it over OpenID4VP.
// Which of the queries the badge answers is decided by dcql; presentations are signed with @digitalbazaar/vc (ldp_vc,
// with an older or newer suite), jose (jwt_vc_json) and @sd-jwt/sd-jwt-vc (dc+sd-jwt).
// stdin: {"offer": link, "request": link, "format", "how": ed25519-2020 | eddsa-2022 for ldp_vc,
// "instead": members of the request that the holder signs wrongly, "twice"}.
// stdout: {"client", "version", "matches": ids of queries, "status": of the answers, "holder"}.
import {createHash, randomBytes} from 'node:crypto';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import * as vc from '@digitalbazaar/vc';
import {Openid4vpClient} from '@openid4vc/openid4vp';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import {DcqlQuery} from 'dcql';
import * as jose from 'jose';
import {documentLoader, suite} from '../loader.mjs';
import {callbacks, fetched} from './fetched.mjs';
import {answer, newKey} from './wallet.mjs';

const ALG = {ldp_vc: 'EdDSA', jwt_vc_json: 'ES256', 'dc+sd-jwt': 'ES256'};
const METHOD = {ldp_vc: 'did:key', jwt_vc_json: 'did:jwk', 'dc+sd-jwt': 'jwk'};
const V2 = 'https://www.w3.org/ns/credentials/v2';

// The badge as dcql knows it; types are compared as IRIs, as OpenID4VP has it.
function described(format, credential) {
  const payload = typeof credential === 'string' ? jose.decodeJwt(credential.split('~')[0]) : credential;
  const claims = payload.vc ?? payload;
  const types = (claims.type ?? []).map(name => name === 'OpenBadgeCredential'
    ? `https://purl.imsglobal.org/spec/vc/ob/vocab.html#${name}` : name);
  const named = format === 'dc+sd-jwt' ? {vct: claims.vct} : {type: types};
  return {credential_format: format, claims, cryptographic_holder_binding: true, ...named};
}

function matchesOf(query, credential) {
  const parsed = DcqlQuery.parse(query);
  DcqlQuery.validate(parsed);
  const result = DcqlQuery.query(parsed, [credential]);
  if(!result.can_be_satisfied) {
    throw new Error(`The badge answers no query: ${JSON.stringify(result)}`);
  }
  return Object.entries(result.credential_matches).filter(([, match]) => match.success).map(([id]) => id);
}

const present = {
  // As LearnCard does with the older suite; as the specification's own example with the newer one.
  ldp_vc: async ({credential, key, nonce, clientId, how}) => {
    const signer = {
      id: key.kid, algorithm: 'Ed25519',
      sign: async ({data}) => new Uint8Array(await crypto.subtle.sign('Ed25519', key.privateKey, data))
    };
    const isOld = how === 'ed25519-2020';
    const contexts = isOld ? [V2, 'https://w3id.org/security/suites/ed25519-2020/v1'] : [V2];
    const presentation = {
      '@context': contexts, type: ['VerifiablePresentation'], holder: key.did, verifiableCredential: [credential]
    };
    return vc.signPresentation({
      presentation, challenge: nonce, domain: clientId, documentLoader: documentLoader({}),
      suite: isOld ? new Ed25519Signature2020({signer}) : suite(signer),
      ...(isOld ? {purpose: learnCardsPurpose(nonce, clientId)} : {})
    });
  },
  jwt_vc_json: ({credential, key, nonce, clientId}) => new jose.SignJWT({
    nonce,
    vp: {
      '@context': ['https://www.w3.org/2018/credentials/v1'], type: ['VerifiablePresentation'],
      verifiableCredential: [credential]
    }
  }).setProtectedHeader({alg: 'ES256', typ: 'JWT', kid: key.kid}).setIssuer(key.did).setAudience(clientId)
    .setIssuedAt().sign(key.privateKey),
  'dc+sd-jwt': ({credential, key, nonce, clientId}) => new SDJwtVcInstance({
    hasher: (data, alg) => createHash(alg.replace('-', '')).update(
      typeof data === 'string' ? data : Buffer.from(data)).digest(),
    hashAlg: 'sha-256',
    saltGenerator: count => randomBytes(count).toString('hex'),
    kbSignAlg: 'ES256',
    kbSigner: async data => Buffer.from(await crypto.subtle.sign(
      {name: 'ECDSA', hash: 'SHA-256'}, key.privateKey, Buffer.from(data))).toString('base64url')
  }).present(credential, {credentialSubject: {result: true}}, {
    kb: {payload: {iat: Math.floor(Date.now() / 1000), aud: clientId, nonce}}
  })
};

// LearnCard signs for assertions where other wallets sign for authentication; the library asks a purpose for no more.
function learnCardsPurpose(challenge, domain) {
  return {
    term: 'assertionMethod',
    update: async proof => ({...proof, proofPurpose: 'assertionMethod', challenge, domain})
  };
}

await answer(async ({offer, request, format, how, instead = {}, twice = false}) => {
  const log = [];
  const key = await newKey(ALG[format], METHOD[format]);
  const {credentials: [credential]} = await fetched({link: offer, keys: [key], log});
  const client = new Openid4vpClient({callbacks: callbacks([key], log)});
  const {params} = client.parseOpenid4vpAuthorizationRequest({authorizationRequest: request});
  const resolved = await client.resolveOpenId4vpAuthorizationRequest({authorizationRequestPayload: params});
  const asked = resolved.authorizationRequestPayload;
  const matches = matchesOf(resolved.dcql.query, described(format, credential));
  const presentation = await present[format](
    {credential, key, how, nonce: asked.nonce, clientId: asked.client_id, ...instead});
  const created = await client.createOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: asked,
    authorizationResponsePayload: {vp_token: {[matches[0]]: [presentation]}}
  });
  const status = [];
  for(let left = twice ? 2 : 1; left > 0; left--) {
    const {response} = await client.submitOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: asked,
      authorizationResponsePayload: created.authorizationResponsePayload
    });
    status.push(response.status);
  }
  return {client: resolved.client.prefix, version: resolved.version, matches, status, holder: key.did};
});
