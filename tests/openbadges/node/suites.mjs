// Checks badges on P-256 and P-384, parts of badges and tokens with programs that Bitterroot did not
// write, and derives a part of a badge with one of them; all without a network.
//
//   node suites.mjs FOLDER CONTEXTS
//
// FOLDER holds *.rdfc.json, *.part.json (derived), *.original.json (to derive from), and tokens.json
// ({name: {token, jwk}}). All issuers are did:key. Prints {verdicts: {name: error or null}, derived}.
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as rdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {
  createDiscloseCryptosuite, createVerifyCryptosuite
} from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import {compactVerify, importJWK} from 'jose';

const [folder, contextsFile] = process.argv.slice(2);
const read = file => JSON.parse(readFileSync(file, 'utf8'));
const contexts = Object.fromEntries(
  Object.entries(read(contextsFile)).map(([address, file]) => [address, read(file)]));
contexts['https://w3id.org/security/multikey/v1'] = read(join(folder, 'multikey.json'));

async function documentLoader(url) {
  if(contexts[url]) {
    return {contextUrl: null, documentUrl: url, document: contexts[url]};
  }
  const [did, fragment] = url.split('#');
  if(!did.startsWith('did:key:')) {
    throw new Error(`nothing stands at ${url}`);
  }
  const name = did.slice('did:key:'.length);
  const key = {
    '@context': 'https://w3id.org/security/multikey/v1',
    id: `${did}#${name}`, type: 'Multikey', controller: did, publicKeyMultibase: name
  };
  const document = fragment ? key : {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did, verificationMethod: [key], assertionMethod: [key.id]
  };
  return {contextUrl: null, documentUrl: url, document};
}

async function problem(credential, cryptosuite) {
  const suite = new DataIntegrityProof({cryptosuite});
  const result = await vc.verifyCredential({credential, suite, documentLoader});
  return result.verified ? null : String(result.error?.errors?.join('; ') ?? result.error);
}

const verdicts = {};
const derived = {};
for(const file of readdirSync(folder).sort()) {
  const [name, kind] = file.split('.');
  const path = join(folder, file);
  if(kind === 'rdfc') {
    verdicts[name] = await problem(read(path), rdfc);
  } else if(kind === 'part') {
    verdicts[name] = await problem(read(path), createVerifyCryptosuite());
  } else if(kind === 'original') {
    const selectivePointers = ['/credentialSubject/identifier', '/credentialSubject/term'];
    const suite = new DataIntegrityProof({
      cryptosuite: createDiscloseCryptosuite({selectivePointers})
    });
    derived[name] = await vc.derive({verifiableCredential: read(path), suite, documentLoader});
  }
}
for(const [name, {token, jwk}] of Object.entries(read(join(folder, 'tokens.json')))) {
  try {
    await compactVerify(token, await importJWK(jwk, jwk.kty === 'RSA' ? 'RS256' : 'ES256'));
    verdicts[name] = null;
  } catch(error) {
    verdicts[name] = String(error);
  }
}
console.log(JSON.stringify({verdicts, derived}));
