// SPDX-License-Identifier: Apache-2.0
// What is charged to a room goes on the bill of whoever owes it: where guests have left, the till asks.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { browserName, byTestId, tap, textOf } from '../lib/browser.mjs';
import { next, openTill, order } from '../lib/till.mjs';

const LONG = { timeout: 120000 };

const bills = (page) => page.$$eval(byTestId('room-bill'), (all) =>
  all.map((one) => one.textContent.replace(/\s+/g, ' ').trim()));

/** What is wider than the button it stands on. */
const cutOff = (page) => page.$$eval(`${byTestId('room-bill')} *`, (all) => all.filter((one) =>
  one.getBoundingClientRect().right > one.closest('button').getBoundingClientRect().right).map((one) => one.textContent));

/** A pot of tea, up to the room it is charged to. */
async function beginCharge(page) {
  await order(page, 'tea');
  await next(page, 'pay');
  await tap(page, 'method-room');
  await tap(page, 'room-101');
}

async function charge(page) {
  await tap(page, 'take');
  await tap(page, 'no-receipt');
  await tap(page, 'new-order');
}

describe(`room charges in ${browserName}`, () => {
  test('where guests have left, the till asks who owes what is charged now, and takes nothing before', LONG, async (t) => {
    const { hub, page, rooms: { 101: { placeId } } } = await openTill(t);
    await hub.control('POST', '/api/v1/seatings/open', { placeId });
    await page.waitForFunction((name) =>
      [...window.bellhop.connection.property.records('seating')].some(([, { registers }]) =>
        registers.placeId?.[0] === name && registers.state?.[0] === 'open'), {}, placeId);
    await beginCharge(page);
    assert.equal(await page.$(byTestId('room-left')), null, 'who stays there owes it');
    await charge(page);

    await hub.control('POST', '/api/v1/seatings/clear', { placeId });
    await beginCharge(page);
    await page.waitForSelector(byTestId('room-left'));
    assert.match(await textOf(page, 'pay'), /Guests have left Room 101/);
    assert.equal(await page.$eval(byTestId('take'), (one) => one.disabled), true);
    await tap(page, 'room-who-left');
    await charge(page);

    await beginCharge(page);
    await tap(page, 'room-who-here');
    await charge(page);

    await tap(page, 'till-menu');
    await tap(page, 'room-bills');
    await page.waitForSelector(byTestId('room-bill'));
    assert.deepEqual(await bills(page), ['Room 101€3.90Orders: 1', 'Room 101, guests who left€7.80Orders: 2']);
    assert.deepEqual(await cutOff(page), [], 'all that is said of a room is seen');
  });
});
