// SPDX-License-Identifier: Apache-2.0
// One run: a property from a scenario, everything that befalls it, then peace until nobody has anything
// more to say, and the verdict.

import { Book } from './drafts.mjs';
import { Violation } from './ledger.mjs';
import { Random } from './random.mjs';
import { Key, membershipOf } from './signing.mjs';
import { carryOut } from './troubles.mjs';
import { judge } from './verdict.mjs';
import { Views } from './views.mjs';
import { BASE_MS, Node, World } from './world.mjs';

const TENANT = 'house';
const ROLES = ['manager', 'staff', 'kitchen', 'pos', 'manager', 'staff', 'kitchen', 'pos'];
/* Until all is quiet: several rounds of the longest wait there is, 15 s for an answer. */
const PEACE_MS = 400000;
const QUIET_MS = 35000;
const AFTERWARDS_MS = 35000;

export const hubKey = new Key('hub');
const keys = new Map();

/** The same in all runs, so that documents and their checks may be shared. */
export function keyOf(deviceId) {
  if (deviceId === 'hub') return hubKey;
  if (!keys.has(deviceId)) keys.set(deviceId, new Key(deviceId));
  return keys.get(deviceId);
}

const documents = new Map();

function documentOf(deviceId, role) {
  const name = `${deviceId} ${role}`;
  if (!documents.has(name)) {
    documents.set(name, membershipOf(hubKey, { tenantId: TENANT, deviceId, key: keyOf(deviceId), role,
      notBefore: BASE_MS }));
  }
  return documents.get(name);
}

export class Simulation {
  book = new Book();
  backup = null;
  clone = null;
  guests = [];
  #scenario;
  #scripts;
  #enrolled = new Map();
  #refs = 0;
  #cutOff = new Set();
  counts = { writes: 0, operations: 0, conflicts: 0 };

  /** @param options {hosts: {native, script, toy}, trace(text), inspect(node, message), hubLang} */
  constructor(scenario, options) {
    this.#scenario = scenario;
    const { hosts, trace, inspect } = options;
    this.#scripts = hosts.script;
    this.world = new World({ random: new Random(`world ${scenario.seed}`), hosts,
      documentsFor: (node) => this.#documentsFor(node),
      onWrote: (node, ref, ops) => this.#onWrote(node, ref, ops),
      onConflict: () => { this.counts.conflicts++; },
      onView: (node, message) => this.views.watch(node, message), inspect });
    if (trace !== undefined) {
      this.world.trace = (text) => trace(`${String(this.world.now).padStart(7)} ${typeof text === 'string' ? text : text()}`);
    }
    this.book.mayRepeat = !scenario.actions.some((action) => action.do === 'redact');
    this.views = new Views(this);
    this.#makeCast(options);
  }

  #makeCast({ hosts, hubLang = 'native' }) {
    const { cast, seed } = this.#scenario;
    const random = new Random(`cast ${seed}`);
    const make = (fields) => this.world.add(new Node({ host: hosts[fields.lang],
      makeFields: { tenantId: TENANT, seed: `${seed}`, fake: !cast.isReal, durable: !cast.volatileScript, followsTime: cast.followsTime }, ...fields }));
    this.hub = make({ id: 'hub', kind: 'hub', lang: hubLang, deviceId: 'hub', role: 'hub' });
    const devices = [];
    for (const [lang, letter] of [['native', 'c'], ['script', 's'], ['toy', 'x']]) {
      const count = { native: cast.native, script: cast.script, toy: cast.toys }[lang];
      for (let i = 1; i <= count; i++) {
        const role = ROLES[devices.length];
        devices.push(make({ id: `${letter}${i}`, kind: 'device', lang, deviceId: `dev-${letter}${i}`, role }));
        this.enroll(`dev-${letter}${i}`, role);
      }
    }
    this.book.deviceIds = devices.map(({ deviceId }) => deviceId);
    for (const device of devices) this.world.pair(this.hub, device);
    devices.forEach((a, i) => devices.slice(i + 1).forEach((b) => {
      if (random.chance(cast.mesh)) this.world.pair(a, b);
    }));
    for (let i = 1; i <= cast.guests; i++) this.#makeGuest(make, i);
    for (let i = 1; i <= cast.watchers; i++) {
      const { deviceId, role } = devices[i * 2 - 1];
      const facts = { deviceId, personId: null, role };
      this.world.pair(this.hub, make({ id: `w${i}`, kind: 'guest', of: 'private', lang: 'script', deviceId, role, facts }));
    }
    [...this.world.nodes.values()].forEach((node, index) => { node.offset = cast.offsets[index % 8]; });
    if (cast.followsTime) this.hub.offset = 0;
  }

  #makeGuest(make, i) {
    const seating = { id: `seat-${i}`, placeId: `t${i}`, guestId: `guest-${i}` };
    this.book.seatings.push(seating);
    const guest = make({ id: `g${i}`, kind: 'guest', of: 'guest', lang: 'script', deviceId: seating.guestId, role: 'guest',
      facts: { guestDeviceId: seating.guestId, seatingId: seating.id, placeId: seating.placeId } });
    this.guests.push(guest);
    this.world.pair(this.hub, guest);
  }

  enroll(deviceId, role) {
    const list = this.#enrolled.get(deviceId) ?? [];
    this.#enrolled.set(deviceId, list);
    const document = documentOf(deviceId, role);
    if (list.includes(document)) return;
    list.push(document);
    if (this.hub.isUp) this.world.chore(() => this.world.learn(this.hub, document));
  }

  #documentsFor(node) {
    if (node.kind === 'guest') return [];
    return node.kind === 'hub' ? [...this.#enrolled.values()].flat() : this.#enrolled.get(node.deviceId);
  }

  // What troubles do

  get isHubRight() {
    return this.#scenario.cast.followsTime;
  }

  write(node, drafts) {
    const ref = `w${++this.#refs}`;
    node.writes.set(ref, drafts);
    this.counts.writes += drafts.length;
    this.world.step(node, { write: drafts, ref });
  }

  #onWrote(node, ref, ops) {
    const drafts = node.writes.get(ref);
    node.writes.delete(ref);
    // Whoever knows of being cut off need not write what nobody applies.
    if (!Array.isArray(ops) && ops.includes('revoked') && this.#cutOff.has(node.deviceId)) return;
    if (!Array.isArray(ops) || ops.length !== drafts.length)
      throw new Violation(`${node.id} could not write: ${ops}: ${JSON.stringify(drafts)}`);
    ops.forEach(({ logId, seq }, index) => {
      const { kind, entity, private: closed } = drafts[index];
      this.book.written.push({ logId, seq, kind, entity, isPrivate: closed === true });
    });
    this.counts.operations += ops.length;
  }

  /** The hub as it is now may come back at any time. */
  noteBackup() {
    const { storage } = this.hub;
    this.backup = storage.copy();
    if (this.#scripts === undefined) return;
    this.#scripts.backupHave = Object.fromEntries(storage.logIds().map((logId) => [logId, storage.head(logId)]));
  }

  /** What the hub has of that device is good, what comes later is not. */
  cutOff(deviceId, role) {
    const { hub, world, book } = this;
    this.#cutOff.add(deviceId);
    const authors = new Map([...world.ledger.operations.values()].map(({ logId, deviceId: author }) => [logId, author]));
    const cutoffs = hub.storage.logIds().filter((logId) => authors.get(logId) === deviceId)
      .map((logId) => ({ logId, seq: hub.storage.head(logId) }));
    const entity = `device/${deviceId}`;
    const version = (book.versions.get(entity) ?? 0) + 1;
    book.versions.set(entity, version);
    this.write(hub, [{ kind: 'device.cutoff', entity, body: { version, role, cutoffs } },
      { kind: 'device.set', entity, body: { version, set: { removed: role === null } } }]);
  }

  // The run

  async run() {
    const { world } = this;
    for (const node of world.nodes.values()) await world.start(node);
    for (const action of this.#scenario.actions) {
      world.agenda.add(action.at, () => {
        world.trace(`do ${action.do}`);
        carryOut(this, action);
      });
    }
    await world.run(this.#scenario.lengthMs);
    await this.#heal();
    await this.#untilQuiet();
    await judge(this);
  }

  async #heal() {
    const { world } = this;
    world.trace('peace');
    for (const pair of world.pairs) pair.mend();
    for (const node of world.nodes.values()) {
      node.disk = 1;
      if (node.isRemoved) await world.crash(node);
      else if (node.state === 'down') await world.start(node);
    }
    world.planAll();
    this.sentBefore = world.ledger.messages;
  }

  async #untilQuiet() {
    const { world } = this;
    const start = world.now;
    world.lastSent = start;
    const isQuiet = () => world.underWay === 0 && world.losing === 0
      && world.now - Math.max(world.lastSent, world.lastNoticed) >= QUIET_MS;
    while (!isQuiet()) {
      if (world.now - start > PEACE_MS) throw new Violation(`they still talk ${PEACE_MS / 1000} s after peace`);
      await world.run(world.now + 1000);
    }
    this.counts.peaceMs = world.lastSent - start;
    this.counts.peaceMessages = world.ledger.messages - this.sentBefore;
    this.counts.messages = world.ledger.messages;
    const last = world.lastSent;
    await world.run(world.now + AFTERWARDS_MS);
    if (world.lastSent !== last) throw new Violation(`they talk again ${world.lastSent - last} ms after they were done`);
  }
}
