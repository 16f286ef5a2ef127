// SPDX-License-Identifier: Apache-2.0
// A bare client of the signaling protocol: a WebSocket, and nothing of ours above it.

import { randomUUID } from 'node:crypto';

import WebSocket from 'ws';

import { Handshake } from './device.mjs';
import { TENANT } from './hub.mjs';
import { Inbox, within } from './wait.mjs';

export class Signal {
  inbox = new Inbox();

  /** Connects and joins; options are fields of `join`. */
  static async join(t, hub, options = {}) {
    const signal = await Signal.connect(t, hub);
    signal.send({ type: 'join', tenantId: TENANT, peerId: randomUUID(), role: 'pos', ...options });
    signal.joined = await signal.#takeJoined();
    signal.peerId = signal.joined.peerId;
    signal.hubId = signal.joined.peers.find((peer) => peer.role === 'hub')?.peerId;
    return signal;
  }

  /** Connects and joins as a paired device; options as Handshake's. */
  static async joinAs(t, hub, device, options = {}) {
    const signal = await Signal.connect(t, hub, options.url, options.socket);
    const handshake = new Handshake(device, options);
    signal.device = device;
    signal.send(handshake.join);
    const challenge = await signal.take('challenge');
    if (!handshake.isProved(challenge)) throw new Error('the server does not have the hub\'s key');
    signal.send(handshake.proof(challenge));
    signal.seal = handshake.seal(challenge);
    signal.joined = await signal.#takeJoined();
    signal.peerId = signal.joined.peerId;
    signal.hubId = signal.joined.peers.find((peer) => peer.role === 'hub')?.peerId;
    return signal;
  }

  async #takeJoined() {
    const answer = await this.inbox.take('joined', ({ type }) => ['joined', 'error'].includes(type));
    if (answer.type === 'error') throw new Error(`not joined: ${answer.code}`);
    return answer;
  }

  static async connect(t, hub, url = hub.signaling, options = {}) {
    const signal = new Signal(new WebSocket(url, { perMessageDeflate: false, ...options }));
    t.after(() => signal.end());
    await within(5000, 'WebSocket', new Promise((resolve, reject) => {
      signal.socket.once('open', resolve);
      signal.socket.once('error', reject);
    }));
    return signal;
  }

  constructor(socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.inbox.end(new Error(`WebSocket closed: ${code} ${reason}`));
        resolve({ code, reason: String(reason) });
      });
    });
    socket.on('error', () => {});
    socket.on('message', (data) => this.#receive(JSON.parse(data)));
  }

  #receive(frame) {
    this.frames?.push(frame);
    this.inbox.put(this.seal ? JSON.parse(this.seal.open(frame)) : frame);
  }

  send(message) {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    this.socket.send(this.seal ? this.seal.seal(text) : text);
  }

  /** The next message of this type; others stay in the inbox. */
  take(type, fits = () => true, ms = 5000) {
    return this.inbox.take(`message '${type}'`,
      (message) => message.type === type && fits(message), ms);
  }

  /** Says `payload` to the hub by `relay`. */
  tellHub(payload) {
    this.send({ type: 'relay', targetPeerId: this.hubId, payload });
  }

  /** The next relayed payload that fits. */
  async hear(what, fits, ms = 5000) {
    const message = await this.inbox.take(`relayed ${what}`,
      (one) => one.type === 'relay' && fits(one.payload), ms);
    return message.payload;
  }

  async end() {
    this.socket.terminate();
    await this.closed;
  }
}
