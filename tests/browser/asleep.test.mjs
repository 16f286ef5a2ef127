// SPDX-License-Identifier: Apache-2.0
// The kitchen's tablet sleeps: all of its browser's processes are stopped, as a tablet does that was put
// away, and run on later. What is ordered meanwhile comes out on paper once.
//
// BELLHOP_LONG=1 BELLHOP_ASLEEP_SECONDS=300 sleeps five minutes, with the limits that a house has;
// otherwise it is awake again as soon as the paper is out, and that is after seconds.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { browserName, byTestId, startBrowser } from '../lib/browser.mjs';
import { atEnd } from '../lib/ends.mjs';
import { startHub } from '../lib/hub.mjs';
import { KitchenScreen, openTill, untilUnseen } from '../lib/kitchen-screen.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { slowness, until } from '../lib/wait.mjs';

const SLEEP_MS = process.env.BELLHOP_LONG ? Number(process.env.BELLHOP_ASLEEP_SECONDS ?? 0) * 1000 : 0;
const LIMITS = SLEEP_MS > 0 ? {} : { 'unseen-ms': 4000 * slowness, 'screen-ms': 4000 * slowness };
const LONG_MS = 90000;

test(`${browserName}: a kitchen's tablet asleep`, { timeout: SLEEP_MS * 2 + 240000 }, async (t) => {
  const printer = await startPrinter(t);
  const hub = await startHub(t, { open: false, printers: { kitchen: printer.uri }, limits: LIMITS });
  const till = await openTill(t, hub);
  let signal = () => {};
  atEnd(t, () => signal('SIGCONT')); // before the browser is to end
  const browser = await startBrowser(t);
  signal = (name) => process.kill(-browser.process().pid, name);
  const kitchen = await KitchenScreen.open(browser, hub);
  const soup = await till.place('Onion soup');
  await kitchen.shows(soup);
  await till.untilSeen(soup);

  signal('SIGSTOP');
  const asleep = Date.now();
  const stew = await till.place('Lamb stew');
  await printer.untilPrinted('Lamb stew', LONG_MS);
  assert.ok(Date.now() - asleep >= (LIMITS['unseen-ms'] ?? 60000) - 1000, 'not before its time');
  await untilUnseen(hub, stew);
  await until('the desk misses the screen', async () => (await hub.control('GET', '/api/v1/alerts')).alerts
    .some(({ kind, subject }) => kind === 'screen-silent' && subject.deviceName === 'Kitchen tablet'), LONG_MS);
  await until('it has slept', () => Date.now() - asleep >= SLEEP_MS, SLEEP_MS + 1000);

  const pie = await till.place('Fish pie');
  signal('SIGCONT');
  await kitchen.shows(stew, byTestId('printed'), LONG_MS);
  await kitchen.shows(pie);
  await till.untilSeen(stew);
  await till.untilSeen(pie);
  await until('nobody misses it', async () => (await hub.control('GET', '/api/v1/alerts')).alerts
    .every(({ kind }) => kind !== 'screen-silent'), LONG_MS);
  // Ordered later and seen by nobody: whatever was due before it would be on paper too.
  await kitchen.page.close();
  const last = await till.place('Marker');
  await printer.untilPrinted('Marker', LONG_MS);
  await untilUnseen(hub, last);
  for (const [name, times] of [['Onion soup', 0], ['Lamb stew', 1], ['Fish pie', 0]])
    assert.equal(printer.count(name), times, name);
  assert.equal(printer.cuts, 2);
  await hub.assertServing();
});
