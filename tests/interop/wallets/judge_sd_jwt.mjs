// The npm package @sd-jwt/sd-jwt-vc, which Credo's wallets use, judges an SD-JWT VC as its holder shows it: signature,
// type metadata, status list and key binding, each fetched from where the credential says. Or, with "isVc" false,
// @sd-jwt/core judges an SD-JWT of the W3C's data model.
// stdin: {"text", "jwks": of the issuer, "isVc", "show": frame of what is shown, or nothing for all}.
// stdout: {"accepted", "error", "payload", "name": what the type metadata call it}.
import {createHash, randomBytes} from 'node:crypto';
import {SDJwtInstance} from '@sd-jwt/core';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import * as jose from 'jose';
import {answer} from './wallet.mjs';

const hasher = (data, alg) => createHash(alg.replace('-', '')).update(
  typeof data === 'string' ? data : Buffer.from(data)).digest();

function verifierOf(jwks) {
  return async (data, signature) => {
    const {alg} = jose.decodeProtectedHeader(`${data}.${signature}`);
    for(const jwk of jwks.keys) {
      try {
        await jose.compactVerify(`${data}.${signature}`, await jose.importJWK(jwk, alg));
        return true;
      } catch{
        // another key of the issuer may be the one
      }
    }
    return false;
  };
}

await answer(async ({text, jwks, isVc, show}) => {
  const verifier = verifierOf(jwks);
  const common = {hasher, hashAlg: 'sha-256', saltGenerator: count => randomBytes(count).toString('hex'), verifier};
  const instance = isVc
    ? new SDJwtVcInstance({...common, statusVerifier: verifier, loadTypeMetadataFormat: true})
    : new SDJwtInstance(common);
  try {
    const shown = show === undefined ? text : await instance.present(text, show);
    const {payload, typeMetadata} = await instance.verify(shown);
    return {accepted: true, error: null, payload, name: typeMetadata?.mergedTypeMetadata?.name ?? null};
  } catch(error) {
    return {accepted: false, error: `${error.name}: ${error.message}`, payload: null, name: null};
  }
});
