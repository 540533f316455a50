// The npm packages `jose` and `@sd-jwt/core` as judges and issuers of what vc-jose-cose makes of documents.
// stdin: {"text", "jwk"}; stdout: {"document", "header"}, or {"error"} when it is refused.
// stdin: {"document", "header", "jwk", "disclosable"?}; stdout: {"text"}; with `disclosable` as SD-JWT.
import {createHash, randomBytes} from 'node:crypto';
import {SDJwtInstance} from '@sd-jwt/core';
import {CompactSign, compactVerify, importJWK} from 'jose';
import {answer} from './loader.mjs';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function sdJwt(key, alg) {
  return new SDJwtInstance({
    hasher: (data, name) => createHash(name.replace('-', '')).update(data).digest(),
    hashAlg: 'sha-256',
    saltGenerator: size => randomBytes(size).toString('base64url'),
    signAlg: alg,
    signer: async data => (await sign(data, key, alg)),
    verifier: async (data, signature) => {
      await compactVerify(`${data}.${signature}`, key);
      return true;
    }
  });
}

// The signature alone of header.payload: what is signed is taken apart again, as CompactSign puts it together.
async function sign(data, key, alg) {
  const [header, payload] = data.split('.').map(part => Buffer.from(part, 'base64url'));
  const token = await new CompactSign(payload).setProtectedHeader(JSON.parse(header.toString())).sign(key);
  if(!token.startsWith(`${data}.`)) {
    throw new Error(`the header is not written as ${alg} was asked for`);
  }
  return token.split('.')[2];
}

async function judge({text, jwk}) {
  try {
    const key = await importJWK(jwk);
    if(text.includes('~')) {
      const {payload, header} = await sdJwt(key).verify(text);
      return {document: payload, header};
    }
    const {payload, protectedHeader} = await compactVerify(text, key);
    return {document: JSON.parse(decoder.decode(payload)), header: protectedHeader};
  } catch(error) {
    return {error: String(error)};
  }
}

async function issue({document, header, jwk, disclosable}) {
  const key = await importJWK(jwk, header.alg);
  if(disclosable) {
    return {text: await sdJwt(key, header.alg).issue(document, disclosable, {header})};
  }
  return {text: await new CompactSign(encoder.encode(JSON.stringify(document))).setProtectedHeader(header).sign(key)};
}

await answer(request => 'text' in request ? judge(request) : issue(request));
