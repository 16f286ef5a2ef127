// SPDX-License-Identifier: Apache-2.0
// How far the hub is: measured on the present way when it changes and every few seconds. The question
// also shows a way that is dead and does not say so. Where there is none, the server that we are at is
// looked after: nobody else talks to it.

import type { Clock } from "./clock";
import { Emitter } from "./emitter";
import { newId } from "./ids";
import { isFields, type Fields, type Message } from "./messages";
import type { Path } from "./transport";

/** What is measured; a Transport is one. */
export interface MeasuredWay {
  readonly path: Path;
  send(message: Message): boolean;
  /** Nothing was heard for long: who should be there is asked for a sign of life. */
  reportSilence(): void;
  getStats(): Promise<RTCStatsReport | null>;
}

export interface LatencyEvents {
  /** Milliseconds there and back; null: not known. */
  latency: number | null;
}

const INTERVAL_MS = 10000;
/** As often the server that we are at, where there is no way to measure. */
const IDLE_INTERVAL_MS = 30000;
/** A new way is measured that many times, quickly, before a figure is named. */
const FIRST_SAMPLES = 3;
const FIRST_INTERVAL_MS = 400;
/** The middle one of the latest counts: one slow moment is not how far the hub is. */
const KEPT_SAMPLES = 5;
/** practice.md: silent that long after a question is dead. */
const SILENCE_MS = 5000;
/** After a sleep, or in another network: most likely nobody hears. To look for a way anew is cheap. */
const DOUBT_MS = 1500;

/** The pair of candidates in use; null: none was chosen yet. */
export function selectedPairOf(stats: Iterable<unknown>): Fields | null {
  const reports = [...stats].filter(isFields);
  const chosen = reports.find(
    (report) => report["type"] === "transport" && "selectedCandidatePairId" in report,
  )?.["selectedCandidatePairId"];
  const pairs = reports.filter((report) => report["type"] === "candidate-pair");
  return (
    pairs.find((report) => report["id"] === chosen) ??
    pairs.find((report) => report["selected"] === true) ??
    // Libraries for programs count states, or leave them out.
    pairs.find((report) => report["nominated"] === true && report["state"] !== "failed") ??
    null
  );
}

/**
 * Milliseconds by WebRTC's own count of the pair in use; null: none is kept, or it says nothing yet.
 * Browsers count seconds, and beside them the responses (W3C webrtc-stats, RTCIceCandidatePairStats).
 * libdatachannel counts whole milliseconds and no responses, -1 for none and 0 below the first; werift
 * counts no responses either, but fractions of seconds, which are never whole.
 */
export function roundTripOf(stats: Iterable<unknown>): number | null {
  const pair = selectedPairOf(stats);
  const counted = pair?.["currentRoundTripTime"];
  if (typeof counted !== "number" || !(counted > 0)) return null;
  const isMilliseconds = Number.isInteger(counted) && pair?.["responsesReceived"] === undefined;
  return isMilliseconds ? counted : counted * 1000;
}

export class LatencyMeter extends Emitter<LatencyEvents> {
  readonly #way: MeasuredWay;
  readonly #clock: Clock;
  #latency: number | null = null;
  #samples: { path: Path; tookMs: number[] } = { path: "none", tookMs: [] };
  #asked: { id: string; atMs: number; untilMs: number; path: Path } | null = null;
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  constructor(way: MeasuredWay, clock: Clock) {
    super();
    this.#way = way;
    this.#clock = clock;
  }

  get latency(): number | null {
    return this.#latency;
  }

  /** There is a reason to believe that the way is dead: silence is told of after 1.5 s at most. */
  doubt(): void {
    const untilMs = this.#asked?.untilMs ?? Infinity;
    if (untilMs > this.#clock.now() + DOUBT_MS) this.measure(true);
  }

  /** Measures now; what was asked before is forgotten. In doubt, silence is told of after 1.5 s. */
  measure(isInDoubt = false): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#asked = null;
    if (this.#closed) return;
    if (this.#way.path !== this.#samples.path) {
      this.#samples = { path: this.#way.path, tookMs: [] };
      this.#set(null);
    }
    if (this.#way.path === "none") {
      this.#set(null);
      this.#cancelTimer = this.#clock.after(IDLE_INTERVAL_MS, () => {
        this.measure();
        this.#way.reportSilence();
      });
      return;
    }
    const id = newId();
    const atMs = this.#clock.now();
    const limitMs = isInDoubt ? DOUBT_MS : SILENCE_MS;
    const asked = { id, atMs, untilMs: atMs + limitMs, path: this.#way.path };
    this.#asked = asked;
    if (!this.#way.send({ type: "ping", id })) {
      this.#asked = null;
      this.#later(INTERVAL_MS);
      // What takes no more may lead nowhere. A channel that does the browser tells of.
      if (asked.path === "hub-relay") this.#way.reportSilence();
      return;
    }
    // The answer may have come within the call.
    if (this.#asked !== asked) return;
    this.#cancelTimer = this.#clock.after(limitMs, () => {
      this.#cancelTimer = null;
      this.#asked = null;
      this.#samples.tookMs = [];
      this.#set(null);
      this.#later(INTERVAL_MS);
      this.#way.reportSilence();
    });
  }

  /** Returns whether the message answers the question. `error` is an answer too: somebody is there. */
  receive(message: Message): boolean {
    const asked = this.#asked;
    if (asked === null || message.ref !== asked.id) return false;
    this.#asked = null;
    const tookMs = this.#clock.now() - asked.atMs;
    const isFirst = this.#samples.tookMs.length < FIRST_SAMPLES - 1;
    this.#later(isFirst ? FIRST_INTERVAL_MS : INTERVAL_MS);
    // An answer to what was asked by another way.
    if (this.#samples.path !== asked.path) return true;
    if (asked.path === "local-p2p") void this.#refine(tookMs);
    else this.#add(tookMs);
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.removeAll();
  }

  async #refine(tookMs: number): Promise<void> {
    let counted: number | null = null;
    try {
      const stats = await this.#way.getStats();
      if (stats !== null) counted = roundTripOf([...stats.values()] as unknown[]);
    } catch {
      // The connection went while it was asked; the next measurement tells.
    }
    if (this.#closed || this.#samples.path !== "local-p2p") return;
    // The browser's count may be of the first check, amid the start of a page; ours waits in turn
    // behind what the page does. Neither can be too short.
    this.#add(Math.min(counted ?? tookMs, tookMs));
  }

  #add(tookMs: number): void {
    const samples = this.#samples.tookMs;
    samples.push(tookMs);
    if (samples.length > KEPT_SAMPLES) samples.shift();
    if (samples.length < FIRST_SAMPLES) return;
    const sorted = [...samples].sort((a, b) => a - b);
    this.#set(sorted[Math.floor((sorted.length - 1) / 2)] ?? null);
  }

  #later(delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#clock.after(delayMs, () => {
      this.#cancelTimer = null;
      this.measure();
    });
  }

  #set(latency: number | null): void {
    if (this.#latency === latency) return;
    this.#latency = latency;
    this.emit("latency", latency);
  }
}
