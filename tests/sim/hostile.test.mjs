// SPDX-License-Identifier: Apache-2.0
// A paired device that turned against the property, linked to the hub in C and to a device of the client
// library at once: what it sends is refused, set aside or bounded, and the two go on as if it were not there.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NativeHost } from './native-host.mjs';
import { Random } from './random.mjs';
import { ScriptHost } from './script-host.mjs';
import { fakeSigning, membershipOf, sha256, signingOf, signOperation, transcript } from './signing.mjs';
import { hubKey, keyOf } from './simulation.mjs';
import { BASE_MS, Node, World } from './world.mjs';

const TENANT = 'house';
/** A log begins with its device's name, digested. */
const OWNER = sha256(transcript('bellhop log v1', 'dev-evil')).toString('base64url').slice(0, 8);
const LOG = `${OWNER}HostileHostil0`;
const LONG = process.env.BELLHOP_LONG !== undefined;

/** Says what the test has it say; remembers what it is told. */
class HostileHost {
  heard = [];
  #links = new Map();
  #out = [];

  async do({ do: what, id, link, steps = [] }) {
    if (what === 'connect') this.#links.set(id, [...this.#links.get(id) ?? [], link]);
    for (const { message } of steps) if (message !== undefined) this.heard.push(message);
    return { out: this.#out.splice(0) };
  }

  async stop() {}

  /** To all it is linked to. */
  say(message) {
    for (const [id, links] of this.#links) for (const link of links) this.#out.push({ id, link, message });
  }

  codes() {
    return [...new Set(this.heard.flatMap(({ refused }) => (refused ?? []).map(({ code }) => code)))].sort();
  }
}

class House {
  #seq = 0;
  #count = 0;

  static async open(t) {
    const house = new House();
    const evil = new HostileHost();
    const script = await ScriptHost.start({ signingOf: (key) => signingOf(fakeSigning, key), keyOf, hubPublic: hubKey.public });
    const native = new NativeHost();
    t.after(() => native.stop());
    const world = new World({ random: new Random(t.name), hosts: { native, script, evil },
      documentsFor: ({ deviceId, kind }) => (kind === 'hub' ? ['dev-s', 'dev-evil'] : [deviceId]).map(documentOf) });
    const make = (fields) => world.add(new Node({ kind: 'device', role: 'staff', makeFields: { tenantId: TENANT, seed: '1', fake: true },
      disk: 1, ...fields }));
    const hub = make({ id: 'hub', kind: 'hub', host: native, deviceId: 'hub', role: 'hub' });
    const device = make({ id: 's', host: script, deviceId: 'dev-s' });
    const rebel = make({ id: 'evil', host: evil, deviceId: 'dev-evil', isHostile: true });
    for (const [a, b] of [[hub, device], [hub, rebel], [device, rebel]]) world.pair(a, b);
    for (const node of [hub, device, rebel]) await world.start(node);
    Object.assign(house, { world, hub, device, evil });
    await world.run(5000);
    evil.say({ type: 'have', have: {}, level: 'device' });
    await world.run(world.now + 1000);
    return house;
  }

  /** An operation as it goes over the wire. @param fields in place of what would be right */
  operation(fields = {}, key = keyOf('dev-evil')) {
    const { kind = 'order.open', entity = 'order/evil', body = { number: 'A-1', currency: 'EUR', source: 'pos' }, ...rest } = fields;
    const all = { logId: LOG, seq: ++this.#seq, deviceId: 'dev-evil', role: 'staff', hlc: [BASE_MS, 0], tenantId: TENANT, kind, entity,
      body, ...rest };
    return signOperation(fakeSigning, key, all);
  }

  send(...ops) {
    this.evil.say({ type: 'ops', id: `e${++this.#count}`, ops, members: [documentOf('dev-evil')] });
    return this.world.run(this.world.now + 1000);
  }

  async seqOf(node, logId = LOG) {
    return (await this.world.dump(node)).have[logId] ?? 0;
  }

  /** What the device writes reaches the hub at once, and both read the same. */
  async assertUnharmed(name) {
    const { world, device, hub } = this;
    const entity = `order/${name}`;
    let written = null;
    world.onWrote = (node, ref, ops) => { written = ops; };
    world.step(device, { ref: name, write: [{ kind: 'order.open', entity, body: { number: 'A-2', currency: 'EUR', source: 'staff' } }] });
    await world.run(world.now + 3000);
    assert.ok(Array.isArray(written), `${written}`);
    const [ours, theirs] = [await world.dump(hub), await world.dump(device)];
    assert.ok(ours.orders[name] !== undefined, 'the hub has the order');
    assert.deepEqual(ours.records, theirs.records);
    const { hlc } = JSON.parse(written[0].text);
    assert.ok(Math.abs(hlc[0] - BASE_MS - world.now) < 65000, `the clock is ${hlc[0] - BASE_MS - world.now} ms ahead`);
  }
}

function documentOf(deviceId) {
  return membershipOf(hubKey, { tenantId: TENANT, deviceId, key: keyOf(deviceId), role: 'staff', notBefore: BASE_MS });
}

test('another device\'s name, another device\'s log', async (t) => {
  const house = await House.open(t);
  await house.assertUnharmed('before');
  const [own] = Object.keys((await house.world.dump(house.device)).have);
  await house.send(house.operation({ deviceId: 'dev-s' }), house.operation({ deviceId: 'hub', role: 'hub', seq: 1 }),
    house.operation({ logId: own, seq: 1 }), house.operation({ logId: own, seq: 9 }), house.operation({ role: 'manager', seq: 1 }));
  assert.deepEqual(house.evil.codes(), ['forged', 'unknown-device']);
  for (const node of [house.hub, house.device]) {
    assert.equal(await house.seqOf(node), 0);
    assert.equal(await house.seqOf(node, own), 1);
  }
  await house.assertUnharmed('after');
});

test('another property\'s operations, and none at all', async (t) => {
  const house = await House.open(t);
  const good = house.operation({ seq: 1 });
  await house.send(house.operation({ tenantId: 'elsewhere', seq: 1 }));
  await house.send({ ...good, text: good.text.replace('"hlc":', '"hlc": ') });
  await house.send({ ...good, sig: 'A'.repeat(86) });
  await house.send({ redacted: [LOG, 1], entity: 'order/evil', deviceId: 'dev-evil', role: 'staff',
    record: { items: {}, registers: {} } });
  await house.send({ text: '{}', sig: '' }, { text: 7 }, null, [], 'text');
  assert.deepEqual(house.evil.codes(), ['bad-operation', 'forged', 'rate-limited', 'wrong-tenant']);
  for (const message of [{ type: 'have' }, { type: 'have', have: { x: -1, [LOG]: 'much' }, level: 'hub', forks: [[1], null] },
    { type: 'ops', id: {}, ops: {} }, { type: 'ack', ref: 'none', have: null, refused: 5 }, { type: 'ack', have: { [LOG]: 1e300 }, level: 'cloud' },
    { type: 'snapshot', id: '1', entities: [['order/evil', { items: {}, registers: {} }]], have: { [LOG]: 99 }, reset: true },
    { type: 'view', of: 'private', cursor: null }]) {
    house.evil.say(message);
    await house.world.run(house.world.now + 500);
  }
  for (const node of [house.hub, house.device]) assert.equal(await house.seqOf(node), 0);
  await house.assertUnharmed('after');
});

test('gaps, huge numbers, and a clock at the end of time', async (t) => {
  const house = await House.open(t);
  await house.send(house.operation({ seq: 9007199254740991 }), house.operation({ logId: `${OWNER}HostileHostil1`, seq: 200000 }));
  assert.deepEqual(house.evil.codes(), ['too-far']);
  for (let from = 2; from < 2000; from += 50)
    await house.send(...Array.from({ length: 50 }, (_, index) => house.operation({ seq: from + index })));
  for (const node of [house.hub, house.device]) assert.equal(await house.seqOf(node), 0);
  await house.send(house.operation({ seq: 1, hlc: [253402300800000, 2147483647] }));
  for (const node of [house.hub, house.device]) {
    const seq = await house.seqOf(node);
    assert.ok(seq > 1 && seq <= 600, `${node.id} kept ${seq} of what waited`);
  }
  await house.assertUnharmed('after');
});

test('one identity, many times', async (t) => {
  const house = await House.open(t);
  for (let i = 0; i < 10; i++)
    await house.send(house.operation({ seq: 1, kind: 'order.lines', body: { lines: [{ lineId: `l${i}`, name: 'Tea', quantity: 1, price: i }] } }));
  for (const node of [house.hub, house.device]) {
    assert.equal(await house.seqOf(node), 1);
    const { items } = JSON.parse((await house.world.dump(node)).records['order/evil']);
    assert.equal(Object.keys(items).length, 4);
  }
  await house.assertUnharmed('after');
});

test('more than anybody writes', { timeout: 600000 }, async (t) => {
  const house = await House.open(t);
  const total = LONG ? 1000000 : 40000;
  let seq = 0;
  for (let batch = 0; seq < total; batch++) {
    const ops = Array.from({ length: 64 }, () => house.operation({ seq: ++seq, kind: 'ticket.seen', body: { lineIds: ['l'] } }));
    house.evil.say({ type: 'ops', id: `m${batch}`, ops, ...(batch === 0 ? { members: [documentOf('dev-evil')] } : {}) });
    if (batch % 16 === 15) await house.world.run(house.world.now + 50);
  }
  await house.world.run(house.world.now + 5000);
  assert.ok(house.evil.codes().includes('rate-limited'));
  for (const node of [house.hub, house.device]) {
    const kept = await house.seqOf(node);
    assert.ok(kept > 0 && kept < 30000, `${node.id} kept ${kept}`);
  }
  await house.world.run(house.world.now + 60000);
  await house.assertUnharmed('after');
});
