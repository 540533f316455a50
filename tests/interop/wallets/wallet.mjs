// What both wallets share: their keys, as DID or bare JWK, and a fetch that keeps a log of what was asked.
import * as jose from 'jose';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
// https://github.com/multiformats/multicodec/blob/master/table.csv, as varints
const MULTICODEC = {EdDSA: [0xed, 0x01], ES256: [0x80, 0x24]};

function base58(bytes) {
  let number = BigInt('0x' + Buffer.from(bytes).toString('hex'));
  let text = '';
  for(; number > 0n; number /= 58n) {
    text = BASE58[Number(number % 58n)] + text;
  }
  return text;
}

function publicBytes(jwk) {
  const x = Buffer.from(jwk.x, 'base64url');
  if(jwk.kty === 'OKP') {
    return x;
  }
  const isOdd = Buffer.from(jwk.y, 'base64url').at(-1) & 1;
  return Buffer.concat([Buffer.from([2 + isOdd]), x]);
}

// A key pair: `did` is its name by that method, `kid` the DID URL of the key, `jwk` the public half.
export async function newKey(alg, method) {
  const {publicKey, privateKey} = await jose.generateKeyPair(alg, {extractable: true});
  const {kty, crv, x, y} = await jose.exportJWK(publicKey);
  const jwk = y === undefined ? {kty, crv, x} : {kty, crv, x, y};
  const multikey = 'z' + base58(Buffer.concat([Buffer.from(MULTICODEC[alg]), publicBytes(jwk)]));
  const jwkDid = 'did:jwk:' + Buffer.from(JSON.stringify(jwk)).toString('base64url');
  const named = method === 'did:key'
    ? {did: `did:key:${multikey}`, kid: `did:key:${multikey}#${multikey}`}
    : {did: jwkDid, kid: `${jwkDid}#0`};
  return {alg, method, privateKey, jwk, ...named};
}

// Every request of this program: "POST /oid4vci/token 200".
export function loggingFetch(log) {
  return async (input, init) => {
    const answer = await fetch(input, init);
    const {pathname} = new URL(input.url ?? input);
    log.push(`${init?.method ?? input.method ?? 'GET'} ${pathname} ${answer.status}`);
    return answer;
  };
}

export async function answer(work) {
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  console.log(JSON.stringify(await work(JSON.parse(Buffer.concat(chunks).toString('utf8')))));
}
