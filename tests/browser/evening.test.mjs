// SPDX-License-Identifier: Apache-2.0
// A whole service on the real hub, each in a browser context of their own: a guest, two waiters, a
// kitchen with two stations, a till and a manager; from the printed code to the printed receipt, with a
// dish that runs out, an order that is changed, a line that is cancelled, the hub killed in the middle and
// the grill's tablet asleep. In the end everybody reads the same, and nothing was printed twice.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { attributeIs, browserName, byTestId, openPage, startBrowser } from '../lib/browser.mjs';
import { makeMenu, pairBrowser } from '../lib/house.mjs';
import { startHub } from '../lib/hub.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { slowness, until } from '../lib/wait.mjs';

const UNSEEN_MS = 4000 * slowness;
const LONG_MS = 40000;

const apart = async (browser) => {
  const context = await browser.createBrowserContext();
  return { newPage: () => context.newPage(), defaultBrowserContext: () => context };
};

/** Waits for an element that says so and can be touched; polled, for pages that lie behind others. */
const see = (page, selector, text = '', ms = LONG_MS) => page.waitForFunction((wanted, words) =>
  [...document.querySelectorAll(wanted)].find((one) => !one.disabled && one.textContent.includes(words)),
{ timeout: ms * slowness, polling: 50 }, selector, text);

const gone = (page, selector, text = '') => page.waitForFunction((wanted, words) =>
  ![...document.querySelectorAll(wanted)].some((one) => one.textContent.includes(words)),
{ timeout: LONG_MS * slowness, polling: 50 }, selector, text);

/** The page's own hand: it need not lie in front. */
const press = async (page, selector, text) => (await see(page, selector, text)).evaluate((one) => one.click());
const tap = (page, id, text) => press(page, byTestId(id), text);

const now = (kind) => `${byTestId('now-card')}[data-kind="${kind}"]`;
const dish = (id) => `[data-item="${id}"] ${byTestId('dish-add')}`;
const pick = (id) => `${byTestId('pick')}[data-item="${id}"]`;
const ticket = (number) => `${byTestId('ticket')}[data-number="${number}"]`;
const stepIs = (till, step) => attributeIs(till, 'next-action', 'data-step', step, LONG_MS);

async function nextStep(till, step) {
  await stepIs(till, step);
  await tap(till, 'next-action');
}

/** A tablet that was put away. Resolves to what wakes it, which resolves to the page that is then seen. */
async function putToSleep(page) {
  if (browserName === 'chromium') {
    const session = await page.createCDPSession();
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    return async () => {
      await session.send('Page.setWebLifecycleState', { state: 'active' });
      // The driver's browser shows to nobody what was frozen once: somebody opens the page anew.
      const fresh = await page.browserContext().newPage();
      await fresh.setViewport({ width: 1280, height: 800 });
      await fresh.goto(page.url());
      await page.close();
      return fresh;
    };
  }
  const setHidden = (isHidden) => page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { get: () => state, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden ? 'hidden' : 'visible');
  await setHidden(true);
  return async () => {
    await setHidden(false);
    return page;
  };
}

const count = (printer, text) => printer.text.split(text).length - 1;

describe(`an evening in ${browserName}`, () => {
  test('from the code on the table to the receipt', { timeout: 300000 }, async (t) => {
    const [receipts, grillPaper] = [await startPrinter(t), await startPrinter(t)];
    const printers = { receipt: receipts.uri, grill: grillPaper.uri };
    // Until the grill's tablet sleeps nothing is to come on paper, however slow the browser is.
    let hub = await startHub(t, { open: false, printers, limits: { 'unseen-ms': 60 * UNSEEN_MS } });
    const { manager, tables } = await makeMenu(t, hub);
    manager.set('station.set', 'station/grill', { printer: 'grill' });
    await manager.push();
    const browser = await startBrowser(t);
    const open = async (role, name, place) => {
      const page = await pairBrowser(await apart(browser), hub, { role, name, place });
      await page.setViewport({ width: 1280, height: 800 });
      return page;
    };
    let grill = await open('kitchen', 'Grill', '/kitchen');
    const bar = await open('kitchen', 'Bar', '/kitchen');
    for (const [page, station] of [[grill, 'grill'], [bar, 'bar']]) {
      await page.evaluate((id) => localStorage.setItem('bellhop.kitchen', JSON.stringify({ stations: [id] })), station);
      await page.reload();
      await see(page, byTestId('count-open'));
    }
    const anna = await open('staff', "Anna's phone", '/staff');
    const ben = await open('staff', "Ben's phone", '/staff');
    const till = await open('pos', 'Till', '/pos');
    const desk = await open('manager', 'Front desk', '/manage');
    await attributeIs(desk, 'manage-page', 'data-testid', 'manage-page');

    // The guest scans, orders two dishes and a beer, and waits for the staff's word.
    const guest = await openPage(await apart(browser), `${hub.origin}/guest#${tables[12].code}.bellhop.local`);
    await press(guest, dish('burger'));
    await tap(guest, 'choice-medium');
    await tap(guest, 'item-done');
    await press(guest, dish('soup'));
    await press(guest, dish('beer'));
    await tap(guest, 'cart-open');
    await tap(guest, 'cart-send');
    await see(anna, now('asks'), 'Table 12');
    await tap(anna, 'now-confirm');
    await see(ben, now('order'), 'Table 12');
    const [placed] = await until('the hub has it', async () => {
      const { orders } = await hub.control('GET', '/api/v1/orders');
      return orders.length === 1 && orders;
    });
    const { number, orderId } = placed;
    assert.equal(await grill.$(ticket(number)), null, 'nothing is cooked before staff accept it');
    await press(ben, `${now('order')} ${byTestId('now-accept')}`);
    await see(grill, ticket(number), 'House burger');
    await see(bar, ticket(number), 'Draught beer');
    await see(guest, `${byTestId('order-card')}[data-phase="accepted"]`);
    const orderOf = async (id) => (await hub.control('GET', `/api/v1/orders?orderId=${id}`)).order;
    // One screen after the other lies in front, where the browser shows one page at a time.
    const untilSeen = async (page, id, station) => {
      await page.bringToFront();
      await until(`the ${station} has shown it`, async () => (await orderOf(id)).lines
        .filter(({ stationId, state }) => stationId === station && state !== 'cancelled')
        .every(({ seenBy }) => seenBy.length > 0), LONG_MS);
    };
    await untilSeen(grill, orderId, 'grill');
    await untilSeen(bar, orderId, 'bar');

    // The soup runs out: the grill says so, the guest's page knows, and the line is cancelled.
    await tap(grill, 'open-out');
    await (await see(grill, byTestId('out-item'), 'Soup')).evaluate((one, id) =>
      one.querySelector(`[data-testid="${id}"]`).click(), 'out');
    await see(guest, '[data-item="soup"][data-out="true"]');
    await grill.bringToFront();
    await grill.keyboard.press('Escape');
    const openTable = async (page, name) => {
      await tap(page, 'tab-order');
      await press(page, `${byTestId('tile')}[data-place="${tables[name].placeId}"]`);
      await see(page, byTestId('table'));
    };
    await openTable(anna, '12');
    await press(anna, byTestId('sent-line'), 'Soup');
    await tap(anna, 'line-cancel');
    await tap(anna, 'reason-mistake');
    await tap(anna, 'reason-done');
    await see(grill, `${ticket(number)} ${byTestId('line')}[data-status="cancelled"]`, 'Soup');
    await see(guest, `${byTestId('guest-line')}[data-phase="cancelled"]`, 'Soup');

    // Two beers after all; and a crème brûlée on top by the other waiter.
    await press(anna, byTestId('sent-line'), 'Draught beer');
    await tap(anna, 'line-more');
    await tap(anna, 'line-save');
    await see(bar, `${ticket(number)} ins`, '2');
    await openTable(ben, '12');
    await press(ben, pick('brulee'));
    await tap(ben, 'send');
    await see(grill, ticket(number), 'Crème brûlée');
    await untilSeen(grill, orderId, 'grill');

    // The hub is killed; the bar works on, and what it did is there when the hub is back.
    await hub.kill();
    await press(bar, `${ticket(number)} ${byTestId('done')}`);
    await gone(bar, ticket(number));
    hub = await startHub(t, { open: false, printers, limits: { 'unseen-ms': UNSEEN_MS }, state: hub.state,
      port: hub.port });
    await until('the hub has what was done meanwhile', async () =>
      (await orderOf(orderId)).lines.find(({ name }) => name === 'Draught beer').state === 'ready', LONG_MS * 2);
    await see(anna, byTestId('sent-line'), 'Draught beer');

    // The grill's tablet sleeps. What is ordered meanwhile comes out on paper, once; the desk is told.
    for (const page of [grill, till, desk])
      await attributeIs(page, 'path-badge', 'data-path', ['local-p2p', 'hub-relay'], LONG_MS * 2);
    assert.equal(count(grillPaper, 'House burger'), 0, 'what was seen is not printed');
    const wake = await putToSleep(grill);
    await openTable(ben, '14');
    await press(ben, pick('burger'));
    await tap(ben, 'choice-rare');
    await tap(ben, 'item-done');
    await tap(ben, 'send');
    await grillPaper.untilPrinted('House burger', LONG_MS * slowness);
    await see(desk, byTestId('alert'));
    grill = await wake();
    const { orders } = await hub.control('GET', '/api/v1/orders');
    await untilSeen(grill, orders.find(({ placeId }) => placeId === tables[14].placeId).orderId, 'grill');

    // The kitchen finishes, the waiter serves, the till takes the money and prints.
    for (let left = (await grill.$$(ticket(number))).length; left > 0; left -= 1) {
      await press(grill, `${ticket(number)} ${byTestId('done')}`);
      await grill.waitForFunction((selector, most) => document.querySelectorAll(selector).length < most,
        { polling: 50, timeout: LONG_MS * slowness }, ticket(number), left);
    }
    await tap(anna, 'tab-now');
    // As soon as all of it stands on the one card.
    for (const name of ['Draught beer', 'House burger', 'Crème brûlée']) await see(anna, now('ready'), name);
    await tap(anna, 'now-serve');
    await see(guest, `${byTestId('order-card')}[data-phase="served"]`);
    await press(till, byTestId('open-order'), number);
    await attributeIs(till, 'total', 'data-minor', String(1650 + 2 * 560 + 690));
    await nextStep(till, 'pay');
    await tap(till, 'take');
    await tap(till, 'paid-receipt');
    await attributeIs(till, 'print-state', 'data-state', 'done', LONG_MS);
    for (const text of [/Bellevue Café/, /Table 12/, /House burger/, /34\.60/, /Cash/])
      assert.match(receipts.text, text);
    await nextStep(till, 'close');
    await until('the order is closed', async () => (await orderOf(orderId)).closed);

    // Nothing twice, and all read the same.
    assert.equal(count(grillPaper, 'House burger'), 1);
    assert.equal(receipts.cuts, 1);
    const read = (page) => page.evaluate((id) =>
      JSON.stringify(window.bellhop.connection.property.order(id)), orderId);
    await until('all read the same', async () =>
      new Set(await Promise.all([anna, ben, grill, bar, till, desk].map(read))).size === 1, LONG_MS);
    assert.deepEqual(JSON.parse(await read(anna)), await orderOf(orderId));
  });
});
