// The npm package jose signs and judges VC-JWTs. It knows signatures, and nothing of credentials.
// stdin: {"role": "issuer", "alg", "documents"}: each becomes a JWT whose payload is the credential (Open Badges 3.0
//   section 8.2), RS256 with its key in the header, the others under did:jwk; stdout: {"tokens", "issuer"}.
// stdin: {"role": "verifier", "token", "jwks"}; stdout: {"verified", "error"}.
import * as jose from 'jose';
import {answer} from '../loader.mjs';

const seconds = moment => Math.floor(Date.parse(moment) / 1000);

async function issue({alg, documents}) {
  const {publicKey, privateKey} = await jose.generateKeyPair(alg, {extractable: true});
  const {kty, crv, x, y, n, e} = await jose.exportJWK(publicKey);
  const jwk = JSON.parse(JSON.stringify({kty, crv, x, y, n, e}));
  const issuer = 'did:jwk:' + Buffer.from(JSON.stringify(jwk)).toString('base64url');
  const header = {alg, typ: 'JWT', ...(alg === 'RS256' ? {jwk} : {kid: `${issuer}#0`})};
  const sign = unsigned => {
    const document = {
      ...unsigned, issuer: typeof unsigned.issuer === 'object' ? {...unsigned.issuer, id: issuer} : issuer
    };
    return new jose.SignJWT({
      ...document, iss: issuer, jti: document.id, sub: document.credentialSubject.id, nbf: seconds(document.validFrom),
      ...(document.validUntil && {exp: seconds(document.validUntil)})
    }).setProtectedHeader(header).sign(privateKey);
  };
  return {tokens: await Promise.all(documents.map(sign)), issuer};
}

// To find the key that the header names is its callers' business: each key of the issuer is tried.
async function judge({token, jwks}) {
  const {alg} = jose.decodeProtectedHeader(token);
  const kty = {ES256: 'EC', RS256: 'RSA', EdDSA: 'OKP'}[alg];
  let error = 'the issuer has no such key';
  for(const jwk of jwks.keys.filter(one => one.kty === kty)) {
    try {
      await jose.jwtVerify(token, await jose.importJWK(jwk, alg));
      return {verified: true, error: null};
    } catch(refusal) {
      error = `${refusal.name}: ${refusal.message}`;
    }
  }
  return {verified: false, error};
}

await answer(request => request.role === 'issuer' ? issue(request) : judge(request));
