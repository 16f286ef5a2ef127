// SPDX-License-Identifier: Apache-2.0
// Peers that go without a word, and networks that lose packets.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startHub } from '../lib/hub.mjs';
import { Link } from '../lib/link.mjs';
import { implementations } from '../lib/peers.mjs';
import { until } from '../lib/wait.mjs';

const VANISHED_WITHIN_MS = 45000;

const werift = implementations.find((one) => one.name === 'werift');
const aiortc = implementations.find((one) => one.name === 'aiortc');

test('a peer that is killed is freed within 45 s', async (t) => {
  const hub = await startHub(t);
  const { link } = await Link.open(t, hub, aiortc);
  assert.equal((await hub.status()).endpoint.connections, 1);
  link.pc.kill();
  await link.signal.end();
  await until('the hub let go of it', async () => (await hub.status()).endpoint.connections === 0,
    VANISHED_WITHIN_MS);
});

test('peers that go after their offer, or their answer, are freed within 45 s', async (t) => {
  const hub = await startHub(t);
  for (const [index, stage] of ['offer', 'beOffered'].entries()) {
    // No datagram of it finds its way, nor says it anything after its description.
    const mangle = (text) => text.replace(/^a=candidate.*\r?\n/gm, '');
    const link = await Link.make(t, hub, werift, { mangle });
    link.channel('echo');
    const described = link[stage]();
    // The hub's answer to the offer does not come any more; the answer to the hub's offer is sent.
    if (stage === 'offer') described.catch(() => {});
    else await described;
    await until('the hub took it up', async () => (await hub.status()).endpoint.connections === index + 1);
    link.signal.socket.terminate();
    await link.pc.close();
  }
  await until('the hub let go of them',
    async () => (await hub.status()).endpoint.connections === 0, VANISHED_WITHIN_MS);
});

test('offers without end are refused, and the hub serves on', async (t) => {
  const hub = await startHub(t);
  const { link, channel } = await Link.open(t, hub, werift);
  const { sdp } = link.pc.localDescription;
  for (let index = 0; index < 40; index += 1) {
    link.signal.send({ type: 'offer', targetPeerId: link.signal.hubId,
      sdp: sdp.replace(/ice-ufrag:\S+/g, `ice-ufrag:again${index}`) });
  }
  await link.signal.take('relay', ({ payload }) => /Too many offers/.test(payload.message));
  await channel.send('still there');
  assert.equal(await channel.next(), 'still there');
  await hub.assertServing();
});

test('a peer that closes its connection is freed at once', async (t) => {
  // werift sends nothing at all when it closes: it is found missing like one that was killed.
  for (const implementation of implementations.filter((one) => one !== werift)) {
    const hub = await startHub(t);
    const { link, channel } = await Link.open(t, hub, implementation);
    await channel.send('here');
    await channel.next();
    await link.pc.close();
    await until(`the hub let go of ${implementation.name}`,
      async () => (await hub.status()).endpoint.connections === 0, 3000);
  }
});

test('what is sent just before the end of a channel arrives', async (t) => {
  // aiortc drops by itself what it has not sent yet.
  for (const implementation of implementations.filter((one) => one !== aiortc)) {
    const hub = await startHub(t, { printers: { paper: 'paper:' } });
    const { link } = await Link.open(t, hub, implementation);
    for (let round = 0; round < 10; round += 1) {
      const channel = link.channel('bellhop');
      await channel.open();
      await channel.say({ type: 'print', id: `p${round}`,
        printJob: { jobId: `j${round}`, content: { text: 'x'.repeat(20000) } } });
      channel.raw.close();
    }
    await until(`all jobs of ${implementation.name}`, async () => (await hub.jobs()).length === 10,
      10000);
  }
});

test('every twentieth datagram of the peer is lost: all arrives, in order', async (t) => {
  const hub = await startHub(t);
  const { link, channel } = await Link.open(t, hub, werift);
  // Not netem: few kernels of test machines have it.
  const { connection } = link.pc.iceTransports[0];
  const send = connection.send.bind(connection);
  let datagrams = 0;
  connection.send = (data) => ((datagrams += 1) % 20 === 0 ? Promise.resolve() : send(data));
  for (let index = 0; index < 1000; index += 50) {
    for (let n = index; n < index + 50; n += 1) await channel.send(`${n} ${'x'.repeat(500)}`);
    for (let n = index; n < index + 50; n += 1)
      assert.ok((await channel.next(30000)).startsWith(`${n} `), `message ${n} in order`);
  }
  assert.ok(datagrams > 100, 'the loss took place');
  await hub.assertServing();
});
