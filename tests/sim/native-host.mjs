// SPDX-License-Identifier: Apache-2.0
// Replicas in C: tests/sim/replica-host, one process a run, a line out and a line back.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const replicaHost = process.env.BELLHOP_REPLICA_HOST
  ?? path.join(root, '.build', 'tests', 'sim', 'replica-host');

export class NativeHost {
  #child;
  #waiting = [];
  #rest = [];
  #complaints = '';
  #ended;
  #isStopping = false;

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

  do(command) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    });
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
