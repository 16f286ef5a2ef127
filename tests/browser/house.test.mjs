// SPDX-License-Identifier: Apache-2.0
// A day in the house on the real program: a manager's pages, a shared tablet, the tables and a guest's
// phone, each in a browser of its own; and what of it is told afterwards.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { attributeIs, browserName, byTestId, clickOn, openPage, startBrowser, tap, textOf } from '../lib/browser.mjs';
import { codeOf } from '../lib/guest.mjs';
import { startHub } from '../lib/hub.mjs';
import { slowness } from '../lib/wait.mjs';

const REACHED = ['local-p2p', 'hub-relay'];

const startClosed = (t, options) => startHub(t, { open: false, ...options });

const makeLink = async (hub, role, name) =>
  (await hub.control('POST', '/api/v1/pair/links', { role, name })).link;

async function goTo(page, url) {
  await page.goto(url);
  await attributeIs(page, 'path-badge', 'data-path', REACHED);
}

/** A browser that was paired by a link, on this page. */
async function pairedPage(t, hub, role, name, place) {
  const page = await openPage(await startBrowser(t), await makeLink(hub, role, name));
  await attributeIs(page, 'pair-done', 'data-role', role);
  await goTo(page, hub.origin + place);
  return page;
}

/** A row, card or button that says so. */
const withText = (page, id, text) => page.waitForFunction((selector, wanted) =>
  [...document.querySelectorAll(selector)].find((one) => one.textContent.includes(wanted)),
{}, byTestId(id), text);

const press = async (page, id, text) => clickOn(await withText(page, id, text));

const gone = (page, id) => page.waitForFunction((selector) => !document.querySelector(selector), {},
  byTestId(id));

async function fill(page, id, text) {
  await page.waitForSelector(byTestId(id));
  await page.$eval(byTestId(id), (one) => one.select());
  await page.type(byTestId(id), text);
}

const scene = (page, name) => page.waitForSelector(`[data-testid="scene"][data-scene="${name}"]`);

/** What the history says, without the times. */
const history = (page) => page.$$eval(`${byTestId('entry')} .entry-text`, (all) =>
  all.map((one) => one.textContent));

describe(`a house in ${browserName}`, () => {
  test('a manager pairs, accepts, renames, changes and removes devices', { timeout: 240000 },
    async (t) => {
      const hub = await startClosed(t);
      const desk = await pairedPage(t, hub, 'manager', 'Front desk', '/devices');
      await withText(desk, 'device', 'Front desk');

      // By a link: as soon as the phone is there, its name says so.
      await tap(desk, 'pair');
      await fill(desk, 'pair-name', "Anna's phone");
      await tap(desk, 'show-code');
      await (await desk.waitForSelector(`${byTestId('pair-code')} summary`)).click();
      const link = await desk.$eval(byTestId('copy-text'), (one) => one.value);
      const phone = await openPage(await startBrowser(t), link);
      await attributeIs(phone, 'pair-done', 'data-role', 'staff');
      await withText(desk, 'arrived', "Anna's phone");
      await goTo(phone, `${hub.origin}/tables`);
      await phone.waitForSelector(byTestId('no-places'));

      // By the number that both show.
      await tap(desk, 'pair-done');
      const tablet = await openPage(await startBrowser(t), `${hub.origin}/pair`);
      await fill(tablet, 'pair-name', 'Tablet');
      await tap(tablet, 'pair-ask');
      const digits = async (page, id) => (await (await page.waitForSelector(byTestId(id)))
        .evaluate((one) => one.textContent)).replace(/\D/g, '');
      const shown = await digits(tablet, 'pair-code');
      assert.match(shown, /^\d{6}$/);
      assert.equal(await digits(desk, 'request-code'), shown);
      assert.equal(await desk.$eval(byTestId('request-name'), (one) => one.value), 'Tablet');
      await desk.select(byTestId('request-role'), 'kitchen');
      await tap(desk, 'accept');
      await attributeIs(tablet, 'pair-done', 'data-role', 'kitchen');
      await gone(desk, 'pair-request');
      await withText(desk, 'device', 'Tablet');

      // Renamed while another manager gives it another role: the name alone is written.
      const deviceNamed = async (name) =>
        (await hub.control('GET', '/api/v1/devices')).devices.find((one) => one.name === name);
      await press(desk, 'device', 'Tablet');
      await fill(desk, 'device-name', 'Pass');
      const { deviceId } = await deviceNamed('Tablet');
      await hub.control('POST', '/api/v1/devices/role', { deviceId, role: 'pos' });
      await desk.waitForFunction((selector) => [...document.querySelectorAll(selector)].some(({ textContent }) =>
        /Tablet/.test(textContent) && /Till/.test(textContent)), {}, byTestId('device'));
      await tap(desk, 'save');
      await gone(desk, 'device-dialog');
      await withText(desk, 'device', 'Pass');
      assert.equal((await deviceNamed('Pass')).role, 'pos');

      // The phone shall be the bar's till: another name, another role. Its page goes on by itself.
      await press(desk, 'device', "Anna's phone");
      await fill(desk, 'device-name', 'Bar');
      await desk.select(byTestId('device-role'), 'kitchen');
      await tap(desk, 'save');
      await withText(desk, 'device', 'Bar');
      await phone.bringToFront();
      await phone.waitForSelector(byTestId('forbidden'));
      await attributeIs(phone, 'path-badge', 'data-path', REACHED);
      assert.equal(await phone.$('a[href="/tables"]'), null, 'no door that stays shut');

      // The last manager stays.
      await desk.bringToFront();
      await press(desk, 'device', 'Front desk');
      await desk.select(byTestId('device-role'), 'staff');
      await tap(desk, 'save');
      await desk.waitForFunction((selector) => /last manager/.test(document.querySelector(selector)
        ?.textContent), {}, `dialog ${byTestId('trouble')}`);
      await desk.keyboard.press('Escape');
      await gone(desk, 'device-dialog');

      await press(desk, 'device', 'Bar');
      await tap(desk, 'remove');
      await tap(desk, 'confirm');
      const from = performance.now();
      await phone.waitForSelector(byTestId('removed'));
      assert.ok(performance.now() - from < 1500 * slowness, 'within a second, and the driver takes its time too');
      await desk.waitForFunction((selector) => ![...document.querySelectorAll(selector)]
        .some((one) => one.textContent.includes('Bar')), {}, byTestId('device'));

      await withText(desk, 'entry', 'removed Bar');
      const told = await history(desk);
      for (const sentence of ['Front desk removed Bar.', 'Front desk changed Bar to: Kitchen.',
        "Front desk renamed Anna's phone to Bar.", 'Front desk compared the number and let Tablet in (Kitchen).',
        "Anna's phone was paired.", "Front desk made a link for Anna's phone (Staff)."])
        assert.ok(told.includes(sentence), `${sentence} in ${JSON.stringify(told)}`);
    });

  test('people are added, a tablet is signed in on and changes hands', { timeout: 240000 }, async (t) => {
    const hub = await startClosed(t);
    const desk = await pairedPage(t, hub, 'manager', 'Front desk', '/devices');
    for (const [name, pin] of [['Anna', '1234'], ['Bruno', '98765']]) {
      await tap(desk, 'person-add');
      await fill(desk, 'person-name', name);
      await fill(desk, 'pin', pin);
      await fill(desk, 'pin-again', pin);
      await tap(desk, 'save');
      await withText(desk, 'person-row', name);
    }

    const tablet = await pairedPage(t, hub, 'staff', 'Tablet', '/tables');
    const says = (text) => withText(tablet, 'person-button', text);
    // By thumb; a key that is held back while the hub looks is waited for.
    const typePin = async (pin) => {
      for (const digit of pin) {
        const key = await tablet.waitForFunction((wanted) => [...document.querySelectorAll(
          '.pin-key:not(:disabled)')].find((one) => one.textContent === wanted), {}, digit);
        await key.click();
      }
      await tap(tablet, 'pin-done');
    };
    const signIn = async (name, pin) => {
      await tap(tablet, 'person-button');
      await press(tablet, 'person', name);
      await typePin(pin);
    };
    await says('Sign in');
    await signIn('Anna', '1111');
    await tablet.waitForFunction((selector) => document.querySelector(selector)?.textContent
      === 'That is not the PIN of Anna. Try again.', {}, `dialog ${byTestId('trouble')}`);
    await typePin('1234');
    await gone(tablet, 'sign-in');
    await says('Anna');
    await withText(desk, 'device', 'Anna');
    await signIn('Bruno', '98765');
    await says('Bruno');
    await tablet.reload();
    await says('Bruno');
    await tap(tablet, 'person-button');
    await tap(tablet, 'sign-out');
    await says('Sign in');

    await desk.bringToFront();
    await withText(desk, 'entry', 'Bruno signed out.');
    const told = await history(desk);
    for (const sentence of ['Bruno signed in on Tablet.', 'Anna signed in on Tablet.',
      'A person was not signed in: Anna.', 'Front desk added Bruno to the people.'])
      assert.ok(told.some((one) => one.startsWith(sentence)), `${sentence} in ${JSON.stringify(told)}`);
  });

  test('tables and their cards; a guest scans, is seated, leaves, and the next one comes',
    { timeout: 240000 }, async (t) => {
      const hub = await startClosed(t);
      const desk = await pairedPage(t, hub, 'manager', 'Front desk', '/tables');
      await tap(desk, 'setup');
      for (const name of ['12', '13']) {
        await fill(desk, 'place-name', name);
        await tap(desk, 'place-add');
        await withText(desk, 'setup-places', `Table ${name}`);
      }
      await tap(desk, 'kind-room');
      await fill(desk, 'place-name', '204');
      await tap(desk, 'place-add');
      await withText(desk, 'setup-places', 'Room 204');
      await tap(desk, 'back');
      await tap(desk, 'codes');
      await withText(desk, 'code-card', 'Room 204');
      assert.equal((await desk.$$(`${byTestId('code-card')} img`)).length, 3);
      assert.deepEqual(await desk.$$eval(`${byTestId('code-group')} h2`, (all) => all.map((one) => one.textContent)),
        ['Tables', 'Rooms · Floor 2']);
      if (browserName === 'chromium') {
        // Two headings and two rows of cards fit on a sheet.
        const sheets = Buffer.from(await desk.pdf({ preferCSSPageSize: true })).toString('latin1');
        assert.equal(sheets.match(/\/Type \/Page\b/g)?.length, 1);
      }

      const { places } = await hub.control('GET', '/api/v1/places');
      const { placeId } = places.find(({ name }) => name === '12');
      const scan = async (code) => `${hub.origin}/guest#${code}.bellhop.local`;
      const staff = await pairedPage(t, hub, 'staff', 'Phone', '/tables');
      assert.equal(await staff.$(byTestId('setup')), null, 'managers set up');

      const card = await scan(await codeOf(hub, placeId));
      const guest = await openPage(await startBrowser(t), card);
      await scene(guest, 'waiting');
      assert.equal(await textOf(guest, 'guest-place'), 'Table 12');
      await attributeIs(guest, 'path-badge', 'data-path', REACHED);
      await tap(guest, 'tell-staff');
      await scene(guest, 'requested');

      // First on the page, one tap; the guest's page follows.
      await staff.bringToFront();
      await withText(staff, 'asking', 'Table 12');
      const isFirst = await staff.evaluate((asking, place) =>
        Boolean(document.querySelector(asking).compareDocumentPosition(document.querySelector(place))
          & Node.DOCUMENT_POSITION_FOLLOWING), byTestId('asking'), byTestId('place'));
      assert.ok(isFirst);
      await tap(staff, 'confirm-seating');
      await gone(staff, 'asking');
      await scene(guest, 'seated');
      await guest.reload();
      await scene(guest, 'seated');

      await tap(staff, 'place');
      await tap(staff, 'confirm');
      await scene(guest, 'over');
      assert.match(await textOf(guest, 'scene'), /Thank you/);
      assert.equal(await guest.$(byTestId('path-badge')), null, 'a visit that is over has no way to tell of');
      // Opened again it is still over; scanned again the next visit waits.
      await guest.reload();
      await scene(guest, 'over');
      await guest.goto(card);
      await scene(guest, 'waiting');

      // A code that was renewed, and one that never was.
      await hub.control('POST', '/api/v1/places/renew', { placeId });
      const other = await openPage(await startBrowser(t), card);
      await scene(other, 'unknown');
      await other.goto('about:blank');
      await other.goto(await scan('A'.repeat(22)));
      await scene(other, 'unknown');

      await goTo(desk, `${hub.origin}/devices`);
      await withText(desk, 'entry', 'A guest was not let in');
      const told = await history(desk);
      for (const sentence of ['Phone cleared table or room 12.', 'Phone confirmed table or room 12.',
        'Front desk added 204 to the tables and rooms.',
        'A guest was not let in. The code is not one of ours, or an old one.'])
        assert.ok(told.includes(sentence), `${sentence} in ${JSON.stringify(told)}`);
      const kinds = await desk.$$eval(byTestId('entry'), (all) => all.map((one) => one.dataset.kind));
      told.forEach((sentence, index) => assert.ok(!sentence.startsWith(kinds[index]), sentence));
    });

  test('where tables are: areas, floors and seats; the pages go by area', { timeout: 120000 }, async (t) => {
    const hub = await startClosed(t);
    const desk = await pairedPage(t, hub, 'manager', 'Front desk', '/tables');
    await tap(desk, 'setup');
    // The area stays for the next one.
    await fill(desk, 'new-area', 'Terrace');
    for (const name of ['12', '13']) {
      await fill(desk, 'place-name', name);
      await tap(desk, 'place-add');
      await withText(desk, 'setup-places', `Table ${name}`);
    }
    await withText(desk, 'setup-places', 'Tables · Terrace');
    await press(desk, 'area-choice', 'Terrace');
    await tap(desk, 'kind-room');
    await fill(desk, 'place-name', '204');
    await tap(desk, 'place-add');
    await withText(desk, 'setup-places', 'Room 204');

    const edit = async (row) => clickOn(await desk.waitForFunction((selector, name, button) =>
      [...document.querySelectorAll(selector)].find((one) => one.textContent.startsWith(name))?.querySelector(button),
    {}, `${byTestId('setup-places')} li`, row, byTestId('place-edit')));
    await edit('Room 204');
    await fill(desk, 'place-floor', '2');
    await fill(desk, 'place-seats', 'three');
    await tap(desk, 'furnish-save');
    await withText(desk, 'trouble', 'Seats are a whole number');
    await fill(desk, 'place-seats', '3');
    await tap(desk, 'furnish-save');
    await gone(desk, 'furnish-dialog');
    await withText(desk, 'setup-places', 'Floor 2 · Seats: 3');
    await edit('Table 13');
    await fill(desk, 'place-area', 'Dining room');
    await desk.keyboard.press('Enter');
    await withText(desk, 'setup-places', 'Tables · Dining room');

    const headings = (page, id) => page.$$eval(`${byTestId(id)} h2`, (all) => all.map((one) => one.textContent));
    const wanted = ['Tables · Dining room', 'Tables · Terrace', 'Rooms'];
    await tap(desk, 'back');
    await desk.waitForSelector(byTestId('places'));
    assert.deepEqual(await headings(desk, 'places'), wanted);
    const staff = await pairedPage(t, hub, 'staff', 'Phone', '/staff#order');
    await withText(staff, 'floor', 'Terrace');
    assert.deepEqual(await headings(staff, 'floor'), [...wanted.slice(0, -1), 'Without a table', 'Rooms']);
    await goTo(staff, `${hub.origin}/tables`);
    await withText(staff, 'places', 'Terrace');
    assert.deepEqual(await headings(staff, 'places'), wanted);
    // What a person wrote stays when the hub writes of the place itself.
    const { places } = await hub.control('GET', '/api/v1/places');
    await hub.control('POST', '/api/v1/seatings/open', { placeId: places.find(({ name }) => name === '12').placeId });
    await withText(staff, 'place', 'Seated');
    assert.deepEqual(await headings(staff, 'places'), wanted);
  });

  test('pages of an open hub: devices are paired and tables set up without being paired oneself',
    { timeout: 240000 }, async (t) => {
      const hub = await startHub(t);
      const page = await openPage(await startBrowser(t), `${hub.origin}/devices`);
      await attributeIs(page, 'path-badge', 'data-path', REACHED);
      await tap(page, 'pair');
      await fill(page, 'pair-name', 'Till');
      await tap(page, 'show-code');
      await page.waitForSelector(byTestId('copy-text'));
      const link = await page.$eval(byTestId('copy-text'), (one) => one.value);
      const till = await openPage(await startBrowser(t), link);
      await attributeIs(till, 'pair-done', 'data-role', 'staff');
      await withText(page, 'arrived', 'Till');
      await goTo(page, `${hub.origin}/tables`);
      await tap(page, 'setup');
      await fill(page, 'place-name', '1');
      await tap(page, 'place-add');
      await withText(page, 'setup-places', 'Table 1');
      await goTo(page, `${hub.origin}/`);
      await page.waitForSelector('a.door[href="/devices"]');
    });
});
