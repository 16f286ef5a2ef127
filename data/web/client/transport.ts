// SPDX-License-Identifier: Apache-2.0
// The one surface over both ways to the hub: the data channel where there is one, otherwise `relay` on
// the WebSocket. Says which way is in use and counts how often that changed (`epoch`), so that what
// waits for an answer can be asked again; keeps no message itself.

import { Backoff } from "./backoff";
import { ChunkJoiner } from "./chunks";
import type { Clock } from "./clock";
import type { DeviceKeys, Forgery } from "./device-keys";
import { Emitter } from "./emitter";
import {
  toSignedDocument,
  type Joined,
  type Message,
  type PeerInfo,
  type ServerMessage,
} from "./messages";
import { PeerLink, type PeerConnectionConstructor } from "./peer-link";
import { RelayLane } from "./relay-lane";
import { SignalingClient } from "./signaling-client";

/** `cloud-relay` comes with the cloud; `none`: nothing is reachable just now. */
export type Path = "local-p2p" | "hub-relay" | "cloud-relay" | "none";

export interface TransportOptions {
  signaling: SignalingClient;
  tenantId: string;
  /** Of a paired device: its descriptions are signed, and the hub's must be. */
  keys?: DeviceKeys;
  /** Without it everything goes by relay. */
  RTCPeerConnection?: PeerConnectionConstructor;
  iceServers?: RTCIceServer[];
  clock: Clock;
  random?: () => number;
}

export interface TransportEvents {
  message: Message;
  /** Messages may be sent (again). */
  ready: undefined;
  path: Path;
  hub: PeerInfo | null;
  /** Somebody on the way changed what was said about a channel. */
  forged: { peerId: string; reason: Forgery };
}

/** The channel is given that long before the first message takes the relay. */
const HEAD_START_MS = 2000;
const LINK_RETRY_BASE_MS = 1000;
const LINK_RETRY_CAP_MS = 60000;

/** The hub's word that an offer or answer of ours is not signed as it should be. */
function isDisbelief(message: Message): boolean {
  const { type, code, inReplyTo } = message;
  const isOfOurs = inReplyTo === "offer" || inReplyTo === "answer";
  return type === "error" && code === "unauthorized" && isOfOurs;
}

export class Transport extends Emitter<TransportEvents> {
  readonly #options: TransportOptions;
  readonly #signaling: SignalingClient;
  readonly #backoff: Backoff;
  #relayed = new ChunkJoiner();
  readonly #lane: RelayLane;
  readonly #unsubscribe: (() => void)[] = [];
  #peerId: string | null = null;
  #serverId: string | null = null;
  #hub: PeerInfo | null = null;
  #link: PeerLink | null = null;
  #path: Path = "none";
  #epoch = 0;
  #closed = false;
  #cancelHeadStart: (() => void) | null = null;
  #cancelRetry: (() => void) | null = null;

  constructor(options: TransportOptions) {
    super();
    this.#options = options;
    this.#signaling = options.signaling;
    this.#backoff = new Backoff({
      baseMs: LINK_RETRY_BASE_MS,
      capMs: LINK_RETRY_CAP_MS,
      ...(options.random === undefined ? {} : { random: options.random }),
    });
    this.#lane = new RelayLane({
      send: (frame) => this.#signaling.send(frame),
      clock: options.clock,
    });
    this.#lane.on("ready", () => {
      if (this.#path === "hub-relay") this.emit("ready", undefined);
    });
    this.#lane.on("recovered", () => {
      if (this.#path !== "hub-relay") return;
      // Which messages it left unread is not said: all that wait for an answer are told again.
      this.#epoch += 1;
      this.emit("ready", undefined);
    });
    this.#unsubscribe.push(
      this.#signaling.on("joined", (joined) => this.#onJoined(joined)),
      this.#signaling.on("message", (message) => this.#onServerMessage(message)),
      this.#signaling.on("state", (state) => {
        if (state !== "joined") this.#lane.reset();
        // The channel is the hub's to close as well, but out is out.
        if (state === "removed") this.#setHub(null);
        else this.#settle();
      }),
    );
  }

  get path(): Path {
    return this.#path;
  }

  /** Grows with each new way; what was sent under an older number may not have arrived. */
  get epoch(): number {
    return this.#epoch;
  }

  get hub(): PeerInfo | null {
    return this.#hub;
  }

  /** Whether it was handed to the present way; no promise that it arrives. */
  send(message: Message): boolean {
    switch (this.#path) {
      case "local-p2p":
        return this.#link?.send(JSON.stringify(message)) ?? false;
      case "hub-relay":
        return this.#relay(message);
      default:
        return false;
    }
  }

  /** Asked a question and heard nothing: the way is not to be trusted. */
  reportSilence(): void {
    if (this.#path === "local-p2p") this.#link?.restart();
    this.#signaling.probe();
  }

  /** The page is back, or the network changed: no pause has to be waited for. */
  wake(): void {
    this.#signaling.wake();
    this.#signaling.probe();
    this.#backoff.reset();
    if (this.#cancelRetry !== null) this.#openLink();
  }

  /** Of the WebRTC connection, for diagnosis; null where there is none. */
  async getStats(): Promise<RTCStatsReport | null> {
    return this.#link === null ? null : await this.#link.getStats();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#stopTimers();
    this.#lane.close();
    const link = this.#link;
    this.#link = null;
    link?.close();
    this.#hub = null;
    this.#settle();
    this.removeAll();
  }

  #stopTimers(): void {
    this.#cancelHeadStart?.();
    this.#cancelHeadStart = null;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
  }

  #relay(message: Message): boolean {
    const hub = this.#hub;
    return hub !== null && this.#signaling.state === "joined" && this.#lane.send(message, hub.peerId);
  }

  #onJoined(joined: Joined): void {
    const hub = joined.peers.find((peer) => peer.role === "hub") ?? null;
    const same =
      joined.resumed &&
      joined.peerId === this.#peerId &&
      joined.server.id === this.#serverId &&
      hub?.peerId === this.#hub?.peerId;

    this.#peerId = joined.peerId;
    this.#serverId = joined.server.id;
    this.#epoch += 1;
    this.#lane.reset();
    // Our place was kept, so a channel that is open goes on; only the relay had been away.
    if (same && this.#link?.state === "open") {
      this.#settle();
      this.emit("ready", undefined);
      return;
    }
    this.#setHub(hub);
  }

  #setHub(hub: PeerInfo | null): void {
    this.#stopTimers();
    const link = this.#link;
    this.#link = null;
    link?.close();
    this.#hub = hub;
    // Also where the way keeps its name: another hub has heard nothing yet.
    this.#epoch += 1;
    this.#lane.reset();
    this.#relayed = new ChunkJoiner();
    this.#backoff.reset();
    if (hub !== null) this.#openLink();
    this.emit("hub", hub);
    this.#settle();
    if (this.#path !== "none") this.emit("ready", undefined);
  }

  #onServerMessage(message: ServerMessage): void {
    switch (message.type) {
      case "link":
        if (message.fromPeerId === this.#hub?.peerId) this.#onLinkSignal(message.signal);
        break;
      case "relay":
        if (message.fromPeerId === this.#hub?.peerId) this.#onRelay(message.payload);
        break;
      case "presence": {
        const hub = message.joined.find((peer) => peer.role === "hub");
        if (hub !== undefined && hub.peerId !== this.#hub?.peerId) this.#setHub(hub);
        else if (this.#hub !== null && message.left.includes(this.#hub.peerId)) this.#setHub(null);
        break;
      }
      case "error":
        if (message.code === "rate-limited") this.#lane.onRateLimited();
        break;
      default:
        break;
    }
  }

  #onRelay(payload: Message): void {
    const message = this.#relayed.join(payload);
    if (message !== null) this.#receive(message);
  }

  /** From the hub, by either way. Two kinds of messages are about the connection itself. */
  #receive(message: Message): void {
    const { keys } = this.#options;
    if (keys !== undefined && message.type === "revocations") {
      const document = toSignedDocument(message["revocations"]);
      if (document !== undefined) keys.learnRevocations(document);
    } else if (keys !== undefined && isDisbelief(message)) this.#onDisbelief();
    else this.emit("message", message);
  }

  /** What we signed did not arrive as it was: that try is over, the relay takes over. */
  #onDisbelief(): void {
    if (this.#hub === null) return;
    this.emit("forged", { peerId: this.#hub.peerId, reason: "refused" });
    if (this.#link?.state === "opening") this.#link.close();
  }

  #onLinkSignal(signal: Parameters<PeerLink["handle"]>[0]): void {
    // The hub offers while our own try rests: take it.
    if (this.#link === null && signal.type === "offer") this.#openLink(false);
    this.#link?.handle(signal);
  }

  #openLink(offer = true): void {
    const hub = this.#hub;
    const { RTCPeerConnection, iceServers = [], tenantId, keys, clock } = this.#options;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    if (RTCPeerConnection === undefined || hub === null || this.#closed) return;
    if (this.#signaling.state !== "joined") return;

    let link: PeerLink;
    try {
      link = new PeerLink({
        RTCPeerConnection,
        iceServers: [...iceServers, ...(this.#signaling.joined?.iceServers ?? [])],
        ownPeerId: this.#peerId ?? "",
        otherPeerId: hub.peerId,
        tenantId,
        ...(keys === undefined
          ? {}
          : {
              signer: (description) => keys.signDescription(description),
              verifier: keys.verifierOf(hub),
            }),
        clock,
        sendSignal: (signal) => {
          this.#signaling.send({ ...signal, targetPeerId: hub.peerId });
        },
      });
    } catch {
      // A browser that has WebRTC switched off: the relay does it all.
      return;
    }
    this.#link = link;
    link.on("state", () => this.#onLinkState(link));
    link.on("message", (message) => this.#receive(message));
    link.on("forged", (reason) => this.emit("forged", { peerId: hub.peerId, reason }));
    link.on("drain", () => this.emit("ready", undefined));
    if (this.#path === "none") this.#startHeadStart();
    if (offer) link.start();
  }

  #startHeadStart(): void {
    this.#cancelHeadStart?.();
    this.#cancelHeadStart = this.#options.clock.after(HEAD_START_MS, () => {
      this.#cancelHeadStart = null;
      this.#settle();
    });
  }

  #endHeadStart(): void {
    this.#cancelHeadStart?.();
    this.#cancelHeadStart = null;
  }

  #onLinkState(link: PeerLink): void {
    if (this.#link !== link) return;
    if (link.state === "open") {
      this.#backoff.reset();
      this.#endHeadStart();
    }
    if (link.state === "closed") {
      this.#link = null;
      this.#endHeadStart();
      this.#cancelRetry?.();
      this.#cancelRetry = this.#options.clock.after(this.#backoff.next(), () => this.#openLink());
    }
    this.#settle();
  }

  #findPath(): Path {
    if (this.#closed) return "none";
    if (this.#link?.state === "open") return "local-p2p";
    const waits = this.#cancelHeadStart !== null && this.#link?.state === "opening";
    if (this.#signaling.state === "joined" && this.#hub !== null && !waits) return "hub-relay";
    return "none";
  }

  #settle(): void {
    const path = this.#findPath();
    if (path === this.#path) return;
    this.#path = path;
    this.#epoch += 1;
    this.emit("path", path);
    if (path !== "none") this.emit("ready", undefined);
  }
}
