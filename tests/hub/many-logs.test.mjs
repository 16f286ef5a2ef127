// SPDX-License-Identifier: Apache-2.0
// A device whose storage was lost again and again has as many logs. When it is removed, what came in
// each of them until then still counts: at the hub, on a page, and on a replica that comes later.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { client, connect } from '../lib/client.mjs';
import { Device, identityOf } from '../lib/device.mjs';
import { startHub } from '../lib/hub.mjs';
import { byRelay, OperationLog, Replica } from '../lib/operation.mjs';
import { Signal } from '../lib/signal.mjs';
import { until } from '../lib/wait.mjs';

/* More than four operations can name. */
const LOGS = 1000;
/* What one operation names, as core/hub/cut-off.h has it. */
const A_PART = 240;
const A_BATCH = 50;

async function openPage(t, hub, name) {
  const device = await Device.pair(hub, { name });
  const connection = connect(t, { signalingServer: hub.signaling, tenantId: device.tenantId,
    identity: identityOf(device), webrtc: null, property: { store: new client.MemoryStore() } });
  return until('a replica', () => connection.property, 20000);
}

async function replicate(t, hub, device) {
  const replica = new Replica(device, byRelay(await Signal.joinAs(t, hub, device)));
  await replica.begin();
  return replica;
}

test('a device with a thousand logs is removed, and what it wrote stays', { timeout: 60000 }, async (t) => {
  const hub = await startHub(t, { open: false });
  const lost = await Device.pair(hub, { name: 'Lost phone' });
  const page = await openPage(t, hub, 'Anna');
  const logs = Array.from({ length: LOGS }, () => new OperationLog(lost));
  const noteOf = (i) => `message/of-log-${i}`;
  const write = (log, name) => log.write('message.send', name, { to: { role: 'staff' }, text: 'x' });
  const before = logs.map((log, i) => write(log, noteOf(i)));
  const away = await replicate(t, hub, lost);
  for (let i = 0; i < LOGS; i += A_BATCH) await away.push(before.slice(i, i + A_BATCH));
  await until('the page has all', () => page.record(noteOf(LOGS - 1)), 20000);

  // Not one more: the device is told so, and the manager.
  const { refused: [refusal] } = await away.push([write(new OperationLog(lost), 'message/of-no-log')]);
  assert.deepEqual([refusal.code, refusal.retryMs], ['too-many-logs', undefined]);
  const { entries } = await hub.control('GET', '/api/v1/audit');
  assert.ok(entries.some(({ kind, subject, detail }) =>
    kind === 'operations-aside' && subject === 'Lost phone' && detail === 'too-many-logs'));

  await hub.control('POST', '/api/v1/devices/revoke', { deviceId: lost.deviceId });
  // It met a colleague, who has what it wrote later and hands it on.
  const ben = await Device.pair(hub, { name: 'Ben' });
  const replica = await replicate(t, hub, ben);
  await replica.push([write(logs[0], 'message/late-0'), write(logs[LOGS - 1], 'message/late-1')],
    [lost.membership]);
  const cutOffs = replica.operations;
  await replica.pull('the cut-off', ({ kind }) => kind === 'device.cutoff');
  const told = cutOffs.map(({ text }) => JSON.parse(text)).filter(({ kind }) => kind.startsWith('device.cutoff'));
  assert.deepEqual(told.map(({ body }) => body.part ?? '1'), ['5', '4', '3', '2', '1'], 'the whole comes last');
  assert.ok(told.every(({ body }) => body.cutoffs.length <= A_PART));
  assert.deepEqual(told.flatMap(({ body }) => body.cutoffs.map(({ logId }) => logId)).sort(),
    logs.map(({ logId }) => logId).sort());

  const { aside } = await hub.control('GET', '/api/v1/operations/aside');
  assert.deepEqual(aside.map(({ entity, reason }) => [entity, reason]).sort(),
    [['message/late-0', 'revoked'], ['message/late-1', 'revoked']]);
  const fresh = await openPage(t, hub, 'New');
  for (const [what, property] of [['the page that was there', page], ['one that came later', fresh]]) {
    await until(`${what} has all`, () => logs.every((_, i) => property.record(noteOf(i))), 20000);
    await until(`${what} knows the device is gone`,
      () => property.record(`device/${lost.deviceId}`)?.registers['cutoff/all'], 20000);
    assert.equal(property.record('message/late-0'), null, what);
    assert.equal(property.record('message/late-1'), null, what);
  }

  const { raised } = await hub.control('POST', '/api/v1/operations/admit', { deviceId: lost.deviceId });
  assert.equal(raised, 5);
  await until('nothing is aside', async () => (await hub.control('GET', '/api/v1/operations/aside')).aside.length === 0);
  await until('the pages have it', () => page.record('message/late-1') && fresh.record('message/late-0'), 20000);
});
