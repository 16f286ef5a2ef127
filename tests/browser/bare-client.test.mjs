// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { countEchoes, openBareClient } from '../lib/bare-client.mjs';
import { browserName } from '../lib/browser.mjs';

describe(`bare client in ${browserName}`, () => {
  test('gets its channel', async (t) => {
    const { hub, page } = await openBareClient(t);
    assert.equal(await page.evaluate(countEchoes, 1000, 0), 1000);
    await hub.assertServing();
  });

  test('every size up to max-message-size', async (t) => {
    const { page } = await openBareClient(t);
    const results = await page.evaluate(async () => {
      const { channel, pc } = window.bare;
      channel.binaryType = 'arraybuffer';
      const largest = Math.min(pc.sctp.maxMessageSize, 262144);
      const done = [];
      for (const size of [1, 1200, 16384, 65535, 65536, largest]) {
        const sent = new Uint8Array(size).map((_, index) => index * 31 + size);
        const back = new Promise((resolve) => { channel.onmessage = ({ data }) => resolve(data); });
        channel.send(sent);
        const got = new Uint8Array(await back);
        done.push(got.length === size && got.every((byte, index) => byte === sent[index]));
      }
      return done;
    });
    assert.deepEqual(results, results.map(() => true));
    assert.equal(results.length, 6);
  });
});
