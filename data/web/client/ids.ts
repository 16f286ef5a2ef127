// SPDX-License-Identifier: Apache-2.0
// UUIDv7 (RFC 9562, section 5.7): sorts by time, so newer jobs and operations come later everywhere.

/** Of the same millisecond; keeps ids of one page in the order they were made. */
const COUNTER_BITS = 12;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

let lastMs = 0;
let counter = 0;

function random16(): Uint8Array {
  const bytes = new Uint8Array(16);
  // Pages on plain http have getRandomValues, though not randomUUID. Node 18 has neither as a global;
  // ids are no secrets, so chance of any kind will do.
  const source: Crypto | undefined = globalThis.crypto;
  if (source !== undefined) source.getRandomValues(bytes);
  else for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(Math.random() * 256);
  return bytes;
}

/** @param nowMs UTC milliseconds; for tests */
export function newId(nowMs: number = Date.now()): string {
  const bytes = random16();

  if (nowMs > lastMs) {
    lastMs = nowMs;
    // The top bit stays free, so that the counter has room to grow within the millisecond.
    counter = (((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0)) & 0x7ff;
  } else {
    counter += 1;
    if (counter >= 1 << COUNTER_BITS) {
      lastMs += 1;
      counter = 0;
    }
  }

  let rest = lastMs;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);

  let hex = "";
  for (const byte of bytes) hex += HEX[byte] ?? "";
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
