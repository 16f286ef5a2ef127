// SPDX-License-Identifier: Apache-2.0
// The pages of the house for everybody: by axe's rules in light and dark, by keyboard alone, on narrow
// and wide screens, in each language and from the right to the left.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';

import {
  attributeIs, browserName, byTestId, findFaults, openPage, pressByTab, speak, startBrowser,
} from '../lib/browser.mjs';
import { joinAsGuest, makePlace, scan } from '../lib/guest.mjs';
import { startHub } from '../lib/hub.mjs';
import { slowness } from '../lib/wait.mjs';

const REACHED = ['local-p2p', 'hub-relay'];
const SCREENS = [[320, 568], [390, 844], [1280, 800]];
const LONG = 'Tablet at the very long table in the garden restaurant';

/** A house where much is going on: long names, guests who ask, a device that asks. */
async function openHouse(t) {
  const hub = await startHub(t, { open: false, listen: '0.0.0.0' });
  for (const [name, pin] of [['Anna', '1234'], ['Maximiliane von Hohenstein', '2345']])
    await hub.control('POST', '/api/v1/people', { name, pin });
  for (const name of ['Bar', LONG])
    await hub.control('POST', '/api/v1/tokens', { role: 'pos', name });
  const places = [];
  for (const [kind, name] of [['table', '12'], ['table', 'Terrace by the old oak'], ['room', '204']])
    places.push(await makePlace(hub, name, kind));
  await hub.control('POST', '/api/v1/seatings/open', { placeId: places[2].placeId });
  const guest = await joinAsGuest(t, hub, (await scan(hub, places[0].code)).session);
  guest.tellHub({ type: 'seating-request', id: randomUUID() });

  const { link } = await hub.control('POST', '/api/v1/pair/links', { role: 'manager', name: 'Front desk' });
  const desk = await openPage(await startBrowser(t), link);
  await attributeIs(desk, 'pair-done', 'data-role', 'manager');
  const stranger = await openPage(await startBrowser(t), `${new URL(link).origin}/pair`);
  return { hub, origin: new URL(link).origin, desk, stranger, places };
}

const see = (page, id) => page.waitForSelector(byTestId(id));

async function openDesk(page, origin, place) {
  await page.goto('about:blank');
  await page.goto(origin + place);
  await attributeIs(page, 'path-badge', 'data-path', REACHED);
}

/** As often as one likes: what was asked before is declined, of one address the hub hears two. */
async function ask(hub, page) {
  for (const { requestId } of (await hub.control('GET', '/api/v1/pair/requests')).requests)
    await hub.control('POST', '/api/v1/pair/requests/decline', { requestId });
  await see(page, 'pair-name');
  await page.type(byTestId('pair-name'), LONG);
  await page.click(byTestId('pair-ask'));
  await see(page, 'pair-code');
}

/** Every view of the new pages, one after the other: [what it is called, the page that shows it]. */
async function* visit({ hub, origin, desk, stranger, places }) {
  yield* visitDoor({ hub, origin, stranger });
  await desk.bringToFront();
  await openDesk(desk, origin, '/devices');
  await see(desk, 'pair-request');
  await see(desk, 'entry');
  yield ['devices', desk];
  await desk.click(byTestId('device'));
  await see(desk, 'device-dialog');
  yield ['a device', desk];
  await desk.keyboard.press('Escape');
  await desk.click(byTestId('person-button'));
  await (await see(desk, 'person')).click();
  await see(desk, 'pin-pad');
  yield ['sign-in', desk];
  await desk.keyboard.press('Escape');
  await desk.click(byTestId('pair'));
  await see(desk, 'role-staff');
  yield ['pairing', desk];
  await desk.type(byTestId('pair-name'), LONG);
  await desk.click(byTestId('show-code'));
  await see(desk, 'pair-left');
  yield ['a code to scan', desk];
  await openDesk(desk, origin, '/tables');
  await see(desk, 'asking');
  yield ['tables', desk];
  await desk.click(byTestId('setup'));
  await see(desk, 'place-renew');
  yield ['tables set up', desk];
  await desk.click(byTestId('place-edit'));
  await see(desk, 'furnish-dialog');
  for (const [id, text] of [['place-area', LONG], ['place-floor', '2'], ['place-seats', '12']]) {
    await desk.$eval(byTestId(id), (one) => one.select());
    await desk.type(byTestId(id), text);
  }
  yield ['where a table is', desk];
  await desk.keyboard.press('Enter');
  await desk.waitForFunction((dialog, row, area) => !document.querySelector(dialog)
    && document.querySelector(row).textContent.includes(area), {}, byTestId('furnish-dialog'), byTestId('setup-places'), LONG);
  yield ['tables set up by area', desk];
  await desk.click(byTestId('back'));
  await (await see(desk, 'codes')).click();
  await see(desk, 'code-card');
  yield ['printed codes', desk];
  await desk.goto(`${origin}/trust`);
  await see(desk, 'steps');
  yield ['trust', desk];
  await stranger.bringToFront();
  await stranger.goto(`${origin}/guest#${places[1].code}.bellhop.local`);
  await see(stranger, 'tell-staff');
  await attributeIs(stranger, 'path-badge', 'data-path', REACHED);
  yield ['a guest', stranger];
}

async function* visitDoor({ hub, origin, stranger }) {
  await stranger.bringToFront();
  await stranger.goto(`${origin}/pair`);
  await see(stranger, 'pair-name');
  yield ['asking to be let in', stranger];
  await ask(hub, stranger);
  yield ['the code', stranger];
}

/** What stands out of the screen at its sides, or is cut off in itself. */
const findLost = (page) => page.evaluate(() => {
  const root = document.documentElement;
  const lost = root.scrollWidth > innerWidth ? [`the page is ${root.scrollWidth} wide`] : [];
  for (const one of document.querySelectorAll('a, button, input, select, textarea, h1, h2, p, img, summary')) {
    const box = one.getBoundingClientRect();
    // What only screen readers see is a pixel large.
    if (box.width < 2 || one.closest('.hidden-visually')) continue;
    const out = box.left < -1 || box.right > innerWidth + 1;
    const cut = /^(A|BUTTON|P|H1|H2)$/.test(one.tagName) && one.scrollWidth > one.clientWidth + 1
      && getComputedStyle(one).display !== 'inline';
    if (out || cut) lost.push(`${out ? 'out' : 'cut'}: ${one.outerHTML.slice(0, 120)}`);
  }
  return lost;
});

describe(`views of a house in ${browserName}`, () => {
  test('axe finds nothing in light and dark, and nothing is cut off in whatever language',
    { timeout: 240000 }, async (t) => {
      const house = await openHouse(t);
      const faults = [];
      for (const language of ['en', 'de', 'fr', 'es']) {
        for (const page of [house.desk, house.stranger]) await speak(page, language);
        for await (const [name, page] of visit(house)) {
          for (const [width, height] of SCREENS) {
            await page.setViewport({ width, height });
            for (const dir of ['rtl', 'ltr']) {
              await page.evaluate((value) => { document.documentElement.dir = value; }, dir);
              // What stands in the bar is chosen anew when its room has changed.
              await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth,
                { timeout: 2000 * slowness }).catch(() => {});
              for (const lost of await findLost(page))
                faults.push(`${name}, ${language}, ${dir}, ${width} x ${height}: ${lost}`);
            }
          }
          if (language !== 'en') continue;
          for (const scheme of browserName === 'chromium' ? ['dark', 'light'] : ['light']) {
            if (browserName === 'chromium')
              await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
            for (const fault of await findFaults(page)) faults.push(`${name} in ${scheme}: ${fault}`);
          }
        }
      }
      assert.deepEqual(faults, []);
    });

  test('the six digits stand from left to right, also where one writes from the right', async (t) => {
    const hub = await startHub(t, { open: false });
    const page = await openPage(await startBrowser(t), `${hub.origin}/pair`);
    await ask(hub, page);
    const [first, last] = await page.evaluate((selector) => {
      document.documentElement.dir = 'rtl';
      const digits = document.querySelector(selector).firstChild;
      return [0, digits.length - 1].map((at) => {
        const range = document.createRange();
        range.setStart(digits, at);
        range.setEnd(digits, at + 1);
        return range.getBoundingClientRect().left;
      });
    }, byTestId('pair-code'));
    assert.ok(first < last);
  });

  test('by keyboard alone: a device is paired, a table confirmed, the focus comes back', { timeout: 240000 },
    async (t) => {
      const { origin, desk } = await openHouse(t);
      await openDesk(desk, origin, '/devices');
      await see(desk, 'device');
      await pressByTab(desk, (id) => id === 'device', 'Enter');
      await see(desk, 'device-dialog');
      await pressByTab(desk, (id) => id === 'remove', 'Enter');
      await see(desk, 'confirm');
      await desk.keyboard.press('Escape');
      await desk.waitForFunction(() => document.activeElement?.dataset.testid === 'device');
      await openDesk(desk, origin, '/devices');
      await see(desk, 'device');
      await pressByTab(desk, (id) => id === 'pair', 'Enter');
      await pressByTab(desk, (id) => id === 'role-staff', 'ArrowDown');
      await pressByTab(desk, (id) => id === 'pair-name', 'A');
      await desk.keyboard.press('Enter');
      await see(desk, 'pair-left');

      await openDesk(desk, origin, '/tables');
      await see(desk, 'setup');
      await pressByTab(desk, (id) => id === 'setup', 'Enter');
      await see(desk, 'place-edit');
      await pressByTab(desk, (id) => id === 'place-edit', 'Enter');
      await see(desk, 'furnish-dialog');
      await pressByTab(desk, (id) => id === 'place-seats', '4');
      await desk.keyboard.press('Enter');
      await desk.waitForFunction((dialog) => !document.querySelector(dialog)
        && document.activeElement?.dataset.testid === 'place-edit', {}, byTestId('furnish-dialog'));
      await openDesk(desk, origin, '/tables');
      await see(desk, 'asking');
      await pressByTab(desk, (id) => id === 'confirm-seating', 'Enter');
      await desk.waitForFunction((asking) => !document.querySelector(asking), {}, byTestId('asking'));
    });
});
