// SPDX-License-Identifier: Apache-2.0
// Chromium, or with BELLHOP_BROWSER=firefox Firefox, both headless and driven by puppeteer-core.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import puppeteer from 'puppeteer-core';

import { atEnd } from './ends.mjs';
import { slowness } from './wait.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export const browserName = process.env.BELLHOP_BROWSER ?? 'chromium';

const CHROMIUM_ARGS = [
  '--no-sandbox', // root, or a user namespace: Chromium's own sandbox cannot be made there
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
];

// In a lab a browser gathers what it gathers anywhere: hidden addresses. Elsewhere there may be no
// network but loopback, which Chromium uses only when told, for pages that may use a microphone.
const inLab = process.env.BELLHOP_LAB === 'inside';

const FIREFOX_PREFERENCES = {
  'media.peerconnection.ice.loopback': !inLab,
  'app.update.enabled': false,
  'toolkit.telemetry.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
};

/** Puts an authority where the browser looks for those that a person has installed. */
async function installAuthorities(profile, pems) {
  const folder = browserName === 'firefox' ? profile : path.join(profile, 'home', '.pki', 'nssdb');
  await mkdir(folder, { recursive: true });
  const certutil = (...args) => execFileSync('certutil', ['-d', `sql:${folder}`, ...args], { stdio: 'pipe' });
  certutil('-N', '--empty-password');
  for (const [i, pem] of pems.entries()) {
    const file = path.join(profile, `authority${i}.pem`);
    await writeFile(file, pem);
    certutil('-A', '-t', 'C,,', '-n', `Authority ${i}`, '-i', file);
  }
}

/**
 * options.withoutWebRtc  a browser whose policy lets no datagram out
 * options.authority      PEM of an authority that its owner has installed, or of several
 * options.host           the host that it runs on (hosts.mjs)
 * options.args           more arguments for Chromium
 * options.preferences    more preferences for Firefox
 */
async function launch(profile, options) {
  const { host } = options;
  const at = (program) => (host ? host.wrap(program) : program);
  const common = { headless: true, userDataDir: profile, protocolTimeout: 60000 * slowness,
    ...(options.authority && { env: { ...process.env, HOME: path.join(profile, 'home') } }) };
  if (options.authority) await installAuthorities(profile, [options.authority].flat());
  if (browserName === 'firefox') {
    return puppeteer.launch({ ...common, browser: 'firefox', executablePath: at('/usr/bin/firefox-esr'),
      ...(host && { debuggingPort: await host.bridge(0) }),
      extraPrefsFirefox: { ...FIREFOX_PREFERENCES, ...options.preferences,
        ...(options.withoutWebRtc && { 'media.peerconnection.enabled': false }) } });
  }
  // By a pipe there is no port that we would have to reach.
  return puppeteer.launch({ ...common, executablePath: at('/usr/bin/chromium'), pipe: host !== undefined,
    args: [...CHROMIUM_ARGS, ...options.args ?? [],
      ...(inLab ? [] : ['--allow-loopback-in-peer-connection']),
      ...(options.withoutWebRtc
        ? ['--webrtc-ip-handling-policy=disable_non_proxied_udp'] : [])] });
}

/** Starts a browser; what pages say on their console goes to the test's log. */
export async function startBrowser(t, options = {}) {
  const profile = await mkdtemp(path.join(tmpdir(), 'browser-'));
  let browser;
  // Hooks run in the order they were made: before those of what leads to a browser of another host.
  atEnd(t, () => browser?.close());
  atEnd(t, () => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  browser = await launch(profile, options);
  return browser;
}

export async function openPage(browser, url) {
  const page = await browser.newPage();
  page.setDefaultTimeout(30000 * slowness);
  page.on('console', (message) => console.log(`page: ${message.text()}`));
  page.on('pageerror', (error) => console.log(`page error: ${error.message}`));
  if (browserName === 'chromium' && !inLab) {
    await browser.defaultBrowserContext()
      .overridePermissions(new URL(url).origin, ['camera', 'microphone']);
  }
  await page.goto(url, { waitUntil: 'load' });
  return page;
}

/* Runs in the page before its own scripts. */
function record() {
  const frames = [];
  window.recorded = frames;
  const note = (way, from, data) => {
    if (typeof data === 'string') frames.push({ way, from, text: data });
  };
  const watch = (prototype, way) => {
    const { send } = prototype;
    const heard = new WeakSet();
    const listen = (one) => {
      if (heard.has(one)) return;
      heard.add(one);
      one.addEventListener('message', ({ data }) => note(way, 'other', data));
    };
    prototype.send = function (data) {
      listen(this);
      note(way, 'page', data);
      return send.call(this, data);
    };
  };
  watch(WebSocket.prototype, 'signaling');
  if (window.RTCDataChannel) watch(RTCDataChannel.prototype, 'channel');
}

/** Loads the page anew and keeps every frame from then on; the returned function gives them. */
export async function recordTraffic(page) {
  await page.evaluateOnNewDocument(record);
  await page.reload();
  return async () => (await page.evaluate(() => window.recorded))
    .map(({ text, ...frame }) => ({ ...frame, message: JSON.parse(text) }));
}

export const byTestId = (id) => `[data-testid="${id}"]`;

/** Waits until the element's attribute has one of these values; returns it. */
export async function attributeIs(page, id, attribute, values, ms = 30000) {
  const handle = await page.waitForFunction((selector, name, wanted) => {
    const value = document.querySelector(selector)?.getAttribute(name);
    return wanted.includes(value) ? value : null;
  }, { timeout: ms * slowness }, byTestId(id), attribute, [values].flat());
  return handle.jsonValue();
}

/** In the page: times that are read aloud again whenever they pass, with all of the region they are in. */
function findTickingTimes() {
  return [...document.querySelectorAll('time')].filter((time) => {
    const region = time.closest('[aria-live], [role="alert"], [role="status"], [role="log"]');
    return region !== null && region.getAttribute('aria-live') !== 'off'
      && region.getAttribute('aria-relevant') !== 'additions';
  }).map((time) => `ticking time in a live region: ${time.outerHTML}`);
}

/** What axe finds wrong with the page as it stands, and what it does not look for. */
export async function findFaults(page) {
  const source = await readFile(axe, 'utf8');
  const faults = await page.evaluate(async (text) => {
    // The page's policy lets no foreign script in; the driver's own evaluation may.
    if (!window.axe) (0, eval)(text);
    const { violations } = await window.axe.run(document);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }, source);
  return [...faults, ...await page.evaluate(findTickingTimes)];
}

/** For a page's scripts to come: a person who reads this language. */
export const speak = (page, language) => page.evaluateOnNewDocument((value) => {
  Object.defineProperty(navigator, 'languages', { get: () => [value], configurable: true });
  Object.defineProperty(navigator, 'language', { get: () => value, configurable: true });
}, language);

const CLICK_TRIES = 3;

/**
 * Clicks on it, as a person does who sees where it is: the driver aims first and clicks then, and what
 * has moved meanwhile does not hear it. Where it never does, something lies over it.
 */
export async function clickOn(handle) {
  const page = handle.frame.page();
  for (let i = 0; i < CLICK_TRIES; i += 1) {
    await handle.evaluate((element) => {
      // The driver is content where a corner of it can be seen, under whatever bar the middle is.
      const { left, top, width, height } = element.getBoundingClientRect();
      if (!element.contains(document.elementFromPoint(left + width / 2, top + height / 2)))
        element.scrollIntoView({ block: 'center', behavior: 'instant' });
      window.heardClick = false;
      element.addEventListener('click', () => { window.heardClick = true; }, { capture: true, once: true });
      // What has moved just now takes no click that may have been meant for what was there before.
      addEventListener('click', (event) => {
        if (event.defaultPrevented) window.heardClick = event.timeStamp;
      }, { capture: true, once: true });
    });
    await handle.click();
    // Not false in the next page either, where the click led to one.
    const heard = page.waitForFunction(() => window.heardClick !== false, { polling: 10, timeout: 10000 * slowness });
    if (!await heard.then(() => true, () => false)) {
      console.log('a click went elsewhere');
      continue;
    }
    const tooSoon = await page.evaluate(() => window.heardClick).then((said) => typeof said === 'number' && said,
      () => false);
    if (tooSoon === false) return;
    console.log('a click came too soon');
    await page.waitForFunction((ms) => performance.now() - ms > 500, { polling: 10 }, tooSoon);
  }
  throw new Error(`it hears no click: ${await handle.evaluate((element) => element.outerHTML)}`);
}

/** The one with that test id, once it can be used. */
export const tap = async (page, id) => clickOn(await page.waitForSelector(`${byTestId(id)}:not(:disabled)`));

/** So late after a strike that nothing of what was before matters. */
export const LATER_MS = 1000000;

/** A finger on the middle of it, so long after the one that began: nobody waits for a clock. */
export const strike = (page, selector, afterMs, keys = {}) => page.$eval(selector, (one, ms, more) => {
  if (ms === 0) window.struckMs = performance.now();
  const { left, top, width, height } = one.getBoundingClientRect();
  const middle = { clientX: left + width / 2, clientY: top + height / 2 };
  const event = new MouseEvent('click', { bubbles: true, cancelable: true, detail: 1, ...middle, ...more });
  Object.defineProperty(event, 'timeStamp', { value: window.struckMs + ms });
  one.dispatchEvent(event);
}, afterMs, keys);

/** Whether the browser makes a click of Enter on what has the focus, pressed, or held and repeated. */
export const clicksByEnter = (page, { repeat }) => page.evaluate((isHeld) => document.activeElement.dispatchEvent(
  new KeyboardEvent('keydown', { key: 'Enter', repeat: isHeld, bubbles: true, cancelable: true })), repeat);

/**
 * Firefox says that a key is pressed before the page has heard of it. What an earlier key opens may move the
 * focus meanwhile: it is the key itself that is waited for, but where it has led out of the page.
 */
async function pressTab(page) {
  await page.evaluate(() => {
    Object.assign(window, { tabbed: false, tabbedFrom: document.activeElement, tabbedMs: performance.now() });
    window.tabs ??= addEventListener('keyup', ({ key }) => { window.tabbed ||= key === 'Tab'; }, true) ?? true;
  });
  await page.keyboard.press('Tab');
  await page.waitForFunction(() => window.tabbed ||
    (document.activeElement !== window.tabbedFrom && performance.now() > window.tabbedMs + 2000), { polling: 10 });
}

/** By Tab to the first element whose id fits, which one has to see; then the key. */
export async function pressByTab(page, fits, key) {
  for (let i = 0; i < 80; i += 1) {
    await pressTab(page);
    const id = await page.evaluate(() => document.activeElement?.dataset.testid ?? '');
    if (!fits(id)) continue;
    const outlined = await page.evaluate(() => {
      // A choice is drawn by its label.
      const drawn = [document.activeElement, document.activeElement.closest('label')];
      return drawn.filter((one) => one !== null).map((one) => getComputedStyle(one)).some((style) =>
        style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
    });
    if (!outlined) throw new Error(`one does not see that ${id} has the focus`);
    await page.keyboard.press(key);
    return;
  }
  throw new Error('Tab does not lead there');
}

export const textOf = (page, id) => page.$eval(byTestId(id), (element) => element.textContent);
