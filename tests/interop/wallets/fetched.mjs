// The OpenWallet Foundation's wallet library fetches what a link offers, over OpenID4VCI.
import {createHash, randomBytes} from 'node:crypto';
import {Openid4vciClient} from '@openid4vc/openid4vci';
import * as jose from 'jose';
import {loggingFetch} from './wallet.mjs';

const HASHES = {'sha-256': 'sha256', 'sha-384': 'sha384', 'sha-512': 'sha512'};

export function callbacks(keys, log) {
  return {
    fetch: loggingFetch(log),
    hash: (data, name) => createHash(HASHES[name.toLowerCase()]).update(data).digest(),
    generateRandom: count => randomBytes(count),
    clientAuthentication: () => {},
    signJwt: async (signer, {header, payload}) => {
      const key = keys.find(one => one.kid === signer.didUrl || one.jwk === signer.publicJwk);
      const jwt = await new jose.SignJWT(payload).setProtectedHeader(header).sign(key.privateKey);
      return {jwt, signerJwk: key.jwk};
    },
    verifyJwt: async () => ({verified: false}),
    encryptJwe: async () => { throw new Error('nothing is encrypted here'); },
    decryptJwe: async () => { throw new Error('nothing is encrypted here'); }
  };
}

function signerOf(key) {
  return key.method === 'jwk'
    ? {method: 'jwk', publicJwk: key.jwk, alg: key.alg}
    : {method: 'did', didUrl: key.kid, alg: key.alg};
}

// `keys`: of the holder, each proved for a credential of its own.
export async function fetched({link, txCode, keys, log}) {
  const client = new Openid4vciClient({callbacks: callbacks(keys, log)});
  const credentialOffer = await client.resolveCredentialOffer(link);
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const [credentialConfigurationId] = credentialOffer.credential_configuration_ids;
  const {accessTokenResponse} = await client.retrievePreAuthorizedCodeAccessTokenFromOffer(
    {credentialOffer, issuerMetadata, txCode});
  const {c_nonce: nonce} = await client.requestNonce({issuerMetadata});
  const proofs = await Promise.all(keys.map(async key => (await client.createCredentialRequestJwtProof(
    {issuerMetadata, credentialConfigurationId, signer: signerOf(key), nonce, issuedAt: new Date()})).jwt));
  const {credentialResponse} = await client.retrieveCredentials({
    issuerMetadata, credentialConfigurationId, accessToken: accessTokenResponse.access_token, proofs: {jwt: proofs}
  });
  await client.sendNotification({
    issuerMetadata, accessToken: accessTokenResponse.access_token,
    notification: {notificationId: credentialResponse.notification_id, event: 'credential_accepted'}
  });
  return {
    offer: credentialOffer,
    version: issuerMetadata.originalDraftVersion,
    configuration: issuerMetadata.credentialIssuer.credential_configurations_supported[credentialConfigurationId],
    isKnown: credentialConfigurationId in issuerMetadata.knownCredentialConfigurations,
    credentials: credentialResponse.credentials.map(one => one.credential)
  };
}
