// SPDX-License-Identifier: Apache-2.0
// A third implementation of replication, in the fewest lines: a full replica that writes whatever it is
// told to. In most runs one takes part as the device of a newer or broken version, whose operations
// nobody may apply; alone, toys show that the simulation finds what it is there to find (`flaws`).

import { createHash } from 'node:crypto';

import { logOwnerOf, signOperation, verifyOperation } from './signing.mjs';

const BATCH_OPERATIONS = 64;
const BATCH_BYTES = 40000;
const IN_FLIGHT = 4;
const PASS_ON_MS = 250;
const SILENCE_MS = 15000;
const AHEAD_MS = 60000;
const MAX_VARIANTS = 4;
const RANGE = 256;
const MAX_RANGES = 32;
const LABEL = Buffer.from('\0\0\0\x10bellhop range v1');

const isPrivate = (logId) => logId.startsWith('p.');

/** What outlives a crash: by log a list of lists, all operations of each seq. */
export function emptyStore() {
  return { logs: new Map(), members: new Map(), delivered: new Map() };
}

export function copyStore({ logs, members, delivered }) {
  return {
    delivered: new Map(delivered),
    logs: new Map([...logs].map(([logId, seqs]) => [logId, seqs.map((variants) => [...variants])])),
    members: new Map(members),
  };
}

export class Toy {
  #options;
  #store;
  #links = new Map();
  #pending = [];
  #waiting = new Map();
  #timers = [];
  #own = { open: null, closed: null };
  #hlc = [0, 0];
  #safe = new Map();
  #asked = null;
  #compared = new Set();
  #count = 0;
  #now = 0;
  #world = 0;
  #host;

  /**
   * @param options {id, deviceId, role, tenantId, level, key, hubPublic, signing, random, flaws}
   * @param host {send(link, message), committed(ops), wrote(ref, ops), conflict(op)}
   */
  constructor(options, store, host) {
    this.#options = options;
    this.#store = store;
    this.#host = host;
    for (const [logId, seqs] of store.logs) {
      const [first] = seqs[0];
      // The hub, and who knows of no log of its own, begins a new one.
      if (first.deviceId !== options.deviceId || options.level === 'hub') continue;
      this.#own[isPrivate(logId) ? 'closed' : 'open'] = logId;
    }
  }

  get store() {
    return this.#store;
  }

  get safe() {
    return Object.fromEntries(this.#safe);
  }

  /** @param now its own clock; @param world time that only ever grows */
  setTime(now, world) {
    this.#now = now;
    this.#world = world;
  }

  tick() {
    const due = this.#timers.filter(({ at }) => at <= this.#world);
    this.#timers = this.#timers.filter(({ at }) => at > this.#world);
    for (const { run } of due) run();
    for (const link of this.#links.values()) this.#forgetSilent(link);
  }

  /** Those whose words are here. */
  operations() {
    return [...this.#store.logs.values()].flat(2).filter(({ text }) => text !== undefined);
  }

  have(withPrivate = false) {
    const extra = this.#options.flaws.boast ?? 0;
    return Object.fromEntries([...this.#store.logs]
      .filter(([logId]) => withPrivate || !isPrivate(logId))
      .map(([logId, seqs]) => [logId, seqs.length + extra]));
  }

  learn(deviceId, role, publicKey, document) {
    this.#store.members.set(`${deviceId} ${role}`, { publicKey, document });
  }

  // Links

  connect(name, peer) {
    const link = { name, peer, heard: false, known: new Map(), flight: new Map(), refused: new Set(),
      given: new Set() };
    this.#links.set(name, link);
    // It may have come back from a backup.
    if (peer.trusted) this.#compared.clear();
    this.#sendHave(link);
  }

  disconnect(name) {
    this.#links.delete(name);
  }

  #isAbove(link) {
    return link.peer.level === 'hub' || link.peer.level === 'cloud';
  }

  #send(link, message) {
    if (this.#links.get(link.name) === link) this.#host.send(link.name, message);
  }

  #sendHave(link) {
    const have = this.have(this.#isAbove(link) || this.#options.level === 'hub');
    const message = { type: 'have', have, level: this.#options.level };
    const forks = this.#forks().filter(([logId]) => !isPrivate(logId));
    if (forks.length > 0) message.forks = forks;
    if (this.#safe.size > 0) message.safe = this.safe;
    this.#send(link, message);
  }

  #sendPartial(link, logIds) {
    const all = this.have(this.#isAbove(link));
    const have = Object.fromEntries(logIds.map((logId) => [logId, all[logId] ?? 0]));
    this.#send(link, { type: 'have', have, level: this.#options.level, partial: true });
  }

  #forks() {
    return [...this.#store.logs].flatMap(([logId, seqs]) => seqs
      .map((variants, index) => [logId, index + 1, variants.length])
      .filter(([, , count]) => count > 1));
  }

  #maySend(link, logId) {
    if (!isPrivate(logId) || this.#options.flaws.leakPrivate) return true;
    const [[first]] = this.#store.logs.get(logId);
    return this.#isAbove(link) && first.deviceId === this.#options.deviceId;
  }

  /** Of an own log the hub's answers to us count, not what it has: that may be a clone's. */
  #clamp(link) {
    if (!this.#isAbove(link)) return;
    for (const [logId, seq] of this.#store.delivered)
      if ((link.known.get(logId) ?? 0) > seq) link.known.set(logId, seq);
  }

  #noteDelivered(operations, have) {
    for (const { logId, seq } of operations) {
      const before = this.#store.delivered.get(logId);
      if (before !== undefined && seq === before + 1 && seq <= (have[logId] ?? 0)) this.#store.delivered.set(logId, seq);
    }
  }

  #pump(link) {
    if (!link.heard) return;
    const own = (logId) => this.#store.logs.get(logId)[0][0].deviceId === this.#options.deviceId;
    const logIds = [...this.#store.logs.keys()].sort()
      .sort((a, b) => Number(own(b)) - Number(own(a)));
    while (link.flight.size < IN_FLIGHT) {
      const batch = [];
      let bytes = 0;
      for (const logId of logIds) {
        if (link.refused.has(logId) || !this.#maySend(link, logId)) continue;
        const seqs = this.#store.logs.get(logId);
        let known = link.known.get(logId) ?? 0;
        while (known < seqs.length) {
          const size = seqs[known].reduce((sum, { text }) => sum + (text ?? '').length + 120, 0);
          if (batch.length + seqs[known].length > BATCH_OPERATIONS || bytes + size > BATCH_BYTES) break;
          batch.push(...seqs[known]);
          bytes += size;
          known++;
        }
        link.known.set(logId, Math.max(link.known.get(logId) ?? 0, known));
      }
      if (batch.length === 0) return;
      this.#sendOperations(link, batch);
    }
  }

  #sendOperations(link, operations) {
    const id = `t${++this.#count}`;
    const members = [];
    for (const { deviceId, role } of operations.filter(({ text }) => text !== undefined)) {
      const name = `${deviceId} ${role}`;
      if (link.given.has(name) || !this.#store.members.has(name)) continue;
      link.given.add(name);
      const { document } = this.#store.members.get(name);
      if (document !== null) members.push(document);
    }
    link.flight.set(id, { at: this.#world, operations });
    const message = { type: 'ops', id, ops: operations.map(({ logId, seq, entity, deviceId, role, record, text, sig }) => (
      text === undefined ? { redacted: [logId, seq], entity, deviceId, role, record } : { text, sig })) };
    if (members.length > 0) message.members = members;
    this.#send(link, message);
  }

  #forgetSilent(link) {
    const silent = [...link.flight].filter(([, { at }]) => at + SILENCE_MS <= this.#world);
    if (silent.length === 0) return;
    for (const [id, { operations }] of silent) {
      link.flight.delete(id);
      // Nobody knows whether they arrived: they go out again.
      for (const { logId, seq } of operations)
        link.known.set(logId, Math.min(link.known.get(logId) ?? 0, seq - 1));
    }
    link.given.clear();
    this.#sendHave(link);
    this.#pump(link);
  }

  #after(delay, run) {
    this.#timers.push({ at: this.#world + delay, run });
  }

  // Messages

  receive(name, message) {
    const link = this.#links.get(name);
    if (link === undefined) return;
    if (message.type === 'have') this.#onHave(link, message);
    else if (message.type === 'ack') this.#onAck(link, message);
    else if (message.type === 'ops') this.#onOperations(link, message);
    else if (message.type === 'check') this.#onCheck(link, message);
    else if (message.type === 'checked') this.#onChecked(link, message);
  }

  #onOperations(link, message) {
    this.#pending.push({ link, message });
    if (!this.#options.flaws.ackEarly) return;
    const have = {};
    for (const { text } of message.ops) {
      const { logId, seq } = JSON.parse(text);
      have[logId] = Math.max(have[logId] ?? 0, seq);
    }
    this.#send(link, { type: 'ack', ref: message.id, have, level: this.#options.level });
  }

  #onHave(link, message) {
    this.#learnSafe(link, message.level, message.have);
    this.#learnSafe(link, link.peer.trusted || this.#options.level === 'hub' ? null : 'hub', message.safe);
    if (message.partial) return this.#onPartial(link, message.have);
    if (this.#options.flaws.chatter && !link.heard) this.#chatter(link);
    link.heard = true;
    link.known = new Map(Object.entries(message.have));
    this.#clamp(link);
    const theirs = new Map((message.forks ?? []).map(([logId, seq, count]) => [`${logId}:${seq}`, count]));
    for (const [logId, seq, count] of this.#forks()) {
      if (!this.#maySend(link, logId) || (link.known.get(logId) ?? 0) < seq) continue;
      if ((theirs.get(`${logId}:${seq}`) ?? 1) < count)
        this.#sendOperations(link, this.#store.logs.get(logId)[seq - 1]);
    }
    if (link.peer.trusted && this.#isAbove(link)) this.#sendChecks(link);
    this.#pump(link);
  }

  // Whether the hub has the same. What was answered is not asked again until it reads otherwise.

  #digestOf(logId, from, to) {
    const hash = createHash('sha256').update(LABEL);
    for (const variants of (this.#store.logs.get(logId) ?? []).slice(from - 1, to)) {
      const sigs = variants.map(({ sig }) => Buffer.from(sig, 'base64url'));
      for (const sig of sigs.sort(Buffer.compare)) hash.update(sig);
    }
    return hash.digest('base64url');
  }

  #sendChecks(link) {
    const ranges = [];
    for (const [logId, seqs] of this.#store.logs) {
      const end = Math.min(seqs.length, link.known.get(logId) ?? 0);
      if (!this.#maySend(link, logId)) continue;
      for (let from = 1; from <= end; from += RANGE) {
        const to = Math.min(from + RANGE - 1, end);
        const range = [logId, from, to, this.#digestOf(logId, from, to)];
        if (!this.#compared.has(`${range}`)) ranges.push(range);
      }
    }
    if (ranges.length === 0) return;
    const message = { type: 'check', id: `t${++this.#count}`, ranges: ranges.slice(0, MAX_RANGES) };
    this.#asked = message;
    this.#send(link, message);
  }

  #onCheck(link, { id, ranges }) {
    const has = ([logId, from, to, digest]) => (this.#store.logs.get(logId)?.length ?? 0) >= to
      && this.#digestOf(logId, from, to) === digest;
    const differ = ranges.filter((range) => !has(range)).map(([logId, from, to]) => [logId, from, to]);
    this.#send(link, { type: 'checked', ref: id, differ });
  }

  #onChecked(link, { ref, differ }) {
    if (ref !== this.#asked?.id) return;
    for (const range of this.#asked.ranges) this.#compared.add(`${range}`);
    this.#asked = null;
    for (const [logId, from, to] of differ) {
      const seqs = this.#store.logs.get(logId).slice(from - 1, to);
      for (let i = 0; i < seqs.length; i += BATCH_OPERATIONS / MAX_VARIANTS)
        this.#sendOperations(link, seqs.slice(i, i + BATCH_OPERATIONS / MAX_VARIANTS).flat());
    }
  }

  #chatter(link) {
    this.#sendHave(link);
    this.#after(1000, () => this.#chatter(link));
  }

  #onPartial(link, have) {
    const all = this.have(true);
    const ahead = [];
    for (const [logId, seq] of Object.entries(have)) {
      link.known.set(logId, seq);
      if (seq > (all[logId] ?? 0)) ahead.push(logId);
    }
    this.#clamp(link);
    if (ahead.length > 0) {
      this.#after(PASS_ON_MS, () => {
        const lacking = ahead.filter((logId) => (this.have(true)[logId] ?? 0) < have[logId]);
        if (lacking.length > 0) this.#sendPartial(link, lacking);
      });
    }
    this.#pump(link);
  }

  #learnSafe(link, level, have) {
    if (this.#options.level === 'hub' || have === undefined || (level !== 'hub' && level !== 'cloud')) return;
    for (const [logId, seq] of Object.entries(have))
      if (seq > (this.#safe.get(logId) ?? 0)) this.#safe.set(logId, seq);
  }

  #onAck(link, message) {
    this.#learnSafe(link, message.level, message.have);
    if (message.ref === undefined) return;
    const batch = link.flight.get(message.ref);
    link.flight.delete(message.ref);
    if (batch !== undefined && this.#isAbove(link)) this.#noteDelivered(batch.operations, message.have);
    for (const { logId, code, retryMs } of message.refused ?? []) {
      link.refused.add(logId);
      if (code === 'rate-limited') {
        this.#after(retryMs, () => {
          link.refused.delete(logId);
          this.#pump(link);
        });
      }
    }
    if (batch !== undefined) for (const [logId, seq] of Object.entries(message.have)) link.known.set(logId, seq);
    this.#clamp(link);
    this.#pump(link);
  }

  // The store

  write(ref, drafts) {
    this.#pending.push({ ref, drafts });
  }

  commit() {
    const pending = this.#pending;
    this.#pending = [];
    for (const entry of pending) {
      if (entry.drafts !== undefined) this.#commitWrite(entry);
      else this.#commitOperations(entry);
    }
  }

  #tickClock() {
    const [ms, counter] = this.#hlc;
    this.#hlc = this.#now > ms ? [this.#now, 0] : [ms, counter + 1];
    return [...this.#hlc];
  }

  #commitWrite({ ref, drafts }) {
    const { deviceId, role, tenantId, key, signing, random } = this.#options;
    const made = drafts.map(({ kind, entity, body, private: closed }) => {
      const of = closed ? 'closed' : 'open';
      this.#own[of] ??= (closed ? 'p.' : '') + logOwnerOf(deviceId) + random.id(14);
      const logId = this.#own[of];
      if (!this.#store.delivered.has(logId)) this.#store.delivered.set(logId, 0);
      const seq = (this.#store.logs.get(logId)?.length ?? 0) + 1;
      const fields = { logId, seq, deviceId, role, hlc: this.#tickClock(), tenantId, kind, entity, body };
      const op = { ...fields, ...signOperation(signing, key, fields) };
      this.#append(op);
      return op;
    });
    this.#host.committed(made);
    this.#host.wrote(ref, made);
    for (const link of this.#links.values()) this.#pump(link);
  }

  #append(op) {
    const seqs = this.#store.logs.get(op.logId) ?? [];
    this.#store.logs.set(op.logId, seqs);
    seqs.push([op]);
  }

  #commitOperations({ link, message }) {
    const { signing, hubPublic } = this.#options;
    for (const document of message.members ?? []) this.#learnDocument(document);
    const have = {};
    const refused = [];
    const stored = [];
    for (const { text, sig, redacted, entity, deviceId, role, record } of message.ops) {
      if (redacted !== undefined) {
        const [logId, seq] = redacted;
        this.#takeStub({ logId, seq, entity, deviceId, role, record, sig: '', hlc: [0, 0] }, { link, have, refused, stored });
        continue;
      }
      const op = { ...JSON.parse(text), text, sig };
      if (!op.logId.replace(/^p\./, '').startsWith(logOwnerOf(op.deviceId))) {
        refused.push({ logId: op.logId, seq: op.seq, code: 'forged' });
        continue;
      }
      const publicKey = op.role === 'hub' ? hubPublic
        : this.#store.members.get(`${op.deviceId} ${op.role}`)?.publicKey;
      if (publicKey === undefined || !verifyOperation(signing, publicKey, op)) {
        refused.push({ logId: op.logId, seq: op.seq, code: publicKey ? 'forged' : 'unknown-device' });
        continue;
      }
      have[op.logId] = 0;
      this.#hear(op);
      this.#take(op, stored);
    }
    for (const logId of Object.keys(have)) have[logId] = this.#store.logs.get(logId)?.length ?? 0;
    if (stored.length > 0) this.#host.committed(stored);
    // Somebody else writes under our name: a copy of this store.
    for (const of of ['open', 'closed'])
      if (stored.some(({ logId }) => logId === this.#own[of])) this.#own[of] = null;
    const ack = { type: 'ack', ref: message.id, have, level: this.#options.level };
    if (refused.length > 0) ack.refused = refused;
    this.#send(link, ack);
    for (const { text, redacted } of message.ops) {
      const [logId, seq] = redacted ?? [JSON.parse(text).logId, JSON.parse(text).seq];
      // What a clone brought it under a number of ours says nothing of what we wrote.
      if (this.#isAbove(link) && this.#store.delivered.has(logId)) continue;
      link.known.set(logId, Math.max(link.known.get(logId) ?? 0, Math.min(seq, have[logId] ?? 0)));
    }
    if (stored.length > 0) this.#passOn(stored);
  }

  /** Believed from the hub, and where the hub's word is here that it was erased. */
  #takeStub(stub, { link, have, refused, stored }) {
    const isKnown = this.operations().some(({ kind, role, body }) => kind === 'redact' && role === 'hub'
      && body.op === `${stub.logId}:${stub.seq}`);
    if (link.peer.trusted || isKnown) {
      have[stub.logId] = 0;
      this.#take(stub, stored);
    } else {
      refused.push({ logId: stub.logId, seq: stub.seq, code: 'rate-limited', retryMs: 1000 });
    }
  }

  #learnDocument(document) {
    const { deviceId, role, publicKey } = JSON.parse(Buffer.from(document.data, 'base64url').toString());
    this.learn(deviceId, role, Buffer.from(publicKey, 'base64url'), document);
  }

  #hear({ hlc: [ms, counter] }) {
    const heard = ms > this.#now + AHEAD_MS ? [this.#now + AHEAD_MS, 0] : [ms, counter];
    if (heard[0] > this.#hlc[0] || (heard[0] === this.#hlc[0] && heard[1] > this.#hlc[1])) this.#hlc = heard;
  }

  #take(op, stored) {
    const { flaws } = this.#options;
    const seqs = this.#store.logs.get(op.logId) ?? [];
    if (op.seq <= seqs.length) {
      const variants = seqs[op.seq - 1];
      // A stub stands for what was erased of its entity, not for what else was written under its number.
      const isThere = ({ sig, entity }) => sig === op.sig || (sig === '' && entity === op.entity);
      if (variants.some(isThere) || op.sig === '' || variants.length >= MAX_VARIANTS) return;
      if (flaws.dropForks) return;
      variants.push(op);
      stored.push(op);
      this.#host.conflict(op);
      for (const link of this.#links.values()) if (this.#maySend(link, op.logId)) this.#sendOperations(link, [...variants]);
      return;
    }
    if (op.seq > seqs.length + 1) {
      const waiting = this.#waiting.get(op.logId) ?? new Map();
      this.#waiting.set(op.logId, waiting);
      const variants = waiting.get(op.seq) ?? [];
      waiting.set(op.seq, variants);
      if (!variants.some(({ sig }) => sig === op.sig)) variants.push(op);
      return;
    }
    this.#append(op);
    stored.push(op);
    const waiting = this.#waiting.get(op.logId);
    const next = waiting?.get(op.seq + 1) ?? [];
    waiting?.delete(op.seq + 1);
    for (const one of next) this.#take(one, stored);
  }

  #passOn(stored) {
    const logIds = [...new Set(stored.map(({ logId }) => logId))];
    if (this.#options.level === 'hub') {
      for (const link of this.#links.values()) this.#pump(link);
      return;
    }
    this.#after(PASS_ON_MS, () => {
      for (const link of this.#links.values()) {
        if (link.peer.trusted) this.#pump(link);
        else this.#sendPartial(link, logIds.filter((logId) => this.#maySend(link, logId)));
      }
    });
  }
}
