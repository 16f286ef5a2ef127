// SPDX-License-Identifier: Apache-2.0
// The kitchen's screen as it hangs on a wall, in Chromium on the real hub:
//   node bench-kitchen.mjs [short]
// frames: 200 tickets on a screen of 1920 x 1080, one of which changes each 100 ms; from one frame to the
//   next, beside an empty page in the same browser.
// heap: what the page holds with these 200 tickets, and what after a week more, 200 orders a day that are
//   ordered, cooked, served and closed, in fast time; beside a page with the replica alone.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { byTestId, startBrowser } from '../lib/browser.mjs';
import { ITEMS, makeMenu, pairBrowser } from '../lib/house.mjs';
import { startHub } from '../lib/hub.mjs';
import { ReplicaPage } from '../lib/replica-page.mjs';
import { until } from '../lib/wait.mjs';
import { Cleanups } from './cleanups.mjs';

const isShort = process.argv[2] === 'short';
const TICKETS = isShort ? 20 : 200;
const WEEK = isShort ? 40 : 7 * 200;
const AT_ONCE = 10; // orders of the week that are open together
const WATCH_MS = isShort ? 2000 : 20000;
const CHANGE_MS = 100;
const SETTLE_MS = 2000;
const LONG_MS = 60000;

function print(line, figures, who = 'bellhop') {
  const rounded = Object.fromEntries(Object.entries(figures)
    .map(([key, value]) => [key, Number(value.toPrecision(4))]));
  console.log(JSON.stringify({ line, who, ...rounded }));
}

/** A waiter's hand; what is written goes out in batches that one message holds. */
class Waiter {
  #manager;
  #sent;
  #count = 0;

  constructor(manager) {
    this.#manager = manager;
    this.#sent = manager.log.operations.length;
  }

  say(kind, orderId, body) {
    this.#manager.log.write(kind, `order/${orderId}`, body);
  }

  order() {
    this.#count += 1;
    const orderId = randomUUID();
    const ids = Object.keys(ITEMS);
    const lines = [0, 1, 2].map((at) => {
      const { name, price, stationId, allergens = [] } = ITEMS[ids[(this.#count + at) % ids.length]];
      return { lineId: randomUUID(), name, price, stationId, allergens, quantity: 1 + at,
        ...(at === 1 && { note: 'No onions' }) };
    });
    this.say('order.open', orderId, { number: `W-${this.#count}`, currency: 'EUR', source: 'staff' });
    this.say('order.lines', orderId, { lines });
    return { orderId, lineIds: lines.map(({ lineId }) => lineId) };
  }

  async push() {
    const { log, replica } = this.#manager;
    while (this.#sent < log.operations.length) {
      const batch = log.operations.slice(this.#sent, this.#sent + 40);
      await replica.push(batch);
      this.#sent += batch.length;
    }
  }
}

/* Runs in the page: from one frame to the next. */
const watchFrames = (page, forMs) => page.evaluate((ms) => new Promise((resolve) => {
  const gaps = [];
  let last = performance.now();
  const end = last + ms;
  const frame = (at) => {
    gaps.push(at - last);
    last = at;
    if (at < end) requestAnimationFrame(frame);
    else resolve(gaps.slice(1).sort((a, b) => a - b));
  };
  requestAnimationFrame(frame);
}), forMs);

const printFrames = (gaps, who) => print('kitchen-frame',
  { p50_ms: gaps[gaps.length >> 1], p99_ms: gaps[Math.floor(gaps.length * 0.99)] }, who);

/** What is left once all that can go has gone. */
async function holds(page) {
  const session = await page.createCDPSession();
  // Twice: what waits for its own end, a transaction of the storage, goes with the second.
  await session.send('HeapProfiler.collectGarbage');
  await pause(SETTLE_MS);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  await session.detach();
  return { mib: usedSize / 1024 / 1024, nodes, listeners: jsEventListeners };
}

/** By its own count: it draws those that one sees, and some more. */
const shows = (page, count) => page.waitForFunction((selector, wanted) =>
  document.querySelector(selector)?.dataset.count === String(wanted), { timeout: LONG_MS, polling: 50 },
byTestId('count-open'), count);

async function measureFrames(browser, page, waiter, orders) {
  const empty = await browser.newPage();
  await empty.bringToFront();
  printFrames(await watchFrames(empty, WATCH_MS), 'empty page');
  await empty.close();
  await page.bringToFront();
  let isOver = false;
  const watched = watchFrames(page, WATCH_MS).finally(() => { isOver = true; });
  for (let at = 0; !isOver; at += 1) {
    const { orderId, lineIds } = orders[at % orders.length];
    const version = 1 + Math.floor(at / orders.length);
    waiter.say('line.set', orderId, { lineId: lineIds[0], version, set: { quantity: 2 + (at % 5) } });
    await Promise.all([waiter.push(), pause(CHANGE_MS)]);
  }
  printFrames(await watched, 'bellhop');
}

/** Some of the week's orders, from the first word to the last. */
async function serve(page, waiter, count) {
  const orders = Array.from({ length: count }, () => waiter.order());
  await waiter.push();
  await shows(page, TICKETS + count);
  for (const { orderId, lineIds } of orders) waiter.say('line.state', orderId, { lineIds, state: 'ready' });
  await waiter.push();
  await shows(page, TICKETS);
  for (const { orderId, lineIds } of orders) {
    waiter.say('line.state', orderId, { lineIds, state: 'served' });
    waiter.say('order.set', orderId, { version: 1, set: { closed: true } });
  }
  await waiter.push();
}

async function measure(t) {
  const hub = await startHub(t, { open: false });
  const { manager } = await makeMenu(t, hub);
  const waiter = new Waiter(manager);
  const browser = await startBrowser(t);
  const page = await pairBrowser(browser, hub, { role: 'kitchen', name: 'Kitchen', place: '/kitchen' });
  page.setDefaultTimeout(LONG_MS);
  await page.setViewport({ width: 1920, height: 1080 });
  const alone = await ReplicaPage.open(t, browser, hub, { role: 'kitchen', name: 'Replica' });
  await page.bringToFront();

  const orders = Array.from({ length: TICKETS }, () => waiter.order());
  await waiter.push();
  await shows(page, TICKETS);
  await measureFrames(browser, page, waiter, orders);

  const last = orders[orders.length - 1].orderId;
  await until('the replica has them too', () => alone.read(last), LONG_MS);
  const before = await holds(page);
  print('kitchen-heap', { mib: before.mib });
  print('kitchen-heap', { mib: (await holds(alone.page)).mib }, 'replica alone');
  for (let served = 0; served < WEEK; served += AT_ONCE) await serve(page, waiter, AT_ONCE);
  const after = await holds(page);
  print('kitchen-week', { mib: after.mib });
  print('kitchen-week', { mib: (await holds(alone.page)).mib }, 'replica alone');
  print('kitchen-nodes', { before: before.nodes, after: after.nodes });
  print('kitchen-listeners', { before: before.listeners, after: after.listeners });
}

const t = new Cleanups();
try {
  await measure(t);
} finally {
  await t.run();
}
