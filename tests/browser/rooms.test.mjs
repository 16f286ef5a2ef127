// SPDX-License-Identifier: Apache-2.0
// Housekeeping and messages in real browsers on the real program: the front desk's tablet, a housekeeper's
// phone, a colleague's; what is private, what the hub's absence leaves, and what one sees and reads.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  attributeIs, browserName, byTestId, clickOn, findFaults, pressByTab, speak, startBrowser, textOf,
} from '../lib/browser.mjs';
import { Device } from '../lib/device.mjs';
import { makePlace } from '../lib/guest.mjs';
import { openPaired, pairBrowser } from '../lib/house.mjs';
import { startHub } from '../lib/hub.mjs';
import { byRelay, Follower, Replica } from '../lib/operation.mjs';
import { Signal } from '../lib/signal.mjs';
import { until } from '../lib/wait.mjs';

const LONG = { timeout: 240000 };
const PIN = '4711';
const PHONE = { width: 390, height: 844, hasTouch: true };
const TABLET = { width: 1024, height: 768, hasTouch: true };

/** One that says so. */
const withText = (page, id, text) => page.waitForFunction((selector, wanted) =>
  [...document.querySelectorAll(selector)].find((one) => one.textContent.includes(wanted)),
{}, byTestId(id), text);

const gone = (page, selector) => page.waitForFunction((wanted) => !document.querySelector(wanted), {}, selector);

async function tap(page, selector) {
  await clickOn(await page.waitForSelector(`${selector}:not(:disabled)`));
}

const press = async (page, id, text) => clickOn(await withText(page, id, text));

const room = (name, state) =>
  `${byTestId('room')}[data-room="${name}"]${state === undefined ? '' : `[data-state="${state}"]`}`;

const conversation = (name) => `${byTestId('conversation')}[data-name="${name}"]`;

async function signIn(page, name) {
  await page.bringToFront();
  await tap(page, byTestId('person-button'));
  await press(page, 'person', name);
  for (const digit of PIN) {
    const key = await page.waitForFunction((wanted) => [...document.querySelectorAll('.pin-key:not(:disabled)')]
      .find((one) => one.textContent === wanted), {}, digit);
    await clickOn(key);
  }
  await tap(page, byTestId('pin-done'));
  await withText(page, 'person-button', name);
}

/** A house with these rooms and people: {hub, ids: {name: personId}, places: {name: placeId}}. */
async function openHouse(t, rooms, people) {
  const hub = await startHub(t, { open: false });
  const places = {};
  for (const name of rooms) places[name] = (await makePlace(hub, name, 'room')).placeId;
  const ids = {};
  for (const name of people)
    ids[name] = (await hub.control('POST', '/api/v1/people', { name, pin: PIN })).personId;
  return { hub, ids, places };
}

async function say(page, name, text) {
  await tap(page, conversation(name));
  await page.waitForSelector(`${byTestId('thread')}[data-name="${name}"]`);
  await page.type(byTestId('text'), text);
  await tap(page, byTestId('send'));
  await withText(page, 'message', text);
}

/** What this page has of it, in its own log and of what the hub shows it alone. */
const knows = (page, text) => page.evaluate((wanted) => {
  const { property, view } = window.bellhop.connection;
  return [property, view].some((one) => JSON.stringify(one.records('message')).includes(wanted));
}, text);

const isDirect = (page) => until('a direct channel', () =>
  page.evaluate(() => window.bellhop.connection.direct.length > 0), 20000);

describe(`rooms and messages in ${browserName}`, () => {
  test('rooms are handed out, marked and taken back; "ready?" is answered by one tap', { timeout: 240000 },
    async (t) => {
      const { hub, places } = await openHouse(t, ['205', '101', '1203'], ['Anna Berg', 'Bruno Keller']);
      const [desk, phone] = await Promise.all([
        openPaired(t, hub, { role: 'manager', name: 'Front desk', place: '/rooms' }),
        openPaired(t, hub, { role: 'staff', name: 'Phone', place: '/rooms' })]);
      await desk.setViewport(TABLET);
      await phone.setViewport(PHONE);
      await phone.waitForSelector(room('1203', 'none'));
      assert.deepEqual(await phone.$$eval(`${byTestId('floor')} h2`, (all) => all.map((one) => one.textContent)),
        ['Floor 1', 'Floor 2', 'Floor 12']);
      await signIn(phone, 'Anna Berg');

      await desk.bringToFront();
      await tap(desk, room('205'));
      await press(desk, 'assign', 'Anna Berg');
      await tap(desk, byTestId('occupied'));
      await tap(desk, byTestId('mark-dirty'));
      await gone(desk, byTestId('room-sheet'));
      await phone.bringToFront();
      await phone.waitForSelector(`${room('205', 'dirty')}[data-occupied="true"]`);
      assert.equal(await phone.$eval(`${room('205')} ${byTestId('room-assignee')}`, (one) => one.textContent), 'AB');
      await tap(phone, byTestId('filter-mine'));
      await gone(phone, room('101'));

      // Two taps a state; everybody sees it. The last one is taken back.
      for (const [words, state] of [['Start cleaning', 'cleaning'], ['It is clean', 'clean']]) {
        await tap(phone, room('205'));
        await press(phone, 'room-next', words);
        await desk.waitForSelector(room('205', state));
      }
      await press(phone, 'toast-action', 'Undo');
      await desk.waitForSelector(room('205', 'cleaning'));

      // Asked at the desk, about her room: she alone is asked, and answers by one tap.
      await desk.bringToFront();
      await tap(desk, room('205'));
      await press(desk, 'ask', 'Ask Anna Berg');
      await withText(desk, 'asked', 'Room 205 ready?');
      await phone.bringToFront();
      await withText(phone, 'inbox-card', 'Room 205 ready?');
      await withText(phone, 'unread-badge', '1');
      await tap(phone, `${byTestId('inbox-card')} [data-testid="ask.yes"]`);
      await gone(phone, byTestId('inbox-card'));
      await desk.bringToFront();
      await withText(desk, 'asked-answer', 'Anna Berg Yes, ready');
      await desk.waitForSelector(room('205', 'clean'));

      // A note; and a round of rooms for Bruno.
      await desk.type(byTestId('room-note'), 'Cot');
      await tap(desk, byTestId('room-note-save'));
      await desk.keyboard.press('Escape');
      await gone(desk, byTestId('room-sheet'));
      await desk.waitForFunction((selector) => /has a note/i.test(
        document.querySelector(selector).getAttribute('aria-label')), {}, room('205'));
      await tap(desk, byTestId('hand-out'));
      await press(desk, 'hand-out-person', 'Bruno Keller');
      for (const name of ['101', '1203']) await tap(desk, room(name));
      await desk.waitForSelector(`${room('1203')}[aria-pressed="true"]`);
      await tap(desk, byTestId('hand-out-done'));
      await phone.bringToFront();
      await tap(phone, byTestId('filter-all'));
      await phone.waitForSelector(`${room('101')} ${byTestId('room-assignee')}`);

      // The next morning, from the desk, and taken back there.
      await desk.bringToFront();
      await tap(desk, byTestId('new-day'));
      await tap(desk, byTestId('new-day-go'));
      await phone.waitForSelector(room('205', 'dirty'));
      await tap(desk, byTestId('toast-action'));
      await phone.waitForSelector(room('205', 'clean'));
      const { registers } = await phone.evaluate((name) => window.bellhop.connection.property.record(name),
        `place/${places['205']}`);
      assert.equal(registers.note[0], 'Cot');
    });

  test('messages to a team, to all and to one alone; who has read them', { timeout: 240000 }, async (t) => {
    const { hub, ids } = await openHouse(t, ['205'], ['Anna', 'Bruno', 'Carla']);
    const browser = { role: 'staff', place: '/talk' };
    const [desk, anna, bruno] = await Promise.all([
      openPaired(t, hub, { role: 'manager', name: 'Front desk', place: '/talk' }),
      openPaired(t, hub, { ...browser, name: "Anna's phone" }),
      openPaired(t, hub, { ...browser, name: "Bruno's phone" })]);
    await desk.setViewport(TABLET);
    for (const phone of [anna, bruno]) await phone.setViewport(PHONE);
    await signIn(anna, 'Anna');
    await signIn(bruno, 'Bruno');
    // Another device of the house, and what the hub gives it.
    const stranger = await Device.pair(hub, { role: 'staff', name: 'Stranger' });
    const signal = await Signal.joinAs(t, hub, stranger);
    const replica = new Replica(stranger, byRelay(signal));
    await replica.begin();

    await desk.bringToFront();
    await say(desk, 'role/staff', 'The bus is here at four');
    for (const phone of [anna, bruno]) await phone.waitForSelector(`${conversation('role/manager')}[data-unread="1"]`);
    await withText(desk, 'marks', 'Delivered');
    await anna.bringToFront();
    await tap(anna, conversation('role/manager'));
    await withText(anna, 'message', 'The bus is here at four');
    await withText(desk, 'marks', 'Read by Anna');
    await bruno.bringToFront();
    await tap(bruno, conversation('role/manager'));
    await desk.waitForFunction((selector) => /Anna, Bruno|Bruno, Anna/.test(document.querySelector(selector)?.textContent),
      {}, byTestId('marks'));

    await say(desk, 'all', 'Fire drill at three');
    await anna.bringToFront();
    await tap(anna, byTestId('back'));
    await tap(anna, conversation('all'));
    await withText(anna, 'message', 'Fire drill at three');

    // Between two: the third device has it neither in its log nor from the hub.
    await tap(anna, byTestId('back'));
    await say(anna, `person/${ids.Bruno}`, 'Can we swap on Sunday?');
    await bruno.bringToFront();
    await tap(bruno, byTestId('back'));
    await tap(bruno, `${conversation(`person/${ids.Anna}`)}[data-unread="1"]`);
    await withText(bruno, 'message', 'Can we swap on Sunday?');
    await bruno.type(byTestId('text'), 'Sunday is fine');
    await bruno.keyboard.press('Enter');
    await anna.bringToFront();
    await withText(anna, 'message', 'Sunday is fine');
    await withText(anna, 'marks', 'Read by Bruno');
    assert.equal(await anna.$eval(byTestId('thread-hint'), (one) => one.textContent), 'Only the two of you see this.');

    await desk.bringToFront();
    await say(desk, 'role/staff', 'Thank you all');
    const says = (op, text) => op.kind === 'message.send' && op.body.text === text;
    await replica.pull('the last message', (op) => says(op, 'Thank you all'));
    const all = replica.operations.map(({ text }) => text).join('\n');
    assert.ok(all.includes('Fire drill at three'));
    assert.ok(!all.includes('Sunday'), 'the hub gives the private words to no other device');
    assert.ok(!Object.keys(replica.have).some((logId) => logId.startsWith('p.')));
    const followed = await new Follower(byRelay(signal), 'private').begin();
    await followed.until('an answer', () => followed.resets > 0);
    assert.equal(followed.records.size, 0);
    assert.equal(await knows(desk, 'Sunday'), false);
    assert.equal(await knows(bruno, 'Sunday'), true);

    // Who takes the phone next does not read what was Anna's.
    await signIn(anna, 'Carla');
    await gone(anna, byTestId('message'));
    await tap(anna, byTestId('back'));
    assert.ok(!(await textOf(anna, 'talk-page')).includes('Sunday'));
  });

  test('what was typed stays with its conversation; who reads further up is left there', LONG, async (t) => {
    const { hub } = await openHouse(t, [], ['Anna']);
    const [desk, phone] = await Promise.all([
      openPaired(t, hub, { role: 'manager', name: 'Front desk', place: '/talk' }),
      openPaired(t, hub, { role: 'staff', name: 'Phone', place: '/talk' })]);
    await desk.setViewport(PHONE);
    const tell = (texts) => phone.evaluate((all) => window.bellhop.connection.property.write(all.map((text) =>
      ({ kind: 'message.send', entity: `message/${crypto.randomUUID()}`, body: { to: {}, text } }))), texts);
    await tell(Array.from({ length: 40 }, (_, i) => `Line ${i}`));
    await desk.bringToFront();
    await tap(desk, conversation('all'));
    await withText(desk, 'message', 'Line 39');
    await desk.type(byTestId('text'), 'Half a wo');
    await tap(desk, byTestId('back'));
    await tap(desk, conversation('role/staff'));
    assert.equal(await desk.$eval(byTestId('text'), (one) => one.value), '');
    await tap(desk, byTestId('back'));
    await tap(desk, conversation('all'));
    assert.equal(await desk.$eval(byTestId('text'), (one) => one.value), 'Half a wo');

    const list = '.thread-messages';
    const isAtEnd = () => desk.$eval(list, (one) => one.scrollHeight - one.scrollTop - one.clientHeight < 2);
    assert.ok(await isAtEnd());
    await desk.$eval(list, (one) => one.scrollTo(0, 0));
    await tell(['Just now']);
    await desk.waitForSelector(byTestId('thread-more'));
    assert.equal(await desk.$eval(list, (one) => one.scrollTop), 0);
    await tap(desk, byTestId('thread-more'));
    await gone(desk, byTestId('thread-more'));
    assert.ok(await isAtEnd());
    await tell(['And now']);
    await withText(desk, 'message', 'And now');
    assert.ok(await isAtEnd());
    await desk.$eval(list, (one) => one.scrollTo(0, 0));
    await tap(desk, byTestId('send'));
    await withText(desk, 'message', 'Half a wo');
    assert.ok(await isAtEnd());
    assert.equal(await desk.$eval(byTestId('text'), (one) => one.value), '');
  });

  test('the hub is away: rooms and messages go from device to device and are marked until it is back',
    { timeout: 240000 }, async (t) => {
      const { hub, ids } = await openHouse(t, ['205'], ['Anna', 'Bruno']);
      const browser = await startBrowser(t);
      const other = await startBrowser(t);
      const desk = await pairBrowser(browser, hub, { role: 'manager', name: 'Front desk', place: '/rooms' });
      const phone = await pairBrowser(other, hub, { role: 'staff', name: 'Phone', place: '/rooms' });
      await desk.waitForSelector(room('205'));
      await phone.waitForSelector(room('205'));
      await Promise.all([desk, phone].map(isDirect));

      await hub.kill();
      await desk.bringToFront();
      await tap(desk, room('205'));
      await tap(desk, byTestId('mark-dirty'));
      await phone.waitForSelector(room('205', 'dirty'));
      await desk.waitForSelector(`${room('205')} ${byTestId('safe-mark')}:not([hidden])`);
      await tap(desk, room('205'));
      await press(desk, 'ask', 'Ask the service');
      await phone.bringToFront();
      await tap(phone, `${byTestId('inbox-card')} [data-testid="ask.soon"]`);
      await desk.bringToFront();
      await withText(desk, 'asked-answer', 'In 15 minutes');
      await desk.evaluate((personId) => window.bellhop.connection.property.write({ kind: 'message.send',
        entity: 'message/waits', body: { to: { personId }, text: 'For Anna alone' }, isPrivate: true }), ids.Anna);
      assert.equal(await knows(phone, 'For Anna alone'), false);

      const back = await startHub(t, { open: false, state: hub.state, port: hub.port });
      await desk.waitForFunction((selector) => document.querySelector(selector)?.dataset.safe === 'true',
        { timeout: 30000 }, `${room('205')} ${byTestId('safe-mark')}`);
      await desk.keyboard.press('Escape');
      const reader = await Device.pair(back, { role: 'kitchen', name: 'Late' });
      const replica = new Replica(reader, byRelay(await Signal.joinAs(t, back, reader)));
      await replica.begin();
      await replica.pull('the answer', (op) => op.kind === 'message.send' && op.body.text === 'In 15 minutes');
      await phone.bringToFront();
      await attributeIs(phone, 'path-badge', 'data-path', ['local-p2p', 'hub-relay'], 30000);
      await signIn(phone, 'Anna');
      await withText(phone, 'inbox-card', 'For Anna alone');
      assert.equal(await knows(phone, 'For Anna alone'), true);
    });

  test('a sheet has the keys as soon as it is there, before the page is painted', async (t) => {
    const { hub } = await openHouse(t, ['205'], []);
    const page = await openPaired(t, hub, { role: 'staff', name: 'Phone', place: '/rooms' });
    await page.waitForSelector(room('205'));
    const atOnce = await page.evaluate((card, sheet) => new Promise((resolve) => {
      const look = () => {
        const there = document.querySelector(sheet);
        if (there === null) return;
        observer.disconnect();
        resolve({ open: there.open, key: document.activeElement?.dataset.testid });
      };
      const observer = new MutationObserver(look);
      observer.observe(document.body, { childList: true, subtree: true });
      document.querySelector(card).focus();
      document.querySelector(card).click();
    }), room('205'), byTestId('room-sheet'));
    assert.deepEqual(atOnce, { open: true, key: 'room-next' });
    await page.keyboard.press('Escape');
    await gone(page, byTestId('room-sheet'));
    assert.equal(await page.evaluate(() => document.activeElement?.dataset.testid), 'room');
  });

  test('axe finds nothing; by keyboard alone; in German', { timeout: 240000 }, async (t) => {
    const { hub } = await openHouse(t, ['205', '206'], ['Anna']);
    const page = await openPaired(t, hub, { role: 'staff', name: 'Phone', place: '/rooms' });
    const faults = [];
    const look = async (name, sizes = [PHONE, TABLET]) => {
      for (const size of sizes) {
        await page.setViewport(size);
        await page.waitForSelector('h1');
        for (const scheme of ['light', 'dark']) {
          if (browserName === 'chromium')
            await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
          for (const fault of await findFaults(page)) faults.push(`${name}, ${size.width}, ${scheme}: ${fault}`);
        }
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${name} at ${size.width} is ${wide} too wide`);
      }
    };
    const byKey = (id, key = 'Enter') => pressByTab(page, (one) => one === id, key);

    await page.waitForSelector(room('206'));
    await look('rooms');
    await byKey('room');
    await page.waitForSelector(byTestId('room-sheet'));
    await look('sheet');
    await byKey('mark-dirty');
    await page.waitForSelector(room('205', 'dirty'));
    // The focus is where it was, and in the sheet on what comes next.
    await page.keyboard.press('Enter');
    await byKey('assign', ' ');
    await page.waitForSelector(`${byTestId('assign')}[aria-pressed="true"]`);
    await page.keyboard.press('Escape');
    await gone(page, byTestId('room-sheet'));
    await page.keyboard.press('Enter');
    await page.waitForSelector(byTestId('room-sheet'));
    await page.keyboard.press('Enter');
    await page.waitForSelector(room('205', 'cleaning'));
    await byKey('toast-action');
    await page.waitForSelector(room('205', 'dirty'));
    // A page that is left takes with it what is not stored yet.
    await page.waitForSelector(`${room('205')} ${byTestId('safe-mark')}[data-safe="true"]`);

    await page.goto(`${hub.origin}/talk`);
    await page.waitForSelector(conversation('all'));
    await look('talk');
    await byKey('conversation');
    await page.waitForSelector(byTestId('thread'));
    await byKey('text', 'H');
    await page.keyboard.press('Enter');
    await withText(page, 'message', 'H');
    await look('thread');
    await page.setViewport(PHONE);
    await page.reload();
    await page.waitForSelector(byTestId('thread'));
    await byKey('back');
    await page.waitForSelector(conversation('all'));

    await speak(page, 'de');
    await page.goto(`${hub.origin}/rooms`);
    await page.waitForSelector(room('205', 'dirty'));
    assert.match(await textOf(page, 'rooms-page'), /Zimmer.*Neuer Tag.*Schmutzig/);
    await look('Zimmer', [PHONE]);
    await page.goto(`${hub.origin}/talk#role/kitchen`);
    await page.waitForSelector(byTestId('thread'));
    assert.match(await textOf(page, 'thread'), /Küche.*Bin unterwegs/);
    await look('Nachrichten', [PHONE]);
    assert.deepEqual(faults, []);
  });
});
