// The OpenWallet Foundation's wallet library fetches what a link offers.
// stdin: {"link", "txCode": optional, "alg", "method": did:jwk | did:key | jwk, "keys": how many}.
// stdout: {"offer", "configuration", "credentials", "holders": DIDs, "jwks", "log"}.
import {fetched} from './fetched.mjs';
import {answer, newKey} from './wallet.mjs';

await answer(async ({link, txCode, alg, method, keys: count}) => {
  const log = [];
  const keys = await Promise.all(Array.from({length: count}, () => newKey(alg, method)));
  const got = await fetched({link, txCode, keys, log});
  return {...got, holders: keys.map(key => key.did), jwks: keys.map(key => key.jwk), log};
});
