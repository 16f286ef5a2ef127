// SPDX-License-Identifier: Apache-2.0
// Replicas in C: tests/sim/replica-host, one process a run, a line out and a line back. Where nothing
// would come of a turn it is not asked; what one of its replicas said to another goes back by number.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const replicaHost = process.env.BELLHOP_REPLICA_HOST
  ?? path.join(root, '.build', 'tests', 'sim', 'replica-host');

/** SIM_POST_KEPT in sim-post.h */
const KEPT = 1024;
const NOTHING = {};

export class NativeHost {
  #child;
  #waiting = [];
  #rest = [];
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
    this.#child = spawn(program, [], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, G_DEBUG: 'fatal-criticals' } });
    this.#child.stdout.setEncoding('utf8');
    this.#child.stdout.on('data', (text) => this.#read(text));
    this.#child.stderr.setEncoding('utf8');
    this.#child.stderr.on('data', (text) => { this.#complaints += text; });
    this.#child.stdin.on('error', () => undefined);
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
    const answer = await new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    });
    for (const { number, message } of answer.out ?? []) {
      this.#numbers.set(message, number);
      this.#last = number;
    }
    return answer;
  }

  #read(text) {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = [...this.#rest, text.slice(start, end)].join('');
      this.#rest = [];
      start = end + 1;
      this.#waiting.shift().resolve(JSON.parse(line));
    }
    if (start < text.length) this.#rest.push(text.slice(start));
  }

  #end(how) {
    const error = new Error(`replica-host ended (${how})\n${this.#complaints}`);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    if (!this.#isStopping || this.#complaints !== '' || how !== 'status 0') return error;
    return null;
  }

  /** Also what a sanitizer says at the end counts. */
  async stop() {
    this.#isStopping = true;
    this.#child.stdin.end();
    const error = await this.#ended;
    if (error !== null) throw error;
  }
}
