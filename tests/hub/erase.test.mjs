// SPDX-License-Identifier: Apache-2.0
// A guest's words are erased: from the answers, the replicas and the file; what was ordered stays.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

import { client, connect } from '../lib/client.mjs';
import { Device, identityOf } from '../lib/device.mjs';
import { makePlace, seatGuest } from '../lib/guest.mjs';
import { makeStateFolder, startHub } from '../lib/hub.mjs';
import { byRelay, command, newLogId, OperationLog, Replica } from '../lib/operation.mjs';
import { Signal } from '../lib/signal.mjs';
import { until } from '../lib/wait.mjs';

const run = promisify(execFile);
const LONG = { timeout: 60000 };
const SECRET = 'a nut allergy, says Mrs. Quill';

const start = (t, options = {}) => startHub(t, { open: false, ...options });

const erase = (hub, device, body) =>
  hub.post('/api/v1/operations/erase', body, { token: device.token });

/** All that the tables of the database hold, as a program without the hub's code reads it. */
async function readTables(state) {
  const { stdout } = await run('python3', ['-c', `import sqlite3, sys
print("\\n".join(sqlite3.connect(sys.argv[1]).iterdump()))`, path.join(state, 'bellhop.db')],
  { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** A paired device that takes all there is. */
async function replicate(t, hub, device) {
  const replica = new Replica(device, byRelay(await Signal.joinAs(t, hub, device)));
  await replica.begin();
  return replica;
}

/** A page's own replica, by the client library: its store holds all that it was told. */
async function open(t, hub, device) {
  const store = new client.MemoryStore();
  const connection = connect(t, { signalingServer: hub.signaling, tenantId: device.tenantId,
    identity: identityOf(device), webrtc: null, property: { store } });
  return until('a replica', () => connection.property, 20000);
}

async function writeMenu(t, hub, boss) {
  const log = new OperationLog(boss);
  log.write('item.set', 'item/cake', { version: 1, set: { name: 'Cake', price: 450, currency: 'EUR' } });
  const replica = await replicate(t, hub, boss);
  await replica.push(log.operations);
  return { log, replica };
}

const readOrder = async (hub, orderId) =>
  (await hub.control('GET', `/api/v1/orders?orderId=${orderId}`)).order;

describe('erasing words', () => {
  test('a guest\'s notes go, the order and its amounts stay, also after a restart', LONG, async (t) => {
    const state = await makeStateFolder(t);
    let hub = await start(t, { state });
    const boss = await Device.pair(hub, { role: 'manager', name: 'Boss' });
    await writeMenu(t, hub, boss);
    const guest = byRelay((await seatGuest(t, hub, await makePlace(hub))).signal);
    const { order: { orderId } } = await command(guest, { type: 'order',
      order: { note: `${SECRET} (order)`, lines: [{ itemId: 'cake', quantity: 2, note: SECRET }] } });
    const before = await readOrder(hub, orderId);
    assert.equal(before.note, `${SECRET} (order)`);
    assert.equal(before.lines[0].note, SECRET);
    assert.equal(before.total, 900);
    // Now the words stand in a checkpoint too.
    await hub.stop();
    hub = await start(t, { state });

    const anna = await Device.pair(hub, { name: 'Anna' });
    const page = await open(t, hub, anna);
    const orderOn = (property) => until('the order there', () => property.order(orderId)?.total === 900
      && property.order(orderId));
    assert.equal((await orderOn(page)).lines[0].note, SECRET);
    const other = await replicate(t, hub, boss);
    const find = (kind) => other.pull(kind, (op) => op.kind === kind && op.entity === `order/${orderId}`);
    const notes = [await find('order.set'), await find('line.set')];
    assert.ok((await readTables(state)).includes(SECRET));
    for (const { logId, seq } of notes) {
      const { status, body } = await erase(hub, boss, { entity: `order/${orderId}`, logId, seq });
      assert.deepEqual([status, body], [200, { erased: true }]);
      await other.pull('the redaction', (op) => op.kind === 'redact' && op.body.op === `${logId}:${seq}`);
      assert.deepEqual((await erase(hub, boss, { logId, seq })).body, { erased: true }, 'once is enough');
    }
    const expected = { ...before, note: null, lines: before.lines.map((line) => ({ ...line, note: null })) };
    assert.deepEqual(await readOrder(hub, orderId), expected);
    assert.deepEqual((await hub.control('GET', '/api/v1/orders')).orders, [expected]);
    assert.ok(!(await readTables(state)).includes(SECRET), 'gone from the tables at once');
    await until('gone from a page that had them',
      () => page.order(orderId).note === null && page.order(orderId).lines[0].note === null);
    const fresh = await orderOn(await open(t, hub, await Device.pair(hub, { name: 'New' })));
    assert.equal(fresh.note, null);
    assert.equal(fresh.lines[0].note, null);
    await hub.kill();

    hub = await start(t, { state });
    assert.deepEqual(await readOrder(hub, orderId), expected);
    const { entries } = await hub.control('GET', '/api/v1/audit');
    const erased = entries.filter(({ kind }) => kind === 'words-erased');
    assert.equal(erased.length, 2, 'once for each');
    assert.equal(erased[0].subject, `order/${orderId}`);
    assert.match(erased[0].who, /Boss/);
    await hub.stop();
    assert.ok(!(await readTables(state)).includes(SECRET));
  });

  test('they go from kitchen tickets too', LONG, async (t) => {
    const state = await makeStateFolder(t);
    const hub = await start(t, { state, limits: { 'unseen-ms': 200 } });
    const boss = await Device.pair(hub, { role: 'manager', name: 'Boss' });
    const till = await Device.pair(hub, { role: 'pos', name: 'Till' });
    const log = new OperationLog(till);
    const orderId = randomUUID();
    log.write('order.open', `order/${orderId}`, { number: 'A-1', currency: 'EUR', source: 'pos' });
    const note = log.write('order.set', `order/${orderId}`, { version: 1, set: { note: SECRET } });
    log.write('order.lines', `order/${orderId}`, { lines: [{ lineId: 'l1', name: 'Tea', quantity: 1, price: 300 }] });
    const replica = await replicate(t, hub, till);
    await replica.push(log.operations);
    await replica.pull('the ticket', ({ kind }) => kind === 'ticket.printed', 20000);
    await until('on paper', async () => (await hub.jobs()).some((job) => job.state === 'done'), 20000);
    assert.match(await readTables(state), /INSERT INTO "print_paper"/);
    // And from what came out of it later.
    const change = log.write('line.set', `order/${orderId}`, { version: 1, lineId: 'l1', set: { note: SECRET } });
    await replica.push(log.operations);
    await until('a change on paper', async () => (await hub.jobs()).some(({ jobId, state: how }) =>
      jobId.startsWith('change-') && how === 'done'), 20000);

    for (const { text } of [note, change]) {
      const { logId, seq } = JSON.parse(text);
      assert.deepEqual((await erase(hub, boss, { logId, seq })).body, { erased: true });
    }
    const tables = await readTables(state);
    assert.ok(!tables.includes(SECRET));
    assert.doesNotMatch(tables, /INSERT INTO "print_paper"/);
  });

  test('messages and requests go as a whole; what says more than words does not', LONG, async (t) => {
    const hub = await start(t);
    const boss = await Device.pair(hub, { role: 'manager', name: 'Boss' });
    const anna = await Device.pair(hub, { name: 'Anna' });
    const { log: menu } = await writeMenu(t, hub, boss);
    const log = new OperationLog(anna);
    const order = `order/${randomUUID()}`;
    const words = [
      log.write('message.send', `message/${randomUUID()}`, { to: { role: 'kitchen' }, text: SECRET }),
      log.write('request.open', `request/${randomUUID()}`, { what: 'other', text: SECRET }),
      log.write('order.set', order, { version: 1, set: { note: SECRET } }),
      log.write('line.set', order, { lineId: 'l1', version: 1, set: { note: SECRET } }),
      log.write('made.up', order, { text: SECRET }),
    ].map(({ text }) => JSON.parse(text));
    const mixed = [
      log.write('order.open', order, { number: 'A-1', currency: 'EUR', source: 'staff', note: 'x' }),
      log.write('order.lines', order, { lines: [{ lineId: 'l1', name: 'Tea', quantity: 1, price: 300, note: 'x' }] }),
      log.write('order.set', order, { version: 2, set: { note: 'x', guests: 2 } }),
      log.write('payment.add', order, { paymentId: 'p1', method: 'cash', amount: 300, reference: 'x' }),
    ].map(({ text }) => JSON.parse(text));
    const silent = [
      log.write('line.state', order, { lineIds: ['l1'], state: 'ready' }),
      log.write('order.set', order, { version: 3, set: { guests: 3 } }),
    ].map(({ text }) => JSON.parse(text));
    await (await replicate(t, hub, anna)).push(log.operations);
    const said = async (device, body) => {
      const { status, body: { code } } = await erase(hub, device, body);
      return code === undefined ? status : `${status} ${code}`;
    };
    const nameOf = ({ logId, seq }) => ({ logId, seq });

    for (const op of mixed) assert.equal(await said(boss, nameOf(op)), '409 holds-facts', op.kind);
    for (const op of silent) assert.equal(await said(boss, nameOf(op)), '409 no-words', op.kind);
    assert.equal(await said(boss, { logId: menu.logId, seq: 1 }), '409 not-erasable');
    assert.equal(await said(boss, { logId: log.logId, seq: 99 }), '404 unknown-operation');
    assert.equal(await said(boss, { logId: newLogId(anna.deviceId), seq: 1 }), '404 unknown-operation');
    assert.equal(await said(boss, { ...nameOf(words[0]), entity: order }), '404 unknown-operation');
    for (const body of [{}, { logId: log.logId }, { logId: 'x', seq: 1 }, { logId: log.logId, seq: 0 },
      { logId: log.logId, seq: '1' }, { ...nameOf(words[0]), entity: 7 }])
      assert.equal(await said(boss, body), '400 bad-request', JSON.stringify(body));
    assert.equal(await said(anna, nameOf(words[0])), '403 forbidden');
    assert.ok((await readTables(hub.state)).includes(SECRET));

    const answers = await Promise.all(words.map((op) => said(boss, nameOf(op))));
    assert.deepEqual(answers, words.map(() => 200));
    await until('no words are left', async () => !(await readTables(hub.state)).includes(SECRET));
    const read = await readOrder(hub, order.slice('order/'.length));
    assert.equal(read.total, 300);
    assert.equal(read.paid, 300);
    assert.equal(read.note, 'x', 'another one wrote this');
    // Sent again, they stay erased.
    const again = await replicate(t, hub, anna);
    await again.push(log.operations.slice(0, words.length));
    assert.ok(!(await readTables(hub.state)).includes(SECRET));
  });
});
