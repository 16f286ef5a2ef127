// SPDX-License-Identifier: Apache-2.0
// A guest's order in real browsers: the guest's phone -> the waiter's -> the kitchen's screen -> back to
// the guest, by way of the hub; and an order of staff straight to the kitchen:
//   node bench-hops.mjs [short]
// Chromium with a context (storage of its own) for each, the client library with IndexedDB, real data
// channels, the hub on the disk that the temporary folder is on. Times are the pages' own clock, which is
// one clock on one machine. The figures of a hop include the durable writes that it waits for:
//   guest -> staff    from sending the order until the waiter's page reads it
//   staff -> kitchen  from accepting it until the kitchen's page reads it
//   kitchen -> staff  from the kitchen's `seen` (its ACK) until the waiter's page reads it
//   kitchen -> guest  from `preparing` until the guest's page reads it
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { startBrowser } from '../lib/browser.mjs';
import { Device, identityOf } from '../lib/device.mjs';
import { makePlace, scan } from '../lib/guest.mjs';
import { startHub, TENANT } from '../lib/hub.mjs';
import { Cleanups } from './cleanups.mjs';

const ORDERS = process.argv[2] === 'short' ? 5 : 200;
const ROUNDS = process.argv[2] === 'short' ? 1 : 3;
const GUESTS = 3; // take turns: the hub takes thirty orders a minute of one
const SETTLE_MS = 300; // between two orders, as people leave it: nothing of the last is under way
const LONG_MS = 30000;

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../data/web');
const library = execFileSync(path.join(web, 'node_modules/.bin/esbuild'), ['--bundle', '--format=iife',
  '--global-name=bellhopClient', '--target=es2022', '--minify', '--log-level=warning', '--loader=ts'],
{ cwd: web, input: 'export * from "./client/index";', encoding: 'utf8' });

/* Runs in the page: a connection, and a way to wait for what an order reads as. */
function begin(text, options) {
  (0, eval)(`${text};globalThis.bellhopClient = bellhopClient;`);
  const connection = globalThis.bellhopClient.createP2PConnection(options);
  globalThis.connection = connection;
  const source = () => connection.property ?? connection.view;
  const clock = () => performance.timeOrigin + performance.now();
  globalThis.clock = clock;
  // A device of the house has a replica besides the view of what is private.
  const isThere = () => (options.guest === undefined ? connection.property !== null
    : connection.view?.isCurrent === true);
  globalThis.ready = () => connection.path === 'local-p2p' && isThere();
  /** When the line's state, or who has seen it, is so. */
  globalThis.when = (orderId, isSo) => new Promise((resolve) => {
    let off = () => undefined;
    const look = () => {
      const line = source().order(orderId)?.lines[0];
      if (line === undefined || !isSo(line)) return false;
      off();
      resolve(clock());
      return true;
    };
    if (!look()) off = source().on('changed', look);
  });
}

async function open(t, browser, origin, options) {
  const context = await browser.createBrowserContext();
  t.after(() => context.close().catch(() => undefined));
  await context.overridePermissions(origin, ['camera', 'microphone']);
  const page = await context.newPage();
  page.setDefaultTimeout(LONG_MS);
  await page.goto(`${origin}/trust`);
  await page.evaluate(begin, library, options);
  await page.waitForFunction(() => globalThis.ready(), { timeout: LONG_MS });
  return page;
}

const pages = { guests: [], staff: null, kitchen: null };

/* Each runs in its page; `when` is asked for before what it waits for is done. */
const isState = (page, orderId, state) => page.evaluate((id, wanted) =>
  globalThis.when(id, (line) => line.state === wanted), orderId, state);
const isSeen = (page, orderId) => page.evaluate((id) =>
  globalThis.when(id, (line) => line.seenBy.length > 0), orderId);

const write = (page, kind, orderId, body) => page.evaluate(async (draft) => {
  const at = globalThis.clock();
  await globalThis.connection.property.write(draft);
  return at;
}, { kind, entity: `order/${orderId}`, body });

async function guestOrders(guest) {
  const sent = await guest.evaluate(async () => {
    const at = globalThis.clock();
    const answer = await globalThis.connection.request({ type: 'order',
      order: { lines: [{ itemId: 'soup', lineId: globalThis.bellhopClient.newId() }] } });
    return { at, acknowledged: globalThis.clock(), orderId: answer.order.orderId };
  });
  return sent;
}

/** The waiter's page notes when it first reads an order; the order's id is not known before. */
const watchStaff = (page) => page.evaluate(() => {
  globalThis.firstRead = new Map();
  globalThis.connection.property.on('changed', ({ entities }) => {
    for (const name of entities) {
      const id = name.slice(6);
      if (!name.startsWith('order/') || globalThis.firstRead.has(id)) continue;
      if ((globalThis.connection.property.order(id)?.lines.length ?? 0) > 0)
        globalThis.firstRead.set(id, globalThis.clock());
    }
  });
});

const readAt = (page, orderId) => page.waitForFunction((id) => globalThis.firstRead.get(id) ?? null,
  { polling: 5 }, orderId).then((handle) => handle.jsonValue());

async function oneOrder(guest, hops) {
  const { staff, kitchen } = pages;
  const began = await guestOrders(guest);
  const { orderId } = began;
  hops['guest-staff'].push(await readAt(staff, orderId) - began.at);
  hops['guest-acknowledged'].push(began.acknowledged - began.at);
  const lineIds = await staff.evaluate((id) =>
    globalThis.connection.property.order(id).lines.map(({ lineId }) => lineId), orderId);

  const atKitchen = isState(kitchen, orderId, 'accepted');
  const accepted = await write(staff, 'line.state', orderId, { lineIds, state: 'accepted' });
  hops['staff-kitchen'].push(await atKitchen - accepted);

  const atStaff = isSeen(staff, orderId);
  const seen = await write(kitchen, 'ticket.seen', orderId, { lineIds });
  hops['kitchen-staff'].push(await atStaff - seen);

  const atGuest = isState(guest, orderId, 'preparing');
  const preparing = await write(kitchen, 'line.state', orderId, { lineIds, state: 'preparing' });
  hops['kitchen-guest'].push(await atGuest - preparing);
  await write(staff, 'order.set', orderId, { version: 1, set: { closed: true } });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}

function tell(line, values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  console.log(JSON.stringify({ line: `hop-${line}`, who: 'bellhop', p50_ms: Number(at(0.5).toPrecision(3)),
    p99_ms: Number(at(0.99).toPrecision(3)) }));
}

/** At a table of its own, with the menu before it. */
async function seatGuest(t, browser, hub, name) {
  const place = await makePlace(hub, name);
  await hub.control('POST', '/api/v1/seatings/open', { placeId: place.placeId });
  const { session } = await scan(hub, place.code);
  const guest = await open(t, browser, hub.origin, { signalingServer: hub.signaling, tenantId: TENANT,
    role: 'guest', guest: session });
  await guest.waitForFunction(() => globalThis.connection.view.record('item/soup') !== null);
  return guest;
}

async function round() {
  const t = new Cleanups();
  const hub = await startHub(t, { open: false });
  const browser = await startBrowser(t);
  const pair = async (role) => open(t, browser, hub.origin, { signalingServer: hub.signaling, tenantId: TENANT,
    identity: identityOf(await Device.pair(hub, { role })) });
  pages.staff = await pair('staff');
  pages.kitchen = await pair('kitchen');
  const manager = await pair('manager');
  await manager.evaluate(() => globalThis.connection.property.write({ kind: 'item.set', entity: 'item/soup',
    body: { version: 1, set: { name: 'Soup', price: 600, currency: 'EUR' } } }));
  pages.guests = [];
  for (let i = 1; i <= GUESTS; i += 1) pages.guests.push(await seatGuest(t, browser, hub, String(i)));
  await manager.close();
  await watchStaff(pages.staff);

  const hops = { 'guest-staff': [], 'guest-acknowledged': [], 'staff-kitchen': [], 'kitchen-staff': [],
    'kitchen-guest': [] };
  for (let i = 0; i < ORDERS / ROUNDS; i += 1) await oneOrder(pages.guests[i % GUESTS], hops);
  for (const [line, values] of Object.entries(hops)) tell(line, values.slice(2));
  await t.run();
}

for (let i = 0; i < ROUNDS; i += 1) await round();
process.exit(0);
