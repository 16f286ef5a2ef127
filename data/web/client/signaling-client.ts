// SPDX-License-Identifier: Apache-2.0
// The WebSocket to a signaling server: joins, takes its place back after a loss, and tries the known
// servers in turn, with growing pauses, until it is closed. A paired device believes no server that did
// not prove to be its hub: such a one counts as absent. Over ws all is sealed from that proof on.
//
// idle -> connecting      open()
// connecting -> proving   paired devices only: the server is our hub, and our own proof is on its way
// connecting, proving -> joined   the server let us in
// connecting, proving, joined -> waiting   the socket went, stayed silent, the server refused, or it
//                         is not the hub that it should be
// joined -> connecting    our role changed: joins again at once
// waiting -> connecting   after the pause, or at once on wake()
// connecting, proving, joined -> removed   the hub knows us no more; nothing starts again by itself
// any -> closed           close(); final

import { Backoff } from "./backoff";
import type { Clock } from "./clock";
import { warmUp } from "./crypto";
import type { DeviceKeys } from "./device-keys";
import { Emitter } from "./emitter";
import { FrameSocket, type SocketConstructor, type SocketLike } from "./frame-socket";
import { JoinHandshake } from "./join-handshake";
import {
  parseServerMessage,
  type Challenge,
  type Fields,
  type Joined,
  type ServerMessage,
} from "./messages";

export type SignalingState =
  | "idle"
  | "connecting"
  | "proving"
  | "joined"
  | "waiting"
  | "removed"
  | "closed";

/** What a server is told and believes, where it does: an open hub, and a guest's session. */
export interface Identity {
  tenantId: string;
  role?: string;
  name?: string;
  deviceId?: string;
  /** The secret of the guest's session. */
  guest?: string;
}

export interface Removal {
  code: "revoked" | "seating-ended";
  message: string;
}

export interface SignalingOptions {
  urls: string[];
  identity: Identity;
  /** Of a paired device, which then is asked for proof instead, and asks for it. */
  keys?: DeviceKeys;
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
  /** We belong no more, by the word of a server that is what it should be. */
  removed: Removal;
  /** A server that could not prove to be our hub, or somebody who meddles on the way to it. */
  impostor: { url: string };
}

/** From the start of the connection to `joined`; a LAN answers within milliseconds. */
const JOIN_TIMEOUT_MS = 5000;
/** A frozen phone's socket looks open and is dead (practice.md): silent that long after a question. */
const PROBE_TIMEOUT_MS = 5000;
const RETRY_BASE_MS = 250;
const RETRY_CAP_MS = 15000;
/** Asking sooner would not change a server's mind. */
const REFUSED_PAUSE_MS = 15000;

/** A hub that many devices join at once, after its own start: it says to come again in a second. */
const BUSY_PAUSE_MS = 1000;
/** A hub that changes a role over and over is not worth asking at once each time. */
const ROLE_CHANGE_PAUSE_MS = 5000;
const refusals = new Set(["unauthorized", "forbidden", "wrong-tenant", "tenant-full"]);
/** What a hub may say before it has proven itself. It never says there whom it knows. */
const earlyRefusals = new Set(["wrong-tenant", "tenant-full"]);

export class SignalingClient extends Emitter<SignalingEvents> {
  readonly #options: SignalingOptions;
  readonly #backoff: Backoff;
  #urls: string[];
  #next = 0;
  #url = "";
  #socket: FrameSocket | null = null;
  // Of this socket; null where we have no keys.
  #handshake: JoinHandshake | null = null;
  // The place that the proven server gave.
  #provenPeerId: string | null = null;
  #state: SignalingState = "idle";
  #joined: Joined | null = null;
  #cancelTimer: (() => void) | null = null;
  #cancelProbe: (() => void) | null = null;
  #roleChangedAtMs = -Infinity;

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
    return socket.write(message);
  }

  /**
   * Asks for a sign of life: where none comes within 5 s, the socket counts as dead. Browsers cannot
   * ping, so it is a relay to ourselves: passed back or refused, either shows that somebody is there.
   */
  probe(): void {
    const socket = this.#socket;
    if (this.#state !== "joined" || socket === null || this.#cancelProbe !== null) return;
    socket.write({
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
    if (socket !== null && this.#state === "joined") socket.write({ type: "leave" });
    this.#drop();
    this.#setState("closed");
    this.removeAll();
  }

  #setState(state: SignalingState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit("state", state);
  }

  #connect(): void {
    this.#drop();
    const url = this.#urls[this.#next % Math.max(1, this.#urls.length)];
    if (url === undefined) return;
    this.#url = url;
    this.#setState("connecting");

    let opening: SocketLike;
    try {
      opening = new this.#options.WebSocket(url);
    } catch {
      // Not an address, or one that this page may not open: the next may do.
      this.#lose(0);
      return;
    }
    const socket = new FrameSocket(opening);
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
    opening.addEventListener("open", mine(() => this.#join(socket)));
    opening.addEventListener("message", mine((event) => this.#receive(socket, event.data)));
    opening.addEventListener("close", mine(() => this.#lose(0)));
    opening.addEventListener("error", mine(() => this.#lose(0)));
    this.#prepare(url);
  }

  /** What takes time is done while the socket opens. */
  #prepare(url: string): void {
    const { keys } = this.#options;
    if (keys === undefined) return;
    this.#handshake = new JoinHandshake(keys, !/^(wss|https):/i.test(url));
    warmUp();
  }

  #join(socket: FrameSocket): void {
    const { tenantId, role, name, deviceId, guest } = this.#options.identity;
    const join: Fields = { type: "join" };
    if (this.#handshake !== null) Object.assign(join, this.#handshake.fields);
    else {
      // A page served by a hub need not know: a hub serves one property.
      if (tenantId !== "") join["tenantId"] = tenantId;
      if (role !== undefined) join["role"] = role;
      if (name !== undefined) join["name"] = name;
      if (deviceId !== undefined) join["deviceId"] = deviceId;
      if (guest !== undefined) join["guest"] = guest;
    }
    if (this.#joined?.resume !== undefined) {
      join["peerId"] = this.#joined.peerId;
      join["resume"] = this.#joined.resume;
    }
    socket.write(join);
  }

  #receive(socket: FrameSocket, data: unknown): void {
    const text = socket.open(data);
    if (text === null) {
      this.#suspect();
      return;
    }
    const message = parseServerMessage(text);

    this.#cancelProbe?.();
    this.#cancelProbe = null;
    this.emit("alive", undefined);

    if (this.#state === "connecting" || this.#state === "proving") this.#onReply(socket, message);
    else if (this.#state === "joined") this.#onMessage(message);
  }

  /** Whether what this server says counts: where we know our hub's key, it has proven to have it. */
  get #isTrusted(): boolean {
    return this.#handshake === null || this.#provenPeerId !== null;
  }

  #onReply(socket: FrameSocket, message: ServerMessage): void {
    switch (message.type) {
      case "challenge":
        this.#prove(socket, message.challenge);
        break;
      case "joined": {
        const { peerId } = message.joined;
        const isMine = this.#provenPeerId === null || this.#provenPeerId === peerId;
        if (this.#isTrusted && isMine) this.#enter(message.joined);
        else this.#suspect();
        break;
      }
      case "error":
        this.#onRefusal(message.code, message.message);
        break;
      default:
        break;
    }
  }

  #prove(socket: FrameSocket, challenge: Challenge): void {
    if (this.#handshake === null || this.#state !== "connecting") return;
    const answer = this.#handshake.answer(challenge);
    if (answer === null) {
      this.#suspect();
      return;
    }
    this.#provenPeerId = answer.peerId;
    this.#setState("proving");
    if (this.#socket !== socket) return;
    if (!socket.write(answer.proof, answer.seal)) this.#lose(0);
  }

  #enter(joined: Joined): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#joined = joined;
    this.#learn(joined.signalingServers);
    this.#backoff.reset();
    this.#setState("joined");
    // Before anybody acts on who is there: some of them may be revoked by now.
    this.#options.keys?.learn(joined);
    this.emit("joined", joined);
  }

  #onRefusal(code: string, message: string): void {
    if (code === "revoked" || code === "seating-ended") {
      // Anybody could say so; only our hub is believed.
      if (this.#isTrusted) this.#remove({ code, message });
      else this.#suspect();
      return;
    }
    if (code === "rate-limited") this.#lose(BUSY_PAUSE_MS);
    if (!refusals.has(code)) return;
    if (!this.#isTrusted && !earlyRefusals.has(code)) {
      this.#lose(0);
      return;
    }
    const pauseMs = this.#isTrusted ? REFUSED_PAUSE_MS : 0;
    // The secret of a place that is no longer kept would be refused for ever.
    if (this.#isTrusted) this.#joined = null;
    const before = this.#socket;
    this.emit("refused", { code, message });
    if (this.#socket === before) this.#lose(pauseMs);
  }

  #onMessage(message: ServerMessage): void {
    if (message.type === "signaling-servers") this.#learn(message.signalingServers);
    if (message.type === "revocations")
      this.#options.keys?.learnRevocations(message.revocations);
    if (message.type === "error") {
      const { code } = message;
      if (code === "revoked" || code === "seating-ended") {
        this.#remove({ code, message: message.message });
        return;
      }
      if (code === "role-changed") {
        this.#rejoin();
        return;
      }
    }
    this.emit("message", message);
  }

  #remove(removal: Removal): void {
    this.#drop();
    this.#setState("removed");
    this.emit("removed", removal);
  }

  /** Nothing is kept for a device whose role changed: it comes in anew. */
  #rejoin(): void {
    const nowMs = this.#options.clock.now();
    const isOften = nowMs - this.#roleChangedAtMs < ROLE_CHANGE_PAUSE_MS;
    this.#roleChangedAtMs = nowMs;
    if (this.#joined !== null) this.#joined = { ...this.#joined, resume: undefined };
    if (isOften) this.#lose(ROLE_CHANGE_PAUSE_MS);
    else this.#connect();
  }

  /** Not our hub, or not only: as if nobody had answered. */
  #suspect(): void {
    const url = this.#url;
    this.#lose(0, false);
    this.emit("impostor", { url });
  }

  /** Servers named by a server come after those the page was given, which stay. */
  #learn(urls: string[]): void {
    this.#urls = [...new Set([...this.#options.urls, ...urls])];
    this.#next %= Math.max(1, this.#urls.length);
  }

  /** @param again where it worked a moment ago it is asked first again */
  #lose(pauseMs: number, again = this.#state === "joined"): void {
    if (this.#state === "closed" || this.#state === "removed") return;
    this.#drop();
    if (!again) this.#next = (this.#next + 1) % Math.max(1, this.#urls.length);
    this.#cancelTimer = this.#options.clock.after(Math.max(pauseMs, this.#backoff.next()), () => {
      this.#cancelTimer = null;
      this.#connect();
    });
    this.#setState("waiting");
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#handshake = null;
    this.#provenPeerId = null;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#cancelProbe?.();
    this.#cancelProbe = null;
    socket?.close();
  }
}
