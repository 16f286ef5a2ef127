// SPDX-License-Identifier: Apache-2.0
// @bellhop/client as a vendor gets it: packed, installed without the internet, type-checked as Node
// finds its modules, and its example run against a hub.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { client, connect } from '../lib/client.mjs';
import { Device } from '../lib/device.mjs';
import { startHub } from '../lib/hub.mjs';
import { until } from '../lib/wait.mjs';

const run = promisify(execFile);
const tests = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const web = path.join(tests, '..', 'data', 'web');

let folder;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vendor-'));
  const made = path.join(folder, 'made');
  await run(process.execPath, [path.join(web, 'make-package.mjs'), made]);
  const npm = { cwd: folder, env: { ...process.env, npm_config_cache: path.join(folder, 'cache') } };
  const { stdout } = await run('npm', ['pack', made, '--json', '--offline'], npm);
  const [{ filename }] = JSON.parse(stdout);
  await writeFile(path.join(folder, 'package.json'), '{"name":"till","private":true,"type":"module"}');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${filename}`], npm);
  // What a vendor chooses for Node: any WebSocket and any WebRTC.
  for (const name of ['ws', 'node-datachannel', 'werift'])
    await symlink(path.join(tests, 'node_modules', name), path.join(folder, 'node_modules', name));
  await mkdir(path.join(folder, 'node_modules', '@types'));
  await symlink(path.join(web, 'node_modules', '@types', 'ws'), path.join(folder, 'node_modules', '@types', 'ws'));
});

after(() => rm(folder, { recursive: true, force: true }));

const installed = (...names) => path.join(folder, 'node_modules', '@bellhop', 'client', ...names);

test('it brings all that it needs, and nothing of the pages', async () => {
  const described = JSON.parse(await readFile(installed('package.json'), 'utf8'));
  assert.equal(described.dependencies, undefined);
  assert.equal(described.license, 'Apache-2.0');
  const code = await readFile(installed('dist', 'index.js'), 'utf8');
  assert.ok(!/^import /m.test(code), 'imports something');
  assert.ok(!/preact|document\.body/.test(code));
  assert.match(await readFile(installed('LICENSE'), 'utf8'), /Apache License/);
});

/** Compiles it as strictly as a vendor may, as Node finds modules. */
async function compile(name, text, options = {}) {
  const file = path.join(folder, `${name}.ts`);
  const config = path.join(folder, `${name}.json`);
  await writeFile(file, text);
  await writeFile(config, JSON.stringify({ files: [file], compilerOptions: { strict: true, module: 'NodeNext',
    target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable'], noEmit: true, types: [], ...options } }));
  const compiled = run(path.join(web, 'node_modules', '.bin', 'tsc'), ['-p', config], { cwd: folder });
  await compiled.catch(({ stdout }) => assert.fail(stdout));
}

test('its declarations hold for who compiles strictly, without skipping them', async () => {
  await compile('till', `
import { createP2PConnection, detectNetworkTopology, type Order, type Reach, type ServerMemory } from "@bellhop/client";
let kept: string[] = [];
const servers: ServerMemory = { load: async () => kept, store: async (urls) => void (kept = urls) };
const connection = createP2PConnection({ signalingServers: ["ws://hub", "wss://cloud.example"], servers,
  tenantId: "t", token: "bht1" });
const reach: Reach = connection.reach;
connection.on("reach", (now: Reach) => console.log(reach, now === "peers only"));
connection.on("order", ({ order }: { order: Order }) => console.log(order.total.toFixed(2)));
connection.onmessage = (message, from) => console.log(message.type, from?.deviceId);
const id: string = connection.send({ type: "order", order: { lines: [] } }, { to: "d1" });
void connection.property?.write({ kind: "order.set", entity: "order/" + id, body: {} });
void detectNetworkTopology(connection).then(({ latency }) => latency);
// @ts-expect-error A cloud passes nothing on.
void (connection.path === "cloud-relay");
// @ts-expect-error There is no such event.
connection.on("nonsense", () => undefined);
`);
});

test('it takes the libraries for Node, whatever they declare', async () => {
  // Their own declarations do not hold: whoever imports them skips those.
  await compile('libraries', `
import { createP2PConnection } from "@bellhop/client";
import { PeerConnection } from "node-datachannel";
import { RTCPeerConnection } from "node-datachannel/polyfill";
import * as werift from "werift";
import WebSocket from "ws";
const options = { signalingServer: "ws://hub", tenantId: "t", WebSocket };
createP2PConnection({ ...options, webrtc: { RTCPeerConnection } });
createP2PConnection({ ...options, webrtc: werift });
createP2PConnection({ ...options, webrtc: globalThis });
createP2PConnection({ ...options, webrtc: null });
// @ts-expect-error This one is not as the DOM's.
createP2PConnection({ ...options, webrtc: { RTCPeerConnection: PeerConnection } });
`, { skipLibCheck: true });
});

function startExample(t, hub, environment) {
  const example = spawn(process.execPath, [installed('examples', 'till.mjs')], { cwd: folder,
    env: { ...process.env, BELLHOP_SERVER: hub.signaling, ...environment } });
  const started = { said: '', end };
  for (const stream of [example.stdout, example.stderr])
    stream.setEncoding('utf8').on('data', (text) => { started.said += text; });
  const ended = new Promise((resolve) => { example.once('exit', resolve); });
  async function end() {
    example.kill();
    await ended;
  }
  t.after(end);
  return started;
}

test('the example orders and prints; a kitchen has the order, and what it says comes back', async (t) => {
  const hub = await startHub(t, { open: false });
  const kitchen = await Device.pair(hub, { role: 'kitchen', name: 'Kitchen' });
  const store = Object.assign(new client.MemoryStore(), { durable: true });
  const connection = connect(t, { signalingServer: hub.signaling, tenantId: kitchen.tenantId,
    token: kitchen.token, property: { store } });
  const orders = [];
  connection.onmessage = ({ type, order }) => {
    if (type === 'order') orders.push(order);
  };
  await until('a replica', () => connection.property, 20000);

  const till = await Device.pair(hub, { role: 'pos', name: 'Till' });
  const example = startExample(t, hub, { BELLHOP_TENANT: till.tenantId, BELLHOP_TOKEN: till.token });
  await until('the order', () => orders.length > 0, 30000)
    .catch((error) => assert.fail(`${error.message}; the example: ${example.said}`));
  assert.equal(orders[0].total, 1700);
  await until('the ack', () => example.said.includes(`${orders[0].number} is safe: `), 10000);
  await until('the paper', () => example.said.includes('Receipt: done'), 10000);
  assert.match(example.said, /\((local-p2p|hub-relay), (\d|\? ms)/);

  // What it keeps is all that it needs the next time.
  await example.end();
  const again = startExample(t, hub, {});
  const isNext = ({ orderId }) => orderId !== orders[0].orderId;
  const { number } = await until('the next order', () => orders.find(isNext), 30000)
    .catch((error) => assert.fail(`${error.message}; the example: ${again.said}`));
  await until('its ack', () => again.said.includes(`${number} is safe: `), 10000);
});
