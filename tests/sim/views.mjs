// SPDX-License-Identifier: Apache-2.0
// What guests and readers of private messages may see: of every message that goes to them whether it may
// ever have been theirs, and in the end exactly what they have. Written from what the contract allows, over
// the model's records and the operations that were ever seen.

import { isPrivate, Violation } from './ledger.mjs';
import { withoutErased } from './erased.mjs';
import { misfit } from './model.mjs';

const SHARED = ['category', 'item', 'modifier', 'tax'];
const STATION = ['name', 'position', 'removed'];
const PLACE = ['kind', 'name', 'area', 'floor', 'seats', 'removed'];

const entries = (object, keeps) => Object.fromEntries(Object.entries(object).filter(([path, part]) => keeps(path, part)));
const isOpen = (part) => !isPrivate(part.at(-2));

/** Without what came by private logs; of registers those named, or all. */
function open({ items, registers }, names) {
  return { items: entries(items, (_, part) => isOpen(part)),
    registers: entries(registers, (path, part) => isOpen(part) && (names?.includes(path) ?? true)) };
}

function seatingOf(record) {
  const register = record?.registers.seatingId;
  return (register === undefined ? record?.items.header?.[0]?.seatingId : register[0]) ?? null;
}

/**
 * The lines of a record that stand on orders of the seating, those that were split off them unless moved on
 * (`strays`), and those that all these were split from.
 */
function movedLines(records, record, seatingId) {
  const lines = new Set();
  const moved = new Set();
  const strays = new Set();
  for (const [path, [orderId]] of Object.entries(record.registers)) {
    const [word, lineId, what] = path.split('/');
    if (word !== 'line' || what !== 'orderId' || typeof orderId !== 'string') continue;
    moved.add(lineId);
    if (seatingOf(records.get(`order/${orderId}`)) === seatingId) lines.add(lineId);
  }
  const splits = Object.keys(record.items).map((path) => path.split('/')).filter(([word]) => word === 'split');
  const grow = (add) => {
    for (let size = -1; size !== lines.size;) {
      size = lines.size;
      for (const [, from, to] of splits) add(from, to);
    }
  };
  grow((from, to) => {
    if (lines.has(from) && !lines.has(to)) (moved.has(to) ? strays : lines).add(to);
  });
  grow((from, to) => {
    if (lines.has(to)) lines.add(from);
  });
  return { lines, strays };
}

function readMoved(records, record, seatingId) {
  const { lines, strays } = movedLines(records, record, seatingId);
  if (lines.size === 0) return null;
  const isOfLine = (path) => lines.has(path.split('/')[1]);
  const isDiscount = (path, [value]) => path.startsWith('discount/') && lines.has(value?.lineId);
  const items = entries(record.items, (path, part) => isOpen(part)
    && ((['line', 'split', 'seen', 'state'].includes(path.split('/')[0]) && isOfLine(path)) || isDiscount(path, part)));
  const states = new Set(Object.entries(items).flatMap(([path, part]) => path.startsWith('state/') ? [path.split('/')[2]]
    : path.startsWith('discount/') ? [part.slice(-2).join(':')] : []));
  const undos = entries(record.items, (path, part) => isOpen(part) && path.startsWith('undo/')
    && states.has(path.slice('undo/'.length)));
  return { items: { ...items, ...undos },
    registers: entries(record.registers, (path, part) => isOpen(part) && path.startsWith('line/')
      && (isOfLine(path) || (path.endsWith('/orderId') && strays.has(path.split('/')[1])))) };
}

function readGuest(records, name, record, { guestDeviceId, seatingId, placeId }) {
  const [type, id] = name.split('/');
  const header = record.items.header?.[0] ?? null;
  const isOwn = (value, own) => own !== null && value === own;
  if (SHARED.includes(type)) return open(record);
  if (type === 'station') return open(record, STATION);
  if (type === 'place') return isOwn(id, placeId) ? open(record, PLACE) : null;
  if (type === 'seating') return isOwn(id, seatingId) ? open(record) : null;
  if (type === 'order' && seatingId !== null)
    return seatingOf(record) === seatingId ? open(record) : readMoved(records, record, seatingId);
  const isMine = isOwn(header?.guestId, guestDeviceId);
  if (type === 'request') return isMine || isOwn(header?.seatingId, seatingId) ? open(record) : null;
  if (type === 'message') return isMine || isOwn(header?.to.seatingId, seatingId) ? record : null;
  return null;
}

function readPrivate(name, record, { deviceId, role }, authors) {
  const header = record.items.header;
  if (!name.startsWith('message/') || header === undefined || !isPrivate(header.at(-2))) return null;
  const to = header[0]?.to;
  const isTheirs = to?.deviceId === deviceId || to?.role === role || authors.get(header.at(-2)) === deviceId;
  return isTheirs ? record : null;
}

export class Views {
  #run;
  #seen = 0;
  /** order -> seatings that it was ever said to be of; orders that lines of it were ever moved to */
  #seatings = new Map();
  #moves = new Map();
  /** of requests and messages: whose they were ever said to be */
  #headers = new Map();

  constructor(run) {
    this.#run = run;
  }

  #add(map, key, value) {
    if (!map.has(key)) map.set(key, new Set());
    map.get(key).add(value);
  }

  /** Takes in what was written since. */
  #learn() {
    const { list } = this.#run.world.ledger;
    for (const op of list.slice(this.#seen)) {
      const { kind, entity, body } = op;
      if (misfit(op) !== null) continue;
      if (kind === 'order.open') this.#add(this.#seatings, entity, body.seatingId);
      if (kind === 'order.set') this.#add(this.#seatings, entity, body.set.seatingId);
      if (kind === 'line.move') this.#add(this.#moves, entity, `order/${body.orderId}`);
      if (kind === 'request.open' || kind === 'message.send') this.#add(this.#headers, entity, op);
    }
    this.#seen = list.length;
  }

  /** A message on its way to a follower. */
  watch(node, message) {
    if (message.type !== 'snapshot') return;
    this.#learn();
    for (const [name, record] of message.entities) {
      const why = node.of === 'guest' ? this.#guestMayNot(node.facts, name, record) : this.#watcherMayNot(node.facts, name);
      if (why !== null) throw new Violation(`${node.id} is shown ${name}: ${why}: ${JSON.stringify(record).slice(0, 600)}`);
    }
  }

  #guestMayNot({ guestDeviceId, seatingId, placeId }, name, { items, registers }) {
    const [type, id] = name.split('/');
    const parts = [...Object.entries(items), ...Object.entries(registers)];
    if (type === 'message' || type === 'request') {
      const isTheirs = [...this.#headers.get(name) ?? []].some(({ body }) => body.guestId === guestDeviceId
        || (seatingId !== null && (type === 'request' ? body.seatingId : body.to.seatingId) === seatingId));
      if (!isTheirs) return 'it was never theirs';
      if (type === 'message') return null;
    }
    if (parts.some(([, part]) => !isOpen(part))) return 'it has private parts';
    if (SHARED.includes(type) || type === 'request') return null;
    if (type === 'station') return Object.keys(registers).every((path) => STATION.includes(path)) ? null : 'too much';
    if (type === 'place') return id === placeId && Object.keys(registers).every((path) => PLACE.includes(path)) ? null : 'too much';
    if (type === 'seating') return id === seatingId ? null : 'another seating';
    if (type !== 'order' || seatingId === null) return 'no such thing';
    if (this.#seatings.get(name)?.has(seatingId)) return null;
    if (![...this.#moves.get(name) ?? []].some((to) => this.#seatings.get(to)?.has(seatingId))) return 'it was never theirs';
    return parts.every(([path]) => /^(line|split|seen|state|discount|undo)\//.test(path)) ? null : 'more than moved lines';
  }

  #watcherMayNot({ deviceId, role }, name) {
    const isTheirs = [...this.#headers.get(name) ?? []].some((op) => isPrivate(op.logId)
      && (op.deviceId === deviceId || op.body.to.deviceId === deviceId || op.body.to.role === role));
    return isTheirs ? null : 'it was never theirs';
  }

  /** @param records of the hub, as the model has them */
  async judge(records) {
    const { world } = this.#run;
    const authors = new Map([...world.ledger.operations.values()].map(({ logId, deviceId }) => [logId, deviceId]));
    for (const node of world.nodes.values()) {
      if (node.isFull) continue;
      const model = {};
      for (const [name, record] of records) {
        const seen = node.of === 'guest' ? readGuest(records, name, record, node.facts)
          : readPrivate(name, record, node.facts, authors);
        if (seen !== null) model[name] = seen;
      }
      this.#compare(node, (await world.dump(node)).records, model);
    }
  }

  #compare(node, ours, model) {
    const [a, b] = [sorted(withoutErased(ours)), sorted(withoutErased(model))];
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (JSON.stringify(a[name]) === JSON.stringify(b[name])) continue;
      // To whom a message was goes with its words.
      if ([a[name], b[name]].every((record) => record?.items.header === undefined)) continue;
      throw new Violation(`${node.id} has ${name}: ${JSON.stringify(a[name])?.slice(0, 800)} and not ${
        JSON.stringify(b[name])?.slice(0, 800)}`);
    }
  }
}

function sorted(records) {
  const inOrder = (parts) => Object.fromEntries(Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1)));
  return Object.fromEntries(Object.entries(records).map(([name, { items, registers }]) => [name,
    { items: inOrder(items), registers: inOrder(registers) }]));
}
