// SPDX-License-Identifier: Apache-2.0
// What liars and broken programs send. Each is answered clearly, and the hub serves on: afterwards it
// is healthy and prints a real receipt.

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import { after, describe, test } from 'node:test';

import { startHub, TENANT } from '../lib/hub.mjs';
import { Link } from '../lib/link.mjs';
import { implementations } from '../lib/peers.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { Signal } from '../lib/signal.mjs';
import { until, within } from '../lib/wait.mjs';

const KIB = 1024;
const native = implementations.find((one) => one.name === 'node-datachannel');
const werift = implementations.find((one) => one.name === 'werift');
after(native.tearDown);

/** A hub whose printer shows, at the end, that it still prints. */
async function startServing(t, options = {}) {
  const printer = await startPrinter(t);
  const hub = await startHub(t, { ...options, printers: { receipt: printer.uri } });
  hub.assertServesOn = async () => {
    await hub.assertServing();
    const till = await Signal.join(t, hub);
    const jobId = randomUUID();
    till.tellHub({ type: 'print', id: jobId, printJob: { jobId, content: { text: jobId } } });
    await till.hear('done', (payload) => payload.ref === jobId && payload.state === 'done', 15000);
    assert.equal(printer.count(jobId), 1);
  };
  return hub;
}

/** A WebSocket without a library: what it says can be as wrong as one likes. */
async function openRaw(t, hub) {
  const socket = net.connect(hub.port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  socket.write(`GET /signal HTTP/1.1\r\nHost: 127.0.0.1:${hub.port}\r\nUpgrade: websocket\r\n`
    + 'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
    + `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`);
  const received = { bytes: Buffer.alloc(0), closed: false };
  socket.on('data', (chunk) => { received.bytes = Buffer.concat([received.bytes, chunk]); });
  socket.on('close', () => { received.closed = true; });
  await until('handshake', () => received.bytes.includes('\r\n\r\n'));
  assert.match(received.bytes.toString('latin1'), /^HTTP\/1\.1 101/);
  received.bytes = Buffer.alloc(0);
  return { socket, received };
}

/** One frame, masked with zeros. */
function frame(opcode, payload, { fin = true } = {}) {
  const size = payload.length;
  const head = size < 126 ? [0x80 | size]
    : size < 65536 ? [0x80 | 126, size >> 8, size & 255]
      : [0x80 | 127, 0, 0, 0, 0, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255];
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode, ...head, 0, 0, 0, 0]), payload]);
}

/** The code of the close frame that came, wherever it stands. */
function closeCode({ bytes }) {
  const at = bytes.lastIndexOf(0x88);
  return at >= 0 && bytes.length >= at + 4 ? bytes.readUInt16BE(at + 2) : undefined;
}

describe('hostile signaling', () => {
  test('what is no message is answered, and the connection stays', async (t) => {
    const hub = await startServing(t);
    const signal = await Signal.connect(t, hub);
    const deep = `{"type":"join","x":${'['.repeat(20000)}${']'.repeat(20000)}}`;
    const nonsense = ['', 'hello', '{', '[]', '7', 'null', '"join"', '{}', '{"type":1}',
      '{"type":null}', '{"type":["join"]}', '{"type":"join"', deep, '{"a":1}{"type":"join"}',
      '{"type":"join","tenantId":{}}', `{"type":"join","tenantId":"${TENANT}","peerId":7}`,
      `{"type":"join","tenantId":"${TENANT}","role":"hub"}`, '{"type":"no-such-type"}',
      '{"type":"offer","sdp":"x"}', '{"type":"relay"}'];
    for (const text of nonsense) {
      signal.send(text);
      const error = await signal.take('error');
      assert.match(error.code, /^(bad-message|not-joined|forbidden|wrong-tenant|unauthorized)$/,
        `${text.slice(0, 60)}: ${JSON.stringify(error)}`);
      assert.equal(typeof error.message, 'string');
    }
    signal.send({ type: 'join', tenantId: TENANT });
    await signal.take('joined');
    await hub.assertServesOn();
  });

  test('a peer that is not there', async (t) => {
    const hub = await startServing(t);
    const signal = await Signal.join(t, hub);
    for (const message of [{ type: 'offer', sdp: 'v=0' }, { type: 'answer', sdp: 'v=0' },
      { type: 'ice-candidate', candidate: null }, { type: 'relay', payload: {} }]) {
      signal.send({ ...message, targetPeerId: 'nobody' });
      assert.equal((await signal.take('error')).code, 'unknown-peer', message.type);
    }
    await hub.assertServesOn();
  });

  test('binary: 1003', async (t) => {
    const hub = await startServing(t);
    const signal = await Signal.connect(t, hub);
    signal.socket.send(randomBytes(100));
    assert.equal((await within(5000, 'close', signal.closed)).code, 1003);
    await hub.assertServesOn();
  });

  test('too large, in one frame: 1009', async (t) => {
    const hub = await startServing(t);
    for (const size of [64 * KIB + 1, 8 * KIB * KIB]) {
      const signal = await Signal.connect(t, hub);
      signal.send('x'.repeat(size));
      assert.equal((await within(5000, 'close', signal.closed)).code, 1009, `${size}`);
    }
    await hub.assertServesOn();
  });

  test('endlessly fragmented: 1009 at the same size', async (t) => {
    const hub = await startServing(t);
    for (const size of [1, 1000]) {
      const { socket, received } = await openRaw(t, hub);
      const piece = frame(0, Buffer.alloc(size, 0x20), { fin: false });
      socket.write(frame(1, Buffer.from('{'), { fin: false }));
      for (let sent = 0; sent < 70 * KIB && !received.closed; sent += size * 64) {
        socket.write(Buffer.concat(Array(64).fill(piece)));
        await new Promise((resolve) => { setImmediate(resolve); });
      }
      await until('close', () => closeCode(received) !== undefined || received.closed, 10000);
      assert.equal(closeCode(received), 1009);
    }
    await hub.assertServesOn();
  });

  test('frames that break the rules', async (t) => {
    const hub = await startServing(t);
    const join = Buffer.from(JSON.stringify({ type: 'join', tenantId: TENANT }));
    // RFC 6455 section 7.4.1
    const broken = [
      ['invalid UTF-8', 1007, frame(1, Buffer.from([0x22, 0xff, 0xfe, 0x22]))],
      ['a reserved opcode', 1002, frame(3, Buffer.from('x'))],
      ['a continuation of nothing', 1002, frame(0, Buffer.from('x'))],
      ['an overlong ping', 1002, frame(9, Buffer.alloc(200))],
      ['reserved bits', 1002, Buffer.concat([Buffer.from([0xf1]), frame(1, join).subarray(1)])],
      ['an absurd length', 1009, Buffer.from([0x81, 0xff, 0xff, 255, 255, 255, 255, 255, 255, 255])],
      ['no mask', 1002, Buffer.concat([Buffer.from([0x81, join.length]), join])],
    ];
    for (const [what, code, bytes] of broken) {
      const { socket, received } = await openRaw(t, hub);
      socket.write(bytes);
      await until(`an answer to ${what}`, () => closeCode(received) !== undefined || received.closed, 10000);
      assert.equal(closeCode(received), code, what);
      await hub.assertServing();
    }
    const { socket, received } = await openRaw(t, hub);
    socket.end(randomBytes(5000));
    await until('an end of the noise', () => received.closed, 10000);
    await hub.assertServesOn();
  });

  test('a flood from one peer is slowed: rate-limited', async (t) => {
    const hub = await startServing(t);
    const signal = await Signal.join(t, hub);
    for (let index = 0; index < 3000; index += 1)
      signal.send({ type: 'relay', targetPeerId: signal.hubId, payload: { type: 'x', index } });
    await signal.inbox.take('rate-limited', (message) => message.code === 'rate-limited', 10000);
    await hub.assertServesOn();
  });

  test('a reader that never reads is let go, its sender is not', async (t) => {
    const hub = await startServing(t, { limits: { 'queued-bytes': 256 * KIB,
      'messages-per-second': 100000, 'message-burst': 100000 } });
    const reader = await Signal.join(t, hub);
    const sender = await Signal.join(t, hub);
    reader.socket._socket.pause();
    const payload = 'x'.repeat(32 * KIB);
    const learned = () => sender.inbox.waiting.some((message) =>
      ['error', 'peers', 'peer-left'].includes(message.type));
    // The kernel's own buffers hold some megabytes before the hub's begin to fill.
    for (let sent = 0; sent < 1000 && !learned(); sent += 1) {
      sender.send({ type: 'relay', targetPeerId: reader.peerId, payload });
      await until('the sender drains', () => sender.socket.bufferedAmount < 256 * KIB, 10000);
    }
    await until('the sender learns of it', learned, 10000);
    assert.equal(sender.socket.readyState, 1, 'the sender stays');
    reader.socket._socket.resume();
    await hub.assertServesOn();
  });

  test('more peers than the limit: tenant-full', async (t) => {
    const hub = await startServing(t, { limits: { peers: 3 } });
    for (let index = 0; index < 2; index += 1) await Signal.join(t, hub);
    const errors = [];
    for (let index = 0; index < 4; index += 1) {
      const signal = await Signal.connect(t, hub);
      signal.send({ type: 'join', tenantId: TENANT });
      const answer = await signal.inbox.take('answer',
        (message) => ['joined', 'error'].includes(message.type));
      if (answer.type === 'error') errors.push(answer.code);
    }
    assert.ok(errors.length >= 3 && errors.every((code) => code === 'tenant-full'), `${errors}`);
    await hub.assertServing();
  });
});

describe('hostile WebRTC', () => {
  /** Offers this SDP; the answer must be an error that says so. */
  async function assertRefused(signal, sdp) {
    signal.send({ type: 'offer', targetPeerId: signal.hubId, sdp });
    const answer = await signal.inbox.take('refusal', (message) => message.type === 'error'
      || message.type === 'answer' || (message.type === 'relay' && message.payload.type === 'error'));
    assert.notEqual(answer.type, 'answer', `answered: ${sdp.slice(0, 100)}`);
  }

  test('offers that are none', async (t) => {
    const hub = await startServing(t);
    const link = await Link.make(t, hub, native);
    link.channel('echo');
    const { sdp } = await link.pc.createOffer();
    const { signal } = link;
    const without = (pattern) => sdp.replace(pattern, '');
    for (const bad of ['', 'garbage', 'v=0\r\n', randomBytes(2000).toString('latin1'),
      'm=application '.repeat(2000), without(/^a=fingerprint:.*\r\n/gm),
      sdp.replace(/^a=fingerprint:.*$/gm, 'a=fingerprint:sha-256 00:11'),
      sdp.replace(/^a=fingerprint:.*$/gm, 'a=fingerprint:md5 00:11:22'),
      without(/^a=ice-ufrag:.*\r\n/gm), without(/^a=ice-pwd:.*\r\n/gm), without(/^m=[^]*$/gm)])
      await assertRefused(signal, bad);
    await hub.assertServesOn();
  });

  test('a certificate that is not the one of the offer opens nothing', async (t) => {
    const hub = await startServing(t);
    const wrong = Array.from({ length: 32 }, () => 'AB').join(':');
    const link = await Link.make(t, hub, native, { mangle: (text) =>
      text.replace(/^(a=fingerprint:sha-256 ).*$/gm, `$1${wrong}`) });
    const channel = link.channel('bellhop');
    await link.offer();
    await channel.open(1500).then(
      async () => {
        // Some stacks believe themselves open before the other side has judged: nothing may answer.
        await channel.say({ type: 'printers', id: 'p' }).catch(() => {});
        await assert.rejects(channel.next(1500));
      }, () => {});
    assert.equal((await hub.status()).endpoint.opened, 0);
    await hub.assertServesOn();
  });

  test('candidates that are none', async (t) => {
    const hub = await startServing(t);
    const { link, channel } = await Link.open(t, hub, native);
    for (const candidate of ['garbage', 'candidate:', `candidate:${'9'.repeat(5000)}`,
      'candidate:1 1 udp 99999999999 1.2.3.4 99999 typ host', 'candidate:1 1 udp 1 ::: 1 typ host',
      `candidate:1 1 udp 1 ${'x'.repeat(3000)}.local 9 typ host`,
      ...Array.from({ length: 100 }, () => `candidate:1 1 udp 1 ${randomUUID()}.local 9 typ host`)])
      link.signal.send({ type: 'ice-candidate', targetPeerId: link.signal.hubId,
        candidate: { candidate, sdpMid: '0', sdpMLineIndex: 0 } });
    await channel.send('still there');
    assert.equal(await channel.next(), 'still there');
    await hub.assertServesOn();
  });

  test('noise on the ICE port', async (t) => {
    const hub = await startServing(t);
    const { link, channel } = await Link.open(t, hub, native);
    const lines = [link.remote, ...link.heard].join('\n');
    const targets = [...lines.matchAll(/candidate:\S+ 1 udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ host/gi)]
      .map((match) => [Number(match[2]), match[1]]);
    assert.ok(targets.length > 0, 'the hub has named an address');
    const socket = dgram.createSocket('udp4');
    t.after(() => socket.close());
    const stun = Buffer.concat([Buffer.from([0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42]), randomBytes(20)]);
    const hello = Buffer.concat([Buffer.from([22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0]),
      randomBytes(200)]);
    for (const [port, address] of targets) {
      for (let index = 0; index < 200; index += 1) {
        const kind = [stun, hello, randomBytes(1 + index * 7), Buffer.alloc(0)][index % 4];
        await new Promise((resolve) => { socket.send(kind, port, address, resolve); });
      }
    }
    await channel.send('still there');
    assert.equal(await channel.next(), 'still there');
    await hub.assertServesOn();
  });

  /** A werift peer, whose layers can be reached one by one. */
  async function openLayers(t, hub) {
    const { link, channel } = await Link.open(t, hub, werift);
    const [ice] = link.pc.iceTransports;
    const [dtls] = link.pc.dtlsTransports;
    return { link, channel, ice: ice.connection, dtls, sctp: link.pc.sctpTransport.sctp };
  }

  test('DTLS noise from the peer itself', async (t) => {
    const hub = await startServing(t);
    const { channel, ice } = await openLayers(t, hub);
    for (let index = 0; index < 200; index += 1) {
      const record = randomBytes(13 + index * 5);
      record[0] = 20 + index % 44;
      record[1] = 254;
      record[2] = 253;
      await ice.send(record);
    }
    await channel.send('still there');
    assert.equal(await channel.next(), 'still there');
    await hub.assertServesOn();
  });

  test('SCTP noise inside DTLS', async (t) => {
    const hub = await startServing(t);
    const { dtls, link } = await openLayers(t, hub);
    for (let index = 0; index < 200; index += 1) {
      const packet = randomBytes(index * 5);
      if (packet.length >= 12) {
        packet.writeUInt16BE(5000, 0);
        packet.writeUInt16BE(5000, 2);
      }
      await dtls.sendData(packet);
    }
    await hub.assertServesOn();
    await link.close();
    const { channel } = await Link.open(t, hub, native);
    await channel.send('next peer');
    assert.equal(await channel.next(), 'next peer');
  });

  test('DCEP noise on every stream', async (t) => {
    const hub = await startServing(t);
    const { link, channel, sctp } = await openLayers(t, hub);
    const open = (label, protocol, labelLength = label.length) => Buffer.concat([
      Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, labelLength >> 8, labelLength & 255, 0, protocol.length]),
      Buffer.from(label), Buffer.from(protocol)]);
    const messages = [Buffer.from([]), Buffer.from([3]), Buffer.from([2]), Buffer.from([9, 9, 9]),
      open('x', '', 60000), open('x'.repeat(3000), ''), open('\xff\xfe', ''), randomBytes(500),
      Buffer.concat([Buffer.from([3, 0x77]), randomBytes(10)])];
    for (let index = 0; index < 100; index += 1)
      await sctp.send(20 + 2 * index, 50, messages[index % messages.length]);
    await channel.send('still there');
    assert.equal(await channel.next(), 'still there');
    assert.ok(link.pc.connectionState === 'connected');
    await hub.assertServesOn();
  });

  test('more channels than the limit', async (t) => {
    const hub = await startServing(t, { limits: { channels: 8 } });
    const { link, channel } = await Link.open(t, hub, native);
    const extra = Array.from({ length: 20 }, () => link.channel('echo'));
    // How many of the 13 that are too many libdatachannel tells us of differs: it may give a stream
    // that is being reset to a second channel, and then never ends the first.
    const count = (state) => extra.filter((one) => one.raw.readyState === state).length;
    await until('seven are open and the surplus is refused',
      () => count('open') === 7 && count('closed') > 0, 10000);
    assert.equal((await hub.status()).endpoint.channels, 8);
    await channel.send('still there');
    assert.equal(await channel.next(), 'still there');
    await hub.assertServesOn();
  });

  test('nonsense on an open channel is answered on it', async (t) => {
    const hub = await startServing(t);
    const { channel } = await Link.open(t, hub, native, 'bellhop');
    for (const text of ['', 'x', '[]', '{}', '{"type":1}', '{"type":"no-such-type","id":"1"}',
      '['.repeat(50000), '{"type":"chunk","id":"c","index":5,"count":-1,"data":7}']) {
      await channel.send(text);
      await channel.hear(`error for ${text.slice(0, 20)}`, (message) => message.type === 'error');
    }
    await channel.send(randomBytes(1000));
    await channel.say({ type: 'printers', id: 'p' });
    await channel.hear('printers', (message) => message.type === 'printers');
    await hub.assertServesOn();
  });
});

describe('hostile HTTP', () => {
  /** Sends bytes, returns all that comes until the other side closes or falls silent. */
  const exchange = (hub, bytes) => new Promise((resolve) => {
    const socket = net.connect(hub.port, '127.0.0.1');
    let text = '';
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (chunk) => { text += chunk.toString('latin1'); });
    socket.on('error', () => {}).on('close', () => resolve(text));
    socket.write(bytes);
  });

  test('requests that are none', async (t) => {
    const hub = await startServing(t);
    const host = `Host: 127.0.0.1:${hub.port}\r\n`;
    for (const bytes of ['\r\n\r\n', 'GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', randomBytes(4000),
      `GET /${'a'.repeat(100000)} HTTP/1.1\r\n${host}\r\n`,
      `GET / HTTP/1.1\r\n${host}${'X: y\r\n'.repeat(20000)}\r\n`,
      `GET /../../../../etc/passwd HTTP/1.1\r\n${host}\r\n`,
      `POST /api/v1/jobs HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{`,
      `POST /api/v1/jobs HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`,
      `DELETE /api/v1/jobs HTTP/1.1\r\n${host}\r\n`]) {
      const answer = await exchange(hub, bytes);
      assert.ok(!/^HTTP\/1\.\d 2/.test(answer), answer.slice(0, 200));
      assert.ok(!answer.includes('root:'), 'no file of the machine');
    }
    await hub.assertServesOn();
  });

  test('bodies that are none', async (t) => {
    const hub = await startServing(t);
    for (const [body, status] of [['', 400], ['{', 400], ['[]', 400], ['{"printJob":1}', 400],
      [`"${'x'.repeat(2 * KIB * KIB)}"`, 413]]) {
      const answer = await fetch(`${hub.origin}/api/v1/jobs`, { method: 'POST', body,
        headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(5000) })
        .then((response) => response.status, () => 413);
      assert.equal(answer, status, body.slice(0, 20));
    }
    await hub.assertServesOn();
  });
});
