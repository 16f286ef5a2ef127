// SPDX-License-Identifier: Apache-2.0
// A device's whole life, in a browser: link, paired, https, reloaded, the hub away, another address,
// removed. And the ways that do not lead in.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { attributeIs, browserName, byTestId, openPage, startBrowser, tap, textOf } from '../lib/browser.mjs';
import { makeMenu } from '../lib/house.mjs';
import { startHub } from '../lib/hub.mjs';
import { ADDRESS, changeAddress, setName, skipOutsideLab } from '../lib/network.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { slowness, until } from '../lib/wait.mjs';

const REACHED = ['local-p2p', 'hub-relay'];
const OTHER_ADDRESS = '10.77.0.9';

const startClosed = (t, options) => startHub(t, { open: false, ...options });

const makeLink = async (hub, role = 'staff', name = "Anna's phone") =>
  (await hub.control('POST', '/api/v1/pair/links', { role, name })).link;

/** The link as it opens in this browser. */
const follow = (browser, link) => openPage(browser, link);

const problemOf = (page) => page.waitForSelector(byTestId('pair-problem'))
  .then((one) => one.evaluate((element) => element.dataset.problem));

async function pair(hub, browser, role, name) {
  const page = await follow(browser, await makeLink(hub, role, name));
  await attributeIs(page, 'pair-done', 'data-role', role);
  return page;
}

/** But for the manager's, who wrote the menu. */
const deviceOf = async (hub) => (await hub.control('GET', '/api/v1/devices')).devices
  .find(({ role }) => role !== 'manager');

const stored = (page) => page.evaluate(async () => {
  const names = (await indexedDB.databases?.())?.map((one) => one.name) ?? [];
  return { databases: names, keys: Object.keys(localStorage) };
});

describe(`pairing in ${browserName}`, () => {
  test('link, https, reload, hub away, another address, removed', { skip: skipOutsideLab, timeout: 240000 },
    async (t) => {
      const printer = await startPrinter(t);
      const options = { listen: '0.0.0.0', printers: { receipt: printer.uri } };
      const first = await startClosed(t, options);
      const { body: hello } = await first.ask('GET', '/api/v1/hello');
      setName(t, hello.hostName, ADDRESS);
      const authority = (await first.ask('GET', '/ca.pem')).text;
      const browser = await startBrowser(t, { authority });

      // Paired where the QR code leads: plain http, at the hub's present address.
      const page = await pair(first, browser, 'pos', 'Bar till');
      assert.equal(new URL(page.url()).origin, `http://${ADDRESS}:${first.port}`);
      assert.equal(new URL(page.url()).hash, '', 'the secret is out of the address bar');
      const { deviceId } = await deviceOf(first);
      await makeMenu(t, first);
      await page.goto(`http://${ADDRESS}:${first.port}/pos`);
      await attributeIs(page, 'path-badge', 'data-path', REACHED);
      await page.waitForSelector(byTestId('item-soup'));
      await tap(page, 'item-soup');
      const total = await page.$eval(byTestId('total'), (one) => one.dataset.minor);
      assert.ok(Number(total) > 0);

      // On to the one https origin; key and order come along.
      await page.goto(`http://${ADDRESS}:${first.port}/trust?to=/pos`);
      await page.waitForSelector(byTestId('trusted'));
      await page.click(byTestId('continue'));
      const secure = `https://${hello.hostName}:${first.httpsPort}`;
      await until('the page is at the secure address', () => page.url() === `${secure}/pos`, 20000);
      await attributeIs(page, 'path-badge', 'data-path', REACHED);
      await attributeIs(page, 'total', 'data-minor', total);
      const same = await deviceOf(first);
      assert.equal(same.deviceId, deviceId, 'one device, not two');

      // The old origin lets go of the key, and leads here.
      const old = await openPage(browser, `http://${ADDRESS}:${first.port}/pos`);
      await until('the old address leads on', () => old.url().startsWith(secure), 20000);
      await old.goto(`http://${ADDRESS}:${first.port}/healthz`);
      assert.deepEqual((await stored(old)).keys.filter((key) => /identity|receipt|till/.test(key)), []);
      await old.close();

      await page.reload();
      await attributeIs(page, 'path-badge', 'data-path', REACHED);
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

      // The hub is off: the page opens all the same, takes the order and keeps it.
      await first.kill();
      await page.reload();
      await attributeIs(page, 'path-badge', 'data-path', 'none', 30000);
      await attributeIs(page, 'total', 'data-minor', total);
      await tap(page, 'next-action');
      await attributeIs(page, 'next-action', 'data-step', 'pay');
      await tap(page, 'next-action');
      await tap(page, 'take');
      await tap(page, 'paid-receipt');
      await page.waitForSelector(byTestId('receipt-waits'));
      await page.reload();
      await page.waitForSelector(byTestId('receipt-waits'));

      // It comes back at another address, with the same ports.
      changeAddress(ADDRESS, OTHER_ADDRESS);
      t.after(() => changeAddress(OTHER_ADDRESS, ADDRESS));
      setName(t, hello.hostName, OTHER_ADDRESS);
      const hub = await startClosed(t, { ...options, state: first.state, port: first.port,
        args: ['--https-port', String(first.httpsPort)] });
      await attributeIs(page, 'print-state', 'data-state', 'done', 60000);
      await page.reload();
      await attributeIs(page, 'path-badge', 'data-path', REACHED);
      await attributeIs(page, 'print-state', 'data-state', 'done', 30000);
      assert.equal(printer.cuts, 1);

      // Removed: out within a second, and told why, also after a reload.
      const from = performance.now();
      await hub.control('POST', '/api/v1/devices/revoke', { deviceId });
      await page.waitForSelector(byTestId('removed'));
      assert.ok(performance.now() - from < 1500 * slowness, 'within a second, and the driver takes its time too');
      assert.match(await textOf(page, 'removed'), /removed/i);
      await page.reload();
      await page.waitForFunction(() => document.querySelector('[data-testid="removed"], [data-testid="pair-ask"]'));
    });

  test('the hub is off: the kitchen tablet reloads, and its page opens', { skip: skipOutsideLab }, async (t) => {
    const hub = await startClosed(t, { listen: '0.0.0.0' });
    const { body: hello } = await hub.ask('GET', '/api/v1/hello');
    setName(t, hello.hostName, ADDRESS);
    const browser = await startBrowser(t, { authority: (await hub.ask('GET', '/ca.pem')).text });
    const secure = `https://${hello.hostName}:${hub.httpsPort}`;
    const { hash } = new URL(await makeLink(hub, 'kitchen', 'Grill'));
    const page = await openPage(browser, `${secure}/pair${hash}`);
    await attributeIs(page, 'pair-done', 'data-role', 'kitchen');
    await page.goto(`${secure}/`);
    await attributeIs(page, 'path-badge', 'data-path', REACHED);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await hub.kill();
    await page.reload();
    await attributeIs(page, 'path-badge', 'data-path', 'none', 30000);
    assert.match(await page.title(), /Bellhop/);
    assert.equal(await page.$(byTestId('pair-ask')), null, 'it is still paired');
  });

  test('without the authority the page says so, and shows the steps', { skip: skipOutsideLab }, async (t) => {
    const hub = await startClosed(t, { listen: '0.0.0.0' });
    const page = await pair(hub, await startBrowser(t), 'staff', 'Phone');
    await page.goto(`${new URL(page.url()).origin}/trust`);
    await page.waitForSelector(byTestId('not-trusted'));
    await page.waitForSelector(byTestId('steps'));
    await page.waitForSelector(byTestId('fingerprint-match'));
    assert.equal(await page.$(byTestId('continue')), null);
  });

  test('the code is compared; the manager accepts', async (t) => {
    const hub = await startClosed(t);
    const page = await openPage(await startBrowser(t), `${hub.origin}/pair`);
    await page.waitForSelector(byTestId('pair-name'));
    await page.type(byTestId('pair-name'), 'Kitchen tablet');
    await page.click(byTestId('pair-ask'));
    await page.waitForSelector(byTestId('pair-code'));
    const code = (await textOf(page, 'pair-code')).replace(/\D/g, '');
    const { requests: [request] } = await hub.control('GET', '/api/v1/pair/requests');
    assert.equal(request.code, code);
    assert.equal(request.name, 'Kitchen tablet');
    await hub.control('POST', '/api/v1/pair/requests/accept',
      { requestId: request.requestId, code, role: 'kitchen', name: 'Grill' });
    await attributeIs(page, 'pair-done', 'data-role', 'kitchen');
    await page.goto(`${hub.origin}/`);
    await attributeIs(page, 'path-badge', 'data-path', REACHED);
    await page.reload();
    await attributeIs(page, 'path-badge', 'data-path', REACHED);
  });

  test('a code that is declined says so', async (t) => {
    const hub = await startClosed(t);
    const page = await openPage(await startBrowser(t), `${hub.origin}/pair`);
    await page.waitForSelector(byTestId('pair-name'));
    await page.type(byTestId('pair-name'), 'Stranger');
    await page.click(byTestId('pair-ask'));
    await page.waitForSelector(byTestId('pair-code'));
    const { requests: [request] } = await hub.control('GET', '/api/v1/pair/requests');
    await hub.control('POST', '/api/v1/pair/requests/decline', { requestId: request.requestId });
    assert.equal(await problemOf(page), 'refused');
  });

  test('links that were used, were guessed or mistyped', { timeout: 240000 }, async (t) => {
    const hub = await startClosed(t);
    const link = await makeLink(hub);
    await (await follow(await startBrowser(t), link)).waitForSelector(byTestId('pair-done'));
    const other = await startBrowser(t);
    assert.equal(await problemOf(await follow(other, link)), 'link-used');
    const guessed = link.replace(/#[^.]{22}/, `#${'A'.repeat(22)}`);
    assert.equal(await problemOf(await follow(other, guessed)), 'link-unknown');
    assert.equal(await problemOf(await follow(other, link.slice(0, -60))), 'mistyped');
    // The right secret, and another hub's key: whoever made this link wants to be believed.
    const unused = await makeLink(hub);
    const foreign = unused.replace(/(#[^.]{22})\.[^.]{22}/, `$1.${'A'.repeat(22)}`);
    assert.equal(await problemOf(await follow(other, foreign)), 'wrong-hub');
  });

  test('a link that is over', async (t) => {
    const hub = await startClosed(t, { limits: { 'pairing-seconds': 1 } });
    const browser = await startBrowser(t);
    const link = await makeLink(hub);
    const made = Date.now();
    await until('its second is over', () => Date.now() > made + 1000);
    assert.equal(await problemOf(await follow(browser, link)), 'link-expired');
    assert.deepEqual((await hub.control('GET', '/api/v1/devices')).devices, []);
  });

  test('without pairing no page works, and each leads to where one is let in', async (t) => {
    const hub = await startClosed(t);
    const browser = await startBrowser(t);
    for (const place of ['/', '/pos', '/paper', '/devices', '/tables']) {
      const page = await openPage(browser, hub.origin + place);
      await page.waitForSelector(byTestId('pair-ask'));
      await page.close();
    }
  });
});
