// SPDX-License-Identifier: Apache-2.0
// One RTCPeerConnection to one other peer, hub or device, with one ordered data channel, kept alive by
// ICE restarts. Offers that cross are settled by perfect negotiation: the polite side takes its own
// back. A rollback takes no channel away: then there are two, and each side speaks on its own. Where
// there is a verifier, no description is applied that is not the other side's own.
//
// opening -> open       the channel opened
// open <-> troubled     the browser lost sight of the other side, or it stayed silent; an ICE restart is
//                       under way, or waits for signaling. Whatever arrives by the channel ends that: a
//                       hub with another address finds us by itself
// any -> closed         the channel closed, no way was found in time, the other side was revoked, or
//                       close(); final

import { ChunkJoiner, split } from "./chunks";
import type { Clock } from "./clock";
import type { Description } from "./description-auth";
import type { DescriptionVerifier, Forgery } from "./device-keys";
import { Emitter } from "./emitter";
import {
  parseJson,
  toCandidate,
  toMessage,
  type DescriptionAuth,
  type LinkSignal,
  type Message,
} from "./messages";

/** What every WebRTC library has; in the rest they do what the DOM's does, and declare it otherwise. */
export interface PeerConnectionLike {
  readonly signalingState: string;
  createDataChannel(label: string): object;
  createOffer(): Promise<object>;
  close(): unknown;
}

/** A browser's own, or a library's for programs, which may name a configuration of its own. */
export type PeerConnectionConstructor = new (configuration: never) => PeerConnectionLike;

export type LinkState = "opening" | "open" | "troubled" | "closed";

export interface LinkOptions {
  RTCPeerConnection: PeerConnectionConstructor;
  iceServers: RTCIceServer[];
  /** The lower peerId is polite. */
  ownPeerId: string;
  otherPeerId: string;
  tenantId: string;
  /** Without it our descriptions go unsigned. */
  signer?: (description: Description) => DescriptionAuth | undefined;
  /** Without it every description is believed: guests, and open hubs. */
  verifier?: DescriptionVerifier;
  clock: Clock;
  sendSignal: (signal: LinkSignal) => void;
  /**
   * Whether signals reach the other side just now; they do unless said otherwise. A link in trouble
   * waits for that, and is to be told by restart().
   */
  canSignal?: () => boolean;
}

export interface LinkEvents {
  state: LinkState;
  message: Message;
  /** The channel takes more again. */
  drain: undefined;
  /** Data goes another way than before: one of us has another address. */
  moved: undefined;
  /** A description was dropped, or the link closed: the other side is not who it should be. */
  forged: Forgery;
}

interface Believed {
  description: Description;
  auth: DescriptionAuth | undefined;
}

const CHANNEL_LABEL = "bellhop";
/** A LAN takes 20 ms; a phone that just woke up takes seconds. */
const OPEN_TIMEOUT_MS = 10000;
/** `disconnected` often heals by itself within a second or two. */
const RESTART_DELAY_MS = 2000;
/** On a LAN an answer takes milliseconds: the offer went where nobody is any more. */
const REOFFER_DELAY_MS = 3000;
/** Sooner where signaling has just come back, but not in the middle of an answer. */
const MIN_REOFFER_DELAY_MS = 500;
const HEAL_TIMEOUT_MS = 15000;
const MAX_BUFFERED_BYTES = 1024 * 1024;
const LOW_BUFFERED_BYTES = 256 * 1024;
/** Every browser takes that much (RFC 8841, section 6.1); more only as announced. */
const DEFAULT_MESSAGE_BYTES = 64 * 1024;
const MAX_MESSAGE_BYTES = 256 * 1024;
/** Candidates that came before the description; a peer has a handful. */
const MAX_EARLY_CANDIDATES = 64;

export class PeerLink extends Emitter<LinkEvents> {
  readonly #options: LinkOptions;
  readonly #connection: RTCPeerConnection;
  readonly #joiner = new ChunkJoiner();
  readonly #timers = new Map<string, () => void>();
  readonly #polite: boolean;
  readonly #unwatch: () => void;
  #channel: RTCDataChannel | null = null;
  #state: LinkState = "opening";
  // What the other side showed last, to be looked at again when somebody is revoked.
  #believed: Believed | null = null;
  // Of the offer under way; never rejects.
  #makingOffer: Promise<void> | null = null;
  // Of a restart, and not answered: the earliest time to make another.
  #reofferMs = 0;
  #ignoringOffer = false;
  #earlyCandidates: RTCIceCandidateInit[] = [];
  // Ours, found before the first description went out; null from then on.
  #heldCandidates: LinkSignal[] | null = [];
  // Descriptions and candidates are applied one after the other, in the order they came.
  #work: Promise<void> = Promise.resolve();

  constructor(options: LinkOptions) {
    super();
    this.#options = options;
    this.#polite = options.ownPeerId < options.otherPeerId;
    this.#unwatch = options.verifier?.watch(() => this.#recheck()) ?? (() => undefined);
    const { iceServers, RTCPeerConnection: Library } = options;
    this.#connection = new (Library as typeof RTCPeerConnection)({ iceServers });
    this.#watch(this.#connection);
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Makes the channel and offers. */
  start(): void {
    this.#take(this.#connection.createDataChannel(CHANNEL_LABEL, { ordered: true }));
    this.#startOpenTimer();
    this.#offer(false);
  }

  /** An offer, answer or candidate of the other side. */
  handle(signal: LinkSignal): void {
    if (this.#state === "opening" && !this.#timers.has("open")) this.#startOpenTimer();
    this.#work = this.#work.then(() => this.#apply(signal)).catch(() => undefined);
  }

  /** The SDP of the other side that was believed last, where there is a verifier. */
  get believedSdp(): string | null {
    return this.#believed?.description.sdp ?? null;
  }

  /** Looks for a new way; data flows again without the channel being opened anew. */
  restart(): void {
    if (this.#state === "closed" || this.#state === "opening") return;
    this.#trouble();
    this.#restartIn(REOFFER_DELAY_MS);
    this.#offer(true);
  }

  /** Whether all of the text was handed to the channel. */
  send(text: string): boolean {
    const channel = this.#channel;
    if (this.#state !== "open" || channel === null || channel.readyState !== "open") return false;
    if (channel.bufferedAmount > MAX_BUFFERED_BYTES) return false;
    try {
      for (const part of split(text, this.#maxMessageBytes())) channel.send(part);
      return true;
    } catch {
      return false;
    }
  }

  /** Another channel of this connection, for what is not messages. Throws where that cannot be. */
  openChannel(label: string): RTCDataChannel {
    return this.#connection.createDataChannel(label, { ordered: true });
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#connection.getStats();
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#unwatch();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#earlyCandidates = [];
    this.#channel = null;
    try {
      this.#connection.close();
    } catch {
      // Closed already.
    }
    this.#setState("closed");
    this.removeAll();
  }

  #setState(state: LinkState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit("state", state);
  }

  #startOpenTimer(): void {
    this.#setTimer("open", OPEN_TIMEOUT_MS, () => this.close());
  }

  #setTimer(name: string, delayMs: number, callback: () => void): void {
    this.#timers.get(name)?.();
    this.#timers.set(
      name,
      this.#options.clock.after(delayMs, () => {
        this.#timers.delete(name);
        callback();
      }),
    );
  }

  #clearTimer(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  #maxMessageBytes(): number {
    const announced = this.#connection.sctp?.maxMessageSize;
    if (typeof announced !== "number" || !(announced > 0)) return DEFAULT_MESSAGE_BYTES;
    return Math.min(announced, MAX_MESSAGE_BYTES);
  }

  #watch(connection: RTCPeerConnection): void {
    connection.onicecandidate = ({ candidate }) => {
      if (this.#state === "closed") return;
      // An empty one only ends a generation.
      if (candidate !== null && candidate.candidate === "") return;
      this.#sendCandidate({
        type: "ice-candidate",
        candidate:
          candidate === null
            ? null
            : {
                // Some libraries give the whole line of an SDP.
                candidate: candidate.candidate.replace(/^a=/, ""),
                sdpMid: candidate.sdpMid,
                sdpMLineIndex: candidate.sdpMLineIndex,
                usernameFragment: candidate.usernameFragment,
              },
      });
    };
    connection.oniceconnectionstatechange = () => this.#onIceState(connection.iceConnectionState);
    // DTLS that failed shows only here; in Chromium also ICE that is out of sight for long.
    connection.onconnectionstatechange = () => {
      if (connection.connectionState !== "failed" || connection.iceConnectionState === "failed")
        return;
      // Not every library has it.
      const dtls = connection.sctp?.transport as RTCDtlsTransport | undefined;
      if (dtls?.state === "connected") this.#onIceState("failed");
      else this.close();
    };
    connection.ondatachannel = ({ channel }) => {
      if (this.#channel === null) this.#take(channel);
      // Offers crossed: what is said there is said nowhere else.
      else this.#hear(channel);
    };
  }

  #take(channel: RTCDataChannel): void {
    this.#channel = channel;
    channel.bufferedAmountLowThreshold = LOW_BUFFERED_BYTES;
    channel.onopen = () => {
      if (this.#state !== "opening") return;
      this.#watchPair();
      this.#clearTimer("open");
      this.#setState("open");
    };
    channel.onclose = () => {
      if (this.#channel === channel) this.close();
    };
    channel.onbufferedamountlow = () => this.emit("drain", undefined);
    this.#hear(channel);
  }

  #hear(channel: RTCDataChannel): void {
    channel.onmessage = ({ data }: { data: unknown }) => this.#receive(data);
  }

  /** Not every library tells. */
  #watchPair(): void {
    const dtls = this.#connection.sctp?.transport as RTCDtlsTransport | undefined;
    const ice = dtls?.iceTransport as RTCIceTransport | undefined;
    ice?.addEventListener?.("selectedcandidatepairchange", () => {
      if (!this.#isClosed()) this.emit("moved", undefined);
    });
  }

  #receive(data: unknown): void {
    const message = toMessage(parseJson(data));
    if (message === null || this.#isClosed()) return;
    this.#heal();
    if (message.type === "ice-candidate") {
      this.#onMoved(message["candidate"]);
      return;
    }
    const whole = this.#joiner.join(message);
    if (whole !== null) this.emit("message", whole);
  }

  /**
   * The other side has moved and says where it is now. What the browser has found by itself it ranks
   * above what it was told: so the address after this one is gone over to as quickly as to this one.
   */
  #onMoved(value: unknown): void {
    const candidate = toCandidate(value);
    if (candidate !== undefined) this.handle({ type: "ice-candidate", candidate });
  }

  #onIceState(state: RTCIceConnectionState): void {
    if (this.#state === "closed") return;
    switch (state) {
      case "connected":
      case "completed":
        this.#heal();
        break;
      case "disconnected":
        if (this.#state !== "open") break;
        this.#trouble();
        this.#restartIn(RESTART_DELAY_MS);
        break;
      case "failed":
        if (this.#state === "opening") this.close();
        else this.restart();
        break;
      case "closed":
        this.close();
        break;
      default:
        break;
    }
  }

  #heal(): void {
    if (this.#state !== "troubled") return;
    this.#clearTimer("restart");
    this.#clearTimer("heal");
    this.#setState("open");
  }

  /** Again and again: an offer or its answer is lost with the socket that carries it. */
  #restartIn(delayMs: number): void {
    this.#setTimer("restart", delayMs, () => {
      if (this.#state !== "troubled") return;
      this.#restartIn(REOFFER_DELAY_MS);
      this.#offer(true);
    });
  }

  #trouble(): void {
    if (!this.#timers.has("heal")) this.#setTimer("heal", HEAL_TIMEOUT_MS, () => this.#giveUp());
    this.#setState("troubled");
  }

  // Without signaling nothing better would come of closing: a phone that slept may still be heard.
  #giveUp(): void {
    if (this.#canSignal()) this.close();
    else this.#setTimer("heal", HEAL_TIMEOUT_MS, () => this.#giveUp());
  }

  #canSignal(): boolean {
    return this.#options.canSignal?.() ?? true;
  }

  #offer(iceRestart: boolean): void {
    if (iceRestart && !this.#canSignal()) return;
    // An offer is on its way already, or theirs is being answered.
    if (this.#makingOffer !== null || !this.#mayOffer()) return;
    this.#makingOffer = this.#makeOffer(iceRestart).finally(() => (this.#makingOffer = null));
  }

  async #makeOffer(iceRestart: boolean): Promise<void> {
    const connection = this.#connection;
    try {
      const offer = await connection.createOffer({ iceRestart });
      if (this.#isClosed() || !this.#mayOffer()) return;
      await connection.setLocalDescription(offer);
      if (this.#isClosed()) return;
      this.#reofferMs = this.#options.clock.now() + MIN_REOFFER_DELAY_MS;
      this.#sendDescription("offer", offer);
    } catch {
      if (this.#state === "opening") this.close();
    }
  }

  /** libdatachannel has an offer as soon as it has a channel, and has told nobody yet. */
  #mayOffer(): boolean {
    const { signalingState } = this.#connection;
    const isWaiting = signalingState === "have-local-offer";
    const isUntold = this.#heldCandidates !== null && isWaiting;
    const isLate = this.#options.clock.now() >= this.#reofferMs;
    const isLost = this.#state === "troubled" && isWaiting && isLate;
    return signalingState === "stable" || isUntold || isLost;
  }

  #sendDescription(type: "offer" | "answer", made: RTCSessionDescriptionInit): void {
    const sdp = this.#connection.localDescription?.sdp ?? made.sdp;
    if (sdp === undefined) return;
    const { ownPeerId, otherPeerId, tenantId, signer } = this.#options;
    const auth = signer?.({ type, tenantId, fromPeerId: ownPeerId, toPeerId: otherPeerId, sdp });
    this.#options.sendSignal(auth === undefined ? { type, sdp } : { type, sdp, auth });
    const held = this.#heldCandidates ?? [];
    this.#heldCandidates = null;
    for (const signal of held) this.#options.sendSignal(signal);
  }

  // Nobody can use a candidate before the description that it belongs to.
  #sendCandidate(signal: LinkSignal): void {
    if (this.#heldCandidates !== null) this.#heldCandidates.push(signal);
    else this.#options.sendSignal(signal);
  }

  // The state may have become `closed` while something was awaited.
  #isClosed(): boolean {
    return this.#state === "closed";
  }

  async #apply(signal: LinkSignal): Promise<void> {
    const connection = this.#connection;
    if (this.#isClosed()) return;

    if (signal.type === "ice-candidate") {
      await this.#addCandidate(signal.candidate);
      return;
    }
    const { type, sdp, auth } = signal;
    if (!this.#believe(type, sdp, auth)) return;
    if (type === "answer") {
      if (connection.signalingState !== "have-local-offer") return;
      await connection.setRemoteDescription({ type, sdp });
      await this.#addEarlyCandidates();
      return;
    }

    const crossed = this.#makingOffer !== null || connection.signalingState !== "stable";
    this.#ignoringOffer = crossed && !this.#polite;
    if (this.#ignoringOffer) return;
    // Applied in the middle of that, theirs would make it fail, or it could not be taken back.
    await this.#makingOffer;
    if (this.#isClosed()) return;
    if (connection.signalingState === "have-local-offer")
      await connection.setLocalDescription({ type: "rollback" });
    await connection.setRemoteDescription({ type, sdp });
    await this.#addEarlyCandidates();
    const answer = await connection.createAnswer();
    await connection.setLocalDescription(answer);
    if (!this.#isClosed()) this.#sendDescription("answer", answer);
  }

  #believe(type: "offer" | "answer", sdp: string, auth: DescriptionAuth | undefined): boolean {
    const { ownPeerId, otherPeerId, tenantId, verifier } = this.#options;
    if (verifier === undefined) return true;
    const description = { type, tenantId, fromPeerId: otherPeerId, toPeerId: ownPeerId, sdp };
    const forgery = verifier.check(description, auth);
    if (forgery === null) this.#believed = { description, auth };
    else this.emit("forged", forgery);
    return forgery === null;
  }

  #recheck(): void {
    if (this.#believed === null) return;
    const { description, auth } = this.#believed;
    const forgery = this.#options.verifier?.check(description, auth) ?? null;
    if (forgery === null) return;
    this.emit("forged", forgery);
    this.close();
  }

  async #addCandidate(candidate: RTCIceCandidateInit | null): Promise<void> {
    // The end of candidates changes nothing for us: the other side's checks may still come.
    if (candidate === null || candidate.candidate === "") return;
    if (this.#connection.remoteDescription === null) {
      if (this.#earlyCandidates.length < MAX_EARLY_CANDIDATES)
        this.#earlyCandidates.push(candidate);
      return;
    }
    try {
      await this.#connection.addIceCandidate(candidate);
    } catch {
      // One that cannot be used, or of an offer that was not taken: the others stand.
    }
  }

  async #addEarlyCandidates(): Promise<void> {
    const early = this.#earlyCandidates;
    this.#earlyCandidates = [];
    for (const candidate of early) await this.#addCandidate(candidate);
  }
}
