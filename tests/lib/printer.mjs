// SPDX-License-Identifier: Apache-2.0
// A receipt printer on TCP, as good or as bad as a test wants it.

import net from 'node:net';

import { EscPosReader } from './escpos.mjs';
import { atEnd } from './ends.mjs';
import { until } from './wait.mjs';

/**
 * options.confirms     answers GS ( H once all before it is "printed" (default true)
 * options.answers      answers DLE EOT: ready, paper there (default as `confirms`)
 * options.hangUpAfter  closes the connection after so many bytes
 * options.reads        false: takes the connection and never reads
 * options.bytesPerRead slow: reads so few bytes at a time
 * options.holdsAnswer  keeps the completion to itself until release() is called
 */
export async function startPrinter(t, options = {}) {
  const printer = new Printer({ confirms: true, reads: true, ...options });
  await printer.open();
  atEnd(t, () => printer.close());
  return printer;
}

class Printer {
  things = [];
  bytes = 0;
  connections = 0;
  #server;
  #sockets = new Set();
  #held = [];

  constructor(options) {
    this.options = { answers: options.confirms, ...options };
  }

  open(port = 0) {
    this.#server = net.createServer((socket) => this.#accept(socket));
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.port = this.#server.address().port;
        this.uri = `tcp://127.0.0.1:${this.port}`;
        resolve();
      });
    });
  }

  /** Off: connections break, new ones are refused. */
  async close() {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  /** On again, at the same address. */
  async reopen() {
    await this.open(this.port);
  }

  #accept(socket) {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    const reader = new EscPosReader((thing) => this.#take(thing, socket));
    let left = this.options.hangUpAfter ?? Infinity;
    const eat = (chunk) => {
      const taken = chunk.subarray(0, left);
      this.bytes += taken.length;
      left -= taken.length;
      try {
        reader.push(taken);
      } catch (error) {
        this.error = error;
        socket.destroy();
        return;
      }
      if (left <= 0) socket.resetAndDestroy();
    };
    if (!this.options.reads) socket.pause();
    else if (this.options.bytesPerRead === undefined) socket.on('data', eat);
    else this.#readSlowly(socket, eat);
  }

  #readSlowly(socket, eat) {
    const queue = [];
    socket.on('data', (chunk) => {
      queue.push(chunk);
      socket.pause();
    });
    const timer = setInterval(() => {
      if (queue.length === 0) return socket.resume();
      const chunk = queue.shift();
      eat(chunk.subarray(0, this.options.bytesPerRead));
      const rest = chunk.subarray(this.options.bytesPerRead);
      if (rest.length > 0) queue.unshift(rest);
    }, 5);
    socket.on('close', () => clearInterval(timer));
  }

  #take(thing, socket) {
    if (thing.ask === undefined) {
      this.things.push(thing);
    } else if (thing.ask === 'completion' && this.options.confirms) {
      const answer = Buffer.concat([Buffer.from([0x37, 0x22]), thing.id, Buffer.from([0])]);
      if (this.options.holdsAnswer) this.#held.push(() => socket.write(answer));
      else socket.write(answer);
    } else if (thing.ask === 'status' && this.options.answers) {
      socket.write(Buffer.from([0x12]));
    } else if (thing.ask === 'automatic-status' && this.options.answers && thing.mask !== 0) {
      socket.write(Buffer.from([0x10, 0x00, 0x00, 0x00]));
    }
  }

  /** Gives the completions that were held back; returns how many. */
  release() {
    const held = this.#held.splice(0);
    for (const answer of held) answer();
    return held.length;
  }

  get lines() {
    return this.things.filter((thing) => thing.text !== undefined);
  }

  get text() {
    return this.lines.map((line) => line.text).join('\n');
  }

  get cuts() {
    return this.things.filter((thing) => thing.cut !== undefined).length;
  }

  /** How often `text` stands on paper. */
  count(text) {
    return this.text.split(text).length - 1;
  }

  async untilPrinted(text, ms = 10000) {
    await until(`the printer printed “${text}”`, () => {
      if (this.error) throw this.error;
      return this.text.includes(text);
    }, ms);
  }
}
