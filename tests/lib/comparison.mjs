// SPDX-License-Identifier: Apache-2.0
// A device without a camera: six digits on both sides, compared by a person.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import { b64, raw, sha256, SignKey, transcript } from './device.mjs';

/** Asks to be paired without a camera: the code to show, and how it went. */
export async function askForCode(hub, name) {
  const key = new SignKey();
  const nonce = randomBytes(32);
  const { body: begun } = await hub.post('/api/v1/pair/requests', { name,
    publicKey: b64(key.public),
    commitment: b64(sha256(transcript('bellhop comparison commit v1', key.public, nonce))) });
  const { requestId } = begun;
  const fields = [requestId, key.public, raw(begun.hubKey), nonce, raw(begun.nonce)];
  const { status } = await hub.post('/api/v1/pair/requests/open', { requestId, nonce: b64(nonce),
    sig: b64(key.sign(transcript('bellhop comparison v1', ...fields))) });
  assert.equal(status, 200);
  const number = sha256(transcript('bellhop comparison code v1', ...fields)).readBigUInt64BE();
  return {
    code: String(number % 1000000n).padStart(6, '0'),
    result: async () => (await hub.post('/api/v1/pair/requests/result',
      { requestId, nonce: b64(nonce) })).body,
  };
}
