// SPDX-License-Identifier: Apache-2.0
// A kitchen's screen in a real browser, for tests of what it shows and of what comes out on paper.

import { byTestId } from './browser.mjs';
import { Device } from './device.mjs';
import { pairBrowser } from './house.mjs';
import { byRelay, command } from './operation.mjs';
import { Signal } from './signal.mjs';
import { slowness, until } from './wait.mjs';

const LONG_MS = 40000;

export class KitchenScreen {
  constructor(page) {
    this.page = page;
  }

  /** `hub`: a hub, or where a page reaches it: {origin, control} */
  static async open(browser, hub) {
    const page = await pairBrowser(browser, hub, { role: 'kitchen', name: 'Kitchen tablet', place: '/kitchen' });
    await page.setViewport({ width: 1280, height: 800 });
    return new KitchenScreen(page);
  }

  /** Resolves when it shows the ticket of that order; polled, for it may lie behind others. */
  async shows({ number }, inside = '', ms = LONG_MS) {
    await this.page.waitForFunction((selector) => document.querySelector(selector) !== null,
      { timeout: ms * slowness, polling: 50 }, `${byTestId('ticket')}[data-number="${number}"] ${inside}`);
  }

  has({ number }) {
    return this.page.$(`${byTestId('ticket')}[data-number="${number}"]`).then((one) => one !== null);
  }
}

/** A till at the hub's own end: place(name) orders a dish and resolves with {orderId, number}. */
export async function openTill(t, hub) {
  const device = await Device.pair(hub, { role: 'pos', name: 'Till' });
  const way = byRelay(await Signal.joinAs(t, hub, device));
  const read = async (orderId) => (await hub.control('GET', `/api/v1/orders?orderId=${orderId}`)).order;
  return {
    async place(name) {
      const { order } = await command(way, { type: 'order',
        order: { currency: 'EUR', lines: [{ name, price: 500, quantity: 1 }] } });
      return read(order.orderId);
    },
    /** Resolves when the hub knows that a screen has shown it. */
    untilSeen: ({ orderId }, ms = LONG_MS) => until('a screen has shown it', async () =>
      (await read(orderId)).lines.every(({ seenBy }) => seenBy.length > 0), ms),
  };
}

/** The hub's alert that nobody has seen this order, once it is on paper. */
export const untilUnseen = (hub, { orderId }, ms = LONG_MS) => until('the desk is told', async () =>
  (await hub.control('GET', '/api/v1/alerts')).alerts.find(({ kind, subject }) =>
    kind === 'ticket-unseen' && subject.orderId === orderId && subject.printed), ms);
