// SPDX-License-Identifier: Apache-2.0
// A newcomer's first minute: the till's page, "Print receipt", paper.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { attributeIs, browserName, byTestId, openPage, startBrowser, textOf }
  from '../lib/browser.mjs';
import { startHub } from '../lib/hub.mjs';
import { blockUdp, skipOutsideLab } from '../lib/network.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { until } from '../lib/wait.mjs';

const LOCAL = 'local-p2p';

/** A hub with one printer, a browser, and the till open in it. */
async function openTill(t, { printer: printerOptions, browser: browserOptions } = {}) {
  const printer = await startPrinter(t, printerOptions);
  const hub = await startHub(t, { printers: { receipt: printer.uri } });
  const browser = await startBrowser(t, browserOptions);
  const page = await openPage(browser, `${hub.origin}/pos`);
  await page.waitForSelector('[data-testid^="item-"]');
  return { hub, page, printer };
}

/** Rings up the first two items; returns their names as the page shows them. */
async function ringUp(page) {
  const ids = await page.$$eval('[data-testid^="item-"]',
    (items) => items.slice(0, 2).map((item) => item.getAttribute('data-testid')));
  for (const id of ids) await page.click(byTestId(id));
  await page.waitForFunction((selector) => /[1-9]/.test(document.querySelector(selector).textContent),
    {}, byTestId('total'));
  return ids;
}

/** The browser's own account of its data channels: messages sent over all of them. */
const messagesByChannel = (page) => page.evaluate(async () => {
  const stats = await window.bellhop.connection.getStats();
  let sent = 0;
  stats?.forEach((one) => {
    if (one.type === 'data-channel') sent += one.messagesSent;
  });
  return sent;
});

function assertReceipt(printer, total) {
  const amount = /\d+[.,]\d\d/.exec(total)[0].replace(',', '.');
  assert.ok(printer.text.replaceAll(',', '.').includes(amount),
    `the total ${amount} stands on paper:\n${printer.text}`);
  assert.ok(printer.lines.some((line) => line.align === 'center'), 'something is centred');
  assert.ok(printer.lines.some((line) => line.runs.some((run) => run.bold)), 'something is bold');
  assert.equal(printer.cuts, 1);
}

describe(`till in ${browserName}`, () => {
  test('prints by data channel; the printer confirms: done', async (t) => {
    const { hub, page, printer } = await openTill(t);
    await attributeIs(page, 'path-badge', 'data-path', LOCAL);
    await ringUp(page);
    const total = await textOf(page, 'total');
    await page.click(byTestId('print-receipt'));
    await attributeIs(page, 'print-state', 'data-state', 'done');
    assertReceipt(printer, total);

    const { print } = await hub.status();
    assert.deepEqual(print.byPath, { channel: 1, relay: 0, http: 0 });
    assert.ok(await messagesByChannel(page) > 0, 'the browser counts it on its data channel too');
  });

  test('a printer without feedback: sent', async (t) => {
    const { page, printer } = await openTill(t, { printer: { confirms: false } });
    await ringUp(page);
    await page.click(byTestId('print-receipt'));
    await attributeIs(page, 'print-state', 'data-state', 'sent', 40000);
    assert.equal(printer.cuts, 1);
  });

  test('UDP is blocked: the same by WebSocket', { skip: skipOutsideLab }, async (t) => {
    blockUdp(t);
    const { hub, page, printer } = await openTill(t);
    await ringUp(page);
    const total = await textOf(page, 'total');
    await page.click(byTestId('print-receipt'));
    await attributeIs(page, 'print-state', 'data-state', 'done', 30000);
    assertReceipt(printer, total);
    assert.deepEqual((await hub.status()).print.byPath, { channel: 0, relay: 1, http: 0 });
    assert.notEqual(await page.$eval(byTestId('path-badge'), (one) => one.dataset.path), LOCAL);
  });

  test('a browser that may not use WebRTC: the same by WebSocket', async (t) => {
    const { hub, page } = await openTill(t, { browser: { withoutWebRtc: true } });
    await ringUp(page);
    await page.click(byTestId('print-receipt'));
    await attributeIs(page, 'print-state', 'data-state', 'done', 30000);
    assert.deepEqual((await hub.status()).print.byPath, { channel: 0, relay: 1, http: 0 });
  });

  test('the hub restarts under an open page: it prints again', async (t) => {
    const printer = await startPrinter(t);
    const first = await startHub(t, { printers: { receipt: printer.uri } });
    const page = await openPage(await startBrowser(t), `${first.origin}/pos`);
    await attributeIs(page, 'path-badge', 'data-path', LOCAL);
    await first.stop();
    const hub = await startHub(t, { state: first.state, printers: { receipt: printer.uri },
      args: ['--port', String(first.port)] });
    await attributeIs(page, 'path-badge', 'data-path', LOCAL, 60000);
    await ringUp(page);
    await page.click(byTestId('print-receipt'));
    await attributeIs(page, 'print-state', 'data-state', 'done', 30000);
    assert.equal(printer.cuts, 1);
    await hub.assertServing();
  });

  test('broken off on paper: uncertain, printed again only when asked, and marked', async (t) => {
    const { page, printer } = await openTill(t, { printer: { hangUpAfter: 60 } });
    await ringUp(page);
    await page.click(byTestId('print-receipt'));
    await attributeIs(page, 'print-state', 'data-state', 'uncertain', 40000);
    assert.equal(printer.cuts, 0);
    printer.options.hangUpAfter = undefined;
    await page.click(byTestId('reprint'));
    await attributeIs(page, 'print-state', 'data-state', 'done', 30000);
    assert.match(printer.text, /reprint/i);
    assert.equal(printer.cuts, 1);
  });

  test('the built-in printer shows the receipt at /paper', async (t) => {
    const hub = await startHub(t);
    const browser = await startBrowser(t);
    const till = await openPage(browser, `${hub.origin}/pos`);
    await till.waitForSelector('[data-testid^="item-"]');
    await ringUp(till);
    const amount = /\d+[.,]\d\d/.exec(await textOf(till, 'total'))[0];
    await till.click(byTestId('print-receipt'));
    await attributeIs(till, 'print-state', 'data-state', 'done');
    const paper = await openPage(browser, `${hub.origin}/paper`);
    await until(`/paper shows ${amount}`, () => paper.evaluate(
      (text) => document.body.innerText.replaceAll(',', '.').includes(text.replace(',', '.')),
      amount), 15000);
  });
});
