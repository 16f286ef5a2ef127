// SPDX-License-Identifier: Apache-2.0
// The primitives, by their names in this protocol: Ed25519, X25519, SHA-256, HMAC, HKDF and
// ChaCha20-Poly1305 of @noble, since pages on plain http have no WebCrypto. They are synchronous and
// take a few milliseconds. Nothing is built here that is not in an RFC.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { hkdf as hkdfOver } from "@noble/hashes/hkdf.js";
import { hmac as hmacOver } from "@noble/hashes/hmac.js";
import { sha256 as sha256Of, sha512 } from "@noble/hashes/sha2.js";

export const KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const NONCE_BYTES = 32;
export const DIGEST_BYTES = 32;
/** Of a key or of the authority's certificate: enough that nobody finds another with the same. */
export const FINGERPRINT_BYTES = 16;
const AEAD_NONCE_BYTES = 12;

// ---- Randomness -----------------------------------------------------------------------------------

/** What is used of WebCrypto; every page has that much, on plain http too. */
export interface RandomSource {
  getRandomValues<T extends Uint8Array>(bytes: T): T;
}

let provided: RandomSource | null = null;

/**
 * For a program without `globalThis.crypto`, once, before anything else. That is Node 18:
 * `import { webcrypto } from "node:crypto"; provideRandomness(webcrypto);`
 */
export function provideRandomness(source: RandomSource): void {
  provided = source;
}

/** Fit for keys. Throws where there is no such source: a guess would be no key. */
export function randomBytes(length: number): Uint8Array {
  const source: RandomSource | undefined = provided ?? globalThis.crypto;
  if (typeof source?.getRandomValues !== "function")
    throw new Error("There is no randomness for keys; call provideRandomness() (Node 18: webcrypto)");
  const bytes = new Uint8Array(length);
  source.getRandomValues(bytes);
  return bytes;
}

// ---- Signatures -----------------------------------------------------------------------------------

/** @param seed of KEY_BYTES (RFC 8032: the private key) */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed);
}

export function sign(seed: Uint8Array, bytes: Uint8Array): Uint8Array {
  return ed25519.sign(bytes, seed);
}

/** y of points of small order: of order 4, 1, 8, 8 and 2, and 0 and 1 once more, plus the field's prime. */
const weakPoints = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

function isWeakPoint(point: Uint8Array): boolean {
  const hex = Array.from(point, (byte, index) => {
    // The highest bit is the sign of x.
    const value = index === KEY_BYTES - 1 ? byte & 0x7f : byte;
    return value.toString(16).padStart(2, "0");
  });
  return weakPoints.has(hex.join(""));
}

/**
 * Whether a key or a signature has a point of small order, under which anything holds. libsodium refuses
 * them, OpenSSL and so some browsers do not: whoever checks otherwise than by verify() asks here first.
 */
export function isWeakSignature(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return isWeakPoint(publicKey) || isWeakPoint(signature.subarray(0, KEY_BYTES));
}

/**
 * Never throws, whatever the key and the signature are. RFC 8032, 5.1.7, leaves open whether both sides of the
 * equation are multiplied by the cofactor. noble does, libsodium, OpenSSL and browsers do not; and replicas
 * that believe different signatures never agree.
 */
export function verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES || isWeakSignature(publicKey, signature)) return false;
  const { Point } = ed25519; // not of the module: what pages without signatures load would hold the curve
  const [r, s] = [signature.subarray(0, KEY_BYTES), signature.subarray(KEY_BYTES)];
  const digest = sha512.create().update(r).update(publicKey).update(bytes).digest();
  const k = Point.Fn.create(bytesToNumberLE(digest));
  try {
    const key = Point.fromBytes(publicKey);
    // Throws where s is not below the order of the base.
    const sum = Point.BASE.multiplyUnsafe(bytesToNumberLE(s)).subtract(key.multiplyUnsafe(k));
    return equalBytes(sum.toBytes(), r);
  } catch {
    return false;
  }
}

let isWarm = false;

/** The first signature makes tables, which takes a slow phone 100 ms: better while a socket opens. */
export function warmUp(): void {
  if (isWarm) return;
  isWarm = true;
  sign(new Uint8Array(KEY_BYTES), new Uint8Array(0));
}

// ---- Agreeing on a secret -------------------------------------------------------------------------

export interface ExchangeKey {
  privateKey: Uint8Array;
  publicKey: Uint8Array;
}

export function newExchangeKey(): ExchangeKey {
  const privateKey = randomBytes(KEY_BYTES);
  return { privateKey, publicKey: x25519.getPublicKey(privateKey) };
}

/** null: the other key is a point of small order, whose secret everybody knows (RFC 7748, 6.1). */
export function exchange(privateKey: Uint8Array, other: Uint8Array): Uint8Array | null {
  try {
    return x25519.getSharedSecret(privateKey, other);
  } catch {
    return null;
  }
}

// ---- Digests --------------------------------------------------------------------------------------

export function sha256(bytes: Uint8Array): Uint8Array {
  return sha256Of(bytes);
}

export function fingerprintOf(bytes: Uint8Array): Uint8Array {
  return sha256(bytes).slice(0, FINGERPRINT_BYTES);
}

export function hmac(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  return hmacOver(sha256Of, key, bytes);
}

export function hkdf(
  secret: Uint8Array,
  salt: Uint8Array | undefined,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return hkdfOver(sha256Of, secret, salt, info, length);
}

/** In a time that tells nothing of the content. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

// ---- Sealing --------------------------------------------------------------------------------------

/** Four zero bytes and the number, as 64 bits, big endian. Never twice with the same key. */
export function sealNonce(number: number): Uint8Array {
  const nonce = new Uint8Array(AEAD_NONCE_BYTES);
  const view = new DataView(nonce.buffer);
  view.setUint32(4, Math.floor(number / 2 ** 32));
  view.setUint32(8, number % 2 ** 32);
  return nonce;
}

export function seal(
  key: Uint8Array,
  nonce: Uint8Array,
  bytes: Uint8Array,
  extra?: Uint8Array,
): Uint8Array {
  return chacha20poly1305(key, nonce, extra).encrypt(bytes);
}

/** null: it was not sealed with this key and nonce, or was changed. */
export function unseal(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  extra?: Uint8Array,
): Uint8Array | null {
  try {
    return chacha20poly1305(key, nonce, extra).decrypt(sealed);
  } catch {
    return null;
  }
}
