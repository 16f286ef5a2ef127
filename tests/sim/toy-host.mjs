// SPDX-License-Identifier: Apache-2.0
// Toys behind the commands that tests/sim/replica-host takes on its standard input.

import { derive } from './model.mjs';
import { readOrders } from './order-model.mjs';
import { Random } from './random.mjs';
import { copyStore, emptyStore, Toy } from './toy.mjs';

export class ToyHost {
  #toys = new Map();
  #stores = new Map();
  #options;
  #answer = null;

  /** @param options {signing, keyOf(deviceId), hubPublic, flaws: {id: {flaw: value}}} */
  constructor(options) {
    this.#options = options;
  }

  async do(command) {
    this.#answer = { out: [], wrote: [], committed: [], conflicts: [] };
    this[`_${command.do}`](command, this.#toys.get(command.id));
    return this.#answer;
  }

  async stop() {}

  _make({ id, kind, deviceId, role, tenantId, seed, from, life, now, world }) {
    const saved = from === undefined ? undefined : this.#stores.get(from);
    const store = saved === undefined ? emptyStore() : copyStore(saved);
    const emit = {
      send: (link, message) => this.#answer.out.push({ id, link, message }),
      committed: (ops) => this.#answer.committed.push({ id, ops: ops.map(({ logId, seq, sig }) => [logId, seq, sig]) }),
      wrote: (ref, ops) => this.#answer.wrote.push({ id, ref,
        ops: ops.map(({ logId, seq, text, sig }) => ({ logId, seq, text, sig })) }),
      conflict: ({ logId, seq }) => this.#answer.conflicts.push({ id, logId, seq }),
    };
    const { signing, keyOf, hubPublic, flaws } = this.#options;
    const toy = new Toy({ id, deviceId, role, tenantId, level: kind, key: keyOf(deviceId), signing, hubPublic,
      random: new Random(`toy ${seed} ${id} ${life}`), flaws: flaws?.[id] ?? {} }, store, emit);
    toy.setTime(now, world);
    this.#toys.set(id, toy);
  }

  _save({ copy }, toy) {
    this.#stores.set(copy, copyStore(toy.store));
  }

  _drop({ id }, toy) {
    if (toy === undefined) return;
    this.#stores.set(id, toy.store);
    this.#toys.delete(id);
  }

  _member({ document }, toy) {
    const { deviceId, role, publicKey } = JSON.parse(Buffer.from(document.data, 'base64url').toString());
    toy.learn(deviceId, role, Buffer.from(publicKey, 'base64url'), document);
  }

  _connect({ link, peer }, toy) {
    toy.connect(link, peer);
  }

  _disconnect({ link }, toy) {
    toy?.disconnect(link);
  }

  _run({ now, world, steps, commit }) {
    for (const [id, toy] of this.#toys) toy.setTime(now[id], world);
    for (const { id, link, message, write, ref } of steps) {
      const toy = this.#toys.get(id);
      if (message !== undefined) toy.receive(link, message);
      else toy.write(ref, write);
    }
    for (const id of Object.keys(now)) {
      this.#toys.get(id).tick();
      if (commit.includes(id)) this.#toys.get(id).commit();
    }
  }

  _dump({ id }, toy) {
    const flaws = this.#options.flaws?.[id] ?? {};
    const operations = toy.operations().filter(({ kind, seq }) => !(flaws.ignoreUndo && kind === 'undo')
      && !(flaws.forget && seq === flaws.forget));
    if (flaws.applyTwice) {
      for (const op of operations.filter(({ kind }) => kind === 'payment.add'))
        operations.push({ ...op, body: { ...op.body, paymentId: `${op.body.paymentId}-again` } });
    }
    const { records, aside } = derive(operations.filter(({ kind }) => !(flaws.ignoreCutOffs && kind === 'device.cutoff')));
    const toTexts = (entries) => Object.fromEntries(entries.map(([name, value]) => [name, JSON.stringify(value)]));
    this.#answer = { records: toTexts([...records]), have: toy.have(true), safe: toy.safe,
      aside: flaws.hideAside ? [] : aside, orders: toTexts(Object.entries(readOrders(records))) };
  }
}
