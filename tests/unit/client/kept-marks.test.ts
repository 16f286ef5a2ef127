// SPDX-License-Identifier: Apache-2.0
// What goes from a replica is what the hub has had for long, however old it is; so a hub that comes back
// from a backup gets back what it lacks.

import assert from "node:assert/strict";
import { test } from "node:test";

import { KeptMarks } from "../../../data/web/client/log/kept-marks";
import type { LogStore } from "../../../data/web/client/log/log-store";
import { MemoryDisk, MemoryStore } from "../../../data/web/client/log/memory-store";
import type { Have, Property } from "../../../data/web/client/log/property";
import { FakeClock } from "./fake-clock";
import { FakeOrigin } from "./idb-fixture";
import { addLine, Author, logId, openOrder, openProperty, passDays, quiet, trusted } from "./property-fixture";

const DAY_MS = 24 * 3600 * 1000;
const YEAR_MS = 365 * DAY_MS;
const LOG = logId("log");
const OTHER = logId("other");

/** The hub answers that it has these, and says that it has. */
function deliver(property: Property, have: Have): void {
  property.markSafe(have);
  property.markDelivered(have);
  property.markKept(have, true);
}

async function countRead(property: Property, log: string): Promise<number> {
  return (await property.read(log, 1, 100, 100000)).length;
}

/** A tablet that wrote two operations and was away for three weeks. */
async function openAbsent(disk = new MemoryDisk()) {
  const { property, clock } = await openProperty(new MemoryStore({ disk }));
  const [first] = await property.write([openOrder("a"), addLine("a", "x")]);
  const log = first?.logId ?? "";
  await passDays(clock, 21);
  return { property, clock, log };
}

test("what a tablet hands over after three weeks stays there for 14 days from then", async () => {
  const { property, clock, log } = await openAbsent();
  deliver(property, { [log]: 2 });
  await passDays(clock, 14);
  assert.deepEqual([property.from(), await countRead(property, log)], [{}, 2]);
  await passDays(clock, 2);
  assert.deepEqual([property.from(), await countRead(property, log)], [{ [log]: 3 }, 0]);
  await property.close();
});

test("a hub that was restored meanwhile gets it back, and has it for 14 days before it goes", async () => {
  const { property, clock, log } = await openAbsent();
  deliver(property, { [log]: 2, [OTHER]: 1 });
  await passDays(clock, 13);
  property.markKept({ [OTHER]: 1 }, true);
  assert.equal(await countRead(property, log), 2);
  // It is there again before the next sweep.
  property.markKept({ [log]: 2 }, false);
  property.markDelivered({ [log]: 2 });
  await passDays(clock, 14);
  assert.deepEqual([property.from(), await countRead(property, log)], [{}, 2]);
  await passDays(clock, 15);
  assert.deepEqual(property.from(), { [log]: 3 });
  await property.close();
});

test("what came a day after others goes within 28 days", async () => {
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore());
  const take = async (line: string) => {
    await property.take([till.say(addLine("a", line))], trusted);
    deliver(property, { [till.logId]: till.seq });
    await passDays(clock, 1);
  };
  await take("early");
  await take("late");
  await passDays(clock, 14);
  assert.deepEqual(property.from(), { [till.logId]: 2 });
  await passDays(clock, 14);
  assert.deepEqual(property.from(), { [till.logId]: 3 });
  await property.close();
});

test("a page that is open for an hour a day lets go too, and counts only while the hub is in reach", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const clock = new FakeClock();
  const openFor = async (have: Have | null) => {
    const { property } = await openProperty(new MemoryStore({ disk }), "phone", { clock });
    if (till.seq === 0) await property.take([till.say(openOrder("a"))], trusted);
    if (have !== null) deliver(property, have);
    clock.advance(3600 * 1000);
    await quiet();
    const from = property.from();
    await property.close();
    clock.advance(23 * 3600 * 1000);
    return from;
  };
  const have = { [till.logId]: 1 };
  for (let day = 0; day < 20; day++) assert.deepEqual(await openFor(null), {});
  for (let day = 0; day < 14; day++) assert.deepEqual(await openFor(have), {});
  assert.deepEqual(await openFor(have), { [till.logId]: 2 });
});

test("a date that is years off lets nothing go at once, neither one way nor the other", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const clock = new FakeClock();
  const have = { [till.logId]: 1 };
  /** One life, as a tablet that was switched off believes any date. */
  const live = async (days: number, aheadMs: number) => {
    clock.dateMs += aheadMs;
    const { property } = await openProperty(new MemoryStore({ disk }), "phone", { clock });
    if (till.seq === 0) await property.take([till.say(openOrder("a"))], trusted);
    deliver(property, have);
    await passDays(clock, days);
    const from = property.from();
    await property.close();
    clock.dateMs -= aheadMs;
    return from;
  };
  assert.deepEqual(await live(2, 0), {});
  assert.deepEqual(await live(1, 20 * YEAR_MS), {});
  assert.deepEqual(await live(1, 0), {});
  assert.deepEqual(await live(1, -20 * YEAR_MS), {});
  assert.deepEqual(await live(3, 0), {});
  assert.deepEqual(await live(14, 0), { [till.logId]: 2 });
});

test("of two tabs that sweep neither makes it go sooner, nor later", async () => {
  const disk = new MemoryDisk();
  const clock = new FakeClock();
  const one = await openProperty(new MemoryStore({ disk }), "phone", { clock, seed: 1 });
  const two = await openProperty(new MemoryStore({ disk }), "phone", { clock, seed: 2 });
  const [first] = await one.property.write([openOrder("a"), addLine("a", "x")]);
  const log = first?.logId ?? "";
  await passDays(clock, 21);
  const tabs = [one.property, two.property];
  for (const tab of tabs) deliver(tab, { [log]: 2 });
  await passDays(clock, 14);
  assert.deepEqual(tabs.map((tab) => tab.from()), [{}, {}]);
  // One of them loses its way to the hub, and learns of it all again.
  one.property.forgetKept();
  await passDays(clock, 1);
  assert.deepEqual(tabs.map((tab) => tab.from()), [{ [log]: 3 }, { [log]: 3 }]);
  await Promise.all(tabs.map((tab) => tab.close()));
});

test("while the hub has not said all that it has nothing is counted", async () => {
  const { property, clock, log } = await openAbsent();
  property.markSafe({ [log]: 2 });
  property.markDelivered({ [log]: 2 });
  property.markKept({ [log]: 1 }, false);
  await passDays(clock, 30);
  property.markKept({ [log]: 2 }, true);
  await passDays(clock, 14);
  assert.deepEqual(property.from(), {});
  await passDays(clock, 2);
  assert.deepEqual(property.from(), { [log]: 3 });
  await property.close();
});

test("much goes in slices, a minute apart, until nothing is left", async () => {
  const store = new MemoryStore();
  const compact = store.compact.bind(store);
  let calls = 0;
  store.compact = (beforeMs, kept, epoch) => {
    calls += 1;
    return compact(beforeMs, kept, epoch, 2);
  };
  const till = new Author("till");
  const { property, clock } = await openProperty(store);
  const wires = ["a", "b", "c", "d", "e"].map((id) => till.say(openOrder(id)));
  await property.take(wires, trusted);
  deliver(property, { [till.logId]: 5 });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await quiet();
  };
  const SWEEP_MS = 6 * 3600 * 1000;
  while (property.from()[till.logId] === undefined) await pass(SWEEP_MS);
  assert.deepEqual(property.from(), { [till.logId]: 3 });
  const { epoch } = store.disk.state;
  await pass(59 * 1000);
  assert.deepEqual(property.from(), { [till.logId]: 3 });
  await pass(1000);
  assert.deepEqual(property.from(), { [till.logId]: 5 });
  await pass(60 * 1000);
  assert.deepEqual([property.from(), store.disk.state.epoch], [{ [till.logId]: 6 }, epoch + 2]);
  const before = calls;
  await pass(SWEEP_MS - 1000);
  assert.equal(calls, before);
  await pass(1000);
  assert.equal(calls, before + 1);
  await property.close();
});

const stores: [name: string, open: () => LogStore][] = [
  ["in memory", () => new MemoryStore()],
  ["in IndexedDB", () => new FakeOrigin().store()],
];

for (const [name, make] of stores)
  test(`marks ${name}: two generations, lowered by what the hub lost; what nobody can read is none`, async () => {
    const store = make();
    await store.open();
    // Those of two tabs.
    const [one, two] = [new KeptMarks(store), new KeptMarks(store)];
    let nowMs = 100 * YEAR_MS;
    const count = async (days: number, kept: Have) => {
      let long: Have = {};
      for (let day = 0; day < days; day++) {
        nowMs += DAY_MS;
        await one.count(kept, nowMs);
        long = await two.count(kept, nowMs);
      }
      return long;
    };
    assert.deepEqual(await count(14, { [LOG]: 5, [OTHER]: 7 }), {});
    assert.deepEqual(await count(1, { [LOG]: 9 }), { [LOG]: 5 }, "as far as it is kept now too");
    assert.deepEqual(await count(13, { [LOG]: 9, [OTHER]: 9 }), { [LOG]: 5, [OTHER]: 7 });
    await one.lower({ [LOG]: 3 });
    assert.deepEqual(await two.count({ [LOG]: 9, [OTHER]: 9 }, nowMs), { [LOG]: 3 });
    assert.deepEqual(await count(1, { [LOG]: 9, [OTHER]: 9 }), { [LOG]: 3 }, "the young one too");
    assert.deepEqual(await count(14, { [LOG]: 9, [OTHER]: 9 }), { [LOG]: 9, [OTHER]: 9 });
    const saved = await store.readValue("kept");
    await one.lower({ [LOG]: 9, [OTHER]: 9 });
    assert.deepEqual(await store.readValue("kept"), saved);
    for (const odd of ["odd", { atMs: "now" }, { ...(saved as object), old: 3 }, { ...(saved as object), ageMs: NaN }]) {
      await store.update("kept", () => odd);
      await one.lower({});
      assert.deepEqual(await count(14, { [LOG]: 9 }), {});
      assert.deepEqual(await count(1, { [LOG]: 9 }), { [LOG]: 9 });
    }
    await store.update("kept", () => ({ ...(saved as object), old: { odd: 1, [LOG]: "2", [OTHER]: 4 } }));
    assert.deepEqual(await one.count({ [LOG]: 9, [OTHER]: 9 }, nowMs), { [OTHER]: 4 });
    await store.close();
  });

for (const [name, make] of stores)
  test(`a store ${name} lets go no more at once than it is told, and goes on where it stopped`, async () => {
    const store = make();
    await store.open();
    const of = (log: string, seq: number, text = "") => ({
      ...{ logId: log, seq, text, sig: "s", deviceId: "d", entity: `order/${log.slice(0, 1)}${seq}` },
    });
    const operations = [
      ...[1, 2, 3, 4, 5].map((seq) => of(OTHER, seq)),
      of(OTHER, 3, "other"),
      ...[1, 2, 3].map((seq) => of(LOG, seq)),
    ];
    await store.append({ operations, atMs: 1, aside: operations.map(() => null) });
    await store.checkpoint({ position: 9, epoch: 0, records: [], aside: [] });
    const kept = { [LOG]: 2, [OTHER]: 5 };
    const [log, other] = [LOG.slice(0, 1), OTHER.slice(0, 1)];
    const slices: unknown[] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      const { logs, partial, isMore } = await store.compact(2, kept, epoch, 3);
      const from = Object.fromEntries(logs.map((one) => [one.logId, one.from]));
      slices.push([from, partial.sort(), isMore]);
    }
    assert.deepEqual(slices, [
      [{ [LOG]: 3, [OTHER]: 2 }, [`order/${log}1`, `order/${log}2`, `order/${other}1`].sort(), true],
      [{ [OTHER]: 6 }, [2, 4, 5].map((seq) => `order/${other}${seq}`), false],
      [{}, [], false],
    ]);
    assert.equal((await store.find([{ logId: OTHER, seq: 3 }]))[0]?.length, 2);
    assert.equal((await store.load()).epoch, 2);
    await store.close();
  });

test("what the hub lost and could not be noted is noted with the next", async () => {
  const store = new MemoryStore();
  const marks = new KeptMarks(store);
  const kept = { [LOG]: 9, [OTHER]: 9 };
  let nowMs = 100 * YEAR_MS;
  const count = async (days: number) => {
    let long: Have = {};
    for (let day = 0; day < days; day++) long = await marks.count(kept, (nowMs += DAY_MS));
    return long;
  };
  const refuse = async (have: Have) => {
    store.disk.refusal = "failed";
    await assert.rejects(marks.lower(have));
  };
  assert.deepEqual(await count(15), kept);
  await refuse({ [LOG]: 5, [OTHER]: 9 });
  await refuse({ [LOG]: 9, [OTHER]: 7 });
  assert.deepEqual(await count(1), { [LOG]: 5, [OTHER]: 7 });
  await refuse({ [LOG]: 3, [OTHER]: 9 });
  await marks.lower(kept);
  assert.deepEqual(await count(1), { [LOG]: 3, [OTHER]: 7 });
  assert.deepEqual(await count(26), kept);
});
