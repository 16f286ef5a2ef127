// SPDX-License-Identifier: Apache-2.0
// Keys, signatures and membership documents of a simulated property. Most runs sign operations with two
// sums in place of Ed25519, which would take most of the time; documents are always really signed.

import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** T(label; fields): each behind its length as 32 bits, big endian. */
export function transcript(label, ...fields) {
  return Buffer.concat([label, ...fields].flatMap((field) => {
    const bytes = Buffer.from(field);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  }));
}

export class Key {
  /** @param {string} name the same name gives the same key */
  constructor(name) {
    this.seed = sha256(`bellhop simulation key ${name}`);
    this.private = createPrivateKey({ key: Buffer.concat([PKCS8, this.seed]), format: 'der', type: 'pkcs8' });
    this.public = createPublicKey(this.private).export({ format: 'der', type: 'spki' }).subarray(-32);
  }

  sign(bytes) {
    return sign(null, bytes, this.private);
  }
}

export const realSigning = {
  sign: (key, bytes) => key.sign(bytes),
  verify: (publicKey, bytes, sig) => verify(null, bytes,
    createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' }), sig),
};

const SIGNATURE_WORDS = 16;

/** Two sums (FNV-1a with two primes) over key and bytes, spread over the words of a signature. */
function fakeSign(publicKey, bytes) {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (const part of [publicKey, bytes]) {
    for (let i = 0; i < part.length; i++) {
      a = Math.imul(a ^ part[i], 0x01000193);
      b = Math.imul(b ^ part[i], 0x85ebca6b);
    }
  }
  const sig = Buffer.allocUnsafe(SIGNATURE_WORDS * 4);
  for (let i = 0; i < SIGNATURE_WORDS; i++) {
    let word = (i % 2 === 0 ? a : b) ^ Math.imul(i, 0x9e3779b9);
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    sig.writeInt32LE((word ^ (word >>> 16)) | 0, i * 4);
  }
  return sig;
}

/** Anybody could sign so: it catches changed bytes and mixed-up keys, no forger. As sim-signing.c. */
export const fakeSigning = {
  sign: (key, bytes) => fakeSign(key.public, bytes),
  verify: (publicKey, bytes, sig) => fakeSign(publicKey, bytes).equals(Buffer.from(sig)),
};

const OPERATION_LABEL = 'bellhop operation v1';

/** {text, sig} of an operation as it goes over the wire. */
export function signOperation(signing, key, fields) {
  const text = JSON.stringify(fields);
  return { text, sig: signing.sign(key, transcript(OPERATION_LABEL, text)).toString('base64url') };
}

export function verifyOperation(signing, publicKey, { text, sig }) {
  return signing.verify(publicKey, transcript(OPERATION_LABEL, text), Buffer.from(sig, 'base64url'));
}

const owners = new Map();

/** What the logs of a device begin with, behind the `p.` of private ones. */
export function logOwnerOf(deviceId) {
  if (!owners.has(deviceId)) owners.set(deviceId, sha256(transcript('bellhop log v1', deviceId)).toString('base64url').slice(0, 8));
  return owners.get(deviceId);
}

/** What the hub signs of a device. */
export function membershipOf(hubKey, { tenantId, deviceId, key, role, notBefore }) {
  const data = Buffer.from(JSON.stringify({
    tenantId, deviceId, publicKey: key.public.toString('base64url'), role, name: deviceId, notBefore,
    notAfter: notBefore + 90 * 24 * 60 * 60 * 1000,
  }));
  return {
    data: data.toString('base64url'),
    sig: hubKey.sign(transcript('bellhop membership v1', data)).toString('base64url'),
  };
}

const checked = new Map();

/** Of documents, which are few and always the same: checked once. */
function verifyOnce(publicKey, bytes, sig) {
  const name = sha256(publicKey, bytes, sig).toString('base64');
  if (!checked.has(name)) checked.set(name, realSigning.verify(publicKey, bytes, sig));
  return checked.get(name);
}

const DOCUMENT = transcript('bellhop membership v1');

/** Operations by `signing`, documents by Ed25519. */
export function signingOf(signing, key) {
  return {
    sign: (bytes) => new Uint8Array(signing.sign(key, bytes)),
    verify: (publicKey, bytes, sig) => (DOCUMENT.equals(bytes.subarray(0, DOCUMENT.length))
      ? verifyOnce(publicKey, bytes, sig) : signing.verify(publicKey, bytes, sig)),
  };
}
