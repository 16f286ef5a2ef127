// SPDX-License-Identifier: Apache-2.0
// A house to work in: menu, taxes, stations, tables, rooms and what stands on its receipts, as a
// manager's device writes them; and browsers that were paired by a link.

import assert from 'node:assert/strict';

import { attributeIs, openPage, startBrowser } from './browser.mjs';
import { Device } from './device.mjs';
import { makePlace } from './guest.mjs';
import { byRelay, OperationLog, Replica } from './operation.mjs';
import { Signal } from './signal.mjs';

const REACHED = ['local-p2p', 'hub-relay'];

export const HOUSE = { name: 'Bellevue Café', address: ['12 Harbour Street', 'Port Lumen'],
  phone: '+352 26 11 23', taxNumber: 'LU 2026 1123', currency: 'EUR',
  footer: ['Thank you for your visit', 'We hope to see you again'] };

const TAXES = { food: { name: 'VAT', rateBp: 1000, included: true },
  drink: { name: 'VAT', rateBp: 2000, included: true } };

const STATIONS = { grill: { name: 'Grill', position: 1 }, bar: { name: 'Bar', position: 2 } };

const MODIFIERS = {
  cooked: { name: 'Cooked how?', min: 1, max: 1, position: 1, choices: [
    { choiceId: 'rare', name: 'Rare', price: 0 },
    { choiceId: 'medium', name: 'Medium', price: 0 },
    { choiceId: 'well-done', name: 'Well done', price: 0 }] },
  sides: { name: 'Sides', min: 0, max: 2, position: 2, choices: [
    { choiceId: 'chips', name: 'Chips', price: 350 },
    { choiceId: 'slaw', name: 'Slaw', price: 300 }] },
};

const CATEGORIES = { kitchen: { name: 'Kitchen', position: 1 }, drinks: { name: 'Drinks', position: 2 } };

const DISH = { currency: 'EUR', categoryId: 'kitchen', taxId: 'food', stationId: 'grill' };
const DRINK = { currency: 'EUR', categoryId: 'drinks', taxId: 'drink', stationId: 'bar' };

/** soup and tea go by one tap, and who wrote the soup wrote German; burger asks how it is cooked; pie is out. */
export const ITEMS = {
  soup: { ...DISH, name: 'Soup of the day', price: 750, position: 1, allergens: ['Erdnüsse', 'Honig'] },
  burger: { ...DISH, name: 'House burger', price: 1650, position: 2, allergens: ['gluten', 'sesame'],
    modifierIds: ['cooked', 'sides'], description: 'Beef, cheddar, pickles' },
  brulee: { ...DISH, name: 'Crème brûlée', price: 690, position: 3, allergens: ['milk', 'egg'] },
  pie: { ...DISH, name: 'Fish pie', price: 1420, position: 4, allergens: ['fish'] },
  tea: { ...DRINK, name: 'Pot of tea', price: 390, position: 1 },
  beer: { ...DRINK, name: 'Draught beer', price: 560, position: 2, allergens: ['gluten'] },
};

/** A manager's device that writes: {device, log, replica, set(kind, entity, values), push()}. */
export async function joinManager(t, hub) {
  const device = await Device.pair(hub, { role: 'manager', name: 'Boss' });
  const signal = await Signal.joinAs(t, hub, device);
  const log = new OperationLog(device);
  const replica = new Replica(device, byRelay(signal));
  await replica.begin();
  const versions = new Map();
  let pushed = 0;
  return {
    device, log, replica,
    set(kind, entity, values) {
      const version = (versions.get(entity) ?? 0) + 1;
      versions.set(entity, version);
      log.write(kind, entity, { version, set: values });
    },
    /** Hands over what was written since. */
    async push() {
      const { have } = await replica.push(log.operations.slice(pushed));
      assert.equal(have[log.logId], log.operations.length, 'the hub takes all that the manager wrote');
      pushed = log.operations.length;
    },
  };
}

/**
 * Writes the house above into the hub; the ids are the keys above: item/soup, station/grill, tax/food…
 * Returns {manager, tables: {12, 14}, rooms: {101, 102}}, each place as {placeId, code}.
 */
export async function makeMenu(t, hub) {
  const manager = await joinManager(t, hub);
  manager.set('property.set', 'property/house', HOUSE);
  const kinds = { tax: TAXES, station: STATIONS, modifier: MODIFIERS, category: CATEGORIES, item: ITEMS };
  for (const [type, all] of Object.entries(kinds))
    for (const [id, values] of Object.entries(all)) manager.set(`${type}.set`, `${type}/${id}`, values);
  manager.set('item.availability', 'item/pie', { available: false });
  await manager.push();
  const places = async (kind, names) => {
    const made = {};
    for (const name of names) made[name] = await makePlace(hub, name, kind);
    return made;
  };
  return { manager, tables: await places('table', ['12', '14']), rooms: await places('room', ['101', '102']) };
}

/** Pairs this browser by a link and shows it that page, once it has reached the hub. */
export async function pairBrowser(browser, hub, { role, name = 'Lab device', place }) {
  const { link } = await hub.control('POST', '/api/v1/pair/links', { role, name });
  const page = await openPage(browser, link);
  await attributeIs(page, 'pair-done', 'data-role', role);
  await page.goto(hub.origin + place);
  await attributeIs(page, 'path-badge', 'data-path', REACHED);
  return page;
}

/** The same in a browser of its own. */
export async function openPaired(t, hub, options) {
  return pairBrowser(await startBrowser(t, options.browser), hub, options);
}
