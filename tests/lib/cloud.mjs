// SPDX-License-Identifier: Apache-2.0
// The program as a cloud: many properties' signaling, by TLS with a certificate of a test's own authority.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { b64, raw, SignKey, transcript } from './device.mjs';
import { makeStateFolder, program } from './hub.mjs';
import { Issuer } from './issuer.mjs';
import { Signal } from './signal.mjs';
import { until, within } from './wait.mjs';

const COMPLAINTS = /CRITICAL|AddressSanitizer|LeakSanitizer|runtime error:|assertion failed/i;

/**
 * options.limits {name: value}; options.args more arguments; options.host: of a house (hosts.mjs), where it
 * runs as cloud.example
 */
export async function startCloud(t, options = {}) {
  const issuer = new Issuer(t);
  issuer.put(issuer.make('Cloud', 'Between'));
  const ca = path.join(issuer.folder, 'ca.pem');
  writeFileSync(ca, issuer.root);
  const cloud = new Cloud(issuer, ca, await makeStateFolder(t), options);
  t.after(() => cloud.stop());
  await cloud.start();
  return cloud;
}

class Cloud {
  #process = null;
  #exit = null;
  log = '';
  port = 0;

  constructor(issuer, ca, state, options) {
    Object.assign(this, { issuer, ca, state, options });
  }

  /** Again on the port it had, where it was up before. */
  async start() {
    const limits = Object.entries(this.options.limits ?? {}).flatMap(([name, value]) => ['--limit', `${name}=${value}`]);
    const { host } = this.options;
    const args = ['--cloud', '--listen', host?.address ?? '127.0.0.1', '--port', '0', '--https-port',
      String(this.port), '--state', this.state, ...this.issuer.args, ...limits, ...this.options.args ?? []];
    this.log = '';
    this.#process = spawn(...host?.command(program, args) ?? [program, args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exit = new Promise((resolve) => { this.#process.once('exit', (code, signal) => resolve({ code, signal })); });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream.setEncoding('utf8').on('data', (chunk) => { this.log += chunk; });
    const [, port] = await until('the cloud says where it is', () => /https:\/\/[^\s/]+:(\d+)\//.exec(this.log), 15000);
    this.port = Number(port);
    this.url = `wss://${host ? 'cloud.example' : '127.0.0.1'}:${port}/signal`;
  }

  get pid() {
    return this.#process.pid;
  }

  /** What a hub is told to use it. */
  get hubArgs() {
    return ['--cloud', this.url, '--cloud-ca', this.ca];
  }

  get socket() {
    return { ca: this.issuer.root };
  }

  connect(t) {
    return Signal.connect(t, null, this.url, this.socket);
  }

  /** A paired device's connection; options as Handshake's. */
  joinAs(t, device, options = {}) {
    return Signal.joinAs(t, null, device, { url: this.url, socket: this.socket, cloud: true, ...options });
  }

  async kill() {
    this.#process.kill('SIGKILL');
    await within(5000, 'end after SIGKILL', this.#exit);
    this.#process = null;
  }

  async stop() {
    if (this.#process === null) return;
    const ended = this.#process;
    this.#process = null;
    ended.kill('SIGCONT');
    ended.kill('SIGTERM');
    const end = await within(10000, 'end after SIGTERM', this.#exit);
    assert.deepEqual(end, { code: 0, signal: null }, this.log);
    assert.ok(!COMPLAINTS.test(this.log), this.log);
  }

  /** Stops without ending: its sockets stay open and nobody reads them. */
  freeze() {
    this.#process.kill('SIGSTOP');
  }

  thaw() {
    this.#process.kill('SIGCONT');
  }
}

/** A property of a test's own making: a hub's key, and what it signs. */
export class Property {
  constructor(tenantId = 'lab', key = new SignKey()) {
    Object.assign(this, { tenantId, key });
  }

  sign(label, content) {
    const text = Buffer.from(JSON.stringify(content));
    return { data: b64(text), sig: b64(this.key.sign(transcript(label, text))) };
  }

  /** A device as Signal.joinAs takes it. */
  device({ role = 'staff', name = 'Lab device', deviceId = `d-${b64(randomBytes(6))}`, ...more } = {}) {
    const key = new SignKey();
    const now = Date.now();
    const membership = this.sign('bellhop membership v1', { tenantId: this.tenantId, deviceId,
      publicKey: b64(key.public), role, name, notBefore: now, notAfter: now + 86400000, ...more });
    return { key, deviceId, tenantId: this.tenantId, role, name, hubKey: b64(this.key.public), membership };
  }

  revocations(version, revoked) {
    return { type: 'revocations', revocations:
      this.sign('bellhop revocations v1', { tenantId: this.tenantId, version, revoked }) };
  }

  /** Joins as this property's hub. */
  async joinAsHub(t, cloud, { key = this.key } = {}) {
    const signal = await cloud.connect(t);
    const nonce = randomBytes(32);
    signal.send({ type: 'join', tenantId: this.tenantId, role: 'hub', peerId: 'hub-1', nonce: b64(nonce),
      hubKey: b64(this.key.public) });
    const challenge = await signal.take('challenge');
    signal.send({ type: 'proof', proof: b64(key.sign(transcript('bellhop hub proof v1', this.tenantId,
      challenge.peerId, nonce, raw(challenge.nonce), this.key.public))) });
    signal.joined = await signal.take('joined');
    signal.peerId = signal.joined.peerId;
    return signal;
  }
}
