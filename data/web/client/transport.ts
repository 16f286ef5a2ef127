// SPDX-License-Identifier: Apache-2.0
// The one surface over both ways to the hub: the data channel where there is one, otherwise `relay` on
// the WebSocket. Says which way is in use and counts how often that changed (`epoch`), so that what
// waits for an answer can be asked again; keeps no message itself. Signaling may come and go, and move to
// another server, without disturbing a channel that is open: where our place at the hub was lost
// meanwhile, a second channel is made under the new one, and the first is used until that opens. At
// another server the first stays until it is in trouble, which only a second can mend. Other devices are
// reached by relay; a cloud relays nothing.

import { Backoff } from "./backoff";
import { ChannelSocket } from "./channel-socket";
import { ChunkJoiner } from "./chunks";
import { DeviceJoiner } from "./device-joiner";
import { Emitter } from "./emitter";
import {
  toServers,
  toSignedDocument,
  type Joined,
  type Message,
  type PeerInfo,
  type ServerMessage,
} from "./messages";
import type { PeerLink } from "./peer-link";
import { RelayLane } from "./relay-lane";
import type { SignalingClient } from "./signaling-client";
import { makeTransportLink, type LinkPlace } from "./transport-link";
import type { Path, TransportEvents, TransportOptions } from "./transport-types";

export type { Path, TransportEvents, TransportOptions } from "./transport-types";

/** Signaling goes by it, see SignalingClient.offerChannel(). */
const SIGNAL_LABEL = "signal";
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
  #hub: PeerInfo | null = null;
  /** Whether the hub is in the room: it may be away while its channel is open. */
  #isPresent = false;
  #link: PeerLink | null = null;
  /** The place, at whichever server, that the link was made under. */
  #linkPlace: LinkPlace | null = null;
  /** That is not the place that we have now: it cannot be mended. */
  #isOutdated = false;
  /** Takes the place of an outdated link once it is open. */
  #successor: PeerLink | null = null;
  #successorPlace: LinkPlace | null = null;
  /** Carries signaling as well, where that is wanted. */
  #offered: PeerLink | null = null;
  readonly #fromDevices = new DeviceJoiner();
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
      this.emit("relayReady", undefined);
      if (this.#path === "hub-relay") this.emit("ready", undefined);
    });
    this.#lane.on("recovered", () => {
      this.emit("relayReady", undefined);
      if (this.#path !== "hub-relay") return;
      // Which messages it left unread is not said: all that wait for an answer are told again.
      this.#epoch += 1;
      this.emit("ready", undefined);
    });
    this.#unsubscribe.push(
      this.#signaling.on("joined", (joined) => this.#onJoined(joined)),
      this.#signaling.on("message", (message) => this.#onServerMessage(message)),
      this.#signaling.on("state", (state) => {
        // Who is there now is told next: until then we know of those that were there before.
        if (state === "joined") return;
        this.#lane.reset();
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

  /** To another device, by the server; whether it was handed over. */
  relayTo(peerId: string, message: Message): boolean {
    return this.#signaling.kind === "local" && this.#lane.send(message, peerId);
  }

  /** Asked a question and heard nothing: the way is not to be trusted. */
  reportSilence(): void {
    if (this.#path === "local-p2p") this.#link?.restart();
    this.#signaling.probe();
  }

  /** The page is back, or the network changed: no pause has to be waited for. */
  wake(): void {
    this.#signaling.wake();
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
    this.#closeLinks();
    this.#hub = null;
    this.#settle();
    this.removeAll();
  }

  #closeLinks(): void {
    const links = [this.#link, this.#successor];
    this.#link = null;
    this.#successor = null;
    this.#isOutdated = false;
    for (const link of links) link?.close();
    this.#offerSignaling();
  }

  #stopTimers(): void {
    this.#cancelHeadStart?.();
    this.#cancelHeadStart = null;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
  }

  #relay(message: Message): boolean {
    const hub = this.#hub;
    return hub !== null && this.#canSignal() && this.#lane.send(message, hub.peerId);
  }

  /** Whether what we say in the room reaches the hub. */
  #canSignal(): boolean {
    return this.#signaling.state === "joined" && this.#isPresent;
  }

  #onJoined(joined: Joined): void {
    const hub = joined.peers.find((peer) => peer.role === "hub") ?? null;
    const serverId = joined.server.id;
    const isSamePlace =
      this.#linkPlace?.serverId === serverId &&
      joined.resumed &&
      joined.peerId === this.#linkPlace.peerId &&
      hub?.peerId === this.#linkPlace.hubPeerId;

    this.#peerId = joined.peerId;
    // What goes by the channel goes on.
    if (this.#path !== "local-p2p") this.#epoch += 1;
    this.#lane.reset();
    if (this.#link === null || this.#isNewHub(joined) || !this.#isLinkUseful(isSamePlace)) {
      this.#setHub(hub);
      return;
    }
    if (hub !== null) this.#hub = hub;
    this.#isPresent = hub !== null;
    this.#isOutdated = !isSamePlace;
    if (this.#link.state === "troubled") this.#link.restart();
    // Another server knows the same hub, and who speaks by our channel is its other end: it goes on.
    const mayBeAnother = this.#linkPlace?.serverId === serverId && !this.#signaling.isByChannel;
    if (mayBeAnother) this.#succeed();
    else this.#stopSucceeding();
    this.#settle();
    this.emit("relayReady", undefined);
    if (this.#path !== "none") this.emit("ready", undefined);
  }

  /** Whether the program at the other end of our channel is gone, or may be another. */
  #isNewHub({ server, isAnew }: Joined): boolean {
    // A hub that has proven itself is the same one, whoever lets us in.
    if (server.id !== this.#linkPlace?.serverId) return this.#options.keys === undefined;
    return server.kind !== "cloud" && isAnew === true;
  }

  #isLinkUseful(isSamePlace: boolean): boolean {
    const state = this.#link?.state;
    return state === "open" || (state === "troubled" && isSamePlace);
  }

  #setHub(hub: PeerInfo | null): void {
    this.#stopTimers();
    this.#closeLinks();
    this.#hub = hub;
    this.#isPresent = hub !== null;
    // Also where the way keeps its name: another hub has heard nothing yet.
    this.#epoch += 1;
    this.#lane.reset();
    this.#relayed = new ChunkJoiner();
    this.#backoff.reset();
    if (hub !== null) this.#openLink();
    this.emit("hub", hub);
    this.#settle();
    this.emit("relayReady", undefined);
    if (this.#path !== "none") this.emit("ready", undefined);
  }

  #onServerMessage(message: ServerMessage): void {
    switch (message.type) {
      case "link":
        if (message.fromPeerId === this.#hub?.peerId) this.#onLinkSignal(message.signal);
        break;
      case "relay":
        if (message.fromPeerId === this.#hub?.peerId) this.#onRelay(message.payload);
        else this.#onDeviceRelay(message.fromPeerId, message.payload);
        break;
      case "presence":
        this.#onPresence(message.joined, message.left);
        break;
      case "error":
        if (message.code === "rate-limited") this.#lane.onRateLimited();
        break;
      default:
        break;
    }
  }

  #onPresence(joined: PeerInfo[], left: string[]): void {
    const hub = joined.find((peer) => peer.role === "hub");
    for (const peerId of left) this.#fromDevices.forget(peerId);
    const isOpen = this.#link?.state === "open";
    if (hub !== undefined) {
      const isKnown = hub.peerId === this.#hub?.peerId;
      if (isKnown && this.#isPresent) return;
      if (!isOpen || (!isKnown && this.#options.keys === undefined)) {
        this.#setHub(hub);
        return;
      }
      this.#isOutdated ||= hub.peerId !== this.#linkPlace?.hubPeerId;
      this.#hub = hub;
      this.#isPresent = true;
      if (this.#signaling.kind === "local") this.#succeed();
    } else if (this.#hub !== null && left.includes(this.#hub.peerId)) {
      if (!isOpen) {
        this.#setHub(null);
        return;
      }
      // It left the room, not us.
      this.#isPresent = false;
    }
    this.#settle();
  }

  #onDeviceRelay(peerId: string, payload: Message): void {
    const message = this.#fromDevices.join(peerId, payload);
    if (message !== null) this.emit("relayed", { peerId, message });
  }

  #onRelay(payload: Message): void {
    const message = this.#relayed.join(payload);
    if (message !== null) this.#receive(message);
  }

  /** From the hub, by either way. Three kinds of messages are about the connection itself. */
  #receive(message: Message): void {
    const { keys } = this.#options;
    if (keys !== undefined && message.type === "revocations") {
      const document = toSignedDocument(message["revocations"]);
      if (document !== undefined) keys.learnRevocations(document);
    } else if (keys !== undefined && message.type === "signaling-servers")
      this.#signaling.hear(toServers(message["signalingServers"]));
    else if (keys !== undefined && isDisbelief(message)) this.#onDisbelief();
    else this.emit("message", message);
  }

  /** What we signed did not arrive as it was: that try is over, the relay takes over. */
  #onDisbelief(): void {
    if (this.#hub === null) return;
    this.emit("forged", { peerId: this.#hub.peerId, reason: "refused" });
    if (this.#link?.state === "opening") this.#link.close();
  }

  #onLinkSignal(signal: Parameters<PeerLink["handle"]>[0]): void {
    const isResting = this.#link === null || (this.#isOutdated && this.#successor === null);
    // The hub offers while our own try rests: take it.
    if (isResting && signal.type === "offer") this.#openLink(false);
    (this.#isOutdated ? this.#successor : this.#link)?.handle(signal);
  }

  /** An outdated link cannot be mended: another is made before it breaks. */
  #succeed(): void {
    this.#stopSucceeding();
    if (this.#isOutdated) this.#openLink();
  }

  #stopSucceeding(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const successor = this.#successor;
    this.#successor = null;
    successor?.close();
  }

  #openLink(offer = true): void {
    const hub = this.#hub;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    if (hub === null || this.#closed || !this.#canSignal()) return;
    const peerId = this.#peerId ?? "";
    const canSignal = () =>
      this.#canSignal() && this.#peerId === peerId && this.#hub?.peerId === hub.peerId;
    const link = makeTransportLink(this.#options, hub, peerId, canSignal);
    if (link === null) return;
    const serverId = this.#signaling.joined?.server.id ?? "";
    const place = { serverId, peerId, hubPeerId: hub.peerId };
    if (this.#link === null) {
      this.#link = link;
      this.#linkPlace = place;
      this.#isOutdated = false;
    } else {
      this.#successor = link;
      this.#successorPlace = place;
    }
    link.on("state", () => this.#onLinkState(link));
    link.on("message", (message) => this.#receive(message));
    link.on("forged", (reason) => this.emit("forged", { peerId: hub.peerId, reason }));
    link.on("drain", () => this.emit("ready", undefined));
    // What was there before may be gone, and its sockets with it.
    link.on("moved", () => this.#signaling.doubt());
    if (this.#path === "none") this.#startHeadStart();
    if (offer) link.start();
  }

  #onLinkState(link: PeerLink): void {
    if (link === this.#successor && link.state === "open") this.#takeOver();
    if (link === this.#successor && link.state === "closed") {
      this.#successor = null;
      this.#retryLater();
    }
    if (this.#link !== link) return;
    if (link.state === "open") {
      this.#backoff.reset();
      this.#endHeadStart();
    }
    if (link.state === "troubled" && this.#isOutdated && this.#successor === null) this.#succeed();
    if (link.state === "closed") this.#onLinkClosed();
    this.#offerSignaling();
    // Mostly one of us has another address now, and the socket leads nowhere either.
    if (link.state === "troubled") this.#signaling.doubt();
    this.#settle();
  }

  /** The hub takes signaling by a channel of ours too, from whom it knows. */
  #offerSignaling(): void {
    const link = this.#link;
    const isOpen = this.#options.keys !== undefined && link?.state === "open";
    const offered = isOpen ? link : null;
    if (offered === this.#offered) return;
    // Of a link that goes: not every browser says that its channels are closed.
    if (this.#offered !== null) this.#signaling.offerChannel(null);
    this.#offered = offered;
    if (offered === null) return;
    this.#signaling.offerChannel(() => new ChannelSocket(offered.openChannel(SIGNAL_LABEL)));
  }

  #takeOver(): void {
    const old = this.#link;
    this.#link = this.#successor;
    this.#linkPlace = this.#successorPlace;
    this.#successor = null;
    this.#isOutdated = false;
    this.#backoff.reset();
    this.#epoch += 1;
    this.#offerSignaling();
    old?.close();
    this.#settle();
    this.emit("ready", undefined);
  }

  #onLinkClosed(): void {
    this.#link = this.#successor;
    this.#linkPlace = this.#successorPlace;
    this.#successor = null;
    this.#isOutdated = false;
    this.#endHeadStart();
    if (this.#link !== null) return;
    if (this.#isPresent) this.#retryLater();
    else if (this.#signaling.state === "joined") this.#setHub(null);
  }

  #retryLater(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = this.#options.clock.after(this.#backoff.next(), () => this.#openLink());
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

  #findPath(): Path {
    if (this.#closed) return "none";
    if (this.#link?.state === "open") return "local-p2p";
    const waits = this.#cancelHeadStart !== null && this.#link?.state === "opening";
    const isRelayed = this.#canSignal() && this.#signaling.kind === "local";
    if (isRelayed && this.#hub !== null && !waits) return "hub-relay";
    return "none";
  }

  #settle(): void {
    const path = this.#findPath();
    if (path === this.#path) return;
    // What is half said to the hub by relay is said whole by the next way, and must not be said twice.
    if (this.#path === "hub-relay") this.#lane.reset();
    this.#path = path;
    this.#epoch += 1;
    this.emit("path", path);
    if (path !== "none") this.emit("ready", undefined);
    this.emit("relayReady", undefined);
  }
}
