// SPDX-License-Identifier: Apache-2.0
// Which signaling server to be at: the property's own where it answers, the cloud until then. No socket
// and no clock: what happened and the time go in, what to do and the next wake-up come out. The hub's
// own link follows the same rules; data/protocol/vectors/server-choice.json holds both to them.
//
// There are two tiers, the property's own network and the cloud. A round tries every address that is not
// set aside: the local ones 50 ms after each other, the cloud 300 ms after the first of them or as soon
// as all of them have failed. The first server that lets us in is it. At a cloud, local addresses go on
// being tried, now and then, and one that lets us in takes over; at a hub nothing more is looked for.

import { Backoff } from "./backoff";
import { CHANNEL_URL } from "./server-address";
import { CLOUD, LOCAL, ServerList, type ServerEntry, type ServerListOptions } from "./server-list";

export { MAX_SERVERS } from "./server-list";

export interface ServerChoiceOptions extends ServerListOptions {
  random?: () => number;
}

export type ChoiceEvent =
  | { type: "start" | "wake" | "tick" | "lost" | "stop" }
  /** Learned of the hub earlier, or as it let us in: replaces what was learned of that tier. */
  | { type: "servers"; urls: string[] }
  /** Said by the server that we are at. */
  | { type: "announced"; urls: string[] }
  /** Our channel to the hub carries signaling as well, or does no more. */
  | { type: "channel"; isOpen: boolean }
  | { type: "joined"; url: string; kind: "local" | "cloud" }
  | { type: "failed" | "impostor"; url: string }
  /** By a server that we believe, or with a word that needs no belief. */
  | { type: "refused"; url: string; code: string };

/**
 * `adopt`: it is the server from now on; what is then said by `leave` is said to the one before.
 * `close` ends an attempt.
 */
export interface ChoiceAction {
  type: "open" | "close" | "adopt" | "leave";
  url: string;
}

const MAX_ATTEMPTS = 4;
/** Neither tier can take all the room. */
const MAX_TIER_ATTEMPTS = 3;
const STAGGER_MS = 50;
const HEAD_START_MS = 300;
/** From the start of the connection to `joined`; a LAN answers within milliseconds. */
const ATTEMPT_MS = 5000;
/** So long where others wait for room: a name that nobody resolves costs 5 s. */
const CROWDED_ATTEMPT_MS = 1500;
const RETRY_BASE_MS = 250;
const PROBE_BASE_MS = 1000;
/** With the time to join, it is back at the hub within 10 s. */
const RETRY_CAP_MS = 8000;
const PROBE_CAP_MS = 8000;
/** A server that lets in and drops is not asked at once again and again. */
const LASTING_MS = 5000;
/** Not our hub: it will not be soon. */
const STRANGER_MS = 60000;
/** Asking sooner would not change a server's mind. */
const REFUSED_MS = 15000;
/** A hub that many join at once, after its own start, says to come again in a second. */
const BUSY_MS = 1000;

export class ServerChoice {
  readonly #servers: ServerList;
  readonly #preferLocal: boolean;
  readonly #backoff: Backoff;
  #isRunning = false;
  #current: string | null = null;
  #currentTier = LOCAL;
  #joinedAtMs = 0;
  /** It said that it goes: the cloud need not wait for it. */
  #isLeaving = false;
  /** Where it worked a moment ago it is asked first. */
  #first: string | null = null;
  #cloudFromMs = 0;
  /** Of what has failed in this round; the next one begins then, whatever still hangs. */
  #pauseUntilMs: number | null = null;
  #nextProbeMs: number | null = null;
  #probeMs = PROBE_BASE_MS;
  #actions: ChoiceAction[] = [];

  constructor(options: ServerChoiceOptions) {
    this.#preferLocal = options.preferLocal ?? true;
    this.#servers = new ServerList(options);
    this.#backoff = new Backoff({
      baseMs: RETRY_BASE_MS,
      capMs: RETRY_CAP_MS,
      ...(options.random === undefined ? {} : { random: options.random }),
    });
  }

  /** The server that we are at; null: none. */
  get current(): string | null {
    return this.#current;
  }

  /** In the order in which they are tried. */
  get urls(): string[] {
    return this.#entries.map(({ url }) => url);
  }

  /** What the hub said of itself, or what was remembered of that. */
  get learned(): string[] {
    return this.#servers.learned;
  }

  /** Whether anything is being tried, or is about to be within this round. */
  get isTrying(): boolean {
    return this.#entries.some(({ state }) => state !== "idle");
  }

  /** When to say `tick`; null: not before something happens. */
  get wakeAtMs(): number | null {
    if (!this.#isRunning) return null;
    const times = this.#entries.flatMap((entry) => this.#timesOf(entry));
    const nextRoundMs = this.#nextRoundMs();
    if (nextRoundMs !== null) times.push(nextRoundMs);
    if (this.#nextProbeMs !== null) times.push(this.#nextProbeMs);
    return times.length === 0 ? null : Math.min(...times);
  }

  handle(event: ChoiceEvent, nowMs: number): ChoiceAction[] {
    this.#actions = [];
    if (event.type === "start" && !this.#isRunning) {
      this.#isRunning = true;
      this.#startRound(nowMs);
    } else if (this.#isRunning) this.#handle(event, nowMs);
    else if (event.type === "servers") this.#learn(event.urls, nowMs);
    if (this.#isRunning) this.#run(nowMs);
    return this.#actions;
  }

  #handle(event: ChoiceEvent, nowMs: number): void {
    switch (event.type) {
      case "servers":
        this.#learn(event.urls, nowMs);
        break;
      case "announced":
        this.#onAnnounced(event.urls, nowMs);
        break;
      case "channel":
        this.#onChannel(event.isOpen, nowMs);
        break;
      case "joined":
        this.#onJoined(event.url, event.kind, nowMs);
        break;
      case "failed":
        this.#fail(event.url, 0, nowMs);
        break;
      case "impostor":
        this.#fail(event.url, STRANGER_MS, nowMs);
        break;
      case "refused":
        this.#onRefused(event.url, event.code, nowMs);
        break;
      case "lost":
        this.#onLost(nowMs);
        break;
      case "wake":
        this.#onWake(nowMs);
        break;
      case "stop":
        this.#stop();
        break;
      default:
        break;
    }
  }

  #act(type: ChoiceAction["type"], url: string): void {
    this.#actions.push({ type, url });
  }

  get #entries(): readonly ServerEntry[] {
    return this.#servers.entries;
  }

  #find(url: string): ServerEntry | null {
    return this.#entries.find((entry) => entry.url === url) ?? null;
  }

  // ---- The list -----------------------------------------------------------------------------------

  /** Whom it leaves out is not tried on. */
  #list(): void {
    for (const entry of this.#servers.make(this.#current))
      if (entry.state === "trying") this.#act("close", entry.url);
  }

  #learn(urls: string[], nowMs: number): void {
    const before = this.urls;
    this.#servers.learn(urls);
    this.#list();
    if (!this.#isRunning) return;
    const unknown = this.#entries.filter(({ url }) => !before.includes(url));
    this.#queue(unknown, nowMs);
    this.#keepProbing(nowMs);
  }

  #onAnnounced(urls: string[], nowMs: number): void {
    this.#learn(urls, nowMs);
    const namesLocal = urls.some((url) => this.#servers.tierOf(url) === LOCAL);
    this.#isLeaving = !namesLocal && this.#currentTier === LOCAL;
    if (namesLocal) this.#probeNow(nowMs);
  }

  #onChannel(isOpen: boolean, nowMs: number): void {
    if (!this.#servers.setChannel(isOpen)) return;
    this.#list();
    if (!isOpen && this.#current === CHANNEL_URL) this.#onLost(nowMs);
    const entry = this.#find(CHANNEL_URL);
    if (entry !== null) this.#queue([entry], nowMs);
    this.#keepProbing(nowMs);
  }

  // ---- Trying -------------------------------------------------------------------------------------

  /** To be tried within this round, in this order. */
  #queue(entries: readonly ServerEntry[], nowMs: number): void {
    const isWanted = ({ tier }: ServerEntry) =>
      this.#current === null || (this.#currentTier === CLOUD && tier === LOCAL);
    const ready = entries.filter(
      (entry) => entry.state === "idle" && entry.asideUntilMs <= nowMs && isWanted(entry),
    );
    for (const tier of [LOCAL, CLOUD]) {
      const fromMs = tier === LOCAL ? nowMs : Math.max(nowMs, this.#cloudFromMs);
      ready
        .filter((entry) => entry.tier === tier)
        .forEach((entry, index) => {
          entry.state = "waiting";
          entry.atMs = fromMs + index * STAGGER_MS;
        });
    }
  }

  #startRound(nowMs: number): void {
    this.#pauseUntilMs = null;
    this.#cloudFromMs = nowMs + (this.#isLeaving ? 0 : HEAD_START_MS);
    const first = this.#first === null ? null : this.#find(this.#first);
    const others = this.#entries.filter((entry) => entry !== first);
    this.#queue(first === null ? others : [first, ...others], nowMs);
    if (first === null || first.state === "idle") return;
    this.#first = null;
    if (first.state === "waiting") first.atMs = nowMs;
  }

  /** What is due, as far as there is room; what took too long is given up. */
  #run(nowMs: number): void {
    if (this.#nextProbeMs !== null && this.#nextProbeMs <= nowMs) this.#probe(nowMs);
    const nextRoundMs = this.#nextRoundMs();
    if (nextRoundMs !== null && nextRoundMs <= nowMs) this.#startRound(nowMs);
    for (const entry of this.#entries) {
      const lasts = entry.state === "trying" ? nowMs - entry.atMs : 0;
      if (lasts >= ATTEMPT_MS) this.#giveUp(entry, nowMs);
    }
    this.#hurryCloud(nowMs);
    for (const entry of this.#due(nowMs)) {
      if (!this.#hasRoom(entry.tier)) {
        const oldest = this.#oldest(entry.tier);
        if (oldest === null || nowMs - oldest.atMs < CROWDED_ATTEMPT_MS) continue;
        this.#giveUp(oldest, nowMs);
      }
      entry.state = "trying";
      entry.atMs = nowMs;
      this.#act("open", entry.url);
    }
  }

  #due(nowMs: number): ServerEntry[] {
    return this.#entries
      .filter(({ state, atMs }) => state === "waiting" && atMs <= nowMs)
      .sort((a, b) => a.tier - b.tier || a.atMs - b.atMs);
  }

  #trying(tier?: number): ServerEntry[] {
    return this.#entries.filter(
      (entry) => entry.state === "trying" && (tier === undefined || entry.tier === tier),
    );
  }

  #hasRoom(tier: number): boolean {
    return this.#trying().length < MAX_ATTEMPTS && this.#trying(tier).length < MAX_TIER_ATTEMPTS;
  }

  #oldest(tier: number): ServerEntry | null {
    return this.#trying(tier).reduce<ServerEntry | null>(
      (oldest, entry) => (oldest === null || entry.atMs < oldest.atMs ? entry : oldest),
      null,
    );
  }

  #giveUp(entry: ServerEntry, nowMs: number): void {
    entry.state = "idle";
    this.#act("close", entry.url);
    this.#pause(nowMs);
  }

  /** Nothing local is left to wait for: the cloud's turn comes now. */
  #hurryCloud(nowMs: number): void {
    if (this.#current !== null) return;
    if (this.#entries.some(({ tier, state }) => tier === LOCAL && state !== "idle")) return;
    const late = this.#entries.filter(
      ({ tier, state, atMs }) => tier === CLOUD && state === "waiting" && atMs > nowMs,
    );
    late.sort((a, b) => a.atMs - b.atMs);
    this.#cloudFromMs = nowMs;
    late.forEach((entry, index) => {
      entry.atMs = Math.min(entry.atMs, nowMs + index * STAGGER_MS);
    });
  }

  /**
   * What fails quickly is tried again after a pause, also while something else hangs: a hub that
   * starts anew must not wait for a cloud that cannot be reached.
   */
  #pause(nowMs: number): void {
    if (this.#current !== null) return;
    this.#pauseUntilMs ??= nowMs + this.#backoff.next();
  }

  /** Without a pause, those that are idle are set aside. null: there is nothing to wait for. */
  #nextRoundMs(): number | null {
    if (this.#current !== null || this.#pauseUntilMs !== null) return this.#pauseUntilMs;
    const idle = this.#entries.filter(({ state }) => state === "idle");
    return idle.length === 0 ? null : Math.min(...idle.map(({ asideUntilMs }) => asideUntilMs));
  }

  #timesOf(entry: ServerEntry): number[] {
    if (entry.state === "trying") return [entry.atMs + ATTEMPT_MS];
    if (entry.state === "idle") return [];
    if (this.#hasRoom(entry.tier)) return [entry.atMs];
    const oldest = this.#oldest(entry.tier);
    return oldest === null ? [] : [Math.max(entry.atMs, oldest.atMs + CROWDED_ATTEMPT_MS)];
  }

  // ---- What happened ------------------------------------------------------------------------------

  #onJoined(url: string, kind: "local" | "cloud", nowMs: number): void {
    const entry = this.#find(url);
    const tier = kind === "cloud" && this.#preferLocal ? CLOUD : LOCAL;
    if (entry?.state !== "trying") {
      this.#act("close", url);
      return;
    }
    // A cloud at a local address is no better than the one that we are at.
    if (this.#current !== null && tier !== LOCAL) {
      this.#act("close", url);
      this.#fail(url, STRANGER_MS, nowMs);
      return;
    }
    const before = this.#current;
    entry.state = "idle";
    this.#current = url;
    this.#currentTier = tier;
    this.#joinedAtMs = nowMs;
    this.#isLeaving = false;
    this.#first = null;
    this.#pauseUntilMs = null;
    this.#act("adopt", url);
    if (before !== null) this.#act("leave", before);
    for (const other of this.#entries) {
      if (tier === CLOUD && other.tier === LOCAL) continue;
      if (other.state === "trying") this.#act("close", other.url);
      other.state = "idle";
    }
    this.#probeMs = PROBE_BASE_MS;
    this.#nextProbeMs = null;
    this.#list();
    this.#keepProbing(nowMs);
  }

  /** At a cloud, and there are local addresses that it could be left for. */
  #keepProbing(nowMs: number): void {
    if (this.#current === null || this.#currentTier !== CLOUD) return;
    if (this.#entries.some(({ tier }) => tier === LOCAL))
      this.#nextProbeMs ??= nowMs + this.#probeMs;
  }

  #probe(nowMs: number): void {
    this.#probeMs = Math.min(PROBE_CAP_MS, this.#probeMs * 2);
    this.#nextProbeMs = null;
    this.#keepProbing(nowMs);
    this.#queue(this.#entries, nowMs);
  }

  /** A reason to believe that the hub is back, or may be. */
  #probeNow(nowMs: number): void {
    if (this.#current === null || this.#currentTier !== CLOUD) return;
    this.#queue(this.#entries, nowMs);
    this.#probeMs = PROBE_BASE_MS;
    this.#nextProbeMs = null;
    this.#keepProbing(nowMs);
  }

  #fail(url: string, asideMs: number, nowMs: number): void {
    const entry = this.#find(url);
    if (entry === null) return;
    if (asideMs > 0) entry.asideUntilMs = nowMs + asideMs;
    else if (entry.state === "trying") this.#pause(nowMs);
    // The server that we are at has shown another face: gone, and set aside.
    if (url === this.#current) this.#onLost(nowMs);
    if (entry.state === "trying" || asideMs > 0) entry.state = "idle";
  }

  #onRefused(url: string, code: string, nowMs: number): void {
    const entry = this.#find(url);
    if (entry === null) return;
    if (code === "wrong-tenant") {
      this.#fail(url, STRANGER_MS, nowMs);
      return;
    }
    // Said before any proof: whoever is in a hub's place keeps nobody from its other addresses by it.
    if (code === "rate-limited") {
      this.#fail(url, BUSY_MS, nowMs);
      return;
    }
    // The others are other addresses of the same hub, or of the same cloud; where there are no tiers,
    // they are there to be asked instead.
    for (const other of this.#entries) {
      if (other.tier !== entry.tier || (!this.#preferLocal && other !== entry)) continue;
      if (other !== entry && other.state === "trying") this.#act("close", other.url);
      this.#fail(other.url, REFUSED_MS, nowMs);
    }
  }

  #onLost(nowMs: number): void {
    const url = this.#current;
    if (url === null) return;
    this.#current = null;
    this.#nextProbeMs = null;
    this.#first = url;
    if (nowMs - this.#joinedAtMs >= LASTING_MS) this.#backoff.reset();
    else this.#rest(this.#currentTier, nowMs);
    this.#startRound(nowMs);
  }

  /** What lets in and drops, by whichever address, waits; the other tier need not. */
  #rest(tier: number, nowMs: number): void {
    const untilMs = nowMs + this.#backoff.next();
    for (const entry of this.#entries) {
      if (entry.tier !== tier && entry.url !== this.#first) continue;
      entry.asideUntilMs = Math.max(entry.asideUntilMs, untilMs);
    }
  }

  /** Another network, perhaps: what was learned of servers on the one before counts no more. */
  #onWake(nowMs: number): void {
    for (const entry of this.#entries) entry.asideUntilMs = 0;
    this.#backoff.reset();
    if (this.#current === null) this.#startRound(nowMs);
    else this.#probeNow(nowMs);
  }

  #stop(): void {
    for (const entry of this.#entries) {
      if (entry.state === "trying") this.#act("close", entry.url);
      entry.state = "idle";
    }
    if (this.#current !== null) this.#act("leave", this.#current);
    this.#current = null;
    this.#isRunning = false;
  }
}
