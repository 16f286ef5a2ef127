// SPDX-License-Identifier: Apache-2.0
// The program as a person meets it: options, one instance a state folder, a clean end.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { test } from 'node:test';

import WebSocket from 'ws';

import { makeStateFolder, program, startHub } from '../lib/hub.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { slowness, until } from '../lib/wait.mjs';

/** Runs the program to its end. */
function run(...args) {
  const { status, stdout, stderr } = spawnSync(program, args,
    { encoding: 'utf8', timeout: 10000 * slowness });
  return { status, text: stdout + stderr };
}

test('--help names every option', () => {
  const { status, text } = run('--help');
  assert.equal(status, 0);
  for (const option of ['daemon', 'state', 'listen', 'port', 'https-port', 'tls-certificate',
    'tls-key', 'name', 'discovery', 'greengrass', 'guest-networks', 'trusted-proxies', 'ice-ports', 'tenant', 'printer',
    'limit', 'open'])
    assert.match(text, new RegExp(`--${option}\\b`));
});

test('a second instance on the same state says who holds it', async (t) => {
  const hub = await startHub(t);
  const { status, text } = run('--daemon', '--open', '--state', hub.state, '--port', '0');
  assert.notEqual(status, 0);
  assert.match(text, new RegExp(`\\b${hub.pid}\\b`));
  await hub.assertServing();
});

test('--open is refused where others can reach it', async (t) => {
  const { status, text } = run('--daemon', '--open', '--state', await makeStateFolder(t),
    '--listen', '0.0.0.0', '--port', '0');
  assert.notEqual(status, 0);
  assert.match(text, /open/);
});

test('a port that nobody chose may be busy, a chosen one may not', async (t) => {
  // Where 8080 is taken already the first hub steps aside itself, which shows the same.
  const first = await startHub(t, { port: null });
  const second = await startHub(t, { port: null });
  assert.notEqual(second.port, first.port);
  assert.notEqual(second.port, 8080);
  await second.assertServing();

  const { status, text } = run('--daemon', '--open', '--state', await makeStateFolder(t),
    '--port', String(first.port));
  assert.notEqual(status, 0);
  assert.match(text, new RegExp(`${first.port}.*in use`));
});

test('what cannot be meant is refused in words', async (t) => {
  const state = await makeStateFolder(t);
  for (const [args, word] of [
    [['--limit', 'nonsense=1'], /nonsense/],
    [['--limit', 'peers=many'], /peers/],
    [['--printer', 'receipt=ftp://x'], /ftp|receipt/],
    [['--port', '70000'], /70000|port/],
    [['--https-port', '70000'], /70000|port/],
    [['--tls-key', 'key.pem'], /tls-certificate/],
    [['--guest-networks', '10.0.0.0/8,home'], /home/],
    [['--no-such-option'], /no-such-option/],
  ]) {
    const { status, text } = run('--daemon', '--state', state, ...args);
    assert.notEqual(status, 0, `${args}`);
    assert.match(text, word);
  }
});

test('pages, counters and health are served', async (t) => {
  const hub = await startHub(t);
  assert.match(await hub.get('/pos'), /<!doctype html>/i);
  assert.match(await hub.get('/paper'), /<!doctype html>/i);
  assert.match(await hub.get('/metrics'), /^# TYPE bellhop_/m);
  assert.equal((await hub.status()).tenantId, 'lab');
});

test('a page of another origin, or another host name, gets nothing done', async (t) => {
  const hub = await startHub(t);
  const ask = (method, headers) => new Promise((resolve, reject) => {
    request(`${hub.origin}/api/v1/jobs`, { method, headers, agent: false },
      (response) => resolve({ status: response.resume().statusCode,
        shared: response.headers['access-control-allow-origin'] })).on('error', reject)
      .end(method === 'POST' ? '{"printJob":{"jobId":"x","content":{"text":"x"}}}' : undefined);
  });
  const json = { 'content-type': 'application/json' };
  assert.equal((await ask('GET', {})).status, 200);
  assert.ok((await ask('GET', { host: 'evil.example' })).status >= 400, 'DNS rebinding');
  assert.ok((await ask('POST', { ...json, host: 'evil.example' })).status >= 400);
  assert.equal((await ask('GET', { origin: 'https://evil.example' })).shared, undefined);
  assert.ok((await ask('POST', { ...json, origin: 'https://evil.example' })).status >= 400);
  const socket = new WebSocket(hub.signaling, { origin: 'https://evil.example' });
  const heard = [];
  socket.on('message', (data) => heard.push(String(data)));
  await once(socket, 'open');
  const closed = once(socket, 'close');
  socket.send('{"type":"join","tenantId":"lab","role":"staff"}');
  const [code] = await closed;
  assert.equal(code, 1008, 'also at a hub that believes everybody');
  assert.deepEqual(heard, []);
  assert.deepEqual(await hub.jobs(), []);
});

test('one connection serves several requests', async (t) => {
  const hub = await startHub(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const ports = [];
  for (let index = 0; index < 3; index += 1) {
    ports.push(await new Promise((resolve, reject) => {
      request(`${hub.origin}/healthz`, { agent }, (response) => {
        const { localPort } = response.socket;
        response.resume().on('end', () => resolve(localPort));
      }).on('error', reject).end();
    }));
    // Long enough for a server that hangs up to be seen doing it.
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  assert.equal(new Set(ports).size, 1, `${ports}`);
});

test('SIGTERM tells everybody, and ends at once also beside a stuck printer', async (t) => {
  const printer = await startPrinter(t, { reads: false });
  const hub = await startHub(t, { printers: { receipt: printer.uri } });
  const codes = [];
  for (let index = 0; index < 200; index += 1) {
    const socket = new WebSocket(hub.signaling, { origin: hub.origin });
    socket.on('close', (code) => codes.push(code));
    await once(socket, 'open');
  }
  for (let index = 0; index < 20; index += 1) {
    const { status } = await fetch(`${hub.origin}/api/v1/jobs`, { method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ printJob: { jobId: `${index}`, content: { text: 'x'.repeat(200000) } } }) });
    assert.equal(status, 201);
  }
  const began = Date.now();
  await hub.stop();
  assert.ok(Date.now() - began < 2000 * slowness, `${Date.now() - began} ms`);
  await until('all have heard', () => codes.length === 200);
  assert.deepEqual([...new Set(codes)], [1001]);
});
