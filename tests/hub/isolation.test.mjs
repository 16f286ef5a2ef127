// SPDX-License-Identifier: Apache-2.0
// A Wi-Fi that isolates its clients: devices reach the hub and not each other. Everything flows through
// the hub, and the path says so.

import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Device, identityOf } from '../lib/device.mjs';
import { startHub } from '../lib/hub.mjs';
import { makeIsolatedHosts, skipOutsideLab } from '../lib/network.mjs';
import { until, within } from '../lib/wait.mjs';

const program = fileURLToPath(new URL('../lib/isolated-device.mjs', import.meta.url));

/** Answers come in the order of the commands. */
class Remote {
  #child;
  #lines;

  constructor(t, host) {
    t.after(() => this.#child.kill('SIGKILL'));
    this.#child = host.spawn(process.execPath, [program]);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(command) {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value } = await within(20000, `answer to ${command.do}`, this.#lines.next());
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(answer.error);
    return answer;
  }
}

async function join(t, hub, host, role, name) {
  const device = await Device.pair(hub, { role, name });
  const remote = new Remote(t, host);
  await remote.ask({ do: 'join', server: `ws://${host.address}:${hub.port}/signal`,
    identity: identityOf(device) });
  await until(`${name} is ready`, async () => {
    const { ready, path } = await remote.ask({ do: 'state' });
    return ready && path === 'local-p2p';
  }, 30000);
  return { remote, device };
}

test('devices that cannot reach each other work through the hub', { skip: skipOutsideLab }, async (t) => {
  const hosts = await makeIsolatedHosts(t, 2);
  const hub = await startHub(t, { open: false, listen: '0.0.0.0' });
  const waiter = await join(t, hub, hosts[0], 'staff', 'Anna');
  const kitchen = await join(t, hub, hosts[1], 'kitchen', 'Kitchen');

  const { ref } = await waiter.remote.ask({ do: 'order',
    order: { lines: [{ name: 'Soup', price: 750, quantity: 2 }] } });
  const ack = await until('safe at the hub', async () => (await waiter.remote.ask({ do: 'state' })).heard
    .find((one) => one.ref === ref && one.level === 'hub'), 20000);
  const order = await until('in the kitchen', async () =>
    (await kitchen.remote.ask({ do: 'read', orderId: ack.order.orderId })).order, 20000);
  assert.equal(order.total, 1500);

  for (const [one, other] of [[waiter, kitchen], [kitchen, waiter]]) {
    const { direct, path, topology } = await one.remote.ask({ do: 'state', to: other.device.deviceId });
    assert.deepEqual(direct, [], 'no direct channel');
    assert.equal(path, 'local-p2p', 'to the hub itself it is direct');
    assert.equal(topology, 'hub-relay', 'to the other device it is not');
  }
  await hub.assertServing();
});
