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
