// SPDX-License-Identifier: Apache-2.0
// Pages at work while local signaling goes and comes: a waiter's and a kitchen's on one computer, the hub
// on another, a cloud on a third. And a page that came from the cloud.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attributeIs, browserName, byTestId, clickOn, openPage, startBrowser } from '../lib/browser.mjs';
import { startCloud } from '../lib/cloud.mjs';
import { Device, identityOf } from '../lib/device.mjs';
import { makeHouse } from '../lib/hosts.mjs';
import { makeMenu } from '../lib/house.mjs';
import { startHub } from '../lib/hub.mjs';
import { skipOutsideLab } from '../lib/network.mjs';
import { slowness, until } from '../lib/wait.mjs';

const BACK_MS = 10000;
const options = { skip: skipOutsideLab, timeout: 180000 * slowness };
const PHONE = { width: 360, height: 740 };
const CLOUD = 'https://cloud.example';

/** Runs in the page before its scripts: keeps its connections and what became of their channels, and whom it asks. */
function watch() {
  window.sockets = [];
  window.requests = [];
  const ask = window.fetch;
  window.fetch = (url, ...rest) => {
    window.requests.push(String(url));
    return ask(url, ...rest);
  };
  window.WebSocket = class extends window.WebSocket {
    constructor(url) {
      super(url);
      window.sockets.push(url);
    }
  };
  window.made = [];
  window.channelsClosed = [];
  window.reaches = [];
  window.paths = [];
  const note = (channel, of) => channel.addEventListener('close', () => window.channelsClosed.push({ label: channel.label, of }));
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...args) {
      super(...args);
      window.made.push(this);
      this.addEventListener('datachannel', ({ channel }) => note(channel, this));
    }

    createDataChannel(...args) {
      const channel = super.createDataChannel(...args);
      note(channel, this);
      return channel;
    }
  };
  let bellhop;
  Object.defineProperty(window, 'bellhop', {
    get: () => bellhop,
    set(value) {
      bellhop = value;
      value.connection.on('reach', (reach) => window.reaches.push({ reach, atMs: Date.now() }));
      value.connection.on('path', (path) => window.paths.push({ path, atMs: Date.now() }));
    },
  });
}

/** A window, not a tab: one of a screen's tabs is seen, and Firefox draws no other. */
const apart = async (browser) => {
  const context = await browser.createBrowserContext();
  return { newPage: () => context.newPage({ type: 'window' }), defaultBrowserContext: () => context };
};

async function setUp(t, { isAlone = false } = {}) {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk', { avahi: true });
  const far = await house.addHost('far');
  const phone = await house.addHost('phone', { avahi: true });
  for (const host of [desk, phone]) host.knowName('cloud.example', far.address);
  const cloud = await startCloud(t, { host: far });
  const start = (state) => startHub(t, { host: desk, listen: '::', open: false, port: 8080, state,
    args: isAlone ? [] : cloud.hubArgs });
  const hub = await start();
  if (!isAlone) await until('the hub is at the cloud', async () => (await hub.status()).cloud.state === 'joined', 20000);
  const { tables } = await makeMenu(t, hub);
  const browser = await startBrowser(t, { host: phone, authority: cloud.issuer.root });
  return { house, desk, far, phone, cloud, hub, start, browser, tables, origin: `http://${desk.address}:8080` };
}

/** A page of a browser window of its own, paired by the hub's link. */
async function pair({ browser, hub, origin }, role, name, place) {
  const { link } = await hub.control('POST', '/api/v1/pair/links', { role, name });
  const page = await openPage(await apart(browser), origin + link.slice(link.indexOf('/pair#')));
  await attributeIs(page, 'pair-done', 'data-role', role);
  await page.setViewport(PHONE);
  await page.evaluateOnNewDocument(watch);
  await page.goto(origin + place);
  await attributeIs(page, 'path-badge', 'data-path', 'local-p2p');
  return page;
}

const is = (page, reach, ms = 30000) => attributeIs(page, 'path-badge', 'data-reach', reach, ms);
const see = async (page, selector, text = '', ms = 30000) => page.waitForFunction((wanted, words) =>
  [...document.querySelectorAll(wanted)].find((one) => !one.disabled && one.textContent.includes(words)),
{ timeout: ms * slowness }, selector, text);
const tap = async (page, id, text) => clickOn(await see(page, byTestId(id), text));

/** How long after `fromMs` it was so; the first time of these. */
async function took(page, reach, fromMs) {
  const reaches = await page.evaluate(() => window.reaches);
  const found = reaches.find((one) => one.reach === reach && one.atMs >= fromMs);
  assert.ok(found, `${reach}: ${JSON.stringify(reaches)}`);
  return found.atMs - fromMs;
}

/** The waiter's and the kitchen's page, with a channel between them. */
async function openBoth(all) {
  const staff = await pair(all, 'staff', 'Anna', '/staff#order');
  const kitchen = await pair(all, 'kitchen', 'Kitchen', '/kitchen');
  for (const page of [staff, kitchen])
    await page.waitForFunction(() => window.bellhop.connection.direct.some(({ role }) => role !== 'hub'),
      { timeout: 30000 * slowness });
  return { staff, kitchen };
}

/** Makes every connection's object known by a mark, to see later that it is the same one. */
const mark = (page) => page.evaluate(() => {
  window.marked = window.made.filter(({ connectionState }) => connectionState === 'connected');
  window.channelsClosed = [];
  return window.marked.length;
});

/** The waiter opens that table, and waits until the menu shows that item. */
async function openTable(page, { placeId }, item) {
  await tap(page, 'tab-order');
  await clickOn(await see(page, `${byTestId('tile')}[data-place="${placeId}"]`));
  return see(page, `${byTestId('pick')}[data-item="${item}"]`);
}

/** The waiter takes an order at that table. */
async function order(page, table, item) {
  await clickOn(await openTable(page, table, item));
  await tap(page, 'send');
  await see(page, byTestId('sent-line'));
}

const ordersAt = async (hub, place) => (await hub.control('GET', '/api/v1/orders')).orders
  .filter(({ placeId }) => placeId === place.placeId);

test(`${browserName}: the hub is killed in the middle of service`, options, async (t) => {
  const all = await setUp(t);
  const { hub, start, tables } = all;
  const { staff, kitchen } = await openBoth(all);
  const both = [staff, kitchen];
  const direct = () => Promise.all(both.map((page) => page.evaluate(() =>
    window.bellhop.connection.direct.filter(({ role }) => role !== 'hub').map(({ deviceId }) => deviceId))));
  await order(staff, tables[12], 'soup');
  await see(kitchen, byTestId('ticket'), 'Soup');
  const before = await direct();
  for (const page of both) await mark(page);

  const killedMs = Date.now();
  await hub.kill();
  for (const page of both) await is(page, 'cloud');
  await order(staff, tables[14], 'tea');
  await see(kitchen, byTestId('ticket'), 'Pot of tea');
  assert.deepEqual(await direct(), before, 'the two still have their channel');
  for (const [index, page] of both.entries()) {
    const ms = await took(page, 'cloud', killedMs);
    t.diagnostic(`${['staff', 'kitchen'][index]}: on the cloud's signaling after ${ms} ms`);
    assert.ok(ms < 2000 * slowness, `on the cloud's signaling after ${ms} ms`);
  }

  // The badge does not go on saying that the hub is there.
  for (const page of both) {
    await attributeIs(page, 'path-badge', 'data-path', 'none');
    const ms = await page.evaluate((from) => window.paths.find(({ path, atMs }) => path === 'none' && atMs >= from).atMs - from,
      killedMs);
    t.diagnostic(`the channel counted as lost after ${ms} ms`);
    assert.ok(ms < 4000 * slowness, `the channel counted as lost after ${ms} ms`);
  }

  const backMs = Date.now();
  const again = await start(hub.state);
  for (const page of both) await is(page, 'local');
  for (const [index, page] of both.entries()) {
    const ms = await took(page, 'local', backMs);
    t.diagnostic(`${['staff', 'kitchen'][index]}: local again after ${ms} ms`);
    assert.ok(ms < BACK_MS * slowness, `local after ${ms} ms`);
  }
  for (const table of ['12', '14'])
    await until('the hub has the order', async () => (await ordersAt(again, tables[table])).length === 1, 30000);
  for (const page of both) {
    // The one between the two is the one that neither the dead hub's end nor its return touched.
    const open = await page.evaluate(() => window.marked.filter(({ connectionState }) => connectionState === 'connected').length);
    assert.equal(open, 1, 'one connection of before is as it was');
  }
  assert.deepEqual(await direct(), before);
});

test(`${browserName}: the hub is away for a while, and there is no cloud`, options, async (t) => {
  const all = await setUp(t, { isAlone: true });
  const { desk, hub, start, tables } = all;
  const page = await pair(all, 'staff', 'Anna', '/staff#order');
  // A page that has not got the menu yet cannot get it from a hub that is gone.
  await openTable(page, tables[12], 'soup');
  await hub.kill();
  await is(page, 'offline');
  await order(page, tables[12], 'soup');
  const there = `//${desk.address}:8080/signal`;
  const asked = () => page.evaluate((end) => ({ sockets: window.sockets.filter((url) => url.endsWith(end)).length,
    requests: window.requests.filter((url) => url.endsWith(end)).length }), there);
  const before = await asked();
  const since = async () => {
    const now = await asked();
    return { sockets: now.sockets - before.sockets, requests: now.requests - before.requests };
  };
  await until('it is asked for in vain', async () => {
    const { sockets, requests } = await since();
    return Math.max(sockets, requests) >= 4;
  }, 60000);
  // Firefox holds the next socket to an address back by each that has failed there.
  if (browserName === 'firefox') assert.equal((await since()).sockets, 0);

  const backMs = Date.now();
  const again = await start(hub.state);
  await is(page, 'local');
  const ms = await took(page, 'local', backMs);
  t.diagnostic(`local again after ${ms} ms`);
  assert.ok(ms < BACK_MS * slowness, `local after ${ms} ms`);
  await until('the hub has the order', async () => (await ordersAt(again, tables[12])).length === 1, 30000);
});

test(`${browserName}: only the hub's port is cut, its channel is not`, options, async (t) => {
  const all = await setUp(t);
  const { desk, hub, tables } = all;
  const page = await pair(all, 'staff', 'Anna', '/staff#order');
  const count = await mark(page);
  assert.ok(count > 0);

  const cutMs = Date.now();
  const ports = `{ ${hub.port}, ${hub.httpsPort} }`;
  desk.firewall(`table ip cut {
    chain in { type filter hook input priority 0; tcp dport ${ports} iifname "eth0" reject with tcp reset; }
    chain out { type filter hook output priority 0; tcp sport ${ports} oifname "eth0" drop; }
    }`);
  // As when somebody takes the phone in hand; otherwise the page's next word finds out.
  await page.evaluate(() => window.bellhop.connection.wake());
  await page.waitForFunction(() => window.bellhop.connection.joined && window.reaches.some(({ reach }, index, list) =>
    reach === 'local' && index > 0 && list[index - 1].reach !== 'local'), { timeout: 30000 * slowness });
  await order(page, tables[12], 'soup');
  await see(page, `${byTestId('sent-line')}`, 'Soup');
  desk.firewall('');
  await until('the hub has the order', async () => (await ordersAt(hub, tables[12])).length === 1, 20000);
  const { reaches, open, ended } = await page.evaluate(() => ({ reaches: window.reaches,
    open: window.marked.filter(({ connectionState }) => connectionState === 'connected').length,
    ended: window.channelsClosed.filter(({ label, of }) => label !== 'signal' && window.marked.includes(of))
      .map(({ label }) => label) }));
  const lost = reaches.find(({ reach, atMs }) => reach !== 'local' && atMs >= cutMs);
  const back = reaches.find(({ reach, atMs }) => reach === 'local' && atMs >= lost.atMs);
  t.diagnostic(`the socket counted as lost after ${lost.atMs - cutMs} ms, by the channel ${back.atMs - lost.atMs} ms later`);
  assert.ok(back.atMs - lost.atMs < 2000 * slowness);
  assert.deepEqual({ open, ended }, { open: count, ended: [] });
  assert.equal(await attributeIs(page, 'path-badge', 'data-path', 'local-p2p'), 'local-p2p');
});

/* In a page of the origin: what pairing would have stored there. */
function keepIdentity(identity) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('bellhop', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('keys');
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const transaction = request.result.transaction('keys', 'readwrite');
      transaction.objectStore('keys').put(identity, 'identity');
      transaction.onabort = () => reject(transaction.error);
      transaction.oncomplete = () => {
        request.result.close();
        resolve();
      };
    };
  });
}

test(`${browserName}: a page that came from the cloud is at the hub by a channel`, options, async (t) => {
  const all = await setUp(t);
  const { cloud, hub, browser, tables } = all;
  // Keys belong to an origin and nothing carries them to the cloud's yet: the test lays one there.
  const device = await Device.pair(hub, { role: 'staff', name: 'Anna' });
  const page = await openPage(await apart(browser), `${CLOUD}/trust`);
  await page.evaluate(keepIdentity, identityOf(device));
  await page.setViewport(PHONE);
  await page.evaluateOnNewDocument(watch);
  const start = Date.now();
  await page.goto(`${CLOUD}/staff#order`);
  await attributeIs(page, 'path-badge', 'data-path', 'local-p2p');
  await is(page, 'local');
  t.diagnostic(`page to local: ${await took(page, 'local', start)} ms, cloud after ${await took(page, 'cloud', start)} ms`);
  assert.equal(await page.evaluate(() => window.isSecureContext), true);

  // The hub has no cloud any more, and neither has the page: nobody misses it.
  await mark(page);
  await cloud.kill();
  await until('the hub notices', async () => (await hub.status()).cloud.state !== 'joined', 20000);
  await order(page, tables[14], 'soup');
  await until('the hub has the order', async () => (await ordersAt(hub, tables[14])).length === 1, 20000);
  assert.equal(await page.evaluate(() => window.bellhop.connection.reach), 'local');
  assert.deepEqual(await page.evaluate(() => window.channelsClosed.length), 0);
});
