// SPDX-License-Identifier: Apache-2.0
// Replicas in C: tests/sim/replica-host, one process a run, a line out and a line back. Where nothing
// would come of a turn it is not asked; what one of its replicas said to another goes back by number.

import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const replicaHost = process.env.BELLHOP_REPLICA_HOST
  ?? path.join(root, '.build', 'tests', 'sim', 'replica-host');

/** SIM_POST_KEPT in sim-post.h */
const KEPT = 1024;
const NOTHING = {};
const LINE_END = 10;

/**
 * A pipe with two blocking ends. Node's own are never blocking, and go through its loop: that would take
 * longer than most turns.
 */
function openPipe(name) {
  const both = openSync(name, constants.O_RDWR); // so that neither of the others waits
  const [read, write] = [openSync(name, constants.O_RDONLY), openSync(name, constants.O_WRONLY)];
  closeSync(both);
  return { read, write };
}

function openPipes() {
  const folder = mkdtempSync(path.join(tmpdir(), 'sim-'));
  const names = ['in', 'out'].map((name) => path.join(folder, name));
  execFileSync('mkfifo', names);
  const pipes = names.map(openPipe);
  rmSync(folder, { recursive: true });
  return pipes;
}

export class NativeHost {
  #child;
  #write;
  #read;
  #buffer = Buffer.allocUnsafe(1 << 16);
  #complaints = '';
  #ended;
  #isStopping = false;
  /** message -> its number */
  #numbers = new WeakMap();
  #last = -1;
  /** When the next turn may change something; null: not before something else happens. */
  #due = 0;
  #skipped = null;

  constructor(program = replicaHost) {
    const [input, output] = openPipes();
    this.#write = input.write;
    this.#read = output.read;
    this.#child = spawn(program, [], { stdio: [input.read, output.write, 'pipe'], env: { ...process.env, G_DEBUG: 'fatal-criticals' } });
    closeSync(input.read);
    closeSync(output.write);
    this.#child.stderr.setEncoding('utf8');
    this.#child.stderr.on('data', (text) => { this.#complaints += text; });
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(this.#end(`${error}`)));
      this.#child.on('close', (status, signal) => resolve(this.#end(`status ${status ?? signal}`)));
    });
  }

  async do(command) {
    if (command.do === 'run') return this.#run(command);
    await this.#makeUp();
    this.#due = 0;
    return this.#ask(command);
  }

  /** It is to know how late it is; what was skipped was skipped because nothing would come of it. */
  async #makeUp() {
    const skipped = this.#skipped;
    if (skipped === null) return;
    this.#skipped = null;
    const { due, ...came } = await this.#ask(skipped);
    const isEmpty = (value) => Array.isArray(value) && value.length === 0;
    if (!Object.values(came).every(isEmpty))
      throw new Error(`A turn that was skipped (due ${due}) was not empty: ${JSON.stringify(came).slice(0, 1000)}`);
  }

  async #run(command) {
    if (command.steps.length === 0 && (this.#due === null || this.#due > command.world)) {
      this.#skipped = command;
      return NOTHING;
    }
    this.#skipped = null;
    const answer = await this.#ask({ ...command, steps: command.steps.map((step) => this.#shorten(step)) });
    this.#due = answer.due < 0 ? null : answer.due;
    return answer;
  }

  #shorten({ message, ...step }) {
    const number = this.#numbers.get(message);
    return number === undefined || number <= this.#last - KEPT ? { message, ...step } : { number, ...step };
  }

  async #ask(command) {
    let answer;
    try {
      this.#send(`${JSON.stringify(command)}\n`);
      answer = this.#hear();
    } catch (error) {
      throw (await this.#ended) ?? error;
    }
    for (const { number, message } of answer.out ?? []) {
      this.#numbers.set(message, number);
      this.#last = number;
    }
    return answer;
  }

  #send(text) {
    const bytes = Buffer.from(text);
    for (let sent = 0; sent < bytes.length;) sent += writeSync(this.#write, bytes, sent);
  }

  /** What it answers, in one line, and in as many more as that says. */
  #hear() {
    let [length, end] = [0, -1];
    while (end < 0) {
      const before = length;
      length += this.#hearSome(length);
      end = this.#buffer.subarray(before, length).indexOf(LINE_END);
      if (end >= 0) end += before;
    }
    const answer = JSON.parse(this.#buffer.utf8Slice(0, end));
    if (answer.lines === undefined) return answer;
    const { lines: count, ...rest } = answer;
    const start = end + 1;
    const whole = () => this.#buffer.utf8Slice(start, length).split('\n');
    let lines = whole();
    while (lines.length <= count) {
      length += this.#hearSome(length);
      if (this.#buffer[length - 1] === LINE_END) lines = whole();
    }
    return { ...rest, ...toContents(lines.slice(0, count)) };
  }

  #hearSome(length) {
    if (length === this.#buffer.length) {
      const larger = Buffer.allocUnsafe(length * 2);
      this.#buffer.copy(larger, 0, 0, length);
      this.#buffer = larger;
    }
    const count = readSync(this.#read, this.#buffer, length, this.#buffer.length - length);
    if (count === 0) throw new Error('replica-host says nothing more');
    return count;
  }

  #end(how) {
    if (this.#isStopping && this.#complaints === '' && how === 'status 0') return null;
    return new Error(`replica-host ended (${how})\n${this.#complaints}`);
  }

  /** Also what a sanitizer says at the end counts. */
  async stop() {
    this.#isStopping = true;
    closeSync(this.#write);
    const error = await this.#ended;
    closeSync(this.#read);
    if (error !== null) throw error;
  }
}

/** `record NAME JSON` and `order ID JSON`: the texts as they are, for they are compared as texts. */
function toContents(lines) {
  const contents = { record: {}, order: {} };
  for (const line of lines) {
    const space = line.indexOf(' ');
    const end = line.indexOf(' ', space + 1);
    contents[line.slice(0, space)][line.slice(space + 1, end)] = line.slice(end + 1);
  }
  return { records: contents.record, orders: contents.order };
}
