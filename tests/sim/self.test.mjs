// SPDX-License-Identifier: Apache-2.0
// Whether the simulation finds what it is there to find: toys with one flaw each, which must not pass, and
// toys without, which must.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Ledger, Storage } from './ledger.mjs';
import { derive } from './model.mjs';
import { readOrders } from './order-model.mjs';
import { Random } from './random.mjs';
import { runOne, scenarioOf, shrink } from './runner.mjs';
import { Node, World } from './world.mjs';

const SMALL = { who: 'toys', operations: 120, lengthMs: 20000 };
const SEEDS = [1, 2, 3, 4, 5, 6];

/** The first failure among a few seeds; null: there is none. */
async function findFailure(options) {
  for (const seed of SEEDS) {
    try {
      await runOne(seed, { ...SMALL, ...options });
    } catch (error) {
      return error.message;
    }
  }
  return null;
}

test('toys without a flaw pass', async () => {
  assert.equal(await findFailure({}), null);
});

describe('a flaw is found', () => {
  /** [what it does, flaw of the replica x2, what the verdict says] */
  const FLAWS = [
    ['forgets one operation of each log', { forget: 3 }, /x2: (record|aside|order)/],
    ['applies payments twice', { applyTwice: true }, /x2: (record|order)/],
    ['does not know undo', { ignoreUndo: true }, /x2: (record|order)/],
    ['applies what is cut off', { ignoreCutOffs: true }, /x2: (record|aside)/, ['revoke']],
    ['says nothing of what it set aside', { hideAside: true }, /x2: aside/, ['revoke']],
    ['says that it has more than it holds', { boast: 1 }, /x2 says in have to have/],
    ['answers before it has committed', { ackEarly: true }, /x2 says in ack to have/],
    ['passes private logs on', { leakPrivate: true }, /sends the private/],
    ['keeps one of two with the same identity', { dropForks: true }, /x2: |still talk|talk again/, ['clone']],
    ['answers every have with another', { chatter: true }, /still talk/],
  ];
  for (const [what, flaw, verdict, troubles] of FLAWS) {
    test(what, async () => {
      const failure = await findFailure({ flaws: { x2: flaw }, with: troubles });
      assert.match(failure ?? 'nothing was found', verdict);
    });
  }
});

test('the same seed gives the same run', async () => {
  const traces = [[], []];
  for (const trace of traces) await runOne(7, { ...SMALL, trace: (text) => trace.push(text) });
  assert.ok(traces[0].length > 100);
  assert.deepEqual(traces[0], traces[1]);
});

test('a failing run is made smaller', async () => {
  const options = { ...SMALL, operations: 30, flaws: { x2: { forget: 1 } } };
  const scenario = await shrink(1, options, () => undefined);
  assert.ok(scenario.actions.length < scenarioOf(1, options).actions.length / 2, `${scenario.actions.length} left`);
});

test('what a hub has is safe by its snapshot too, and no further', () => {
  const logId = 'A'.repeat(22);
  const ledger = new Ledger();
  const [hub, one, two] = [['hub', 'hub'], ['s1', 'device'], ['s2', 'device']]
    .map(([id, kind]) => ({ id, kind, storage: new Storage() }));
  ledger.commit(hub, [[logId, 1, 'a'], [logId, 2, 'b']]);
  ledger.watch(hub, one, { type: 'snapshot', id: 's', entities: [], have: { [logId]: 1 } });
  const passOn = (seq) => ledger.watch(one, two, { type: 'ack', have: { [logId]: seq }, level: 'hub' });
  passOn(1);
  assert.throws(() => passOn(2), /the hub said so up to 1/);
});

test('a hub whose end outlives the follower\'s is told of other rights', async () => {
  const asked = [];
  const host = { do: async (command) => {
    if (command.do === 'follow') asked.push([command.link, command.facts.seatingId]);
    if (command.do === 'disconnect') asked.push([command.link, 'gone']);
    return {};
  } };
  // How long after the break the hub's end learns of it, and the follower's; everything else is as early as may be.
  const closing = [5000, 0];
  const random = { between: (least, most) => (most === 5000 ? closing.shift() : least), chance: () => false };
  const world = new World({ random, hosts: { all: host }, documentsFor: () => [] });
  const facts = { guestDeviceId: 'guest', seatingId: 'seat' };
  const [hub, guest] = [{ id: 'hub', kind: 'hub' }, { id: 'g1', kind: 'guest', of: 'guest', facts }]
    .map((fields) => world.add(new Node({ host, ...fields })));
  const pair = world.pair(hub, guest);
  for (const node of [hub, guest]) await world.start(node);
  await world.run(100);
  world.break(pair);
  await world.run(1000);
  await world.follow(guest, { ...facts, seatingId: null });
  assert.deepEqual([...guest.ends.keys()], ['l2.1']);
  assert.deepEqual(asked, [['l1.0', 'seat'], ['l1.1', 'gone'], ['l2.0', 'seat'], ['l1.0', null], ['l2.0', null]]);
});

test('chance is the same on every machine', () => {
  const random = new Random(1);
  assert.deepEqual([random.word(), random.below(10), random.id(4)], [1727476293, 8, 'ojDD']);
});

describe('the model', () => {
  let count = 0;
  const write = (fields) => {
    count++;
    return { logId: 'A'.repeat(22), seq: count, deviceId: 'd', role: 'manager', hlc: [count, 0], ...fields };
  };
  const open = (id) => write({ kind: 'order.open', entity: `order/${id}`, body: { number: 'A-1', currency: 'EUR', source: 'pos' } });
  const line = (id, lineId, fields) => write({ kind: 'order.lines', entity: `order/${id}`,
    body: { lines: [{ lineId, name: 'Soup', quantity: 4, price: 250, ...fields }] } });
  const read = (operations) => readOrders(derive(operations).records);

  test('adds up an order with split, discount, tax and tip', () => {
    const { o } = read([open('o'), line('o', 'l', { tax: { name: 'VAT', rateBp: 1900, included: true } }),
      write({ kind: 'line.split', entity: 'order/o', body: { lineId: 'l', newLineId: 'm', quantity: 1 } }),
      write({ kind: 'order.discount', entity: 'order/o', body: { discountId: 'x', reason: 'late', lineId: 'l', percentBp: 1000 } }),
      write({ kind: 'payment.add', entity: 'order/o', body: { paymentId: 'p', method: 'cash', amount: 500, tip: 50 } })]);
    assert.deepEqual(o.lines.map(({ lineId, quantity, net }) => [lineId, quantity, net]), [['l', 3, 675], ['m', 1, 250]]);
    assert.deepEqual([o.total, o.paid, o.due, o.tips], [925, 500, 425, 50]);
    assert.equal(o.taxes[0].tax, 108 + 40);
  });

  test('knows states, their undoing and lines that moved', () => {
    const cook = write({ kind: 'line.state', entity: 'order/o', body: { lineIds: ['l'], state: 'ready' } });
    const operations = [open('o'), open('q'), line('o', 'l'), cook,
      write({ kind: 'line.move', entity: 'order/o', body: { lineIds: ['l'], version: 1, orderId: 'q' } })];
    assert.deepEqual(read(operations).q.lines.map(({ lineId, recordId, state }) => [lineId, recordId, state]),
      [['l', 'o', 'ready']]);
    assert.equal(read(operations).o.state, 'open');
    operations.push(write({ kind: 'undo', entity: 'order/o', body: { op: `${cook.logId}:${cook.seq}` } }));
    assert.equal(read(operations).q.state, 'placed');
  });

  test('sets aside what nobody may apply', () => {
    const operations = [write({ kind: 'robot.dance', entity: 'order/o', body: {} }),
      write({ kind: 'order.open', entity: 'place/o', body: {} }),
      write({ kind: 'order.lines', entity: 'order/o', body: { lines: [] } }),
      { ...open('o'), role: 'kitchen' },
      write({ role: 'hub', deviceId: 'hub', kind: 'device.cutoff', entity: 'device/d', body: { version: 1, role: null, cutoffs: [] } }),
      open('o')];
    assert.deepEqual(derive(operations).aside.map(({ reason }) => reason).sort(),
      ['bad-body', 'bad-entity', 'forbidden', 'revoked', 'unknown-kind']);
  });
});
