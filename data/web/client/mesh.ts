// SPDX-License-Identifier: Apache-2.0
// Direct links to the other devices of the property (protocol section 2): a newcomer offers to those
// present, kitchen and staff before tills; at most so many, the rest is reached through the hub. A link
// that is open goes on without signaling, is not given up because the other side left the room, and ends
// at once where the device is revoked; one in trouble holds its place for a while only. What ended is offered
// again when both are there.

import { Backoff } from "./backoff";
import type { Clock } from "./clock";
import type { DeviceKeys, Forgery } from "./device-keys";
import { Emitter } from "./emitter";
import type { Joined, LinkSignal, Message, PeerInfo, ServerMessage, SignedDocument } from "./messages";
import { PeerLink, type LinkState, type PeerConnectionConstructor } from "./peer-link";
import type { SignalingClient } from "./signaling-client";

export interface MeshOptions {
  signaling: SignalingClient;
  keys: DeviceKeys;
  RTCPeerConnection: PeerConnectionConstructor;
  iceServers?: RTCIceServer[];
  clock: Clock;
  random?: () => number;
  /** Fewer than 8, for tests. */
  maxLinks?: number;
}

/** Another device that there is a link to. */
export interface MeshPeer extends PeerInfo {
  deviceId: string;
}

export interface MeshEvents {
  /** A channel opened, or one that was in trouble flows again. */
  open: MeshPeer;
  /** There is no channel any more. */
  closed: MeshPeer;
  message: { peer: MeshPeer; message: Message };
  /** The channel takes more again. */
  drain: MeshPeer;
  /** What a device signs is not its own, or not any more. */
  forged: { peerId: string; reason: Forgery };
  /** A device's membership, as it came with what it signed: who checks operations needs it. */
  membership: SignedDocument;
  /** Who is in the room changed. */
  peers: undefined;
}

interface Candidate {
  peer: MeshPeer;
  backoff: Backoff;
  /** When we offer, unless they do before. */
  dueAtMs: number;
}

interface Bond {
  peer: MeshPeer;
  link: PeerLink;
  /** Our own place when it was made: signals of another place mean nothing to the other side. */
  ownPeerId: string;
  isOurs: boolean;
  wasOpen: boolean;
  troubledSinceMs: number;
}

const MAX_LINKS = 8;
/** A newcomer offers by itself. Later than that it has no room, or did not see us. */
const GRACE_MS = 15000;
/** What a server that we have left cannot mend any more may heal by itself within that time. */
const HEAL_MS = 2000;
/** As long, where the device is not here either: nobody can say anything to it, and others want its place. */
const ABSENT_HEAL_MS = 60000;
const RETRY_BASE_MS = 1000;
const RETRY_CAP_MS = 300000;

/** Who has links, those first whom orders go to. */
const order = ["kitchen", "staff", "pos", "manager"];

function toMeshPeer(peer: PeerInfo): MeshPeer | null {
  const { deviceId } = peer;
  return deviceId === undefined || !order.includes(peer.role) ? null : { ...peer, deviceId };
}

function fingerprintOf(sdp: string): string {
  return (/^a=fingerprint:(.*)$/m.exec(sdp)?.[1] ?? "").trim().toUpperCase();
}

export class Mesh extends Emitter<MeshEvents> {
  readonly #options: MeshOptions;
  readonly #signaling: SignalingClient;
  readonly #unsubscribe: (() => void)[];
  /** Who is in the room, by peerId. */
  readonly #present = new Map<string, Candidate>();
  /** By the peerId that the other side had when the link was made. */
  readonly #bonds = new Map<string, Bond>();
  #peerId = "";
  /** Since when we are in the room, at whichever server. */
  #enteredMs = 0;
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  constructor(options: MeshOptions) {
    super();
    this.#options = options;
    this.#signaling = options.signaling;
    this.#unsubscribe = [
      this.#signaling.on("joined", (joined) => this.#onJoined(joined)),
      this.#signaling.on("message", (message) => this.#onServerMessage(message)),
      this.#signaling.on("state", (state) => {
        if (state === "removed") this.#closeAll();
        if (state === "joined") this.#enteredMs = options.clock.now();
      }),
    ];
    if (this.#signaling.state === "joined" && this.#signaling.joined !== null)
      this.#onJoined(this.#signaling.joined);
  }

  /** The other devices in the room, as the server last named them. */
  get peers(): MeshPeer[] {
    return [...this.#present.values()].map(({ peer }) => peer);
  }

  /** Those that there is a channel to. */
  get open(): MeshPeer[] {
    return [...this.#bonds.values()]
      .filter(({ link }) => link.state === "open")
      .map(({ peer }) => peer);
  }

  /** Whether it was handed to a channel to this peer or device; no promise that it arrives. */
  send(to: string, message: Message): boolean {
    const bond = this.#find(to);
    return bond !== null && bond.link.send(JSON.stringify(message));
  }

  /** Of the channel to this peer or device; null where there is none. */
  async getStats(to: string): Promise<RTCStatsReport | null> {
    return (await this.#find(to)?.link.getStats()) ?? null;
  }

  /** The page is back, or the network changed: no pause has to be waited for. */
  wake(): void {
    const nowMs = this.#options.clock.now();
    for (const candidate of this.#present.values()) {
      candidate.backoff.reset();
      candidate.dueAtMs = Math.min(candidate.dueAtMs, nowMs + GRACE_MS);
    }
    this.#fill();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#closeAll();
    this.removeAll();
  }

  #closeAll(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#present.clear();
    for (const { link } of [...this.#bonds.values()]) link.close();
  }

  #find(to: string): Bond | null {
    const open = [...this.#bonds.values()].filter(({ link }) => link.state === "open");
    const exact = open.find(({ peer }) => peer.peerId === to);
    // Of a page that is known by another name here than where its channel was made.
    const deviceId = this.#present.get(to)?.peer.deviceId ?? to;
    return exact ?? open.find(({ peer }) => peer.deviceId === deviceId) ?? null;
  }

  #onJoined(joined: Joined): void {
    this.#peerId = joined.peerId;
    this.#present.clear();
    for (const peer of joined.peers) this.#add(peer, 0);
    for (const bond of [...this.#bonds.values()]) {
      if (bond.link.state === "troubled" && this.#isCurrent(bond)) bond.link.restart();
      // Nobody would answer it any more; it is offered anew here.
      if (bond.link.state === "opening" && !this.#isCurrent(bond)) bond.link.close();
    }
    this.emit("peers", undefined);
    this.#fill();
  }

  /** Whether what is said of this link here reaches its other end. */
  #isCurrent(bond: Bond): boolean {
    return bond.ownPeerId === this.#peerId && this.#present.has(bond.peer.peerId);
  }

  /**
   * A link in trouble asks for a restart as who it was: nobody knows it under the new name. Where the
   * device is here, another is made. Where it is not, it has time to come: what broke the link may have put
   * both of us out.
   */
  #endHopeless(nowMs: number): number {
    let nextMs = Infinity;
    for (const bond of [...this.#bonds.values()]) {
      const { link, peer, troubledSinceMs } = bond;
      if (link.state !== "troubled" || this.#isCurrent(bond)) continue;
      const isHere = this.peers.some(({ deviceId }) => deviceId === peer.deviceId);
      const absentUntilMs = Math.max(troubledSinceMs, this.#enteredMs) + ABSENT_HEAL_MS;
      const untilMs = isHere ? troubledSinceMs + HEAL_MS : absentUntilMs;
      if (untilMs <= nowMs) link.close();
      else nextMs = Math.min(nextMs, untilMs);
    }
    return nextMs;
  }

  #add(peer: PeerInfo, delayMs: number): void {
    const known = toMeshPeer(peer);
    if (known === null || known.peerId === this.#peerId) return;
    // Another tab shares its storage with us.
    if (known.deviceId === this.#options.keys.deviceId) return;
    const { random } = this.#options;
    const backoff = new Backoff({
      baseMs: RETRY_BASE_MS,
      capMs: RETRY_CAP_MS,
      ...(random === undefined ? {} : { random }),
    });
    const dueAtMs = this.#options.clock.now() + delayMs;
    this.#present.set(known.peerId, { peer: known, backoff, dueAtMs });
  }

  #onServerMessage(message: ServerMessage): void {
    if (message.type === "link") this.#onSignal(message.fromPeerId, message.signal);
    if (message.type !== "presence") return;
    for (const peer of message.joined) {
      if (this.#present.get(peer.peerId)?.peer.role !== peer.role) this.#add(peer, GRACE_MS);
    }
    for (const peerId of message.left) {
      this.#present.delete(peerId);
      // An open channel needs no room.
      const bond = this.#bonds.get(peerId);
      if (bond?.link.state === "opening") bond.link.close();
    }
    this.emit("peers", undefined);
    this.#fill();
  }

  #onSignal(fromPeerId: string, signal: LinkSignal): void {
    const candidate = this.#present.get(fromPeerId);
    const bond = this.#bonds.get(fromPeerId);
    if (signal.type === "offer" && candidate !== undefined) {
      const isAnew = bond !== undefined && this.#isOfAnother(bond, signal);
      if (isAnew) bond.link.close();
      if (bond === undefined || isAnew) {
        if (this.#bonds.size >= this.#maxLinks) return;
        this.#bind(candidate.peer, false);
      }
    }
    const bound = this.#bonds.get(fromPeerId);
    if (bound === undefined) return;
    const membership = signal.type === "ice-candidate" ? undefined : signal.auth?.membership;
    if (membership !== undefined) this.emit("membership", membership);
    bound.link.handle(signal);
  }

  /** The other side has lost the channel that we still hold, and begins a new one. */
  #isOfAnother(bond: Bond, signal: LinkSignal & { type: "offer" | "answer" }): boolean {
    const { keys } = this.#options;
    const known = bond.link.believedSdp;
    if (known === null || fingerprintOf(known) === fingerprintOf(signal.sdp)) return false;
    const { type, sdp } = signal;
    const { peerId } = bond.peer;
    const description = {
      type,
      tenantId: keys.tenantId,
      fromPeerId: peerId,
      toPeerId: this.#peerId,
      sdp,
    };
    return keys.verifierOf(bond.peer).check(description, signal.auth) === null;
  }

  get #maxLinks(): number {
    return this.#options.maxLinks ?? MAX_LINKS;
  }

  /** Offers to those that come next, as long as there is room. */
  #fill(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#closed || this.#signaling.state !== "joined") return;
    const nowMs = this.#options.clock.now();
    let nextMs = this.#endHopeless(nowMs);
    for (const candidate of this.#wanted()) {
      if (this.#bonds.size >= this.#maxLinks) break;
      if (candidate.dueAtMs > nowMs) nextMs = Math.min(nextMs, candidate.dueAtMs);
      // One channel to a device is enough, whichever of its tabs holds it.
      else if (!this.#isBound(candidate.peer.deviceId)) this.#bind(candidate.peer, true);
    }
    // What was begun or ended here may have set one of its own.
    (this.#cancelTimer as (() => void) | null)?.();
    this.#cancelTimer = null;
    if (nextMs === Infinity) return;
    this.#cancelTimer = this.#options.clock.after(nextMs - nowMs, () => {
      this.#cancelTimer = null;
      this.#fill();
    });
  }

  #wanted(): Candidate[] {
    const rank = ({ peer }: Candidate) => order.indexOf(peer.role);
    return [...this.#present.values()]
      .filter(({ peer }) => !this.#isBound(peer.deviceId))
      .sort((a, b) => rank(a) - rank(b) || (a.peer.peerId < b.peer.peerId ? -1 : 1));
  }

  #isBound(deviceId: string): boolean {
    return [...this.#bonds.values()].some(({ peer }) => peer.deviceId === deviceId);
  }

  #bind(peer: MeshPeer, isOurs: boolean): void {
    const { keys, clock, RTCPeerConnection, iceServers = [] } = this.#options;
    const ownPeerId = this.#peerId;
    const canSignal = () =>
      this.#signaling.state === "joined" &&
      this.#peerId === ownPeerId &&
      this.#present.has(peer.peerId);
    let link: PeerLink;
    try {
      link = new PeerLink({
        RTCPeerConnection,
        iceServers: [...iceServers, ...(this.#signaling.joined?.iceServers ?? [])],
        ownPeerId,
        otherPeerId: peer.peerId,
        tenantId: keys.tenantId,
        signer: (description) => keys.signDescription(description),
        verifier: keys.verifierOf(peer),
        clock,
        canSignal,
        sendSignal: (signal) => {
          if (canSignal()) this.#signaling.send({ ...signal, targetPeerId: peer.peerId });
        },
      });
    } catch {
      // A browser that has WebRTC switched off: the hub passes everything on.
      this.#present.delete(peer.peerId);
      return;
    }
    const bond: Bond = { peer, link, ownPeerId, isOurs, wasOpen: false, troubledSinceMs: 0 };
    this.#bonds.set(peer.peerId, bond);
    link.on("state", (state) => this.#onState(bond, state));
    link.on("message", (message) => this.emit("message", { peer, message }));
    link.on("drain", () => this.emit("drain", peer));
    link.on("forged", (reason) => this.emit("forged", { peerId: peer.peerId, reason }));
    if (isOurs) link.start();
  }

  #onState(bond: Bond, state: LinkState): void {
    if (this.#bonds.get(bond.peer.peerId) !== bond) return;
    const candidate = this.#present.get(bond.peer.peerId);
    if (state === "open") {
      bond.wasOpen = true;
      candidate?.backoff.reset();
      this.emit("open", bond.peer);
    }
    if (state === "troubled") {
      bond.troubledSinceMs = this.#options.clock.now();
      this.#fill();
    }
    if (state !== "closed") return;
    this.#bonds.delete(bond.peer.peerId);
    if (candidate !== undefined) {
      // Who offered does so again; the other only where that does not happen.
      const pauseMs = candidate.backoff.next() + (bond.isOurs ? 0 : GRACE_MS);
      candidate.dueAtMs = this.#options.clock.now() + pauseMs;
    }
    if (bond.wasOpen) this.emit("closed", bond.peer);
    this.#fill();
  }
}
