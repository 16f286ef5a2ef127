// SPDX-License-Identifier: Apache-2.0
// The manager's pages on the real program: a newcomer's first minute, the menu by keyboard and on other
// devices, the overview while orders come, and what they look like to those who see or hear them otherwise.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import {
  attributeIs, browserName, byTestId, findFaults, pressByTab, speak, startBrowser, LATER_MS, strike, textOf,
} from '../lib/browser.mjs';
import { makeMenu, openPaired, pairBrowser } from '../lib/house.mjs';
import { startHub } from '../lib/hub.mjs';
import { until } from '../lib/wait.mjs';

const REACHED = ['local-p2p', 'hub-relay'];

const startClosed = (t, options) => startHub(t, { open: false, ...options });

async function goTo(page, hub, place) {
  // A page that differs in its hash only would not be loaded anew.
  await page.goto('about:blank');
  await page.goto(hub.origin + place);
  await attributeIs(page, 'path-badge', 'data-path', REACHED);
}

async function tap(page, id) {
  await (await page.waitForSelector(`${byTestId(id)}:not(:disabled)`)).click();
}

const gone = (page, id) => page.waitForSelector(byTestId(id), { hidden: true });

const says = (page, id, text) => page.waitForFunction((selector, wanted) =>
  document.querySelector(selector)?.textContent.includes(wanted), {}, byTestId(id), text);

const press = async (page, id, text) => (await page.waitForFunction((selector, wanted) =>
  [...document.querySelectorAll(selector)].find((one) => one.textContent.includes(wanted)), {},
byTestId(id), text)).click();

async function fill(page, id, text) {
  // A dialog takes the focus a moment after it is there.
  await page.waitForFunction((selector) => {
    const field = document.querySelector(selector);
    return field !== null && (field.closest('dialog')?.contains(document.activeElement) ?? true);
  }, {}, byTestId(id));
  await page.$eval(byTestId(id), (one) => one.select());
  await page.type(byTestId(id), text);
}

const hasFocus = (page, id) => page.waitForFunction((wanted) =>
  document.activeElement?.dataset.testid === wanted, {}, id);

/** What a page's replica has of it. */
const house = (page) => page.evaluate(() => {
  const { property } = window.bellhop.connection;
  const standing = (type) => property.records(type)
    .filter(([, { registers }]) => registers.removed?.[0] !== true)
    .map(([name, { registers }]) => [name, registers.name?.[0] ?? '']);
  const orders = property.records('order').map(([name]) => property.order(name.slice('order/'.length)));
  const open = orders.filter((order) => order !== null && !order.closed);
  return { items: standing('item'), categories: standing('category'), stations: standing('station'),
    taxes: standing('tax'), modifiers: standing('modifier'), places: standing('place'),
    orders: open.map(({ number, source, state, lines }) => ({ number, source, state,
      stations: [...new Set(lines.map(({ stationId }) => stationId))].sort() })),
    requests: property.records('request').filter(([, { items }]) =>
      !Object.keys(items).some((path) => path.startsWith('state/'))).length };
});

/** Until the page's replica is so. */
async function houseIs(page, what, isSo) {
  let seen;
  await until(what, async () => {
    seen = await house(page);
    return isSo(seen);
  }, 10000).catch((error) => { throw new Error(`${error.message}: ${JSON.stringify(seen)}`); });
  return seen;
}

const placesOf = async (hub) => (await hub.control('GET', '/api/v1/places')).places;

const WHOLE = '[data-testid="sample-note"][data-whole="true"]';

describe(`the manager's pages in ${browserName}`, () => {
  test('a newcomer sees a sample restaurant by one tap, and it goes by one tap', { timeout: 240000 },
    async (t) => {
      const hub = await startClosed(t);
      await hub.control('POST', '/api/v1/places', { kind: 'table', name: '1' });
      const desk = await openPaired(t, hub, { role: 'manager', name: 'Front desk', place: '/' });
      const kitchen = await openPaired(t, hub, { role: 'kitchen', name: 'Stove', place: '/kitchen' });
      await desk.bringToFront();
      assert.equal(await desk.$eval(byTestId('step-1'), (one) => one.dataset.done), 'false');
      await desk.waitForSelector(`${byTestId('step-2')}[data-done="true"]`);

      await tap(desk, 'sample-set-up');
      await desk.waitForSelector(WHOLE);
      await gone(desk, 'first-steps');
      const seen = await houseIs(kitchen, 'the restaurant in the kitchen', ({ orders, requests, places }) =>
        orders.length === 3 && requests === 1 && places.length === 14);
      assert.equal(seen.items.length, 16);
      assert.deepEqual(seen.orders.map(({ source, state }) => `${source} ${state}`).sort(),
        ['guest placed', 'staff placed', 'staff preparing']);
      assert.deepEqual(seen.orders[0].stations, ['demo-bar', 'demo-kitchen']);

      // What somebody adds meanwhile, and had before, is theirs.
      await goTo(desk, hub, '/menu#taxes');
      await tap(desk, 'tax-add');
      await fill(desk, 'edit-name', 'City tax');
      await fill(desk, 'edit-rate', '3,5');
      await tap(desk, 'save');
      await says(desk, 'menu-page', 'City tax');
      await goTo(desk, hub, '/');
      await tap(desk, 'sample-take-away');
      await tap(desk, 'confirm');
      await gone(desk, 'sample-note');
      const left = await houseIs(kitchen, 'nothing of the restaurant', ({ orders, places, items }) =>
        orders.length === 0 && places.length === 1 && items.length === 0);
      assert.deepEqual([left.categories, left.stations, left.modifiers, left.requests], [[], [], [], 0]);
      assert.deepEqual(left.taxes.map(([, name]) => name), ['City tax']);
      assert.deepEqual((await placesOf(hub)).map(({ name }) => name), ['1']);
      await desk.waitForSelector(`${byTestId('step-1')}[data-done="false"]`);
    });

  test('a reload in the middle leaves nothing twice; another device takes it away', { timeout: 240000 },
    async (t) => {
      const hub = await startClosed(t);
      const desk = await openPaired(t, hub, { role: 'manager', name: 'Front desk', place: '/' });
      await tap(desk, 'sample-set-up');
      await desk.reload();
      await attributeIs(desk, 'path-badge', 'data-path', REACHED);
      // Wherever it was interrupted: it offers to begin, to go on, or all is there.
      await desk.waitForSelector(`${byTestId('sample-set-up')}, ${WHOLE}`);
      if (await desk.$(WHOLE) === null) await tap(desk, 'sample-set-up');
      await desk.waitForSelector(WHOLE);
      const names = (await placesOf(hub)).map(({ name }) => name).sort();
      assert.equal(names.length, 14, names.join(' '));
      assert.equal(new Set(names).size, 14);
      assert.equal((await house(desk)).orders.length, 3);

      const other = await openPaired(t, hub, { role: 'manager', name: 'Office', place: '/' });
      await tap(other, 'sample-take-away');
      await tap(other, 'confirm');
      await gone(other, 'sample-note');
      assert.deepEqual(await placesOf(hub), []);
      await houseIs(desk, 'an empty house', ({ orders, items }) => orders.length + items.length === 0);
    });

  test('the menu is written by keyboard alone, and seen by others at once', { timeout: 240000 },
    async (t) => {
      const hub = await startClosed(t);
      const desk = await openPaired(t, hub, { role: 'manager', name: 'Front desk', place: '/menu' });
      const bar = await openPaired(t, hub, { role: 'staff', name: 'Bar', place: '/menu' });
      await desk.bringToFront();
      await desk.waitForSelector(byTestId('menu-empty'));
      await pressByTab(desk, (id) => id === 'category-add', 'Enter');
      await hasFocus(desk, 'edit-name');
      await desk.keyboard.type('Drinks');
      await desk.keyboard.press('Enter');
      await gone(desk, 'category-editor');
      await pressByTab(desk, (id) => id === 'item-add', 'Enter');
      await hasFocus(desk, 'edit-name');
      await desk.keyboard.type('Lemonade');
      await pressByTab(desk, (id) => id === 'edit-price', 'End');
      await desk.keyboard.type('4,50');
      await pressByTab(desk, (id) => id === 'allergen-sulphites', ' ');
      await pressByTab(desk, (id) => id === 'save', 'Enter');
      await gone(desk, 'item-editor');
      await says(bar, 'item', 'Lemonade');
      assert.match(await textOf(bar, 'item'), /Sulphites.*4\.50/);

      // The others say what is out, and no more.
      await bar.bringToFront();
      assert.equal(await bar.$eval(byTestId('menu-page'), (one) => one.dataset.mayArrange), 'false');
      for (const id of ['category-add', 'item-add', 'tab-taxes', 'up'])
        assert.equal(await bar.$(byTestId(id)), null, id);
      await tap(bar, 'item-toggle');
      await desk.waitForSelector('[data-testid="item"][data-available="false"]');
      await tap(bar, 'item-open');
      await fill(bar, 'edit-left', '3');
      await tap(bar, 'save');
      await says(desk, 'item-left', '3');
      await tap(bar, 'item-toggle');
      await desk.waitForSelector('[data-testid="item"][data-available="true"]');

      // Gone, and back by the button that says so.
      await desk.bringToFront();
      await tap(desk, 'item-open');
      await tap(desk, 'remove');
      await gone(bar, 'item');
      await pressByTab(desk, (id) => id === 'toast-action', 'Enter');
      await says(bar, 'item', 'Lemonade');
    });

  test('categories change places; choices, taxes and stations are kept; a picture is one', { timeout: 240000 },
    async (t) => {
      const hub = await startClosed(t, { printers: {} });
      await makeMenu(t, hub);
      const desk = await openPaired(t, hub, { role: 'manager', name: 'Front desk', place: '/menu' });
      const headings = () => desk.$$eval(`${byTestId('category')} h2`, (all) => all.map((one) => one.textContent));
      await desk.waitForFunction((id) => document.querySelectorAll(id).length === 2, {}, byTestId('category'));
      assert.deepEqual(await headings(), ['Kitchen', 'Drinks']);
      await (await desk.waitForSelector(`${byTestId('category')}:last-of-type ${byTestId('up')}`)).click();
      await until('drinks stand first', async () => (await headings())[0] === 'Drinks');

      // What came under a finger that strikes twice stays; by keyboard one goes with what one moves.
      const dishes = () => desk.$$eval('[data-category="kitchen"] [data-testid="item"]', (all) =>
        all.map((one) => one.dataset.item));
      const dishesAre = async (...wanted) => until(`the dishes are ${wanted}`, async () =>
        JSON.stringify(await dishes()) === JSON.stringify(wanted));
      const secondUp = `[data-category="kitchen"] [data-testid="item"]:nth-child(2) ${byTestId('up')}`;
      await strike(desk, secondUp, 0);
      await dishesAre('burger', 'soup', 'brulee', 'pie');
      await strike(desk, secondUp, 150);
      await strike(desk, secondUp, LATER_MS);
      await dishesAre('soup', 'burger', 'brulee', 'pie');
      const down = (item) => `[data-item="${item}"] ${byTestId('down')}`;
      const isHeld = (selector) => desk.waitForFunction((wanted) => document.activeElement.matches(wanted), {},
        selector);
      await desk.focus(down('burger'));
      for (const order of [['soup', 'brulee', 'burger', 'pie'], ['soup', 'brulee', 'pie', 'burger']]) {
        await desk.keyboard.press('Enter');
        await dishesAre(...order);
        await isHeld(down('burger'));
      }
      await desk.keyboard.press('Enter');
      await isHeld(`${down('burger')}[aria-disabled="true"]`);

      await press(desk, 'item-open', 'House burger');
      const field = await desk.waitForSelector(byTestId('edit-picture'));
      await field.uploadFile(fileURLToPath(import.meta.url));
      await says(desk, 'trouble', 'no picture');
      await field.uploadFile(fileURLToPath(new URL('../../data/web/pages/theme/icon-512.png', import.meta.url)));
      await desk.waitForFunction((id) => document.querySelector(id)?.naturalWidth === 512, {}, byTestId('picture'));
      await tap(desk, 'allergen-milk');
      await tap(desk, 'save');
      await gone(desk, 'item-editor');

      await tap(desk, 'tab-choices');
      await press(desk, 'modifier-open', 'Sides');
      await desk.select(byTestId('edit-min'), '3');
      await says(desk, 'choices-lacking', 'at least 3');
      const described = await desk.$eval(byTestId('save'), (one) => [one.disabled,
        document.getElementById(one.getAttribute('aria-describedby')).dataset.testid]);
      assert.deepEqual(described, [true, 'choices-lacking']);
      await tap(desk, 'choice-add');
      await desk.type(`${byTestId('choice-fields')}:last-child ${byTestId('choice-name')}`, 'Peas');
      await desk.waitForFunction((id) => document.querySelector(id).textContent === '', {},
        byTestId('choices-lacking'));
      await desk.type(`${byTestId('choice-fields')}:last-child ${byTestId('choice-price')}`, '2.5');
      await tap(desk, 'save');
      await says(desk, 'menu-page', 'Peas (+€2.50)');

      await tap(desk, 'tab-stations');
      await press(desk, 'station-open', 'Bar');
      const options = await desk.$$eval(`${byTestId('edit-printer')} option`, (all) => all.map((one) => one.value));
      await desk.select(byTestId('edit-printer'), options[1]);
      await tap(desk, 'save');
      await gone(desk, 'station-editor');
      const records = await desk.evaluate(() => ['item/burger', 'modifier/sides', 'station/bar'].map((name) =>
        window.bellhop.connection.property.record(name).registers));
      assert.deepEqual(records[0].allergens[0], ['Gluten', 'Milk', 'Sesame']);
      assert.match(records[0].picture[0], /^\/pictures\//);
      assert.equal(records[1].choices[0].at(-1).price, 250);
      assert.equal(records[2].printer[0], options[1]);
    });

  test('the overview follows the orders; the details are kept', { timeout: 240000 }, async (t) => {
    const hub = await startClosed(t);
    const { manager, tables } = await makeMenu(t, hub);
    const desk = await openPaired(t, hub, { role: 'manager', name: 'Front desk', place: '/manage' });
    await says(desk, 'headline', 'Everything is working.');
    const shows = (id, text) => says(desk, id, text);
    await shows('tile-cooking', '0');

    const line = { lineId: 'l1', itemId: 'soup', name: 'Soup', quantity: 1, price: 750, stationId: 'grill' };
    const { placeId } = tables['12'];
    manager.log.write('order.open', 'order/one', { number: 'A-1', currency: 'EUR', source: 'staff', placeId });
    manager.log.write('order.lines', 'order/one', { lines: [line] });
    await manager.push();
    await shows('tile-cooking', '1');
    await shows('tile-oldest', 'A-1 · Table 12');
    await shows('card-stations', 'To make: 1');
    await shows('headline', '1 order in the kitchen');
    assert.equal(await textOf(desk, 'orders-sum'), '1');
    const { counts, bars } = await desk.$eval(byTestId('chart-orders'), (chart) => ({
      counts: [...chart.querySelectorAll('td')].map((one) => Number(one.textContent)),
      bars: [...chart.querySelectorAll('rect')].filter((one) => Number(one.getAttribute('height')) > 0).length }));
    assert.equal(counts.length, 18);
    assert.equal(counts.reduce((sum, count) => sum + count), 1);
    assert.equal(bars, 1);

    manager.log.write('line.state', 'order/one', { lineIds: ['l1'], state: 'ready' });
    await manager.push();
    await shows('tile-ready', '1');
    manager.log.write('line.state', 'order/one', { lineIds: ['l1'], state: 'served' });
    manager.log.write('payment.add', 'order/one', { paymentId: 'p', method: 'cash', amount: 750 });
    await manager.push();
    await shows('tile-sales', '€7.50');
    await shows('tile-cooking', '0');

    await tap(desk, 'details');
    await fill(desk, 'details-name', 'Café Anders');
    await fill(desk, 'details-unseenSeconds', '5');
    await tap(desk, 'save');
    await says(desk, 'trouble', '10 to 3600');
    await fill(desk, 'details-unseenSeconds', '90');
    await tap(desk, 'save');
    await gone(desk, 'details-form');
    const registers = await desk.evaluate(() =>
      window.bellhop.connection.property.record('property/house').registers);
    assert.deepEqual([registers.name[0], registers.unseenSeconds[0]], ['Café Anders', 90]);
    assert.equal(registers.currency[1], 1, 'what was not changed is not written again');

    const stove = await openPaired(t, hub, { role: 'kitchen', name: 'Stove', place: '/manage' });
    await stove.waitForSelector(byTestId('forbidden'));
  });

  test('by axe\'s rules, on a phone in the dark and a tablet in the light, in German', { timeout: 240000 },
    async (t) => {
      const hub = await startClosed(t);
      const browser = await startBrowser(t);
      const page = await pairBrowser(browser, hub, { role: 'manager', name: 'Empfang', place: '/' });
      await speak(page, 'de');
      await goTo(page, hub, '/');
      await page.waitForSelector(byTestId('first-steps'));
      const check = async (what) => {
        for (const [width, height, value] of [[360, 640, 'dark'], [1024, 768, 'light']]) {
          await page.setViewport({ width, height });
          if (browserName === 'chromium')
            await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
          assert.deepEqual(await findFaults(page), [], `${what}, ${width}, ${value}`);
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(over <= 0, `${what} at ${width} is ${over} pixels too wide`);
          const small = await page.evaluate(() => [...document.querySelectorAll('main button, main .button')]
            .filter((one) => one.getClientRects().length > 0 && one.getBoundingClientRect().height < 47.5)
            .map((one) => one.outerHTML));
          assert.deepEqual(small, [], `${what} at ${width}: too small to tap`);
        }
      };
      await check('before the first step');
      await tap(page, 'sample-set-up');
      await page.waitForSelector(WHOLE);
      await check('the front door');
      await goTo(page, hub, '/manage');
      await says(page, 'headline', 'Alles läuft.');
      await check('the overview');
      await tap(page, 'details');
      await check('the details');
      await goTo(page, hub, '/menu');
      await says(page, 'menu-page', 'Tagessuppe');
      await check('the menu');
      await tap(page, 'item-open');
      await page.waitForSelector(byTestId('item-editor'));
      await check('an item');
      await goTo(page, hub, '/menu#choices');
      await tap(page, 'modifier-open');
      await check('a choice');
    });
});
