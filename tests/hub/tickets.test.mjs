// SPDX-License-Identifier: Apache-2.0
// The kitchen's paper fallback in the real hub: what no screen has shown comes out on paper once, and
// the front desk hears of it; what was seen, bumped or is old does not. And screens that are missed.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { describe, test } from 'node:test';

import { Device } from '../lib/device.mjs';
import { makePlace, seatGuest } from '../lib/guest.mjs';
import { joinManager, makeMenu } from '../lib/house.mjs';
import { makeStateFolder, startHub } from '../lib/hub.mjs';
import { byRelay, command } from '../lib/operation.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { Signal } from '../lib/signal.mjs';
import {
  addLines, alertsOf, connect, listAlerts, LONG_MS, ofOrder, pullPrinted, see, setState, SLEEP_GAP_MS, start,
  startKitchen, status, UNSEEN_MS, untilAlert, writeOrder,
} from '../lib/tickets.mjs';
import { slowness, until } from '../lib/wait.mjs';

/** Takes the last operation, `ticket.printed`, and its alert out of a database. */
const FORGET_PRINTED = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
found = db.execute("SELECT position, log, seq FROM property_operation WHERE text LIKE '%ticket.printed%'").fetchall()
assert len(found) == 1, found
[(position, log, seq)] = found
assert db.execute("UPDATE property_log SET seq = seq - 1 WHERE log = ? AND seq = ?", (log, seq)).rowcount == 1
db.execute("DELETE FROM property_operation WHERE position = ?", (position,))
assert db.execute("DELETE FROM alert").rowcount == 1
db.commit()
`;

describe('what nobody has seen', () => {
  test('comes out once at its station, and the desk is told', { timeout: 60000 }, async (t) => {
    const { hub, first, grill, till, desk } = await startKitchen(t);
    const order = writeOrder(till, 'A-17', [
      { name: 'Sea bass', quantity: 2, stationId: 'hot', note: 'no salt', allergens: ['fish', 'milk'],
        course: 2, modifiers: [{ name: 'Well done', price: 0 }, { name: 'Lemon', price: 0, quantity: 2 }] },
      { name: 'Chips', stationId: 'hot' }, 'Bread'], { placeId: 't12', note: 'birthday' });
    await till.push();

    await grill.untilPrinted('Chips', LONG_MS);
    await first.untilPrinted('Bread', LONG_MS);
    for (const text of ['NOT SEEN ON ANY SCREEN', 'Table 12', 'A-17', 'Hot station', '2 x Sea bass', '+ Well done',
      '+ 2 x Lemon', '- no salt', 'ALLERGENS: fish, milk', 'Course 2', '1 x Chips', 'birthday'])
      assert.ok(grill.text.includes(text), `“${text}” is on paper:\n${grill.text}`);
    assert.equal(grill.count('Bread') + first.count('Chips'), 0, 'each station has its own');
    const huge = grill.lines.find((line) => line.text.includes('A-17'));
    assert.ok(huge.runs.some((run) => run.width === 2 && run.height === 2), 'the number is in double size');
    assert.equal(grill.things.filter((thing) => thing.drawer).length, 0);

    const jobs = (await hub.jobs()).filter(({ jobId }) => jobId.startsWith('ticket-'));
    assert.equal(jobs.length, 2);
    for (const [station, lineIds] of [['hot', order.lineIds.slice(0, 2)], [null, order.lineIds.slice(2)]]) {
      const alert = await untilAlert(hub, 'ticket-unseen', (one) => one.station === station && one.printed);
      const { jobId, ...subject } = alert.subject;
      assert.deepEqual(subject, { orderId: order.orderId, number: 'A-17', placeId: 't12', station, printed: true,
        lost: false });
      const printed = await pullPrinted(desk, { lineIds });
      assert.deepEqual([printed.lineIds.sort(), printed.jobId], [[...lineIds].sort(), jobId]);
    }
    await desk.way.hear('news', (one) => one.type === 'changed' && one.what === 'alerts');
    assert.equal(await status(hub), 2);
    assert.match((await hub.ask('GET', '/metrics', undefined, { token: till.device.token })).text,
      /^bellhop_alerts 2$/m);
    const { entries } = await hub.control('GET', '/api/v1/audit?limit=100');
    assert.equal(entries.filter(({ kind, subject }) => kind === 'ticket-unseen' && subject === 'A-17').length, 2);

    // A further wait makes no second ticket; lines added later make one of their own.
    const more = { orderId: order.orderId, lineIds: addLines(till, order.orderId, [{ name: 'Peas', stationId: 'hot' }]) };
    await till.push();
    await grill.untilPrinted('Peas', LONG_MS);
    await pullPrinted(desk, more);
    assert.equal(grill.count('Sea bass'), 1);
    assert.equal(grill.cuts, 2);
  });

  test('the desk puts an alert away, and a kitchen hears none', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    const state = await makeStateFolder(t);
    const hub = await start(t, { printer }, { state });
    const till = await connect(t, hub, 'pos', 'Till');
    const cook = await Device.pair(hub, { role: 'kitchen', name: 'Kitchen' });
    const [one, other] = [writeOrder(till, 'A-1', ['Soup']), writeOrder(till, 'A-2', ['Tea'])];
    await till.push();
    const { alertId } = await untilAlert(hub, 'ticket-unseen', (subject) => subject.orderId === one.orderId && subject.printed);
    await untilAlert(hub, 'ticket-unseen', (subject) => subject.orderId === other.orderId && subject.printed);
    const dismiss = (token) => hub.post('/api/v1/alerts/dismiss', { alertId }, { token });
    assert.equal((await dismiss(cook.token)).status, 403);
    assert.equal((await dismiss(till.device.token)).status, 200);
    assert.equal((await dismiss(till.device.token)).status, 200, 'two at the desk may tap at once');
    assert.equal((await hub.post('/api/v1/alerts/dismiss', {}, { token: till.device.token })).status, 400);
    await hub.stop();

    const again = await start(t, { printer }, { state });
    const left = await alertsOf(again, 'ticket-unseen');
    assert.deepEqual(left.map(({ subject }) => subject.orderId), [other.orderId], 'the other one is durable');
    await again.assertServing();
  });

  test('what was seen, bumped, taken back or split does not come out; what is left on a closed order does', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    const hub = await start(t, { printer }, { unseenMs: 4 * UNSEEN_MS });
    const till = await connect(t, hub, 'pos', 'Till');
    const seen = writeOrder(till, 'S-1', ['Seen']);
    see(till, seen);
    till.log.write('line.split', `order/${seen.orderId}`,
      { lineId: seen.lineIds[0], newLineId: 'part-1', quantity: 1 });
    const ready = writeOrder(till, 'S-2', ['Ready']);
    const gone = writeOrder(till, 'S-3', ['Cancelled']);
    const closed = writeOrder(till, 'S-4', ['Closed']);
    const undone = writeOrder(till, 'S-5', ['Undone']);
    await till.push();
    setState(till, ready, 'ready');
    setState(till, undone, 'ready');
    till.log.write('undo', `order/${undone.orderId}`, { op: `${till.log.logId}:${till.log.operations.length}` });
    till.log.write('line.end', `order/${gone.orderId}`, { lineIds: gone.lineIds, state: 'cancelled', reason: 'Too late' });
    till.log.write('order.set', `order/${closed.orderId}`, { version: 1, set: { closed: true } });
    // Due after all of them, but for the one whose readiness was taken back.
    const last = writeOrder(till, 'S-6', ['Last']);
    await till.push();
    await printer.untilPrinted('Last', LONG_MS);
    await untilAlert(hub, 'ticket-unseen', ofOrder(last));
    await printer.untilPrinted('Undone', LONG_MS);
    // Nobody has cooked it: what was ordered without a connection may come after somebody has closed.
    await printer.untilPrinted('Closed', LONG_MS);
    for (const text of ['Seen', 'Ready', 'Cancelled']) assert.equal(printer.count(`1 x ${text}`), 0, text);
  });

  test('seen just before its time', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    const hub = await start(t, { printer }, { unseenMs: 10 * UNSEEN_MS });
    const till = await connect(t, hub, 'pos', 'Till');
    const kitchen = await connect(t, hub, 'kitchen', 'Kitchen');
    const early = writeOrder(till, 'E-1', ['Early']);
    await till.push();
    const due = Date.now() + 10 * UNSEEN_MS;
    const late = writeOrder(till, 'E-2', ['Late']);
    await till.push();
    await until('the last moments', () => Date.now() > due - 5 * UNSEEN_MS);
    see(kitchen, early);
    await kitchen.push();
    assert.ok(Date.now() < due, 'it was in time');
    await printer.untilPrinted('Late', LONG_MS);
    await untilAlert(hub, 'ticket-unseen', ofOrder(late));
    assert.equal(printer.count('Early'), 0);
  });

  test('a guest\'s lines wait until staff accept them', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    const hub = await start(t, { printer });
    await makeMenu(t, hub);
    const { signal } = await seatGuest(t, hub, await makePlace(hub, '7'));
    const waiter = await connect(t, hub, 'staff', 'Anna');
    const placed = await command(byRelay(signal), { type: 'order', order: { currency: 'EUR',
      lines: [{ itemId: 'soup' }, { itemId: 'tea' }] } });
    assert.equal(placed.type, 'ack', JSON.stringify(placed));
    const { orderId } = placed.order;
    const marker = writeOrder(waiter, 'M-1', ['Marker']);
    await waiter.push();
    await printer.untilPrinted('Marker', LONG_MS);
    await untilAlert(hub, 'ticket-unseen', ofOrder(marker));
    assert.equal(printer.count('Soup') + printer.count('tea'), 0, 'nobody has accepted it');

    const { order } = await hub.control('GET', `/api/v1/orders?orderId=${orderId}`);
    const [soup, tea] = ['soup', 'tea'].map((itemId) => order.lines.find((line) => line.itemId === itemId).lineId);
    setState(waiter, { orderId, lineIds: [soup] }, 'accepted');
    waiter.log.write('line.end', `order/${orderId}`, { lineIds: [tea], state: 'declined', reason: 'Sold out' });
    await waiter.push();
    await printer.untilPrinted('Soup of the day', LONG_MS);
    await untilAlert(hub, 'ticket-unseen', (subject) => subject.orderId === orderId);
    assert.equal(printer.count('Pot of tea'), 0);
  });

  test('a printer that is away: the job waits, and the desk knows', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    await printer.close();
    const hub = await start(t, { printer });
    const manager = await joinManager(t, hub);
    manager.set('station.set', 'station/lost', { name: 'Lost', printer: 'nowhere' });
    await manager.push();
    const till = await connect(t, hub, 'pos', 'Till');
    const order = writeOrder(till, 'P-1', [{ name: 'Patience', stationId: 'lost' }]);
    await till.push();
    const { subject } = await untilAlert(hub, 'ticket-unseen', ofOrder(order));
    assert.equal(subject.printed, false);
    await printer.reopen();
    await untilAlert(hub, 'ticket-unseen', (one) => one.orderId === order.orderId && one.printed);
    assert.equal(printer.count('Patience'), 1, 'a printer that nobody knows is the first one');

    // Nor is a name that is none; and what it waits for is not printed that has been seen meanwhile.
    manager.set('station.set', 'station/lost', { printer: 'x'.repeat(100) });
    await manager.push();
    await printer.close();
    const [late, wanted] = [writeOrder(till, 'P-2', [{ name: 'Late', stationId: 'lost' }]),
      writeOrder(till, 'P-3', [{ name: 'Wanted', stationId: 'lost' }])];
    await till.push();
    const { jobId } = (await untilAlert(hub, 'ticket-unseen', ofOrder(late))).subject;
    await untilAlert(hub, 'ticket-unseen', ofOrder(wanted));
    see(till, late);
    await till.push();
    await until('it is taken back', async () => (await hub.jobs())
      .some((job) => job.jobId === jobId && job.state === 'failed' && job.detail === 'seen'), LONG_MS);
    await printer.reopen();
    await printer.untilPrinted('Wanted', LONG_MS);
    assert.equal(printer.count('Late'), 0);
    assert.equal((await alertsOf(hub, 'ticket-unseen')).find(({ subject }) => subject.jobId === jobId).subject.printed,
      false);
  });

  test('taken back and needed again it comes out after all, also after a restart', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    await printer.close();
    const state = await makeStateFolder(t);
    const hub = await start(t, { printer }, { state });
    const till = await connect(t, hub, 'pos', 'Till');
    const orders = ['U-1', 'U-2'].map((number) => writeOrder(till, number, [`Undone ${number}`]));
    await till.push();
    const untilTakenBack = async (order) => {
      const { jobId } = (await untilAlert(hub, 'ticket-unseen', ofOrder(order))).subject;
      setState(till, order, 'ready');
      await till.push();
      await until('it is taken back', async () => (await hub.jobs())
        .some((job) => job.jobId === jobId && job.state === 'failed' && job.detail === 'seen'), LONG_MS);
      return { op: `${till.log.logId}:${till.log.operations.length}`, jobId };
    };
    const [first, second] = [await untilTakenBack(orders[0]), await untilTakenBack(orders[1])];
    till.log.write('undo', `order/${orders[0].orderId}`, { op: first.op });
    await till.push();
    const { subject } = await untilAlert(hub, 'ticket-unseen',
      (one) => one.orderId === orders[0].orderId && one.jobId !== first.jobId);
    assert.equal(subject.jobId, `${first.jobId}-2`);
    await printer.reopen();
    await printer.untilPrinted('Undone U-1', LONG_MS);
    await untilAlert(hub, 'ticket-unseen', (one) => one.jobId === subject.jobId && one.printed);
    assert.equal((await alertsOf(hub, 'ticket-unseen')).filter((one) => ofOrder(orders[0])(one.subject)).length, 1);
    await hub.stop();

    const again = await start(t, { printer }, { state });
    const back = await connect(t, again, 'pos', 'Till', till);
    back.log.write('undo', `order/${orders[1].orderId}`, { op: second.op });
    await back.push();
    await printer.untilPrinted('Undone U-2', LONG_MS);
    assert.equal(printer.count('Undone U-1'), 1);
  });

  test('changed while it waits for paper, it comes out as it is then, once', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    await printer.close();
    const hub = await start(t, { printer });
    const till = await connect(t, hub, 'pos', 'Till');
    const order = writeOrder(till, 'C-1', ['Soup', 'Steak']);
    const [soup, steak] = order.lineIds;
    await till.push();
    const { jobId } = (await untilAlert(hub, 'ticket-unseen')).subject;
    const untilAnew = (past) => until('it waits anew', async () => {
      const jobs = (await hub.jobs()).filter((job) => job.jobId.startsWith('ticket-'));
      assert.ok(jobs.every((job) => job.state === 'queued' || (job.state === 'failed' && job.detail === 'changed')
        || job.state === 'accepted'), JSON.stringify(jobs));
      const waiting = jobs.filter((job) => job.detail === 'offline');
      return waiting.length === 1 && !past.includes(waiting[0].jobId) && waiting[0].jobId;
    }, LONG_MS);
    till.log.write('line.end', `order/${order.orderId}`, { lineIds: [steak], state: 'cancelled', reason: 'Too late' });
    await till.push();
    const second = await untilAnew([jobId]);
    till.log.write('line.set', `order/${order.orderId}`, { version: 1, lineId: soup, set: { note: 'nut allergy' } });
    await till.push();
    const third = await untilAnew([jobId, second]);
    await untilAlert(hub, 'ticket-unseen', (subject) => subject.jobId === third);
    await printer.reopen();
    await printer.untilPrinted('nut allergy', LONG_MS);
    await untilAlert(hub, 'ticket-unseen', (subject) => subject.jobId === third && subject.printed);
    assert.deepEqual((await alertsOf(hub, 'ticket-unseen')).map(({ subject }) => subject.jobId), [third]);
    const marker = writeOrder(till, 'C-2', ['Marker']);
    await till.push();
    await printer.untilPrinted('Marker', LONG_MS);
    await untilAlert(hub, 'ticket-unseen', ofOrder(marker));
    assert.deepEqual(['Soup', 'Steak'].map((name) => printer.count(name)), [1, 0]);
  });

  test('a queue that is full: told once, and tried again', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    await printer.close();
    const hub = await start(t, { printer }, { limits: { 'unseen-ms': UNSEEN_MS, 'print-jobs': 1 } });
    const till = await connect(t, hub, 'pos', 'Till');
    const first = writeOrder(till, 'F-1', ['First']);
    await till.push();
    await untilAlert(hub, 'ticket-unseen', ofOrder(first));
    const second = writeOrder(till, 'F-2', ['Second']);
    await till.push();
    await untilAlert(hub, 'ticket-unseen', ofOrder(second));
    await printer.reopen();
    await printer.untilPrinted('Second', 2 * LONG_MS);
    await untilAlert(hub, 'ticket-unseen', (one) => one.orderId === second.orderId && one.printed);
    const { entries } = await hub.control('GET', '/api/v1/audit?limit=100');
    assert.equal(entries.filter(({ kind }) => kind === 'ticket-unseen').length, 2);
  });

  test('what is said of no order is no order', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    const hub = await start(t, { printer });
    const till = await connect(t, hub, 'pos', 'Till');
    for (const entity of ['a/b', 'x/y', 'o/r', 'property/house', `item/${randomUUID()}`])
      for (const [kind, body] of [['order.lines', { lines: [{ lineId: 'l', name: 'Odd', quantity: 1, price: 1 }] }],
        ['ticket.seen', { lineIds: ['l'] }], ['undo', { op: `${till.log.logId}:1` }],
        ['line.state', { lineIds: ['l'], state: 'accepted' }]])
        till.log.write(kind, entity, body);
    const marker = writeOrder(till, 'M-1', ['Marker']);
    await till.push();
    await printer.untilPrinted('Marker', LONG_MS);
    await untilAlert(hub, 'ticket-unseen', ofOrder(marker));
    assert.equal(printer.count('Odd'), 0);
    await hub.assertServing();
  });
});

describe('once', () => {
  const listTickets = async (hub) => (await hub.jobs()).filter(({ jobId }) => jobId.startsWith('ticket-'));

  /** Starts the hub again; the order is on paper at most once, whatever was written of it. */
  async function checkOnce(t, { printer, state, till, order }) {
    const hub = await start(t, { printer }, { state });
    const desk = await connect(t, hub, 'staff', 'Desk');
    const { kind, subject } = await until('the desk knows', async () => (await listAlerts(hub))
      .find((one) => one.subject.orderId === order.orderId || one.subject.orderIds?.includes(order.orderId)), LONG_MS);
    // What had not begun is not begun now.
    const isOld = (await listTickets(hub)).some((job) => job.state === 'failed' && job.detail === 'old');
    if (isOld) assert.ok(kind === 'tickets-after-outage' || !subject.printed);
    else assert.equal((await pullPrinted(desk, order)).jobId, subject.jobId);
    const back = await connect(t, hub, 'pos', 'Till', till);
    const marker = writeOrder(back, 'K-2', ['Marker']);
    await back.push();
    await printer.untilPrinted('Marker', LONG_MS);
    await untilAlert(hub, 'ticket-unseen', ofOrder(marker));
    await until('all jobs have ended', async () => (await listTickets(hub))
      .every((job) => ['done', 'uncertain', 'failed'].includes(job.state)), LONG_MS);
    assert.ok(printer.count('Kebab') <= (isOld ? 0 : 1), 'never twice');
    assert.equal((await listTickets(hub)).length, 2);
    assert.equal((await alertsOf(hub, 'tickets-after-outage')).length, kind === 'ticket-unseen' ? 0 : 1);
  }

  async function startKebab(t, prepare = () => {}, options = {}) {
    const printer = await startPrinter(t);
    await prepare(printer);
    const state = await makeStateFolder(t);
    const hub = await start(t, { printer }, { state, ...options });
    const till = await connect(t, hub, 'pos', 'Till');
    const order = writeOrder(till, 'K-1', ['Kebab', 'Kale']);
    await till.push();
    return { printer, state, hub, till, order };
  }

  test('the hub is killed as it prints', { timeout: 60000 }, async (t) => {
    const house = await startKebab(t);
    await until('the job is known', async () => (await listTickets(house.hub)).length > 0, LONG_MS);
    await house.hub.kill();
    await checkOnce(t, house);
  });

  test('the hub is killed when it is on paper', { timeout: 60000 }, async (t) => {
    const house = await startKebab(t);
    await house.printer.untilPrinted('Kale', LONG_MS);
    await house.hub.kill();
    await checkOnce(t, house);
  });

  test('the hub ends between the job and what is written of it', { timeout: 60000 }, async (t) => {
    const house = await startKebab(t);
    await untilAlert(house.hub, 'ticket-unseen', (subject) => subject.printed);
    await house.hub.kill();
    // What a power cut a moment earlier would have left.
    const { status: code, stderr } = spawnSync('python3', ['-c', FORGET_PRINTED, path.join(house.state, 'bellhop.db')],
      { encoding: 'utf8' });
    assert.equal(code, 0, stderr);
    await checkOnce(t, house);
    assert.equal(house.printer.count('Kebab'), 1);
  });

  test('the hub ends while the printer is away: the paper does not come hours later', { timeout: 60000 }, async (t) => {
    const house = await startKebab(t, (printer) => printer.close());
    const { subject } = await untilAlert(house.hub, 'ticket-unseen');
    await until('it waits', async () => (await listTickets(house.hub)).some(({ detail }) => detail === 'offline'), LONG_MS);
    await house.hub.stop();
    await house.printer.reopen();
    await checkOnce(t, house);
    assert.equal(subject.printed, false);
    assert.equal(house.printer.count('Kebab'), 0);
  });

  test('the hub is killed as it takes back what has changed: nothing comes out, and the desk knows', { timeout: 60000 }, async (t) => {
    const { printer, state, hub, till, order } = await startKebab(t, (one) => one.close());
    await untilAlert(hub, 'ticket-unseen');
    await until('it waits', async () => (await listTickets(hub)).some(({ detail }) => detail === 'offline'), LONG_MS);
    till.log.write('line.set', `order/${order.orderId}`, { version: 1, lineId: order.lineIds[0], set: { quantity: 3 } });
    await till.push();
    await hub.kill();
    await printer.reopen();

    const again = await start(t, { printer }, { state });
    await until('the desk knows', async () => (await listAlerts(again)).some(({ kind, subject }) =>
      (kind === 'tickets-after-outage' && subject.orderIds.includes(order.orderId))
      || (kind === 'ticket-unseen' && subject.orderId === order.orderId && subject.lost)), LONG_MS);
    const back = await connect(t, again, 'pos', 'Till', till);
    const marker = writeOrder(back, 'K-2', ['Marker']);
    await back.push();
    await printer.untilPrinted('Marker', LONG_MS);
    await untilAlert(again, 'ticket-unseen', ofOrder(marker));
    assert.equal(printer.count('Kebab') + printer.count('Kale'), 0);
  });

  test('the hub ends, and the desk had put away that it is not printed yet: it is told once', { timeout: 60000 }, async (t) => {
    const { printer, state, hub, till, order } = await startKebab(t, (one) => one.close());
    const { alertId } = await untilAlert(hub, 'ticket-unseen');
    await until('it waits', async () => (await listTickets(hub)).some(({ detail }) => detail === 'offline'), LONG_MS);
    await pullPrinted(await connect(t, hub, 'staff', 'Desk'), order);
    await hub.control('POST', '/api/v1/alerts/dismiss', { alertId });
    await hub.stop();
    await printer.reopen();

    const again = await start(t, { printer }, { state });
    const alert = await untilAlert(again, 'tickets-after-outage');
    assert.deepEqual(alert.subject, { count: 1, orderIds: [order.orderId] });
    await again.control('POST', '/api/v1/alerts/dismiss', { alertId: alert.alertId });
    await again.stop();

    const third = await start(t, { printer }, { state });
    const back = await connect(t, third, 'pos', 'Till', till);
    writeOrder(back, 'K-2', ['Marker']);
    await back.push();
    await printer.untilPrinted('Marker', LONG_MS);
    assert.deepEqual(await alertsOf(third, 'tickets-after-outage'), []);
    assert.equal(printer.count('Kebab'), 0);
  });

  test('moved to a printer that is away as well, it is taken back by the next run', { timeout: 60000 }, async (t) => {
    const [printer, bar] = [await startPrinter(t), await startPrinter(t)];
    for (const one of [printer, bar]) await one.close();
    const state = await makeStateFolder(t);
    const hub = await start(t, { printer, bar }, { state });
    const till = await connect(t, hub, 'pos', 'Till');
    const order = writeOrder(till, 'B-1', ['Bisque']);
    await till.push();
    const { jobId } = (await untilAlert(hub, 'ticket-unseen')).subject;
    await until('it waits', async () => (await listTickets(hub)).some(({ detail }) => detail === 'offline'), LONG_MS);
    await pullPrinted(await connect(t, hub, 'staff', 'Desk'), order);
    const [{ deviceId }] = await listTickets(hub);
    await hub.control('POST', '/api/v1/jobs/retry', { deviceId, jobId, printer: 'bar' });
    await hub.stop();

    const again = await start(t, { printer, bar }, { state });
    const [{ state: before }] = await listTickets(again);
    assert.equal(before, 'queued');
    const back = await connect(t, again, 'pos', 'Till', till);
    setState(back, order, 'ready');
    await back.push();
    await until('it is taken back', async () => (await listTickets(again))
      .some((job) => job.state === 'failed' && job.detail === 'seen'), LONG_MS);
    await bar.reopen();
    writeOrder(back, 'B-2', ['Marker']);
    await printer.reopen();
    await back.push();
    await printer.untilPrinted('Marker', LONG_MS);
    assert.equal(bar.count('Bisque') + printer.count('Bisque'), 0);
  });

  test('the hub sleeps while the printer is away: nor does it come when it wakes', { timeout: 60000 }, async (t) => {
    const house = await startKebab(t, (printer) => printer.close(),
      { limits: { 'unseen-ms': UNSEEN_MS, 'print-jobs': 1 } });
    const { subject } = await untilAlert(house.hub, 'ticket-unseen');
    await until('it waits', async () => (await listTickets(house.hub)).some(({ detail }) => detail === 'offline'), LONG_MS);
    // For this one the queue has no room.
    const refused = writeOrder(house.till, 'K-3', ['Refused']);
    await house.till.push();
    await untilAlert(house.hub, 'ticket-unseen', ofOrder(refused));
    process.kill(house.hub.pid, 'SIGSTOP');
    t.after(() => house.hub.running && process.kill(house.hub.pid, 'SIGCONT'));
    const asleep = Date.now();
    await until('it was away for long', () => Date.now() > asleep + SLEEP_GAP_MS + UNSEEN_MS);
    process.kill(house.hub.pid, 'SIGCONT');
    await untilAlert(house.hub, 'ticket-unseen', ({ jobId, lost }) => jobId === subject.jobId && lost);
    await untilAlert(house.hub, 'ticket-unseen', (one) => ofOrder(refused)(one) && one.lost);
    await house.printer.reopen();
    const marker = writeOrder(house.till, 'K-2', ['Marker']);
    await house.till.push();
    await house.printer.untilPrinted('Marker', LONG_MS);
    await untilAlert(house.hub, 'ticket-unseen', ofOrder(marker));
    assert.equal(house.printer.count('Kebab') + house.printer.count('Refused'), 0);
    assert.deepEqual((await listTickets(house.hub)).filter(({ jobId }) => jobId === subject.jobId)
      .map(({ state, detail }) => [state, detail]), [['failed', 'old']]);
  });

  test('after an outage nothing is printed, and the desk is told once', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    const state = await makeStateFolder(t);
    const hub = await start(t, { printer }, { state, unseenMs: 60000 });
    const till = await connect(t, hub, 'pos', 'Till');
    const orders = ['O-1', 'O-2'].map((number) => writeOrder(till, number, [`Old ${number}`]));
    await till.push();
    const during = writeOrder(till, 'O-3', ['During']);
    await hub.kill();

    const again = await start(t, { printer }, { state });
    const back = await connect(t, again, 'pos', 'Till', till);
    const hour = 60 * 60 * 1000;
    const stale = writeOrder(back, 'O-4', ['Old late'], {}, { hlc: [Date.now() - hour, 0] });
    writeOrder(back, 'O-5', ['Old forgotten'], {}, { hlc: [Date.now() - 24 * hour, 0] });
    await back.push();
    const all = [...orders, stale].map(({ orderId }) => orderId).sort();
    const alert = await untilAlert(again, 'tickets-after-outage', ({ count }) => count === 3);
    assert.deepEqual([...alert.subject.orderIds].sort(), all);
    const fresh = writeOrder(back, 'O-6', ['Fresh']);
    await back.push();
    await printer.untilPrinted('Fresh', LONG_MS);
    await untilAlert(again, 'ticket-unseen', ofOrder(fresh));
    await printer.untilPrinted('During', LONG_MS);
    assert.equal(printer.count('Old'), 0);

    // Put away it stays away, whatever else happens to those orders.
    await again.control('POST', '/api/v1/alerts/dismiss', { alertId: alert.alertId });
    addLines(back, during.orderId, ['Dessert']);
    await back.push();
    await printer.untilPrinted('Dessert', LONG_MS);
    assert.equal(printer.count('Old'), 0);
    assert.deepEqual(await alertsOf(again, 'tickets-after-outage'), []);
    await again.stop();

    // Nor does another start tell of what was told; of what came since it does.
    const third = await start(t, { printer }, { state });
    const last = await connect(t, third, 'pos', 'Till', back);
    writeOrder(last, 'O-7', ['Third']);
    await last.push();
    await printer.untilPrinted('Third', LONG_MS);
    assert.deepEqual(await alertsOf(third, 'tickets-after-outage'), []);
    const unseen = writeOrder(last, 'O-8', ['Old unseen']);
    await last.push();
    await third.kill();
    const fourth = await start(t, { printer }, { state });
    const { subject } = await untilAlert(fourth, 'tickets-after-outage');
    assert.deepEqual(subject, { count: 1, orderIds: [unseen.orderId] });
  });

  test('seen after the outage, there is nothing to tell', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    const state = await makeStateFolder(t);
    const hub = await start(t, { printer }, { state, unseenMs: 60000 });
    const till = await connect(t, hub, 'pos', 'Till');
    const order = writeOrder(till, 'Q-1', ['Quiche']);
    await till.push();
    await hub.stop();

    const again = await start(t, { printer }, { state, unseenMs: 6 * UNSEEN_MS });
    const back = await connect(t, again, 'pos', 'Till', till);
    see(back, order);
    writeOrder(back, 'Q-2', ['Fresh']);
    await back.push();
    await printer.untilPrinted('Fresh', LONG_MS);
    assert.deepEqual(await alertsOf(again, 'tickets-after-outage'), []);
    assert.equal(printer.count('Quiche'), 0);
  });
});

describe('screens', () => {
  const SCREEN_MS = 400 * slowness;

  /** A kitchen page: says what `over` says about it. */
  const say = ({ way }, over = {}) => way.say({ type: 'screen',
    screen: { screenId: 'tab', stations: ['grill'], isVisible: true, ...over } });

  /** The same, and the hub has heard it. */
  const tell = async ({ way }, over = {}) => assert.equal((await command(way, { type: 'screen',
    screen: { screenId: 'tab', stations: ['grill'], isVisible: true, ...over } })).type, 'screen-ack');

  test('one that falls silent is missed, and is back by itself', { timeout: 60000 }, async (t) => {
    const hub = await start(t, {}, { screenMs: SCREEN_MS });
    const kitchen = await connect(t, hub, 'kitchen', 'Kitchen tablet');
    const ack = await command(kitchen.way, { type: 'screen', screen: { screenId: 'tab', stations: ['grill'], isVisible: true } });
    assert.equal(ack.type, 'screen-ack');
    const alert = await untilAlert(hub, 'screen-silent');
    assert.deepEqual(alert.subject, { deviceId: kitchen.device.deviceId, deviceName: 'Kitchen tablet',
      stations: ['grill'] });
    await say(kitchen);
    await until('it is over', async () => (await listAlerts(hub)).length === 0, LONG_MS);
    await untilAlert(hub, 'screen-silent');
    // Opened anew it is another page of the same device.
    await say(kitchen, { screenId: 'other', stations: null });
    await until('it is over', async () => (await listAlerts(hub)).length === 0, LONG_MS);
    const { entries } = await hub.control('GET', '/api/v1/audit?limit=100');
    assert.equal(entries.filter(({ kind }) => kind === 'screen-silent').length, 2, 'each silence once');
  });

  test('one whose device leaves is missed; one that is closed is not', { timeout: 60000 }, async (t) => {
    const state = await makeStateFolder(t);
    const hub = await start(t, {}, { screenMs: SCREEN_MS, state });
    const [closes, leaves] = [await connect(t, hub, 'kitchen', 'Closes'), await connect(t, hub, 'kitchen', 'Leaves')];
    await say(closes);
    await say(closes, { isClosed: true });
    await say(leaves);
    leaves.signal.end();
    const { subject } = await untilAlert(hub, 'screen-silent');
    assert.equal(subject.deviceName, 'Leaves');
    await hub.stop();

    // The next run does not know the page, and hears it all the same.
    const again = await start(t, {}, { screenMs: 60000, state });
    assert.equal((await listAlerts(again)).length, 1);
    const back = await connect(t, again, 'kitchen', 'Leaves', leaves);
    await say(back, { screenId: 'anew' });
    await until('it is over', async () => (await listAlerts(again)).length === 0, LONG_MS);
  });

  test('one that was there before a restart and does not come back is missed', { timeout: 60000 }, async (t) => {
    const state = await makeStateFolder(t);
    const hub = await start(t, {}, { screenMs: 60000, state });
    const [back, gone, closed] = await Promise.all(['Back', 'Gone', 'Closed'].map((name) =>
      connect(t, hub, 'kitchen', name)));
    for (const one of [back, gone, closed]) await tell(one);
    await tell(gone, { screenId: 'hidden', stations: null, isVisible: false });
    await tell(gone, { screenId: 'hidden', isClosed: true });
    await tell(closed, { isClosed: true });
    await hub.stop();

    const screenMs = 1000 * slowness;
    const again = await start(t, {}, { screenMs, state });
    const there = await connect(t, again, 'kitchen', 'Back', back);
    await tell(there);
    const timer = setInterval(() => say(there), screenMs / 10);
    t.after(() => clearInterval(timer));
    const { alertId, subject } = await untilAlert(again, 'screen-silent');
    assert.deepEqual(subject, { deviceId: gone.device.deviceId, deviceName: 'Gone', stations: ['grill'] });
    assert.equal((await listAlerts(again)).length, 1);
    await again.control('POST', '/api/v1/alerts/dismiss', { alertId });
    clearInterval(timer);
    await again.kill();

    // Who was missed then is not missed anew; who was there then is.
    const third = await start(t, {}, { screenMs, state });
    assert.equal((await untilAlert(third, 'screen-silent')).subject.deviceName, 'Back');
    const last = await connect(t, third, 'kitchen', 'Back', back);
    await tell(last, { isClosed: true });
    await tell(last, { screenId: 'anew', stations: null });
    await tell(last, { screenId: 'anew', isClosed: true });
    await until('it is over', async () => (await listAlerts(third)).length === 0, LONG_MS);
    await third.stop();

    // Nobody was there: nobody is missed.
    const fourth = await start(t, {}, { screenMs, state });
    const started = Date.now();
    await until('whoever was there would be missed', () => Date.now() > started + 3 * screenMs);
    assert.deepEqual(await listAlerts(fourth), []);
  });

  test('a page that is opened anew after a restart stands for the one before', { timeout: 60000 }, async (t) => {
    const state = await makeStateFolder(t);
    const hub = await start(t, {}, { screenMs: 60000, state });
    const kitchen = await connect(t, hub, 'kitchen', 'Kitchen');
    await tell(kitchen);
    await hub.kill();
    const screenMs = 400 * slowness;
    const again = await start(t, {}, { screenMs, state });
    const started = Date.now();
    const anew = await connect(t, again, 'kitchen', 'Kitchen', kitchen);
    const timer = setInterval(() => say(anew, { screenId: 'anew', stations: null }), screenMs / 10);
    t.after(() => clearInterval(timer));
    await until('whoever was there would be missed', () => Date.now() > started + 3 * screenMs);
    assert.deepEqual(await listAlerts(again), []);
  });

  test('a device that was removed is not missed', { timeout: 60000 }, async (t) => {
    const hub = await start(t, {}, { screenMs: SCREEN_MS });
    const kitchen = await connect(t, hub, 'kitchen', 'Removed');
    await say(kitchen);
    await untilAlert(hub, 'screen-silent');
    await hub.control('POST', '/api/v1/devices/revoke', { deviceId: kitchen.device.deviceId });
    await until('it is over', async () => (await listAlerts(hub)).length === 0, LONG_MS);
  });

  test('nonsense is refused, and so is who is not paired', { timeout: 60000 }, async (t) => {
    const hub = await start(t, {}, {});
    const { way } = await connect(t, hub, 'kitchen', 'Kitchen');
    for (const screen of [undefined, {}, 'x', { screenId: 'a b', stations: null, isVisible: true },
      { screenId: 'a', stations: 'all', isVisible: true }, { screenId: 'a', stations: [5], isVisible: true },
      { screenId: 'a', stations: Array.from({ length: 51 }, (_, i) => `s${i}`), isVisible: true },
      { screenId: 'a', stations: null, isVisible: 'yes' }])
      assert.equal((await command(way, { type: 'screen', screen })).code, 'bad-message', JSON.stringify(screen));
    // One device takes no more room than its own.
    for (let i = 0; i < 40; i += 1)
      assert.equal((await command(way, { type: 'screen', screen: { screenId: `s${i}`, stations: null, isVisible: true } })).type,
        'screen-ack');

    const open = await startHub(t);
    const anyone = byRelay(await Signal.join(t, open, { role: 'kitchen' }));
    assert.equal((await command(anyone, { type: 'screen',
      screen: { screenId: 'a', stations: null, isVisible: true } })).code, 'not-paired');
  });
});
