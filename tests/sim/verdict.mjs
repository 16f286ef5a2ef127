// SPDX-License-Identifier: Apache-2.0
// What must be true when all is quiet: everybody holds the union of what the storages held that are still
// there, and reads from it what the model reads.

import { withoutErased } from './erased.mjs';
import { isPrivate, union, Violation } from './ledger.mjs';
import { derive, identityOf } from './model.mjs';
import { readOrders } from './order-model.mjs';
import { logOwnerOf } from './signing.mjs';

const hasText = ({ text }) => text !== undefined;

function fail(text) {
  throw new Violation(text);
}

/** Where two values differ first: for people. */
export function difference(ours, model, path = '') {
  if (JSON.stringify(ours) === JSON.stringify(model)) return null;
  const isObject = (value) => typeof value === 'object' && value !== null;
  if (!isObject(ours) || !isObject(model))
    return `${path || '.'}: ${JSON.stringify(ours)?.slice(0, 400)} and not ${JSON.stringify(model)?.slice(0, 400)}`;
  for (const key of new Set([...Object.keys(ours), ...Object.keys(model)])) {
    const found = difference(ours[key], model[key], `${path}/${key}`);
    if (found !== null) return found;
  }
  return `${path}: the order of ${Object.keys(ours)} and not ${Object.keys(model)}`;
}

function toText(value) {
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}

const texts = new WeakMap();

/** Of the model's, which are looked at once for each replica. */
function textOf(value) {
  if (value === undefined) return undefined;
  if (!texts.has(value)) texts.set(value, JSON.stringify(value));
  return texts.get(value);
}

/**
 * Texts against values. What differs as a text is looked at once more as `toJudged` has it.
 */
function compareAll(node, what, ours, model, toJudged = (values) => values) {
  const odd = [...new Set([...Object.keys(ours), ...Object.keys(model)])].filter((name) => ours[name] !== textOf(model[name]));
  if (odd.length === 0) return;
  const isIn = (values) => (name) => values[name] !== undefined;
  const read = toJudged(Object.fromEntries(odd.filter(isIn(ours)).map((name) => [name, JSON.parse(ours[name])])));
  const expected = toJudged(Object.fromEntries(odd.filter(isIn(model)).map((name) => [name, model[name]])));
  for (const name of odd) {
    if (JSON.stringify(read[name]) === JSON.stringify(expected[name])) continue;
    fail(`${node.id}: ${what} ${name}: ${difference(read[name], expected[name])}`);
  }
}

function headsOf(operations) {
  const heads = {};
  for (const { logId, seq } of operations) heads[logId] = Math.max(heads[logId] ?? 0, seq);
  return heads;
}

/**
 * Of what was erased, or compacted, it is forgotten here and there why it never applied; of several with one
 * identity one may stand for all.
 */
function asideText(aside, redacted, forked, from = {}) {
  const left = aside.filter(({ logId, seq }) => !redacted.has(`${logId}:${seq}`) && !forked.has(`${logId}:${seq}`)
    && seq >= (from[logId] ?? 0));
  return [...new Set(left.map(({ logId, seq, reason }) => `${logId}:${seq} ${reason}`))].sort();
}

function forkedOf(operations) {
  const seen = new Set();
  return new Set(operations.map(identityOf).filter((name) => seen.has(name) || !seen.add(name)));
}

/** What is over for long by the hub's clock, which may jump, is left out of its snapshots. */
function isOver(name, { registers }) {
  const [type] = name.split('/');
  if (type === 'order') return registers.closed?.[0] === true;
  if (type === 'seating') return registers.state?.[0] === 'ended';
  return type === 'message' || type === 'request';
}

/** Without what a snapshot may have left out for this replica, and what it forgot by its own clock. */
function asTold(node, dump, { records, orders, aside }) {
  if (node.lang !== 'script') return { records, orders, aside };
  const tookSnapshot = Object.keys(dump.from ?? {}).length > 0;
  const isLeftOut = (name) => records[name] !== undefined && dump.records[name] === undefined
    && isOver(name, records[name]) && (tookSnapshot || node.storage.forgotten.has(name));
  const without = (values, toName) => Object.fromEntries(Object.entries(values).filter(([key]) => !isLeftOut(toName(key))));
  return { records: without(records, (name) => name), orders: without(orders, (id) => `order/${id}`), aside };
}

/** Of what began in a private log nobody tells it the beginning again, once it forgot that by its own clock. */
function dropRests({ storage }, dump, records) {
  if (Object.keys(dump.from).length === 0) return;
  for (const [name, text] of Object.entries(dump.records)) {
    const header = records[name]?.items.header;
    // Of another's message it knows no more than its own marks, and may have forgotten the first of them.
    const isMarksOnly = header === undefined && storage.forgotten.has(name);
    if (!name.startsWith('message/') || !(isMarksOnly || (header !== undefined && isPrivate(header.at(-2))))) continue;
    if (JSON.parse(text).items.header === undefined) delete dump.records[name];
  }
}

function judgeReplica(run, node, dump, operations, expected) {
  if (node.lang === 'script') dropRests(node, dump, expected.records);
  const { records, aside, orders } = asTold(node, dump, expected);
  const { ledger } = run.world;
  const heads = headsOf(operations);
  if (dump.untold) fail(`${node.id}: of ${dump.untold} operations more were stored than told of`);
  if (toText(dump.have) !== toText(heads)) fail(`${node.id}: have: ${difference(dump.have, heads)}`);
  compareAll(node, 'record', dump.records, records, withoutErased);
  const [ours, model] = [dump.aside, aside].map((list) => asideText(list, ledger.redacted, forkedOf(operations), dump.from));
  if (ours.join() !== model.join()) {
    fail(`${node.id}: aside: ${ours.filter((one) => !model.includes(one))} and not ${
      model.filter((one) => !ours.includes(one))}`);
  }
  compareAll(node, 'order', dump.orders, orders);
  for (const [logId, seq] of Object.entries(dump.safe)) {
    if (node.kind !== 'hub' && seq > (ledger.acknowledged.get(logId) ?? 0))
      fail(`${node.id} takes ${logId}:${seq} for safe; the hub said so up to ${ledger.acknowledged.get(logId) ?? 0}`);
  }
}

/** What all have in common is derived once; of private logs only messages are. */
class Expectation {
  constructor(open) {
    this.open = open;
    this.common = derive(open.filter(hasText));
    this.orders = readOrders(this.common.records);
  }

  with(closed) {
    // Of what was erased everywhere it is not known what it spoke of.
    const names = new Set(closed.filter(hasText).map(({ entity }) => entity));
    if ([...names].some((name) => !name.startsWith('message/'))) throw new Error('a private log of more than messages');
    const all = [...this.open, ...closed];
    const { records, aside } = derive(all.filter((op) => hasText(op)
      && (names.has(op.entity) || op.entity.startsWith('device/'))));
    const isNamed = ({ logId, seq }) => closed.some((op) => op.logId === logId && op.seq === seq);
    return { aside: [...this.common.aside, ...aside.filter(isNamed)], orders: this.orders,
      records: { ...Object.fromEntries(this.common.records), ...Object.fromEntries(records) } };
  }
}

/** What the hub acknowledged is there, unless nobody is left who ever stored it. */
function judgeAcknowledged(run, operations) {
  const heads = headsOf(operations);
  for (const { storage, id } of run.participants) {
    for (const logId of storage.logIds()) {
      if (isPrivate(logId)) continue;
      if ((heads[logId] ?? 0) < storage.head(logId)) fail(`${id} held ${logId}:${storage.head(logId)}, which is gone`);
    }
  }
}

export async function judge(run) {
  const { world } = run;
  const nodes = [...world.nodes.values()];
  for (const node of nodes) {
    if (node.writes.size > 0 && node.isUp)
      fail(`${node.id} never said that it wrote ${JSON.stringify([...node.writes.values()])}`);
  }
  run.participants = nodes.filter((node) => node.isFull && !node.isRemoved);
  const all = union(world.ledger, run.participants.map(({ storage }) => storage));
  const unseen = all.find((op) => typeof op === 'string');
  if (unseen !== undefined) fail(`nobody ever sent the operation signed ${unseen}`);
  const open = all.filter(({ logId }) => !isPrivate(logId));
  judgeAcknowledged(run, open);
  const expectation = new Expectation(open);
  // Of a private message that a copied storage wrote under a number of the original's nobody but the two knows:
  // once handed over, it is not handed over again to a hub that came back without it.
  const counts = new Map();
  for (const op of all) counts.set(identityOf(op), (counts.get(identityOf(op)) ?? 0) + 1);
  const isForked = (op) => counts.get(identityOf(op)) > 1;
  const dumps = new Map();
  for (const node of run.participants) dumps.set(node, await world.dump(node));
  for (const [node, dump] of dumps) {
    const held = new Set([...node.storage.entries()].map(([, , sig]) => sig));
    const isHeld = ({ logId, seq, sig }) => (sig === '' ? node.storage.isFilled(logId, seq) : held.has(sig));
    const isOwn = ({ logId }) => logId.startsWith(`p.${logOwnerOf(node.deviceId)}`);
    const closed = all.filter((op) => isPrivate(op.logId)
      && (isHeld(op) ? isOwn(op) || node === run.hub : node === run.hub && !isForked(op)));
    const expected = expectation.with(closed);
    judgeReplica(run, node, dump, [...open, ...closed], expected);
    if (node === run.hub) await run.views.judge(new Map(Object.entries(expected.records)));
  }
  run.counts.stored = all.length;
}
