// SPDX-License-Identifier: Apache-2.0
// What goes by `relay`, no faster than the server takes it. A message larger than one frame goes in
// `chunk` parts. A sender that is told "not now" hears `ready` when it is worth trying again: a
// WebSocket says neither that it has drained nor that the server's patience is back.

import { byteLength, split } from "./chunks";
import type { Clock } from "./clock";
import { Emitter } from "./emitter";
import { parseJson, type Fields, type Message } from "./messages";

export interface RelayLaneOptions {
  /** Whether the frame was handed to the socket. */
  send: (frame: Fields) => boolean;
  clock: Clock;
}

export interface RelayLaneEvents {
  ready: undefined;
  /** The server left something unread; a pause has been made, and all may be told again. */
  recovered: undefined;
}

/** The server takes 64 KiB with the frame around the payload. */
const MAX_RELAY_BYTES = 63 * 1024;
/** Half of what servers take (200 a second, 400 at once): offers and candidates count there too. */
const PER_SECOND = 100;
const BURST = 200;
/** A server may be set to less. */
const MIN_PER_SECOND = 1;
/** Without another refusal, it is tried twice as fast after that time. */
const RECOVERY_MS = 30000;
/** How often a wait ends: several messages at once, not one by one. */
const TURN_MS = 100;
/** Within it a server's whole burst comes back. */
const PAUSE_MS = 2500;

export class RelayLane extends Emitter<RelayLaneEvents> {
  readonly #options: RelayLaneOptions;
  #perSecond = PER_SECOND;
  #burst = BURST;
  #tokens = BURST;
  #filledAtMs: number;
  #changedAtMs = 0;
  #cancelTimer: (() => void) | null = null;
  #pausing = false;
  // The large message under way, and its parts that are still to go.
  #large: Message | null = null;
  // One whose last part just went, while `ready` is told: who sent it asks for it then.
  #finished: Message | null = null;
  #targetPeerId = "";
  #parts: string[] = [];

  constructor(options: RelayLaneOptions) {
    super();
    this.#options = options;
    this.#filledAtMs = options.clock.now();
  }

  /**
   * Whether all of it was handed over. A large message is begun by the first call and is handed over
   * once a later call with the same object returns true.
   */
  send(message: Message, targetPeerId: string): boolean {
    if (this.#finished === message) {
      this.#finished = null;
      return true;
    }
    if (this.#large !== null || !this.#mayGo()) {
      this.#wait();
      return false;
    }
    const text = JSON.stringify(message);
    if (text.length * 3 <= MAX_RELAY_BYTES || byteLength(text) <= MAX_RELAY_BYTES)
      return this.#sendOne(message, targetPeerId);
    this.#large = message;
    this.#targetPeerId = targetPeerId;
    this.#parts = split(text, MAX_RELAY_BYTES);
    this.#sendParts();
    if (this.#parts.length > 0) return false;
    this.#large = null;
    return true;
  }

  /** Another connection: what was half said has to be said anew. */
  reset(): void {
    this.#large = null;
    this.#finished = null;
    this.#parts = [];
    if (this.#pausing) return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  /** The server said that this was too much. */
  onRateLimited(): void {
    this.reset();
    if (!this.#pausing) {
      this.#perSecond = Math.max(MIN_PER_SECOND, this.#perSecond / 2);
      this.#burst = Math.max(MIN_PER_SECOND, this.#burst / 2);
    }
    this.#pausing = true;
    this.#changedAtMs = this.#options.clock.now();
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.clock.after(PAUSE_MS, () => {
      this.#cancelTimer = null;
      this.#pausing = false;
      this.#tokens = this.#burst;
      this.#filledAtMs = this.#options.clock.now();
      this.emit("recovered", undefined);
    });
  }

  close(): void {
    this.#pausing = false;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.reset();
    this.removeAll();
  }

  #mayGo(): boolean {
    const nowMs = this.#options.clock.now();
    if (this.#perSecond < PER_SECOND && nowMs - this.#changedAtMs >= RECOVERY_MS) {
      this.#perSecond = Math.min(PER_SECOND, this.#perSecond * 2);
      this.#burst = Math.min(BURST, this.#burst * 2);
      this.#changedAtMs = nowMs;
    }
    const gained = ((nowMs - this.#filledAtMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#filledAtMs = nowMs;
    return !this.#pausing && this.#tokens >= 1;
  }

  #sendOne(payload: unknown, targetPeerId: string): boolean {
    if (!this.#options.send({ type: "relay", payload, targetPeerId })) {
      this.#wait();
      return false;
    }
    this.#tokens -= 1;
    return true;
  }

  #sendParts(): void {
    for (;;) {
      const [part] = this.#parts;
      if (part === undefined) return;
      if (!this.#mayGo()) {
        this.#wait();
        return;
      }
      if (!this.#sendOne(parseJson(part), this.#targetPeerId)) return;
      this.#parts.shift();
    }
  }

  #wait(): void {
    if (this.#cancelTimer !== null) return;
    const turnMs = Math.max(TURN_MS, 1000 / this.#perSecond);
    this.#cancelTimer = this.#options.clock.after(turnMs, () => {
      this.#cancelTimer = null;
      this.#sendParts();
      if (this.#parts.length > 0) return;
      this.#finished = this.#large;
      this.#large = null;
      this.emit("ready", undefined);
      this.#finished = null;
    });
  }
}
