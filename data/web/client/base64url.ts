// SPDX-License-Identifier: Apache-2.0
// Bytes as text without padding (RFC 4648, section 5), as every key, nonce and signature stands on the
// wire. Strict: one value has one spelling. Pages have atob, which is not; Node has Buffer, which
// pages have not.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const codes = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0));
const NO_DIGIT = 255;
const values = new Uint8Array(128).fill(NO_DIGIT);
codes.forEach((code, value) => (values[code] = value));
/* To make one takes longer than what it is for. */
const decoder = new TextDecoder();

export function toBase64url(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let bits = 0;
  let count = 0;
  let end = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0x3fff;
    for (count += 8; count >= 6; count -= 6)
      text[end++] = codes[(bits >> (count - 6)) & 0x3f] ?? 0;
  }
  if (count > 0) text[end] = codes[(bits << (6 - count)) & 0x3f] ?? 0;
  return decoder.decode(text);
}

/** null: there are other characters, padding, or bits left over. */
export function fromBase64url(text: string): Uint8Array | null {
  // One digit alone is six bits: not a byte.
  if (text.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let count = 0;
  let end = 0;
  for (let i = 0; i < text.length; i++) {
    const value = values[text.charCodeAt(i)] ?? NO_DIGIT;
    if (value === NO_DIGIT) return null;
    bits = ((bits << 6) | value) & 0x3fff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[end++] = (bits >> count) & 0xff;
  }
  return (bits & ((1 << count) - 1)) === 0 ? bytes : null;
}

/** For what has one size: keys, nonces, signatures. */
export function fromBase64urlExact(text: unknown, length: number): Uint8Array | null {
  // A long text is not worth decoding.
  if (typeof text !== "string" || text.length !== Math.ceil((length * 4) / 3)) return null;
  return fromBase64url(text);
}
