// Meets a running `bitterroot vc-api` with a stack that Bitterroot did not write.
//
//   node vc_api.mjs ORIGIN CONTEXTS < CREDENTIALS
//
// CREDENTIALS is {name: unsigned credential}. Each is issued by the server and verified here; then
// a holder made here presents it, and the server verifies the presentation. One more credential
// is signed here and verified there. Prints {name: {verified, error, presented, signed}}.
import {readFileSync} from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import * as ed25519 from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

const [origin, contextsFile] = process.argv.slice(2);
const read = file => JSON.parse(readFileSync(file, 'utf8'));
const contexts = read(contextsFile);

async function documentLoader(url) {
  const loaded = document => ({contextUrl: null, documentUrl: url, document});
  if(url in contexts) {
    return loaded(read(contexts[url]));
  }
  const [did, key] = url.split('#');
  if(!did.startsWith('did:key:')) {
    throw new Error(`nothing stands at ${url}`);
  }
  const name = did.slice('did:key:'.length);
  const method = {
    '@context': 'https://w3id.org/security/multikey/v1',
    id: `${did}#${name}`, type: 'Multikey', controller: did, publicKeyMultibase: name,
  };
  return loaded(key ? method : {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did, verificationMethod: [method], assertionMethod: [method.id],
    authentication: [method.id],
  });
}

async function post(path, body) {
  const response = await fetch(origin + path, {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body),
  });
  return {status: response.status, body: await response.json()};
}

const pair = await ed25519.generate();
const name = (await pair.export({publicKey: true})).publicKeyMultibase;
pair.controller = `did:key:${name}`;
pair.id = `${pair.controller}#${name}`;
const suite = () => new DataIntegrityProof({signer: pair.signer(), cryptosuite});
const checker = () => new DataIntegrityProof({cryptosuite});

const found = {};
for(const [what, credential] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  const issued = await post('/credentials/issue', {credential});
  const result = await vc.verifyCredential(
    {credential: issued.body, suite: checker(), documentLoader});
  const challenge = `challenge for ${what}`;
  const presentation = await vc.signPresentation({
    presentation: vc.createPresentation(
      {verifiableCredential: [issued.body], holder: pair.controller, verify: false}),
    suite: suite(), challenge, domain: 'verifier.example', documentLoader,
  });
  const presented = await post('/presentations/verify', {
    verifiablePresentation: presentation, options: {challenge, domain: 'verifier.example'},
  });
  const own = await vc.issue({
    credential: {...structuredClone(credential), issuer: pair.controller}, suite: suite(),
    documentLoader,
  });
  const signed = await post('/credentials/verify', {verifiableCredential: own});
  found[what] = {
    verified: result.verified,
    error: result.error?.errors?.map(String).join('; ') ?? result.error?.message ?? null,
    presented: [presented.status, presented.body.detail ?? null],
    signed: [signed.status, signed.body.detail ?? null],
  };
}
console.log(JSON.stringify(found));
