// SPDX-License-Identifier: Apache-2.0
// The real program, started as a person would start it, on a state folder of its own.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { atEnd } from './ends.mjs';
import { within } from './wait.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const program = process.env.BELLHOP_PROGRAM ?? path.join(root, '.build', 'app', 'bellhop');

export const TENANT = 'lab';

// What must not stand in the log of a run that went well.
const COMPLAINTS = /CRITICAL|AddressSanitizer|LeakSanitizer|runtime error:|assertion failed/i;

export async function makeStateFolder(t) {
  const folder = await mkdtemp(path.join(tmpdir(), 'hub-'));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Starts the hub and waits for its link.
 *
 * options.state     a state folder that outlives this run; otherwise a new one
 * options.printers  {name: uri}
 * options.limits    {name: value}
 * options.port      a port to insist on; null: the program's own choice; otherwise any free one
 * options.args      more arguments
 * options.env       {NAME: value}, over our own
 * options.open      false: nobody gets in unpaired
 * options.listen    the address to listen on; null: what the settings say; 127.0.0.1 otherwise
 * options.host      the far host to run on (network.mjs, hosts.mjs); reached by us all the same
 */
export async function startHub(t, options = {}) {
  const state = options.state ?? await makeStateFolder(t);
  const args = ['--daemon', '--state', state, '--tenant', TENANT,
    ...options.listen === null ? [] : ['--listen', options.listen ?? '127.0.0.1'],
    '--https-port', '0'];
  if (options.open !== false) args.push('--open');
  if (options.port !== null) args.push('--port', String(options.port ?? 0));
  for (const [name, uri] of Object.entries(options.printers ?? {}))
    args.push('--printer', `${name}=${uri}`);
  for (const [name, value] of Object.entries(options.limits ?? {}))
    args.push('--limit', `${name}=${value}`);
  args.push(...options.args ?? []);

  const [command, commandArgs] = options.host?.command(program, args) ?? [program, args];
  const hub = new Hub(spawn(command, commandArgs,
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } }), state);
  atEnd(t, () => hub.stop());
  await hub.ready();
  hub.reach(await options.host?.bridge(hub.port) ?? hub.port);
  await hub.learn();
  return hub;
}

class Hub {
  #process;
  #exit;
  #ready;
  log = '';

  constructor(process, state) {
    this.#process = process;
    this.state = state;
    this.#exit = new Promise((resolve) => {
      process.once('error', (error) => resolve({ error }));
      process.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.#ready = new Promise((resolve) => {
      const hear = (chunk) => {
        this.log += chunk;
        const link = /http:\/\/[^\s/]+:(\d+)/.exec(this.log);
        if (link) resolve(link);
      };
      process.stdout.setEncoding('utf8').on('data', hear);
      process.stderr.setEncoding('utf8').on('data', hear);
    });
  }

  async ready() {
    const gone = this.#exit.then((how) => {
      throw new Error(`the hub ended: ${JSON.stringify(how)}\n${this.log}`);
    });
    gone.catch(() => {});
    const link = await within(15000, 'link from the hub', Promise.race([this.#ready, gone]));
    this.port = Number(link[1]);
  }

  /** By which port of ours: another one than its own where two hubs of two hosts have the same. */
  reach(port) {
    this.nearPort = port;
    this.origin = `http://127.0.0.1:${port}`;
    this.signaling = `ws://127.0.0.1:${port}/signal`;
  }

  /** What it says of itself to everybody. */
  async learn() {
    const { https: secure } = JSON.parse(await this.get('/api/v1/hello'));
    this.httpsPort = secure?.port;
  }

  get pid() {
    return this.#process.pid;
  }

  get running() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** One GET on a connection of its own; returns the body of a 200. */
  get(place) {
    return within(10000, `answer to ${place}`, new Promise((resolve, reject) => {
      http.get(this.origin + place, { agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
        response.on('end', () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${place}: ${response.statusCode} ${text}`));
        });
      }).on('error', reject);
    }));
  }

  /** One request on a connection of its own: {status, headers, text, body}. */
  ask(method, place, body, options = {}) {
    return within(10000, `answer to ${method} ${place}`, new Promise((resolve, reject) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const request = (options.tls ? https : http).request({
        ...(options.socketPath ? { socketPath: options.socketPath }
          : { host: '127.0.0.1', port: options.tls ? this.httpsPort : this.nearPort }),
        method, path: place, agent: false, rejectUnauthorized: false, ...options.request,
        headers: { ...(body !== undefined && { 'content-type': 'application/json',
          'content-length': Buffer.byteLength(text) }),
        ...(options.token && { authorization: `Bearer ${options.token}` }), ...options.headers },
      }, (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (chunk) => { answer += chunk; });
        response.on('end', () => {
          const isJson = /json/.test(response.headers['content-type'] ?? '');
          resolve({ status: response.statusCode, headers: response.headers, text: answer,
            body: isJson && answer ? JSON.parse(answer) : undefined });
        });
      });
      request.on('error', reject);
      request.end(body === undefined ? undefined : text);
    }));
  }

  post(place, body, options) {
    return this.ask('POST', place, body, options);
  }

  /** By the control socket, as the hub's owner; throws where the hub says no. */
  async control(method, place, body) {
    const answer = await this.ask(method, place, body,
      { socketPath: path.join(this.state, 'control.sock') });
    if (answer.status >= 300) throw new Error(`${place}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  async status() {
    return this.control('GET', '/api/v1/status');
  }

  async jobs() {
    const answer = await this.control('GET', '/api/v1/jobs');
    return Array.isArray(answer) ? answer : answer.jobs;
  }

  async assertServing() {
    assert.ok(this.running, `the hub is gone\n${this.log}`);
    await this.get('/healthz');
  }

  /** Power cut: SIGKILL, then nothing is checked. */
  async kill() {
    this.killed = true;
    this.#process.kill('SIGKILL');
    await within(5000, 'end after SIGKILL', this.#exit);
  }

  /** An orderly end: the exit status is 0 and the log has no complaint. */
  async stop() {
    if (this.killed || this.stopped) return;
    this.stopped = true;
    const early = !this.running;
    this.#process.kill('SIGTERM');
    let end;
    try {
      end = await within(10000, 'end after SIGTERM', this.#exit);
    } catch (error) {
      this.#process.kill('SIGKILL');
      throw new Error(`${error.message}\n${this.log}`);
    }
    assert.ok(!early, `the hub ended by itself: ${JSON.stringify(end)}\n${this.log}`);
    assert.deepEqual(end, { code: 0, signal: null }, this.log);
    assert.ok(!COMPLAINTS.test(this.log), this.log);
  }
}
