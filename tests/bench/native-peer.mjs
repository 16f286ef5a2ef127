// SPDX-License-Identifier: Apache-2.0
// An order-peer, and the signaling that it leaves to whoever starts it: as a paired device with the
// hub, or with another order-peer in this process.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { b64 } from '../lib/device.mjs';
import { Signal } from '../lib/signal.mjs';
import { Inbox } from '../lib/wait.mjs';

const OPEN_MS = 20000;

export class NativePeer {
  #inbox = new Inbox();
  #child;
  #onCandidate = () => {};

  /** folder: where its replica is; null: in memory. `figures` is given each line that it prints. */
  constructor(built, device, { folder = null, figures = () => {} } = {}) {
    this.device = device;
    this.#child = spawn(path.join(built, 'order-peer'), [device.role, ...(folder ? [folder] : [])],
      { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.on('exit', (code) => this.#inbox.end(new Error(`order-peer ended with ${code}`)));
    createInterface({ input: this.#child.stdout }).on('line', (text) => {
      const line = JSON.parse(text);
      if (line.line) figures(text);
      else if (line.type === 'candidate') this.#onCandidate(line);
      else this.#inbox.put(line);
    });
    const { deviceId, hubKey, tenantId, membership } = device;
    this.say({ type: 'identity', deviceId, seed: b64(device.key.seed), hubKey, tenantId, membership });
  }

  say(line) {
    this.#child.stdin.write(`${JSON.stringify(line)}\n`);
  }

  hear(type, ms = OPEN_MS) {
    return this.#inbox.take(`'${type}' of an order-peer`, (line) => line.type === type, ms);
  }

  /** By signed descriptions, over a sealed WebSocket. */
  async connectToHub(t, hub) {
    const signal = await Signal.joinAs(t, hub, this.device);
    const target = signal.hubId;
    const send = (message) => signal.send({ ...message, targetPeerId: target });
    this.#onCandidate = ({ candidate, mid, ufrag }) => send({ type: 'ice-candidate',
      candidate: candidate && { candidate, sdpMid: mid, usernameFragment: ufrag } });
    this.say({ type: 'connect', peer: { deviceId: target, role: 'hub', level: 'hub' }, offers: true });
    const { sdp } = await this.hear('offer');
    send({ type: 'offer', sdp, auth: this.device.auth('offer', signal.peerId, target, sdp) });
    const answer = await signal.take('answer');
    this.say({ type: 'answer', sdp: answer.sdp });
    this.#takeCandidates(signal).catch(() => {});
    await this.hear('open');
  }

  async #takeCandidates(signal) {
    for (;;) {
      const { candidate } = await signal.take('ice-candidate', () => true, 1e6);
      if (candidate?.candidate)
        this.say({ type: 'candidate', candidate: candidate.candidate, ufrag: candidate.usernameFragment });
    }
  }

  /** Directly: neither knows of a hub any more. */
  async connectTo(other) {
    const peerOf = ({ device }) => ({ deviceId: device.deviceId, role: device.role, level: 'device' });
    this.#onCandidate = (line) => line.candidate && other.say(line);
    other.#onCandidate = (line) => line.candidate && this.say(line);
    other.say({ type: 'connect', peer: peerOf(this), offers: false });
    this.say({ type: 'connect', peer: peerOf(other), offers: true });
    other.say(await this.hear('offer'));
    this.say(await other.hear('answer'));
    await Promise.all([this.hear('open'), other.hear('open')]);
  }

  async end() {
    const ended = new Promise((resolve) => this.#child.on('exit', resolve));
    this.#child.stdin.end();
    await ended;
  }
}
