// SPDX-License-Identifier: Apache-2.0
// A property in one process: replicas behind their hosts, ways between them, one virtual time. Time
// advances in small steps; what is due in a step goes to each host in one go, what comes back goes on its
// way. Nothing here waits for a real clock.

import { Ledger, Storage, Violation } from './ledger.mjs';
import { Agenda, Pair } from './network.mjs';

const STEP_MS = 50;
const IDLE_STEP_MS = 250;
/** 2026-06-01 */
export const BASE_MS = 1780272000000;
const LAST_MS = 253402300000000;

export class Node {
  state = 'down';
  storage = new Storage();
  /** Under which its host keeps what it starts from; null: nothing. */
  image = null;
  /** Milliseconds that its clock is ahead. */
  offset = 0;
  /** How likely a step ends with a commit. */
  disk = 0.7;
  life = 0;
  /** link -> {connection, side} */
  ends = new Map();
  /** What was asked of it and is not yet written: ref -> drafts */
  writes = new Map();
  isRemoved = false;

  constructor(fields) {
    this.fields = fields;
    Object.assign(this, fields);
  }

  get isUp() {
    return this.state === 'up';
  }

  get isFull() {
    return this.kind !== 'guest';
  }
}

export class World {
  now = 0;
  nodes = new Map();
  pairs = [];
  agenda = new Agenda();
  ledger = new Ledger();
  lastSent = 0;
  underWay = 0;
  /** Connections that are dead and not yet noticed to be. */
  losing = 0;
  /** When the last of them was. */
  lastNoticed = 0;
  #steps = new Map();
  #count = 0;
  #chores = [];

  /** @param options {random, hosts: {lang: host}, trace?(text), onWrote(node, ref, ops), onView(node, message)} */
  constructor(options) {
    Object.assign(this, options);
    for (const host of Object.values(options.hosts)) this.#steps.set(host, []);
  }

  /** @param text or a function that makes it */
  trace() {}

  clockOf(node) {
    return Math.min(LAST_MS, Math.max(0, BASE_MS + this.now + node.offset));
  }

  add(node) {
    this.nodes.set(node.id, node);
    return node;
  }

  pair(a, b) {
    const pair = new Pair(a, b);
    this.pairs.push(pair);
    return pair;
  }

  at(delay, run) {
    this.agenda.add(this.now + delay, run);
  }

  /** To be done, in order, before the next step; may be asynchronous. */
  chore(run) {
    this.#chores.push(run);
  }

  step(node, step) {
    if (node.isUp) this.#steps.get(node.host).push({ id: node.id, life: { node, number: node.life }, ...step });
  }

  // Life

  async start(node) {
    node.state = 'up';
    node.life++;
    const from = node.image === null ? {} : { from: node.image };
    this.trace(`start ${node.id} ${JSON.stringify(from)}`);
    await this.#ask(node.host, { do: 'make', id: node.id, kind: node.kind, deviceId: node.deviceId, role: node.role, of: node.of,
      life: node.life, now: this.clockOf(node), world: this.now, ...node.makeFields, ...from });
    for (const document of this.documentsFor(node))
      await this.#ask(node.host, { do: 'member', id: node.id, document });
    for (const pair of this.pairs) if (pair.ends.includes(node)) this.#plan(pair, this.random.between(0, 1000));
  }

  /** As if its power had been cut. */
  async crash(node) {
    if (!node.isUp) return;
    this.trace(`crash ${node.id}`);
    node.state = 'down';
    if (node.isFull) node.image = node.id;
    node.writes.clear();
    for (const { connection } of [...node.ends.values()]) this.#breakNow(connection, node);
    node.ends.clear();
    await this.#ask(node.host, { do: 'drop', id: node.id });
  }

  save(node, copy) {
    return this.#ask(node.host, { do: 'save', id: node.id, copy });
  }

  async dump(node) {
    return node.host.do({ do: 'dump', id: node.id });
  }

  async learn(node, document) {
    if (node.isUp) await this.#ask(node.host, { do: 'member', id: node.id, document });
  }

  async follow(node, facts) {
    this.trace(`facts ${node.id} ${JSON.stringify(facts)}`);
    node.facts = facts;
    // All that the hub takes for open, as it does itself: it may not know yet that the follower is gone from one.
    for (const pair of this.pairs.filter(({ ends }) => ends.includes(node))) {
      const hub = pair.other(node);
      for (const [link, { connection }] of hub.ends) {
        if (connection.pair === pair) await this.#ask(hub.host, { do: 'follow', id: hub.id, link, of: node.of, facts });
      }
    }
  }

  // Connections

  #plan(pair, delay) {
    if (pair.isBusy) return;
    pair.isBusy = true;
    this.at(delay, () => {
      pair.isBusy = false;
      this.chore(() => this.#connect(pair));
    });
  }

  planAll() {
    for (const pair of this.pairs) this.#plan(pair, this.random.between(0, 2000));
  }

  async #connect(pair) {
    if (pair.connection !== null || !pair.isAllowed) return;
    if (!pair.ends.every((node) => node.isUp)) return; // its start plans anew
    if (pair.directions.some(({ isBlocked }) => isBlocked)) return this.#plan(pair, this.random.between(500, 3000));
    const name = `l${++this.#count}`;
    const connection = { name, pair, isDead: false,
      ends: pair.ends.map((node, side) => ({ node, side, life: node.life, link: `${name}.${side}`, isOpen: true })) };
    pair.connection = connection;
    this.trace(`connect ${pair.name} ${name}`);
    const [a, b] = connection.ends;
    for (const [end, other] of this.random.chance(0.5) ? [[a, b], [b, a]] : [[b, a], [a, b]]) {
      end.node.ends.set(end.link, { connection, side: end.side });
      await this.#open(end, other.node);
    }
  }

  async #open({ node, link }, peer) {
    if (peer.kind === 'guest') {
      return this.#ask(node.host, { do: 'follow', id: node.id, link, of: peer.of, facts: peer.facts });
    }
    if (node.isFull && node.kind !== 'hub' && peer.kind !== 'hub')
      for (const document of this.documentsFor(peer)) await this.learn(node, document);
    return this.#ask(node.host, { do: 'connect', id: node.id, link, peer: { deviceId: peer.deviceId, role: peer.role,
      trusted: peer.kind === 'hub', level: peer.kind }, time: peer.kind === 'hub' ? this.clockOf(peer) : undefined });
  }

  /** A channel or socket that loses something is noticed to be dead in the end, but not at once. */
  #lose(connection) {
    if (connection.isLosing) return;
    connection.isLosing = true;
    this.losing++;
    this.at(this.random.between(500, 40000), () => {
      this.losing--;
      this.lastNoticed = this.now;
      this.#breakNow(connection, null);
    });
  }

  #breakNow(connection, alreadyGone) {
    if (connection.isDead) return;
    connection.isDead = true;
    const { pair } = connection;
    if (pair.connection === connection) pair.connection = null;
    this.trace(`break ${pair.name} ${connection.name}`);
    for (const end of connection.ends) {
      if (end.node === alreadyGone) end.isOpen = false;
      else this.at(this.random.between(0, 5000), () => this.chore(() => this.#close(end)));
    }
    this.#plan(pair, this.random.between(200, 4000));
  }

  async #close(end) {
    if (!end.isOpen || end.life !== end.node.life || !end.node.isUp) return;
    end.isOpen = false;
    end.node.ends.delete(end.link);
    await this.#ask(end.node.host, { do: 'disconnect', id: end.node.id, link: end.link });
  }

  break(pair) {
    if (pair.connection !== null) this.#breakNow(pair.connection, null);
  }

  /** For good: neither may speak to the other any more. */
  part(pair) {
    pair.isAllowed = false;
    this.break(pair);
  }

  // Messages

  #send(id, link, message) {
    const node = this.nodes.get(id);
    const found = node.ends.get(link);
    if (found === undefined) return;
    const { connection, side } = found;
    const end = connection.ends[1 - side];
    if (!node.isHostile) this.ledger.watch(node, end.node, message);
    this.inspect?.(node, message);
    if (end.node.kind === 'guest') this.onView?.(end.node, message);
    this.lastSent = this.now;
    this.trace(() => `${node.id} > ${end.node.id} ${link} ${brief(message)}`);
    if (connection.isDead) return;
    const arrivals = connection.pair.direction(node).arrivals(this.random, this.now);
    if (arrivals.length === 0) this.#lose(connection);
    for (const at of arrivals) {
      this.underWay++;
      this.agenda.add(at, () => {
        this.underWay--;
        if (end.isOpen && end.life === end.node.life && !connection.isDead) {
          this.trace(() => `${end.node.id} < ${node.id} ${end.link} ${brief(message)}`);
          this.step(end.node, { link: end.link, message });
        }
      });
    }
  }

  #absorb({ out, wrote, committed, covered, forgot, conflicts }) {
    for (const { id, ops } of committed ?? []) this.ledger.commit(this.nodes.get(id), ops);
    for (const { id, have } of covered ?? []) this.nodes.get(id).storage.cover(have);
    for (const { id, names } of forgot ?? []) this.nodes.get(id).storage.forget(names);
    for (const { id, ref, ops, error } of wrote ?? []) {
      const node = this.nodes.get(id);
      if (Array.isArray(ops)) for (const { text, sig } of ops) this.ledger.learn(text, sig);
      this.onWrote?.(node, ref, error ?? ops);
    }
    for (const { id, logId, seq } of conflicts ?? []) this.onConflict?.(this.nodes.get(id), logId, seq);
    for (const { id, link, message } of out ?? []) this.#send(id, link, message);
  }

  async #ask(host, command) {
    const answer = await host.do(command);
    if (answer.error !== undefined) throw new Violation(`${JSON.stringify(command).slice(0, 300)}: ${answer.error}`);
    this.#absorb(answer);
    return answer;
  }

  // Time

  async run(until) {
    while (this.now < until) await this.#advance(until);
  }

  async #advance(until) {
    const next = Math.min(this.agenda.next, this.now + IDLE_STEP_MS, until);
    this.now = Math.max(this.now + STEP_MS, Math.ceil(next / STEP_MS) * STEP_MS);
    while (this.agenda.next <= this.now) this.agenda.take().run();
    while (this.#chores.length > 0) await this.#chores.shift()();
    // Whoever crashed since has lost them.
    const turns = new Map([...this.#steps].map(([host, steps]) => [host, { do: 'run', world: this.now, now: {}, commit: [],
      steps: steps.filter(({ life }) => life.node.life === life.number && life.node.isUp).map(({ life, ...step }) => step) }]));
    for (const host of turns.keys()) this.#steps.set(host, []);
    for (const node of this.nodes.values()) {
      if (!node.isUp) continue;
      const { now, commit } = turns.get(node.host);
      now[node.id] = this.clockOf(node);
      if (this.random.chance(node.disk)) commit.push(node.id);
    }
    const answers = await Promise.all([...turns].map(([host, turn]) => host.do(turn)));
    for (const answer of answers) {
      if (answer.error !== undefined) throw new Violation(answer.error);
      this.#absorb(answer);
    }
  }
}

function brief(message) {
  if (message.type === 'ops') {
    const list = message.ops.map(({ text, redacted }) => {
      const { logId, seq } = text === undefined ? { logId: redacted[0], seq: redacted[1] } : JSON.parse(text);
      return `${logId.slice(0, 6)}:${seq}${text === undefined ? '-' : ''}`;
    });
    return `ops ${message.id} ${list.join(' ')}${message.members ? ` +${message.members.length} members` : ''}`;
  }
  if (message.type === 'snapshot') return `snapshot ${message.id} ${message.entities.map(([name]) => name).join(' ')}`;
  const { type, ...rest } = message;
  return `${type} ${JSON.stringify(rest).replace(/"((?:p\.)?[\w-]{6})[\w-]{16}"/g, '$1')}`;
}
