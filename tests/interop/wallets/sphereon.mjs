// Sphereon's wallet library fetches what a link offers. It follows an older draft: `proof`, and other well-known places.
// stdin: {"link", "txCode": optional, "alg", "method": did:jwk | did:key | jwk}.
// stdout: {"credentials", "configuration", "holders": DIDs, "jwks"}.
import {OpenID4VCIClient} from '@sphereon/oid4vci-client';
import * as jose from 'jose';
import {answer, newKey} from './wallet.mjs';

await answer(async ({link, txCode, alg, method}) => {
  const key = await newKey(alg, method);
  const client = await OpenID4VCIClient.fromURI({uri: link, clientId: key.did, resolveOfferUri: true});
  const metadata = await client.retrieveServerMetadata();
  await client.acquireAccessToken({pin: txCode});
  const signCallback = ({header, payload}) =>
    new jose.SignJWT(payload).setProtectedHeader(header).sign(key.privateKey);
  const [configurationId] = client.credentialOffer.credential_offer.credential_configuration_ids;
  const configuration = metadata.credentialIssuerMetadata.credential_configurations_supported[configurationId];
  const named = method === 'jwk' ? {jwk: key.jwk} : {kid: key.kid};
  const response = await client.acquireCredentials({
    credentialConfigurationId: configurationId, format: configuration.format, alg, ...named,
    proofCallbacks: {signCallback}
  });
  return {
    credentials: response.credentials.map(one => one.credential), configuration, holders: [key.did], jwks: [key.jwk]
  };
});
