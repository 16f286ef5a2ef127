// SPDX-License-Identifier: Apache-2.0
// A bare client of the signaling protocol: a WebSocket, and nothing of ours above it.

import { randomUUID } from 'node:crypto';

import WebSocket from 'ws';

import { TENANT } from './hub.mjs';
import { Inbox, within } from './wait.mjs';

export class Signal {
  inbox = new Inbox();

  /** Connects and joins; options are fields of `join`. */
  static async join(t, hub, options = {}) {
    const signal = await Signal.connect(t, hub);
    signal.send({ type: 'join', tenantId: TENANT, peerId: randomUUID(), role: 'pos', ...options });
    signal.joined = await signal.take('joined');
    signal.peerId = signal.joined.peerId;
    signal.hubId = signal.joined.peers.find((peer) => peer.role === 'hub')?.peerId;
    return signal;
  }

  static async connect(t, hub, url = hub.signaling) {
    const signal = new Signal(new WebSocket(url, { perMessageDeflate: false }));
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
    socket.on('message', (data) => this.inbox.put(JSON.parse(data)));
  }

  send(message) {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
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
