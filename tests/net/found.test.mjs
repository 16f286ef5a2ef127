// SPDX-License-Identifier: Apache-2.0
// A phone that knows nothing but signaling.local: the page loads, pairs and prints by a channel of its
// own, although the browser hides its address behind a name.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attributeIs, browserName, byTestId, openPage, startBrowser } from '../lib/browser.mjs';
import { makeHouse } from '../lib/hosts.mjs';
import { makeMenu } from '../lib/house.mjs';
import { startHub } from '../lib/hub.mjs';
import { skipOutsideLab } from '../lib/network.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { slowness, until } from '../lib/wait.mjs';

const ORIGIN = 'http://signaling.local:8080';

// The desk hears a device only where it spoke to it first. So it has to know the device's address, and
// there is no other way to it than its candidate's name: without that, the device's own checks would do.
const SPEAKS_FIRST = `table inet t {
  chain in {
    type filter hook input priority 0;
    ct state established accept
    udp dport 5353 accept
    meta l4proto udp drop
  }
}`;

const tap = async (page, id) =>
  (await page.waitForSelector(`${byTestId(id)}:not(:disabled)`)).click();

/* Runs in the page before its scripts. */
function recordCandidates() {
  window.candidates = [];
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...args) {
      super(...args);
      this.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate?.candidate) window.candidates.push(candidate.candidate);
      });
    }
  };
}

test(`${browserName}: by ${ORIGIN}, a receipt by a channel from obfuscated candidates`,
  { skip: skipOutsideLab, timeout: 150000 * slowness }, async (t) => {
    const house = await makeHouse(t);
    const desk = await house.addHost('desk', { avahi: true });
    const phone = await house.addHost('phone', { avahi: true });
    const printer = await startPrinter(t);
    await desk.lend(Number(new URL(printer.uri).port));
    const hub = await startHub(t, { host: desk, listen: '::', open: false, port: 8080,
      printers: { receipt: printer.uri } });
    const { manager } = await makeMenu(t, hub);
    manager.set('property.set', 'property/house', { unseenSeconds: 3600 });
    await manager.push();
    desk.firewall(SPEAKS_FIRST);
    const state = async () => (await hub.status()).discovery;
    await until('the name is ours', async () =>
      (await state()).names.every((one) => one.state === 'ours'), 15000);

    const browser = await startBrowser(t, { host: phone });
    const { link } = await hub.control('POST', '/api/v1/pair/links', { role: 'pos', name: 'Till' });
    const page = await openPage(browser, ORIGIN + link.slice(link.indexOf('/pair#')));
    await attributeIs(page, 'pair-done', 'data-role', 'pos');
    await page.evaluateOnNewDocument(recordCandidates);
    const start = performance.now();
    await page.goto(`${ORIGIN}/pos`);
    assert.equal(new URL(page.url()).origin, ORIGIN);
    await attributeIs(page, 'path-badge', 'data-path', 'local-p2p', 30000);
    t.diagnostic(`page to channel: ${Math.round(performance.now() - start)} ms`);

    const candidates = await page.evaluate(() => window.candidates);
    const hosts = candidates.filter((line) => / udp /i.test(line) && / typ host/.test(line));
    assert.ok(hosts.length > 0);
    for (const line of hosts) assert.match(line, /^candidate:\S+ \d+ udp \d+ [0-9a-f-]{36}\.local /i);
    const { resolved } = await state();
    assert.ok(resolved > 0, 'a name was resolved');

    await tap(page, 'item-soup');
    for (const step of ['send', 'pay']) {
      await attributeIs(page, 'next-action', 'data-step', step);
      await tap(page, 'next-action');
    }
    await tap(page, 'take');
    await tap(page, 'paid-receipt');
    await attributeIs(page, 'print-state', 'data-state', 'done', 30000);
    assert.equal(printer.cuts, 1);
    const { print } = await hub.status();
    assert.equal(print.byPath.channel, 1);
  });
