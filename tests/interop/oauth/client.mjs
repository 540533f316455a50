// oauth4webapi as the client of a badge host. Two stages, since the learner's browser comes in between: `begin`
// registers and tells where to send her; `finish` takes what her browser brought back, and uses what it got.
import * as oauth from 'oauth4webapi';

const input = JSON.parse(await new Response(process.stdin).text());
const api = `${input.issuer}/ims/ob/v3p0`;

async function begin() {
  const issuer = new URL(input.issuer);
  const found = await oauth.discoveryRequest(issuer, {algorithm: 'oauth2'});
  const as = await oauth.processDiscoveryResponse(issuer, found);
  const asked = await oauth.dynamicClientRegistrationRequest(as, input.metadata);
  const client = await oauth.processDynamicClientRegistrationResponse(asked);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0],
    scope: client.scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256'
  });
  return {as, client, verifier, state, url: url.href};
}

async function failure(work) {
  try {
    await work();
    return null;
  } catch(error) {
    return error.error ?? error.cause?.[0]?.parameters?.error ?? String(error);
  }
}

async function finish({as, client, verifier, state, back, badge}) {
  const auth = oauth.ClientSecretBasic(client.client_secret);
  const returned = oauth.validateAuthResponse(as, client, new URL(back), state);
  const exchange = async () => oauth.processAuthorizationCodeResponse(as, client,
    await oauth.authorizationCodeGrantRequest(as, client, auth, returned, client.redirect_uris[0], verifier));
  const refresh = async token => oauth.processRefreshTokenResponse(as, client,
    await oauth.refreshTokenGrantRequest(as, client, auth, token));
  const first = await exchange();
  const call = (token, method, path, body = null) => oauth.protectedResourceRequest(
    token, method, new URL(`${api}${path}`), new Headers({'content-type': 'application/json'}), body);

  const held = await call(first.access_token, 'GET', '/credentials');
  const profile = await call(first.access_token, 'GET', '/profile');
  const sent = await call(first.access_token, 'POST', '/credentials', badge);
  const second = await refresh(first.refresh_token);
  const again = await call(second.access_token, 'GET', '/credentials');
  const told = {
    token_type: first.token_type,
    scope: first.scope,
    held: await held.json(),
    total: held.headers.get('x-total-count'),
    profile: await profile.json(),
    sent: sent.status,
    again: (await again.json()).credential.length
  };
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, second.refresh_token));
  told.afterRevocation = await failure(() => call(second.access_token, 'GET', '/credentials'));
  told.codeAgain = await failure(exchange);
  told.refreshAgain = await failure(() => refresh(first.refresh_token));
  return told;
}

console.log(JSON.stringify(await (input.stage === 'begin' ? begin() : finish(input))));
