// The npm package jose judges a JWT with the credential as claim `vc`, by the rules of VCDM 1.1 section 6.3.1.
// stdin: {"token", "jwks": of the issuer}. stdout: {"accepted", "error", "credential"}.
import * as jose from 'jose';
import {answer} from './wallet.mjs';

await answer(async ({token, jwks}) => {
  const {alg} = jose.decodeProtectedHeader(token);
  for(const jwk of jwks.keys) {
    try {
      const {payload} = await jose.jwtVerify(token, await jose.importJWK(jwk, alg), {algorithms: ['ES256']});
      const {vc, iss, sub, jti, nbf} = payload;
      const isSame = iss === vc.issuer.id && sub === vc.credentialSubject.id && jti === vc.id &&
        nbf === Date.parse(vc.validFrom) / 1000;
      return {accepted: isSame, error: isSame ? null : 'the claims contradict the credential', credential: vc};
    } catch{
      // another key of the issuer may be the one
    }
  }
  return {accepted: false, error: 'no key of the issuer fits', credential: null};
});
