// SPDX-License-Identifier: Apache-2.0
// More than anybody rings up, faster than anybody can: nothing is lost, nothing is printed twice.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { attributeIs, browserName, openPage, recordTraffic, startBrowser }
  from '../lib/browser.mjs';
import { startHub } from '../lib/hub.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { judge, judgePayload } from '../lib/schema.mjs';
import { slowness, until } from '../lib/wait.mjs';

// A hub with sanitizers takes as long for fewer; the load itself is the other variant’s.
const MANY = Math.ceil(300 / slowness);

async function open(t, { withoutWebRtc }) {
  const printer = await startPrinter(t);
  const hub = await startHub(t, { printers: { receipt: printer.uri } });
  const page = await openPage(await startBrowser(t, { withoutWebRtc }), `${hub.origin}/paper`);
  await page.waitForFunction((wanted) => wanted.includes(window.bellhop?.connection.path), {},
    withoutWebRtc ? ['hub-relay'] : ['local-p2p']);
  return { hub, page, printer };
}

describe(`many at once in ${browserName}`, () => {
  for (const [way, withoutWebRtc] of [['channel', false], ['relay', true]]) {
    test(`${MANY} jobs by ${way}: each once`, { timeout: 180000 * slowness }, async (t) => {
      const { hub, page, printer } = await open(t, { withoutWebRtc });
      const phases = await page.evaluate(async (count) => {
        const prints = Array.from({ length: count }, (_, n) => window.bellhop.connection.print(
          { jobId: `flood-${n}`, printer: 'receipt', content: { text: `receipt no. ${n}.` } }));
        const views = await Promise.all(prints.map((print) => print.settled()));
        return views.map(({ phase }) => phase);
      }, MANY);
      assert.deepEqual([...new Set(phases)], ['done']);
      await until('all is cut', () => printer.cuts >= MANY, 30000);
      assert.equal(printer.cuts, MANY);
      for (let n = 0; n < MANY; n += 1)
        assert.equal(printer.text.split(`receipt no. ${n}.`).length, 2, `no. ${n} stands once`);
      const { print } = await hub.status();
      assert.equal(print.byPath[way], MANY);
    });
  }

  test('a large picture without a channel', async (t) => {
    const { hub, page, printer } = await open(t, { withoutWebRtc: true });
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

  test('after a wake a socket is asked, and the server answers', async (t) => {
    const { page } = await open(t, { withoutWebRtc: true });
    const traffic = await recordTraffic(page);
    await attributeIs(page, 'path-badge', 'data-path', 'hub-relay');
    await page.evaluate(() => window.bellhop.connection.wake());
    await until('the question is answered', async () => {
      const frames = (await traffic()).filter(({ way }) => way === 'signaling')
        .map(({ message }) => message);
      const { peerId } = frames.find(({ type }) => type === 'joined');
      return frames.some(({ type, targetPeerId }) => type === 'relay' && targetPeerId === peerId)
        && frames.some(({ type, targetPeerId, inReplyTo }) => type === 'error'
          && inReplyTo === 'relay' && targetPeerId === peerId);
    });
  });

  for (const [way, withoutWebRtc] of [['channel', false], ['relay', true]]) {
    test(`a page's session by ${way} speaks the protocol, both sides of it`, async (t) => {
      const { page } = await open(t, { withoutWebRtc });
      const traffic = await recordTraffic(page);
      await attributeIs(page, 'path-badge', 'data-path', withoutWebRtc ? 'hub-relay' : 'local-p2p');
      const phase = await page.evaluate(async () => (await window.bellhop.connection.print(
        { jobId: 'one', printer: 'receipt', content: { text: 'one receipt' } }).settled()).phase);
      assert.equal(phase, 'done');
      const frames = await traffic();
      for (const { way: by, from, message } of frames) {
        const said = `${from} by ${by}: ${JSON.stringify(message)}`;
        if (by === 'channel') assert.equal(judgePayload(message), null, said);
        else assert.equal(judge('signaling', from === 'page' ? 'client' : 'server', message), null, said);
        if (message.type === 'relay') assert.equal(judgePayload(message.payload), null, said);
      }
      const types = new Set(frames.flatMap(({ from, message }) =>
        [message, message.payload].map((one) => `${from} ${one?.type}`)));
      const wanted = ['page join', 'other joined', 'page print', 'other print-status',
        ...(withoutWebRtc ? ['page relay', 'other relay']
          : ['page offer', 'other answer', 'page ice-candidate'])];
      for (const type of wanted) assert.ok(types.has(type), `${type} among ${[...types]}`);
    });
  }
});
