// Judges that share no code with Musubi.
//   node judge.js sigstore FILE   @sigstore/verify: a signature whose record stands in our log, as Sigstore clients do it
//   node judge.js ml-dsa FILE     @noble/post-quantum: a cosignature of type 0x06, its message built here from the text
//   node judge.js ml-dsa-sign FILE  the same the other way: prints a public key and a signature of its own
import { createHash, createPublicKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [verb, file] = process.argv.slice(2);
const given = JSON.parse(readFileSync(file, 'utf8'));
const bytes = text => Buffer.from(text, 'base64');

/** The log's key as Node wants it: RFC 8410's SubjectPublicKeyInfo before the 32 bytes. */
function ed25519(raw) {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

function sigstore() {
  const { bundleFromJSON } = require('@sigstore/bundle');
  const { Verifier, toSignedEntity } = require('@sigstore/verify');
  const raw = bytes(given.logKey);
  const logID = createHash('sha256').update(given.origin + '\n').update(Buffer.from([1])).update(raw).digest();
  const bundle = bundleFromJSON({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      publicKey: { hint: 'the signer' },
      tlogEntries: [{
        logIndex: given.index,
        logId: { keyId: logID.toString('base64') },
        kindVersion: { kind: 'hashedrekord', version: '0.0.1' },
        integratedTime: '0',
        inclusionProof: {
          logIndex: given.index,
          rootHash: given.checkpoint.split('\n')[2],
          treeSize: given.checkpoint.split('\n')[1],
          hashes: given.hashes,
          checkpoint: { envelope: given.checkpoint },
        },
        canonicalizedBody: given.entry,
      }],
    },
    messageSignature: {
      messageDigest: {
        algorithm: 'SHA2_256',
        digest: createHash('sha256').update(bytes(given.artifact)).digest('base64'),
      },
      signature: given.signature,
    },
  });
  const always = () => true;
  const trust = {
    certificateAuthorities: [], timestampAuthorities: [], ctlogs: [],
    tlogs: [{ baseURL: `https://${given.origin}`, logID, publicKey: ed25519(raw), validFor: {} }],
    publicKey: () => ({ publicKey: createPublicKey(given.signerKey), validFor: always }),
  };
  new Verifier(trust, { timestampThreshold: 0, ctlogThreshold: 0, tlogThreshold: 1 })
    .verify(toSignedEntity(bundle, bytes(given.artifact)));
  console.log('verified');
}

/** tlog-cosignature, "ML-DSA-44 signed message". */
function subtree(name, seconds, text) {
  const [origin, size, root] = text.split('\n');
  const u64 = number => { const out = Buffer.alloc(8); out.writeBigUInt64BE(BigInt(number)); return out; };
  const opaque = value => Buffer.concat([Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)]);
  return Buffer.concat([
    Buffer.from('subtree/v1\n\0'), opaque(name), u64(seconds), opaque(origin), u64(0), u64(size), bytes(root)]);
}

async function mlDsa() {
  const { ml_dsa44 } = await import('@noble/post-quantum/ml-dsa.js');
  const signature = bytes(given.signature);
  const message = subtree(given.name, signature.readBigUInt64BE(0), given.text);
  if (!ml_dsa44.verify(signature.subarray(8), message, bytes(given.publicKey))) throw new Error('does not hold');
  console.log('verified');
}

async function mlDsaSign() {
  const { ml_dsa44 } = await import('@noble/post-quantum/ml-dsa.js');
  const keys = ml_dsa44.keygen(randomBytes(32));
  const message = subtree(given.name, given.seconds, given.text);
  console.log(Buffer.from(keys.publicKey).toString('base64'));
  console.log(Buffer.from(ml_dsa44.sign(message, keys.secretKey)).toString('base64'));
}

try {
  await { sigstore, 'ml-dsa': mlDsa, 'ml-dsa-sign': mlDsaSign }[verb]();
} catch (fault) {
  console.error(fault.message);
  process.exit(1);
}
