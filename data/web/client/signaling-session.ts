// SPDX-License-Identifier: Apache-2.0
// One way to one server, a socket or a data channel: joins there, and then carries frames. A paired
// device believes no hub that did not prove to be its own, and over plain ws all is sealed from that
// proof on; a cloud is believed where its certificate says who it is.
//
// opening -> proving          paired devices only: the server is believed, our proof is on its way
// opening, proving -> joined  the server let us in
// any -> ended                it went, was refused, is not what it should be, or close(); final

import type { Clock } from "./clock";
import { warmUp } from "./crypto";
import type { DeviceKeys } from "./device-keys";
import { FrameSocket, type SocketLike } from "./frame-socket";
import { JoinHandshake } from "./join-handshake";
import {
  parseServerMessage,
  type Challenge,
  type Fields,
  type Joined,
  type ServerMessage,
} from "./messages";
import { isCloudServer, isPlainServer } from "./server-address";

/** What a server is told and believes, where it does: an open hub, and a guest's session. */
export interface Identity {
  tenantId: string;
  role?: string;
  name?: string;
  deviceId?: string;
  /** The secret of the guest's session. */
  guest?: string;
}

/** Where we were before, and the secret that gives it back. */
export interface Place {
  peerId: string;
  resume: string;
}

/**
 * `lost`: it went, or stayed silent, before or after it let us in. `impostor`: it cannot prove to be
 * our hub, or somebody meddles on the way to it. `refused`: it said no; `isTrusted`: and is believed.
 * `removed`: we belong no more. `again`: our role changed, we are to come in anew.
 */
export type SessionEnd =
  | { reason: "lost" | "impostor" | "again" }
  | { reason: "refused"; code: string; message: string; isTrusted: boolean }
  | { reason: "removed"; code: "revoked" | "seating-ended"; message: string };

export interface SessionHandlers {
  onJoined: (joined: Joined) => void;
  onMessage: (message: ServerMessage) => void;
  /** Some text arrived, whatever it said: the server lives. */
  onAlive: () => void;
  onEnded: (end: SessionEnd) => void;
}

export interface SessionOptions extends SessionHandlers {
  url: string;
  identity: Identity;
  keys: DeviceKeys | undefined;
  place: Place | null;
  clock: Clock;
}

/** A frozen phone's socket looks open and is dead (practice.md): silent that long after a question. */
const PROBE_TIMEOUT_MS = 5000;
/** After a sleep, or where an address has changed: most likely nobody hears. To join anew is cheap. */
const DOUBT_TIMEOUT_MS = 1500;
const refusals = new Set(["unauthorized", "forbidden", "wrong-tenant", "tenant-full", "rate-limited"]);
/** What a hub may say before it has proven itself. It never says there whom it knows. */
const earlyRefusals = new Set(["wrong-tenant", "tenant-full", "rate-limited"]);

export class SignalingSession {
  readonly #options: SessionOptions;
  readonly #socket: FrameSocket;
  /** null where we have no keys. */
  readonly #handshake: JoinHandshake | null;
  readonly #isCloud: boolean;
  #state: "opening" | "proving" | "joined" | "ended" = "opening";
  /** The place that the server gave in its challenge. */
  #provenPeerId: string | null = null;
  #joined: Joined | null = null;
  #cancelProbe: (() => void) | null = null;
  #probeUntilMs = Infinity;
  /** Whether the socket took the question. */
  #isAsked = false;

  constructor(opening: SocketLike, options: SessionOptions) {
    this.#options = options;
    this.#isCloud = isCloudServer(options.url);
    this.#socket = new FrameSocket(opening);
    opening.addEventListener("open", () => this.#join());
    opening.addEventListener("message", ({ data }) => this.#receive(data));
    opening.addEventListener("close", () => this.#end({ reason: "lost" }));
    opening.addEventListener("error", () => this.#end({ reason: "lost" }));
    // What takes time is done while the socket opens.
    const { keys, url } = options;
    this.#handshake =
      keys === undefined
        ? null
        : new JoinHandshake(keys, { isPlain: isPlainServer(url), isCloud: this.#isCloud });
    if (keys !== undefined) warmUp();
  }

  get url(): string {
    return this.#options.url;
  }

  get joined(): Joined | null {
    return this.#joined;
  }

  /** Whether the message was handed to the socket. */
  send(message: Fields): boolean {
    return this.#state === "joined" && this.#socket.write(message);
  }

  /**
   * Asks for a sign of life: where none comes within 5 s, or 1.5 s in doubt, it counts as dead.
   * Browsers cannot ping, so it is a relay to ourselves: passed back or refused, either shows that
   * somebody is there. A socket that is full takes no question: there it is dead where nothing goes out.
   */
  probe(isInDoubt = false): void {
    if (this.#state !== "joined") return;
    const { clock } = this.#options;
    const timeoutMs = isInDoubt ? DOUBT_TIMEOUT_MS : PROBE_TIMEOUT_MS;
    // Asked already, and for long enough.
    if (this.#cancelProbe !== null && this.#probeUntilMs <= clock.now() + timeoutMs) return;
    if (this.#cancelProbe === null) this.#isAsked = false;
    this.#cancelProbe?.();
    this.#probeUntilMs = clock.now() + timeoutMs;
    const { bufferedBytes } = this.#socket;
    this.#cancelProbe = clock.after(timeoutMs, () => {
      this.#cancelProbe = null;
      const isGoingOut = !this.#isAsked && this.#socket.bufferedBytes < bufferedBytes;
      if (isGoingOut) this.probe(isInDoubt);
      else this.#end({ reason: "lost" });
    });
    // Last: the answer may come within the call.
    const payload = { type: "ping" };
    const question = { type: "relay", targetPeerId: this.#joined?.peerId, payload };
    if (!this.#isAsked) this.#isAsked = this.#socket.write(question);
  }

  /** As if it had been lost: the server keeps our place, and lets us in anew. */
  rejoin(): void {
    if (this.#state === "joined") this.#end({ reason: "lost" });
  }

  /** Says goodbye where there is somebody to hear it. Nothing is told any more. */
  close(): void {
    if (this.#state === "joined") this.#socket.write({ type: "leave" });
    this.#finish();
  }

  #finish(): void {
    this.#state = "ended";
    this.#cancelProbe?.();
    this.#cancelProbe = null;
    this.#socket.close();
  }

  #end(end: SessionEnd): void {
    if (this.#state === "ended") return;
    this.#finish();
    this.#options.onEnded(end);
  }

  #join(): void {
    if (this.#state !== "opening") return;
    const { identity, place } = this.#options;
    const { tenantId, role, name, deviceId, guest } = identity;
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
    if (place !== null) {
      join["peerId"] = place.peerId;
      join["resume"] = place.resume;
    }
    this.#socket.write(join);
  }

  #receive(data: unknown): void {
    if (this.#state === "ended") return;
    const text = this.#socket.open(data);
    if (text === null) {
      this.#end({ reason: "impostor" });
      return;
    }
    const message = parseServerMessage(text);
    this.#cancelProbe?.();
    this.#cancelProbe = null;
    this.#options.onAlive();
    if (this.#state === "joined") this.#onMessage(message);
    else this.#onReply(message);
  }

  /** Whether what this server says counts: where we know our hub's key, it has proven to have it. */
  get #isTrusted(): boolean {
    return this.#handshake === null || this.#provenPeerId !== null;
  }

  #onReply(message: ServerMessage): void {
    switch (message.type) {
      case "challenge":
        this.#prove(message.challenge);
        break;
      case "joined":
        this.#onJoined(message.joined);
        break;
      case "error":
        this.#onRefusal(message.code, message.message);
        break;
      default:
        break;
    }
  }

  #prove(challenge: Challenge): void {
    if (this.#handshake === null || this.#state !== "opening") return;
    const answer = this.#handshake.answer(challenge);
    if (answer === null) {
      this.#end({ reason: "impostor" });
      return;
    }
    this.#provenPeerId = answer.peerId;
    this.#state = "proving";
    if (!this.#socket.write(answer.proof, answer.seal)) this.#end({ reason: "lost" });
  }

  #onJoined(joined: Joined): void {
    const isMine = this.#provenPeerId === null || this.#provenPeerId === joined.peerId;
    if (!this.#isTrusted || !isMine || !this.#isWhatItSays(joined)) {
      this.#end({ reason: "impostor" });
      return;
    }
    this.#state = "joined";
    this.#joined = joined;
    this.#options.onJoined(joined);
  }

  /** Guests are the hub's alone; a cloud shows a certificate, a hub its key. */
  #isWhatItSays({ server }: Joined): boolean {
    const handshake = this.#handshake;
    if (server.kind === "cloud") return this.#isCloud && handshake !== null && !handshake.isHub;
    return handshake === null || handshake.isHub;
  }

  #onRefusal(code: string, message: string): void {
    if (code === "revoked" || code === "seating-ended") {
      // Anybody could say so; only our hub is believed.
      if (this.#isTrusted) this.#onRemoved(code, message);
      else this.#end({ reason: "impostor" });
      return;
    }
    if (!refusals.has(code)) return;
    const isTrusted = this.#isTrusted || this.#isCloud;
    if (isTrusted || earlyRefusals.has(code)) this.#end({ reason: "refused", code, message, isTrusted });
    else this.#end({ reason: "lost" });
  }

  /** A cloud passes on what the hub signed: without that it can keep us out, but not end us. */
  #onRemoved(code: "revoked" | "seating-ended", message: string): void {
    const isHub = !this.#isCloud || this.#handshake === null || this.#handshake.isHub;
    if (!isHub && this.#options.keys?.isRemoved !== true)
      this.#end({ reason: "refused", code: "unauthorized", message, isTrusted: true });
    else this.#end({ reason: "removed", code, message });
  }

  #onMessage(message: ServerMessage): void {
    if (message.type === "error") {
      const { code } = message;
      if (code === "revoked" || code === "seating-ended") {
        this.#onRemoved(code, message.message);
        return;
      }
      if (code === "role-changed") {
        this.#end({ reason: "again" });
        return;
      }
    }
    this.#options.onMessage(message);
  }
}
