// jose, what one uses in Node for JWTs: the badge's members and its registered claims, EdDSA.
import {SignJWT, importJWK, jwtVerify} from 'jose';
import {createPrivateKey} from 'node:crypto';
import {seed, told, version} from './material.mjs';

export const VERSION = version('jose');

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex'); // RFC 8410 section 7, before the seed
const jwk = createPrivateKey({key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8'}).export({format: 'jwk'});
const privateKey = await importJWK(jwk, 'EdDSA');
const publicKey = await importJWK({kty: jwk.kty, crv: jwk.crv, x: jwk.x}, 'EdDSA');
const seconds = moment => Math.floor(new Date(moment).getTime() / 1000);

async function issue(text) {
  const document = JSON.parse(text);
  const claims = {iss: document.issuer.id, jti: document.id, sub: document.credentialSubject.id};
  const ends = document.validUntil && {exp: seconds(document.validUntil)};
  return new SignJWT({...document, ...claims, nbf: seconds(document.validFrom), ...ends})
    .setProtectedHeader({alg: 'EdDSA', typ: 'JWT', kid: told.method}).sign(privateKey);
}

async function verify(text) {
  await jwtVerify(text, publicKey, {issuer: told.issuer});
  return '';
}

export const operations = {jwt: {issue, verify}};
