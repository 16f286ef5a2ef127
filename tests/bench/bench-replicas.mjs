// SPDX-License-Identifier: Apache-2.0
// What a log of the property costs the running hub, and how soon a device has it:
//   node bench-replicas.mjs BUILT FOLDER [short] [year] [catch-up] [devices] [orders]
// year: a hub with a year's log (200 orders a day): its start, its memory, and how long a device that
//   joins then takes until it has the open orders: the client library in Node by the hub's relay, and
//   its replica by a channel of node-datachannel's.
// catch-up: 100,000 operations to the client library's replica, by a snapshot and one by one.
// devices, orders: memory of the hub for a device that replicates, and for an order it has in memory.
// FOLDER is on the disk that is meant. Beside it SQLite reading the same rows, where that is a floor.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import WebSocket from 'ws';

import { Device, raw, SignKey } from '../lib/device.mjs';
import { startHub, TENANT } from '../lib/hub.mjs';
import { Link } from '../lib/link.mjs';
import { byChannel, OperationLog, Replica } from '../lib/operation.mjs';
import { implementations } from '../lib/peers.mjs';
import { Signal } from '../lib/signal.mjs';
import { within } from '../lib/wait.mjs';
import { bundle } from './bundle.mjs';
import { Cleanups } from './cleanups.mjs';

const [built, under, ...parts] = process.argv.slice(2);
const isShort = parts[0] === 'short' && parts.shift() === 'short';
const wanted = (part) => parts.length === 0 || parts.includes(part);

const YEAR = isShort ? { days: 5, orders: 20, open: 5 } : { days: 365, orders: 200, open: 50 };
const CATCH_UP = isShort ? { days: 5, orders: 100, open: 5 } : { days: 83, orders: 200, open: 50 };
const ROUNDS = isShort ? 1 : 5;
const DEVICES = isShort ? 3 : 50;
const ORDERS = isShort ? 60 : 3000;
const SETTLE_MS = 1500;
const LONG_MS = 300000;
const BATCH = 60; // operations: within what one `ops` message holds

const native = implementations.find(({ name }) => name === 'node-datachannel');

function print(line, figures, who = 'bellhop') {
  const rounded = Object.fromEntries(Object.entries(figures)
    .map(([key, value]) => [key, Number(value.toPrecision(4))]));
  console.log(JSON.stringify({ line, who, ...rounded }));
}

const kib = (hub) => Number(readFileSync(`/proc/${hub.pid}/statm`, 'latin1').split(' ')[1]) * 4;

/** Started, and what is there settled. */
async function start(t, state) {
  const startMs = performance.now();
  const hub = await startHub(t, { open: false, state });
  await hub.get('/healthz');
  hub.startMs = performance.now() - startMs;
  return hub;
}

/** A state folder with a past; the hub that it is of is not running. */
async function makePast(t, { days, orders, open }) {
  const state = mkdtempSync(path.join(under, 'bench-past-'));
  t.after(() => rmSync(state, { recursive: true, force: true }));
  const first = new Cleanups();
  await start(first, state);
  await first.run();
  const answer = execFileSync(path.join(built, 'log-filler'),
    [state, days, orders, open].map(String), { encoding: 'utf8' });
  return { state, ...JSON.parse(answer) };
}

async function measureStart(state, line) {
  const t = new Cleanups();
  const hub = await start(t, state);
  await pause(SETTLE_MS);
  print(`start-${line}`, { ms: hub.startMs });
  const resident = kib(hub);
  print(`memory-${line}`, { mib: resident / 1024 });
  await t.run();
  return resident;
}

/** By a token, of which the hub makes as many as it is asked for. */
async function makeDevice(hub, role = 'staff') {
  const { token } = await hub.control('POST', '/api/v1/tokens', { role, name: 'Bench' });
  const [, deviceId, seed, hubKey] = token.split('.');
  return new Device(new SignKey(raw(seed)), { deviceId, hubKey, tenantId: TENANT, role });
}

/** Joined, with a channel of the hub's. */
async function openChannel(t, hub, device) {
  const signal = await Signal.joinAs(t, hub, device);
  device.membership = signal.joined.membership;
  const { channel } = await Link.open(t, hub, native, 'log', { signal });
  return { signal, channel };
}

// ---- Devices of the client library --------------------------------------------------------------

const client = await bundle(`export * from './client/index';
  export { MemoryStore } from './client/log/memory-store';
  export { Property } from './client/log/property';
  export { Replicator } from './client/log/replicator';
  export { nobleSigning } from './client/log/signing';
  export { systemClock } from './client/clock';`);

/** From the call of the library to all open orders, in ms; the connection is closed again. */
async function joinAsProgram(hub, device, open) {
  const startMs = performance.now();
  const connection = client.createP2PConnection({ signalingServer: hub.signaling, tenantId: TENANT,
    token: device.token, WebSocket, webrtc: null });
  try {
    while (openOrders(connection.property) < open) await pause(2);
    return performance.now() - startMs;
  } finally {
    connection.close();
  }
}

const openOrders = (property) => (property?.records('order') ?? [])
  .filter(([, record]) => !record.registers.closed).length;

/** The library's replica alone, over a channel of the hub; returns once it has what the hub has. */
async function catchUp(t, hub, { bySnapshot }) {
  const device = await makeDevice(hub, 'kitchen');
  const joinMs = performance.now();
  const { signal, channel } = await openChannel(t, hub, device);
  const property = await client.Property.open({ store: new client.MemoryStore(), tenantId: TENANT,
    deviceId: device.deviceId, role: 'kitchen', signing: client.nobleSigning(device.key.seed),
    hubKey: raw(device.hubKey), membership: device.membership, clock: client.systemClock });
  const replicator = new client.Replicator({ property, clock: client.systemClock });
  let wanted = null;
  let finish;
  const done = new Promise((resolve) => { finish = resolve; });
  const look = () => {
    if (wanted && Object.entries(wanted).every(([logId, seq]) => property.seqOf(logId) >= seq)) finish();
  };
  property.on('committed', look);
  property.on('changed', look);
  const startMs = performance.now();
  const link = replicator.addLink({
    peer: { deviceId: signal.hubId, role: 'hub', trusted: true, level: 'hub' },
    send: (message) => {
      if (message.type === 'have' && !bySnapshot) delete message.snapshot;
      channel.raw.send(JSON.stringify(message));
      return true;
    },
  });
  channel.raw.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === 'have' && !message.partial) wanted ??= message.have;
    link.receive(message);
    look();
  };
  await within(LONG_MS, 'replica that has it all', done);
  const seconds = (performance.now() - startMs) / 1000;
  const sinceJoinMs = performance.now() - joinMs;
  link.close();
  await property.close();
  return { seconds, sinceJoinMs, operations: Object.values(wanted).reduce((sum, seq) => sum + seq, 0) };
}

// ---- What is measured ---------------------------------------------------------------------------

async function measureYear() {
  const t = new Cleanups();
  const past = await makePast(t, YEAR);
  const empty = mkdtempSync(path.join(under, 'bench-empty-'));
  t.after(() => rmSync(empty, { recursive: true, force: true }));
  await measureStart(empty, 'empty-log'); // makes what is made once
  let grown = 0;
  for (let round = 0; round < Math.min(ROUNDS, 3); round += 1) {
    const fresh = await measureStart(empty, 'empty-log');
    grown = await measureStart(past.state, 'year') - fresh;
    execFileSync(path.join(built, 'log-filler'), [past.state, 'read', 'start-year'], { stdio: 'inherit' });
  }
  print('memory-1000-operations', { kib: grown / (past.operations / 1000), operations: past.operations });
  const hub = await start(t, past.state);
  for (let round = 0; round < ROUNDS; round += 1) {
    print('join-year-relay', { ms: await joinAsProgram(hub, await makeDevice(hub), YEAR.open) });
    print('join-year-channel', { ms: (await catchUp(t, hub, { bySnapshot: true })).sinceJoinMs });
  }
  await t.run();
}

async function measureCatchUp() {
  const t = new Cleanups();
  const past = await makePast(t, CATCH_UP);
  const hub = await start(t, past.state);
  for (let round = 0; round < Math.min(ROUNDS, 3); round += 1) {
    for (const way of ['operations', 'snapshot']) {
      const { seconds, operations } = await catchUp(t, hub, { bySnapshot: way === 'snapshot' });
      print(`catch-up-node-${way}`, { s: seconds, per_s: operations / seconds });
      execFileSync(path.join(built, 'log-filler'), [past.state, 'read', `catch-up-node-${way}`],
        { stdio: 'inherit' });
    }
  }
  await t.run();
}

/** A paired device that replicates, over a channel. */
async function connectReplica(t, hub) {
  const device = await makeDevice(hub);
  const { channel } = await openChannel(t, hub, device);
  const replica = new Replica(device, byChannel(channel));
  await replica.begin();
  return { device, replica };
}

async function push({ replica, log }, operations) {
  for (let i = 0; i < operations.length; i += BATCH) await replica.push(operations.slice(i, i + BATCH));
  const { seq } = JSON.parse(operations.at(-1).text);
  const { have } = await replica.push(operations.slice(-1));
  if (have[log.logId] !== seq) throw new Error('the hub did not take them');
}

async function measureDevices() {
  const t = new Cleanups();
  const state = mkdtempSync(path.join(under, 'bench-devices-'));
  t.after(() => rmSync(state, { recursive: true, force: true }));
  const hub = await start(t, state);
  for (let i = 0; i < 3; i += 1) await connectReplica(t, hub);
  await pause(SETTLE_MS);
  const before = kib(hub);
  for (let i = 0; i < DEVICES; i += 1) await connectReplica(t, hub);
  await pause(SETTLE_MS);
  print('memory-replica', { kib: (kib(hub) - before) / DEVICES });
  await t.run();
}

async function measureOrders() {
  const t = new Cleanups();
  const state = mkdtempSync(path.join(under, 'bench-orders-'));
  t.after(() => rmSync(state, { recursive: true, force: true }));
  const hub = await start(t, state);
  const one = await connectReplica(t, hub);
  one.log = new OperationLog(one.device);
  const names = ['Goulash soup', 'Rib-eye steak, medium', 'Sparkling water'];
  const write = (n) => Array.from({ length: n }, () => one.log.writeOrder(names).operations).flat();
  await push(one, write(100)); // the first few grow what all of them share
  await pause(SETTLE_MS);
  const before = kib(hub);
  await push(one, write(ORDERS));
  await pause(SETTLE_MS);
  print('memory-live-order', { kib: (kib(hub) - before) / ORDERS });
  await t.run();
}

if (wanted('year')) await measureYear();
if (wanted('catch-up')) await measureCatchUp();
if (wanted('devices')) await measureDevices();
if (wanted('orders')) await measureOrders();
native.tearDown();
process.exit(0);
