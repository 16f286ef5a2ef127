// SPDX-License-Identifier: Apache-2.0
// Signaling over real sockets; the rules one by one are the room's unit tests.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startHub, TENANT } from '../lib/hub.mjs';
import { Signal } from '../lib/signal.mjs';

test('peers see each other come, talk, and go', async (t) => {
  const hub = await startHub(t);
  const first = await Signal.join(t, hub, { name: 'first' });
  const second = await Signal.join(t, hub, { name: 'second' });
  assert.equal(second.joined.peers[0].role, 'hub', 'the hub comes first');
  assert.ok(second.joined.peers.some((peer) => peer.peerId === first.peerId));
  assert.equal(second.joined.server.kind, 'local');
  const isSecond = (message) => JSON.stringify(message).includes(second.peerId);
  await first.inbox.take('peer-joined', isSecond);

  first.send({ type: 'offer', targetPeerId: second.peerId, sdp: 'v=0 from first' });
  const offer = await second.take('offer');
  assert.deepEqual([offer.sdp, offer.fromPeerId], ['v=0 from first', first.peerId]);
  second.send({ type: 'relay', targetPeerId: first.peerId, payload: { type: 'x', n: 1 } });
  assert.deepEqual(await first.hear('x', (payload) => payload.type === 'x'), { type: 'x', n: 1 });

  second.send({ type: 'leave' });
  await first.inbox.take('peer-left', (message) => message.type !== 'offer' && isSecond(message));
});

test('a lost connection takes its place back by `resume`', async (t) => {
  const hub = await startHub(t);
  const lost = await Signal.join(t, hub);
  await lost.end();
  const back = await Signal.join(t, hub, { peerId: lost.peerId, resume: lost.joined.resume });
  assert.equal(back.peerId, lost.peerId);
  const thief = await Signal.connect(t, hub);
  thief.send({ type: 'join', tenantId: TENANT, peerId: lost.peerId, resume: 'guessed' });
  const answer = await thief.inbox.take('answer', (one) => ['joined', 'error'].includes(one.type));
  assert.notEqual(answer.peerId, lost.peerId, 'a wrong secret takes nothing');
  back.tellHub({ type: 'printers', id: 'p' });
  await back.hear('printers', (payload) => payload.type === 'printers');
});

test('both paths of the upgrade, and the tenant by query', async (t) => {
  const hub = await startHub(t);
  for (const place of ['/', '/signal', `/signal?tenantId=${TENANT}`]) {
    const signal = await Signal.connect(t, hub, `ws://127.0.0.1:${hub.port}${place}`);
    signal.send({ type: 'join', ...(place.includes('?') ? {} : { tenantId: TENANT }) });
    assert.equal((await signal.take('joined')).tenantId, TENANT);
  }
});
