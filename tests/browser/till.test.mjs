// SPDX-License-Identifier: Apache-2.0
// A till through an evening: from the first tap to the receipt, whatever the printer and the hub do, and
// to the close of day.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { attributeIs, browserName, byTestId, openPage, tap, textOf } from '../lib/browser.mjs';
import { makeMenu, openPaired } from '../lib/house.mjs';
import { startHub } from '../lib/hub.mjs';
import { blockUdp, skipOutsideLab } from '../lib/network.mjs';
import { drawers, dueIs, handOut, linesAre, next, openOrders, openTill, order, payAndPrint, printed, sellTea, stepIs }
  from '../lib/till.mjs';
import { until } from '../lib/wait.mjs';

const LOCAL = 'local-p2p';
const LONG = { timeout: 120000 };

/** On paper stands the bill in the dialog, without its buttons and without the till behind it. */
async function printsHere(page) {
  await page.evaluate(() => { window.print = () => { window.printed = true; }; });
  await tap(page, 'print-bill-here');
  assert.equal(await page.evaluate(() => window.printed), true);
  if (browserName !== 'chromium') return;
  await page.emulateMediaType('print');
  const seen = await page.evaluate(() => ['.till-big', 'button', '.till-left', '.bar'].filter((one) =>
    [...document.querySelectorAll(one)].some((element) => element.checkVisibility())));
  assert.deepEqual(seen, ['.till-big']);
  await page.emulateMediaType(null);
}

/** The browser's own account of its data channels: messages sent over all of them. */
const messagesByChannel = (page) => page.evaluate(async () => {
  const stats = await window.bellhop.connection.getStats();
  let sent = 0;
  stats?.forEach((one) => {
    if (one.type === 'data-channel') sent += one.messagesSent;
  });
  return sent;
});

describe(`till in ${browserName}`, () => {
  test('from the first tap to paper: by data channel, and the printer confirms', LONG, async (t) => {
    const { hub, page, printer, tables } = await openTill(t);
    await attributeIs(page, 'path-badge', 'data-path', LOCAL);
    await tap(page, 'item-soup');
    await tap(page, 'item-soup');
    await tap(page, 'item-burger');
    await tap(page, 'choice-medium');
    await tap(page, 'choice-chips');
    await tap(page, 'item-done');
    await tap(page, 'choose-place');
    await tap(page, 'place-12');
    await dueIs(page, 2 * 750 + 1650 + 350);
    await next(page, 'send');
    await stepIs(page, 'pay');
    const [sent] = await until('the hub has the order', async () => {
      const orders = await openOrders(hub);
      return orders.length > 0 && orders;
    });
    assert.equal(sent.placeId, tables[12].placeId);
    assert.deepEqual(sent.lines.map(({ name, quantity, stationId }) => [name, quantity, stationId]),
      [['Soup of the day', 2, 'grill'], ['House burger', 1, 'grill']]);

    await next(page, 'pay');
    await page.type(byTestId('tendered'), '50');
    await attributeIs(page, 'change', 'data-minor', '1500');
    await page.$eval(byTestId('take'), (button) => {
      button.click();
      button.click();
    });
    await attributeIs(page, 'change', 'data-minor', '1500');
    await tap(page, 'paid-receipt');
    await printed(page);
    for (const text of [/Bellevue Café/, /12 Harbour Street/, /LU 2026 1123/, /0001/, /Table 12/,
      /House burger/, /Medium/, /35\.00/, /VAT 10 %/, /Cash/, /Change +15\.00/, /Thank you/])
      assert.match(printer.text, text);
    assert.equal(printer.cuts, 1);
    assert.equal(drawers(printer), 1, 'cash opens the drawer');
    assert.deepEqual((await openOrders(hub))[0].payments.map(({ amount }) => amount), [3500],
      'a nervous finger takes it once');
    assert.deepEqual((await hub.status()).print.byPath, { channel: 1, relay: 0, http: 0 });
    assert.ok(await messagesByChannel(page) > 0, 'the browser counts it on its data channel too');

    await handOut(page);
    await stepIs(page, 'none');
    await until('the order is closed', async () => (await openOrders(hub)).length === 0);
  });

  test('a printer without feedback: sent', LONG, async (t) => {
    const { page, printer } = await openTill(t, { printer: { confirms: false } });
    await order(page, 'soup', 'tea');
    await payAndPrint(page);
    await printed(page, 'sent', 40000);
    assert.equal(printer.cuts, 1);
  });

  test('UDP is blocked: the same by WebSocket', { ...LONG, skip: skipOutsideLab }, async (t) => {
    blockUdp(t);
    const { hub, page, printer } = await openTill(t);
    await order(page, 'soup', 'tea');
    await payAndPrint(page);
    await printed(page);
    assert.match(printer.text, /11\.40/);
    assert.deepEqual((await hub.status()).print.byPath, { channel: 0, relay: 1, http: 0 });
    assert.notEqual(await page.$eval(byTestId('path-badge'), (one) => one.dataset.path), LOCAL);
  });

  test('a browser that may not use WebRTC: the same by WebSocket', LONG, async (t) => {
    const { hub, page } = await openTill(t, { browser: { withoutWebRtc: true } });
    await order(page, 'soup', 'tea');
    await payAndPrint(page);
    await printed(page);
    assert.deepEqual((await hub.status()).print.byPath, { channel: 0, relay: 1, http: 0 });
  });

  test('the hub is away: orders and payments go on, receipts get their numbers afterwards', LONG,
    async (t) => {
      const { hub: first, page, printer } = await openTill(t);
      await order(page, 'tea');
      await payAndPrint(page);
      await printed(page);
      await handOut(page);
      await first.stop();
      await attributeIs(page, 'path-badge', 'data-path', 'none', 30000);
      await page.waitForSelector(byTestId('away'));
      await tap(page, 'till-menu');
      await page.waitForSelector(byTestId('drawer-away'));
      assert.equal(await page.$eval(byTestId('open-drawer'), (one) => one.disabled), true);
      await page.keyboard.press('Escape');
      for (const item of ['soup', 'beer']) {
        await order(page, item);
        await payAndPrint(page);
        await page.waitForSelector(byTestId('receipt-waits'));
        await tap(page, 'show-bill');
        assert.match(await textOf(page, 'bill-dialog'), /not a receipt/);
        await printsHere(page);
        await page.keyboard.press('Escape');
        await tap(page, 'new-order');
      }
      const hub = await startHub(t, { open: false, state: first.state,
        printers: { receipt: printer.uri }, args: ['--port', String(first.port)] });
      await until('all three are on paper', () => printer.cuts === 3, 60000);
      const numbers = [...printer.text.matchAll(/No\. (\d+)/g)].map(([, number]) => Number(number));
      assert.deepEqual(numbers.sort(), [1, 2, 3], 'no number is missing, none is there twice');
      assert.equal((await openOrders(hub)).every(({ due }) => due === 0), true);
    });

  test('broken off on paper: uncertain, printed again only when asked, and marked', LONG, async (t) => {
    const { page, printer } = await openTill(t, { printer: { hangUpAfter: 60 } });
    await order(page, 'soup');
    await payAndPrint(page);
    await printed(page, 'uncertain', 40000);
    assert.equal(printer.cuts, 0);
    printer.options.hangUpAfter = undefined;
    await tap(page, 'reprint');
    await printed(page);
    assert.match(printer.text, /reprint/i);
    assert.equal(printer.cuts, 1);
    // And once more from the order, as guests ask for it.
    await tap(page, 'order-more');
    await tap(page, 'order-copy');
    await until('it is there again', () => printer.cuts === 2, 20000);
    assert.equal([...printer.text.matchAll(/No\. 0001/g)].length, 2, 'under its own number');
  });

  test('the built-in printer shows the receipt at /paper', LONG, async (t) => {
    const hub = await startHub(t, { open: false });
    await makeMenu(t, hub);
    const page = await openPaired(t, hub, { role: 'pos', place: '/pos' });
    await order(page, 'soup');
    await payAndPrint(page);
    await printed(page);
    const paper = await openPage(page.browser(), `${hub.origin}/paper`);
    await until('/paper shows 7.50', () => paper.evaluate(
      () => document.body.innerText.replaceAll(',', '.').includes('7.50')), 15000);
  });

  test('changed, cancelled, discounted, split, moved; paid in parts, refunded; and the day closed', LONG,
    async (t) => {
      const { page, printer } = await openTill(t);
      await order(page, 'soup', 'soup', 'soup', 'tea', 'beer');
      await linesAre(page, ['3 × Soup of the day placed', '1 × Pot of tea placed', '1 × Draught beer placed']);

      // One soup less, with a word to the kitchen; no tea after all.
      await (await page.$(byTestId('order-line'))).click();
      await tap(page, 'line-quantity-less');
      await page.type(byTestId('line-note'), 'very hot');
      await tap(page, 'line-save');
      await (await page.$$(byTestId('order-line')))[1].click();
      await tap(page, 'line-cancel');
      await tap(page, 'reason-1');
      await tap(page, 'confirm');
      await linesAre(page, ['2 × Soup of the day placed', '1 × Pot of tea cancelled', '1 × Draught beer placed']);
      await dueIs(page, 1500 + 560);

      // 10 % off everything, then one soup on a bill of its own.
      await tap(page, 'order-more');
      await tap(page, 'order-discount');
      await tap(page, 'percent-10');
      await tap(page, 'reason-1');
      await tap(page, 'confirm');
      await dueIs(page, 1854);
      await tap(page, 'order-more');
      await tap(page, 'order-move');
      await tap(page, 'move-count-more');
      await tap(page, 'move-new');
      await linesAre(page, ['1 × Soup of the day placed', '1 × Pot of tea cancelled', '1 × Draught beer placed']);
      await dueIs(page, 1179);
      await page.waitForFunction((selector) => document.querySelectorAll(selector).length === 2, {},
        byTestId('open-order'));

      // To a table; the rest half by card, half on a room.
      await tap(page, 'choose-place');
      await tap(page, 'place-14');
      await page.waitForFunction((selector) => /14/.test(document.querySelector(selector).textContent), {},
        byTestId('choose-place'));
      await next(page, 'pay');
      await tap(page, 'method-card');
      await tap(page, 'pay-part');
      await tap(page, 'share-2');
      await page.type(byTestId('tip'), '1');
      await tap(page, 'take');
      await attributeIs(page, 'due', 'data-minor', '589');
      await tap(page, 'method-room');
      await tap(page, 'room-101');
      await tap(page, 'take');
      await tap(page, 'no-receipt');
      await stepIs(page, 'receipt');
      await (await page.$(byTestId('refund'))).click();
      await page.type(byTestId('refund-amount'), '0,90');
      await tap(page, 'reason-1');
      await tap(page, 'confirm');
      await dueIs(page, 90);
      await next(page, 'pay');
      await tap(page, 'take');
      await tap(page, 'paid-receipt');
      await printed(page);
      assert.match(printer.text, /Discount \(Regular guest\)/);
      assert.match(printer.text, /Room 101/);
      await handOut(page);

      // The day: what was closed, and cash as counted.
      await tap(page, 'till-menu');
      await tap(page, 'close-day');
      await page.waitForSelector(byTestId('day-open'));
      await page.type(byTestId('counted'), '1.00');
      await attributeIs(page, 'difference', 'data-minor', '10');
      const cuts = printer.cuts;
      await tap(page, 'confirm');
      await until('the report is on paper', () => printer.cuts === cuts + 1, 20000);
      for (const text of [/Close of day/, /Card \(1\) +5\.90/, /Tips, Card +1\.00/, /Refund, Card +-0\.90/,
        /Cash that should be there +0\.90/, /Difference +0\.10/])
        assert.match(printer.text, text);
      await tap(page, 'till-menu');
      await tap(page, 'close-day');
      assert.doesNotMatch(await textOf(page, 'day'), /Card/, 'the next day begins with nothing');
    });

  test('a room is charged, pays in parts, takes one back; an amount that nobody can read takes nothing', LONG,
    async (t) => {
      const { hub, page, printer } = await openTill(t);
      const isOff = (id) => page.$eval(byTestId(id), (one) => one.disabled);
      const charge = async (item) => {
        await order(page, item);
        await next(page, 'pay');
        await tap(page, 'method-room');
        await tap(page, 'room-101');
        await tap(page, 'take');
        await tap(page, 'no-receipt');
        await tap(page, 'new-order');
      };
      await order(page, 'soup');
      await next(page, 'pay');
      await tap(page, 'pay-part');
      await page.type(byTestId('tip'), '5');
      await page.keyboard.press('Backspace');
      await page.keyboard.type('6');
      assert.equal(await page.$eval(byTestId('tip'), (one) => one.value), '6', 'the field stays under the hand');
      await page.type(byTestId('amount'), '7..5');
      assert.equal(await isOff('take'), true);
      assert.match(await textOf(page, 'amount-problem'), /7\.50|12\.50/);
      await page.click('.dialog-close');
      await tap(page, 'new-order');
      await charge('soup');
      await charge('tea');

      await tap(page, 'till-menu');
      await tap(page, 'room-bills');
      await attributeIs(page, 'room-bill', 'data-open', '1140');
      await tap(page, 'room-bill');
      await (await page.$$(byTestId('charge-choose')))[1].click();
      await page.type(byTestId('tendered'), '5');
      assert.equal(await isOff('settle-take'), true, 'that is not enough');
      await page.$eval(byTestId('tendered'), (one) => one.select());
      await page.type(byTestId('tendered'), '10');
      await attributeIs(page, 'change', 'data-minor', '250');
      await page.$eval(byTestId('settle-take'), (button) => {
        button.click();
        button.click();
      });
      await attributeIs(page, 'settled', 'data-minor', '250');
      await attributeIs(page, 'safe-mark', 'data-safe', 'true');
      const cuts = printer.cuts;
      await tap(page, 'settled-print');
      await until('the bill is on paper', () => printer.cuts === cuts + 1, 20000);
      for (const text of [/Bill: Room 101/, /1 × Soup of the day/, /7\.50/, /Cash/])
        assert.match(printer.text, text);
      assert.equal(drawers(printer), 1, 'cash opens the drawer');

      // The rest goes on the hotel's bill, by mistake, and back.
      const openRoom = async () => {
        await tap(page, 'till-menu');
        await tap(page, 'room-bills');
        await tap(page, 'room-bill');
      };
      await openRoom();
      await attributeIs(page, 'room-open', 'data-minor', '390');
      await tap(page, 'settle-hotel');
      await tap(page, 'settle-take');
      await attributeIs(page, 'room-open', 'data-minor', '0');
      await tap(page, 'settled-back');
      await attributeIs(page, 'room-open', 'data-minor', '390');
      assert.equal((await page.$$(byTestId('settle-back'))).length, 1, 'only the first is settled, once');
      await tap(page, 'settle-card');
      await tap(page, 'settle-take');
      await attributeIs(page, 'room-open', 'data-minor', '0');
      await tap(page, 'settled-done');
      await until('the hub has all of it', async () => {
        const settled = (await openOrders(hub)).flatMap(({ payments }) => payments.map((one) => one.settled));
        return JSON.stringify(settled.filter((one) => one > 0)) === '[750,390]';
      });
      await tap(page, 'till-menu');
      await tap(page, 'close-day');
      const day = await textOf(page, 'day');
      for (const text of [/Room charge \(2\)[^0-9]*11\.40/, /Rooms paid, Cash \(1\)[^0-9]*7\.50/,
        /Rooms paid, Card \(1\)[^0-9]*3\.90/, /should be there[^0-9]*7\.50/])
        assert.match(day, text);
    });

  test('where guests have left a room, a charge waits until somebody says whose it is', LONG, async (t) => {
    const { hub, page, manager, rooms } = await openTill(t);
    const { placeId } = rooms[101];
    const charge = async (party) => {
      await order(page, 'soup');
      await next(page, 'pay');
      await tap(page, 'method-room');
      await tap(page, 'room-101');
      if (party !== null) {
        await page.waitForSelector(byTestId('room-left'));
        assert.equal(await page.$eval(byTestId('take'), (one) => one.disabled), true, 'it guesses nothing');
        await tap(page, `room-who-${party}`);
      }
      await tap(page, 'take');
      await tap(page, 'no-receipt');
      await tap(page, 'new-order');
    };
    await hub.control('POST', '/api/v1/seatings/open', { placeId });
    const { places } = await hub.control('GET', '/api/v1/places');
    const { seating } = places.find((one) => one.placeId === placeId);
    manager.log.write('order.open', 'order/breakfast',
      { number: 'B-1', currency: 'EUR', source: 'staff', placeId, seatingId: seating.seatingId });
    await manager.push();
    await page.waitForSelector(`${byTestId('open-order')}[data-order="breakfast"]`);
    await charge(null);
    await hub.control('POST', '/api/v1/seatings/clear', { placeId });
    await charge('left');
    await charge('here');
    await tap(page, 'till-menu');
    await tap(page, 'room-bills');
    const bills = () => page.$$eval(byTestId('room-bill'), (all) => all.map((one) => one.dataset.open));
    await until('two are theirs who left', async () => JSON.stringify((await bills()).sort()) === '["1500","750"]');
  });

  test('a closed order to which a line came late is opened, paid and not closed again', LONG, async (t) => {
    const { hub, page, manager } = await openTill(t);
    const orderId = await sellTea(hub, page);
    await page.waitForFunction((selector) => document.querySelector(selector) === null, {},
      byTestId('open-order'));
    // A waiter's phone had no connection then.
    manager.log.write('order.lines', `order/${orderId}`,
      { lines: [{ lineId: 'late', name: 'Draught beer', quantity: 1, price: 560 }] });
    manager.log.write('line.state', `order/${orderId}`, { lineIds: ['late'], state: 'served' });
    await manager.push();
    await order(page, 'soup');
    await (await page.waitForSelector(`${byTestId('open-order')}[data-order="${orderId}"]`)).click();
    await dueIs(page, 560);
    await next(page, 'pay');
    await page.type(byTestId('tendered'), '10');
    await tap(page, 'take');
    await page.waitForFunction((selector) => document.querySelectorAll(selector).length === 1, {},
      byTestId('open-order'));
    await page.waitForSelector(byTestId('paid'));
    await attributeIs(page, 'change', 'data-minor', '440');
    await tap(page, 'no-receipt');
    await stepIs(page, 'none');
    await tap(page, 'order-more');
    await page.waitForSelector(byTestId('order-dialog'));
    assert.equal(await page.$(byTestId('order-close')), null);
  });

  test('what comes to an order after its day was closed is paid and sold as one of its own', LONG, async (t) => {
    const { hub, page, manager } = await openTill(t);
    const orderId = await sellTea(hub, page);
    await tap(page, 'till-menu');
    await tap(page, 'close-day');
    await tap(page, 'confirm');
    await page.waitForFunction((selector) => document.querySelector(selector) === null, {}, byTestId('day'));
    manager.log.write('order.lines', `order/${orderId}`,
      { lines: [{ lineId: 'late', name: 'Draught beer', quantity: 1, price: 560 }] });
    manager.log.write('line.state', `order/${orderId}`, { lineIds: ['late'], state: 'served' });
    await manager.push();
    await (await page.waitForSelector(`${byTestId('open-order')}[data-order="${orderId}"]`)).click();
    await dueIs(page, 560);
    // What the day has sold stays as it was; the beer can still be called off.
    const seen = async (...ids) => {
      const found = [];
      for (const id of ids) if (await page.$(byTestId(id)) !== null) found.push(id);
      await page.click('.dialog-close');
      return found;
    };
    await tap(page, 'order-more');
    await page.waitForSelector(byTestId('order-dialog'));
    assert.deepEqual(await seen('order-sold', 'order-discount', 'order-move', 'order-note'), ['order-sold', 'order-note']);
    for (const [name, wanted] of [['Pot of tea', ['line-sold']], ['Draught beer', ['line-discount', 'line-move', 'line-cancel']]]) {
      await (await page.waitForSelector(`${byTestId('order-line')} ::-p-text(${name})`)).click();
      await page.waitForSelector(byTestId('line-dialog'));
      assert.deepEqual(await seen('line-sold', 'line-discount', 'line-move', 'line-cancel'), wanted);
    }
    await tap(page, 'till-menu');
    await tap(page, 'close-day');
    await page.waitForSelector(byTestId('day-owing'));
    assert.equal(await page.$(byTestId('day-open')), null);
    await page.click('.dialog-close');
    await next(page, 'pay');
    await attributeIs(page, 'due', 'data-minor', '560');
    await tap(page, 'take');
    await tap(page, 'no-receipt');
    await stepIs(page, 'receipt');
    assert.equal(await page.$(`${byTestId('open-order')}[data-order="${orderId}"]`), null);
    await tap(page, 'order-more');
    await tap(page, 'order-close');
    await until('it is closed', async () => (await openOrders(hub)).length === 0);
    await tap(page, 'till-menu');
    await tap(page, 'close-day');
    assert.match(await textOf(page, 'day'), /Cash \(1\)[^0-9]*5\.60/);
    assert.match(await textOf(page, 'day'), /Sales[^0-9]*5\.60/);
  });

  test('what was asked about an order that is gone is not asked of the next', LONG, async (t) => {
    const { hub, page, manager } = await openTill(t);
    await order(page, 'tea');
    const [{ orderId, lines: [line] }] = await until('the hub has the order', async () => {
      const orders = await openOrders(hub);
      return orders.length > 0 && orders;
    });
    await tap(page, 'new-order');
    await order(page, 'soup');
    await page.click(`${byTestId('open-order')}[data-order="${orderId}"]`);
    await dueIs(page, 390);
    await next(page, 'pay');
    await page.waitForSelector(byTestId('pay'));
    const entity = `order/${orderId}`;
    manager.log.write('payment.add', entity, { paymentId: 'there', method: 'card', amount: 390 });
    manager.log.write('line.state', entity, { lineIds: [line.lineId], state: 'served' });
    manager.set('order.set', entity, { closed: true });
    await manager.push();
    await page.waitForFunction((selector) => document.querySelector(selector) === null, {}, byTestId('pay'));
    await (await page.waitForSelector(byTestId('open-order'))).click();
    await dueIs(page, 750);
    assert.equal(await page.$('[role=dialog], dialog'), null);
    await next(page, 'pay');
    await page.waitForSelector(byTestId('pay'));
  });

  test('what a colleague writes meanwhile on a line or an order stays', LONG, async (t) => {
    const { hub, page, manager } = await openTill(t);
    await order(page, 'tea', 'tea');
    const [{ orderId, lines: [{ lineId }] }] = await until('the hub has the order', async () => {
      const orders = await openOrders(hub);
      return orders.length > 0 && orders;
    });
    const entity = `order/${orderId}`;
    let version = 10;
    const write = async (kind, body) => {
      manager.log.write(kind, entity, { ...body, version: version += 1 });
      await manager.push();
    };
    const noteIs = (note) => until(`the note is ${note}`, async () =>
      (await openOrders(hub))[0].note === note);
    await (await page.$(byTestId('order-line'))).click();
    await page.waitForSelector(byTestId('line-dialog'));
    await write('line.set', { lineId, set: { quantity: 3, note: 'no milk' } });
    await linesAre(page, ['3 × Pot of tea placed']);
    assert.equal(await page.$eval(byTestId('line-save'), (one) => one.disabled), true);
    await tap(page, 'line-quantity-more');
    await tap(page, 'line-quantity-more');
    await tap(page, 'line-save');
    await linesAre(page, ['4 × Pot of tea placed']);
    await until('the hub has both', async () => {
      const [{ lines: [line] }] = await openOrders(hub);
      return line.quantity === 4 && line.note === 'no milk';
    });

    const openNote = async () => {
      await tap(page, 'order-more');
      await tap(page, 'order-note');
      await page.waitForSelector(byTestId('note-dialog'));
    };
    const shown = (text) => page.waitForFunction((selector, note) =>
      document.querySelector(selector).textContent.includes(note), {}, '.till-head', text);
    await openNote();
    await write('order.set', { set: { note: 'peanut allergy' } });
    await shown('peanut allergy');
    await tap(page, 'confirm');
    await openNote();
    await write('order.set', { set: { note: 'sesame allergy' } });
    await shown('sesame allergy');
    await page.type(byTestId('order-note-text'), ', window');
    await tap(page, 'confirm');
    await noteIs('sesame allergy · peanut allergy, window');
  });

  test('two taps on the receipt do not hand out; what closing handed out comes back with the order', LONG,
    async (t) => {
      const { hub, page, manager } = await openTill(t);
      await order(page, 'tea');
      const [{ orderId, lines: [line] }] = await until('the hub has the order', async () => {
        const orders = await openOrders(hub);
        return orders.length > 0 && orders;
      });
      manager.log.write('line.state', `order/${orderId}`, { lineIds: [line.lineId], state: 'ready' });
      await manager.push();
      await linesAre(page, ['1 × Pot of tea ready']);
      await next(page, 'pay');
      await tap(page, 'take');
      await tap(page, 'no-receipt');
      await stepIs(page, 'receipt');
      // Both at one moment, however long the page takes to say what is next.
      await page.$eval(byTestId('next-action'), (button) => new Promise((done) => {
        const now = performance.now();
        performance.now = () => now;
        new MutationObserver((_, observer) => {
          observer.disconnect();
          button.click();
          performance.now = () => Performance.prototype.now.call(performance) + 1000;
          done();
        }).observe(button, { attributeFilter: ['data-step'] });
        button.click();
      }));
      await stepIs(page, 'serve');
      await linesAre(page, ['1 × Pot of tea ready']);
      await next(page, 'serve');
      await page.waitForFunction((selector) => document.querySelector(selector) === null, {},
        byTestId('open-order'));
      await tap(page, 'toast-action');
      await (await page.waitForSelector(byTestId('open-order'))).click();
      await linesAre(page, ['1 × Pot of tea ready']);
      await next(page, 'serve');
      await page.waitForFunction((selector) => document.querySelector(selector) === null, {},
        byTestId('open-order'));
      // And long after that, from the orders of the day.
      await tap(page, 'all-orders');
      await page.click(`${byTestId('closed-orders')} summary`);
      await page.waitForSelector(`${byTestId('closed-order')}[data-order="${orderId}"]`);
      await tap(page, 'reopen');
      await page.waitForSelector(byTestId('open-order'));
      await linesAre(page, ['1 × Pot of tea served']);
      await stepIs(page, 'close');
    });

  test('what is out is seen and not sold; what was tapped survives a reload; the drawer opens alone', LONG,
    async (t) => {
      const { hub, page, printer } = await openTill(t);
      const out = (id) => attributeIs(page, `item-${id}`, 'data-out', 'true');
      await out('pie');
      await page.click(byTestId('item-pie'));
      await tap(page, 'item-soup');
      await tap(page, 'item-tea');
      await (await page.$(byTestId('item-soup'))).click({ button: 'right' });
      await tap(page, 'mark-out');
      await out('soup');
      await tap(page, 'next-action');
      await page.waitForFunction((selector) => /Soup/.test(document.querySelector(selector).textContent), {},
        byTestId('toast'));
      await page.reload();
      await page.waitForFunction((selector) => document.querySelectorAll(selector).length === 2, {},
        byTestId('cart-line'));
      await tap(page, 'cart-quantity-less');
      await dueIs(page, 390);
      await next(page, 'send');
      await stepIs(page, 'pay');
      // From another page it opens with the order that was meant.
      const named = await page.$eval(byTestId('open-order'), (one) => one.dataset.order);
      await tap(page, 'new-order');
      await page.goto('about:blank');
      await page.goto(`${hub.origin}/pos#order/${named}`);
      await page.waitForSelector(`${byTestId('open-order')}[data-order="${named}"][aria-current="true"]`);
      assert.equal(await page.evaluate(() => location.hash), '');
      const item = (await hub.control('GET', '/api/v1/menu')).items?.find(({ name }) => /Soup/.test(name));
      assert.notEqual(item?.available, true);
      await tap(page, 'till-menu');
      await tap(page, 'open-drawer');
      await until('the drawer opens', () => drawers(printer) === 1, 20000);
      await page.waitForFunction((selector) =>
        /drawer was opened/.test(document.querySelector(selector)?.textContent), {}, byTestId('toast'));
      assert.equal(printer.cuts, 0);
    });

  test('the printer is off: however often the drawer is tapped, it is taken back and stays so', LONG,
    async (t) => {
      const { hub, page, printer } = await openTill(t);
      await printer.close();
      for (let taps = 0; taps < 2; taps += 1) {
        await tap(page, 'till-menu');
        await tap(page, 'open-drawer');
      }
      await page.waitForFunction((selector) =>
        /did not open/.test(document.querySelector(selector)?.textContent), {}, byTestId('toast'));
      const jobs = () => hub.control('GET', '/api/v1/jobs');
      await until('all are taken back', async () => (await jobs()).every(({ state }) => state === 'failed'));
      assert.notEqual((await jobs()).length, 0);
      await printer.reopen();
      await hub.control('POST', '/api/v1/jobs', { printJob: { jobId: 'after', content: { text: 'After it.' } } });
      await until('the printer prints', () => printer.text.includes('After it.'), 30000);
      assert.equal(drawers(printer), 0);
    });
});
