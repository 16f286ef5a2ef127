// SPDX-License-Identifier: Apache-2.0
// A device in a real browser that keeps a replica: the client library in a page of the hub's origin, with
// storage of its own, driven from the test.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { openPage } from './browser.mjs';
import { Device, identityOf } from './device.mjs';
import { slowness, until } from './wait.mjs';

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'data', 'web');

export function bundle() {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'replica-')), 'client.js');
  execFileSync(path.join(web, 'node_modules', '.bin', 'esbuild'), ['--bundle', '--format=iife',
    '--global-name=bellhopClient', '--target=es2022', '--log-level=warning', '--loader=ts', `--outfile=${file}`],
  { cwd: web, input: `export * from './client/index'; export { recordText } from './client/log/record';` });
  // The driver evaluates it inside a function, where a `var` would stay.
  return `${readFileSync(file, 'utf8')};globalThis.bellhopClient = bellhopClient;`;
}

let library;

/* Runs in the page. */
function begin(text, options) {
  (0, eval)(text);
  const { createP2PConnection } = globalThis.bellhopClient;
  const connection = createP2PConnection({ ...options, property: true });
  const heard = [];
  connection.onmessage = (message) => heard.push(message);
  // What a page does for its own, see the pages' link.
  document.addEventListener('visibilitychange', () => connection.wake());
  document.addEventListener('resume', () => connection.wake());
  globalThis.replica = { connection, heard };
}

/* Runs in the page. */
function dump() {
  const { property } = globalThis.replica.connection;
  const types = ['category', 'item', 'order', 'request', 'message'];
  const records = {};
  for (const type of types) {
    for (const [name, record] of property.records(type))
      records[name] = globalThis.bellhopClient.recordText(record);
  }
  return records;
}

export class ReplicaPage {
  #origin;
  #options;

  constructor(page, context, device, origin, options) {
    this.page = page;
    this.context = context;
    this.device = device;
    this.#origin = origin;
    this.#options = options;
  }

  /** Pairs a device and opens its page in a browser context of its own. */
  static async open(t, browser, hub, { role, name, origin = hub.origin, signaling = hub.signaling }) {
    const device = await Device.pair(hub, { role, name });
    const context = await browser.createBrowserContext();
    t.after(() => context.close().catch(() => {}));
    return ReplicaPage.#start(context, device, origin, { signalingServer: signaling,
      tenantId: device.tenantId, identity: identityOf(device) });
  }

  /** Another tab of the same device. */
  async openTab() {
    return ReplicaPage.#start(this.context, this.device, this.#origin, this.#options);
  }

  static async #start(context, device, origin, options) {
    const page = await openPage({ newPage: () => context.newPage(),
      defaultBrowserContext: () => context }, `${origin}/trust`);
    const one = new ReplicaPage(page, context, device, origin, options);
    await one.begin();
    return one;
  }

  async begin() {
    library ??= bundle();
    await this.page.evaluate(begin, library, this.#options);
    await this.page.waitForFunction(() => globalThis.replica.connection.property !== null,
      { timeout: 30000 * slowness });
  }

  /** As a person's reload: what was not durable is gone. */
  async reload() {
    await this.page.reload({ waitUntil: 'load' });
    await this.begin();
  }

  /** By the simple face; resolves with the first ack: another device has it, or the hub. */
  order(order, ms = 30000) {
    return this.page.evaluate(async (content, limitMs) => {
      const { connection, heard } = globalThis.replica;
      const ref = connection.send({ type: 'order', order: content });
      const endMs = Date.now() + limitMs;
      while (Date.now() < endMs) {
        const ack = heard.find((one) => one.ref === ref);
        if (ack?.type === 'error') throw new Error(ack.code);
        if (ack) return { level: ack.level, ...ack.order };
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      throw new Error(`nobody confirmed the order within ${limitMs} ms: path ${connection.path}, ${connection.direct.length} direct`);
    }, order, ms * slowness);
  }

  write(kind, entity, body) {
    return this.page.evaluate(async (draft) => {
      const [{ logId, seq }] = await globalThis.replica.connection.property.write(draft);
      return { logId, seq };
    }, { kind, entity, body });
  }

  read(orderId) {
    return this.page.evaluate((id) => globalThis.replica.connection.property?.order(id) ?? null, orderId);
  }

  path() {
    return this.page.evaluate(() => globalThis.replica.connection.path);
  }

  direct() {
    return this.page.evaluate(() => globalThis.replica.connection.direct.map((one) => one.deviceId));
  }

  levelOf({ logId, seq }) {
    return this.page.evaluate((id, at) =>
      globalThis.replica.connection.property.levelOf(id, at), logId, seq);
  }

  dump() {
    return this.page.evaluate(dump);
  }
}

/** Each has a way of its own to all others: who has none reaches nobody once the hub is gone. */
export async function untilMeshed(pages, ms = 30000) {
  const ids = pages.map(({ device }) => device.deviceId);
  await until('each has a way to all others', async () => {
    const direct = await Promise.all(pages.map((page) => page.direct()));
    return direct.every((found, index) => ids.every((id, other) => other === index || found.includes(id)));
  }, ms);
}

/** Waits until all of them, and the hub, read the same; returns what they read. */
export async function settle(hub, pages, ms = 40000) {
  let last = '';
  try {
    return await until('the replicas are equal', async () => {
      const dumps = await Promise.all(pages.map((page) => page.dump()));
      const texts = dumps.map((records) => JSON.stringify(records, Object.keys(records).sort()));
      const { orders } = await hub.control('GET', '/api/v1/orders');
      const own = await pages[0].page.evaluate((ids) => ids.map((id) =>
        globalThis.replica.connection.property.order(id)), orders.map(({ orderId }) => orderId));
      const shown = Object.keys(dumps[0]).filter((name) => name.startsWith('order/')).length;
      last = JSON.stringify({ texts: texts.map((text) => text.length), shown, hub: orders.length });
      if (new Set(texts).size !== 1 || shown !== orders.length) return null;
      return JSON.stringify(orders) === JSON.stringify(own) ? { dumps, orders } : null;
    }, ms);
  } catch (error) {
    throw new Error(`${error.message}: ${last}`, { cause: error });
  }
}
