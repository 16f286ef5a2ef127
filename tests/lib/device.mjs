// SPDX-License-Identifier: Apache-2.0
// A paired device as the protocol describes it, on nothing but node:crypto: an independent reading of
// pairing, proofs, sealing and signed descriptions, that tests hold against the hub.

import {
  createCipheriv, createDecipheriv, createHash, createHmac, createPrivateKey, createPublicKey,
  diffieHellman, generateKeyPairSync, hkdfSync, randomBytes, sign, verify,
} from 'node:crypto';

export const b64 = (bytes) => Buffer.from(bytes).toString('base64url');
export const raw = (text) => Buffer.from(text, 'base64url');
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const hmac = (key, bytes) => createHmac('sha256', key).update(bytes).digest();
const hkdf = (secret, salt, info, length) =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, length));

/** A label and fields, each behind its length. */
export function transcript(...fields) {
  return Buffer.concat(fields.flatMap((field) => {
    const bytes = Buffer.from(field ?? '');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  }));
}

// DER around a raw key (RFC 8410).
const wrap = {
  ed25519: { private: '302e020100300506032b657004220420', public: '302a300506032b6570032100' },
  x25519: { private: '302e020100300506032b656e04220420', public: '302a300506032b656e032100' },
};

export const privateKey = (kind, bytes) => createPrivateKey({ format: 'der', type: 'pkcs8',
  key: Buffer.concat([Buffer.from(wrap[kind].private, 'hex'), bytes]) });
export const publicKey = (kind, bytes) => createPublicKey({ format: 'der', type: 'spki',
  key: Buffer.concat([Buffer.from(wrap[kind].public, 'hex'), bytes]) });
const rawPublic = (key) => (key.type === 'public' ? key : createPublicKey(key)).export({ format: 'der', type: 'spki' }).subarray(-32);

/** An Ed25519 key pair. */
export class SignKey {
  constructor(seed = randomBytes(32)) {
    this.seed = seed;
    this.key = privateKey('ed25519', seed);
    this.public = rawPublic(this.key);
  }

  sign(bytes) {
    return sign(null, bytes, this.key);
  }
}

export const isSignedBy = (key, bytes, signature) =>
  verify(null, bytes, publicKey('ed25519', raw(key)), raw(signature));

export const keyFingerprint = (bytes) => b64(sha256(bytes).subarray(0, 16));

/** The fragment of a pairing link, taken apart. */
export function readLink(link) {
  const [secret, hubKey, authority, ...name] = new URL(link).hash.slice(1).split('.');
  return { secret: raw(secret), hubKey, authority, hostName: name.join('.') };
}

/** The body of a pairing request, and what its answer is checked with. */
export function makePairing(secret, key, name = '') {
  const none = Buffer.alloc(0);
  const linkId = b64(hkdf(secret, none, 'bellhop pairing id v1', 16));
  const nonce = randomBytes(32);
  const said = transcript('bellhop pairing v1', linkId, key.public, nonce, name);
  return {
    body: { linkId, publicKey: b64(key.public), nonce: b64(nonce), name,
      mac: b64(hmac(hkdf(secret, none, 'bellhop pairing device v1', 32), said)),
      sig: b64(key.sign(said)) },
    check({ answer, mac }) {
      const right = hmac(hkdf(secret, none, 'bellhop pairing hub v1', 32),
        transcript('bellhop pairing answer v1', said, raw(answer)));
      if (b64(right) !== mac) throw new Error('the answer does not come from the hub of this link');
      return JSON.parse(raw(answer));
    },
  };
}

/** What of an SDP the signature covers. */
export function bind(sdp) {
  const values = (name, fix) => [...new Set(sdp.split('\n').map((line) => line.replace(/[ \r]+$/, ''))
    .filter((line) => line.startsWith(`a=${name}:`)).map((line) => fix(line.slice(name.length + 3))))]
    .sort().join(',');
  return [values('ice-ufrag', (text) => text), values('fingerprint', (text) => {
    const [hash, hex] = text.split(' ');
    return `${hash.toLowerCase()} ${hex.toUpperCase()}`;
  })];
}

/** One side of the sealed frames of a connection. */
class Seal {
  #out = 0n;
  #in = 0n;

  constructor(sendKey, receiveKey) {
    this.sendKey = sendKey;
    this.receiveKey = receiveKey;
  }

  static #nonce(n) {
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(n, 4);
    return nonce;
  }

  seal(text) {
    const n = this.#out;
    const cipher = createCipheriv('chacha20-poly1305', this.sendKey, Seal.#nonce(n), { authTagLength: 16 });
    const data = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    this.#out += 1n;
    return JSON.stringify({ type: 'sealed', n: Number(n), data: b64(data) });
  }

  open(frame) {
    if (frame.type !== 'sealed' || BigInt(frame.n) !== this.#in) throw new Error('not sealed in order');
    const data = raw(frame.data);
    const cipher = createDecipheriv('chacha20-poly1305', this.receiveKey, Seal.#nonce(this.#in),
      { authTagLength: 16 });
    cipher.setAuthTag(data.subarray(-16));
    this.#in += 1n;
    return Buffer.concat([cipher.update(data.subarray(0, -16)), cipher.final()]).toString();
  }
}

/** A device that has been paired. */
export class Device {
  constructor(key, identity) {
    Object.assign(this, identity);
    this.key = key;
  }

  /** Pairs by a link that the hub's owner makes. */
  static async pair(hub, { role = 'staff', name = 'Lab device' } = {}) {
    const { link } = await hub.control('POST', '/api/v1/pair/links', { role, name });
    return Device.pairWith(hub, link);
  }

  static async pairWith(hub, link, key = new SignKey()) {
    const { secret, hubKey } = readLink(link);
    const pairing = makePairing(secret, key);
    const { status, body } = await hub.post('/api/v1/pair', pairing.body);
    if (status !== 201) throw new Error(`not paired: ${status} ${JSON.stringify(body)}`);
    const identity = pairing.check(body);
    if (keyFingerprint(raw(identity.hubKey)) !== hubKey) throw new Error('another hub');
    return new Device(key, identity);
  }

  get token() {
    return `bht1.${this.deviceId}.${b64(this.key.seed)}.${this.hubKey}`;
  }

  describe(type, from, to, sdp) {
    return transcript('bellhop description v1', type, this.tenantId, from, to, ...bind(sdp));
  }

  /** `auth` of an offer or answer of ours. */
  auth(type, from, to, sdp) {
    return { sig: b64(this.key.sign(this.describe(type, from, to, sdp))), membership: this.membership };
  }

  /** Whether the hub signed this description. */
  isFromHub(type, from, to, sdp, auth) {
    return isSignedBy(this.hubKey, this.describe(type, from, to, sdp), auth.sig);
  }
}

/** A paired device as the client library is given it. */
export const identityOf = (device) => ({ tenantId: device.tenantId, deviceId: device.deviceId,
  seed: b64(device.key.seed), publicKey: b64(device.key.public), hubKey: device.hubKey, role: device.role,
  name: device.name, membership: device.membership, authority: '', hostName: '', hubName: '' });

/** The join of a paired device, step by step, so that a test may do any of them wrong. */
export class Handshake {
  constructor(device, { sealed = true, resume, peerId, cloud = false } = {}) {
    if (cloud) sealed = false;
    this.cloud = cloud;
    this.device = device;
    this.nonce = randomBytes(32);
    this.exchange = sealed ? generateKeyPairSync('x25519') : null;
    this.join = { type: 'join', tenantId: device.tenantId, deviceId: device.deviceId,
      nonce: b64(this.nonce), ...(sealed && { key: b64(rawPublic(this.exchange.publicKey)) }),
      ...(resume && { resume }), ...(peerId && { peerId }),
      ...(cloud && { hubKey: device.hubKey, membership: device.membership }) };
  }

  #fields(challenge) {
    return [this.device.tenantId, this.device.deviceId, challenge.peerId, this.nonce,
      raw(challenge.nonce), this.join.key ? raw(this.join.key) : '',
      challenge.key ? raw(challenge.key) : ''];
  }

  /** Whether the server proved that it has the pinned key. */
  isProved(challenge) {
    // A cloud has proved itself by TLS, and has no key of the hub's.
    if (this.cloud) return challenge.serverKey === undefined && challenge.serverProof === undefined;
    return isSignedBy(this.device.hubKey, transcript('bellhop server proof v1', ...this.#fields(challenge)),
      challenge.serverProof);
  }

  proof(challenge, key = this.device.key) {
    return { type: 'proof', proof: b64(key.sign(transcript('bellhop device proof v1',
      ...this.#fields(challenge), raw(this.device.hubKey)))) };
  }

  /** (nullable): from the next frame on */
  seal(challenge) {
    if (!this.exchange) return null;
    const shared = diffieHellman({ privateKey: this.exchange.privateKey,
      publicKey: publicKey('x25519', raw(challenge.key)) });
    const keys = hkdf(shared, Buffer.concat([this.nonce, raw(challenge.nonce)]),
      transcript('bellhop seal v1', this.device.tenantId, this.device.deviceId, challenge.peerId), 64);
    return new Seal(keys.subarray(0, 32), keys.subarray(32));
  }
}
