// SPDX-License-Identifier: Apache-2.0
// The cable between the devices and the hub is pulled out in the middle of an order, and work goes on at
// both ends. One test a file: the lab's cable is moved.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { browserName, startBrowser } from '../lib/browser.mjs';
import { startHub } from '../lib/hub.mjs';
import { FAR_ADDRESS, makeFarHost, setLink, skipOutsideLab } from '../lib/network.mjs';
import { RemoteDevice } from '../lib/remote-device.mjs';
import { ReplicaPage, settle, untilMeshed } from '../lib/replica-page.mjs';
import { until } from '../lib/wait.mjs';

const line = (name) => ({ lineId: randomUUID(), name, price: 500, quantity: 1 });
const namesOf = (order) => order.lines.map(({ name }) => name).sort();

test(`${browserName}: the link is down in mid-order, and both ends go on`, { skip: skipOutsideLab }, async (t) => {
  const host = await makeFarHost(t);
  const hub = await startHub(t, { open: false, listen: '0.0.0.0', host });
  const browser = await startBrowser(t);
  const way = { origin: `http://${FAR_ADDRESS}:${hub.port}`, signaling: `ws://${FAR_ADDRESS}:${hub.port}/signal` };
  const pages = [];
  for (const [role, name] of [['staff', 'Anna'], ['staff', 'Ben'], ['kitchen', 'Kitchen'], ['pos', 'Till']])
    pages.push(await ReplicaPage.open(t, browser, hub, { role, name, ...way }));
  const [anna, ben, kitchen, till] = pages;
  const bar = await RemoteDevice.join(t, hub, host, { role: 'pos', name: 'Bar', address: FAR_ADDRESS });

  const { orderId } = await anna.order({ lines: [line('Soup')] });
  for (const one of [ben, kitchen, bar]) await until('they have it', () => one.read(orderId), 20000);
  await untilMeshed(pages);
  const names = ['Soup'];
  const add = (who, name) => {
    names.push(name);
    return who.write('order.lines', `order/${orderId}`, { lines: [line(name)] });
  };
  const writes = [];
  const addAll = (from, to) => {
    for (let i = from; i < to; i += 1) writes.push(add(anna, `Anna ${i}`), add(ben, `Ben ${i}`));
  };

  addAll(0, 5);
  setLink(false);
  addAll(5, 10);
  // All of it is durable without the hub, and at the other end the hub has what is ordered there.
  await Promise.all(writes);
  const beer = await bar.order({ lines: [line('Beer')] });
  await until('they know that they are alone', async () => (await till.path()) === 'none', 40000);
  const { orderId: wine } = await till.order({ lines: [line('Wine')] });
  const { lines } = await kitchen.read(orderId);
  await kitchen.write('line.state', `order/${orderId}`, { state: 'preparing', lineIds: lines.map(({ lineId }) => lineId) });

  setLink(true);
  const { orders } = await settle(hub, pages, 60000);
  assert.deepEqual(orders.map((one) => one.orderId).sort(), [orderId, beer.orderId, wine].sort());
  assert.deepEqual(namesOf(orders.find((one) => one.orderId === orderId)), names.sort());
  for (const order of orders) {
    const theirs = await until('the bar has it too', () => bar.read(order.orderId), 20000);
    assert.deepEqual(namesOf(theirs), namesOf(order));
  }
  const { conflicts } = await hub.control('GET', '/api/v1/operations/conflicts');
  assert.deepEqual(conflicts, []);
  await hub.assertServing();
});
