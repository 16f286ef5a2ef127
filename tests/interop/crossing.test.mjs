// SPDX-License-Identifier: Apache-2.0
// Two devices offer to each other at the same moment: one link, and what is said on it arrives.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { client } from '../lib/client.mjs';
import { implementations } from '../lib/peers.mjs';
import { Inbox, until } from '../lib/wait.mjs';

const MESSAGES = 100;

// werift takes no offer back.
const native = implementations.find((one) => one.name === 'node-datachannel');
after(native.tearDown);

/** A function is enough of a constructor. */
function PeerConnection() {
  return native.make();
}

/** A device's end of the link; `say` passes its signals on. */
function makeEnd(t, ownPeerId, otherPeerId, say) {
  const link = new client.PeerLink({ RTCPeerConnection: PeerConnection, iceServers: [], tenantId: 't',
    ownPeerId, otherPeerId, clock: client.systemClock, sendSignal: say });
  t.after(() => link.close());
  const inbox = new Inbox();
  link.on('message', (message) => inbox.put(message));
  return { link, inbox };
}

test('offers that cross: each side hears all that the other says, in order', async (t) => {
  const held = [];
  let pass = (...signal) => held.push(signal);
  const a = makeEnd(t, 'a', 'b', (signal) => pass(b, signal));
  const b = makeEnd(t, 'b', 'a', (signal) => pass(a, signal));
  a.link.start();
  b.link.start();
  await until('both have offered',
    () => held.filter(([, { type }]) => type === 'offer').length === 2);
  pass = (end, signal) => setImmediate(() => end.link.handle(signal));
  for (const signal of held) pass(...signal);

  await until('both are open', () => a.link.state === 'open' && b.link.state === 'open');
  for (const [from, to] of [[a, b], [b, a]]) {
    for (let n = 0; n < MESSAGES; n += 1) assert.ok(from.link.send(JSON.stringify({ type: 'n', n })));
    for (let n = 0; n < MESSAGES; n += 1) assert.equal((await to.inbox.take(`message ${n}`)).n, n);
  }
  a.link.close();
  await until('the other knows', () => b.link.state === 'closed');
});
