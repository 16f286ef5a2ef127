// SPDX-License-Identifier: Apache-2.0
// Local signaling goes and comes back, with a cloud beside it: devices of the real client library, the
// real hub, the real program as a cloud. What is said is not lost, and channels that are open stay.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

import { WebSocket } from 'ws';

import { client, connect, webrtc } from '../lib/client.mjs';
import { startCloud } from '../lib/cloud.mjs';
import { Device, identityOf } from '../lib/device.mjs';
import { startHub } from '../lib/hub.mjs';
import { slowness, until } from '../lib/wait.mjs';

/** As if memory were a disk: its acks count. */
const makeStore = () => Object.assign(new client.MemoryStore(), { durable: true });

/** Where names lead to and whom one trusts, as a computer with a name server has it. */
function socketFor(cloud) {
  return class extends WebSocket {
    constructor(url) {
      super(url, url.startsWith('wss://cloud.example') ? {
        ca: cloud.issuer.root,
        lookup: (name, options, found) => (options.all ? found(null, [{ address: '127.0.0.1', family: 4 }])
          : found(null, '127.0.0.1', 4)),
      } : {});
    }
  };
}

/** A WebRTC library whose connections are counted. */
function counting() {
  const made = [];
  const { RTCPeerConnection: make } = webrtc;
  function Counted(...args) {
    const one = new make(...args);
    made.push(one);
    return one;
  }
  return { RTCPeerConnection: Counted, made };
}

async function join(t, { hub, cloud }, role, name) {
  const device = await Device.pair(hub, { role, name });
  const counted = counting();
  const connection = connect(t, {
    signalingServers: [hub.signaling, `wss://cloud.example:${cloud.port}/signal`],
    tenantId: device.tenantId, identity: { ...identityOf(device), hostName: '' },
    property: { store: makeStore() }, WebSocket: socketFor(cloud), webrtc: counted });
  const one = { device, connection, made: counted.made, heard: [], reaches: [], paths: [], peers: 0 };
  connection.onmessage = (message) => one.heard.push(message);
  connection.on('reach', (reach) => one.reaches.push({ reach, atMs: performance.now() }));
  connection.on('path', (path) => one.paths.push(path));
  await until('a replica', () => connection.property, 20000);
  await until('a channel to the hub', () => connection.path === 'local-p2p', 20000);
  return one;
}

const isLinked = ({ connection }, { device }) =>
  connection.direct.some(({ deviceId }) => deviceId === device.deviceId);

async function house(t, args = []) {
  const cloud = await startCloud(t);
  const hub = await startHub(t, { open: false, args: [...cloud.hubArgs, ...args] });
  await until('the hub is at the cloud', async () => (await hub.status()).cloud.state === 'joined', 20000);
  const waiter = await join(t, { hub, cloud }, 'staff', 'Anna');
  const kitchen = await join(t, { hub, cloud }, 'kitchen', 'Kitchen');
  await until('a direct channel', () => isLinked(waiter, kitchen) && isLinked(kitchen, waiter), 20000);
  return { cloud, hub, waiter, kitchen };
}

/** How long after `fromMs` it was so; the first time of these. */
function tookUntil(one, reach, fromMs) {
  const found = one.reaches.find((each) => each.reach === reach && each.atMs >= fromMs);
  return found === undefined ? null : Math.round(found.atMs - fromMs);
}

const reached = (all, reach) => until(`all are ${reach}`,
  () => all.every(({ connection }) => connection.reach === reach), 30000);

let count = 0;
function order({ connection }) {
  count += 1;
  return connection.send({ type: 'order', order: { lines: [{ name: `Soup ${count}`, price: 750, quantity: 1 }] } });
}

const ackOf = (one, ref, level) => one.heard.find((message) => message.ref === ref && message.level === level);

test('the hub is killed: on the cloud within 2 s, back within 10 s; no order is lost, the devices go on', async (t) => {
  const { hub, waiter, kitchen } = await house(t);
  const both = [waiter, kitchen];
  const links = both.map(({ made }) => made.length);
  const refs = [order(waiter)];
  const parted = [];
  for (const one of both) one.connection.on('peers', () => parted.push(!isLinked(waiter, kitchen)));

  const killedMs = performance.now();
  await hub.kill();
  refs.push(order(waiter));
  await reached(both, 'cloud');
  refs.push(order(waiter));
  const shown = await until('the order is in the kitchen', () => kitchen.heard.find((one) =>
    one.type === 'order' && one.order.lines[0].name === `Soup ${count}`), 20000);
  assert.equal(shown.order.total, 750);

  const again = await startHub(t, { open: false, state: hub.state, port: hub.port });
  const backMs = performance.now();
  await reached(both, 'local');
  for (const ref of refs)
    await until('the order is safe at the hub', () => ackOf(waiter, ref, 'hub'), 40000);
  const names = kitchen.heard.filter(({ type }) => type === 'order').map((one) => one.order.lines[0].name);
  assert.ok(names.includes(`Soup ${count}`));
  assert.ok(!parted.includes(true), 'the two were never without a channel to each other');
  for (const [index, one] of both.entries()) {
    const away = tookUntil(one, 'cloud', killedMs);
    const back = tookUntil(one, 'local', backMs);
    console.log(`cloud after ${away} ms, local again after ${back} ms, ${one.made.length - links[index]} new channels`);
    assert.ok(away !== null && away < 2000 * slowness, `on the cloud after ${away} ms`);
    assert.ok(back !== null && back < 10000 * slowness, `back after ${back} ms`);
  }
  await again.assertServing();
});

test('only the hub\'s port is cut: signaling goes on by its channel, which never notices', async (t) => {
  const { hub, waiter, kitchen } = await house(t);
  const both = [waiter, kitchen];
  const links = both.map(({ made }) => made.length);
  const paths = both.map((one) => one.paths.length);
  const firewall = (rules) => execFileSync('nft', ['-f', '-'], { input: `flush ruleset\n${rules}\n` });
  t.after(() => firewall(''));
  const refs = [];

  firewall(`table ip cut { chain out { type filter hook output priority 0;
    tcp dport ${hub.port} reject with tcp reset; tcp sport ${hub.port} drop; }
    }`);
  const cutMs = performance.now();
  // As a page does that is told of a change of networks; otherwise its next word finds out.
  for (const { connection } of both) connection.wake();
  refs.push(order(waiter));
  await until('the socket is lost', () => both.every((one) =>
    one.reaches.some(({ reach, atMs }) => reach !== 'local' && atMs >= cutMs)), 20000);
  refs.push(order(waiter));
  // By the channel to the hub itself, which carries signaling as well; by the cloud until then.
  await reached(both, 'local');
  for (const ref of refs) await until('the order is safe', () => ackOf(waiter, ref, 'hub'), 20000);
  // A silent socket counts as lost after 5 s; from then on it is ours to be quick.
  const tookMs = both.map((one) => {
    const { atMs } = one.reaches.find((each) => each.reach !== 'local' && each.atMs >= cutMs);
    return tookUntil(one, 'local', atMs);
  });

  firewall('');
  await reached(both, 'local');
  for (const [index, one] of both.entries()) {
    assert.equal(one.made.length, links[index], 'no channel was made anew');
    assert.equal(one.paths.length, paths[index], 'the way to the hub was never another');
    console.log(`at the hub by its channel after ${tookMs[index]} ms: ${one.reaches.map(({ reach }) => reach).join(', ')}`);
    assert.ok(tookMs[index] < 2000 * slowness, `signaling again after ${tookMs[index]} ms`);
  }
});
