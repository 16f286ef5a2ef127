// SPDX-License-Identifier: Apache-2.0
// The bell becomes ready by a tap, and again after a phone call took the sound away.

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import { chime, isChimeReady, keepChimeReady, onChimeReady } from "../../../data/web/pages/link/chime";
import { Arrivals } from "../../../data/web/pages/staff/use-ring";

/** As a phone has it: what asks before there was a tap is not heard. */
class FakeAudio extends EventTarget {
  static last: FakeAudio | null = null;
  static isTapped = false;
  state: "suspended" | "running" | "interrupted" = "suspended";
  resumed = 0;
  currentTime = 0;
  tones = 0;
  destination = {};

  constructor() {
    super();
    FakeAudio.last = this;
  }

  turn(state: FakeAudio["state"]): void {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }

  resume(): Promise<void> {
    this.resumed += 1;
    if (this.state === "interrupted" && !FakeAudio.isTapped) return Promise.reject(new Error("InvalidStateError"));
    if (FakeAudio.isTapped) this.turn("running");
    return Promise.resolve();
  }

  createOscillator() {
    this.tones += 1;
    const rest = { connect: (next: object) => next, start: () => undefined, stop: () => undefined };
    return { frequency: { value: 0 }, ...rest };
  }

  createGain() {
    const gain = { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined };
    return { gain, connect: (next: object) => next };
  }
}

function lendGlobals(t: TestContext, values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
    t.after(() => {
      if (before === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, before);
    });
  }
}

test("a tap readies the bell, whatever was touched before; and the next one after a call", (t) => {
  const page = new EventTarget();
  lendGlobals(t, {
    AudioContext: FakeAudio,
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
  });
  const told: boolean[] = [];
  const offs = [onChimeReady(() => told.push(isChimeReady())), keepChimeReady()];
  const touch = (name: string, isTap: boolean) => {
    FakeAudio.isTapped = isTap;
    page.dispatchEvent(new Event(name));
    FakeAudio.isTapped = false;
  };

  // The finger comes down, which is no tap to a browser, and goes up, which may not be one either.
  touch("pointerdown", false);
  touch("pointerup", false);
  assert.equal(isChimeReady(), false);
  touch("pointerdown", false);
  touch("pointerup", true);
  assert.equal(isChimeReady(), true);
  const audio = FakeAudio.last;
  assert.ok(audio !== null);
  assert.equal(audio.resumed, 2);
  chime();
  assert.ok(audio.tones > 0);
  touch("pointerup", true);
  assert.equal(audio.resumed, 2, "it is ready");

  audio.turn("interrupted");
  assert.equal(isChimeReady(), false);
  touch("pointerup", false);
  assert.equal(isChimeReady(), false);
  touch("keydown", true);
  assert.equal(isChimeReady(), true);
  assert.equal(FakeAudio.last, audio);
  assert.deepEqual(told, [true, false, true]);

  for (const off of offs) off();
  audio.turn("suspended");
  touch("pointerup", true);
  assert.equal(isChimeReady(), false, "nobody wants it any more");
});

test("what has come rings, whatever part of the waiters' page is open; what one begins with does not", () => {
  const arrivals = new Arrivals();
  const hears = (...keys: string[]) => arrivals.hasNew(keys.map((key) => ({ key })));
  assert.equal(arrivals.hasNew(null), false, "the hub has not told yet who asks to be seated");
  assert.equal(hears("order-1", "asks-7"), false);
  assert.equal(hears("order-1", "asks-7"), false);
  assert.equal(hears("order-2", "order-1", "asks-7"), true);
  assert.equal(arrivals.hasNew(null), false);
  assert.equal(hears("order-2"), false, "something has left");
  assert.equal(hears("order-2", "order-1"), true, "it is back");
});
