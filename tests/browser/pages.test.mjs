// SPDX-License-Identifier: Apache-2.0
// The pages for everybody: by axe's rules, by keyboard, on narrow and flat screens, and with no hub.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  attributeIs, browserName, byTestId, findFaults, openPage, pressByTab, speak, startBrowser, tap,
} from '../lib/browser.mjs';
import { makeMenu, pairBrowser } from '../lib/house.mjs';
import { startHub } from '../lib/hub.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { next } from '../lib/till.mjs';
import { until } from '../lib/wait.mjs';

const LONG = 'the-very-long-name-of-the-printer-in-the-garden-restaurant-bar';

const SCREENS = [[1280, 800], [844, 390], [390, 844], [320, 568], [640, 400]];

/** A paired till in a house with a menu. */
async function openTill(t, { prepare, printer: name = 'receipt' } = {}) {
  const printer = await startPrinter(t);
  const hub = await startHub(t, { open: false, printers: { [name]: printer.uri } });
  const { manager } = await makeMenu(t, hub);
  // No kitchen looks here, and its paper is another test's.
  manager.set('property.set', 'property/house', { unseenSeconds: 3600 });
  await manager.push();
  const browser = await startBrowser(t);
  const page = await pairBrowser(browser, hub, { role: 'pos', name: 'Till', place: '/pos' });
  if (prepare) {
    await prepare(page);
    await page.reload();
  }
  await attributeIs(page, 'path-badge', 'data-path', ['local-p2p', 'hub-relay']);
  await page.waitForSelector(byTestId('item-soup'));
  return { hub, browser, page, printer };
}

/** An order, its money, and the wish for a receipt. */
async function sell(page) {
  await tap(page, 'item-soup');
  await next(page, 'send');
  await next(page, 'pay');
  await tap(page, 'take');
  await tap(page, 'paid-receipt');
}

/** What a room owes. */
async function charge(page) {
  await tap(page, 'item-tea');
  await next(page, 'send');
  await next(page, 'pay');
  for (const id of ['method-room', 'room-101', 'take', 'no-receipt', 'new-order']) await tap(page, id);
}

/** Those that can be opened over the till, each by what is to be tapped. */
const DIALOGS = [['choose-place'], ['item-burger'], ['order-more'], ['order-more', 'order-discount'],
  ['order-more', 'order-move'], ['next-action', 'pay-part'], ['all-orders'], ['till-menu'],
  ['till-menu', 'close-day'], ['till-menu', 'room-bills'], ['till-menu', 'room-bills', 'room-bill']];

async function eachDialog(page, look) {
  for (const path of DIALOGS) {
    // On a phone one half of the page lies under the other: how it is reached is not asked here.
    for (const id of path)
      await (await page.waitForSelector(byTestId(id))).evaluate((one) => one.click());
    await page.waitForSelector('dialog');
    await look(path.at(-1));
    await page.click('.dialog-close');
    await page.waitForFunction(() => document.querySelector('dialog') === null);
  }
}

/** What stands out of the screen, or is covered where one would tap it. */
const findLost = (page, ids) => page.evaluate((wanted) => wanted.flatMap((id) => {
  const element = document.querySelector(`[data-testid="${id}"]`);
  const box = element.getBoundingClientRect();
  if (getComputedStyle(element).display === 'none') return [];
  const out = box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight;
  const corners = [[box.left + 4, box.top + box.height / 2], [box.right - 4, box.top + box.height / 2]];
  const covered = corners.some(([x, y]) => !element.contains(document.elementFromPoint(x, y)));
  return out || covered ? [`${id} ${JSON.stringify(box)}`] : [];
}), ids);

describe(`pages in ${browserName}`, () => {
  test('axe finds nothing, in light and dark', { timeout: 240000 }, async (t) => {
    const { hub, browser, page } = await openTill(t);
    await sell(page);
    await attributeIs(page, 'print-state', 'data-state', 'done');
    await tap(page, 'new-order');
    await charge(page);
    await tap(page, 'item-tea');
    await next(page, 'send');
    await attributeIs(page, 'next-action', 'data-step', 'pay');
    await eachDialog(page, async (name) =>
      assert.deepEqual(await findFaults(page), [], `the dialog of ${name}`));
    await tap(page, 'item-soup');
    const pages = [page, await openPage(browser, `${hub.origin}/`),
      await openPage(browser, `${hub.origin}/paper`)];
    for (const one of pages) {
      await one.bringToFront();
      await attributeIs(one, 'path-badge', 'data-path', ['local-p2p', 'hub-relay']);
      for (const scheme of ['light', 'dark']) {
        if (browserName === 'chromium')
          await one.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        assert.deepEqual(await findFaults(one), [], `${one.url()} in ${scheme}`);
      }
    }
  });

  for (const language of ['en', 'de', 'fr', 'es']) {
    test(`nothing is out of reach, however small the screen and long the names: ${language}`, async (t) => {
      const { page } = await openTill(t, { printer: LONG, prepare: (one) => speak(one, language) });
      await charge(page);
      await tap(page, 'item-soup');
      for (const dir of ['ltr', 'rtl']) {
        await page.evaluate((value) => { document.documentElement.dir = value; }, dir);
        for (const [width, height] of SCREENS) {
          await page.setViewport({ width, height });
          // What stands in the bar is chosen anew when its room has changed.
          let lost;
          await until('all is in reach', async () => {
            lost = await findLost(page, ['path-badge', 'total', 'show-order', 'next-action', 'till-menu']);
            return lost.length === 0;
          }, 2000).catch(() => {});
          assert.deepEqual(lost, [], `${dir} ${width} x ${height}`);
        }
      }
      await next(page, 'send');
      await attributeIs(page, 'next-action', 'data-step', 'pay');
      await page.setViewport({ width: 360, height: 640 });
      await eachDialog(page, async (name) => {
        const over = await page.$eval('dialog', (one) => one.scrollWidth - one.clientWidth);
        assert.ok(over <= 0, `the dialog of ${name} is ${over} px too wide`);
      });
    });
  }

  test('by keyboard alone: an item, the order, the money, the receipt', async (t) => {
    const { page, printer } = await openTill(t);
    await pressByTab(page, (id) => id === 'item-soup', 'Enter');
    await pressByTab(page, (id) => id === 'next-action', ' ');
    await attributeIs(page, 'next-action', 'data-step', 'pay');
    await pressByTab(page, (id) => id === 'next-action', 'Enter');
    await pressByTab(page, (id) => id === 'take', 'Enter');
    await page.waitForSelector(byTestId('paid'));
    await page.keyboard.press('Enter');
    await attributeIs(page, 'print-state', 'data-state', 'done');
    assert.equal(printer.cuts, 1);
    assert.equal(await page.$eval(byTestId('print-state'), (one) => one.getAttribute('role')), 'status');

    // What a room owes.
    await tap(page, 'new-order');
    await charge(page);
    for (const id of ['till-menu', 'room-bills', 'room-bill', 'settle-take'])
      await pressByTab(page, (one) => one === id, 'Enter');
    await page.waitForSelector(byTestId('settled'));
    await page.keyboard.press('Enter');
    await until('the bill is on paper', () => printer.cuts === 2);
    assert.match(printer.text, /Bill: Room 101/);
  });

  test('the hub is away: the page works alone, keeps the order and prints it by itself', { timeout: 240000 },
    async (t) => {
      const { hub, page, printer } = await openTill(t);
      await hub.kill();
      await attributeIs(page, 'path-badge', 'data-path', 'none', 30000);
      await page.waitForFunction(() => document.querySelector('[data-testid="path-badge"]').textContent
        === 'Working alone');
      await sell(page);
      await page.waitForSelector(byTestId('receipt-waits'));
      await page.waitForFunction((selector) => !document.querySelector(selector).hidden, {},
        byTestId('safe-mark'));
      await tap(page, 'new-order');
      await tap(page, 'item-tea');
      const total = await page.$eval(byTestId('total'), (one) => one.dataset.minor);
      await startHub(t, { open: false, state: hub.state, printers: { receipt: printer.uri },
        args: ['--port', String(hub.port)] });
      await attributeIs(page, 'print-state', 'data-state', 'done', 40000);
      assert.equal(printer.cuts, 1);
      assert.equal(await page.$eval(byTestId('total'), (one) => one.dataset.minor), total);
    });

  test('reloaded while it prints, and open twice: one paper', { timeout: 240000 }, async (t) => {
    const { hub, browser, page, printer } = await openTill(t);
    printer.options.holdsAnswer = true;
    await sell(page);
    await attributeIs(page, 'print-state', 'data-state', ['printing', 'sent']);
    await page.reload();
    const other = await openPage(browser, `${hub.origin}/pos`);
    await attributeIs(other, 'path-badge', 'data-path', ['local-p2p', 'hub-relay']);
    printer.options.holdsAnswer = false;
    printer.release();
    for (const one of [other, page]) {
      await one.bringToFront();
      await attributeIs(one, 'print-state', 'data-state', 'done', 30000);
    }
    assert.equal(printer.cuts, 1);
  });

  test('where localStorage is denied it sells and prints too', { timeout: 240000 }, async (t) => {
    const { page, printer } = await openTill(t, { prepare: (one) => one.evaluateOnNewDocument(() => {
      Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } });
    }) });
    await sell(page);
    await attributeIs(page, 'print-state', 'data-state', 'done');
    await tap(page, 'order-more');
    await tap(page, 'order-served');
    await next(page, 'close');
    await attributeIs(page, 'next-action', 'data-step', 'none');
    await sell(page);
    await attributeIs(page, 'print-state', 'data-number', '0002');
    await attributeIs(page, 'print-state', 'data-state', 'done');
    assert.equal(printer.cuts, 2);
  });

  test('without a menu the till says what to do', async (t) => {
    const hub = await startHub(t, { open: false });
    const page = await pairBrowser(await startBrowser(t), hub, { role: 'pos', place: '/pos' });
    await page.waitForSelector(byTestId('no-menu'));
    assert.equal(await page.$eval(byTestId('next-action'), (one) => one.disabled), true);
    assert.deepEqual(await findFaults(page), []);
  });
});
