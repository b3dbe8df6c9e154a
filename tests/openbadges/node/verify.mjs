// Checks a folder of badges with two stacks that Bitterroot did not write, without a network.
//
//   node verify.mjs FOLDER CONTEXTS
//
// FOLDER holds badges (*.badge.json) and documents.json, which maps addresses to what stands there
// (identity documents, status lists). CONTEXTS maps vocabulary addresses to files, as
// {address: path}. Prints {badge: {stack: {verified, revoked, error}}}.
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import * as bazaarVc from '@digitalbazaar/vc';
import {DataIntegrityProof as BazaarProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as bazaarSuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {createVerifyCryptosuite} from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import {checkStatus as bazaarStatus} from '@digitalbazaar/vc-bitstring-status-list';
import * as dccVc from '@digitalcredentials/vc';
import {DataIntegrityProof as DccProof} from '@digitalcredentials/data-integrity';
import {cryptosuite as dccSuite} from '@digitalcredentials/eddsa-rdfc-2022-cryptosuite';
import {checkStatus as dccStatus} from '@digitalcredentials/vc-bitstring-status-list';

const [folder, contextsFile] = process.argv.slice(2);
const read = file => JSON.parse(readFileSync(file, 'utf8'));
const documents = read(join(folder, 'documents.json'));
for(const [address, file] of Object.entries(read(contextsFile))) {
  documents[address] = read(file);
}

async function documentLoader(url) {
  const [address] = url.split('#');
  const whole = documents[address];
  if(!whole) {
    throw new Error(`nothing stands at ${url}`);
  }
  if(address === url) {
    return {contextUrl: null, documentUrl: url, document: whole};
  }
  const method = whole.verificationMethod?.find(entry => entry.id === url);
  if(!method) {
    throw new Error(`no such key: ${url}`);
  }
  const document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  return {contextUrl: null, documentUrl: url, document};
}

const stacks = {
  digitalbazaar: {
    vc: bazaarVc, checkStatus: bazaarStatus,
    suite: () => new BazaarProof({cryptosuite: bazaarSuite}),
    parts: () => new BazaarProof({cryptosuite: createVerifyCryptosuite()}),
  },
  digitalcredentials: {
    vc: dccVc, checkStatus: dccStatus,
    suite: () => new DccProof({cryptosuite: dccSuite}),
  },
};

// One stack alone verifies parts of badges; lists and endorsements are signed by the other suite.
const isPart = credential => [credential.proof].flat()[0]?.cryptosuite === 'ecdsa-sd-2023';

async function check({vc, suite, parts, checkStatus}, credential) {
  if(isPart(credential) && !parts) {
    return null;
  }
  let status;
  const asked = async options => {
    status = await checkStatus({...options, suite: suite(), documentLoader});
    return {verified: status.verified, results: status.results, error: status.error};
  };
  try {
    const result = await vc.verifyCredential({
      credential, suite: isPart(credential) ? parts() : suite(), documentLoader,
      checkStatus: credential.credentialStatus ? asked : undefined,
    });
    // One stack reports the bit, the other says "not verified" where it is set.
    const marks = (status?.results ?? []).filter(r => r.status ?? r.verified === false);
    const error = result.error?.errors?.map(String).join('; ') ?? result.error?.message;
    return {verified: result.verified, revoked: marks.length > 0, error: error ?? null};
  } catch(error) {
    return {verified: false, revoked: null, error: String(error)};
  }
}

const found = {};
for(const file of readdirSync(folder).filter(name => name.endsWith('.badge.json')).sort()) {
  const credential = read(join(folder, file));
  const verdicts = {};
  for(const [name, stack] of Object.entries(stacks)) {
    verdicts[name] = await check(stack, structuredClone(credential));
  }
  found[file.replace('.badge.json', '')] = verdicts;
}
console.log(JSON.stringify(found));
