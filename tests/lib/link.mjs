// SPDX-License-Identifier: Apache-2.0
// A peer of any implementation, joined by a bare WebSocket, and its connection with the hub.

import { randomUUID } from 'node:crypto';

import { Channel } from './channel.mjs';
import { Signal } from './signal.mjs';
import { within } from './wait.mjs';

/** Every candidate's address becomes a name that nobody answers for. */
export const hideAddress = (line) =>
  line.replace(/^((?:a=)?candidate:(?:\S+ ){4})\S+/gm, (_, start) => `${start}${randomUUID()}.local`);

export class Link {
  /** The hub's candidates that came by trickle. */
  heard = [];

  /**
   * Joins; the connection begins with offer() or beOffered(). options.join: fields of `join`;
   * options.signal: who has joined already, as a paired device, say.
   */
  static async make(t, hub, implementation, options = {}) {
    const signal = options.signal ?? await Signal.join(t, hub, options.join);
    const link = new Link(signal, implementation.make(), options);
    t.after(() => link.close());
    return link;
  }

  /** The usual case: the peer offers, one channel of this label opens. */
  static async open(t, hub, implementation, label = 'echo', options = {}) {
    const link = await Link.make(t, hub, implementation, options);
    const channel = link.channel(label, options.channel);
    await link.offer();
    await channel.open();
    return { link, channel };
  }

  constructor(signal, pc, { mangle = (text) => text, target = signal.hubId } = {}) {
    this.signal = signal;
    this.pc = pc;
    this.mangle = mangle;
    this.target = target;
    this.address = target === null ? {} : { targetPeerId: target };
    pc.onicecandidate = ({ candidate }) => this.#sendCandidate(candidate);
    this.incoming = new Promise((resolve) => {
      pc.ondatachannel = ({ channel }) => resolve(new Channel(channel));
    });
    this.incoming.catch(() => {});
    this.candidates = this.#takeCandidates();
    this.candidates.catch(() => {});
  }

  channel(label, options) {
    return new Channel(this.pc.createDataChannel(label, options));
  }

  #sendCandidate(candidate) {
    if (!candidate) return this.#send({ type: 'ice-candidate', candidate: null });
    const init = candidate.toJSON?.() ?? candidate;
    return this.#send({ type: 'ice-candidate',
      candidate: { ...init, candidate: this.mangle(init.candidate) } });
  }

  /** A paired device signs what it describes. */
  #describe(type, sdp) {
    const { device, peerId } = this.signal;
    this.#send({ type, sdp, ...(device && { auth: device.auth(type, peerId, this.target, sdp) }) });
  }

  /** And believes only what the hub has signed. */
  #check({ type, sdp, auth }) {
    const { device, peerId } = this.signal;
    if (device && !device.isFromHub(type, this.target, peerId, sdp, auth ?? {}))
      throw new Error(`the ${type} is not the hub's`);
  }

  #send(message) {
    if (this.signal.socket.readyState === 1) this.signal.send({ ...message, ...this.address });
  }

  /** Candidates wait for the description that they belong to. */
  async #takeCandidates() {
    const described = new Promise((resolve) => { this.described = resolve; });
    await described;
    for (;;) {
      const { candidate } = await this.signal.take('ice-candidate', () => true, 1e6);
      if (!candidate?.candidate) continue;
      this.heard.push(candidate.candidate);
      await this.pc.addIceCandidate(candidate);
    }
  }

  /** Offers, also for an ICE restart; returns once the answer is applied. */
  async offer(options) {
    const offer = await this.pc.createOffer(options);
    await this.pc.setLocalDescription(offer);
    this.offeredAt = performance.now();
    this.#describe('offer', this.mangle(this.pc.localDescription?.sdp ?? offer.sdp));
    const answer = await this.signal.take('answer');
    this.#check(answer);
    this.remote = answer.sdp;
    await this.pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    this.described();
  }

  /** Asks the hub to offer, and answers. */
  async beOffered() {
    this.signal.tellHub({ type: 'offer-me', id: randomUUID() });
    const offer = await this.signal.take('offer');
    this.offeredAt = performance.now();
    this.#check(offer);
    this.remote = offer.sdp;
    await this.pc.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    const answer = await this.pc.createAnswer();
    await this.pc.setLocalDescription(answer);
    this.#describe('answer', this.mangle(this.pc.localDescription?.sdp ?? answer.sdp));
    this.described();
  }

  /** What the hub says it can take in one message. */
  get maxMessageSize() {
    return Number(/^a=max-message-size:(\d+)/m.exec(this.remote)?.[1] ?? 65536);
  }

  async close() {
    await within(5000, 'end of the connection', Promise.resolve(this.pc.close()));
    await this.signal.end();
  }
}
