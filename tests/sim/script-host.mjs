// SPDX-License-Identifier: Apache-2.0
// The client library's replicas and followers behind the commands of replica-host: bundled as a page's
// would be, on virtual clocks and disks, in this process.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { Random } from './random.mjs';

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'data', 'web');

const ENTRY = `
  export { MemoryDisk, MemoryStore } from './client/log/memory-store';
  export { Property } from './client/log/property';
  export { recordText } from './client/log/record';
  export { Replicator } from './client/log/replicator';
  export { ViewFollower } from './client/log/view-follower';`;

async function load() {
  const folder = mkdtempSync(path.join(tmpdir(), 'sim-'));
  const file = path.join(folder, 'client.mjs');
  execFileSync(path.join(web, 'node_modules', '.bin', 'esbuild'), ['--bundle', '--platform=node', '--format=esm',
    '--target=node18', '--log-level=warning', '--loader=ts', `--outfile=${file}`], { cwd: web, input: ENTRY });
  // Ids of messages too follow from the seed.
  globalThis.crypto.getRandomValues = (bytes) => chance.fill(bytes);
  const client = await import(pathToFileURL(file));
  rmSync(folder, { recursive: true });
  return client;
}

let chance = new Random('script');

/** Everything that was promised meanwhile has happened. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** [logId, seq, sig], and of a stub, which has none, its text. */
function toCommitted({ logId, seq, sig, text }) {
  return sig === '' ? [logId, seq, sig, text] : [logId, seq, sig];
}

class VirtualClock {
  #timers = [];
  #utc = 0;
  #now = 0;

  set(utc, now) {
    this.#utc = utc;
    this.#now = now;
  }

  now() {
    return this.#now;
  }

  utcNow() {
    return this.#utc;
  }

  after(delayMs, callback) {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Returns whether there was anything to do. */
  tick() {
    if (!this.#timers.some(({ at }) => at <= this.#now)) return false;
    const due = this.#timers.filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at);
    for (const timer of due) {
      const index = this.#timers.indexOf(timer);
      if (index < 0) continue;
      this.#timers.splice(index, 1);
      timer.callback();
    }
    return true;
  }
}

/* The marks of what the hub has had for long: all that it has, as far as its backup has it. */
const aged = (marks) => marks && { ...marks, ageMs: 1e12 };

function capped(marks, most) {
  if (marks === undefined || most === null) return marks;
  const old = Object.entries(marks.old).map(([logId, seq]) => [logId, Math.min(seq, most[logId] ?? 0)]);
  return { ...marks, old: Object.fromEntries(old.filter(([, seq]) => seq > 0)) };
}

/* One class for all: with one for each replica V8 would compile what touches stores again and again. */
function makeStore({ MemoryStore }) {
  return class Store extends MemoryStore {
    durable = true;
    onStored = () => undefined;
    onCovered = () => undefined;
    onForgot = () => undefined;

    async append(entry) {
      const result = await super.append(entry);
      this.onStored(result.stored);
      return result;
    }

    async replace(entry) {
      const isDone = await super.replace(entry);
      if (isDone) this.onCovered(entry.have);
      return isDone;
    }

    mostAged = () => null;

    /** As if days had passed since the last backup: what is old by a clock that jumped goes with a sweep. */
    update(name, change) {
      const age = (old) => capped(change(aged(change(old))), this.mostAged());
      return super.update(name, name === 'kept' ? age : change);
    }

    async forgetArchived(beforeMs) {
      const names = await super.forgetArchived(beforeMs);
      this.onForgot(names);
      return names;
    }
  };
}

export class ScriptHost {
  #client;
  #nodes = new Map();
  #disks = new Map();
  #options;
  #answer = null;
  /** By log, how far the hub's last backup goes; null: there is none. */
  backupHave = null;

  /** @param options {signing: of (key) -> {sign, verify}, keyOf(deviceId), hubPublic} */
  static async start(options) {
    if (ScriptHost.client === undefined) {
      ScriptHost.client = await load();
      ScriptHost.Store = makeStore(ScriptHost.client);
    }
    chance = new Random('script');
    return new ScriptHost(options);
  }

  constructor(options) {
    this.#client = ScriptHost.client;
    this.#options = options;
  }

  async do(command) {
    const answer = { out: [], wrote: [], committed: [], covered: [], forgot: [], conflicts: [] };
    this.#answer = answer;
    await this[`_${command.do}`](command, this.#nodes.get(command.id));
    return this.#answer;
  }

  async stop() {
    this.#nodes.clear();
    this.#disks.clear();
    this.backupHave = null;
  }

  // Life

  async _make(command) {
    const node = { id: command.id, kind: command.kind, of: command.of, clock: new VirtualClock(), links: new Map(), stored: 0, told: 0,
      followsTime: command.followsTime };
    node.clock.set(command.now, command.world);
    this.#nodes.set(command.id, node);
    if (command.kind === 'guest') return;
    await this.#open(node, command);
  }

  async #open(node, { id, deviceId, role, tenantId, seed, life, from, durable: isDurable }) {
    const { MemoryDisk, Property, Replicator } = this.#client;
    const { signingOf, keyOf, hubPublic } = this.#options;
    const saved = from === undefined ? undefined : this.#disks.get(from);
    node.disk = saved === undefined ? new MemoryDisk() : saved.copy();
    node.store = new ScriptHost.Store({ disk: node.disk, manual: true });
    node.store.durable = isDurable;
    node.store.mostAged = () => this.backupHave;
    node.store.onStored = (stored) => this.#onStored(node, stored);
    node.store.onCovered = (have) => this.#answer.covered.push({ id, have });
    node.store.onForgot = (names) => this.#answer.forgot.push({ id, names });
    const random = new Random(`script ${seed} ${id} ${life}`);
    const opening = Property.open({ store: node.store, tenantId, deviceId, role, signing: signingOf(keyOf(deviceId)),
      hubKey: hubPublic, clock: node.clock, random: (length) => random.fill(new Uint8Array(length)) });
    node.property = await this.#wait(node, opening);
    this.#listen(node);
    node.replicator = new Replicator({ property: node.property, clock: node.clock });
  }

  /** For what may not be interrupted: whatever it wants committed is committed. */
  async #wait(node, promise) {
    let isDone = false;
    const done = () => { isDone = true; };
    promise.then(done, done);
    for (let i = 0; i < 50 && !isDone; i++) {
      node.store.commit();
      await settle();
    }
    if (!isDone) throw new Error(`${node.id} never came to an end`);
    return promise;
  }

  #listen(node) {
    const { id, property } = node;
    property.on('committed', ({ operations }) => { node.told += operations.length; });
    property.on('conflict', ({ logId, seq }) => this.#answer.conflicts.push({ id, logId, seq }));
    property.on('failed', ({ error }) => { this.#answer.error = `${id}: ${error.stack}`; });
  }

  /** The disk's own word, which is earlier than the property's. */
  #onStored(node, stored) {
    node.stored += stored.length;
    if (stored.length > 0) this.#answer.committed.push({ id: node.id, ops: stored.map(toCommitted) });
  }

  _save({ copy }, node) {
    this.#disks.set(copy, node.disk.copy());
  }

  async _drop({ id }, node) {
    if (node === undefined) return;
    this.#nodes.delete(id);
    for (const link of node.links.values()) link.close?.();
    if (node.kind === 'guest') return;
    this.#disks.set(id, node.disk.copy());
    node.replicator.close();
    node.property.removeAll();
    node.store.crash();
    await settle();
  }

  async _member({ document }, node) {
    await this.#wait(node, node.property.learnMembers([document]));
  }

  // Links

  async _connect({ link, peer, time }, node) {
    const send = (message) => {
      this.#answer.out.push({ id: node.id, link, message });
      return true;
    };
    if (node.kind === 'guest') this.#connectFollower(node, link, send);
    else node.links.set(link, node.replicator.addLink({ peer, send }));
    // As `joined` tells it.
    if (time !== undefined && node.followsTime) node.property?.followTime(time);
    await settle();
  }

  #connectFollower(node, link, send) {
    node.send = send;
    node.link = link;
    node.follower ??= new this.#client.ViewFollower({ of: node.of, clock: node.clock,
      send: (message) => node.send(message) });
    node.links.set(link, { receive: (message) => node.link === link && node.follower.receive(message) });
    node.follower.start();
  }

  async _disconnect({ link }, node) {
    if (node.kind === 'guest' && node.link === link) {
      node.follower.stop();
      node.send = () => false;
    }
    node.links.get(link)?.close?.();
    node.links.delete(link);
    await settle();
  }

  // Time

  async _run({ now, world, steps, commit }) {
    for (const [id, { clock }] of this.#nodes) clock.set(now[id], world);
    for (const step of steps) {
      const node = this.#nodes.get(step.id);
      if (step.message !== undefined) node.links.get(step.link)?.receive(step.message);
      else this.#write(node, step);
    }
    const nodes = Object.keys(now).map((id) => this.#nodes.get(id));
    const ticked = nodes.filter(({ clock }) => clock.tick());
    // All was settled before.
    if (steps.length > 0 || ticked.length > 0) await settle();
    const stores = commit.map((id) => this.#nodes.get(id).store).filter((store) => store?.waiting > 0);
    for (const store of stores) store.commit();
    if (stores.length > 0) await settle();
  }

  #write(node, { write, ref }) {
    const { id } = node;
    const drafts = write.map(({ kind, entity, body, private: isPrivate }) => ({ kind, entity, body, isPrivate }));
    node.property.write(drafts).then(
      (ops) => this.#answer.wrote.push({ id, ref, ops: ops.map(({ logId, seq, text, sig }) => ({ logId, seq, text, sig })) }),
      (error) => {
        // Of one that crashed nobody hears.
        if (this.#nodes.get(id) === node) this.#answer.wrote.push({ id, ref, ops: `${error}` });
      },
    );
  }

  async _dump(command, node) {
    if (node.kind === 'guest') {
      const names = ['category', 'item', 'modifier', 'tax', 'station', 'place', 'person', 'device', 'seating', 'order', 'request',
        'message'];
      this.#answer = { records: Object.fromEntries(names.flatMap((type) => node.follower?.records(type) ?? [])) };
      return;
    }
    const { property } = node;
    const names = new Set([...node.disk.records.keys(), ...node.disk.archive.keys()]);
    for (const { entity } of node.disk.operations.values()) names.add(entity);
    const records = {};
    const orders = {};
    for (const name of names) {
      const record = await property.loadRecord(name);
      if (record === null || Object.keys(record.items).length + Object.keys(record.registers).length === 0) continue;
      records[name] = this.#client.recordText(record);
      if (!name.startsWith('order/')) continue;
      const order = property.order(name.slice('order/'.length));
      if (order !== null) orders[order.orderId] = JSON.stringify(order);
    }
    this.#answer = { records, orders, have: property.have(true), safe: property.safe(), aside: property.aside(), from: property.from(),
      untold: node.stored - node.told };
  }
}
