// SPDX-License-Identifier: Apache-2.0
// A till as its tests use it: a hub with one printer, a menu, and what people tap in the course of an order.

import assert from 'node:assert/strict';

import { attributeIs, byTestId, tap } from './browser.mjs';
import { makeMenu, openPaired } from './house.mjs';
import { startHub } from './hub.mjs';
import { startPrinter } from './printer.mjs';
import { until } from './wait.mjs';

/** A hub with one printer and a menu, a browser, and a paired till open in it. */
export async function openTill(t, { printer: printerOptions, browser, hub: options } = {}) {
  const printer = await startPrinter(t, printerOptions);
  const hub = await startHub(t, { open: false, printers: { receipt: printer.uri }, ...options });
  const house = await makeMenu(t, hub);
  // No kitchen looks here, and its paper is another test's.
  house.manager.set('property.set', 'property/house', { unseenSeconds: 3600 });
  await house.manager.push();
  const page = await openPaired(t, hub, { role: 'pos', name: 'Till', place: '/pos', browser });
  await page.waitForSelector(byTestId('item-soup'));
  return { hub, page, printer, ...house };
}

export const stepIs = (page, step) => attributeIs(page, 'next-action', 'data-step', step);

export async function next(page, step) {
  await stepIs(page, step);
  await tap(page, 'next-action');
}

export const dueIs = (page, due) => attributeIs(page, 'total', 'data-minor', String(due));

/** Taps these items, and sends them. */
export async function order(page, ...items) {
  for (const item of items) await tap(page, `item-${item}`);
  await next(page, 'send');
  await stepIs(page, 'pay');
}

/** Pays what is due in cash, exactly, and asks for the receipt. */
export async function payAndPrint(page) {
  await next(page, 'pay');
  await tap(page, 'take');
  await tap(page, 'paid-receipt');
}

/** No kitchen looks here: the till says that all of it was handed out, and closes the order. */
export async function handOut(page) {
  await stepIs(page, 'new');
  await tap(page, 'order-more');
  await page.waitForSelector(byTestId('order-close-hint'));
  assert.equal(await page.$eval(byTestId('order-close'), (one) => one.disabled), true);
  await tap(page, 'order-served');
  await next(page, 'close');
}

export const printed = (page, state = 'done', ms = 30000) =>
  attributeIs(page, 'print-state', 'data-state', state, ms);

const lines = (page) => page.$$eval(byTestId('order-line'), (all) =>
  all.map((one) => `${one.querySelector('.till-line-count').textContent} ${
    one.querySelector('.till-line-name').textContent} ${one.dataset.state}`));

export const linesAre = (page, wanted) => until(`the lines are ${wanted}`, async () =>
  JSON.stringify(await lines(page)) === JSON.stringify(wanted));

export const openOrders = async (hub) => (await hub.control('GET', '/api/v1/orders')).orders;

/** An order that is paid, handed out and closed; returns its id. */
export async function sellTea(hub, page) {
  await order(page, 'tea');
  const [{ orderId }] = await until('the hub has the order', async () => {
    const orders = await openOrders(hub);
    return orders.length > 0 && orders;
  });
  await next(page, 'pay');
  await tap(page, 'take');
  await tap(page, 'no-receipt');
  await tap(page, 'order-more');
  await tap(page, 'order-served');
  await tap(page, 'order-more');
  await tap(page, 'order-close');
  return orderId;
}

export const drawers = (printer) => printer.things.filter((thing) => thing.drawer).length;
