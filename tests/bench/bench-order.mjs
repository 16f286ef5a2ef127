// SPDX-License-Identifier: Apache-2.0
// An order from a waiter's device to the kitchen's and its acceptance back, by native peers: through
// the real hub, which makes both durable, and directly, where both devices do. Beside it bare UDP and
// fdatasync() with as many bytes, in turn.
//   node bench-order.mjs BUILT FOLDER [short]       BUILT: where the programs are; FOLDER: the disk
// Devices are paired, channels are real; with the hub, the devices' own replicas are in memory.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import { Device } from '../lib/device.mjs';
import { startHub } from '../lib/hub.mjs';
import { Cleanups } from './cleanups.mjs';
import { NativePeer } from './native-peer.mjs';

const [built, under, mode] = process.argv.slice(2);
const ORDERS = mode === 'short' ? 10 : 300;
const ROUNDS = mode === 'short' ? 1 : 3;
const MEASURE_MS = 60000;

const figures = (line) => console.log(line);

async function measure(line, waiter, kitchen) {
  waiter.say({ type: 'measure', line, orders: ORDERS });
  await waiter.hear('measured', MEASURE_MS);
  await Promise.all([waiter.end(), kitchen.end()]);
}

async function throughHub() {
  const t = new Cleanups();
  const state = mkdtempSync(path.join(under, 'bench-order-'));
  t.after(() => rmSync(state, { recursive: true, force: true }));
  const hub = await startHub(t, { open: false, state });
  const [waiter, kitchen] = await Promise.all(['staff', 'kitchen'].map(async (role) =>
    new NativePeer(built, await Device.pair(hub, { role }), { figures })));
  await waiter.connectToHub(t, hub);
  await kitchen.connectToHub(t, hub);
  await measure('order-hub', waiter, kitchen);

  const folders = [1, 2].map((n) => path.join(state, `device-${n}`));
  const pair = [waiter, kitchen].map(({ device }, i) => new NativePeer(built, device, { folder: folders[i], figures }));
  await pair[0].connectTo(pair[1]);
  await measure('order-direct', ...pair);
  await t.run();
}

for (let round = 0; round < ROUNDS; round += 1) {
  process.stdout.write(execFileSync(path.join(built, 'order-floor'), [under, String(ORDERS)]));
  await throughHub();
}
process.exit(0);
