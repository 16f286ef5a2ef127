// SPDX-License-Identifier: Apache-2.0
// What the running program costs: the way to its first answer, its memory, a WebSocket's, a
// data-channel peer's, a paired device's. Beside it the same of npm `peer`'s server and of a bare
// Node HTTP server.
//   node bench-hub.mjs [start] [sockets] [peers] [devices]      all of them when none is named
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { PeerConnection } from 'node-datachannel';
import WebSocket from 'ws';

import { b64, Handshake, raw, SignKey } from '../lib/device.mjs';

const folder = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const program = process.env.BELLHOP_PROGRAM ?? path.join(folder, '../../.build/app/bellhop');

const STARTS = 20;
const SOCKETS = 1000;
const PEERS = 100;
const DEVICES = 500;
const AT_ONCE = 50; // joining or connecting together
const SETTLE_MS = 1500;
const IDLE_MS = 5000;
const STEP_TIMEOUT_MS = 20000;

const parts = process.argv.slice(2);
const wanted = (part) => parts.length === 0 || parts.includes(part);

const servers = {
  bellhop: {
    command: (state) => [program, '--daemon', '--open', '--listen', '127.0.0.1', '--port', '0', '--tenant', 'bench', '--state', state],
    request: '/healthz',
    join: (origin, i) => joinBellhop(origin, `bench-${i}`),
  },
  'npm peer': {
    command: () => [process.execPath, path.join(folder, 'rivals/peer-server.mjs')],
    request: '/',
    join: async (origin, i) => {
      const socket = new WebSocket(`${origin.replace('http', 'ws')}peerjs?key=peerjs&id=bench-${i}&token=t${i}`);
      await heard(socket, (message) => message.type === 'OPEN');
      return socket;
    },
  },
  'bare node': {
    command: () => [process.execPath, path.join(folder, 'rivals/http-server.mjs')],
    request: '/',
  },
};

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${STEP_TIMEOUT_MS} ms`)), STEP_TIMEOUT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function heard(socket, wants) {
  return within(
    new Promise((resolve, reject) => {
      const hear = (data) => {
        const message = JSON.parse(data);
        if (message.type === 'error') reject(new Error(String(data)));
        if (!wants(message)) return;
        socket.off('message', hear);
        resolve(message);
      };
      socket.on('message', hear);
      socket.on('error', reject);
    }),
    'answer on a WebSocket',
  );
}

async function joinBellhop(origin, peerId) {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}signal`);
  socket.on('open', () => socket.send(JSON.stringify({ type: 'join', tenantId: 'bench', peerId, role: 'staff' })));
  await heard(socket, (message) => message.type === 'joined');
  return socket;
}

// Resolves when the server has answered a request with 200.
function answered(origin, request) {
  const { hostname, port, host } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET ${request} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
    );
    socket.once('data', (data) => {
      socket.destroy();
      if (data.toString('latin1', 0, 12) === 'HTTP/1.1 200') resolve();
      else reject(new Error(data.toString('latin1')));
    });
    socket.on('error', reject);
  });
}

class Server {
  #child;
  #state = mkdtempSync(path.join(tmpdir(), 'bench-'));

  async start({ command, request }) {
    const startMs = performance.now();
    const [file, ...args] = command(this.#state);
    this.#child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let log = '';
    const link = await within(
      new Promise((resolve, reject) => {
        this.#child.on('error', reject);
        this.#child.on('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
        this.#child.stdout.on('data', (chunk) => {
          log += chunk;
          const found = /http:\/\/[^\s/]+:\d+\//.exec(log);
          if (found) resolve(found[0]);
        });
      }),
      `link from ${file}`,
    );
    await within(answered(link, request), 'answered request');
    this.origin = link;
    return performance.now() - startMs;
  }

  kib() {
    return Number(readFileSync(`/proc/${this.#child.pid}/statm`, 'latin1').split(' ')[1]) * 4;
  }

  // User and system time, in ms; the kernel counts in hundredths of a second.
  cpuMs() {
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'latin1').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Asks as the hub's owner, by the control socket. */
  control(place, body) {
    return new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      request({ socketPath: path.join(this.#state, 'control.sock'), method: 'POST', path: place,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } }, (response) => {
        let answer = '';
        response.on('data', (chunk) => { answer += chunk; });
        response.on('end', () => resolve(JSON.parse(answer)));
      }).on('error', reject).end(text);
    });
  }

  async stop() {
    this.#child.removeAllListeners('exit');
    const ended = new Promise((resolve) => this.#child.on('exit', resolve));
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
    rmSync(this.#state, { recursive: true, force: true });
  }
}

function print(line, who, figures) {
  const rounded = Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Number(value.toPrecision(4))]));
  console.log(JSON.stringify({ line, who, ...rounded }));
}

// All kinds in turn, so that a busy moment falls on all of them.
async function measureStarts() {
  const samples = Object.fromEntries(Object.keys(servers).map((who) => [who, []]));
  for (let i = 0; i <= STARTS; i++) {
    for (const who of Object.keys(servers)) {
      const server = new Server();
      const ms = await server.start(servers[who]);
      if (i > 0) samples[who].push(ms); // the first brings the files into memory
      await server.stop();
    }
  }
  for (const [who, values] of Object.entries(samples)) {
    values.sort((a, b) => a - b);
    print('start', who, { p50_ms: values[STARTS >> 1], max_ms: values[STARTS - 1] });
  }
}

async function inBatches(count, make) {
  const made = [];
  for (let i = 0; i < count; i += AT_ONCE)
    made.push(...(await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - i) }, (_, k) => make(i + k)))));
  return made;
}

async function measureSockets() {
  for (const [who, kind] of Object.entries(servers)) {
    const server = new Server();
    await server.start(kind);
    await pause(SETTLE_MS);
    print('memory-idle', who, { mib: server.kib() / 1024 });
    if (kind.join) {
      // The first few grow what all of them share.
      const sockets = await inBatches(10, (i) => kind.join(server.origin, i));
      await pause(500);
      const before = server.kib();
      sockets.push(...(await inBatches(SOCKETS, (i) => kind.join(server.origin, 10 + i))));
      await pause(SETTLE_MS);
      print('memory-socket', who, { kib: (server.kib() - before) / SOCKETS });
      for (const socket of sockets) socket.terminate();
    }
    await server.stop();
  }
}

async function connectPeer(origin, peerId) {
  const socket = await joinBellhop(origin, peerId);
  const connection = new PeerConnection(peerId, { iceServers: [] });
  connection.onLocalDescription((sdp, type) => socket.send(JSON.stringify({ type, sdp })));
  connection.onLocalCandidate((candidate, sdpMid) =>
    socket.send(JSON.stringify({ type: 'ice-candidate', candidate: { candidate, sdpMid } })),
  );
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    if (message.type === 'answer') connection.setRemoteDescription(message.sdp, 'answer');
    else if (message.type === 'ice-candidate' && message.candidate?.candidate)
      connection.addRemoteCandidate(message.candidate.candidate, message.candidate.sdpMid ?? '0');
  });
  const channel = connection.createDataChannel('echo');
  await within(new Promise((resolve) => channel.onOpen(resolve)), 'open channel');
  const echoed = within(new Promise((resolve) => channel.onMessage(resolve)), 'echo');
  channel.sendMessage('there?');
  await echoed;
  return { socket, connection };
}

async function measurePeers() {
  const server = new Server();
  await server.start(servers.bellhop);
  const peers = [await connectPeer(server.origin, 'first')];
  await pause(500);
  const before = server.kib();
  for (let i = 0; i < PEERS; i += 10)
    peers.push(...(await Promise.all(Array.from({ length: 10 }, (_, k) => connectPeer(server.origin, `peer-${i + k}`)))));
  await pause(SETTLE_MS);
  print('memory-hub-peer', 'bellhop', { kib: (server.kib() - before) / PEERS });
  const cpuMs = server.cpuMs();
  await pause(IDLE_MS);
  print('idle-hub-100-peers', 'bellhop', { cpu_percent: ((server.cpuMs() - cpuMs) / IDLE_MS) * 100 });
  for (const { socket, connection } of peers) {
    connection.close();
    socket.terminate();
  }
  await server.stop();
}

/** By proof; what comes sealed after it is not looked into. */
async function joinPaired(origin, token) {
  const [, deviceId, seed, hubKey] = token.split('.');
  const device = { key: new SignKey(raw(seed)), deviceId, hubKey: b64(raw(hubKey)), tenantId: 'bench' };
  const handshake = new Handshake(device);
  const socket = new WebSocket(`${origin.replace('http', 'ws')}signal`);
  socket.on('open', () => socket.send(JSON.stringify(handshake.join)));
  const challenge = await heard(socket, ({ type }) => type === 'challenge');
  socket.send(JSON.stringify(handshake.proof(challenge)));
  await heard(socket, ({ type }) => type === 'sealed');
  return socket;
}

async function measureDevices() {
  const server = new Server();
  await server.start({ ...servers.bellhop,
    command: (state) => servers.bellhop.command(state).filter((word) => word !== '--open') });
  const pair = (i) => server.control('/api/v1/tokens', { role: 'staff', name: `Device ${i}` });
  const tokens = await inBatches(20, pair);
  const sockets = await Promise.all(tokens.splice(0, 10).map(({ token }) => joinPaired(server.origin, token)));
  await pause(SETTLE_MS);
  let before = server.kib();
  tokens.push(...(await inBatches(DEVICES, (i) => pair(20 + i))));
  await pause(SETTLE_MS);
  print('memory-device', 'bellhop', { kib: (server.kib() - before) / DEVICES });
  before = server.kib();
  sockets.push(...(await inBatches(DEVICES, (i) => joinPaired(server.origin, tokens[i].token))));
  await pause(SETTLE_MS);
  print('memory-device-socket', 'bellhop', { kib: (server.kib() - before) / DEVICES });
  for (const socket of sockets) socket.terminate();
  await server.stop();
}

if (wanted('start')) await measureStarts();
if (wanted('sockets')) await measureSockets();
if (wanted('peers')) await measurePeers();
if (wanted('devices')) await measureDevices();
process.exit(0);
