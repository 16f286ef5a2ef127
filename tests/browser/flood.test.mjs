// SPDX-License-Identifier: Apache-2.0
// More than anybody rings up, faster than anybody can: nothing is lost, nothing is printed twice.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { attributeIs, browserName, openPage, startBrowser } from '../lib/browser.mjs';
import { startHub } from '../lib/hub.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { slowness, until } from '../lib/wait.mjs';

const MANY = 300;

async function openTill(t, { withoutWebRtc }) {
  const printer = await startPrinter(t);
  const hub = await startHub(t, { printers: { receipt: printer.uri } });
  const page = await openPage(await startBrowser(t, { withoutWebRtc }), `${hub.origin}/pos`);
  await page.waitForFunction((wanted) => wanted.includes(window.bellhop?.connection.path), {},
    withoutWebRtc ? ['hub-relay'] : ['local-p2p']);
  return { hub, page, printer };
}

describe(`many at once in ${browserName}`, () => {
  for (const [way, withoutWebRtc] of [['channel', false], ['relay', true]]) {
    test(`${MANY} jobs by ${way}: each once`, { timeout: 180000 * slowness }, async (t) => {
      const { hub, page, printer } = await openTill(t, { withoutWebRtc });
      const phases = await page.evaluate(async (count) => {
        const prints = Array.from({ length: count }, (_, n) => window.bellhop.connection.print(
          { jobId: `flood-${n}`, printer: 'receipt', content: { text: `receipt no. ${n}.` } }));
        const views = await Promise.all(prints.map((print) => print.settled()));
        return views.map(({ phase }) => phase);
      }, MANY);
      assert.deepEqual([...new Set(phases)], ['done']);
      await until('all is cut', () => printer.cuts >= MANY, 10000);
      assert.equal(printer.cuts, MANY);
      for (let n = 0; n < MANY; n += 1)
        assert.equal(printer.text.split(`receipt no. ${n}.`).length, 2, `no. ${n} stands once`);
      const { print } = await hub.status();
      assert.equal(print.byPath[way], MANY);
    });
  }

  test('a large picture without a channel', async (t) => {
    const { hub, page, printer } = await openTill(t, { withoutWebRtc: true });
    const [size, phase] = await page.evaluate(async () => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [384, 400];
      const pen = canvas.getContext('2d');
      const noise = pen.createImageData(canvas.width, canvas.height);
      let seed = 1;
      for (let i = 0; i < noise.data.length; i += 1) {
        seed = (seed * 16807) % 2147483647;
        noise.data[i] = i % 4 === 3 ? 255 : seed % 256;
      }
      pen.putImageData(noise, 0, 0);
      const png = canvas.toDataURL('image/png').split(',')[1];
      const print = window.bellhop.connection.print({ jobId: 'big', printer: 'receipt',
        content: { png } });
      return [png.length, (await print.settled()).phase];
    });
    assert.ok(size > 200000, `${size} characters`);
    assert.equal(phase, 'done');
    assert.equal(printer.cuts, 1);
    assert.equal((await hub.status()).print.byPath.relay, 1);
  });

  test('a socket is asked after a wake, and the server answers', async (t) => {
    const { page } = await openTill(t, { withoutWebRtc: true });
    const asked = await page.evaluate(() => new Promise((resolve) => {
      const { connection } = window.bellhop;
      const joined = [];
      connection.on('joined', () => joined.push(1));
      connection.wake();
      // A question without an answer gives the socket up after five seconds.
      setTimeout(() => resolve({ path: connection.path, joined: joined.length }), 6500);
    }));
    assert.deepEqual(asked, { path: 'hub-relay', joined: 0 });
    await attributeIs(page, 'path-badge', 'data-path', 'hub-relay');
  });
});
