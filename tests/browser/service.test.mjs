// SPDX-License-Identifier: Apache-2.0
// Guests and waiters on the real hub: a table orders before it is seated, the staff confirm, accept and
// serve, the kitchen works, and everybody sees how far it is; with reloads, and the hub killed in the middle.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  attributeIs, browserName, byTestId, clickOn, clicksByEnter, findFaults, openPage, pressByTab, speak, startBrowser,
  LATER_MS, strike, textOf,
} from '../lib/browser.mjs';
import { makeMenu, pairBrowser } from '../lib/house.mjs';
import { startHub } from '../lib/hub.mjs';
import { slowness, until } from '../lib/wait.mjs';

const PHONE = { width: 360, height: 740 };
/** One grey point, as PNG. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';

/** One house for all tests of this file; each sits down at a table of its own. */
const ends = [];
const owner = { after: (end) => ends.unshift(end) };
let house;

const apart = async (browser) => {
  const context = await browser.createBrowserContext();
  return { newPage: () => context.newPage(), defaultBrowserContext: () => context };
};

async function openHouse() {
  const hub = await startHub(owner, { open: false });
  const { manager, tables, rooms } = await makeMenu(owner, hub);
  const browser = await startBrowser(owner);
  const staff = await pairBrowser(await apart(browser), hub, { role: 'staff', name: "Anna's phone", place: '/staff' });
  await staff.setViewport(PHONE);
  return { hub, manager, browser, staff, places: { ...tables, ...rooms } };
}

async function openGuest(name, language = 'en') {
  const { hub, browser, places } = house;
  const page = await openPage(await apart(browser), `${hub.origin}/trust`);
  await speak(page, language);
  await page.setViewport(PHONE);
  await page.goto(`${hub.origin}/guest#${places[name].code}.bellhop.local`);
  await see(page, byTestId('portal'));
  return page;
}

/** Waits for it on the page in front. */
async function see(page, selector, text = '', ms = 40000) {
  await page.bringToFront();
  return page.waitForFunction((wanted, words) => [...document.querySelectorAll(wanted)].find((one) =>
    !one.disabled && one.textContent.includes(words)), { timeout: ms * slowness }, selector, text);
}

const tap = async (page, id, text) => clickOn(await see(page, byTestId(id), text));
const tapDish = async (page, item) =>
  clickOn(await see(page, `[data-item="${item}"] ${byTestId('dish-add')}`));

async function gone(page, selector) {
  await page.bringToFront();
  await page.waitForFunction((wanted) => !document.querySelector(wanted), { timeout: 40000 * slowness },
    selector);
}

/** So many of it are left, as that page has heard. */
async function seeLeft(page, item, count) {
  await page.bringToFront();
  await page.waitForFunction((name, wanted) =>
    window.bellhop.connection.property.record(name)?.registers.remaining?.[0] === wanted,
  { timeout: 20000 * slowness }, `item/${item}`, count);
}

const card = (phase) => `${byTestId('order-card')}[data-phase="${phase}"]`;
const now = (kind) => `${byTestId('now-card')}[data-kind="${kind}"]`;

/** The guest's newest order is there, with so many of its four steps behind it. */
async function seePhase(page, phase, steps) {
  await see(page, card(phase));
  const shown = await page.$eval(`${card(phase)} ${byTestId('order-steps')}`, (one) => one.dataset.steps);
  assert.equal(shown, String(steps), phase);
}

async function send(page) {
  await tap(page, 'cart-open');
  await tap(page, 'cart-send');
}

async function ordersOf(placeName) {
  const { orders } = await house.hub.control('GET', '/api/v1/orders');
  const { placeId } = house.places[placeName];
  return orders.filter((one) => one.placeId === placeId);
}

/** As a kitchen does it, on that table's lines that the guest still waits for. */
async function cook(placeName, state) {
  const [order] = (await ordersOf(placeName)).slice(-1);
  const lineIds = order.lines.filter((line) => !['declined', 'cancelled'].includes(line.state))
    .map(({ lineId }) => lineId);
  const { manager } = house;
  manager.log.write('line.state', `order/${order.orderId}`, { lineIds, state });
  await manager.push();
}

/** Who may order here at once: the table is open. */
async function sitDown(name, language) {
  await house.hub.control('POST', '/api/v1/seatings/open', { placeId: house.places[name].placeId });
  const page = await openGuest(name, language);
  await see(page, `${byTestId('scene')}[data-scene="seated"]`);
  return page;
}

async function clear(name) {
  await house.hub.control('POST', '/api/v1/seatings/clear', { placeId: house.places[name].placeId });
}

/** A soup, as another device orders it: {orderId, lineId}. */
function writeOrder(number, source, state) {
  const { log } = house.manager;
  const orderId = crypto.randomUUID();
  const lineId = crypto.randomUUID();
  const entity = `order/${orderId}`;
  log.write('order.open', entity, { number, currency: 'EUR', source });
  const line = { lineId, itemId: 'soup', name: 'Soup of the day', price: 0, quantity: 1 };
  log.write('order.lines', entity, { lines: [line] });
  if (state !== undefined) log.write('line.state', entity, { lineIds: [lineId], state });
  return { orderId, lineId };
}

const cardOf = (key) => `${byTestId('now-card')}[data-key="${key}"]`;

const linesOf = ({ lines }) => lines.map(({ quantity, name, state }) => `${quantity} ${name} ${state}`);

/** The waiter's page as it opens, whatever the test before has left on it. */
async function toNow(page) {
  await page.goto('about:blank');
  await page.goto(`${house.hub.origin}/staff#now`);
  await attributeIs(page, 'path-badge', 'data-path', ['local-p2p', 'hub-relay']);
}

describe(`service in ${browserName}`, () => {
  before(async () => { house = await openHouse(); }, { timeout: 60000 * slowness });
  after(async () => { for (const end of ends) await end(); });

  test('a table orders before it is seated; staff confirm and accept, the kitchen works, it is served',
    async () => {
      const { staff } = house;
      const guest = await openGuest('12');
      await see(guest, `${byTestId('scene')}[data-scene="waiting"]`);
      assert.equal(await textOf(guest, 'guest-place'), 'Table 12');
      assert.equal(await guest.$(`[data-item="pie"] ${byTestId('dish-add')}`), null, 'what is out is not ordered');
      assert.match(await guest.$eval('[data-item="pie"]', (one) => one.textContent), /Fish pie.*Not today/);
      assert.match(await guest.$eval('[data-item="soup"]', (one) => one.textContent), /Contains: Peanuts, Honig/);
      await tapDish(guest, 'burger');
      await tap(guest, 'choice-medium');
      await tap(guest, 'choice-chips');
      await tap(guest, 'item-done');
      await tapDish(guest, 'soup');
      await tapDish(guest, 'soup');
      await attributeIs(guest, 'cart-bar', 'data-count', '3');
      await guest.reload();
      await attributeIs(guest, 'cart-bar', 'data-count', '3');
      await send(guest);
      await seePhase(guest, 'seating', 0);
      assert.match(await textOf(guest, 'order-card'), /staff have been told/);
      await guest.reload();
      await seePhase(guest, 'seating', 0);
      assert.deepEqual(await ordersOf('12'), []);

      await see(staff, now('asks'), 'Table 12');
      await tap(staff, 'now-confirm');
      await seePhase(guest, 'placed', 1);
      const [order, ...others] = await ordersOf('12');
      assert.deepEqual(others, []);
      assert.deepEqual(linesOf(order), ['1 House burger placed', '2 Soup of the day placed']);
      assert.deepEqual(order.lines[0].modifiers.map(({ choiceId, price }) => [choiceId, price]),
        [['medium', 0], ['chips', 350]]);
      assert.equal(order.source, 'guest');

      await see(staff, now('order'), 'Medium, Chips');
      await see(staff, now('order'), 'Contains: Peanuts, Honig');
      await tap(staff, 'now-accept');
      await seePhase(guest, 'accepted', 2);
      // Taken back, and accepted for good.
      await tap(staff, 'toast-action');
      await seePhase(guest, 'placed', 1);
      await tap(staff, 'now-accept');
      await seePhase(guest, 'accepted', 2);
      assert.equal(await guest.$(byTestId('line-cancel')), null, 'what the kitchen has is no longer taken back');
      await cook('12', 'preparing');
      await seePhase(guest, 'preparing', 3);
      await cook('12', 'ready');
      await seePhase(guest, 'ready', 4);
      await see(staff, now('ready'), '2 × Soup of the day');
      await tap(staff, 'now-serve');
      await seePhase(guest, 'served', 4);
      await gone(staff, now('ready'));
      await guest.reload();
      await seePhase(guest, 'served', 4);
      await clear('12');
      await see(guest, `${byTestId('scene')}[data-scene="over"]`);
      await guest.close();
    });

  test('a line is cancelled, one declined with a reason, somebody is called, an item runs out', async () => {
    const { staff, manager } = house;
    manager.set('item.availability', 'item/brulee', { remaining: 5 });
    await manager.push();
    await seeLeft(staff, 'brulee', 5);
    const guest = await sitDown('101');
    for (const item of ['soup', 'tea', 'brulee']) await tapDish(guest, item);
    await send(guest);
    await seeLeft(staff, 'brulee', 4);
    await seePhase(guest, 'placed', 1);
    const line = (name) => see(guest, byTestId('guest-line'), name);
    await line('Pot of tea');
    // As soon as the hub has it.
    const takeBack = await guest.waitForFunction((wanted, button) => [...document.querySelectorAll(wanted)]
      .find((one) => one.textContent.includes('Pot of tea'))?.querySelector(button), {},
    byTestId('guest-line'), byTestId('line-cancel'));
    await takeBack.click();
    await see(guest, `${byTestId('guest-line')}[data-phase="cancelled"]`, 'Pot of tea');
    await until('the hub has it', async () => linesOf((await ordersOf('101'))[0]).includes('1 Pot of tea cancelled'));

    // Of what is left, one is not to be had.
    await see(staff, now('order'), 'Room 101');
    await tap(staff, 'now-decline');
    await see(staff, byTestId('decline-line'));
    await staff.click(byTestId('decline-line'));
    await tap(staff, 'reason-sold-out');
    await tap(staff, 'reason-done');
    await see(guest, `${byTestId('guest-line')}[data-phase="declined"]`, 'Crème brûlée');
    assert.equal(await textOf(guest, 'line-reason'), 'Sold out today');
    await tap(staff, 'now-accept');
    await seePhase(guest, 'accepted', 2);
    await gone(staff, now('order'));

    await tap(guest, 'wish');
    await tap(guest, 'wish-towels');
    const wish = (state) => see(guest, `${byTestId('wish-state')}[data-state="${state}"]`, 'Fresh towels');
    await wish('open');
    await guest.reload();
    await wish('open');
    await see(staff, now('request'), 'Fresh towels');
    await tap(staff, 'now-go');
    await wish('accepted');
    // Sooner than a finger that means it.
    await (await see(staff, byTestId('now-done'))).evaluate((one) => one.click());
    await wish('done');
    await gone(staff, now('request'));

    // In the cart already when it runs out: the guest is told before anything is sent.
    await tapDish(guest, 'tea');
    manager.set('item.availability', 'item/tea', { available: false });
    await manager.push();
    await see(guest, '[data-item="tea"][data-out="true"]');
    await tap(guest, 'cart-open');
    await see(guest, `${byTestId('cart-line')}[data-out="true"]`, 'Pot of tea');
    assert.ok(await guest.$eval(byTestId('cart-send'), (one) => one.disabled));
    await tap(guest, 'cart-less');
    await gone(guest, byTestId('cart-sheet'));
    manager.set('item.availability', 'item/tea', { available: true });
    await manager.push();
    await guest.close();
    await clear('101');
  });

  test('two waiters on one table: sent, changed, cancelled, split; not a line is lost', async () => {
    const { hub, browser, manager, staff: anna, places: { 14: { placeId } } } = house;
    manager.set('item.availability', 'item/brulee', { remaining: 9 });
    await manager.push();
    await seeLeft(anna, 'brulee', 9);
    const ben = await pairBrowser(await apart(browser), hub, { role: 'staff', name: 'Ben', place: '/staff#order' });
    await ben.setViewport({ width: 1024, height: 768 });
    const open = async (page) => {
      await tap(page, 'tab-order');
      await clickOn(await see(page, `${byTestId('tile')}[data-place="${placeId}"]`));
      await see(page, byTestId('table'));
    };
    const pick = async (page, item) => clickOn(await see(page, `${byTestId('pick')}[data-item="${item}"]`));
    const sent = (page, text) => see(page, byTestId('sent-line'), text);
    // Firefox says that a tap is made before the page has heard of it.
    const chosen = (page, count) => see(page, `${byTestId('cart-look')} .cart-count`, String(count));
    await open(anna);
    await anna.type(byTestId('menu-search'), 'brul');
    await pick(anna, 'brulee');
    await anna.focus(byTestId('menu-search'));
    await anna.$eval(byTestId('menu-search'), (one) => one.select());
    await anna.keyboard.press('Backspace');
    await tap(anna, 'course-2');
    await pick(anna, 'burger');
    await tap(anna, 'choice-rare');
    await tap(anna, 'item-done');
    await chosen(anna, 2);
    await tap(anna, 'part-order');
    await anna.type(byTestId('order-note'), 'Peanut allergy');
    await anna.reload();
    await tap(anna, 'send');
    await sent(anna, 'House burger');
    await seeLeft(ben, 'brulee', 8);
    await open(ben);
    await sent(ben, 'House burger');
    await pick(ben, 'beer');
    await pick(ben, 'beer');
    await tap(anna, 'part-menu');
    await pick(anna, 'soup');
    await chosen(anna, 1);
    await chosen(ben, 2);
    await ben.type(byTestId('order-note'), 'Extra plates');
    // What runs out between picking and sending is not sent.
    const setSoup = async (available) => {
      manager.set('item.availability', 'item/soup', { available });
      await manager.push();
      await see(anna, `${byTestId('cart-line')}[data-out="${!available}"]`, 'Soup of the day');
    };
    await setSoup(false);
    await tap(anna, 'send');
    await see(anna, byTestId('toast'), 'Soup of the day is out now.');
    await setSoup(true);
    await chosen(anna, 1);
    // Both at once.
    await Promise.all([anna, ben].map((page) => page.$eval(byTestId('send'), (one) => one.click())));
    for (const page of [anna, ben]) {
      await sent(page, 'Draught beer');
      await sent(page, 'Soup of the day');
    }
    await until('the hub has one order with all of it', async () => {
      const orders = await ordersOf('14');
      return orders.length === 1 && orders[0].lines.length === 4;
    });
    assert.equal((await ordersOf('14'))[0].note, 'Peanut allergy · Extra plates');

    // What somebody else changes while a line lies open is not changed back.
    await clickOn(await sent(anna, 'Soup of the day'));
    await see(anna, byTestId('line-serve'));
    await clickOn(await sent(ben, 'Soup of the day'));
    await tap(ben, 'line-more');
    await ben.type(byTestId('line-note'), 'hot');
    await tap(ben, 'line-save');
    await sent(ben, '“hot”');
    await see(anna, byTestId('line-dialog'), '“hot”');
    assert.equal(await anna.$(byTestId('line-save')), null);
    await anna.type(byTestId('line-note'), 'in a cup');
    await tap(anna, 'line-save');
    await sent(ben, '“in a cup”');
    await clickOn(await sent(ben, 'Crème brûlée'));
    await tap(ben, 'line-cancel');
    await tap(ben, 'reason-mistake');
    await tap(ben, 'reason-done');
    await see(anna, `${byTestId('sent-line')}[data-state="cancelled"]`, 'Entered by mistake');

    // One of the two beers goes to an order of its own, and that to another table.
    await tap(ben, 'order-move');
    for (const name of ['House burger', 'Soup of the day', 'Soup of the day', 'Draught beer']) {
      const row = await see(ben, byTestId('move-line'), name);
      await clickOn(await row.$(byTestId('move-less')));
    }
    await ben.select(byTestId('move-to'), `place ${placeId}`);
    await tap(ben, 'move-done');
    await until('it is an order of its own', async () => (await ordersOf('14')).length === 2);
    const [first, second] = await ordersOf('14');
    assert.deepEqual(linesOf(first), ['1 Crème brûlée cancelled', '1 House burger placed',
      '1 Draught beer placed', '2 Soup of the day placed'].sort((a, b) =>
      linesOf(first).indexOf(a) - linesOf(first).indexOf(b)));
    assert.deepEqual(linesOf(second), ['1 Draught beer placed']);
    assert.equal(second.note, first.note);
    assert.equal(first.lines.find(({ name }) => name === 'House burger').course, 2);
    const part = await see(ben, `[data-order="${second.orderId}"]`);
    await clickOn(await part.$(byTestId('order-move')));
    await see(ben, byTestId('move-dialog'));
    await ben.select(byTestId('move-to'), `place ${house.places[12].placeId}`);
    await tap(ben, 'move-done');
    await until('it is at table 12', async () => (await ordersOf('12')).some(({ orderId }) => orderId === second.orderId));
    await gone(anna, `[data-order="${second.orderId}"]`);
    await tap(anna, 'back');
    await see(anna, `${byTestId('tile')}[data-place="${placeId}"]`, '€');
    await tap(anna, 'tab-now');
    await ben.close();
  });

  test('neither a second strike of the finger nor a key that is held does anything on the next card', async () => {
    const { staff, manager } = house;
    const orders = ['TA-21', 'TA-22', 'TA-23', 'TA-24'].map((number) => writeOrder(number, 'pos', 'ready'));
    await manager.push();
    await toNow(staff);
    for (const { orderId } of orders) await see(staff, cardOf(`ready-${orderId}`));
    const keys = () => staff.$$eval(now('ready'), (all) => all.map((one) => one.dataset.key));
    const serveOf = (key) => `${cardOf(key)} ${byTestId('now-serve')}`;
    const [first, second, third, fourth] = await keys();
    await strike(staff, serveOf(first), 0);
    await gone(staff, cardOf(first));
    await strike(staff, serveOf(second), 150);
    await strike(staff, serveOf(third), LATER_MS);
    await gone(staff, cardOf(third));
    assert.deepEqual(await keys(), [second, fourth]);

    await staff.focus(serveOf(second));
    await staff.keyboard.down('Enter');
    await staff.waitForFunction((wanted) => document.activeElement.matches(wanted), { timeout: 20000 * slowness },
      serveOf(fourth));
    assert.equal(await clicksByEnter(staff, { repeat: true }), false);
    assert.equal(await clicksByEnter(staff, { repeat: false }), true);
    await staff.keyboard.up('Enter');
    assert.deepEqual(await keys(), [fourth]);
    await tap(staff, 'now-serve');
    await gone(staff, now('ready'));
    for (const { orderId } of orders)
      manager.log.write('order.set', `order/${orderId}`, { version: 1, set: { closed: true } });
    await manager.push();
  });

  test('what comes under a finger that is on its way is not done; what is chosen by key is', async () => {
    const { staff, manager } = house;
    const serveOf = ({ orderId }) => `${cardOf(`ready-${orderId}`)} ${byTestId('now-serve')}`;
    const first = writeOrder('TA-31', 'pos', 'ready');
    await manager.push();
    await toNow(staff);
    await see(staff, serveOf(first));
    await staff.evaluate(() => { window.struckMs = performance.now(); });
    const second = writeOrder('TA-32', 'pos', 'ready');
    await manager.push();
    await see(staff, serveOf(second));
    await strike(staff, serveOf(second), 300);
    await strike(staff, serveOf(first), 300, { detail: 0, clientX: 0, clientY: 0 });
    await gone(staff, serveOf(first));
    assert.ok(await staff.$(serveOf(second)));
    await strike(staff, serveOf(second), LATER_MS);
    await gone(staff, serveOf(second));
    for (const { orderId } of [first, second])
      manager.log.write('order.set', `order/${orderId}`, { version: 1, set: { closed: true } });
    await manager.push();
  });

  test('who has scrolled on from a card that they touched is left there when it goes', async () => {
    const { staff, manager } = house;
    const orders = Array.from({ length: 8 }, (_, i) => writeOrder(`TA-4${i}`, 'guest'));
    await manager.push();
    await toNow(staff);
    for (const { orderId } of orders) await see(staff, cardOf(`order-${orderId}`));
    const [first] = await staff.$$eval(now('order'), (all) => all.map((one) => one.dataset.key));
    const touched = orders.find(({ orderId }) => first === `order-${orderId}`);
    await (await staff.$(`${cardOf(first)} ${byTestId('now-decline')}`)).click();
    await staff.waitForSelector('dialog[open]');
    await staff.keyboard.press('Escape');
    await gone(staff, 'dialog[open]');
    const fromEnd = () => staff.evaluate(() =>
      document.documentElement.scrollHeight - innerHeight - Math.round(scrollY));
    await staff.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const before = await fromEnd();
    manager.log.write('line.state', `order/${touched.orderId}`, { lineIds: [touched.lineId], state: 'accepted' });
    await manager.push();
    await gone(staff, cardOf(first));
    await staff.waitForFunction(() => document.activeElement !== document.body);
    assert.ok(Math.abs(await fromEnd() - before) < 2);
    for (const { orderId, lineId } of orders) {
      manager.log.write('line.state', `order/${orderId}`, { lineIds: [lineId], state: 'served' });
      manager.log.write('order.set', `order/${orderId}`, { version: 1, set: { closed: true } });
    }
    await manager.push();
    await gone(staff, now('order'));
  });

  test('what comes rings and is said while the tables are open', async () => {
    const { staff, manager } = house;
    const rung = await staff.evaluateOnNewDocument(() => {
      window.rings = 0;
      const { createOscillator } = AudioContext.prototype;
      // A machine without a loudspeaker: Firefox does not play, and nothing rings.
      window.canRing = () => window.heard?.state === 'running';
      AudioContext.prototype.createOscillator = function () {
        window.rings += 1;
        return createOscillator.call(this);
      };
      const { resume } = AudioContext.prototype;
      AudioContext.prototype.resume = function () {
        window.heard = this;
        return resume.call(this);
      };
    });
    await toNow(staff);
    await tap(staff, 'tab-order');
    await see(staff, byTestId('tile'));
    if (browserName === 'chromium') await staff.waitForFunction(() => window.canRing());
    const before = await staff.evaluate(() => window.rings);
    const { orderId } = writeOrder('TA-33', 'pos', 'ready');
    await manager.push();
    await see(staff, byTestId('waiting'), 'Waiting for you: 1');
    if (browserName === 'chromium') await staff.waitForFunction((count) => window.rings > count, {}, before);
    await staff.removeScriptToEvaluateOnNewDocument(rung.identifier);
    await tap(staff, 'tab-now');
    await clickOn(await see(staff, `${cardOf(`ready-${orderId}`)} ${byTestId('now-serve')}`));
    manager.log.write('order.set', `order/${orderId}`, { version: 1, set: { closed: true } });
    await manager.push();
  });

  test('a finger that strikes twice opens a dialog, and does not close it by the backdrop', async () => {
    const { staff, manager } = house;
    const { orderId, lineId } = writeOrder('TA-25', 'guest');
    await manager.push();
    await toNow(staff);
    await see(staff, cardOf(`order-${orderId}`));
    await strike(staff, byTestId('now-decline'), 0);
    await see(staff, byTestId('decline-dialog'));
    await strike(staff, byTestId('decline-dialog'), 150);
    await tap(staff, 'reason-sold-out');
    await see(staff, byTestId('reason-done'));
    await strike(staff, byTestId('decline-dialog'), LATER_MS);
    await gone(staff, byTestId('decline-dialog'));
    await see(staff, cardOf(`order-${orderId}`));
    manager.log.write('line.end', `order/${orderId}`, { lineIds: [lineId], state: 'cancelled', reason: 'mistake' });
    manager.log.write('order.set', `order/${orderId}`, { version: 1, set: { closed: true } });
    await manager.push();
    await gone(staff, cardOf(`order-${orderId}`));
  });

  test('an order without a table is a tile of its own, and is served there', async () => {
    const { staff, manager } = house;
    const orderId = crypto.randomUUID();
    const lineId = crypto.randomUUID();
    manager.log.write('order.open', `order/${orderId}`, { number: 'TA-7', currency: 'EUR', source: 'pos' });
    manager.log.write('order.lines', `order/${orderId}`, { lines: [{ lineId, itemId: 'soup', name: 'Soup of the day',
      price: 750, quantity: 1 }] });
    manager.log.write('line.state', `order/${orderId}`, { lineIds: [lineId], state: 'ready' });
    await manager.push();
    await tap(staff, 'tab-order');
    const tile = `${byTestId('tile')}[data-order="${orderId}"]`;
    await see(staff, tile, '1 to serve');
    assert.match(await textOf(staff, 'floor'), /Without a table/);
    await clickOn(await see(staff, tile, 'TA-7'));
    await see(staff, `${byTestId('table')} h1`, 'Order TA-7');
    await tap(staff, 'part-menu');
    await clickOn(await see(staff, `${byTestId('pick')}[data-item="tea"]`));
    await tap(staff, 'send');
    await see(staff, byTestId('sent-line'), 'Pot of tea');
    await tap(staff, 'order-serve');
    const read = async () => (await house.hub.control('GET', `/api/v1/orders?orderId=${orderId}`)).order;
    await until('it is served', async () => (await read()).lines[0].state === 'served', 20000);
    assert.deepEqual([(await read()).lines.length, (await read()).placeId], [2, null]);
    await tap(staff, 'back');
    manager.log.write('line.end', `order/${orderId}`, { lineIds: [(await read()).lines[1].lineId], state: 'cancelled', reason: 'mistake' });
    manager.log.write('payment.add', `order/${orderId}`, { paymentId: crypto.randomUUID(), amount: 750, method: 'cash' });
    manager.log.write('order.set', `order/${orderId}`, { version: 1, set: { closed: true } });
    await manager.push();
    await gone(staff, tile);
    await tap(staff, 'tab-now');
  });

  test('a waiter begins an order to take away; it stays over a reload, and is at no table', async () => {
    const { staff, hub } = house;
    await toNow(staff);
    await tap(staff, 'tab-order');
    await tap(staff, 'tile-new');
    await see(staff, `${byTestId('table')} h1`, 'Take-away');
    await clickOn(await see(staff, `${byTestId('pick')}[data-item="soup"]`));
    await see(staff, `${byTestId('cart-look')} .cart-count`, '1');
    await staff.reload();
    await see(staff, `${byTestId('cart-look')} .cart-count`, '1');
    await tap(staff, 'back');
    await clickOn(await see(staff, byTestId('tile'), 'Take-away'));
    await tap(staff, 'send');
    await see(staff, byTestId('sent-line'), 'Soup of the day');
    const isOurs = ({ placeId, lines }) => placeId === null && lines.some(({ itemId, state }) => itemId === 'soup' && state === 'placed');
    const find = async () => (await hub.control('GET', '/api/v1/orders')).orders.filter(isOurs);
    await until('the hub has it', async () => (await find()).length === 1, 20000);
    const [{ orderId, number, source, lines: [{ lineId }] }] = await find();
    assert.equal(source, 'staff');
    await staff.waitForFunction((hash) => location.hash === hash, {}, `#order/${orderId}`);
    await tap(staff, 'back');
    await see(staff, `${byTestId('tile')}[data-order="${orderId}"]`, number);
    assert.deepEqual(await staff.$$eval(byTestId('tile-unsent'), (all) => all.length), 0);
    house.manager.log.write('line.end', `order/${orderId}`, { lineIds: [lineId], state: 'cancelled', reason: 'mistake' });
    house.manager.log.write('order.set', `order/${orderId}`, { version: 1, set: { closed: true } });
    await house.manager.push();
    await gone(staff, `${byTestId('tile')}[data-order="${orderId}"]`);
    await tap(staff, 'tab-now');
  });

  test('a guest sees the picture of a dish where it is chosen; staff do not', async () => {
    const { hub, staff, manager } = house;
    const { body } = await hub.post('/api/v1/pictures', { type: 'image/png', data: PIXEL }, { token: manager.device.token });
    manager.set('item.set', 'item/burger', { picture: body.picture });
    await manager.push();
    const guest = await openGuest('14');
    await tapDish(guest, 'burger');
    await guest.waitForFunction((selector) => document.querySelector(selector)?.naturalWidth > 0, {},
      byTestId('item-picture'));
    await guest.close();
    await tap(staff, 'tab-order');
    await clickOn(await see(staff, `${byTestId('tile')}[data-place="${house.places['14'].placeId}"]`));
    await tap(staff, 'part-menu');
    await clickOn(await see(staff, `${byTestId('pick')}[data-item="burger"]`));
    await see(staff, byTestId('item-dialog'));
    assert.equal(await staff.$(byTestId('item-picture')), null);
    await staff.keyboard.press('Escape');
    await gone(staff, byTestId('item-dialog'));
    await tap(staff, 'tab-now');
  });

  test('by keyboard alone, in German, on narrow screens, in light and dark', async () => {
    const { staff } = house;
    const guest = await sitDown('102', 'de');
    await pressByTab(guest, (id) => id === 'dish-add', 'Enter');
    await pressByTab(guest, (id) => id === 'cart-open', 'Enter');
    await see(guest, byTestId('cart-sheet'));
    await pressByTab(guest, (id) => id === 'cart-send', 'Enter');
    await see(guest, card('placed'), 'Bestellt');
    await toNow(staff);
    await see(staff, now('order'), 'Room 102');
    await pressByTab(staff, (id) => id === 'now-accept', 'Enter');
    // What is done takes its card away, and not the place where one is.
    await staff.waitForFunction((accept) => !document.querySelector(accept) &&
      document.activeElement.matches('.now-first, .staff-tab'), { timeout: 20000 * slowness }, byTestId('now-accept'));
    await pressByTab(staff, (id) => id === 'tab-order', 'Enter');
    await see(staff, byTestId('floor'));
    // From its top again: behind its last button Tab leads out of the page.
    await staff.reload();
    await see(staff, byTestId('floor'));
    await pressByTab(staff, (id) => id === 'tile', 'Enter');
    await see(staff, byTestId('table'));
    await see(guest, card('accepted'), 'Angenommen');
    const faults = [];
    const look = async (page, what) => {
      await page.bringToFront();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > PHONE.width) faults.push(`${what} is ${width} wide`);
      for (const scheme of browserName === 'chromium' ? ['dark', 'light'] : ['light']) {
        if (browserName === 'chromium')
          await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        for (const fault of await findFaults(page)) faults.push(`${what} in ${scheme}: ${fault}`);
      }
    };
    await look(staff, 'table');
    await tap(staff, 'back');
    await look(staff, 'tables');
    await tap(guest, 'wish');
    await look(guest, 'wishes');
    await guest.keyboard.press('Escape');
    await tapDish(guest, 'soup');
    await look(guest, 'guest');
    await tap(guest, 'cart-open');
    await look(guest, 'cart');
    await tap(staff, 'tab-now');
    await look(staff, 'now');
    assert.deepEqual(faults, []);
    await guest.close();
    await clear('102');
  });

  test('the hub killed between sending and answer: the order is there once', async () => {
    const guest = await sitDown('12');
    const before = (await ordersOf('12')).length;
    const { staff } = house;
    await staff.goto(`${house.hub.origin}/staff#order/${house.places[14].placeId}`);
    await staff.reload();
    await tap(staff, 'part-menu');
    await clickOn(await see(staff, `${byTestId('pick')}[data-item="tea"]`));
    await attributeIs(staff, 'path-badge', 'data-path', ['local-p2p', 'hub-relay']);
    await tapDish(guest, 'soup');
    // It hears nothing more, and is gone before it could have answered.
    process.kill(house.hub.pid, 'SIGSTOP');
    await send(guest);
    await see(guest, card('sending'), 'Being sent');
    await house.hub.kill();
    // With nobody near, what a waiter sends has not come anywhere yet, and the page does not say so.
    await attributeIs(staff, 'path-badge', 'data-path', ['none']);
    await tap(staff, 'send');
    await see(staff, byTestId('toast'), 'Not with the kitchen yet: Table 14.');
    house.hub = await startHub(owner, { open: false, state: house.hub.state, port: house.hub.port });
    await see(guest, card('placed'), 'Ordered', 40000);
    assert.equal((await ordersOf('12')).length, before + 1);
    await guest.reload();
    await see(guest, card('placed'), 'Ordered');
    assert.equal((await ordersOf('12')).length, before + 1);
    await until("the waiter's order has come too", async () =>
      (await ordersOf('14')).some((order) => linesOf(order).includes('1 Pot of tea placed')));
    await tap(staff, 'tab-now');
    await see(staff, now('order'), 'Table 12', 40000);
    await guest.close();
  });
});
