// SPDX-License-Identifier: Apache-2.0
// What was said and not yet answered. A message keeps its id and is sent again whenever the way
// changes, and after a silence, until its answer is final: the receiver knows the id and does nothing
// twice. Bounded; what does not fit is refused at once, never dropped later.

import { byteLength } from "./chunks";
import type { Clock } from "./clock";
import type { Message } from "./messages";
import { RequestError } from "./requests";

/** What the outbox sends by; a Transport is one. */
export interface Way {
  readonly epoch: number;
  send(message: Message): boolean;
}

export interface OutboxLimits {
  messages: number;
  bytes: number;
}

export interface Handlers {
  /** An answer; returns whether it was the last one. */
  onAnswer: (answer: Message) => boolean;
  /**
   * Given: the message is sent once only, because doing it twice would do harm. This is called
   * instead of sending it again, when the way changed before its last answer.
   */
  onLost?: () => void;
  /** Beside onLost: a change of the way is no loss yet, the answer may still come by the old one. */
  waits?: boolean;
  /** Another message took its key: the answers are that one's from here on. */
  onReplaced?: () => void;
}

export class OutboxFullError extends Error {
  constructor() {
    super("Too much is waiting to be sent");
    this.name = "OutboxFullError";
  }
}

interface Entry {
  message: Message;
  bytes: number;
  handlers: Handlers | null;
  /** Of the way it was last sent by; null: to be sent. */
  sentEpoch: number | null;
  heard: boolean;
  tries: number;
  cancelTimer: (() => void) | null;
}

/** As many jobs as a hub lets wait for one printer. */
const STANDARD_LIMITS: OutboxLimits = { messages: 1000, bytes: 4 * 1024 * 1024 };
const FIRST_SILENCE_MS = 5000;
const MAX_SILENCE_MS = 30000;
/** After a word that was not the last: the last one may have gone down with a dying channel. */
const HEARD_SILENCE_MS = 60000;

export class Outbox {
  readonly #way: Way;
  readonly #clock: Clock;
  readonly #limits: OutboxLimits;
  // In the order they were put in, which is the order they are sent in.
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #flushing = false;
  #again = false;
  #over: { code: string; message: string } | null = null;

  constructor(way: Way, clock: Clock, limits: OutboxLimits = STANDARD_LIMITS) {
    this.#way = way;
    this.#clock = clock;
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /**
   * Puts a message in and sends what can be sent. Without handlers nothing answers it: it leaves
   * once it was handed over. Throws OutboxFullError, and the RequestError that end() was called with.
   */
  add(key: string, message: Message, handlers: Handlers | null): void {
    if (this.#over !== null) throw new RequestError(this.#over.code, this.#over.message);
    const bytes = byteLength(JSON.stringify(message));
    if (
      this.#entries.size >= this.#limits.messages ||
      this.#bytes + bytes > this.#limits.bytes
    )
      throw new OutboxFullError();
    const former = this.#entries.get(key);
    this.remove(key);
    former?.handlers?.onReplaced?.();
    this.#bytes += bytes;
    this.#entries.set(key, {
      message,
      bytes,
      handlers,
      sentEpoch: null,
      heard: false,
      tries: 0,
      cancelTimer: null,
    });
    this.flush();
  }

  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.cancelTimer?.();
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }

  /** Sends all that the present way has not been given yet. */
  flush(): void {
    // A send may change the way, which comes back here: the outer round goes once more.
    this.#again = true;
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      while (this.#again) {
        this.#again = false;
        for (const [key, entry] of [...this.#entries]) {
          if (this.#entries.get(key) === entry) this.#sendOne(key, entry);
        }
      }
    } finally {
      this.#flushing = false;
    }
  }

  /** Returns whether the message answers one that is waited for. */
  receive(answer: Message): boolean {
    const key = answer.ref;
    const entry = key === undefined ? undefined : this.#entries.get(key);
    if (key === undefined || entry?.handlers == null) return false;
    entry.heard = true;
    entry.cancelTimer?.();
    entry.cancelTimer = null;
    const last = entry.handlers.onAnswer(answer);
    if (this.#entries.get(key) !== entry) return true;
    if (last) this.remove(key);
    else this.#listen(key, entry);
    return true;
  }

  /** Who waits for an answer hears this `error`, and so does who puts something in later. */
  end(error: RequestError): void {
    this.#over = error;
    const { code, message } = error;
    const entries = [...this.#entries];
    for (const [key] of entries) this.remove(key);
    for (const [ref, { handlers }] of entries)
      handlers?.onAnswer({ type: "error", ref, code, message });
  }

  #sendOne(key: string, entry: Entry): void {
    if (entry.sentEpoch === this.#way.epoch) return;
    if (entry.sentEpoch !== null && entry.handlers?.onLost !== undefined) {
      if (entry.handlers.waits === true) return;
      this.remove(key);
      entry.handlers.onLost();
      return;
    }
    // One that is too large for this way does not hold up the others.
    // The way may change within the call; it then goes by the new one too.
    const epoch = this.#way.epoch;
    if (this.#way.send(entry.message)) this.#onSent(key, entry, epoch);
  }

  #onSent(key: string, entry: Entry, epoch: number): void {
    if (entry.handlers === null) {
      this.remove(key);
      return;
    }
    // Answered within the call.
    if (this.#entries.get(key) !== entry) return;
    entry.sentEpoch = epoch;
    this.#listen(key, entry);
  }

  #listen(key: string, entry: Entry): void {
    const silenceMs = entry.heard
      ? HEARD_SILENCE_MS
      : Math.min(MAX_SILENCE_MS, FIRST_SILENCE_MS * 2 ** Math.min(entry.tries, 8));
    entry.tries += 1;
    entry.cancelTimer?.();
    entry.cancelTimer = this.#clock.after(silenceMs, () => this.#onSilence(key, entry));
  }

  #onSilence(key: string, entry: Entry): void {
    entry.cancelTimer = null;
    if (entry.handlers?.onLost !== undefined) {
      this.remove(key);
      entry.handlers.onLost();
      return;
    }
    entry.sentEpoch = null;
    this.flush();
  }
}
