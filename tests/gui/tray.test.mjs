// SPDX-License-Identifier: Apache-2.0
// The icon in a real panel and its menu; what goes on where there is no panel, no display, or no
// hub in this process.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';

import { askForCode } from '../lib/comparison.mjs';
import { SCREEN, startDesktop } from '../lib/desktop.mjs';
import { Device } from '../lib/device.mjs';
import { atEnd } from '../lib/ends.mjs';
import { makeStateFolder, program, startHub } from '../lib/hub.mjs';
import { byRelay, command } from '../lib/operation.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { Signal } from '../lib/signal.mjs';
import { slowness, until, within } from '../lib/wait.mjs';

// The badges of data/icons/io.bellhop.Bellhop-*.svg.
const WELL = [0x1f, 0x9d, 0x46];
const ATTENTION = [0xe8, 0x73, 0x0c];
const STOPPED = [0xd0, 0x1f, 0x32];

const PANEL = { x: 0, y: SCREEN.height - 40, width: SCREEN.width, height: 40 };
// Where a menu of the icon at the panel's start opens, over a black background.
const ABOVE = { x: 0, y: SCREEN.height - 240, width: 200, height: 180 };

const MENU_TRIES = 3;

/** Waits for that face in the panel; returns where it is. */
function untilFace(desktop, colour) {
  return until(`an icon with ${colour}`, async () => {
    const { count, x, y } = (await desktop.look()).find(colour, 30, PANEL);
    return count >= 6 && { x, y };
  });
}

/** Opens the icon's menu by its right button and takes the item at that place, from 1 on. */
async function choose(desktop, { x, y }, place) {
  const isDark = async () => (await desktop.look()).find([0, 0, 0], 40, ABOVE).count > ABOVE.width * ABOVE.height * 0.9;
  assert.ok(await isDark(), 'nothing is in the way of the menu');
  for (let tries = 1; ; tries += 1) {
    await desktop.click(x, y, 3);
    await until('the menu', async () => !await isDark());
    await desktop.keys(...Array(place).fill('Down'), 'Return');
    // On a busy machine it is drawn before it hears the keys: as a person does, closed and opened again.
    // What it brings may lie over the place of the menu by then.
    const isHeard = async () => await isDark() || (await desktop.list({ role: 'frame' })).length > 0;
    const isClosed = until('the menu is closed', isHeard, 5000).then(() => true, () => false);
    if (await isClosed) return;
    assert.ok(tries < MENU_TRIES, 'the menu hears no key');
    await desktop.keys('Escape');
    await until('the menu is closed', isDark);
  }
}

// While the hub rests nothing can be paired, and the keys step over that item.
const ITEMS = { open: 1, pair: 2, pause: 3, quit: 4 };
const RESTING = { open: 1, goOn: 2, quit: 3 };

/** Whether a hub answers there, as the terminal sees it. */
async function isServing(desktop) {
  return desktop.run(program, 'status', '--json', '--state', desktop.state).then(() => true, () => false);
}

for (const panel of ['xfce4-panel', 'lxqt-panel'])
  test(`${panel}: the icon shows how the hub is, and its menu works`, async (t) => {
    const desktop = await startDesktop(t, { panel });
    const front = desktop.startFront({ args: ['--background'] });
    const icon = await untilFace(desktop, WELL);
    assert.equal((await desktop.list({ role: 'frame' })).length, 0, 'no window before it is asked for');
    assert.ok(await isServing(desktop));

    await choose(desktop, icon, ITEMS.pause);
    await untilFace(desktop, STOPPED);
    assert.ok(!await isServing(desktop), 'paused is off');

    await choose(desktop, icon, RESTING.goOn);
    await untilFace(desktop, WELL);
    assert.ok(await isServing(desktop), 'it goes on');

    await desktop.click(icon.x, icon.y);
    await desktop.find({ role: 'frame', name: 'Bellhop' });
    await desktop.keys('ctrl+w');
    await desktop.gone({ role: 'frame', name: 'Bellhop' });
    assert.ok(await isServing(desktop), 'closing the window is not leaving');

    await choose(desktop, icon, ITEMS.open);
    await desktop.find({ role: 'frame', name: 'Bellhop' });
    await desktop.keys('ctrl+w');
    await desktop.gone({ role: 'frame', name: 'Bellhop' });

    await choose(desktop, icon, ITEMS.quit);
    assert.deepEqual(await within(10000, 'end', front.exit), { code: 0, signal: null }, front.log);
    await front.stop();
  });

test('a panel that starts anew gets the icon again', async (t) => {
  const desktop = await startDesktop(t, { panel: 'lxqt-panel' });
  desktop.startFront({ args: ['--background'] });
  await untilFace(desktop, WELL);
  await desktop.panel.stop();
  await until('no icon', async () => (await desktop.look()).find(WELL, 30, PANEL).count === 0);
  await desktop.startPanel('lxqt-panel');
  await untilFace(desktop, WELL);
});

test('a printer that does not answer turns the icon and is told; both are over when it does', async (t) => {
  const desktop = await startDesktop(t, { panel: 'xfce4-panel' });
  await desktop.serveNotices();
  const printer = await startPrinter(t);
  const hub = await startHub(t, { open: false, printers: { bar: printer.uri } });
  desktop.startFront({ state: hub.state, args: ['--background'] });
  await untilFace(desktop, WELL);
  await printer.close();
  await hub.control('POST', '/api/v1/jobs', { printJob: { jobId: 'one', printer: 'bar', content: { text: 'Soup' } } });
  await untilFace(desktop, ATTENTION);
  const notice = await desktop.notice(/^bar does not answer$/);
  assert.match(notice.body, /^1 job is waiting/);
  assert.ok(Object.values(notice.actions).includes('Show printers'));
  await printer.reopen();
  await untilFace(desktop, WELL);
  await until('no notice', async () => (await desktop.notices()).length === 0);
});

test('who asks to be let in is told, and let in or declined from the notice', async (t) => {
  const desktop = await startDesktop(t);
  await desktop.serveNotices();
  const hub = await startHub(t, { open: false });
  desktop.startFront({ state: hub.state, args: ['--background'] });

  const anna = await askForCode(hub, 'Anna’s phone');
  const asked = await desktop.notice(/^“Anna’s phone” asks to be let in$/);
  assert.ok(asked.body.includes(`${anna.code.slice(0, 3)} ${anna.code.slice(3)}`), asked.body);
  await desktop.choose(asked, 'Let in as staff');
  await until('let in', async () => (await anna.result()).state === 'accepted');
  const [device] = (await hub.control('GET', '/api/v1/devices')).devices;
  assert.deepEqual([device.name, device.role], ['Anna’s phone', 'staff']);
  await until('the notice is taken back', async () => (await desktop.notices()).length === 0);

  const other = await askForCode(hub, 'Nobody’s phone');
  await desktop.choose(await desktop.notice(/^“Nobody’s phone”/), 'Decline');
  await until('declined', async () => (await other.result()).state === 'refused');
});

test('a kitchen screen that falls silent turns the icon and is told; the notice is put away', async (t) => {
  const desktop = await startDesktop(t, { panel: 'lxqt-panel' });
  await desktop.serveNotices();
  const hub = await startHub(t, { open: false, limits: { 'screen-ms': 400 * slowness } });
  desktop.startFront({ state: hub.state, args: ['--background'] });
  await untilFace(desktop, WELL);
  const kitchen = await Device.pair(hub, { role: 'kitchen', name: 'Grill' });
  const way = byRelay(await Signal.joinAs(t, hub, kitchen));
  await command(way, { type: 'screen', screen: { screenId: 'tab', stations: ['grill'], isVisible: true } });
  const notice = await desktop.notice(/^The kitchen screen “Grill” is silent$/);
  await untilFace(desktop, ATTENTION);
  await desktop.choose(notice, 'Put away');
  await until('put away', async () => (await hub.control('GET', '/api/v1/alerts')).alerts.length === 0);
  await untilFace(desktop, WELL);
});

test('without a panel the program goes on when its window is closed, and says so', async (t) => {
  const desktop = await startDesktop(t);
  await desktop.serveNotices();
  const front = desktop.startFront();
  await desktop.find({ role: 'frame', name: 'Bellhop' });
  await until('the hub serves', () => isServing(desktop));
  await desktop.keys('ctrl+w');
  const notice = await desktop.notice(/^Bellhop goes on working$/);
  assert.ok(await isServing(desktop));
  assert.ok(front.running);
  await desktop.choose(notice, 'Quit');
  assert.deepEqual(await within(10000, 'end', front.exit), { code: 0, signal: null }, front.log);
  await front.stop();
});

test('a second start brings the first one’s window forward', async (t) => {
  const desktop = await startDesktop(t);
  desktop.startFront({ args: ['--background'] });
  await until('the hub serves', () => isServing(desktop));
  assert.equal((await desktop.list({ role: 'frame' })).length, 0);
  await desktop.run(program, '--state', desktop.state, '--page', 'devices');
  await desktop.find({ role: 'frame', name: 'Bellhop' });
});

test('settings that make no sense are told to who started it from the desktop', async (t) => {
  const desktop = await startDesktop(t);
  const state = await makeStateFolder(t);
  await writeFile(path.join(state, 'settings.ini'), '[hub]\nport=many\n');
  const front = desktop.startFront({ state });
  front.code = 2;
  await desktop.find({ name: /port.*many|many.*port/ });
  await desktop.press({ role: 'push button', name: /Close/ });
  await within(10000, 'end', front.exit);
});

test('the window beside a daemon shows the daemon’s house and leaves it running', async (t) => {
  const desktop = await startDesktop(t);
  const hub = await startHub(t, { open: false, printers: { counter: 'tcp://127.0.0.1:9' } });
  await hub.control('POST', '/api/v1/tokens', { role: 'pos', name: 'Till' });
  const front = desktop.startFront({ state: hub.state, args: ['--page', 'printers'] });
  await desktop.find({ name: /counter/ });
  await front.stop();
  await hub.assertServing();
});

test('a daemon killed under an open window: the window says so, and takes over', async (t) => {
  const desktop = await startDesktop(t);
  const hub = await startHub(t, { open: false });
  await hub.control('POST', '/api/v1/tokens', { role: 'pos', name: 'Till' });
  desktop.startFront({ state: hub.state });
  await desktop.find({ name: 'Everything is working.' });
  await hub.kill();
  await desktop.find({ name: 'Bellhop does not answer.' });
  await until('a hub serves again', () => isServing(desktop), 30000);
  await desktop.gone({ name: 'Bellhop does not answer.' });
});

test('a daemon killed during the first start is told there too', async (t) => {
  const desktop = await startDesktop(t);
  const hub = await startHub(t, { open: false });
  desktop.startFront({ state: hub.state });
  await desktop.find({ name: 'Welcome. What is your property called?' });
  await hub.kill();
  await desktop.find({ name: 'Bellhop does not answer. It is not running just now.' });
  await desktop.gone({ name: 'Bellhop does not answer. It is not running just now.' });
});

test('a daemon that comes back is found again', async (t) => {
  const desktop = await startDesktop(t);
  const hub = await startHub(t, { open: false });
  await hub.control('POST', '/api/v1/tokens', { role: 'pos', name: 'Till' });
  const front = desktop.startFront({ state: hub.state });
  await desktop.find({ name: 'Everything is working.' });
  await hub.kill();
  // Before the window would take over by itself.
  const again = await startHub(t, { open: false, state: hub.state });
  await desktop.gone({ name: 'Bellhop does not answer.' });
  await desktop.find({ name: 'Everything is working.' });
  await again.assertServing();
  await front.stop();
  await again.assertServing();
});

test('--daemon asks no display for anything; without one the window says how to go on', async (t) => {
  const state = await makeStateFolder(t);
  const folder = '/tmp/.X11-unix';
  let visits = 0;
  await mkdir(folder, { recursive: true });
  const display = net.createServer((socket) => { visits += 1; socket.destroy(); });
  display.listen(`${folder}/X97`);
  await once(display, 'listening');
  atEnd(t, () => new Promise((resolve) => { display.close(resolve); }));
  process.env.DISPLAY = ':97';
  atEnd(t, () => { delete process.env.DISPLAY; });
  const hub = await startHub(t, { state });
  await hub.assertServing();
  assert.equal(visits, 0);
  await hub.stop();

  const child = spawn(program, ['--state', state], { env: { ...process.env, BELLHOP_COMMAND: './app/run' } });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => { said += chunk; });
  const code = await within(10000, 'end', new Promise((resolve) => { child.once('close', resolve); }));
  assert.equal(code, 1);
  assert.match(said, /^There is no display .*“\.\/app\/run --daemon”.*\.\n$/);
  assert.ok(visits > 0, 'the window asks for one');
});
