// SPDX-License-Identifier: Apache-2.0
// An RTCPeerConnection without a network: a test opens its channel, breaks it, answers on it.

import type { PeerConnectionConstructor } from "../../../data/web/client/peer-link";
import { ModelSession, type ModelHub } from "./model-hub";

type Frame = Record<string, unknown>;

export class FakeChannel {
  readyState = "connecting";
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onbufferedamountlow: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: Frame[] = [];
  onSent: ((frame: Frame) => void) | null = null;

  send(text: string): void {
    if (this.readyState !== "open") throw new Error("not open");
    const frame = JSON.parse(text) as Frame;
    this.sent.push(frame);
    this.onSent?.(frame);
  }

  open(): void {
    this.readyState = "open";
    this.onopen?.();
  }

  say(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  close(): void {
    this.readyState = "closed";
    this.onclose?.();
  }
}

/** Signaling on a channel; the hub at its other end is a model. */
export class FakeSignalChannel extends FakeChannel {
  label = "";
  readonly joins: Frame[] = [];

  constructor(hub: ModelHub) {
    super();
    const session = new ModelSession(hub, (text) => this.onmessage?.({ data: text }));
    session.peerId = "page-by-channel";
    this.onSent = (frame) => {
      if (frame["type"] === "join") this.joins.push(frame);
      session.receive(frame);
    };
  }
}

export class FakePeer {
  signalingState = "stable";
  iceConnectionState = "new";
  connectionState = "new";
  localDescription: { type: string; sdp: string } | null = null;
  remoteDescription: { type: string; sdp: string } | null = null;
  sctp: { maxMessageSize: number; transport?: { state: string; iceTransport?: EventTarget } } | null = null;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ondatachannel: ((event: { channel: unknown }) => void) | null = null;
  /** Of its SDP: the lines that name a ufrag and a fingerprint. */
  lines = "";
  readonly channel = new FakeChannel();
  readonly candidates: unknown[] = [];
  readonly offers: { iceRestart: boolean }[] = [];
  rollbacks = 0;
  closed = false;

  #signal: FakeSignalChannel | null = null;
  #operations: Promise<unknown> = Promise.resolve();

  /** The next channel that is asked for beside the first. */
  makeSignal(hub: ModelHub): FakeSignalChannel {
    this.#signal = new FakeSignalChannel(hub);
    return this.#signal;
  }

  createDataChannel(label: string): FakeChannel {
    if (label === "bellhop") return this.channel;
    if (this.#signal === null) throw new Error("no such channel");
    this.#signal.label = label;
    return this.#signal;
  }

  createOffer(options: { iceRestart: boolean }): Promise<Frame> {
    return this.#next(() => {
      this.offers.push(options);
      return { type: "offer", sdp: `offer ${this.offers.length}${this.lines}` };
    });
  }

  createAnswer(): Promise<Frame> {
    return this.#next(() => {
      this.#check("have-remote-offer");
      return { type: "answer", sdp: `answer${this.lines}` };
    });
  }

  setLocalDescription(description: { type: string; sdp: string }): Promise<void> {
    return this.#next(() => {
      if (description.type === "rollback") {
        this.#check("have-local-offer", "have-remote-offer");
        this.rollbacks += 1;
        this.signalingState = "stable";
        return;
      }
      const isOffer = description.type === "offer";
      if (isOffer) this.#check("stable", "have-local-offer");
      else this.#check("have-remote-offer");
      this.localDescription = description;
      this.signalingState = isOffer ? "have-local-offer" : "stable";
    });
  }

  /** An offer takes ours back, where there is one. */
  setRemoteDescription(description: { type: string; sdp: string }): Promise<void> {
    return this.#next(() => {
      const isOffer = description.type === "offer";
      if (!isOffer) this.#check("have-local-offer");
      this.remoteDescription = description;
      this.signalingState = isOffer ? "have-remote-offer" : "stable";
    });
  }

  addIceCandidate(candidate: unknown): Promise<void> {
    return this.#next(() => {
      if (this.remoteDescription === null) throw new Error("no description yet");
      this.candidates.push(candidate);
    });
  }

  /** One after the other, judged by the state as it is by then (W3C webrtc, section 4.4.1.2). */
  #next<T>(operation: () => T): Promise<T> {
    const result = this.#operations.then(operation);
    this.#operations = result.catch(() => undefined);
    return result;
  }

  #check(...states: string[]): void {
    if (!states.includes(this.signalingState)) throw new Error(`not in ${this.signalingState}`);
  }

  async getStats(): Promise<Map<string, unknown>> {
    return new Map<string, unknown>([
      ["t", { type: "transport", selectedCandidatePairId: "p" }],
      ["p", { type: "candidate-pair", id: "p", currentRoundTripTime: 0.004 }],
    ]);
  }

  ice(state: string): void {
    this.iceConnectionState = state;
    this.oniceconnectionstatechange?.();
  }

  close(): void {
    this.closed = true;
  }
}

/** What a description needs to be signed. `byte`: of its fingerprint, in hexadecimal */
export function linesOf(ufrag: string, byte: string): string {
  const fingerprint = Array.from({ length: 32 }, () => byte).join(":");
  return `\r\na=ice-ufrag:${ufrag}\r\na=fingerprint:sha-256 ${fingerprint}\r\n`;
}

/** Only what the client uses is there; the type is the browser's. */
export function makePeers(lines = "") {
  const made: FakePeer[] = [];
  class Peer extends FakePeer {
    constructor() {
      super();
      this.lines = lines;
      made.push(this);
    }
  }
  const last = (): FakePeer => {
    const peer = made[made.length - 1];
    if (peer === undefined) throw new Error("no connection was made");
    return peer;
  };
  return { RTCPeerConnection: Peer as unknown as PeerConnectionConstructor, made, last };
}
