// SPDX-License-Identifier: Apache-2.0
// aiortc behind the W3C surface: aiortc-peer.py in a process of its own, one JSON message a line.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('aiortc-peer.py', import.meta.url));

class AiortcChannel {
  readyState = 'connecting';
  bufferedAmount = 0;

  constructor(tell, key, label) {
    this.tell = tell;
    this.key = key;
    this.label = label;
  }

  send(data) {
    const size = Buffer.byteLength(data);
    this.bufferedAmount += size;
    const body = typeof data === 'string' ? { text: data }
      : { base64: Buffer.from(data).toString('base64') };
    this.tell({ do: 'send', channel: this.key, ...body });
  }

  close() {
    this.tell({ do: 'close-channel', channel: this.key });
  }

  take(event) {
    if (event.event === 'buffered') {
      this.bufferedAmount = event.amount;
    } else if (event.event === 'message') {
      const data = event.text ?? Buffer.from(event.base64, 'base64');
      this.onmessage?.({ data });
    } else {
      this.readyState = event.event;
      if (event.event === 'open') this.onopen?.();
      if (event.event === 'closed') this.onclose?.();
    }
  }
}

export class AiortcPeerConnection {
  #process = spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  #channels = new Map();
  #answers = new Map();
  #calls = 0;
  #ended;

  constructor() {
    this.#ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin.on('error', () => {});
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#take(JSON.parse(line));
    });
  }

  #tell = (message) => this.#process.stdin.write(`${JSON.stringify(message)}\n`);

  #call(message) {
    const call = this.#calls += 1;
    this.#tell({ ...message, call });
    return new Promise((resolve, reject) => {
      this.#answers.set(call, { resolve, reject });
    });
  }

  #take(event) {
    if (event.call !== undefined) {
      const answer = this.#answers.get(event.call);
      this.#answers.delete(event.call);
      if (event.error) answer.reject(new Error(`aiortc: ${event.error}`));
      else answer.resolve(event.result);
    } else if (event.event === 'channel') {
      const channel = new AiortcChannel(this.#tell, event.channel, event.label);
      channel.readyState = 'open';
      this.#channels.set(event.channel, channel);
      this.ondatachannel?.({ channel });
    } else {
      this.#channels.get(event.channel)?.take(event);
    }
  }

  createDataChannel(label, options = {}) {
    const key = `own-${this.#channels.size}`;
    const channel = new AiortcChannel(this.#tell, key, label);
    this.#channels.set(key, channel);
    this.#tell({ do: 'create-channel', channel: key, label, options });
    return channel;
  }

  createOffer() {
    return this.#call({ do: 'create-offer' });
  }

  createAnswer() {
    return this.#call({ do: 'create-answer' });
  }

  async setLocalDescription(description) {
    this.localDescription = await this.#call({ do: 'set-local', description });
  }

  setRemoteDescription(description) {
    return this.#call({ do: 'set-remote', description });
  }

  addIceCandidate(candidate) {
    return this.#call({ do: 'add-candidate', candidate });
  }

  /** Power cut: it says nothing to anybody any more. */
  kill() {
    this.#process.kill('SIGKILL');
  }

  /** Ends its input, upon which it closes and goes. */
  async close() {
    this.#process.stdin.end();
    await this.#ended;
  }
}
