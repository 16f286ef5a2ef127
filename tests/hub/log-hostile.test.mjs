// SPDX-License-Identifier: Apache-2.0
// A paired device that lies: what it hands over is refused, set aside or bounded, and the others
// notice nothing.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';

import { b64, Device, SignKey } from '../lib/device.mjs';
import { startHub } from '../lib/hub.mjs';
import { Link } from '../lib/link.mjs';
import { byChannel, newLogId, OperationLog, Replica } from '../lib/operation.mjs';
import { implementations } from '../lib/peers.mjs';
import { Signal } from '../lib/signal.mjs';
import { slowness, until } from '../lib/wait.mjs';

const native = implementations.find((one) => one.name === 'node-datachannel');
after(native.tearDown);

const LONG = { timeout: 120000 };

async function join(t, hub, name) {
  const device = await Device.pair(hub, { name });
  const signal = await Signal.joinAs(t, hub, device);
  const { channel } = await Link.open(t, hub, native, 'log', { signal });
  const replica = new Replica(device, byChannel(channel));
  await replica.begin();
  return { device, channel, replica, log: new OperationLog(device) };
}

async function startHouse(t) {
  const hub = await startHub(t, { open: false });
  return { hub, liar: await join(t, hub, 'Liar'), anna: await join(t, hub, 'Anna') };
}

/** What Anna writes is taken as if nothing were. */
async function assertUnharmed(hub, { replica, log }) {
  const { orderId, operations } = log.writeOrder(['Soup']);
  const began = performance.now();
  const { have, refused = [] } = await replica.push(operations);
  assert.deepEqual(refused, []);
  assert.equal(have[log.logId], log.operations.length);
  assert.ok(performance.now() - began < 10000 * slowness, 'and soon');
  const { order } = await hub.control('GET', `/api/v1/orders?orderId=${orderId}`);
  assert.equal(order.lines.length, 1);
}

const codes = ({ refused = [] }) => refused.map(({ code }) => code);

describe('a hostile device', () => {
  test('forged operations and those of others are refused', LONG, async (t) => {
    const { hub, liar, anna } = await startHouse(t);
    const line = ['item.set', 'item/x', { version: 1, set: { name: 'X' } }];
    const make = (over) => new OperationLog(liar.device).make(...line, over);
    const push = async (operation, members) => codes(await liar.replica.push([operation], members));
    const forged = [
      make({ key: new SignKey() }),
      make({ deviceId: anna.device.deviceId }),
      make({ deviceId: anna.device.deviceId, logId: newLogId(anna.device.deviceId) }),
      make({ role: 'manager' }),
      make({ role: 'hub' }),
      { ...make({}), sig: b64(Buffer.alloc(64)) },
    ];
    for (const operation of forged)
      assert.ok(['forged', 'unknown-device'].includes((await push(operation, [liar.device.membership,
        anna.device.membership]))[0]), operation.text);
    const stranger = randomUUID();
    assert.deepEqual(await push(make({ deviceId: stranger, logId: newLogId(stranger) })), ['unknown-device']);
    assert.deepEqual(await push(make({ tenantId: 'elsewhere' })), ['wrong-tenant']);
    const { text } = make({});
    for (const bad of [text.replace('{"logId"', '{ "logId"'), `${text} `, text.replace('"seq":1', '"seq":1.0'),
      text.replace('"seq":1', '"seq":-1'), text.replace('"kind"', '"kinds"'), '{}', 'x', '{"a":1,"a":2}'])
      assert.deepEqual((await push({ text: bad, sig: make({}).sig })).filter((code) => code !== 'bad-operation'), [], bad);
    assert.equal((await hub.status()).log.operations['local-p2p'], 0, 'nothing of that was taken');
    // Another's log: Anna would take it for hers. Also where nobody has seen anything of it yet.
    const early = new OperationLog(liar.device);
    for (const seq of [1, 2])
      assert.deepEqual(await push(early.make(...line, { logId: anna.log.logId, seq })), ['forged']);
    await anna.replica.push(anna.log.writeOrder(['Tea']).operations);
    const into = new OperationLog(liar.device).make(...line, { logId: anna.log.logId, seq: 3 });
    assert.deepEqual(await push(into), ['forged']);
    assert.equal((await hub.control('GET', '/api/v1/menu')).items.length, 0);
    await assertUnharmed(hub, anna);
  });

  test('what is no message of the log at all', LONG, async (t) => {
    const { hub, liar, anna } = await startHouse(t);
    const logId = newLogId(liar.device.deviceId);
    const rubbish = [null, 1, 'x', [], {}, [[]], { a: -1 }, { [logId]: -1 }, { [logId]: 'x' }, { [logId]: 2 ** 53 }];
    for (const one of rubbish) {
      await liar.channel.say({ type: 'have', have: one, level: one, forks: one, safe: one, from: one });
      await liar.channel.say({ type: 'ops', id: randomUUID(), ops: one, members: one });
      await liar.channel.say({ type: 'ops', id: one, ops: [one, { text: one, sig: one }, { redacted: one }] });
      await liar.channel.say({ type: 'ack', ref: one, have: one, refused: one });
      await liar.channel.say({ type: 'snapshot', id: 'x', entities: one, have: one, reset: true });
      await liar.channel.say({ type: 'view', of: one, cursor: one });
    }
    await assertUnharmed(hub, anna);
  });

  test('gaps wait, and what is too far is refused', LONG, async (t) => {
    const { hub, liar, anna } = await startHouse(t);
    const item = (n) => ['item.set', `item/${n}`, { version: 1, set: { name: `${n}` } }];
    for (let i = 1; i <= 5; i += 1) liar.log.write(...item(i));
    const [first, ...rest] = liar.log.operations;
    const gap = await liar.replica.push(rest);
    assert.deepEqual(codes(gap), []);
    assert.equal(gap.have[liar.log.logId] ?? 0, 0, 'only what has no hole before it is durable');
    assert.equal((await liar.replica.push([first])).have[liar.log.logId], 5);
    const far = liar.log.make(...item('far'), { seq: 2 ** 53 - 1 });
    assert.deepEqual(codes(await liar.replica.push([far])), ['too-far']);
    // Of more gaps than are kept the others are dropped; nothing else is.
    for (let i = 0; i < 20; i += 1)
      await liar.replica.push(Array.from({ length: 50 }, (_, n) =>
        liar.log.make(...item('gap'), { logId: newLogId(liar.device.deviceId), seq: 2 + n })));
    const { waiting } = (await hub.status()).log;
    assert.ok(waiting <= 64 * 512, `${waiting} wait`);
    await assertUnharmed(hub, anna);
  });

  test('a clock that is years ahead takes nobody along', LONG, async (t) => {
    const { hub, liar, anna } = await startHouse(t);
    const later = Date.now() + 20 * 365 * 86400e3;
    const { have } = await liar.replica.push([liar.log.write('item.set', 'item/late',
      { version: 1, set: { name: 'Late' } }, { hlc: [later, 5] })]);
    assert.equal(have[liar.log.logId], 1, 'no operation is refused for its time');
    await anna.replica.way.say({ type: 'order', id: 'now', order: { lines: [{ name: 'Soup', price: 1 }] } });
    await anna.replica.way.hear('ack', (one) => one.ref === 'now');
    const { hlc } = await anna.replica.pull('the hub\'s own', ({ kind, role }) => kind === 'order.open' && role === 'hub');
    assert.ok(hlc[0] < Date.now() + 61e3, `the hub is at ${hlc}`);
  });

  test('an identity used twice: both are kept, all are told, the manager can see it', LONG, async (t) => {
    const { hub, liar, anna } = await startHouse(t);
    const order = (name) => ['order.open', `order/${name}`, { number: name, currency: 'EUR', source: 'staff' }];
    const logId = liar.log.logId;
    await liar.replica.push([liar.log.write(...order('one'))]);
    await anna.replica.pull('the first', ({ entity }) => entity === 'order/one');
    const variants = Array.from({ length: 10 }, (_, n) => liar.log.make(...order(`other-${n}`), { seq: 1 }));
    for (const variant of variants) await liar.replica.push([variant]);
    await anna.replica.pull('another of the same identity', ({ entity }) => entity === 'order/other-0');
    const { conflicts } = await hub.control('GET', '/api/v1/operations/conflicts');
    assert.deepEqual(conflicts, [{ logId, seq: 1, count: 4, deviceId: liar.device.deviceId }]);
    const { orders } = await hub.control('GET', '/api/v1/orders');
    assert.ok(['one', 'other-0'].every((name) => orders.some(({ orderId }) => orderId === name)), 'both apply');
    const { entries } = await hub.control('GET', '/api/v1/audit');
    assert.equal(entries.filter(({ kind }) => kind === 'operation-conflict').length, 1, 'once a minute');
    await assertUnharmed(hub, anna);
  });

  test('as many operations need not be the same ones: the hub tells whoever asks', LONG, async (t) => {
    const { hub, liar, anna } = await startHouse(t);
    const order = (name) => ['order.open', `order/${name}`, { number: name, currency: 'EUR', source: 'staff' }];
    const { logId } = liar.log;
    const first = liar.log.write(...order('one'));
    const second = liar.log.write(...order('two'));
    await liar.replica.push([first, second]);
    // What the liar told Anna alone.
    const other = liar.log.make(...order('other'), { seq: 2 });
    assert.deepEqual(await anna.replica.check(logId, 1, 2, [first, second]), []);
    assert.deepEqual(await anna.replica.check(logId, 1, 2, [first, other]), [[logId, 1, 2]]);
    assert.deepEqual(await anna.replica.check(logId, 1, 3, [first, second]), [[logId, 1, 3]], 'it has two');
    await anna.replica.push([other], [liar.device.membership]);
    const { conflicts } = await hub.control('GET', '/api/v1/operations/conflicts');
    assert.deepEqual(conflicts, [{ logId, seq: 2, count: 2, deviceId: liar.device.deviceId }]);
    assert.deepEqual(await anna.replica.check(logId, 1, 2, [other, first, second]), [], 'both are there');
    await assertUnharmed(hub, anna);
  });

  test('nobody is stopped by a flood: its rate and what it leaves are bounded', LONG, async (t) => {
    const { hub, liar, anna } = await startHouse(t);
    const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${hub.pid}/status`, 'utf8'))[1]);
    const before = memory();
    let limited = 0;
    let [made, stored] = [0, 0];
    const makeBatch = () => Array.from({ length: 60 }, () => {
      made += 1;
      return liar.log.write('ticket.seen', `order/${made}`, { lineIds: ['x'] });
    });
    await liar.replica.push(makeBatch());
    while (made < 100000 && !limited) {
      const acks = await Promise.all(Array.from({ length: 6 }, () => liar.replica.push(makeBatch(), [])));
      for (const ack of acks) {
        stored = Math.max(stored, ack.have[liar.log.logId] ?? 0);
        if (codes(ack).includes('rate-limited')) limited = ack.refused[0].retryMs;
      }
      if (made % 3600 === 60) await assertUnharmed(hub, anna);
    }
    assert.ok(limited > 0, `all ${stored} were taken`);
    assert.ok(stored >= 19000, `a burst of ${stored}`);
    // Saying the same a million times costs it the rate, and the hub nothing.
    const same = { type: 'ops', ops: liar.log.operations.slice(0, 60) };
    for (let i = 0; i < 500; i += 1) await liar.channel.say({ ...same, id: `again-${i}` });
    await assertUnharmed(hub, anna);
    // A sanitizer keeps what was freed: up to 256 MiB of it, and its own records of each block.
    const most = process.env.BELLHOP_SLOW === undefined ? 300e3 : 1200e3;
    assert.ok(memory() - before < most, `${memory() - before} KiB more`);
    await until('figures', async () => (await hub.status()).log.refused > 0);
  });
});
