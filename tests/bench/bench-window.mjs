// SPDX-License-Identifier: Apache-2.0
// The program at the front desk, on an X server without a screen, beside what an Electron program is at
// the least: Chromium without a window, on one empty page.
//   node bench-window.mjs [short]
// start: until the window is on the screen, and until the hub answers on its control socket.
// idle: CPU and memory over a minute, of the process and all below it: the window open, the icon alone,
//   the daemon, Chromium. Memory is PSS, which counts what processes share once.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { startDesktop } from '../lib/desktop.mjs';
import { program } from '../lib/hub.mjs';
import { until, within } from '../lib/wait.mjs';
import { Cleanups } from './cleanups.mjs';

const isShort = process.argv[2] === 'short';
const STARTS = isShort ? 1 : 7;
const IDLE_MS = isShort ? 2000 : 60000;
const SETTLE_MS = isShort ? 500 : 8000;
const CHROMIUM = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--remote-debugging-port=0'];

function print(line, who, figures) {
  const rounded = Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Number(value.toPrecision(3))]));
  console.log(JSON.stringify({ line, who, ...rounded }));
}

const fields = async (pid) => (await readFile(`/proc/${pid}/stat`, 'latin1')).split(') ').at(-1).split(' ');

/** A process and what it has started, and those. */
async function family(pid) {
  const parents = new Map();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [, parent] = await fields(name).catch(() => []);
    if (parent) parents.set(Number(name), Number(parent));
  }
  const all = [pid];
  for (const one of all) for (const [child, parent] of parents) if (parent === one) all.push(child);
  return all;
}

/** User and system time of them, in ms; the kernel counts in hundredths of a second. */
async function cpuMs(pids) {
  let sum = 0;
  for (const pid of pids) {
    const all = await fields(pid).catch(() => null);
    if (all) sum += (Number(all[11]) + Number(all[12])) * 10;
  }
  return sum;
}

async function pssMib(pids) {
  let sum = 0;
  for (const pid of pids) {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1').catch(() => '');
    sum += Number(/^Pss: +(\d+)/m.exec(text)?.[1] ?? 0);
  }
  return sum / 1024;
}

function answers(state, place = 'status') {
  return new Promise((resolve) => {
    request({ socketPath: path.join(state, 'control.sock'), path: `/api/v1/${place}` }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200));
    }).on('error', () => resolve(false)).end();
  });
}

class Subject {
  constructor(child, state) {
    this.child = child;
    this.state = state;
    this.ended = new Promise((resolve) => { child.once('exit', resolve); });
  }

  serves() {
    return until('an answer of the hub', () => answers(this.state));
  }

  async stop() {
    this.child.kill('SIGTERM');
    await within(10000, 'the end', this.ended).catch(() => this.child.kill('SIGKILL'));
    await this.ended;
    await rm(this.state, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function start(desktop, command, args, stdio = 'ignore') {
  const state = await mkdtemp(path.join(tmpdir(), 'bench-'));
  const child = spawn(command, args(state), { stdio, env: desktop.env });
  return new Subject(child, state);
}

const ours = (...more) => (state) => ['--state', state, '--listen', '127.0.0.1', '--port', '0', '--https-port', '0',
  '--discovery', 'false', ...more];

const kinds = {
  window: (desktop) => start(desktop, program, ours()),
  icon: (desktop) => start(desktop, program, ours('--background')),
  daemon: (desktop) => start(desktop, program, ours('--daemon')),
};

/** With its page, ready to be spoken to. */
async function startChromium(desktop) {
  const subject = await start(desktop, 'chromium',
    (state) => [...CHROMIUM, `--user-data-dir=${state}`, 'about:blank'], ['ignore', 'ignore', 'pipe']);
  let log = '';
  const port = await within(20000, 'Chromium', new Promise((resolve) => {
    subject.child.stderr.setEncoding('utf8').on('data', (chunk) => {
      log += chunk;
      const found = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(log);
      if (found) resolve(found[1]);
    });
  }));
  await until('the page', async () => {
    const pages = await fetch(`http://127.0.0.1:${port}/json/list`).then((answer) => answer.json(), () => []);
    return pages.some(({ type }) => type === 'page');
  });
  return subject;
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** Until the window is on the screen: asked as fast as the X server answers. */
const seesWindow = (desktop) => until('the window', async () => (await desktop.windows()).includes('Bellhop'));

async function measureStarts(desktop) {
  const samples = { window: [], serving: [], daemon: [], chromium: [] };
  for (let i = 0; i <= STARTS; i++) {
    const note = (name, fromMs) => { if (i > 0) samples[name].push(performance.now() - fromMs); };
    let fromMs = performance.now();
    let subject = await kinds.window(desktop);
    await Promise.all([seesWindow(desktop).then(() => note('window', fromMs)),
      subject.serves().then(() => note('serving', fromMs))]);
    await subject.stop();
    fromMs = performance.now();
    subject = await kinds.daemon(desktop);
    await subject.serves();
    note('daemon', fromMs);
    await subject.stop();
    fromMs = performance.now();
    subject = await startChromium(desktop);
    note('chromium', fromMs);
    await subject.stop();
  }
  print('window-start', 'bellhop', { p50_ms: median(samples.window) });
  print('window-start', 'Chromium', { p50_ms: median(samples.chromium) });
  print('window-serving', 'bellhop', { p50_ms: median(samples.serving) });
  print('daemon-serving', 'bellhop', { p50_ms: median(samples.daemon) });
}

async function measureIdle(subject) {
  await pause(SETTLE_MS);
  const pids = await family(subject.child.pid);
  const [beforeMs, fromMs] = [await cpuMs(pids), performance.now()];
  await pause(IDLE_MS);
  const percent = 100 * (await cpuMs(pids) - beforeMs) / (performance.now() - fromMs);
  const mib = await pssMib(pids);
  await subject.stop();
  return (line, who) => {
    print(`${line}-cpu`, who, { cpu_percent: percent });
    print(`${line}-memory`, who, { mib });
  };
}

const cleanups = new Cleanups();
try {
  const desktop = await startDesktop(cleanups, { panel: 'xfce4-panel' });
  await measureStarts(desktop);
  for (const line of ['window', 'icon', 'daemon']) {
    const subject = await kinds[line](desktop);
    await subject.serves();
    if (line === 'window') await seesWindow(desktop);
    // The first start of all makes the key of the backups, which costs half a second once.
    await until('the key of the backups', () => answers(subject.state, 'backup'));
    (await measureIdle(subject))(line, 'bellhop');
  }
  const tell = await measureIdle(await startChromium(desktop));
  for (const line of ['window', 'icon', 'daemon']) tell(line, 'Chromium');
} finally {
  await cleanups.run();
}
