// SPDX-License-Identifier: Apache-2.0
// Orders for a kitchen, and what the front desk hears of its tickets: for tests of paper.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import { Device } from './device.mjs';
import { joinManager } from './house.mjs';
import { startHub } from './hub.mjs';
import { byRelay, OperationLog, Replica } from './operation.mjs';
import { startPrinter } from './printer.mjs';
import { judge } from './schema.mjs';
import { Signal } from './signal.mjs';
import { slowness, until } from './wait.mjs';

export const UNSEEN_MS = 500 * slowness;
export const LONG_MS = 20000;
/* From here on the hub takes it for a sleep: BH_SLEEP_WATCH_GAP_MS, and a tick. */
export const SLEEP_GAP_MS = 6000;

export function start(t, printers, { unseenMs = UNSEEN_MS, screenMs, ...options } = {}) {
  return startHub(t, { open: false,
    printers: Object.fromEntries(Object.entries(printers).map(([name, { uri }]) => [name, uri])),
    limits: { 'unseen-ms': unseenMs, ...(screenMs && { 'screen-ms': screenMs }) }, ...options });
}

/** A device that replicates by relay: {device, signal, way, log, replica, push()}. */
export async function connect(t, hub, role, name = `Lab ${role}`, known = undefined) {
  const device = known?.device ?? await Device.pair(hub, { role, name });
  const signal = await Signal.joinAs(t, hub, device);
  const way = byRelay(signal);
  const log = known?.log ?? new OperationLog(device);
  const replica = new Replica(device, way);
  await replica.begin();
  const push = async () => {
    const { have } = await replica.push(log.operations);
    assert.equal(have[log.logId], log.operations.length, 'the hub takes it all');
  };
  return { device, signal, way, log, replica, push };
}

/** A table 12, a hot station that prints at `grill`, and what belongs to no station at `first`. */
export async function startKitchen(t) {
  const [first, grill] = [await startPrinter(t), await startPrinter(t)];
  const hub = await start(t, { first, grill });
  const manager = await joinManager(t, hub);
  manager.set('station.set', 'station/hot', { name: 'Hot station', printer: 'grill' });
  manager.set('place.set', 'place/t12', { kind: 'table', name: '12' });
  await manager.push();
  const till = await connect(t, hub, 'pos', 'Till');
  const desk = await connect(t, hub, 'staff', 'Desk');
  return { hub, first, grill, till, desk };
}

/** Writes an order; each line is a name or what it has besides. Returns {orderId, lineIds}. */
export function writeOrder({ log }, number, lines, header = {}, over = {}) {
  const orderId = randomUUID();
  log.write('order.open', `order/${orderId}`, { number, currency: 'EUR', source: 'pos', ...header }, over);
  return { orderId, lineIds: addLines({ log }, orderId, lines, over) };
}

export function addLines({ log }, orderId, lines, over = {}) {
  const made = lines.map((line) => ({ lineId: randomUUID(), quantity: 1, price: 100,
    ...(typeof line === 'string' ? { name: line } : line) }));
  log.write('order.lines', `order/${orderId}`, { lines: made }, over);
  return made.map(({ lineId }) => lineId);
}

export const see = ({ log }, { orderId, lineIds }) => log.write('ticket.seen', `order/${orderId}`, { lineIds });
export const setState = ({ log }, { orderId, lineIds }, state) =>
  log.write('line.state', `order/${orderId}`, { lineIds, state });

export async function listAlerts(hub) {
  const answer = await hub.control('GET', '/api/v1/alerts');
  assert.equal(judge('channel', 'alerts', answer), null);
  return answer.alerts;
}

export const alertsOf = async (hub, kind) => (await listAlerts(hub)).filter((one) => one.kind === kind);

/** The subject of the one alert that fits. */
export const untilAlert = (hub, kind, fits = () => true) => until(`alert ${kind}`, async () => {
  const found = (await alertsOf(hub, kind)).filter(({ subject }) => fits(subject));
  assert.ok(found.length <= 1, 'told once');
  return found[0];
}, LONG_MS);

export const ofOrder = ({ orderId }) => (subject) => subject.orderId === orderId;

/** What was written about lines on paper: {lineId: [jobId...]}. */
export async function pullPrinted({ replica }, { lineIds }) {
  const operation = await replica.pull('ticket.printed',
    ({ kind, body }) => kind === 'ticket.printed' && lineIds.every((id) => body.lineIds.includes(id)), LONG_MS);
  return operation.body;
}

export const status = async (hub) => (await hub.status()).alerts;
