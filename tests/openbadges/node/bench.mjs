// How long a stack that Bitterroot did not write needs for the same badges, without a network.
//
// Reads {task: "sign" | "verify", credentials, method, seed, publicKey, now, documents, contexts}
// from standard input; prints {seconds} for one credential. The first warms the stack up.
import {readFileSync} from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import * as ed25519 from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

const asked = JSON.parse(readFileSync(0, 'utf8'));
const known = {};
for(const [address, file] of Object.entries(asked.contexts)) {
  known[address] = JSON.parse(readFileSync(file, 'utf8'));
}
const controller = asked.method.split('#')[0];
const method = {
  '@context': 'https://w3id.org/security/multikey/v1', id: asked.method, type: 'Multikey',
  controller, publicKeyMultibase: asked.publicKey,
};
known[asked.method] = method;
known[controller] = {
  '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
  id: controller, verificationMethod: [method], assertionMethod: [asked.method],
};
known['https://w3id.org/security/multikey/v1'] = {'@context': {
  '@protected': true, id: '@id', type: '@type',
  Multikey: {'@id': 'https://w3id.org/security#Multikey', '@context': {
    '@protected': true, id: '@id', type: '@type',
    controller: {'@id': 'https://w3id.org/security#controller', '@type': '@id'},
    publicKeyMultibase: {
      '@id': 'https://w3id.org/security#publicKeyMultibase',
      '@type': 'https://w3id.org/security#multibase',
    },
  }},
}};

async function documentLoader(url) {
  if(!(url in known)) {
    throw new Error(`nothing stands at ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: known[url]};
}

const pair = await ed25519.generate({seed: Buffer.from(asked.seed, 'hex')});
pair.id = asked.method;
const now = asked.now ? new Date(asked.now) : new Date();
const tasks = {
  async sign(credential) {
    const suite = new DataIntegrityProof({signer: pair.signer(), cryptosuite});
    await vc.issue({credential, suite, documentLoader});
  },
  async verify(credential) {
    const suite = new DataIntegrityProof({cryptosuite});
    const result = await vc.verifyCredential({credential, suite, documentLoader, now});
    if(!result.verified) {
      throw new Error(result.error?.errors?.map(String).join('; ') ?? String(result.error));
    }
  },
};
const run = tasks[asked.task];
await run(structuredClone(asked.credentials[0]));
const started = performance.now();
for(const credential of asked.credentials) {
  await run(credential);
}
const seconds = (performance.now() - started) / 1000 / asked.credentials.length;
console.log(JSON.stringify({seconds}));
