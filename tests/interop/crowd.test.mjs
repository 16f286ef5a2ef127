// SPDX-License-Identifier: Apache-2.0
// A hundred peers at once, each with a thousand messages; none is lost.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startHub } from '../lib/hub.mjs';
import { Link } from '../lib/link.mjs';
import { implementations } from '../lib/peers.mjs';
import { until } from '../lib/wait.mjs';

const PEERS = 100;
const MESSAGES = 1000;

const native = implementations.find((one) => one.name === 'node-datachannel');
after(native.tearDown);

/** Sends all, counts what returns, in order. */
async function exchange(channel, who) {
  for (let index = 0; index < MESSAGES; index += 1) await channel.send(`${who}/${index}`);
  for (let index = 0; index < MESSAGES; index += 1)
    assert.equal(await channel.next(60000), `${who}/${index}`);
}

test(`${PEERS} peers with ${MESSAGES} messages each, none lost`, async (t) => {
  const hub = await startHub(t);
  const opening = Array.from({ length: PEERS }, () => Link.open(t, hub, native));
  const links = await Promise.all(opening);
  const { endpoint } = await hub.status();
  assert.equal(endpoint.connections, PEERS);
  assert.equal(endpoint.opened, PEERS);

  await Promise.all(links.map(({ channel }, who) => exchange(channel, who)));
  await hub.assertServing();

  await Promise.all(links.map(({ link }) => link.close()));
  await until('the hub let go of all', async () => (await hub.status()).endpoint.connections === 0,
    60000);
});
