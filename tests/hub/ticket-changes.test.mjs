// SPDX-License-Identifier: Apache-2.0
// What changes of a kitchen's ticket once it is on paper comes out after it in the real hub, once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { makeStateFolder } from '../lib/hub.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { connect, LONG_MS, ofOrder, see, setState, start, startKitchen, untilAlert, writeOrder } from '../lib/tickets.mjs';
import { until } from '../lib/wait.mjs';

describe('what changes once it is on paper', () => {
  const listChanges = async (hub) => (await hub.jobs()).filter(({ jobId }) => jobId.startsWith('change-'));

  const cancel = ({ log }, { orderId }, ...lineIds) =>
    log.write('line.end', `order/${orderId}`, { lineIds, state: 'cancelled', reason: 'Too late' });

  const set = ({ log }, { orderId }, lineId, members, version = 1) =>
    log.write('line.set', `order/${orderId}`, { version, lineId, set: members });

  /** An order that is on paper, and that the queue knows to be. */
  async function printOrder(t, hub, till, number, lines, header) {
    const order = writeOrder(till, number, lines, header);
    await till.push();
    await untilAlert(hub, 'ticket-unseen', (subject) => ofOrder(order)(subject) && subject.printed);
    return order;
  }

  test('comes out where the ticket did, together and once', { timeout: 60000 }, async (t) => {
    const { hub, first, grill, till, desk } = await startKitchen(t);
    const stationId = 'hot';
    const order = await printOrder(t, hub, till, 'A-17', [{ name: 'Soup', stationId }, { name: 'Steak', quantity: 3,
      stationId }, { name: 'Peas', stationId }, { name: 'Chips', stationId, note: 'no salt' }, { name: 'Rice', stationId }],
    { placeId: 't12' });
    const [soup, steak, peas, chips, rice] = order.lineIds;
    const before = grill.lines.length;
    cancel(till, order, soup);
    const cancelled = `${till.log.logId}:${till.log.operations.length}`;
    set(till, order, steak, { quantity: 2 });
    set(till, order, peas, { note: 'wrong' });
    set(till, order, peas, { note: 'nut allergy' }, 2);
    set(till, order, chips, { note: null, quantity: 2 });
    await till.push();
    await grill.untilPrinted('No note any more', LONG_MS);
    await until('it is on paper', async () => (await listChanges(hub)).some(({ state }) => state === 'done'), LONG_MS);
    const told = grill.lines.slice(before).map(({ text }) => text.trim());
    for (const text of ['CHANGE', 'Table 12', 'A-17', 'Hot station']) assert.ok(told.includes(text), told.join('\n'));
    for (const lines of ['CANCELLED\n1 x Soup', 'CANCELLED\n1 x Steak\n- Now in all: 2', 'CHANGED\n1 x Peas\n- nut allergy',
      'NEW\n1 x Chips\n- Now in all: 2\nCHANGED\n2 x Chips\n- No note any more'])
      assert.ok(told.join('\n').includes(lines), told.join('\n'));
    assert.deepEqual(['CANCELLED', 'CHANGED', 'NEW'].map((mark) => told.filter((text) => text === mark).length), [2, 2, 1]);
    assert.equal(grill.count('Rice'), 1);
    const [{ jobId }] = await listChanges(hub);
    const { body } = await desk.replica.pull('ticket.printed', (one) => one.body.jobId === jobId, LONG_MS);
    assert.deepEqual([...body.lineIds].sort(), [soup, steak, peas, chips].sort());

    // Taken back it is to be made after all; what was made, or a screen has shown, is not told of.
    setState(till, { ...order, lineIds: [peas] }, 'ready');
    see(till, { ...order, lineIds: [rice] });
    await till.push();
    till.log.write('undo', `order/${order.orderId}`, { op: cancelled });
    cancel(till, order, peas, rice);
    set(till, order, rice, { note: 'sticky' });
    await till.push();
    await until('it is on paper', async () => (await listChanges(hub))
      .filter(({ state }) => state === 'done').length === 2, LONG_MS);
    assert.deepEqual(grill.lines.slice(-6).map(({ text }) => text.trim()).filter((text) => /NEW|CANCEL|CHANGED| x /.test(text)),
      ['NEW', '1 x Soup']);

    // Nor what happens to an order that is closed.
    till.log.write('order.set', `order/${order.orderId}`, { version: 1, set: { closed: true } });
    cancel(till, order, steak);
    await till.push();
    const marker = await printOrder(t, hub, till, 'A-18', [{ name: 'Marker', stationId }]);
    cancel(till, marker, ...marker.lineIds);
    await till.push();
    await until('it is on paper', async () => (await listChanges(hub))
      .filter(({ state }) => state === 'done').length === 3, LONG_MS);
    assert.equal(grill.cuts, 5);
    assert.equal(first.cuts, 0);
    assert.equal(grill.count('1 x Steak'), 1);
  });

  test('cancelled before it is on paper, or seen, there is no change', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    const hub = await start(t, { printer });
    const till = await connect(t, hub, 'pos', 'Till');
    const gone = writeOrder(till, 'B-1', ['Gone']);
    await till.push();
    cancel(till, gone, ...gone.lineIds);
    const seen = writeOrder(till, 'B-2', ['Seen']);
    see(till, seen);
    await till.push();
    cancel(till, seen, ...seen.lineIds);
    await till.push();
    const marker = await printOrder(t, hub, till, 'B-3', ['Marker']);
    cancel(till, marker, ...marker.lineIds);
    await till.push();
    await printer.untilPrinted('CANCELLED', LONG_MS);
    assert.equal(printer.count('Gone') + printer.count('Seen'), 0);
    assert.equal((await listChanges(hub)).length, 1);
  });

  test('an order is closed, opened again, and given up as a whole', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    const hub = await start(t, { printer });
    const till = await connect(t, hub, 'pos', 'Till');
    const close = ({ orderId }, closed, version) =>
      till.log.write('order.set', `order/${orderId}`, { version, set: { closed } });
    const order = await printOrder(t, hub, till, 'E-1', ['Eel', 'Endive']);
    const marker = await printOrder(t, hub, till, 'E-2', ['Marker']);
    close(order, true, 1);
    await till.push();
    cancel(till, marker, ...marker.lineIds);
    await till.push();
    await printer.untilPrinted('CANCELLED', LONG_MS);
    assert.equal((await listChanges(hub)).length, 1, 'that it is closed is no change');
    close(order, false, 2);
    set(till, order, order.lineIds[0], { note: 'no salt' });
    await till.push();
    await printer.untilPrinted('no salt', LONG_MS);
    cancel(till, order, ...order.lineIds);
    close(order, true, 3);
    await till.push();
    await until('both are cancelled', () => printer.count('CANCELLED') === 3, LONG_MS);
    assert.equal((await listChanges(hub)).length, 3);
  });

  test('a ticket that is printed again: what has changed comes out after it once more', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    const hub = await start(t, { printer });
    const till = await connect(t, hub, 'pos', 'Till');
    const order = await printOrder(t, hub, till, 'F-1', ['Fig', 'Fish']);
    const { jobId, deviceId } = (await hub.jobs()).find((job) => job.jobId.startsWith('ticket-'));
    cancel(till, order, order.lineIds[0]);
    await till.push();
    await printer.untilPrinted('CANCELLED', LONG_MS);
    await hub.control('POST', '/api/v1/jobs/reprint', { jobId, deviceId });
    await until('it is told again', () => printer.count('CANCELLED') === 2, LONG_MS);
    assert.ok(printer.text.lastIndexOf('CANCELLED') > printer.text.lastIndexOf('1 x Fish'), 'after the ticket');
    assert.equal((await listChanges(hub)).length, 2);
  });

  test('the hub is killed before it is told, and as it is told: it is told once', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    const state = await makeStateFolder(t);
    const hub = await start(t, { printer }, { state });
    const till = await connect(t, hub, 'pos', 'Till');
    const order = await printOrder(t, hub, till, 'C-1', ['Kebab', 'Kale']);
    cancel(till, order, order.lineIds[0]);
    await till.push();
    await hub.kill();

    const again = await start(t, { printer }, { state });
    await until('the job is known', async () => (await listChanges(again)).length > 0, LONG_MS);
    await again.kill();

    const third = await start(t, { printer }, { state });
    const back = await connect(t, third, 'pos', 'Till', till);
    const ended = async () => (await listChanges(third)).every((job) => ['done', 'uncertain'].includes(job.state));
    await until('it has ended', ended, LONG_MS);
    const [{ state: end, jobId }] = await listChanges(third);
    assert.equal(printer.count('CANCELLED') <= 1 && (end === 'uncertain' || printer.count('CANCELLED') === 1), true);
    // What comes next tells of nothing that was told.
    set(back, order, order.lineIds[1], { note: 'extra' });
    await back.push();
    await printer.untilPrinted('extra', LONG_MS);
    await until('all have ended', ended, LONG_MS);
    const jobs = await listChanges(third);
    assert.equal(jobs.length, 2);
    assert.ok(jobs.some((job) => job.jobId === jobId));
    assert.ok(printer.count('CANCELLED') <= 1);
    assert.equal(printer.count('extra'), 1);
  });

  test('a printer that is away: the change comes out with it, also after a restart', { timeout: 60000 }, async (t) => {
    const printer = await startPrinter(t);
    const state = await makeStateFolder(t);
    const hub = await start(t, { printer }, { state });
    const till = await connect(t, hub, 'pos', 'Till');
    const order = await printOrder(t, hub, till, 'D-1', ['Duck']);
    await printer.close();
    cancel(till, order, ...order.lineIds);
    await till.push();
    await until('it waits', async () => (await listChanges(hub)).some(({ detail }) => detail === 'offline'), LONG_MS);
    await hub.stop();
    const again = await start(t, { printer }, { state });
    await printer.reopen();
    await printer.untilPrinted('CANCELLED', LONG_MS);
    await until('it has ended', async () => (await listChanges(again)).every((job) => job.state === 'done'), LONG_MS);
    assert.equal((await listChanges(again)).length, 1);
  });
});
