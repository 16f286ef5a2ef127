// SPDX-License-Identifier: Apache-2.0
// The instruments themselves: what is measured with them is worth no more than they are.

import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';

import { atEnd } from './ends.mjs';
import { readEscPos } from './escpos.mjs';
import { hideAddress } from './link.mjs';
import { startPrinter } from './printer.mjs';
import { Inbox, until, within } from './wait.mjs';

const bytes = (...parts) => Buffer.concat(parts.map((part) =>
  (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from([part].flat()))));

test('ESC/POS: text, style, alignment, cut', () => {
  const things = readEscPos(bytes('\x1b@\x1bt', 19, '\x1ba', 1, '\x1bE', 1, '\x1d!', 0x11, 'Caf',
    0x82, ' ', 0xd5, '\x1bE', 0, '\x1d!', 0, ' plain\n', '\x1ba', 0, 'left', '\x1dV', 66, 3));
  assert.equal(things[0].text, 'Café € plain');
  assert.equal(things[0].align, 'center');
  assert.deepEqual(things[0].runs.map(({ text, bold, width, height }) => [text, bold, width, height]),
    [['Café €', true, 2, 2], [' plain', false, 1, 1]]);
  assert.deepEqual([things[1].text, things[1].align], ['left', 'left']);
  assert.deepEqual(things[2], { cut: 'partial' });
});

test('ESC/POS: QR, raster, drawer, completion', () => {
  const things = readEscPos(bytes('\x1d(k', 7, 0, '1P0abcd', '\x1d(k', 3, 0, '1Q0',
    '\x1dv0', 0, 1, 0, 2, 0, 0xff, 0x01, '\x1bp', 0, 25, 250, '\x1d(H', 6, 0, 48, 48, 'id42'));
  assert.equal(things[0].qr.data, 'abcd');
  assert.deepEqual([things[1].raster.width, things[1].raster.height, things[1].raster.black], [8, 2, 9]);
  assert.deepEqual(things[2], { drawer: true });
  assert.deepEqual(things[3], { ask: 'completion', id: Buffer.from('id42') });
});

test('ESC/POS: every page that is named has 128 characters', () => {
  for (const page of [0, 2, 16, 17, 18, 19, 46]) {
    const upper = Array.from({ length: 128 }, (_, index) => 0x80 + index);
    const [{ text }] = readEscPos(bytes('\x1bt', page, upper, '\n'));
    assert.equal([...text].length, 128, `page ${page}`);
    assert.ok(!text.includes('undefined'), `page ${page}`);
  }
  assert.equal(readEscPos(bytes('\x1bt', 16, 0x8e, 0x80, '\n'))[0].text, 'Ž€');
});

test('ESC/POS: nonsense and half a command are errors', () => {
  assert.throws(() => readEscPos(bytes('\x1b\x01\x01')));
  assert.throws(() => readEscPos(bytes('\x1dv0', 0, 1, 0)), /unfinished/);
  assert.throws(() => readEscPos(bytes('\x1bt', 99, 0xe9)), /code page 99/);
});

test('the printer answers function 48 with its id, and only then', async (t) => {
  const printer = await startPrinter(t);
  const socket = net.connect(printer.port, '127.0.0.1');
  t.after(() => socket.destroy());
  const inbox = new Inbox();
  socket.on('data', (chunk) => inbox.put(chunk));
  for (const byte of bytes('hello\n', '\x1d(H', 6, 0, 48, 48, 'abcd')) socket.write(Buffer.of(byte));
  assert.deepEqual(await inbox.take('answer'), bytes(0x37, 0x22, 'abcd', 0));
  assert.equal(printer.text, 'hello');
});

test('candidates lose their address and nothing else', () => {
  const line = 'candidate:1 1 udp 2122 10.77.0.1 5000 typ host generation 0';
  for (const start of ['', 'a=']) {
    const hidden = hideAddress(start + line);
    assert.match(hidden, /^(a=)?candidate:1 1 udp 2122 [0-9a-f-]{36}\.local 5000 typ host generation 0$/);
  }
  assert.equal(hideAddress('c=IN IP4 10.77.0.1'), 'c=IN IP4 10.77.0.1');
});

test('waiting has an end', async () => {
  await assert.rejects(within(20, 'miracle', new Promise(() => {})), /no miracle/);
  await assert.rejects(until('never', () => false, 20), /never/);
  const inbox = new Inbox();
  inbox.put(1);
  inbox.put(2);
  assert.equal(await inbox.take('two', (one) => one === 2), 2);
  inbox.end(new Error('over'));
  assert.equal(await inbox.take('one'), 1);
  await assert.rejects(inbox.take('more'), /over/);
});

test('what a test leaves is ended, also behind an end that failed', async () => {
  const hooks = [];
  const t = { after: (hook) => hooks.push(hook) };
  const ended = [];
  atEnd(t, () => { throw new Error('the hub crashed'); });
  atEnd(t, async () => ended.push('browser'));
  assert.equal(hooks.length, 1);
  await assert.rejects(hooks[0](), /the hub crashed/);
  assert.deepEqual(ended, ['browser']);
});
