// SPDX-License-Identifier: Apache-2.0
// Our place at a signaling server, at whichever the choice says (server-choice.ts): carries out what it
// decides with one session for each attempt, and moves from one server to another without a gap. Who
// listens sees one conversation: `joined` tells each time that it goes on somewhere.
//
// idle -> connecting     open()
// connecting <-> waiting servers are being tried, or all have failed and a pause is on
// connecting, waiting -> joined   a server let us in; joined again where we moved to another
// joined -> connecting, waiting   it is lost, and no other has let us in yet
// any -> removed         the hub knows us no more; nothing starts again by itself
// any -> closed          close(); final

import type { Clock } from "./clock";
import type { DeviceKeys } from "./device-keys";
import { Emitter } from "./emitter";
import type { SocketConstructor, SocketLike } from "./frame-socket";
import type { Fields, Joined, ServerMessage } from "./messages";
import { CHANNEL_URL, isCloudServer } from "./server-address";
import { MAX_SERVERS, ServerChoice, type ChoiceAction, type ChoiceEvent } from "./server-choice";
import {
  SignalingSession,
  type Identity,
  type Place,
  type SessionEnd,
} from "./signaling-session";

export type { Identity } from "./signaling-session";

export type SignalingState = "idle" | "connecting" | "joined" | "waiting" | "removed" | "closed";

export interface Removal {
  code: "revoked" | "seating-ended";
  message: string;
}

/** Keeps the hub's addresses from one start to the next, for one property. */
export interface ServerMemory {
  load(): Promise<string[]>;
  store(urls: string[]): Promise<void>;
}

export interface SignalingOptions {
  urls: string[];
  identity: Identity;
  /** Of a paired device, which then is asked for proof instead, and asks for it. */
  keys?: DeviceKeys;
  WebSocket: SocketConstructor;
  preferLocal?: boolean;
  /** Plain sockets may not be opened. */
  isSecurePage?: boolean;
  /** Where to look where nothing is remembered: the hub's own name. */
  names?: string[];
  memory?: ServerMemory;
  clock: Clock;
  random?: () => number;
}

export interface SignalingEvents {
  state: SignalingState;
  joined: Joined;
  message: ServerMessage;
  /** Some text arrived, whatever it said: a server lives. */
  alive: undefined;
  /** The server said no; it is asked again after a long pause. */
  refused: { code: string; message: string };
  /** We belong no more, by the word of a server that is what it should be. */
  removed: Removal;
  /** A server that could not prove to be our hub, or somebody who meddles on the way to it. */
  impostor: { url: string };
}

interface KeptPlace extends Place {
  lostAtMs: number;
}

/** A hub keeps a place for 45 s (protocol section 2): not given back sooner, it has started anew. */
const PLACE_KEPT_MS = 40000;
const RENEWAL_LOOK_MS = 24 * 60 * 60 * 1000;

export class SignalingClient extends Emitter<SignalingEvents> {
  readonly #options: SignalingOptions;
  readonly #choice: ServerChoice;
  readonly #sessions = new Map<string, SignalingSession>();
  /** By the URL where it was: elsewhere its secret is nobody's business. */
  readonly #places = new Map<string, KeptPlace>();
  readonly #events: ChoiceEvent[] = [];
  #isDispatching = false;
  #current: SignalingSession | null = null;
  #state: SignalingState = "idle";
  #joined: Joined | null = null;
  #openChannel: (() => SocketLike) | null = null;
  #remembered = "";
  #cancelTimer: (() => void) | null = null;
  #cancelRenewal: (() => void) | null = null;

  constructor(options: SignalingOptions) {
    super();
    this.#options = options;
    const { urls, preferLocal, isSecurePage, random } = options;
    this.#choice = new ServerChoice({
      urls,
      ...(preferLocal === undefined ? {} : { preferLocal }),
      ...(isSecurePage === undefined ? {} : { isSecurePage }),
      ...(random === undefined ? {} : { random }),
    });
  }

  get state(): SignalingState {
    return this.#state;
  }

  /** What the server said when it let us in last; kept while it is away. */
  get joined(): Joined | null {
    return this.#joined;
  }

  /** Of the server that we are at; null: at none. */
  get kind(): "local" | "cloud" | null {
    if (this.#current === null) return null;
    return this.#joined?.server.kind === "cloud" ? "cloud" : "local";
  }

  /** Whether signaling goes by our own channel to the hub. */
  get isByChannel(): boolean {
    return this.#current?.url === CHANNEL_URL;
  }

  open(): void {
    if (this.#state !== "idle") return;
    const { names = [], memory } = this.#options;
    if (memory === undefined) this.#learn(names);
    else
      void memory
        .load()
        .catch(() => [])
        .then((urls) => {
          this.#remembered = urls.join(" ");
          // A slow disk: what the hub itself has said meanwhile is newer.
          const known = [...this.#choice.learned, ...(urls.length > 0 ? urls : names)];
          this.#learn([...new Set(known)].slice(0, MAX_SERVERS));
        });
    this.#dispatch({ type: "start" });
  }

  /** Whether the message was handed to the server that we are at. */
  send(message: Fields): boolean {
    return this.#current?.send(message) ?? false;
  }

  /** Asks for a sign of life: where none comes within 5 s, the server counts as lost. */
  probe(): void {
    this.#current?.probe();
  }

  /** There is a reason to believe that the socket leads nowhere: the same, within 1.5 s. */
  doubt(): void {
    this.#current?.probe(true);
  }

  /** The page is back or the network changed: no reason to wait any longer. */
  wake(): void {
    this.#dispatch({ type: "wake" });
    this.doubt();
  }

  /** The hub said by its channel where it is from now on: who is not there may hear it so alone. */
  hear(urls: string[]): void {
    this.#onAnnounced(urls);
    this.doubt();
  }

  /**
   * Our own channel to the hub carries signaling as well: used where the hub lets us in nowhere else.
   * @param open makes the channel for it; null: there is no way any more
   */
  offerChannel(open: (() => SocketLike) | null): void {
    const was = this.#openChannel;
    this.#openChannel = open;
    if (open === null) this.#drop(CHANNEL_URL);
    if ((was === null) !== (open === null))
      this.#dispatch({ type: "channel", isOpen: open !== null });
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#end("closed");
    this.removeAll();
  }

  #end(state: "closed" | "removed"): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#cancelRenewal?.();
    this.#cancelRenewal = null;
    this.#current = null;
    for (const session of this.#sessions.values()) session.close();
    this.#sessions.clear();
    this.#setState(state);
  }

  get #isOver(): boolean {
    return this.#state === "closed" || this.#state === "removed";
  }

  #setState(state: SignalingState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit("state", state);
  }

  // ---- The choice, and what it decides ------------------------------------------------------------

  /** What happens while something else is being told is told after it. */
  #dispatch(event: ChoiceEvent): void {
    this.#events.push(event);
    if (this.#isDispatching) return;
    this.#isDispatching = true;
    try {
      for (;;) {
        const next = this.#events.shift();
        if (next === undefined || this.#isOver) break;
        for (const action of this.#choice.handle(next, this.#options.clock.now()))
          this.#carryOut(action);
      }
    } finally {
      this.#isDispatching = false;
      this.#events.length = 0;
    }
    this.#settle();
  }

  #carryOut({ type, url }: ChoiceAction): void {
    if (this.#isOver) return;
    if (type === "open") this.#open(url);
    else if (type === "adopt") this.#adopt(url);
    else this.#drop(url);
  }

  #settle(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#isOver) return;
    const { wakeAtMs } = this.#choice;
    if (wakeAtMs !== null) {
      const delayMs = Math.max(0, wakeAtMs - this.#options.clock.now());
      this.#cancelTimer = this.#options.clock.after(delayMs, () => {
        this.#cancelTimer = null;
        this.#dispatch({ type: "tick" });
      });
    }
    if (this.#current !== null) this.#remember();
    else if (this.#state !== "idle")
      this.#setState(this.#choice.isTrying ? "connecting" : "waiting");
  }

  #open(url: string): void {
    if (this.#state === "idle") this.#setState("connecting");
    const { WebSocket, identity, keys, clock } = this.#options;
    let opening: SocketLike;
    try {
      if (url !== CHANNEL_URL) opening = new WebSocket(url);
      else if (this.#openChannel === null) throw new Error("there is no channel");
      else opening = this.#openChannel();
    } catch {
      // Not an address, or one that this page may not open: another may do.
      this.#dispatch({ type: "failed", url });
      return;
    }
    const place = this.#places.get(url) ?? null;
    const session: SignalingSession = new SignalingSession(opening, {
      ...{ url, identity, keys, clock, place },
      onJoined: (joined) =>
        this.#dispatch({ type: "joined", url, kind: joined.server.kind === "cloud" ? "cloud" : "local" }),
      onMessage: (message) => {
        if (this.#current === session) this.#onMessage(message);
      },
      onAlive: () => this.emit("alive", undefined),
      onEnded: (end) => this.#onEnded(session, end),
    });
    this.#sessions.set(url, session);
  }

  #drop(url: string): void {
    const session = this.#sessions.get(url);
    if (session === undefined) return;
    this.#sessions.delete(url);
    if (session === this.#current) this.#current = null;
    session.close();
  }

  #adopt(url: string): void {
    const session = this.#sessions.get(url);
    const joined = session?.joined ?? null;
    if (session === undefined || joined === null) return;
    const place = this.#places.get(url);
    const awayMs = this.#options.clock.now() - (place?.lostAtMs ?? -Infinity);
    const isAnew = place !== undefined && !joined.resumed && awayMs < PLACE_KEPT_MS;
    this.#places.delete(url);
    this.#current = session;
    this.#joined = { ...joined, isAnew };
    this.#learn(joined.signalingServers);
    this.#setState("joined");
    // Before anybody acts on who is there: some of them may be revoked by now.
    this.#options.keys?.learn(joined);
    this.#renewInTime();
    this.emit("joined", this.#joined);
  }

  /** A hub signs our membership anew where it lets us in: who is never lost has to come in again by then. */
  #renewInTime(): void {
    const { keys, clock } = this.#options;
    this.#cancelRenewal?.();
    this.#cancelRenewal = null;
    if (keys === undefined) return;
    this.#cancelRenewal = clock.after(RENEWAL_LOOK_MS, () => {
      this.#renewInTime();
      if (this.kind === "local" && keys.isEnding) this.#current?.rejoin();
    });
  }

  // ---- What servers say ---------------------------------------------------------------------------

  #onMessage(message: ServerMessage): void {
    if (message.type === "signaling-servers") this.#onAnnounced(message.signalingServers);
    if (message.type === "revocations")
      this.#options.keys?.learnRevocations(message.revocations);
    this.emit("message", message);
  }

  #onEnded(session: SignalingSession, end: SessionEnd): void {
    const { url } = session;
    if (this.#sessions.get(url) !== session || this.#isOver) return;
    this.#sessions.delete(url);
    const wasCurrent = this.#current === session;
    if (wasCurrent) this.#leave(session, end.reason !== "again");
    switch (end.reason) {
      case "removed":
        this.#end("removed");
        this.emit("removed", { code: end.code, message: end.message });
        return;
      case "refused":
        this.#onRefused(url, end);
        return;
      case "impostor":
        // Where it had proven itself it is the way to it that is not to be trusted.
        this.#dispatch(wasCurrent ? { type: "lost" } : { type: "impostor", url });
        this.emit("impostor", { url });
        return;
      default:
        this.#dispatch(wasCurrent ? { type: "lost" } : { type: "failed", url });
    }
  }

  /** @param keeps whether the server keeps our place for a while */
  #leave(session: SignalingSession, keeps: boolean): void {
    this.#current = null;
    this.#setState("connecting");
    const { url, joined } = session;
    if (!keeps || joined?.resume === undefined || url === CHANNEL_URL) return;
    const { peerId, resume } = joined;
    this.#places.set(url, { peerId, resume, lostAtMs: this.#options.clock.now() });
  }

  #onRefused(url: string, { code, message, isTrusted }: SessionEnd & { reason: "refused" }): void {
    // The secret of a place that is no longer kept would be refused for ever.
    if (isTrusted) this.#places.delete(url);
    // What a stranger may say costs us no more than the stranger.
    const counts = isTrusted || code === "wrong-tenant" || code === "rate-limited";
    this.#dispatch(counts ? { type: "refused", url, code } : { type: "failed", url });
    if (this.#current === null && code !== "rate-limited") this.emit("refused", { code, message });
  }

  // ---- Which servers there are --------------------------------------------------------------------

  /** Only a paired device is known at a cloud. */
  #mayGoTo(urls: string[]): string[] {
    return this.#options.keys === undefined ? urls.filter((url) => !isCloudServer(url)) : urls;
  }

  #onAnnounced(urls: string[]): void {
    this.#dispatch({ type: "announced", urls: this.#mayGoTo(urls) });
  }

  #learn(urls: string[]): void {
    this.#dispatch({ type: "servers", urls: this.#mayGoTo(urls) });
  }

  #remember(): void {
    const { memory } = this.#options;
    if (memory === undefined) return;
    const { learned } = this.#choice;
    const text = learned.join(" ");
    if (text === this.#remembered) return;
    this.#remembered = text;
    void memory.store(learned).catch(() => undefined);
  }
}
