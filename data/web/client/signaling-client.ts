// SPDX-License-Identifier: Apache-2.0
// The WebSocket to a signaling server: joins, takes its place back after a loss, and tries the known
// servers in turn, with growing pauses, until it is closed.
//
// idle -> connecting    open()
// connecting -> joined  the server let us in
// connecting, joined -> waiting   the socket went, stayed silent, or the server refused
// waiting -> connecting after the pause, or at once on wake()
// any -> closed         close(); final

import { Backoff } from "./backoff";
import type { Clock } from "./clock";
import { Emitter } from "./emitter";
import {
  parseServerMessage,
  type Fields,
  type Joined,
  type ServerMessage,
} from "./messages";

/** What is used of a WebSocket; browsers' own and npm's `ws` both are one. */
export interface SocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: { readonly type: string; readonly data?: unknown }) => void,
  ): void;
}

export type SocketConstructor = new (url: string) => SocketLike;

export type SignalingState = "idle" | "connecting" | "joined" | "waiting" | "closed";

export interface Identity {
  tenantId: string;
  role?: string;
  name?: string;
  deviceId?: string;
}

export interface SignalingOptions {
  urls: string[];
  identity: Identity;
  WebSocket: SocketConstructor;
  clock: Clock;
  random?: () => number;
}

export interface SignalingEvents {
  state: SignalingState;
  joined: Joined;
  message: ServerMessage;
  /** Some text arrived, whatever it said: the server lives. */
  alive: undefined;
  /** The server said no; it is asked again after a long pause. */
  refused: { code: string; message: string };
}

const OPEN = 1;

/** From the start of the connection to `joined`; a LAN answers within milliseconds. */
const JOIN_TIMEOUT_MS = 5000;
/** A frozen phone's socket looks open and is dead (practice.md): silent that long after a question. */
const PROBE_TIMEOUT_MS = 5000;
const RETRY_BASE_MS = 250;
const RETRY_CAP_MS = 15000;
/** Asking sooner would not change a server's mind. */
const REFUSED_PAUSE_MS = 15000;
/** Above this the socket takes no more from us; the server would cut us off at 1 MiB. */
const MAX_BUFFERED_BYTES = 512 * 1024;

const refusals = new Set(["unauthorized", "forbidden", "wrong-tenant", "tenant-full"]);

export class SignalingClient extends Emitter<SignalingEvents> {
  readonly #options: SignalingOptions;
  readonly #backoff: Backoff;
  #urls: string[];
  #next = 0;
  #socket: SocketLike | null = null;
  #state: SignalingState = "idle";
  #joined: Joined | null = null;
  #cancelTimer: (() => void) | null = null;
  #cancelProbe: (() => void) | null = null;

  constructor(options: SignalingOptions) {
    super();
    this.#options = options;
    this.#urls = [...options.urls];
    this.#backoff = new Backoff({
      baseMs: RETRY_BASE_MS,
      capMs: RETRY_CAP_MS,
      ...(options.random === undefined ? {} : { random: options.random }),
    });
  }

  get state(): SignalingState {
    return this.#state;
  }

  /** What the server said when it let us in last; kept while it is away. */
  get joined(): Joined | null {
    return this.#joined;
  }

  open(): void {
    if (this.#state === "idle") this.#connect();
  }

  /** Whether the message was handed to the socket. */
  send(message: Fields): boolean {
    const socket = this.#socket;
    if (this.#state !== "joined" || socket === null) return false;
    return this.#write(socket, message);
  }

  /**
   * Asks for a sign of life: where none comes within 5 s, the socket counts as dead. Browsers cannot
   * ping, so it is a relay to ourselves: passed back or refused, either shows that somebody is there.
   */
  probe(): void {
    const socket = this.#socket;
    if (this.#state !== "joined" || socket === null || this.#cancelProbe !== null) return;
    this.#write(socket, {
      type: "relay",
      targetPeerId: this.#joined?.peerId,
      payload: { type: "ping" },
    });
    this.#cancelProbe = this.#options.clock.after(PROBE_TIMEOUT_MS, () => {
      this.#cancelProbe = null;
      this.#lose(0);
    });
  }

  /** The page is back or the network changed: no reason to wait any longer. */
  wake(): void {
    if (this.#state !== "waiting") return;
    this.#backoff.reset();
    this.#connect();
  }

  close(): void {
    if (this.#state === "closed") return;
    const socket = this.#socket;
    if (socket !== null && this.#state === "joined") this.#write(socket, { type: "leave" });
    this.#drop();
    this.#setState("closed");
    this.removeAll();
  }

  #setState(state: SignalingState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit("state", state);
  }

  #write(socket: SocketLike, message: Fields): boolean {
    if (socket.readyState !== OPEN || socket.bufferedAmount > MAX_BUFFERED_BYTES) return false;
    try {
      socket.send(JSON.stringify(message));
      return true;
    } catch {
      return false;
    }
  }

  #connect(): void {
    this.#drop();
    const url = this.#urls[this.#next % Math.max(1, this.#urls.length)];
    if (url === undefined) return;
    this.#setState("connecting");

    let socket: SocketLike;
    try {
      socket = new this.#options.WebSocket(url);
    } catch {
      // Not an address, or one that this page may not open: the next may do.
      this.#lose(0);
      return;
    }
    this.#socket = socket;
    this.#cancelTimer = this.#options.clock.after(JOIN_TIMEOUT_MS, () => {
      this.#cancelTimer = null;
      this.#lose(0);
    });

    // A socket that was given up may still speak; it is not ours any more.
    const mine = (handle: (event: { readonly data?: unknown }) => void) => {
      return (event: { readonly data?: unknown }) => {
        if (this.#socket === socket) handle(event);
      };
    };
    socket.addEventListener("open", mine(() => this.#join(socket)));
    socket.addEventListener("message", mine((event) => this.#receive(event.data)));
    socket.addEventListener("close", mine(() => this.#lose(0)));
    socket.addEventListener("error", mine(() => this.#lose(0)));
  }

  #join(socket: SocketLike): void {
    const { tenantId, role, name, deviceId } = this.#options.identity;
    const join: Fields = { type: "join" };
    // A page served by a hub need not know: a hub serves one property.
    if (tenantId !== "") join["tenantId"] = tenantId;
    if (role !== undefined) join["role"] = role;
    if (name !== undefined) join["name"] = name;
    if (deviceId !== undefined) join["deviceId"] = deviceId;
    if (this.#joined?.resume !== undefined) {
      join["peerId"] = this.#joined.peerId;
      join["resume"] = this.#joined.resume;
    }
    this.#write(socket, join);
  }

  #receive(data: unknown): void {
    const message = parseServerMessage(data);

    this.#cancelProbe?.();
    this.#cancelProbe = null;
    this.emit("alive", undefined);

    if (message.type === "joined" && this.#state === "connecting") {
      this.#cancelTimer?.();
      this.#cancelTimer = null;
      this.#joined = message.joined;
      this.#learn(message.joined.signalingServers);
      this.#backoff.reset();
      this.#setState("joined");
      this.emit("joined", message.joined);
      return;
    }
    if (message.type === "error" && this.#state === "connecting") {
      if (!refusals.has(message.code)) return;
      // The secret of a place that is no longer kept would be refused for ever.
      this.#joined = null;
      this.emit("refused", { code: message.code, message: message.message });
      if (this.#state === "connecting") this.#lose(REFUSED_PAUSE_MS);
      return;
    }
    if (this.#state !== "joined") return;
    if (message.type === "signaling-servers") this.#learn(message.signalingServers);
    this.emit("message", message);
  }

  /** Servers named by a server come after those the page was given, which stay. */
  #learn(urls: string[]): void {
    this.#urls = [...new Set([...this.#options.urls, ...urls])];
    this.#next %= Math.max(1, this.#urls.length);
  }

  #lose(pauseMs: number): void {
    if (this.#state === "closed") return;
    const wasJoined = this.#state === "joined";
    this.#drop();
    // Where it worked a moment ago it is asked first again.
    if (!wasJoined) this.#next = (this.#next + 1) % Math.max(1, this.#urls.length);
    this.#cancelTimer = this.#options.clock.after(Math.max(pauseMs, this.#backoff.next()), () => {
      this.#cancelTimer = null;
      this.#connect();
    });
    this.#setState("waiting");
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#cancelProbe?.();
    this.#cancelProbe = null;
    if (socket === null) return;
    try {
      socket.close(1000);
    } catch {
      // It was closed before it opened; that is what was wanted.
    }
  }
}
