// SPDX-License-Identifier: Apache-2.0
// Peers that go without a word, and networks that lose packets. One far host a file: tests share it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startHub } from '../lib/hub.mjs';
import { Link } from '../lib/link.mjs';
import { losePackets, makeFarHost, skipOutsideLab } from '../lib/network.mjs';
import { implementations } from '../lib/peers.mjs';
import { until } from '../lib/wait.mjs';

const VANISHED_WITHIN_MS = 45000;

const native = implementations.find((one) => one.name === 'node-datachannel');
const aiortc = implementations.find((one) => one.name === 'aiortc');
after(native.tearDown);

test('a peer that is killed is freed within 45 s', async (t) => {
  const hub = await startHub(t);
  const { link } = await Link.open(t, hub, aiortc);
  assert.equal((await hub.status()).endpoint.connections, 1);
  link.pc.kill();
  await link.signal.end();
  await until('the hub let go of it', async () => (await hub.status()).endpoint.connections === 0,
    VANISHED_WITHIN_MS);
});

test('a network that loses one packet in twenty', { skip: skipOutsideLab }, async (t) => {
  const hub = await startHub(t, { host: await makeFarHost(t) });
  losePackets(5);
  const { channel } = await Link.open(t, hub, native);
  const count = 2000;
  for (let index = 0; index < count; index += 1) await channel.send(`${index} ${'x'.repeat(500)}`);
  for (let index = 0; index < count; index += 1)
    assert.ok((await channel.next(30000)).startsWith(`${index} `), `message ${index} in order`);
  await hub.assertServing();
});
