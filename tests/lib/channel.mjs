// SPDX-License-Identifier: Apache-2.0
// One data channel of any implementation: what came, in order, and promises for open and closed.

import { Inbox, until, within } from './wait.mjs';

export class Channel {
  inbox = new Inbox();
  received = 0;

  constructor(raw) {
    this.raw = raw;
    raw.binaryType = 'arraybuffer';
    this.closed = new Promise((resolve) => {
      raw.onclose = () => {
        this.inbox.end(new Error('the channel closed'));
        resolve();
      };
    });
    this.opened = new Promise((resolve) => {
      raw.onopen = () => resolve(performance.now());
      if (raw.readyState === 'open') resolve(performance.now());
    });
    raw.onmessage = ({ data }) => {
      this.received += 1;
      this.inbox.put(typeof data === 'string' ? data : Buffer.from(data));
    };
  }

  get label() {
    return this.raw.label;
  }

  open(ms = 10000) {
    return within(ms, `open channel ${this.label}`, this.opened);
  }

  /** Waits while too much is on its way, so that no implementation's buffer overflows. */
  async send(data) {
    if (this.raw.bufferedAmount > 1 << 20)
      await until('the channel drains', () => this.raw.bufferedAmount < 1 << 18, 30000);
    this.raw.send(data);
  }

  say(message) {
    return this.send(JSON.stringify(message));
  }

  /** The next message, whole. */
  next(ms = 10000) {
    return this.inbox.take(`message on ${this.label}`, () => true, ms);
  }

  /** The next JSON message that fits. */
  async hear(what, fits, ms = 10000) {
    const text = await this.inbox.take(what,
      (one) => typeof one === 'string' && fits(JSON.parse(one)), ms);
    return JSON.parse(text);
  }

  close() {
    this.raw.close();
    return within(10000, `end of channel ${this.label}`, this.closed);
  }
}
