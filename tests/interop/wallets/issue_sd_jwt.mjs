// The npm package @sd-jwt/sd-jwt-vc issues SD-JWT VCs (dc+sd-jwt) under a did:jwk.
// stdin: {"claims": a list, "disclosable": names of claims, "list": {"uri", "size", "revoked": indexes, "iat"}};
// stdout: {"texts", "issuer", "list": its Token Status List}.
import {createHash, randomBytes} from 'node:crypto';
import {createHeaderAndPayload, StatusList} from '@sd-jwt/jwt-status-list';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import * as jose from 'jose';
import {answer} from './wallet.mjs';

await answer(async ({claims, disclosable, list}) => {
  const {publicKey, privateKey} = await jose.generateKeyPair('ES256', {extractable: true});
  const {kty, crv, x, y} = await jose.exportJWK(publicKey);
  const issuer = 'did:jwk:' + Buffer.from(JSON.stringify({kty, crv, x, y})).toString('base64url');
  const instance = new SDJwtVcInstance({
    hasher: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(),
    hashAlg: 'sha-256',
    saltGenerator: count => randomBytes(count).toString('hex'),
    signAlg: 'ES256',
    signer: async data => {
      const [header, payload] = data.split('.').map(part => Buffer.from(part, 'base64url'));
      const token = await new jose.CompactSign(payload).setProtectedHeader(JSON.parse(header)).sign(privateKey);
      return token.split('.')[2];
    }
  });
  const sign = one => instance.issue({...one, iss: issuer}, {_sd: disclosable}, {header: {kid: `${issuer}#0`}});
  const bits = Array(list.size).fill(0);
  list.revoked.forEach(index => { bits[index] = 1; });
  const {header, payload} = createHeaderAndPayload(
    new StatusList(bits, 1), {iss: issuer, sub: list.uri, iat: list.iat}, {alg: 'ES256', kid: `${issuer}#0`});
  const token = await new jose.SignJWT(payload).setProtectedHeader(header).sign(privateKey);
  return {texts: await Promise.all(claims.map(sign)), issuer, list: token};
});
