// SPDX-License-Identifier: Apache-2.0
// The kitchen's screen on the real hub: what waiters order, change and take back, as the cooks see it and
// work it off; what they have seen and what nobody has; with the hub away, asleep, by keyboard alone.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import {
  attributeIs, browserName, byTestId, clicksByEnter, findFaults, pressByTab, startBrowser, LATER_MS, strike,
} from '../lib/browser.mjs';
import { ITEMS, makeMenu, pairBrowser } from '../lib/house.mjs';
import { startHub } from '../lib/hub.mjs';
import { ReplicaPage } from '../lib/replica-page.mjs';
import { slowness, until } from '../lib/wait.mjs';

const lineOf = (id, more = {}) => {
  const { name, price, stationId, allergens = [] } = ITEMS[id];
  return { lineId: randomUUID(), itemId: id, name, price, stationId, allergens, quantity: 1, ...more };
};

/** Operations: within what one `ops` message holds. */
const BATCH = 40;

/** Writes as the house's manager, who may do what a waiter may; hands over at once what is new. */
class Waiter {
  #manager;
  #sent;
  #count = 0;

  constructor(manager) {
    this.#manager = manager;
    this.#sent = manager.log.operations.length;
  }

  async say(...operations) {
    const { log, replica } = this.#manager;
    for (const [kind, orderId, body] of operations) log.write(kind, `order/${orderId}`, body);
    while (this.#sent < log.operations.length) {
      const part = log.operations.slice(this.#sent, this.#sent + BATCH);
      const { have } = await replica.push(part);
      this.#sent += part.length;
      assert.equal(have[log.logId], this.#sent, 'the hub takes it');
    }
  }

  async order(lines, header = {}) {
    const orderId = randomUUID();
    this.#count += 1;
    const number = `W-${this.#count}`;
    await this.say(['order.open', orderId, { number, currency: 'EUR', source: 'staff', ...header }],
      ['order.lines', orderId, { lines }]);
    return { orderId, number, lines };
  }
}

/** One house for all tests of this file: each closes what is open before it begins. */
const ends = [];
const owner = { after: (end) => ends.unshift(end) };
let house;

async function openHouse() {
  const hub = await startHub(owner, { open: false });
  const { manager, tables } = await makeMenu(owner, hub);
  const browser = await startBrowser(owner);
  /** A screen with storage of its own. */
  const openScreen = async () => {
    const context = await browser.createBrowserContext();
    const own = { newPage: () => context.newPage(), defaultBrowserContext: () => context };
    const page = await pairBrowser(own, hub, { role: 'kitchen', name: 'Pass', place: '/kitchen' });
    await page.setViewport({ width: 1600, height: 900 });
    return page;
  };
  const ordersOf = async () => (await hub.control('GET', '/api/v1/orders')).orders;
  const orderOf = async (orderId) => (await ordersOf()).find((one) => one.orderId === orderId);
  const isSeen = async ({ orderId }) =>
    (await orderOf(orderId))?.lines.every(({ seenBy }) => seenBy.length > 0);
  return { hub, browser, openScreen, ordersOf, orderOf, isSeen, tables, waiter: new Waiter(manager),
    page: await openScreen() };
}

async function reopen(page, settings = {}) {
  await page.evaluate((value) => localStorage.setItem('bellhop.kitchen', JSON.stringify(value)), settings);
  await page.reload();
  await page.waitForSelector(byTestId('count-open'));
  await attributeIs(page, 'path-badge', 'data-path', ['local-p2p', 'hub-relay']);
}

/** The house with nothing to cook, and its screen as it is set. */
async function startService(settings) {
  const { waiter, ordersOf, page } = house;
  const open = await ordersOf();
  const lines = open.flatMap((order) => order.lines);
  const going = lines.filter(({ state }) => !['served', 'declined', 'cancelled'].includes(state));
  const drafts = [
    ...going.map(({ recordId, lineId }) => ['line.state', recordId, { lineIds: [lineId], state: 'served' }]),
    ...open.filter(({ closed }) => !closed).map(({ orderId }) => ['order.set', orderId, { version: 9, set: { closed: true } }]),
  ];
  if (drafts.length > 0) await waiter.say(...drafts);
  await page.bringToFront();
  await page.setViewport({ width: 1600, height: 900 });
  await reopen(page, settings);
  await page.waitForSelector(byTestId('nothing'));
  return house;
}

const cardOf = (number) => `${byTestId('ticket')}[data-number="${number}"]`;
const cards = (page) => page.$$eval(byTestId('ticket'), (all) => all.map((one) => one.dataset.number));
const see = (page, number) => page.waitForSelector(cardOf(number));
const linesOf = (page, number) => page.$$eval(`${cardOf(number)} ${byTestId('line')}`, (all) =>
  all.map((one) => `${one.dataset.status} ${one.querySelector('.kline-item').textContent}`).sort());

/** Also of a page behind another one, which draws no frames. */
const POLLED = { polling: 50 };

const gone = (page, selector) => page.waitForFunction((wanted) => !document.querySelector(wanted), POLLED,
  selector);

/** The page's own hand: what lies over it is another matter. */
const press = (page, selector) => page.$eval(selector, (one) => one.click());

const touchLine = (page, number, name) => page.evaluate((card, line, wanted) => {
  [...document.querySelectorAll(`${card} ${line}`)]
    .find((one) => one.textContent.includes(wanted)).click();
}, cardOf(number), byTestId('line'), name);

const lineIs = (page, number, name, status) => page.waitForFunction((card, line, wanted, state) =>
  [...document.querySelectorAll(`${card} ${line}[data-status="${state}"]`)]
    .some((one) => one.textContent.includes(wanted)), POLLED, cardOf(number), byTestId('line'), name, status);

/** By the strip, or from the drawer. */
const bringBack = async (page, number, selector) => {
  await press(page, selector);
  await see(page, number);
};

/** As the browser says it of a tab behind another one. */
const setHidden = (page, isHidden) => page.evaluate((state) => {
  Object.defineProperty(document, 'visibilityState', { get: () => state, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}, isHidden ? 'hidden' : 'visible');

/** More than it takes to be marked as seen: what is ordered afterwards has come and been drawn. */
async function afterwards(page, waiter, ms = 700) {
  const { number } = await waiter.order([lineOf('soup')]);
  await see(page, number);
  await page.evaluate((pause) => new Promise((resolve) => setTimeout(resolve, pause)), ms * slowness);
  return number;
}

describe(`${browserName}: the kitchen's screen`, () => {
  before(async () => {
    house = await openHouse();
  });

  after(async () => {
    for (const end of ends) await end();
  });

  test('a ticket arrives and counts as seen; not on a hidden page, nor below a dialog', async () => {
    const { page, waiter, isSeen, tables } = await startService();
    const first = await waiter.order([lineOf('burger', { note: 'No onions',
      modifiers: [{ name: 'Rare', price: 0 }] }), lineOf('tea', { allergens: ['Erdnüsse', 'Honig'] })],
    { placeId: tables[12].placeId });
    await see(page, first.number);
    const text = await page.$eval(cardOf(first.number), (one) => one.textContent);
    for (const part of ['Table 12', first.number, 'Contains: Gluten, Sesame', 'Contains: Peanuts, Honig',
      'No onions', 'Rare', '0 min'])
      assert.ok(text.includes(part), `${part} in ${text}`);
    await until('it is marked as seen', () => isSeen(first));

    await setHidden(page, true);
    const hidden = await waiter.order([lineOf('soup')]);
    await see(page, hidden.number);
    await afterwards(page, waiter);
    assert.equal(await isSeen(hidden), false, 'nobody has seen it');
    await setHidden(page, false);
    await until('it is seen as soon as the page is', () => isSeen(hidden));

    await press(page, byTestId('open-screen'));
    const covered = await waiter.order([lineOf('soup')]);
    await see(page, covered.number);
    await afterwards(page, waiter);
    assert.equal(await isSeen(covered), false, 'a dialog lies over it');
    await page.keyboard.press('Escape');
    await until('it is seen below the dialog that went', () => isSeen(covered));
  });

  test('what does not fit on the screen is counted, not seen, and one touch away', async () => {
    const { page, waiter, isSeen } = await startService();
    await page.setViewport({ width: 900, height: 700 });
    const orders = [];
    for (let i = 0; i < 12; i += 1)
      orders.push(await waiter.order([lineOf('burger'), lineOf('soup'), lineOf('tea'), lineOf('beer')]));
    await see(page, orders[11].number);
    assert.deepEqual(await cards(page), orders.map(({ number }) => number), 'the oldest first');
    const seen = async () => (await Promise.all(orders.map(isSeen))).filter(Boolean).length;
    const more = () => page.$eval(byTestId('more'), (one) => parseInt(one.textContent, 10));
    await until('what is in view is seen', async () => (await seen()) === 12 - (await more()));
    const first = await seen();
    assert.ok(first > 0 && first < 12, `${first} of 12`);
    await press(page, byTestId('more'));
    await page.waitForSelector(byTestId('earlier'));
    await until('more are seen', async () => (await seen()) > first);
  });

  test('of a ticket higher than the screen only the lines in view count as seen; a double strike is one', async () => {
    const { page, waiter, orderOf } = await startService();
    await page.setViewport({ width: 720, height: 500 });
    const lines = Array.from({ length: 40 }, (_, i) => lineOf('burger', { name: `Burger ${i + 1}` }));
    const { number, orderId } = await waiter.order(lines);
    await see(page, number);
    const unseen = async () => (await orderOf(orderId)).lines.filter(({ seenBy }) => seenBy.length === 0).length;
    await until('what is in view is seen', async () => (await unseen()) < 40);
    await afterwards(page, waiter);
    const left = await unseen();
    assert.ok(left > 0, 'what lies in further columns is not');
    assert.equal(await page.$eval(byTestId('more'), (one) => parseInt(one.textContent, 10)), 2,
      'it goes on there, and there is another');

    const { x, y } = await page.$eval(`${cardOf(number)} ${byTestId('line')}`, (one) => {
      const { left: start, top, width, height } = one.getBoundingClientRect();
      return { x: start + width / 2, y: top + height / 2 };
    });
    await page.mouse.click(x, y, { count: 2 });
    await lineIs(page, number, 'Burger', 'preparing');
    await until('it is being made', async () => (await orderOf(orderId)).lines
      .filter(({ state }) => state === 'preparing').length === 1);

    await page.setViewport({ width: 3840, height: 2160 });
    await until('all is seen where there is room', async () => (await unseen()) === 0);
    await gone(page, byTestId('more'));
  });

  test('two stations see their own lines and work them off; undo, the drawer, single lines', async () => {
    const { page, openScreen, waiter, orderOf } = await startService({ stations: ['grill'] });
    const bar = await openScreen();
    await reopen(bar, { stations: ['bar'] });
    const { number, orderId } = await waiter.order([lineOf('burger'), lineOf('soup'), lineOf('tea'),
      lineOf('soup', { name: 'Staff meal', stationId: null })]);
    await see(bar, number);
    await see(page, number);
    assert.deepEqual(await linesOf(bar, number), ['todo Pot of tea']);
    assert.deepEqual(await linesOf(page, number),
      ['todo House burger', 'todo Soup of the day', 'todo Staff meal'], 'what is nobody\'s is the first\'s');
    assert.match(await page.$eval(`${cardOf(number)} ${byTestId('elsewhere')}`, (one) => one.textContent), /Bar/);

    await press(bar, `${cardOf(number)} ${byTestId('done')}`);
    await gone(bar, cardOf(number));
    const states = async () => Object.fromEntries((await orderOf(orderId)).lines
      .map(({ name, state }) => [name, state]));
    await until('the tea is ready', async () => (await states())['Pot of tea'] === 'ready');
    assert.equal((await states())['House burger'], 'placed', 'only what is the bar\'s');

    // Taken back within its seconds, done again, and brought back from the drawer.
    await bringBack(bar, number, byTestId('undo'));
    await until('the tea is to be made', async () => (await states())['Pot of tea'] === 'placed');
    await press(bar, `${cardOf(number)} ${byTestId('done')}`);
    await gone(bar, cardOf(number));
    await press(bar, byTestId('open-recent'));
    await bar.waitForSelector(byTestId('bring-back'));
    await bringBack(bar, number, byTestId('bring-back'));
    await bar.keyboard.press('Escape');

    // Line by line; the last one takes the ticket away.
    await touchLine(page, number, 'House burger');
    await lineIs(page, number, 'House burger', 'preparing');
    await touchLine(page, number, 'House burger');
    await lineIs(page, number, 'House burger', 'ready');
    await touchLine(page, number, 'House burger');
    await lineIs(page, number, 'House burger', 'preparing');
    for (const name of ['House burger', 'Soup', 'Soup', 'Staff', 'Staff']) {
      const before = await linesOf(page, number);
      await touchLine(page, number, name);
      await page.waitForFunction((card, line, old) => {
        const now = [...document.querySelectorAll(`${card} ${line}`)]
          .map((one) => `${one.dataset.status} ${one.querySelector('.kline-item').textContent}`).sort();
        return JSON.stringify(now) !== old;
      }, POLLED, cardOf(number), byTestId('line'), JSON.stringify(before));
    }
    await gone(page, cardOf(number));
    await until('all of the grill is ready', async () => {
      const all = await states();
      return ['House burger', 'Soup of the day', 'Staff meal'].every((name) => all[name] === 'ready');
    });
    await bar.browserContext().close();
  });

  test('a finger that strikes twice brings one ticket back, by the strip and from the drawer', async () => {
    const { page, waiter } = await startService();
    await page.setViewport({ width: 900, height: 700 });
    const orders = [];
    for (let i = 0; i < 3; i += 1) orders.push(await waiter.order([lineOf('soup')]));
    const numbers = orders.map(({ number }) => number);
    await see(page, numbers[2]);
    for (const number of numbers) {
      await press(page, `${cardOf(number)} ${byTestId('done')}`);
      await gone(page, cardOf(number));
    }
    const lastUndo = `.undo-one:last-child ${byTestId('undo')}`;
    await strike(page, lastUndo, 0);
    await page.waitForSelector(`${byTestId('undo-strip')}[data-count="2"]`);
    await strike(page, lastUndo, 150);
    await strike(page, lastUndo, LATER_MS);
    await page.waitForSelector(`${byTestId('undo-strip')}[data-count="1"]`);
    await see(page, numbers[1]);
    assert.deepEqual(await cards(page), numbers.slice(1));

    for (const number of numbers.slice(1)) {
      await press(page, `${cardOf(number)} ${byTestId('done')}`);
      await gone(page, cardOf(number));
    }
    await press(page, byTestId('open-recent'));
    await page.waitForSelector(byTestId('bring-back'));
    const rows = () => page.$$eval(byTestId('recent'), (all) => all.length);
    const all = await rows();
    await strike(page, byTestId('bring-back'), 0);
    await until('its row has left', async () => (await rows()) === all - 1);
    await strike(page, byTestId('bring-back'), 150);
    await strike(page, byTestId('bring-back'), LATER_MS);
    await until('the next one has', async () => (await rows()) === all - 2);
    assert.equal((await cards(page)).length, 2);
    await page.keyboard.press('Escape');
  });

  test('what changes after it was shown is marked old and new; what is cancelled until it is read', async () => {
    const { page, waiter, isSeen, tables } = await startService();
    const lines = [lineOf('burger', { quantity: 2, note: 'Rare' }), lineOf('soup'), lineOf('tea')];
    const { number, orderId } = await waiter.order(lines, { placeId: tables[12].placeId, note: 'No nuts' });
    await see(page, number);
    await until('it is seen', () => isSeen({ orderId }));
    await waiter.say(
      ['order.set', orderId, { version: 1, set: { note: 'No nuts · No milk' } }],
      ['line.set', orderId, { lineId: lines[0].lineId, version: 1, set: { quantity: 3 } }],
      ['line.set', orderId, { lineId: lines[0].lineId, version: 2, set: { note: 'Well done' } }],
      ['line.end', orderId, { lineIds: [lines[1].lineId], state: 'cancelled', reason: 'Too long' }],
      ['order.set', orderId, { version: 3, set: { placeId: tables[14].placeId } }]);
    await lineIs(page, number, 'Soup', 'cancelled');
    const marks = (tag) => page.$$eval(`${cardOf(number)} ${tag}`, (all) => all.map((one) => one.textContent));
    assert.deepEqual(await marks('del'), ['Table 12', 'No nuts', '2×', 'Rare']);
    assert.deepEqual(await marks('ins'), ['No nuts · No milk', '3×', 'Well done']);
    const textOfCard = () => page.$eval(cardOf(number), (one) => one.textContent);
    assert.match(await textOfCard(), /Cancelled: Too long/);

    // What is ordered on top is a ticket of its own.
    await waiter.say(['order.lines', orderId, { lines: [lineOf('beer')] }]);
    await page.waitForFunction((card) => document.querySelectorAll(card).length === 2, POLLED, cardOf(number));
    assert.match(await page.$$eval(`${cardOf(number)} h2`, (all) => all[1].textContent), /^\+ Table 14$/);

    // Read by a touch, here for good.
    await touchLine(page, number, 'Soup');
    await page.waitForFunction((card, line) =>
      !document.querySelector(`${card} ${line}[data-status="cancelled"]`), POLLED, cardOf(number), byTestId('line'));
    await reopen(page);
    await see(page, number);
    assert.deepEqual(await linesOf(page, number), ['todo Draught beer', 'todo House burger', 'todo Pot of tea']);
    const kept = ['No nuts · No milk', '3×', 'Well done'];
    assert.deepEqual(await marks('ins'), kept, 'what was changed still is, after a reload');
  });

  test('what is out, and how many are left, by one touch', async () => {
    const { page } = await startService({ stations: ['grill'] });
    const availability = async (id) => page.evaluate((entity) => {
      const { available, remaining } = window.bellhop.connection.property.record(entity).registers;
      return [available?.[0], remaining?.[0]];
    }, `item/${id}`);
    await press(page, byTestId('open-out'));
    await page.waitForSelector(byTestId('out-item'));
    const rows = await page.$$eval(byTestId('out-item'), (all) => all.map((one) => one.dataset.available));
    assert.deepEqual(rows, ['false', 'true', 'true', 'true'], 'the pie is out; nothing of the bar\'s');
    const row = (id, button) => page.evaluate((name, item, wanted) => {
      [...document.querySelectorAll(item)].find((one) => one.textContent.includes(name))
        .querySelector(wanted).click();
    }, ITEMS[id].name, byTestId('out-item'), byTestId(button));
    await row('pie', 'out');
    await until('the pie is back', async () => (await availability('pie'))[0] === true);
    const names = () => page.$$eval(`${byTestId('out-item')} .row-name`, (all) =>
      all.map((one) => one.firstChild.textContent));
    const before = await names();
    await page.focus(`${byTestId('out-item')}:nth-child(3) ${byTestId('out')}`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${byTestId('out-item')}:nth-child(3)[data-available="false"]`);
    assert.deepEqual(await names(), before, 'nothing moves under a finger');
    assert.equal(await page.evaluate((id) => document.activeElement.dataset.testid === id, 'out'), true);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${byTestId('out-item')}:nth-child(3)[data-available="true"]`);
    await row('soup', 'out');
    await until('the soup is out', async () => (await availability('soup'))[0] === false);
    await row('burger', 'count');
    await page.waitForSelector(byTestId('count-less'));
    await row('burger', 'count-less');
    await until('nine burgers are left', async () => (await availability('burger'))[1] === 9);
  });

  test('by keyboard alone; axe finds nothing in dark and light, not even by the strictest contrast', async () => {
    const { page, waiter, tables } = await startService();
    const first = await waiter.order([lineOf('burger', { course: 1 }), lineOf('soup', { course: 2, note: 'Hot' })],
      { placeId: tables[12].placeId, note: 'Birthday' });
    const second = await waiter.order([lineOf('tea')]);
    await see(page, second.number);
    await page.evaluate(() => document.body.focus());
    await pressByTab(page, (id) => id === 'line', 'Enter');
    await page.waitForSelector(`${byTestId('line')}[data-status="preparing"]`);
    await pressByTab(page, (id) => id === 'done', 'Enter');
    await gone(page, cardOf(first.number));
    // The hand goes on where it was.
    await page.waitForFunction((card) => document.activeElement?.matches(`${card} .ticket-done`), POLLED,
      cardOf(second.number));
    assert.equal(await clicksByEnter(page, { repeat: true }), false, 'a key that is held does the first alone');
    assert.equal(await clicksByEnter(page, { repeat: false }), true);
    await page.keyboard.press('Enter');
    await page.waitForSelector(byTestId('nothing'));
    await pressByTab(page, (id) => id === 'undo', 'Enter');
    await page.waitForSelector(byTestId('ticket'));

    const faults = [];
    const look = async (name) => {
      for (const fault of await findFaults(page)) faults.push(`${name}: ${fault}`);
      const strict = await page.evaluate(async () => {
        const { violations } = await window.axe.run(document, { runOnly: ['color-contrast-enhanced'],
          rules: { 'color-contrast-enhanced': { enabled: true } } });
        return violations.flatMap(({ nodes }) => nodes.map(({ html, any }) => `${html} ${any[0]?.message}`));
      });
      for (const fault of strict) faults.push(`${name}: ${fault}`);
    };
    assert.equal(await page.evaluate(() => document.documentElement.dataset.scheme), 'dark');
    await look('dark');
    await press(page, byTestId('open-out'));
    await page.waitForSelector(byTestId('out-item'));
    await look('what is out');
    await page.keyboard.press('Escape');
    await press(page, byTestId('open-screen'));
    await page.waitForSelector(byTestId('light'));
    await press(page, byTestId('light'));
    await look('settings, light');
    await page.keyboard.press('Escape');
    await look('light');
    assert.deepEqual(faults, []);
    await page.reload();
    await page.waitForSelector(byTestId('tickets'));
    assert.equal(await page.evaluate(() => document.documentElement.dataset.scheme), 'light', 'it is kept');
  });

  test('the bell, once it was let: for what is new, not for what is brought back', async () => {
    const { page, waiter } = house;
    await page.evaluateOnNewDocument(() => {
      window.rings = 0;
      const { createOscillator } = AudioContext.prototype;
      AudioContext.prototype.createOscillator = function () {
        window.rings += 1;
        return createOscillator.call(this);
      };
    });
    await startService();
    const rings = () => page.evaluate(() => window.rings);
    const silent = await waiter.order([lineOf('soup')]);
    await see(page, silent.number);
    assert.equal(await rings(), 0, 'nobody has let it');
    await page.click(byTestId('sound-on'));
    await page.waitForFunction((bar) => document.querySelector(bar)?.dataset.silent !== 'false', POLLED,
      byTestId('sound-bar'));
    // A machine without a loudspeaker: Chromium plays to nobody, Firefox does not play. It is said.
    if (await page.$(byTestId('sound-bar'))) return assert.equal(browserName, 'firefox');
    const tried = await rings();
    const { number } = await waiter.order([lineOf('soup')]);
    await see(page, number);
    await until('it rings', async () => (await rings()) > tried);
    const rung = await rings();
    await press(page, `${cardOf(number)} ${byTestId('done')}`);
    await gone(page, cardOf(number));
    await bringBack(page, number, byTestId('undo'));
    assert.equal(await rings(), rung);
  });

  test('a screen tells the hub that it is there, what it shows, and that it goes', async () => {
    const { page } = await startService({ stations: ['bar', 'fryer'] });
    await page.evaluate(() => {
      const { connection } = window.bellhop;
      const send = connection.send.bind(connection);
      window.screens = [];
      connection.send = (message, options) => {
        if (message.type === 'screen') window.screens.push(message.screen);
        return send(message, options);
      };
    });
    const said = (count) => until(`${count} words`, async () => {
      const all = await page.evaluate(() => window.screens);
      return all.length >= count ? all : null;
    }, 15000);
    const [first] = await said(1);
    assert.deepEqual({ ...first, screenId: '' }, { screenId: '', stations: ['bar'], isVisible: true });
    await setHidden(page, true);
    await until('it says that nobody sees it', async () =>
      (await said(2)).some(({ screenId, isVisible }) => screenId === first.screenId && !isVisible));
    await page.evaluate(() => window.dispatchEvent(new Event('pagehide')));
    await until('it says that it goes', async () => (await said(3)).some(({ isClosed }) => isClosed === true));
  });

  // Firefox has no command that freezes a tab.
  if (browserName !== 'firefox') {
    test('a tab that slept catches up, and has seen nothing meanwhile', async () => {
      const { page, waiter, orderOf } = await startService();
      const tab = await page.browserContext().newPage();
      await tab.goto(page.url());
      await tab.waitForSelector(byTestId('nothing'));
      await page.goto('about:blank');
      const session = await tab.createCDPSession();
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      const { number, orderId } = await waiter.order([lineOf('tea')]);
      await session.send('Page.setWebLifecycleState', { state: 'active' });
      await see(tab, number);
      await afterwards(tab, waiter);
      // The browser shows such a tab to nobody, also afterwards.
      assert.deepEqual((await orderOf(orderId)).lines[0].seenBy, []);
      await tab.close();
      await page.goto(`${house.hub.origin}/kitchen`);
      await until('now it is seen', async () => (await orderOf(orderId)).lines[0].seenBy.length === 1);
    });
  }

  test('the hub goes and comes back: devices nearby still reach the kitchen, and the hub hears it all',
    { timeout: 240000 }, async (t) => {
      const { hub, browser, page, waiter } = await startService();
      const first = await waiter.order([lineOf('soup')]);
      await see(page, first.number);
      const anna = await ReplicaPage.open(t, browser, hub, { role: 'staff', name: 'Anna' });
      await page.bringToFront();
      const kitchenId = await page.evaluate(() => window.bellhop.connection.property.deviceId);
      await until('they have a way of their own', async () => (await anna.direct()).includes(kitchenId), 20000);
      await hub.kill();
      const { orderId, number } = await anna.order({ lines: [lineOf('tea')] });
      // As when somebody looks: it finds out sooner than by its own silence.
      await page.evaluate(() => window.bellhop.connection.wake());
      await page.waitForFunction((selector) => !document.querySelector(selector).hidden,
        { ...POLLED, timeout: 20000 * slowness }, byTestId('hub-away'));
      await see(page, number);
      await press(page, `${cardOf(first.number)} ${byTestId('done')}`);
      await gone(page, cardOf(first.number));
      const back = await startHub(t, { open: false, state: hub.state, port: hub.port });
      await page.evaluate(() => window.bellhop.connection.wake());
      await until('the hub has both', async () => {
        const { orders } = await back.control('GET', '/api/v1/orders');
        const tea = orders.find((one) => one.orderId === orderId);
        const soup = orders.find((one) => one.orderId === first.orderId);
        return tea !== undefined && soup?.lines[0].state === 'ready';
      }, 30000);
      await gone(page, `${byTestId('hub-away')}:not([hidden])`);
      assert.deepEqual(await cards(page), [number]);
    });
});
