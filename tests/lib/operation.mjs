// SPDX-License-Identifier: Apache-2.0
// Signed operations and a small replica, on nothing but node:crypto: an independent reading of protocol
// section 4, that tests hold against the hub.

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';

import { b64, isSignedBy, raw, sha256, transcript } from './device.mjs';

/** What an operation's signature covers. */
const signed = (text) => transcript('bellhop operation v1', text);

/** The id of what a command makes that names none. */
export const derivedId = (deviceId, id) =>
  b64(sha256(transcript('bellhop command v1', deviceId, String(id)))).slice(0, 22);

/** A log is its device's by its name: what it begins with says whose it is. */
export const newLogId = (deviceId, isPrivate = false) => (isPrivate ? 'p.' : '')
  + b64(sha256(transcript('bellhop log v1', deviceId))).slice(0, 8)
  + b64(randomBytes(11)).slice(0, 14);

/** The digest of a range of a log of which these are all, by seq; of one seq in any order. */
export function digestOf(operations) {
  const seqOf = ({ text }) => JSON.parse(text).seq;
  const all = operations.map((one) => ({ seq: seqOf(one), sig: raw(one.sig) }));
  all.sort((a, b) => a.seq - b.seq || Buffer.compare(a.sig, b.sig));
  return b64(sha256(Buffer.concat([transcript('bellhop range v1'), ...all.map(({ sig }) => sig)])));
}

/** One log of a device, as its storage would hold it. */
export class OperationLog {
  operations = [];

  constructor(device, { isPrivate = false, role = device.role } = {}) {
    this.device = device;
    this.role = role;
    this.logId = newLogId(device.deviceId, isPrivate);
  }

  /** An operation of this device that is not written into the log; `over` changes any field. */
  make(kind, entity, body, over = {}) {
    const { logId, seq, deviceId, role, hlc, tenantId } = {
      logId: this.logId, seq: this.operations.length + 1, deviceId: this.device.deviceId,
      role: this.role, hlc: [Date.now(), 0], tenantId: this.device.tenantId, ...over };
    const text = JSON.stringify({ logId, seq, deviceId, role, hlc, tenantId, kind, entity, body });
    return { text, sig: b64((over.key ?? this.device.key).sign(signed(text))) };
  }

  write(kind, entity, body, over) {
    const operation = this.make(kind, entity, body, over);
    this.operations.push(operation);
    return operation;
  }

  /** An order with lines, as one device writes it: {orderId, operations}. */
  writeOrder(names, header = {}) {
    const orderId = randomUUID();
    const entity = `order/${orderId}`;
    return { orderId, operations: [
      this.write('order.open', entity, { number: 'T-1', currency: 'EUR', source: 'staff', ...header }),
      this.write('order.lines', entity, { lines: names.map((name, i) =>
        ({ lineId: `${orderId.slice(0, 8)}-${i}`, name, quantity: 1, price: 450 })) }),
    ] };
  }
}

/** Whether the author that its membership names has signed this operation, and the hub that. */
export function isGenuine({ text, sig }, members, hubKey) {
  const { deviceId, role } = JSON.parse(text);
  if (role === 'hub') return isSignedBy(hubKey, signed(text), sig);
  return members.some((document) => {
    const { data } = document;
    const one = JSON.parse(raw(data));
    return one.deviceId === deviceId && one.role === role
      && isSignedBy(hubKey, transcript('bellhop membership v1', raw(data)), document.sig)
      && isSignedBy(one.publicKey, signed(text), sig);
  });
}

/** A way to speak with the hub: a data channel, or the relay. */
export const byChannel = (channel) => ({
  say: (message) => channel.say(message),
  hear: (what, fits, ms) => channel.hear(what, fits, ms),
});
export const byRelay = (signal) => ({
  say: async (message) => signal.tellHub(message),
  hear: (what, fits, ms) => signal.hear(what, fits, ms),
});

/** Says a command and returns its answer: an `ack` or an `error`. */
export async function command(way, message, ms) {
  const id = message.id ?? randomUUID();
  await way.say({ ...message, id });
  return way.hear(`answer to ${message.type}`, (one) => one.ref === id, ms);
}

/** The device's side of a link: what it has sent, and what it was sent. */
export class Replica {
  have = {};
  operations = [];
  members = [];

  constructor(device, way) {
    this.device = device;
    this.way = way;
  }

  /** Says what it has; returns what the hub has. */
  async begin(have = {}) {
    this.have = { ...have };
    await this.way.say({ type: 'have', have, level: 'device' });
    return this.way.hear('have', (one) => one.type === 'have' && !one.partial);
  }

  /** Goes on by another way, once the hub says by it what it has. */
  async move(way) {
    this.way = way;
    await way.hear('have by the other way', (one) => one.type === 'have' && !one.partial);
    await way.say({ type: 'have', have: this.have, level: 'device' });
  }

  /** Hands over operations; returns the hub's ack. */
  async push(operations, members = [this.device.membership]) {
    const id = randomUUID();
    await this.way.say({ type: 'ops', id, ops: operations, members });
    return this.way.hear('ack of operations', (one) => one.type === 'ack' && one.ref === id, 20000);
  }

  /** Asks whether the hub has the same from `from` to `to`; returns what it says is different. */
  async check(logId, from, to, operations) {
    const id = randomUUID();
    await this.way.say({ type: 'check', id, ranges: [[logId, from, to, digestOf(operations)]] });
    const { differ } = await this.way.hear('answer to a check', ({ type, ref }) => type === 'checked' && ref === id);
    return differ;
  }

  /** Takes one batch that the hub sends. */
  async take(what, ms) {
    const { id, ops, members = [] } = await this.way.hear(`operations with ${what}`,
      (one) => one.type === 'ops', ms);
    this.operations.push(...ops);
    this.members.push(...members);
    for (const { text } of ops) {
      const { logId, seq } = JSON.parse(text);
      const before = this.have[logId] ?? 0;
      assert.ok(seq <= before + 1, 'a log comes in its order');
      this.have[logId] = Math.max(before, seq);
    }
    await this.way.say({ type: 'ack', ref: id, have: this.have, level: 'device' });
  }

  /** Takes what the hub sends until an operation fits; returns it, read. */
  async pull(what, fits, ms = 10000) {
    for (;;) {
      const found = this.operations.map(({ text }) => JSON.parse(text)).find(fits);
      if (found) return found;
      await this.take(what, ms);
    }
  }

  /** Takes all that comes from now on, until the way ends. */
  serve() {
    const next = () => this.take('anything', 1e6).then(next, () => {});
    next();
  }
}

/** Follows a view: the records as they are now. */
export class Follower {
  records = new Map();
  resets = 0;

  constructor(way, of) {
    this.way = way;
    this.of = of;
  }

  async begin(cursor = null) {
    await this.way.say({ type: 'view', of: this.of, cursor });
    return this;
  }

  /** Takes snapshots until the view is as wanted. */
  async until(what, fits, ms = 10000) {
    let pending = [];
    let isReset = false;
    while (!fits(this.records)) {
      const part = await this.way.hear(`view: ${what}`, (one) => one.type === 'snapshot', ms);
      pending.push(...part.entities);
      isReset ||= part.reset === true;
      await this.way.say({ type: 'ack', ref: part.id, have: {}, level: 'device',
        ...(part.part !== undefined && { part: part.part }) });
      if (part.more) continue;
      if (isReset) {
        this.records.clear();
        this.resets += 1;
      }
      for (const [name, record] of pending) this.records.set(name, record);
      this.cursor = part.cursor;
      pending = [];
      isReset = false;
    }
    return this.records;
  }
}
