// Takes a badge by OpenID4VCI with a client that Bitterroot did not write, and checks it.
//
//   node wallet.mjs FOLDER CONTEXTS
//
// FOLDER holds ask.json: {origin, base, offer, pin, bind, now, kid}. What stands at `origin` is asked at
// `base`. Prints {credential, did} or {error}.
import {randomBytes, createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Openid4vciClient} from '@openid4vc/openid4vci';
import {clientAuthenticationAnonymous} from '@openid4vc/oauth2';
import {SignJWT, exportJWK, generateKeyPair} from 'jose';

const ask = JSON.parse(readFileSync(join(process.argv[2], 'ask.json'), 'utf8'));
const {privateKey, publicKey} = await generateKeyPair('ES256');
const publicJwk = await exportJWK(publicKey);
const did = 'did:jwk:' + Buffer.from(JSON.stringify(publicJwk)).toString('base64url');
const never = () => {
  throw new Error('not asked for');
};
const client = new Openid4vciClient({
  callbacks: {
    fetch: (address, options) =>
      fetch(String(address).replace(ask.origin, ask.base), options),
    hash: (data, algorithm) =>
      createHash(algorithm.replace('-', '')).update(data).digest(),
    generateRandom: count => randomBytes(count),
    signJwt: async (signer, {header, payload}) => ({
      jwt: await new SignJWT(payload).setProtectedHeader(header).sign(privateKey),
      signerJwk: publicJwk
    }),
    clientAuthentication: clientAuthenticationAnonymous(),
    verifyJwt: never, decryptJwe: never, encryptJwe: never
  }
});

async function collect() {
  const credentialOffer = await client.resolveCredentialOffer(ask.offer);
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const {accessTokenResponse} = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
    credentialOffer, issuerMetadata, txCode: ask.pin
  });
  const [credentialConfigurationId] = credentialOffer.credential_configuration_ids;
  let proofs;
  if(ask.bind) {
    const {c_nonce: nonce} = await client.requestNonce({issuerMetadata});
    const signer = ask.kid ? {method: 'did', alg: 'ES256', didUrl: `${did}#0`} :
      {method: 'jwk', alg: 'ES256', publicJwk};
    const {jwt} = await client.createCredentialRequestJwtProof({
      issuerMetadata, credentialConfigurationId, signer, nonce, issuedAt: new Date(ask.now)
    });
    proofs = {jwt: [jwt]};
  }
  const {credentialResponse} = await client.retrieveCredentials({
    issuerMetadata, credentialConfigurationId, proofs,
    accessToken: accessTokenResponse.access_token
  });
  return credentialResponse.credentials[0].credential;
}

try {
  console.log(JSON.stringify({credential: await collect(), did, jwk: publicJwk}));
} catch(error) {
  console.log(JSON.stringify({error: `${error.name}: ${error.message} ${error.cause ?? ''}`}));
}
