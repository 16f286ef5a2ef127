// SPDX-License-Identifier: Apache-2.0
// The actions of a scenario, carried out on a world. An action that finds nothing to act on does nothing:
// so it may stand in any scenario, however shrunk.

import { Drafts } from './drafts.mjs';
import { someMisfit } from './misfits.mjs';
import { someQuality } from './network.mjs';
import { Random } from './random.mjs';
import { someOffset } from './scenario.mjs';
import { Storage } from './ledger.mjs';
import { Node } from './world.mjs';

const up = (run) => [...run.world.nodes.values()].filter((node) => node.isUp);
const fullUp = (run) => up(run).filter(({ isFull }) => isFull);
const devicesUp = (run) => fullUp(run).filter(({ kind }) => kind === 'device');

function some(random, list) {
  return list.length === 0 ? null : random.pick(list);
}

/** Down for a while, then up again. */
function restart(run, node, random, most = 8000) {
  const { world } = run;
  world.at(random.between(0, most), () => world.chore(async () => {
    if (node.state === 'down') await world.start(node);
  }));
}

export const TROUBLES = {
  write(run, random) {
    // A few write most, the hub a little.
    const author = some(random, fullUp(run).filter(({ kind }) => kind !== 'hub' || random.chance(0.4)));
    if (author === null) return;
    const drafts = new Drafts(run.book, random, author).some();
    // Toys are let write anything.
    if (author.lang === 'toy' && author.kind === 'device' && random.chance(0.2))
      drafts.push(someMisfit(run.book, random, author.role));
    run.write(author, drafts);
  },

  quality(run, random) {
    const pair = random.pick(run.world.pairs);
    for (const direction of pair.directions) if (random.chance(0.7)) direction.quality = someQuality(random);
  },

  break(run, random) {
    const pair = some(random, run.world.pairs.filter(({ connection }) => connection !== null));
    if (pair !== null) run.world.break(pair);
  },

  partition(run, random) {
    const { world } = run;
    const island = new Set([...world.nodes.values()].filter(() => random.chance(0.4)));
    const cut = world.pairs.filter(({ ends: [a, b] }) => island.has(a) !== island.has(b));
    for (const pair of cut) for (const direction of pair.directions) direction.isBlocked = true;
    world.at(random.between(5000, 40000), () => {
      for (const pair of cut) for (const direction of pair.directions) direction.isBlocked = false;
    });
  },

  oneWay(run, random) {
    const pair = random.pick(run.world.pairs);
    const direction = random.pick(pair.directions);
    direction.isBlocked = true;
    run.world.at(random.between(3000, 30000), () => { direction.isBlocked = false; });
  },

  crash(run, random) {
    const node = some(random, fullUp(run));
    if (node === null) return;
    run.world.chore(() => run.world.crash(node));
    restart(run, node, random);
  },

  wipe(run, random) {
    const node = some(random, devicesUp(run));
    if (node === null) return;
    run.world.chore(async () => {
      await run.world.crash(node);
      node.storage = new Storage();
      node.image = null;
    });
    restart(run, node, random);
  },

  backup(run) {
    const { hub, world } = run;
    if (!hub.isUp) return;
    world.chore(async () => {
      if (!hub.isUp) return;
      await world.save(hub, 'backup');
      run.noteBackup();
    });
  },

  restore(run, random) {
    const { hub, world } = run;
    if (run.backup === null || !hub.isUp) return;
    world.chore(async () => {
      if (!hub.isUp) return;
      await world.crash(hub);
      hub.storage = run.backup.copy();
      hub.image = 'backup';
    });
    restart(run, hub, random);
  },

  absent(run, random) {
    const node = some(random, devicesUp(run));
    if (node === null) return;
    run.world.chore(() => run.world.crash(node));
    restart(run, node, random, 60000);
  },

  revoke(run, random) {
    const { hub, world } = run;
    const node = some(random, devicesUp(run).filter(({ isRemoved, isClone }) => !isRemoved && !isClone));
    if (node === null || !hub.isUp) return;
    for (const one of world.nodes.values()) if (one.deviceId === node.deviceId && one.isFull) one.isRemoved = true;
    run.cutOff(node.deviceId, null);
    for (const pair of world.pairs) {
      if (!pair.ends.some(({ isRemoved }) => isRemoved)) continue;
      // The hub at once, devices when they hear of it.
      if (pair.ends.includes(hub)) world.part(pair);
      else world.at(random.between(0, 20000), () => world.part(pair));
    }
  },

  demote(run, random) {
    const { hub, world } = run;
    const node = some(random, devicesUp(run).filter(({ isRemoved, role, isClone }) => !isRemoved && !isClone && role === 'manager'));
    if (node === null || !hub.isUp) return;
    const old = node.role;
    const role = random.pick(['kitchen', 'staff']);
    run.cutOff(node.deviceId, old);
    run.enroll(node.deviceId, role);
    world.at(random.between(0, 10000), () => world.chore(async () => {
      await world.crash(node);
      node.role = role;
      if (!node.isRemoved) await world.start(node);
    }));
  },

  clock(run, random) {
    const node = some(random, up(run));
    if (node === null || (node === run.hub && run.isHubRight)) return;
    node.offset = random.chance(0.5) ? someOffset(random) : 0;
  },

  clone(run, random) {
    const { world } = run;
    // Devices in C exist in tests only; the hub begins a new log with each start.
    const node = some(random, devicesUp(run).filter(({ isRemoved, lang }) => !isRemoved && lang !== 'native'));
    if (node === null || run.clone !== null) return;
    world.chore(async () => {
      if (!node.isUp || run.clone !== null) return;
      const twin = world.add(new Node({ ...node.fields, id: `${node.id}b`, isClone: true }));
      run.clone = twin;
      await world.save(node, twin.id);
      twin.storage = node.storage.copy();
      for (const other of world.nodes.values()) {
        if (other === twin || other === node || !other.isFull) continue;
        if (other.kind === 'hub' || random.chance(0.3)) world.pair(other, twin);
      }
      twin.role = node.role;
      twin.image = twin.id;
      await world.start(twin);
    });
  },

  redact(run, random) {
    const { hub, book, world } = run;
    const kinds = ['order.lines', 'order.open', 'request.open', 'message.send', 'order.discount'];
    const op = some(random, book.written.filter(({ kind, entity, logId, seq }) => kinds.includes(kind)
      && /^(order|request|message)\//.test(entity) && hub.storage.head(logId) >= seq));
    if (op === null || !hub.isUp) return;
    const name = `${op.logId}:${op.seq}`;
    world.ledger.redacted.add(name);
    run.write(hub, [{ kind: 'redact', entity: op.entity, body: { op: name } }]);
  },

  slowDisk(run, random) {
    const node = some(random, fullUp(run));
    if (node !== null) node.disk = random.pick([0.02, 0.1, 1]);
  },

  reseat(run, random) {
    const { world, book } = run;
    const node = some(random, run.guests);
    if (node === null) return;
    const seating = random.chance(0.3) ? null : random.pick(book.seatings);
    const facts = { guestDeviceId: node.deviceId, seatingId: seating?.id ?? null, placeId: seating?.placeId ?? null };
    world.chore(() => world.follow(node, facts));
  },
};

export function carryOut(run, action) {
  TROUBLES[action.do](run, new Random(`action ${action.seed}`));
}
