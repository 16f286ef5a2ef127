// SPDX-License-Identifier: Apache-2.0
// Two devices of the real client library in a real hub's room: they link directly, and go on when the
// hub is gone.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { client, connect } from '../lib/client.mjs';
import { Device, identityOf } from '../lib/device.mjs';
import { startHub } from '../lib/hub.mjs';
import { until } from '../lib/wait.mjs';

/** As if memory were a disk: its acks count. */
const makeStore = () => Object.assign(new client.MemoryStore(), { durable: true });

async function join(t, hub, role, name, options = {}) {
  const device = await Device.pair(hub, { role, name });
  const connection = connect(t, { signalingServer: hub.signaling, tenantId: device.tenantId,
    identity: identityOf(device), property: { store: makeStore() }, ...options });
  const heard = [];
  connection.onmessage = (message, from) => heard.push({ ...message, from });
  await until('a replica', () => connection.property, 20000);
  return { device, connection, heard,
    find: (type, fits = () => true) => heard.find((one) => one.type === type && fits(one)) };
}

const isLinked = ({ connection }, { device }) =>
  connection.direct.some(({ deviceId }) => deviceId === device.deviceId);
const areLinked = (one, other) => until('a direct channel',
  () => isLinked(one, other) && isLinked(other, one), 20000);

async function house(t) {
  const hub = await startHub(t, { open: false });
  const waiter = await join(t, hub, 'staff', 'Anna');
  const kitchen = await join(t, hub, 'kitchen', 'Kitchen');
  await areLinked(waiter, kitchen);
  return { hub, waiter, kitchen };
}

const soup = { lines: [{ name: 'Soup', price: 750, quantity: 2 }] };

/** Until the other's page shows it. */
async function carried(from, to, order = soup) {
  const ref = from.connection.send({ type: 'order', order });
  const ack = await until('an ack', () => from.find('ack', (one) => one.ref === ref));
  const { orderId } = ack.order;
  const told = await until('the order', () =>
    to.find('order', (one) => one.order.orderId === orderId));
  return { ack, told: told.order };
}

test('with the hub gone an order is in the kitchen, and the waiter is told that it is', async (t) => {
  const { hub, waiter, kitchen } = await house(t);
  await hub.kill();
  await until('the hub is missed', () => waiter.connection.path === 'none', 40000);
  const { ack, told } = await carried(waiter, kitchen);
  assert.equal(ack.level, 'device');
  assert.equal(told.total, 1500);
  assert.equal(told.number, ack.order.number);
  // And back: it is accepted, which the waiter's page shows.
  const shown = [];
  waiter.connection.on('order', ({ order }) => shown.push(order.state));
  await kitchen.connection.property.write({ kind: 'line.state', entity: `order/${told.orderId}`,
    body: { state: 'accepted', lineIds: told.lines.map(({ lineId }) => lineId) } });
  await until('the waiter sees it', () => shown.at(-1) === 'accepted');
});

test('the hub comes back: the channel stays, and the two go on by it', async (t) => {
  const { hub, waiter, kitchen } = await house(t);
  const closed = [];
  for (const one of [waiter, kitchen])
    one.connection.on('peers', () => closed.push(!isLinked(waiter, kitchen)));
  await hub.kill();
  await until('the hub is missed', () => waiter.connection.path === 'none', 40000);
  const again = await startHub(t, { open: false, state: hub.state, port: hub.port });
  await until('the hub is back', () => waiter.connection.path === 'local-p2p' &&
    kitchen.connection.path === 'local-p2p', 40000);
  assert.ok(!closed.includes(true), 'it was never without');
  await carried(waiter, kitchen);
  await again.assertServing();
});

test('a device that is removed is cut off by the others at once', async (t) => {
  const { hub, waiter, kitchen } = await house(t);
  const forged = [];
  kitchen.connection.on('forged', ({ reason }) => forged.push(reason));
  await hub.control('POST', '/api/v1/devices/revoke', { deviceId: waiter.device.deviceId });
  await until('the end of the channel', () => !isLinked(kitchen, waiter));
  await until('told', () => waiter.connection.property === null);
  assert.deepEqual(forged, ['revoked']);
});

test('a message to another device goes by its channel, or by the hub where there is none', async (t) => {
  const { hub, waiter, kitchen } = await house(t);
  waiter.connection.send({ type: 'bell', text: 'ready' }, { to: kitchen.device.deviceId });
  const rung = await until('the message', () => kitchen.find('bell'));
  assert.equal(rung.from.deviceId, waiter.device.deviceId);

  const till = await join(t, hub, 'pos', 'Till', { webrtc: null });
  till.connection.send({ type: 'bell', text: 'paid' }, { to: kitchen.device.deviceId });
  const paid = await until('the message', () => kitchen.find('bell', (one) => one.text === 'paid'));
  assert.equal(paid.from.deviceId, till.device.deviceId);
  assert.equal(till.connection.direct.length, 0);

  // A command is carried out by whoever has the log, and answered once it is stored.
  const ref = till.connection.send({ type: 'order', order: soup }, { to: waiter.device.deviceId });
  const ack = await until('an ack', () => till.find('ack', (one) => one.ref === ref));
  assert.equal(ack.level, 'device');
  assert.equal(waiter.connection.property.order(ack.order.orderId).total, 1500);
  // A kitchen takes no orders.
  const refused = till.connection.send({ type: 'order', order: soup }, { to: kitchen.device.deviceId });
  const error = await until('a no', () => till.find('error', (one) => one.ref === refused));
  assert.equal(error.code, 'forbidden');
});

test('what there is between two devices is told', async (t) => {
  const { waiter, kitchen } = await house(t);
  const found = await client.detectNetworkTopology(waiter.connection,
    { to: kitchen.device.deviceId });
  assert.equal(found.topology, 'local-p2p');
  assert.equal(found.estimatedCost, 0);
  assert.equal((await client.detectNetworkTopology(waiter.connection)).topology, 'local-p2p');
});

test('what a till took while its role was changed is not lost with its replica, nor called safe', async (t) => {
  const hub = await startHub(t, { open: false });
  const till = await join(t, hub, 'pos', 'Till', { property: true, webrtc: null });
  const { connection, device } = till;
  await until('a way', () => connection.path !== 'none', 20000);
  await hub.kill();
  await until('the hub is missed', () => connection.path === 'none', 40000);
  const id = connection.send({ type: 'order', order: soup });
  await until('the order', () => connection.property.records('order').length === 1);
  const elsewhere = await startHub(t, { open: false, state: hub.state });
  await elsewhere.control('POST', '/api/v1/devices/role', { deviceId: device.deviceId, role: 'staff' });
  await elsewhere.kill();
  const again = await startHub(t, { open: false, state: hub.state, port: hub.port });
  const no = await until('an answer', () => till.find('error', (one) => one.ref === id), 40000);
  assert.equal(no.code, 'forbidden');
  const aside = async () => (await again.control('GET', '/api/v1/operations/aside')).aside;
  await until('the hub has it aside', async () => (await aside())[0]?.deviceId === device.deviceId);

  connection.send({ type: 'order', id, order: soup });
  const ack = await until('an ack', () => till.find('ack', (one) => one.ref === id));
  assert.equal(ack.level, 'hub');
  await again.control('POST', '/api/v1/operations/admit', { deviceId: device.deviceId });
  await until('nothing is aside', () => connection.property.aside().length === 0);
  assert.equal(connection.property.order(ack.order.orderId).total, 1500);
  assert.equal(connection.property.records('order').length, 1);
});
