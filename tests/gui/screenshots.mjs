// SPDX-License-Identifier: Apache-2.0
// Pictures of every page of the window, for people to look at:
//   ./tests/lib/lab node tests/gui/screenshots.mjs FOLDER [LOOK...]
// Each look is a folder: light, dark, contrast, german, and arabic, which is no translation but Arabic
// letters in place of ours: what is cut off, mirrored wrongly or not translated is seen in it.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startDesktop } from '../lib/desktop.mjs';
import { Device } from '../lib/device.mjs';
import { program } from '../lib/hub.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { until } from '../lib/wait.mjs';

const run = promisify(execFile);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const PAGES = ['status', 'pair', 'devices', 'printers', 'activity', 'settings'];
const LOOKS = {
  light: {},
  dark: { GTK_THEME: 'Adwaita:dark' },
  contrast: { GTK_THEME: 'HighContrast' },
  german: { LANGUAGE: 'de' },
  arabic: { LANGUAGE: 'ar' },
};

/** What node:test would give: ends in the order in which they were asked for. */
class Run {
  #ends = [];

  after(end) {
    this.#ends.push(end);
  }

  async end() {
    for (const end of this.#ends) await end();
  }
}

/** Every Latin letter becomes an Arabic one; what printf() fills in, and marks, stay. */
function toArabic(text) {
  const letters = 'ابجدهوزحطيكلمنسعفصقرشتثخذض';
  return text.replace(/%(\d\$)?[a-zA-Z]|%e %B|\\[n"\\]|\{\}|[a-zA-Z]/g, (part) =>
    (part.length > 1 || text === 'Bellhop' ? part : letters[(part.toLowerCase().charCodeAt(0) - 97) % letters.length]));
}

/** A folder of translations that has ours and the one that is none. */
async function makeLocales(folder) {
  const german = await readFile(path.join(root, 'po', 'de.po'), 'utf8');
  const [, ...entries] = german.split(/\n\n+/);
  const head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n';
  const texts = entries.map((entry) => entry.replaceAll(/^#.*\n/gm, '')
    .replace(/^msgid "(.*)"\nmsgstr "[^]*$/m, (_, id) => `msgid "${id}"\nmsgstr "${toArabic(id)}"\n`)
    .replace(/^msgid "(.*)"\nmsgid_plural "(.*)"\n[^]*$/m, (_, one, many) =>
      `msgid "${one}"\nmsgid_plural "${many}"\nmsgstr[0] "${toArabic(one)}"\nmsgstr[1] "${toArabic(many)}"\n`))
    .filter((entry) => !/^msgid ""/m.test(entry));
  await writeFile(path.join(folder, 'ar.po'), [head, ...texts].join('\n'));
  for (const language of ['ar', 'de']) {
    const place = path.join(folder, language, 'LC_MESSAGES');
    await mkdir(place, { recursive: true });
    await run('msgfmt', ['-o', path.join(place, 'bellhop.mo'),
      language === 'ar' ? path.join(folder, 'ar.po') : path.join(root, 'po', `${language}.po`)]);
  }
}

function post(options, place, body) {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    http.request({ ...options, method: 'POST', path: place, agent: false,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (chunk) => { answer += chunk; });
      response.on('end', () => resolve({ status: response.statusCode, body: answer ? JSON.parse(answer) : undefined }));
    }).on('error', reject).end(text);
  });
}

/** A house with something on every page. */
async function furnish(t, desktop) {
  const owner = { socketPath: path.join(desktop.state, 'control.sock') };
  const control = async (place, body) => (await post(owner, `/api/v1/${place}`, body)).body;
  const pair = async (role, name) => {
    const { link } = await control('pair/links', { role, name });
    const port = new URL(link).port;
    return Device.pairWith({ post: (place, body) => post({ host: '127.0.0.1', port }, place, body) }, link);
  };
  await until('a hub', () => control('settings', { name: 'Hotel Seeblick' }).then(() => true, () => false));
  for (const [role, name] of [['manager', 'Marta’s phone'], ['staff', 'Anna’s phone'], ['staff', 'Ben’s phone'],
    ['kitchen', 'Grill'], ['pos', 'Bar till']]) await pair(role, name);
  const printer = await startPrinter(t);
  const gone = await startPrinter(t);
  await gone.close();
  await control('printers/add', { label: 'Kitchen', address: printer.uri });
  await control('printers/test', { name: 'kitchen' });
  await until('a page on paper', () => printer.cuts > 0);
  // Later, something to look after.
  return async () => {
    await control('printers/add', { label: 'Bar', address: gone.uri });
    await control('printers/test', { name: 'bar' });
  };
}

/** The assistant's last button, whatever the language. */
async function nextName(desktop) {
  const buttons = (await desktop.list({ role: 'push button' })).filter(({ states }) => states.includes('showing'));
  const menu = buttons.findIndex(({ states }) => !states.includes('focusable'));
  return buttons[menu - 1].name;
}

async function lookAt(folder, look, locales) {
  const t = new Run();
  try {
    const desktop = await startDesktop(t);
    const env = { BELLHOP_LOCALE_DIR: locales, ...LOOKS[look] };
    const place = path.join(folder, look);
    await mkdir(place, { recursive: true });
    const picture = async (name) => {
      // The last fold has opened, the last answer has come; no hint lies over it.
      await desktop.run('xdotool', 'mousemove', '1279', '899');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await desktop.picture(path.join(place, `${name}.png`), 'Bellhop');
    };
    const first = desktop.startFront({ env });
    await desktop.find({ role: 'text' });
    await picture('assistant-1');
    for (const step of [2, 3]) {
      // Whatever the language: the button before those of the title bar.
      await desktop.press({ role: 'push button', name: await nextName(desktop) });
      await picture(`assistant-${step}`);
    }
    const spoil = await furnish(t, desktop);
    await first.stop();
    for (const page of PAGES) {
      const front = desktop.startFront({ env, args: ['--page', page] });
      await until('the window', async () => (await desktop.windows()).includes('Bellhop'));
      await new Promise((resolve) => setTimeout(resolve, 3500));
      await picture(page);
      if (page === 'status') await spoil();
      await front.stop();
    }
  } finally {
    await t.end();
  }
}

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) {
  console.error(`node tests/gui/screenshots.mjs FOLDER [${Object.keys(LOOKS).join('|')}...]; the program is ${program}`);
  process.exit(2);
}
const locales = await mkdtemp(path.join(tmpdir(), 'locales-'));
await makeLocales(locales);
for (const look of wanted.length > 0 ? wanted : Object.keys(LOOKS)) {
  console.log(look);
  await lookAt(path.resolve(folder), look, locales);
}
await rm(locales, { recursive: true });
