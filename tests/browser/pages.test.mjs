// SPDX-License-Identifier: Apache-2.0
// The pages for everybody: by axe's rules, by keyboard, on narrow and flat screens, and with no hub.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  attributeIs, browserName, byTestId, findFaults, openPage, pressByTab, speak, startBrowser,
} from '../lib/browser.mjs';
import { makeStateFolder, startHub } from '../lib/hub.mjs';
import { startPrinter } from '../lib/printer.mjs';

const LONG = 'the-very-long-name-of-the-printer-in-the-garden-restaurant-bar';

const SCREENS = [[1280, 800], [844, 390], [390, 844], [320, 568], [640, 400]];

async function open(t, place, { prepare, printer: name = 'receipt' } = {}) {
  const printer = await startPrinter(t);
  const hub = await startHub(t, { printers: { [name]: printer.uri } });
  const browser = await startBrowser(t);
  const page = await openPage(browser, hub.origin + place);
  if (prepare) {
    await prepare(page);
    await page.reload();
  }
  await attributeIs(page, 'path-badge', 'data-path', ['local-p2p', 'hub-relay']);
  return { hub, browser, page, printer };
}

async function ringUp(page) {
  await page.waitForSelector('[data-testid^="item-"]');
  await page.click('[data-testid^="item-"]');
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
  test('axe finds nothing, in light and dark', { timeout: 120000 }, async (t) => {
    const { hub, browser, page } = await open(t, '/pos');
    await ringUp(page);
    await page.click(byTestId('print-receipt'));
    await attributeIs(page, 'print-state', 'data-state', 'done');
    await ringUp(page);
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
      const { page } = await open(t, '/pos', { printer: LONG,
        prepare: (one) => speak(one, language) });
      await ringUp(page);
      for (const dir of ['ltr', 'rtl']) {
        await page.evaluate((value) => { document.documentElement.dir = value; }, dir);
        for (const [width, height] of SCREENS) {
          await page.setViewport({ width, height });
          const lost = await findLost(page, ['path-badge', 'total', 'show-order', 'print-receipt']);
          assert.deepEqual(lost, [], `${dir} ${width} x ${height}`);
        }
      }
    });
  }

  test('by keyboard alone: an item, the order, the receipt', async (t) => {
    const { page, printer } = await open(t, '/pos');
    await page.waitForSelector('[data-testid^="item-"]');
    await pressByTab(page, (id) => id.startsWith('item-'), 'Enter');
    await pressByTab(page, (id) => id === 'print-receipt', ' ');
    await attributeIs(page, 'print-state', 'data-state', 'done');
    assert.equal(printer.cuts, 1);
    assert.equal(await page.$eval(byTestId('print-state'), (one) => one.getAttribute('role')), 'status');
  });

  test('the hub is away: the page works alone, keeps the order and prints it by itself', { timeout: 120000 },
    async (t) => {
      const { hub, page, printer } = await open(t, '/pos');
      await hub.kill();
      await attributeIs(page, 'path-badge', 'data-path', 'none', 30000);
      await page.waitForFunction(() => document.querySelector('[data-testid="path-badge"]').textContent
        === 'Working alone');
      await ringUp(page);
      await page.click(byTestId('print-receipt'));
      await attributeIs(page, 'print-state', 'data-state', 'waiting');
      await ringUp(page);
      const total = await page.$eval(byTestId('total'), (one) => one.dataset.minor);
      // A hub whose memory is gone: another id, nobody known.
      await startHub(t, { state: await makeStateFolder(t), printers: { receipt: printer.uri },
        args: ['--port', String(hub.port)] });
      await attributeIs(page, 'print-state', 'data-state', 'done', 40000);
      assert.equal(printer.cuts, 1);
      assert.equal(await page.$eval(byTestId('total'), (one) => one.dataset.minor), total);
    });

  test('reloaded while it prints, and open twice: one paper', async (t) => {
    const { hub, browser, page, printer } = await open(t, '/pos');
    printer.options.holdsAnswer = true;
    await ringUp(page);
    await page.click(byTestId('print-receipt'));
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

  test('a private window without storage prints too', async (t) => {
    const { page, printer } = await open(t, '/pos', { prepare: (one) => one.evaluateOnNewDocument(() => {
      Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } });
    }) });
    await ringUp(page);
    await page.click(byTestId('print-receipt'));
    await attributeIs(page, 'print-state', 'data-state', 'done');
    await ringUp(page);
    await page.click(byTestId('print-receipt'));
    await page.waitForFunction(() => document.querySelector('[data-testid="print-state"]')
      .textContent.includes('0002'));
    await attributeIs(page, 'print-state', 'data-state', 'done');
    assert.equal(printer.cuts, 2);
  });
});
