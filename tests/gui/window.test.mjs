// SPDX-License-Identifier: Apache-2.0
// The window, worked as a person works it who sees only what a screen reader says, and whose phone
// reads codes from the screen.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

import { openPage, startBrowser } from '../lib/browser.mjs';
import { askForCode } from '../lib/comparison.mjs';
import { startDesktop } from '../lib/desktop.mjs';
import { Device } from '../lib/device.mjs';
import { atEnd } from '../lib/ends.mjs';
import { startHub } from '../lib/hub.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { until } from '../lib/wait.mjs';

const run = promisify(execFile);

function ask(options, method, place, body) {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const request = http.request({ ...options, method, path: place, agent: false,
      headers: body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } },
    (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (chunk) => { answer += chunk; });
      response.on('end', () => resolve({ status: response.statusCode, body: answer ? JSON.parse(answer) : undefined }));
    });
    request.on('error', reject);
    request.end(body && text);
  });
}

/** The hub behind the window, by the same socket; it may still be starting. */
const control = async (desktop, method, place, body) => {
  const answer = await ask({ socketPath: path.join(desktop.state, 'control.sock') }, method, place, body);
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  return answer.body;
};

/** What a phone's camera reads on the screen, once it is another code than @old. */
async function scan(desktop, old) {
  const file = path.join(desktop.home, 'screen.png');
  return until('a code on the screen', async () => {
    await desktop.picture(file);
    try {
      const { stdout } = await run('zbarimg', ['-q', '--raw', file]);
      const link = /^http\S+\/pair#\S+$/m.exec(stdout)?.[0];
      return link !== old && link;
    } catch {
      return undefined; // none there yet
    }
  });
}

/** A phone that scanned @link: what Device.pairWith() needs of a hub. */
const behind = (link) => ({
  post: (place, body) => ask({ host: '127.0.0.1', port: new URL(link).port }, 'POST', place, body),
});

/** Stands between a window and @hub: counts what is asked about backups, and says no where the test wants it. */
async function standBetween(t, hub) {
  const socket = path.join(hub.state, 'control.sock');
  const behindUs = `${socket}.hub`;
  const between = { asked: 0, no: undefined };
  await rename(socket, behindUs);
  const server = http.createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const counts = request.method === 'GET' && request.url === '/api/v1/backup';
    const { status, body } = counts && between.no !== undefined
      ? { status: 503, body: { code: 'busy', detail: between.no } }
      : await ask({ socketPath: behindUs }, request.method, request.url, text === '' ? undefined : JSON.parse(text));
    if (counts) between.asked += 1;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(socket);
  atEnd(t, () => server.close());
  await once(server, 'listening');
  return between;
}

const goTo = (desktop, title) => desktop.select({ role: 'list item', name: title });

/** The first start, left for later. */
async function putOff(desktop) {
  for (const title of ['Welcome. What is your property called?', 'Which printer does the kitchen use?', 'Pair your own phone']) {
    await desktop.find({ name: title });
    await desktop.press({ role: 'push button', name: 'Later' });
  }
  await desktop.gone({ name: 'Pair your own phone' });
}

describe('the window', { concurrency: 1 }, () => {
  test('leads a newcomer from the first start to a paired phone', { timeout: 120000 }, async (t) => {
    const printer = await startPrinter(t);
    const desktop = await startDesktop(t);
    const front = desktop.startFront();

    await desktop.find({ name: 'Welcome. What is your property called?' });
    await desktop.type({ role: 'text', name: 'Name of the property' }, 'Hotel Seeblick');
    await desktop.press({ role: 'push button', name: 'Next' });

    await desktop.find({ name: 'Which printer does the kitchen use?' });
    const { settings } = await control(desktop, 'GET', '/api/v1/settings');
    assert.equal(settings.name, 'Hotel Seeblick');
    await desktop.type({ role: 'text', name: 'Name of the new printer' }, 'Kitchen');
    await desktop.type({ role: 'text', name: 'Address of the new printer' }, `127.0.0.1:${printer.port}`);
    await desktop.press({ role: 'push button', name: 'Add' });
    await desktop.press({ role: 'push button', name: 'Test print on “Kitchen”' });
    await until('the test page is on paper', () => printer.cuts > 0);
    await desktop.find({ name: 'The test page is printed.' });
    await desktop.press({ role: 'push button', name: 'Next' });

    await desktop.find({ name: 'Pair your own phone' });
    const link = await scan(desktop);
    const phone = await Device.pairWith(behind(link), link);
    assert.equal(phone.role, 'manager');
    await desktop.find({ name: /^“.*” is paired$/ });
    await desktop.type({ role: 'text', name: 'Name of this device' }, 'Marta’s phone');
    await desktop.press({ role: 'push button', name: 'Give it this name' });
    await desktop.find({ name: '“Marta’s phone” is paired' });
    await desktop.press({ role: 'push button', name: 'Done' });

    await desktop.find({ name: 'Everything is working.' });
    await desktop.find({ name: '1 device and 1 printer, all on your own network.' });
    await front.stop();
  });

  test('pairs a browser by its code, and lets it go again', { timeout: 120000 }, async (t) => {
    const desktop = await startDesktop(t);
    const front = desktop.startFront({ args: ['--page', 'pair'] });
    await putOff(desktop);
    await goTo(desktop, 'Pair a device');
    const first = await scan(desktop);
    await desktop.press({ role: 'push button', name: 'Kitchen' });
    const link = await scan(desktop, first);

    const browser = await startBrowser(t);
    const page = await openPage(browser, link);
    await desktop.find({ name: /^“.*” is (paired|connected)$/ });
    const { devices } = await control(desktop, 'GET', '/api/v1/devices');
    assert.deepEqual(devices.map(({ role }) => role), ['kitchen']);
    await page.close();

    await goTo(desktop, 'Devices');
    const [{ name }] = devices;
    await desktop.press({ role: 'push button', name: `Change “${name}”` });
    await desktop.press({ role: 'push button', name: `Remove “${name}”` });
    await desktop.press({ role: 'push button', name: 'Keep it' });
    assert.equal((await control(desktop, 'GET', '/api/v1/devices')).devices.length, 1);
    await desktop.press({ role: 'push button', name: `Remove “${name}”` });
    await desktop.press({ role: 'push button', name: 'Remove it now' });
    await desktop.find({ name: 'No device is paired yet' });
    assert.deepEqual((await control(desktop, 'GET', '/api/v1/devices')).devices, []);
    await front.stop();
  });

  test('shows what waits for a printer, tries again and cancels', { timeout: 120000 }, async (t) => {
    const printer = await startPrinter(t);
    await printer.close();
    const desktop = await startDesktop(t);
    const front = desktop.startFront();
    await desktop.find({ name: 'Welcome. What is your property called?' });
    const link = await control(desktop, 'POST', '/api/v1/pair/links', { role: 'staff', name: 'Anna' });
    await Device.pairWith(behind(link.link), link.link);
    await control(desktop, 'POST', '/api/v1/printers/add', { label: 'Bar', address: printer.uri });
    await putOff(desktop);
    await desktop.find({ name: 'The printer “Bar” does not answer.' });

    await goTo(desktop, 'Printers');
    await desktop.press({ role: 'push button', name: 'Test print on “Bar”' });
    await desktop.find({ role: 'push button', name: 'Cancel: Test page, Bar' });
    await desktop.press({ role: 'push button', name: 'Cancel: Test page, Bar' });
    await desktop.press({ role: 'push button', name: 'Keep: Test page, Bar' });
    await desktop.press({ role: 'push button', name: 'Cancel: Test page, Bar' });
    await desktop.find({ role: 'push button', name: 'Cancel now: Test page, Bar' });
    const jobs = await control(desktop, 'GET', '/api/v1/jobs');
    assert.deepEqual(jobs.map(({ state }) => state === 'failed'), [false]);
    await desktop.press({ role: 'push button', name: 'Cancel now: Test page, Bar' });
    await desktop.find({ role: 'list item', name: /^Test page, Bar: Cancelled/ });
    assert.equal(printer.bytes, 0);

    await printer.reopen();
    await desktop.press({ role: 'push button', name: 'Print once more: Test page, Bar' });
    await until('the test page is on paper', () => printer.cuts > 0);
    await desktop.find({ role: 'list item', name: /^Test page, Bar: Printed/ });
    await front.stop();
  });

  test('offers no cancelling of what the hub does all the same', { timeout: 120000 }, async (t) => {
    const hub = await startHub(t, { open: false });
    const desktop = await startDesktop(t);
    const front = desktop.startFront({ state: hub.state });
    await putOff(desktop);
    await goTo(desktop, 'Settings');
    await desktop.find({ name: /recovery code/ });
    await desktop.press({ role: 'push button', name: 'Change…' });
    await desktop.type({ name: 'New passphrase' }, 'correct horse battery');
    // It has the new passphrase when it goes on.
    process.kill(hub.pid, 'SIGSTOP');
    try {
      await desktop.press({ role: 'push button', name: 'Use this passphrase' });
      await desktop.find({ name: 'Changing the passphrase' });
      const cancels = await desktop.list({ role: 'push button', name: 'Cancel' });
      assert.deepEqual(cancels.filter(({ states }) => states.includes('showing')), []);
    } finally {
      process.kill(hub.pid, 'SIGCONT');
    }
    await desktop.gone({ name: 'Changing the passphrase' });
    await desktop.find({ name: /Sealed with a passphrase of your own/ });
    await front.stop();
  });

  test('says that asking for the backups was in vain until it is not', { timeout: 120000 }, async (t) => {
    const hub = await startHub(t, { open: false });
    const between = await standBetween(t, hub);
    const desktop = await startDesktop(t);
    const front = desktop.startFront({ state: hub.state });
    await putOff(desktop);
    // The window's own question, of which there is one a minute.
    await until('a first answer', () => between.asked > 0);
    between.no = 'The disk is asleep.';
    await goTo(desktop, 'Settings');
    await desktop.find({ name: 'The disk is asleep.' });
    between.no = undefined;
    await goTo(desktop, 'Devices');
    await goTo(desktop, 'Settings');
    await desktop.find({ name: /^Last backup: None yet/ });
    await desktop.gone({ name: 'The disk is asleep.' });

    // That a change was in vain is another matter.
    const refused = { name: /^A passphrase has at least/ };
    await desktop.press({ role: 'push button', name: 'Change…' });
    await desktop.type({ name: 'New passphrase' }, 'short');
    await desktop.press({ role: 'push button', name: 'Use this passphrase' });
    await desktop.find(refused);
    const [entry] = await desktop.list({ name: 'New passphrase' });
    assert.equal(entry.text.length, 'short'.length, 'what was typed is there to be mended');
    const { asked } = between;
    await goTo(desktop, 'Devices');
    await goTo(desktop, 'Settings');
    await until('another answer', () => between.asked > asked);
    await desktop.find(refused);
    await front.stop();
  });

  test('follows what happens while nobody touches it', { timeout: 240000 }, async (t) => {
    const desktop = await startDesktop(t);
    const front = desktop.startFront();
    await putOff(desktop);
    await goTo(desktop, 'Settings');
    await desktop.find({ name: /^Last backup: None yet/ });
    const made = Date.now();
    await control(desktop, 'POST', '/api/v1/backup/now', {});
    await until('the backup of somebody else', async () =>
      (await desktop.list({ name: /^Last backup: just now/ })).length > 0, 60000);
    await goTo(desktop, 'Activity');
    await desktop.find({ name: /^A backup was made\./ });
    // Looking at the window is work for it.
    await until('a minute has gone', () => Date.now() > made + 60000, 60000);
    await until('what was just now is a while ago', async () =>
      (await desktop.list({ name: /^A backup was made\. [12] min ago/ })).length > 0, 120000);
    await front.stop();
  });

  test('brings a house back from its backup on a new computer', { timeout: 180000 }, async (t) => {
    const old = await startHub(t, { open: false });
    await Device.pair(old, { role: 'kitchen', name: 'Grill' });
    const { recoveryCode } = await old.control('GET', '/api/v1/backup');
    await writeFile(path.join(old.state, 'settings.ini'), '[hub]\ncloud-ca=/gone.pem\n');
    await old.control('POST', '/api/v1/backup/now', {});
    const { folder, file } = await until('a backup', async () => (await old.control('GET', '/api/v1/backup')).last);

    const desktop = await startDesktop(t);
    const front = desktop.startFront();
    await desktop.find({ name: 'Welcome. What is your property called?' });
    // A house that has something to lose already.
    await desktop.type({ role: 'text', name: 'Name of the property' }, 'Hotel Seeblick');
    await desktop.press({ role: 'push button', name: 'Next' });
    await desktop.find({ name: 'Which printer does the kitchen use?' });
    await desktop.press({ role: 'push button', name: 'Back' });
    const key = await readFile(path.join(desktop.state, 'hub.key'), 'utf8');
    await desktop.press({ role: 'push button', name: 'Restore from a backup…' });
    await until('the chooser', async () => (await desktop.windows()).includes('Choose the backup'));
    await desktop.run('xdotool', 'search', '--sync', '--onlyvisible', '--name', 'Choose the backup', 'windowfocus', '--sync');
    await desktop.run('xdotool', 'type', '--delay', '20', path.join(folder, file));
    await desktop.keys('Return');
    await until('the chooser has gone', async () => !(await desktop.windows()).includes('Choose the backup'));
    await desktop.find({ name: `${file} opens with its recovery code or your passphrase.` });

    await desktop.type({ name: 'Recovery code or passphrase' }, 'not this one');
    await desktop.keys('Tab', 'space');
    await until('the passphrase is shown', async () =>
      (await desktop.list({ name: 'Show the text' })).some(({ states }) => states.includes('pressed')));
    await desktop.press({ role: 'push button', name: 'Restore' });
    await desktop.find({ name: /passphrase|recovery code/i, role: 'label' });
    await desktop.gone({ name: 'Restoring the backup' });
    assert.equal(await readFile(path.join(desktop.state, 'hub.key'), 'utf8'), key);
    assert.equal((await control(desktop, 'GET', '/api/v1/settings')).settings.name, 'Hotel Seeblick');
    await desktop.type({ name: 'Recovery code or passphrase' }, recoveryCode);
    await desktop.press({ role: 'push button', name: 'Restore' });
    await desktop.find({ name: 'The house is back, but for this' });
    await desktop.find({ name: 'The setting cloud-ca was not taken: /gone.pem is not on this computer.' });
    await desktop.press({ role: 'push button', name: 'Done' });
    await desktop.find({ name: '1 device and 0 printers, all on your own network.' });
    const { devices } = await control(desktop, 'GET', '/api/v1/devices');
    assert.deepEqual(devices.map(({ name, role }) => [name, role]), [['Grill', 'kitchen']]);
    await front.stop();
  });

  test('lets in who shows the same number, and keeps what is set', { timeout: 180000 }, async (t) => {
    const desktop = await startDesktop(t);
    const front = desktop.startFront();
    await putOff(desktop);
    await goTo(desktop, 'Pair a device');
    const link = await scan(desktop);
    const { code, result } = await askForCode(behind(link), 'Bar tablet');
    await desktop.find({ role: 'label', name: `${code.slice(0, 3)} ${code.slice(3)}` });
    await desktop.find({ role: 'list item', name: /^Bar tablet: It asks from \S+, and will be let in as Staff\.$/ });
    await desktop.press({ role: 'push button', name: 'Kitchen' });
    await desktop.find({ role: 'list item', name: /^Bar tablet: .* let in as Kitchen\.$/ });
    await desktop.press({ role: 'push button', name: 'Same number: let it in' });
    await desktop.find({ name: 'The device is let in.' });
    assert.equal((await result()).state, 'accepted');
    const { devices } = await control(desktop, 'GET', '/api/v1/devices');
    assert.deepEqual(devices.map(({ name, role }) => [name, role]), [['Bar tablet', 'kitchen']]);

    await goTo(desktop, 'Settings');
    await until('the settings are read', async () =>
      (await desktop.list({ role: 'text', name: 'Name of the property' })).some(({ text }) => text !== ''));
    await desktop.type({ role: 'text', name: 'Name of the property' }, 'Hotel Seeblick');
    await desktop.press({ role: 'push button', name: 'Save' });
    await desktop.find({ name: 'Saved.' });
    const { settings } = await control(desktop, 'GET', '/api/v1/settings');
    assert.equal(settings.name, 'Hotel Seeblick');

    await desktop.press({ role: 'push button', name: 'Back up now' });
    const last = await until('a backup', async () => (await control(desktop, 'GET', '/api/v1/backup')).last);
    assert.ok(last.sizeBytes > 0);
    await desktop.find({ name: /^Last backup: just now/ });

    await goTo(desktop, 'Activity');
    await desktop.find({ name: /let “Bar tablet” in as Kitchen\./ });
    await front.stop();
  });
});
