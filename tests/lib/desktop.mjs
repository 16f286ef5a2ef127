// SPDX-License-Identifier: Apache-2.0
// A desktop of a test's own: an X server without a screen, a session bus, a window manager, a panel
// where one is wanted, and the accessibility tree to work the program by, as a screen reader would.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { atEnd } from './ends.mjs';
import { program } from './hub.mjs';
import { Inbox, until, within } from './wait.mjs';

const run = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));

export const SCREEN = { width: 1280, height: 900 };

// What must not stand in the log of a run that went well.
const COMPLAINTS = /CRITICAL|Gtk-WARNING|AddressSanitizer|LeakSanitizer|runtime error:|assertion failed/i;

const XFCE_PANEL = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=640;y=880"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="32"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty"><property name="plugin-1" type="string" value="systray"/></property>
</channel>
`;
const LXQT_PANEL = `[General]
__userfile__=true
panels=panel1

[panel1]
alignment=-1
desktop=0
iconSize=22
lineCount=1
panelSize=32
plugins=statusnotifier
position=Bottom
width=100
width-percent=true

[statusnotifier]
type=statusnotifier
`;

const PANELS = {
  'xfce4-panel': {
    file: 'xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml', text: XFCE_PANEL,
    args: ['--disable-wm-check'],
  },
  'lxqt-panel': { file: 'lxqt/panel.conf', text: LXQT_PANEL, args: [] },
};

/** Something that runs until the test is over; its output is kept. */
class Child {
  log = '';

  constructor(desktop, command, args, options) {
    this.name = path.basename(command);
    this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
    this.exit = new Promise((resolve) => {
      this.process.once('error', (error) => resolve({ error }));
      this.process.once('exit', (code, signal) => resolve({ code, signal }));
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream.setEncoding('utf8').on('data', (chunk) => { this.log += chunk; });
    // The display last, and what shows on it first.
    desktop.children.unshift(this);
  }

  get running() {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  async stop(signal = 'SIGTERM') {
    if (this.running) this.process.kill(signal);
    try {
      return await within(10000, `end of ${this.name}`, this.exit);
    } catch (error) {
      this.process.kill('SIGKILL');
      throw new Error(`${error.message}\n${this.log}`);
    }
  }

  /** As a crash. */
  kill() {
    return this.stop('SIGKILL');
  }
}

/** The program's window and icon. */
class Front extends Child {
  code = 0; // how it is to end

  get pid() {
    return this.process.pid;
  }

  async stop(signal) {
    if (this.stopped) return this.exit;
    this.stopped = true;
    const end = await super.stop(signal);
    assert.ok(!COMPLAINTS.test(this.log), this.log);
    if (signal === undefined) assert.deepEqual(end, { code: this.code, signal: null }, this.log);
    return end;
  }
}

/** A picture of the screen: RGB by rows. */
class Look {
  constructor(bytes, { width, height }) {
    this.bytes = bytes;
    this.width = width;
    this.height = height;
  }

  /** Where a colour is: {count, x, y}, the middle of its pixels; within: {x, y, width, height}. */
  find([red, green, blue], tolerance = 30, area = { x: 0, y: 0, width: this.width, height: this.height }) {
    let count = 0, x = 0, y = 0;
    for (let row = area.y; row < area.y + area.height; row++)
      for (let column = area.x; column < area.x + area.width; column++) {
        const at = (row * this.width + column) * 3;
        if (Math.abs(this.bytes[at] - red) > tolerance || Math.abs(this.bytes[at + 1] - green) > tolerance ||
          Math.abs(this.bytes[at + 2] - blue) > tolerance) continue;
        count++;
        x += column;
        y += row;
      }
    return { count, x: Math.round(x / count), y: Math.round(y / count) };
  }
}

class Desktop {
  #hand;
  #answers = new Inbox();
  children = [];

  constructor(home) {
    this.home = home;
    // What sanitizers are told, where the program has some.
    const sanitizers = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(A|L|UB)SAN_OPTIONS$/.test(name)));
    this.env = {
      ...sanitizers,
      PATH: process.env.PATH, HOME: home, LC_ALL: 'C.UTF-8', TERM: 'dumb', GSK_RENDERER: 'cairo', GDK_DEBUG: 'gl-disable',
      XDG_RUNTIME_DIR: path.join(home, 'run'), XDG_CONFIG_HOME: path.join(home, 'config'),
      XDG_STATE_HOME: path.join(home, 'state'), XDG_CACHE_HOME: path.join(home, 'cache'),
      XDG_DATA_HOME: path.join(home, 'data'), XDG_CURRENT_DESKTOP: 'X-Bellhop-Test', GTK_THEME: 'Adwaita',
      NO_AT_BRIDGE: '0', GDK_BACKEND: 'x11', QT_QPA_PLATFORM: 'xcb',
    };
  }

  spawn(command, args, options = {}) {
    return new Child(this, command, args, { env: { ...this.env, ...options.env }, ...options.spawn });
  }

  /** A command that ends by itself; returns what it printed. */
  async run(command, ...args) {
    const { stdout } = await run(command, args, { env: this.env, timeout: 20000, maxBuffer: 1 << 26 });
    return stdout;
  }

  async end() {
    const problems = [];
    for (const child of this.children) await child.stop().catch((problem) => problems.push(problem));
    if (problems.length > 0) throw problems[0];
  }

  async startDisplay() {
    const server = new Child(this, 'Xvfb', ['-displayfd', '3', '-screen', '0',
      `${SCREEN.width}x${SCREEN.height}x24`, '-nolisten', 'tcp', '-noreset'],
    { env: this.env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    const number = await within(15000, 'display', new Promise((resolve, reject) => {
      let text = '';
      server.process.stdio[3].setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        if (text.includes('\n')) resolve(text.trim());
      });
      server.exit.then(() => reject(new Error(`no X server\n${server.log}`)));
    }));
    this.env.DISPLAY = `:${number}`;
  }

  async startBus() {
    const bus = new Child(this, 'dbus-daemon', ['--session', '--nofork', '--print-address'], { env: this.env });
    const address = await until('session bus', () => /^unix:\S+/m.exec(bus.log));
    this.env.DBUS_SESSION_BUS_ADDRESS = address[0];
  }

  async startHand() {
    this.#hand = new Child(this, '/usr/bin/python3', [path.join(here, 'desktop-hand.py')], { env: this.env });
    createInterface({ input: this.#hand.process.stdout }).on('line', (line) => this.#answers.put(JSON.parse(line)));
    this.#hand.exit.then(() => this.#answers.end(new Error(`the hand is gone\n${this.#hand.log}`)));
    await this.#ask({ do: 'hello' });
  }

  async startPanel(name) {
    const { file, text, args } = PANELS[name];
    const place = path.join(this.env.XDG_CONFIG_HOME, file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, text);
    this.panel = this.spawn(name, args);
    await until('a panel that takes icons', async () =>
      (await this.#ask({ do: 'owner', name: 'org.kde.StatusNotifierWatcher' })).owner);
    return this.panel;
  }

  /** One at a time: the answers come in the order of the questions. */
  async #ask(question) {
    this.#hand.process.stdin.write(`${JSON.stringify(question)}\n`);
    const answer = await this.#answers.take(`answer to ${JSON.stringify(question)}`);
    if (answer.problem) throw new Error(`${JSON.stringify(question)}: ${answer.problem}`);
    return answer;
  }

  /**
   * What is on the screen by the accessibility tree, [{app, role, name, states, text, value}]; each
   * part of `what` that is given must fit: {app, role, name}, name may be a regular expression. What has
   * no place on the screen is left out.
   */
  async list(what = {}) {
    const pattern = what.name instanceof RegExp ? what.name : null;
    const { found } = await this.#ask({ do: 'list', ...what, name: pattern ? undefined : what.name });
    return found.filter((node) => pattern === null || pattern.test(node.name));
  }

  async #shown(what) {
    const found = await this.list({ ...what, first: !(what.name instanceof RegExp) });
    return found.find(({ states }) => states.includes('showing'));
  }

  /** The first that fits, as soon as it is there and showing. */
  find(what) {
    return until(`on the screen: ${what.role ?? ''} ${what.name ?? ''}`, () => this.#shown(what));
  }

  /** Until nothing that fits shows. */
  gone(what) {
    return until(`gone from the screen: ${what.role ?? ''} ${what.name ?? ''}`, async () =>
      await this.#shown(what) === undefined);
  }

  /** Works a control as a screen reader does: by its own first action, or the one named. */
  async press(what, action) {
    const node = await this.find(what);
    await this.#ask({ do: 'press', id: node.id, action });
  }

  /** Makes an item of a list the chosen one. */
  async select(what) {
    const node = await this.find(what);
    await this.#ask({ do: 'select', id: node.id });
  }

  /** Puts a text in the place of what a field holds. */
  async type(what, text) {
    const node = await this.find(what);
    await this.#ask({ do: 'type', id: node.id, text });
  }

  /** Calls a method on the session bus: args as GVariant text. Returns the answer as GVariant text. */
  async call(owner, place, method, args = '()') {
    return (await this.#ask({ do: 'call', owner, place, method, args })).answer;
  }

  /** From now on notices are taken, as by a desktop's own service. */
  async serveNotices() {
    await this.#ask({ do: 'serve-notices' });
  }

  /** The first notice that is told, not taken back, and fits: {number, title, body, actions}. */
  notice(title) {
    return until(`a notice ${title}`, async () => (await this.notices()).find((notice) => title.test(notice.title)));
  }

  async notices() {
    return (await this.#ask({ do: 'notices' })).notices;
  }

  /** Presses the button with these words; without words the notice itself. */
  async choose({ number }, words) {
    await this.#ask({ do: 'choose-notice', number, words });
  }

  /** Names on the session bus. */
  async names() {
    return (await this.#ask({ do: 'names' })).names;
  }

  async click(x, y, button = 1) {
    await this.run('xdotool', 'mousemove', String(x), String(y), 'click', String(button));
  }

  async keys(...names) {
    await this.run('xdotool', 'key', '--delay', '30', ...names);
  }

  /** Titles of the windows that are on the screen. */
  async windows() {
    try {
      const ids = (await this.run('xdotool', 'search', '--onlyvisible', '--name', '.')).trim().split('\n');
      return await Promise.all(ids.map((id) => this.run('xdotool', 'getwindowname', id).then((name) => name.trim())));
    } catch {
      return [];
    }
  }

  async look() {
    const { stdout } = await run('import', ['-window', 'root', '-depth', '8', 'rgb:-'],
      { env: this.env, encoding: 'buffer', maxBuffer: 1 << 26, timeout: 20000 });
    return new Look(stdout, SCREEN);
  }

  /** A picture for people, of the window of that title; otherwise of the whole screen. */
  async picture(file, title) {
    const window = title === undefined ? 'root'
      : (await this.run('xdotool', 'search', '--onlyvisible', '--name', title)).trim().split('\n')[0];
    await this.run('import', '-window', window, file);
  }

  /**
   * Starts the program with its window.
   *
   * options.state   a state folder; otherwise one of the desktop's own
   * options.args    more arguments
   * options.env     more environment, such as {LANGUAGE: 'de'}
   */
  startFront(options = {}) {
    this.state = options.state ?? path.join(this.home, 'hub');
    return new Front(this, program, ['--state', this.state, '--listen', '127.0.0.1', '--port', '0',
      '--https-port', '0', '--discovery', 'false', ...options.args ?? []],
    { env: { ...this.env, ...options.env } });
  }
}

/**
 * A desktop of its own, gone with the test.
 *
 * options.panel    'xfce4-panel' or 'lxqt-panel'; none otherwise
 */
export async function startDesktop(t, options = {}) {
  const home = await mkdtemp(path.join(tmpdir(), 'desk-'));
  const desktop = new Desktop(home);
  for (const end of [() => desktop.end(), () => rm(home, { recursive: true, force: true })]) atEnd(t, end);
  await mkdir(desktop.env.XDG_RUNTIME_DIR, { mode: 0o700 });
  await mkdir(desktop.env.XDG_CONFIG_HOME);
  await desktop.startDisplay();
  await desktop.startBus();
  desktop.spawn('openbox', ['--sm-disable']);
  desktop.spawn('/usr/libexec/at-spi-bus-launcher', ['--launch-immediately']);
  await desktop.startHand();
  if (options.panel) await desktop.startPanel(options.panel);
  return desktop;
}
