// SPDX-License-Identifier: Apache-2.0
// The kitchen's tablet is off the network: what is ordered meanwhile comes out on paper once, and the
// front desk is told; with the network the tablet shows it as printed. One test a file: the cable is moved.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attributeIs, browserName, byTestId, startBrowser } from '../lib/browser.mjs';
import { pairBrowser } from '../lib/house.mjs';
import { startHub } from '../lib/hub.mjs';
import { KitchenScreen, openTill, untilUnseen } from '../lib/kitchen-screen.mjs';
import { FAR_ADDRESS, makeFarHost, setLink, skipOutsideLab } from '../lib/network.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { slowness } from '../lib/wait.mjs';

const UNSEEN_MS = 4000 * slowness;
const LONG_MS = 60000;

/** The hub as a page reaches it by that address. */
const at = (hub, origin) => ({ origin, control: async (...question) => {
  const { link } = await hub.control(...question);
  return { link: link.replace(new URL(link).origin, origin) };
} });

test(`${browserName}: a kitchen's screen off the network`, { skip: skipOutsideLab, timeout: 180000 }, async (t) => {
  const printer = await startPrinter(t);
  const host = await makeFarHost(t);
  await host.lend(printer.port);
  const hub = await startHub(t, { open: false, listen: '0.0.0.0', host, printers: { kitchen: printer.uri },
    limits: { 'unseen-ms': UNSEEN_MS } });
  const till = await openTill(t, hub);
  // The front desk reaches the hub by a way that is not the cable; the kitchen's tablet has the cable alone.
  const browser = await startBrowser(t);
  const desk = await pairBrowser(browser, at(hub, hub.origin), { role: 'manager', name: 'Front desk', place: '/manage' });
  const kitchen = await KitchenScreen.open(browser, at(hub, `http://${FAR_ADDRESS}:${hub.port}`));

  const soup = await till.place('Onion soup');
  await kitchen.page.bringToFront();
  await kitchen.shows(soup);
  await till.untilSeen(soup);
  assert.equal(await desk.$(byTestId('alert')), null);

  setLink(false);
  const stew = await till.place('Lamb stew');
  await printer.untilPrinted('Lamb stew', LONG_MS);
  assert.match(printer.text, /NOT SEEN ON ANY SCREEN/);
  await untilUnseen(hub, stew);
  await desk.waitForFunction((selector, number) => [...document.querySelectorAll(selector)]
    .some((one) => one.textContent.includes(number)), { timeout: LONG_MS * slowness, polling: 50 },
  byTestId('alert'), stew.number);
  await attributeIs(kitchen.page, 'path-badge', 'data-path', 'none', LONG_MS);
  assert.ok(await kitchen.has(soup), 'what it has it shows');
  assert.equal(await kitchen.has(stew), false);

  setLink(true);
  await kitchen.shows(stew, byTestId('printed'), LONG_MS);
  await till.untilSeen(stew);
  assert.equal(await kitchen.page.$(`${byTestId('ticket')}[data-number="${soup.number}"] ${byTestId('printed')}`), null);
  // Ordered later and seen by nobody: whatever was due before it would be on paper too.
  await kitchen.page.close();
  const last = await till.place('Marker');
  await printer.untilPrinted('Marker', LONG_MS);
  await untilUnseen(hub, last);
  assert.equal(printer.count('Onion soup'), 0, 'what was seen before is not printed');
  assert.equal(printer.count('Lamb stew'), 1, 'nor anything twice');
  assert.equal(printer.cuts, 2);
  await hub.assertServing();
});
