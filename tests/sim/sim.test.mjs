// SPDX-License-Identifier: Apache-2.0
// Properties of at least eight replicas, two or three of them the client library's code and two guests, go
// through all that networks, disks and clocks do; then they must agree with each other and with a model.
// A seed that fails is replayed by: node tests/sim/run.mjs --seed N --trace

import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { after, describe, test } from 'node:test';

import { judgePayload } from '../lib/schema.mjs';
import { replicaHost } from './native-host.mjs';
import { runOne, runSeeds, Workers } from './runner.mjs';

const LONG = process.env.BELLHOP_LONG !== undefined;
const RUNS = LONG ? 1000 : 40;
const PER_CASE = LONG ? 100 : 20;

test('the host of replicas is built', () => access(replicaHost));

/* Each case names its seeds, so that the report does. */
describe('simulated properties agree', { concurrency: 1 }, () => {
  const workers = new Workers(Math.min(2, availableParallelism()));
  after(() => workers.stop());
  for (let from = 1; from <= RUNS; from += PER_CASE) {
    test(`seeds ${from} to ${from + PER_CASE - 1}`, async () => {
      const failures = [];
      let [runs, operations] = [0, Infinity];
      await runSeeds({ from, runs: PER_CASE, workers }, ({ seed, failure, counts }) => {
        runs++;
        if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`);
        else operations = Math.min(operations, counts.writes);
      });
      assert.deepEqual(failures, []);
      assert.equal(runs, PER_CASE);
      assert.ok(operations >= 450, `only ${operations} operations in a run`);
    });
  }
});

test('a clock that is years off, cut off from a hub that then comes back from a backup', async () => {
  const { operations } = await runOne(466, { with: ['restore', 'clock', 'revoke'] });
  assert.ok(operations > 450, `${operations} operations`);
});

test('a copy of a storage writes under the numbers that its original is about to send', async () => {
  const { conflicts } = await runOne(5990);
  assert.ok(conflicts > 0, 'both wrote under one number');
});

test('a copied storage whose original is gone before the hub heard of it', async () => {
  for (const seed of [6524, 6531]) {
    const { conflicts } = await runOne(seed);
    assert.ok(conflicts > 0, `seed ${seed}: both wrote under one number`);
  }
});

test('one of two operations of one number is erased, the other counts', async () => {
  const { conflicts } = await runOne(4563);
  assert.ok(conflicts > 0, 'both wrote under one number');
});

test('what others sent first is of two operations of one number the one', async () => {
  for (const seed of [10319, 17486]) {
    const { conflicts } = await runOne(seed);
    assert.ok(conflicts > 0, `seed ${seed}: both wrote under one number`);
  }
});

test('a view that was given up comes after the one in its place; a forgotten request comes again in part', async () => {
  for (const seed of [15906, 8944]) {
    const { operations } = await runOne(seed);
    assert.ok(operations > 450, `seed ${seed}: ${operations} operations`);
  }
});

test('a browser that ends just when a message which it forgot is spoken of again', async () => {
  const { operations } = await runOne(1670);
  assert.ok(operations > 450, `${operations} operations`);
});

test('all that they say is as the schemas have it', async () => {
  const wrong = new Map();
  const kinds = new Set();
  for (const seed of [3, 7]) {
    await runOne(seed, { inspect: (node, message) => {
      kinds.add(`${node.lang} ${message.type}`);
      const problem = judgePayload(JSON.parse(JSON.stringify(message)));
      if (problem !== null) wrong.set(`${node.lang} ${message.type}: ${problem}`, message);
    } });
  }
  assert.deepEqual([...wrong], []);
  for (const kind of ['native have', 'native ops', 'native ack', 'native snapshot', 'native check', 'native checked',
    'script have', 'script ops', 'script view', 'script check'])
    assert.ok(kinds.has(kind), `${kind} was said`);
});

test('a property in which nothing goes wrong is soon quiet', async () => {
  const { messages, peaceMs, operations } = await runOne(1, { plain: true });
  assert.ok(peaceMs < 5000, `${peaceMs} ms`);
  assert.ok(messages < 40 * operations, `${messages} messages for ${operations} operations`);
});
