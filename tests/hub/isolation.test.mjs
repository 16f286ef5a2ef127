// SPDX-License-Identifier: Apache-2.0
// A Wi-Fi that isolates its clients: devices reach the hub and not each other. Everything flows through
// the hub, and the path says so.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startHub } from '../lib/hub.mjs';
import { makeIsolatedHosts, skipOutsideLab } from '../lib/network.mjs';
import { RemoteDevice } from '../lib/remote-device.mjs';
import { until } from '../lib/wait.mjs';

test('devices that cannot reach each other work through the hub', { skip: skipOutsideLab }, async (t) => {
  const hosts = await makeIsolatedHosts(t, 2);
  const hub = await startHub(t, { open: false, listen: '0.0.0.0' });
  const join = (host, role, name) => RemoteDevice.join(t, hub, host, { role, name, address: host.address });
  const waiter = await join(hosts[0], 'staff', 'Anna');
  const kitchen = await join(hosts[1], 'kitchen', 'Kitchen');

  const { orderId } = await waiter.order({ lines: [{ name: 'Soup', price: 750, quantity: 2 }] });
  const order = await until('in the kitchen', () => kitchen.read(orderId), 20000);
  assert.equal(order.total, 1500);

  for (const [one, other] of [[waiter, kitchen], [kitchen, waiter]]) {
    const { direct, path, topology } = await one.ask({ do: 'state', to: other.device.deviceId });
    assert.deepEqual(direct, [], 'no direct channel');
    assert.equal(path, 'local-p2p', 'to the hub itself it is direct');
    assert.equal(topology, 'hub-relay', 'to the other device it is not');
  }
  await hub.assertServing();
});
