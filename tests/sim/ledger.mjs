// SPDX-License-Identifier: Apache-2.0
// Who holds what, and what each may say and send: watched message by message, commit by commit. An
// operation is known by its identity and its signature, which differs where the bytes do.

import { compareText, identityOf } from './model.mjs';

const MAX_OPERATIONS = 64;
const MAX_BYTES = 40000;

export class Violation extends Error {}

function assert(condition, text) {
  if (!condition) throw new Violation(text());
}

export const isPrivate = (logId) => logId.startsWith('p.');

/** What one storage holds; dies with it. */
export class Storage {
  /** logId -> list by seq of the set of signatures; of stubs, which have none, their texts */
  logs = new Map();
  /** logId -> seq up to which a snapshot stands for the operations */
  covered = new Map();
  /** The records that were let go, for they were over for long by its clock. */
  forgotten = new Set();

  copy() {
    const twin = new Storage();
    for (const [logId, seqs] of this.logs) twin.logs.set(logId, seqs.map((sigs) => new Set(sigs)));
    twin.covered = new Map(this.covered);
    twin.forgotten = new Set(this.forgotten);
    return twin;
  }

  /** Highest contiguous. */
  head(logId) {
    const seqs = this.logs.get(logId) ?? [];
    let seq = this.covered.get(logId) ?? 0;
    while (seqs[seq] !== undefined) seq++;
    return seq;
  }

  /** Returns whether it is new. */
  add(logId, seq, sig, stub = '') {
    const seqs = this.logs.get(logId) ?? [];
    const key = sig === '' ? stub : sig;
    this.logs.set(logId, seqs);
    seqs[seq - 1] ??= new Set();
    if (seqs[seq - 1].has(key)) return false;
    seqs[seq - 1].add(key);
    return true;
  }

  has(logId, seq, sig) {
    return this.logs.get(logId)?.[seq - 1]?.has(sig) ?? false;
  }

  isFilled(logId, seq) {
    return this.logs.get(logId)?.[seq - 1] !== undefined;
  }

  cover(have) {
    for (const [logId, seq] of Object.entries(have))
      if (seq > (this.covered.get(logId) ?? 0)) this.covered.set(logId, seq);
  }

  forget(names) {
    for (const name of names) this.forgotten.add(name);
  }

  logIds() {
    return [...new Set([...this.logs.keys(), ...this.covered.keys()])];
  }

  /** [logId, seq, sig]; the last is empty of a stub */
  * entries() {
    for (const [logId, seqs] of this.logs) {
      for (let i = 0; i < seqs.length; i++)
        for (const key of seqs[i] ?? []) yield [logId, i + 1, key.startsWith('{') ? '' : key];
    }
  }
}

export class Ledger {
  /** sig -> the operation, parsed, with its text; everything that was ever on a wire or written. */
  operations = new Map();
  /** The same, in the order in which they were first seen. */
  list = [];
  /** logId -> what the hub has ever acknowledged */
  acknowledged = new Map();
  /** [logId:seq, holders...]: the identities that were redacted */
  redacted = new Set();
  messages = 0;
  bytes = 0;

  learn(text, sig) {
    const known = this.operations.get(sig);
    if (known !== undefined) return known;
    const op = { ...JSON.parse(text), text, sig };
    this.operations.set(sig, op);
    this.list.push(op);
    return op;
  }

  commit(node, entries) {
    // What others wrote under one number leaves different stubs, and each is stored once.
    for (const [logId, seq, sig, stub] of entries) {
      assert(node.storage.add(logId, seq, sig, stub), () => `${node.id} stored ${logId}:${seq} twice`);
      assert(node.storage.head(logId) >= seq, () => `${node.id} stored ${logId}:${seq}, but has only ${
        node.storage.head(logId)} of that log`);
    }
  }

  /** Every message, as it leaves. */
  watch(from, to, message) {
    this.messages++;
    if (message.type === 'have') this.#watchHave(from, message);
    else if (message.type === 'ack') this.#watchAck(from, to, message);
    else if (message.type === 'ops') this.#watchOperations(from, to, message);
    else if (message.type === 'snapshot') this.#watchSnapshot(from, message);
  }

  #watchHeld(from, have, what) {
    for (const [logId, seq] of Object.entries(have)) {
      const head = from.storage.head(logId);
      assert(seq <= head, () => `${from.id} says in ${what} to have ${logId}:${seq} and holds ${head}`);
    }
  }

  #watchHave(from, { have, level, safe }) {
    this.#watchHeld(from, have, 'have');
    this.#noteAcknowledged(from, level, have);
    for (const [logId, seq] of Object.entries(safe ?? {})) {
      const most = from.kind === 'hub' ? from.storage.head(logId) : this.acknowledged.get(logId) ?? 0;
      assert(seq <= most, () => `${from.id} says ${logId}:${seq} is safe; the hub said so up to ${most}`);
    }
  }

  #watchAck(from, to, { ref, have, level }) {
    if (to.kind === 'guest' || have === undefined) return;
    if (ref !== undefined || from.kind === 'hub') {
      this.#watchHeld(from, have, 'ack');
      this.#noteAcknowledged(from, level, have);
      return;
    }
    for (const [logId, seq] of Object.entries(have)) {
      const most = this.acknowledged.get(logId) ?? 0;
      assert(seq <= most, () => `${from.id} passes on ${logId}:${seq} as safe; the hub said so up to ${most}`);
    }
  }

  #noteAcknowledged(from, level, have) {
    assert((level === 'hub') === (from.kind === 'hub'), () => `${from.id} speaks at level ${level}`);
    if (from.kind !== 'hub') return;
    for (const [logId, seq] of Object.entries(have))
      if (seq > (this.acknowledged.get(logId) ?? 0)) this.acknowledged.set(logId, seq);
  }

  #watchOperations(from, to, { ops }) {
    assert(ops.length <= MAX_OPERATIONS, () => `${from.id} sends ${ops.length} operations at once`);
    let bytes = 0;
    for (const { text, sig, redacted } of ops) {
      if (redacted !== undefined) {
        const [logId, seq] = redacted;
        assert(this.redacted.has(`${logId}:${seq}`), () => `${from.id} sends a stub of ${logId}:${seq}`);
        assert(!isPrivate(logId) || to.kind === 'hub', () => `${from.id} sends a stub of the private ${logId} to ${to.id}`);
        continue;
      }
      bytes += Buffer.byteLength(text);
      const op = this.learn(text, sig);
      assert(from.storage.has(op.logId, op.seq, sig),
        () => `${from.id} sends ${identityOf(op)} before it is committed there`);
      if (isPrivate(op.logId)) {
        assert(to.kind === 'hub' && op.deviceId === from.deviceId,
          () => `${from.id} sends the private ${identityOf(op)} of ${op.deviceId} to ${to.id}`);
      }
    }
    assert(bytes <= MAX_BYTES || ops.length === 1, () => `${from.id} sends ${bytes} bytes at once`);
  }

  #watchSnapshot(from, { have, entities }) {
    assert(from.kind === 'hub', () => `${from.id} sends a snapshot`);
    if (have !== undefined) {
      this.#watchHeld(from, have, 'snapshot');
      // Who takes it has the hub's word for that.
      this.#noteAcknowledged(from, 'hub', have);
    }
    const size = Buffer.byteLength(JSON.stringify(entities));
    assert(size <= MAX_BYTES + 2048 || entities.length === 1, () => `${from.id} sends a snapshot of ${size} bytes`);
  }
}

/**
 * What these storages hold between them: [op], each once. A stub stands for what was erased; who reads
 * records knows of it by its redaction.
 */
export function union(ledger, storages) {
  const found = new Map();
  for (const storage of storages) {
    for (const [, , sig] of storage.entries()) {
      if (sig !== '') found.set(sig, ledger.operations.get(sig) ?? sig);
    }
  }
  const identities = new Set([...found.values()].map(identityOf));
  for (const storage of storages) {
    for (const [logId, seq, sig] of storage.entries())
      if (sig === '' && !identities.has(`${logId}:${seq}`)) found.set(`${logId}:${seq}`, { logId, seq, sig });
  }
  return [...found.values()]
    .sort((a, b) => compareText(a.logId ?? '', b.logId ?? '') || a.seq - b.seq);
}
