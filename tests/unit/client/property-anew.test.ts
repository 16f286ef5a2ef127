// SPDX-License-Identifier: Apache-2.0
// How a state is made anew: from a snapshot, and by a newer table of kinds.

import assert from "node:assert/strict";
import { test } from "node:test";

import { MemoryDisk, MemoryStore } from "../../../data/web/client/log/memory-store";
import type { Property } from "../../../data/web/client/log/property";
import { emptyRecord } from "../../../data/web/client/log/record";
import {
  addLine,
  Author,
  cutOff,
  logId,
  openOrder,
  openProperty,
  passDays,
  quiet,
  setNote,
  textsOf,
  trusted,
} from "./property-fixture";


test("a snapshot takes the place of the state, and own operations it lacks stay", async () => {
  const till = new Author("till");
  const wires = Array.from({ length: 5 }, (_, i) => till.say(addLine("a", `t${i}`)));
  const { property: hub } = await openProperty(new MemoryStore(), "hub", { role: "manager" });
  await hub.take([till.say(openOrder("b"), { seq: 6 }), ...wires], trusted);
  await hub.write(openOrder("a"));
  const entities = hub.records("order");

  for (const reset of [true, false]) {
    const disk = new MemoryDisk();
    const { property } = await openProperty(new MemoryStore({ disk }));
    await property.write(addLine("a", "mine"));
    await property.take(wires.slice(0, 2), trusted);
    // Of an earlier snapshot; no operation of it is here.
    const old = { items: { header: [{}, 1, 0, logId("old"), 1] as const }, registers: {} };
    await property.takeSnapshot([["order/old", old]], { [logId("old")]: 1 }, false);
    await property.take([till.say(addLine("a", "later"), { seq: 8 })], trusted);
    await property.takeSnapshot(entities, { ...hub.have(), [logId("old")]: 1 }, reset);
    const lines = property.order("a")?.lines.map(({ lineId }) => lineId).sort();
    assert.deepEqual(lines, ["mine", "t0", "t1", "t2", "t3", "t4"]);
    assert.equal(property.record("order/old") === null, reset);
    assert.deepEqual(property.from(), { [till.logId]: 7, [logId("old")]: 2, ...from(hub) });
    assert.equal(property.seqOf(till.logId), 6);
    assert.equal(property.safe()[till.logId], 6);
    // What had waited for the snapshot.
    await property.take([till.say(addLine("a", "next"), { seq: 7 })], trusted);
    assert.equal(property.seqOf(till.logId), 8);
    const before = textsOf(property);
    const again = await openProperty(new MemoryStore({ disk: disk.copy() }));
    assert.deepEqual(textsOf(again.property), before);
    assert.deepEqual(again.property.have(), property.have());
  }
});

/** As a replica has it that learned of a log from a snapshot alone. */
function from(property: Property): Record<string, number> {
  const own = property.ownLogs().map((log): [string, number] => [log, property.seqOf(log) + 1]);
  return Object.fromEntries(own);
}

test("a snapshot that holds no records, or names no logs, changes nothing", async () => {
  const { property } = await openProperty(new MemoryStore());
  await property.write(openOrder("a"));
  const before = textsOf(property);
  const bad = { items: { x: [1] }, registers: {} } as never;
  await assert.rejects(property.takeSnapshot([["order/a", bad]], {}, true), RangeError);
  await assert.rejects(property.takeSnapshot([], { constructor: 5 }, true), RangeError);
  assert.deepEqual(textsOf(property), before);
});

test("another tab's snapshot is read again", async () => {
  const disk = new MemoryDisk();
  const one = await openProperty(new MemoryStore({ disk }), "phone", { seed: 1 });
  const two = await openProperty(new MemoryStore({ disk }), "phone", { seed: 2 });
  const till = new Author("till");
  const { property: hub } = await openProperty(new MemoryStore(), "hub");
  await hub.take([till.say(openOrder("a")), till.say(addLine("a", "t"))], trusted);
  await one.property.write(addLine("a", "mine"));
  await one.property.takeSnapshot(hub.records("order"), hub.have(), true);
  await quiet();
  assert.deepEqual(textsOf(two.property), textsOf(one.property));
  assert.deepEqual(two.property.have(), one.property.have());
  const [next] = await two.property.write(addLine("a", "more"));
  assert.equal(next?.seq, 2);
});

test("a state that can no longer be made from operations is asked of the hub", async () => {
  const disk = new MemoryDisk();
  const hub = new Author("hub", "hub");
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore({ disk }));
  await property.take([till.say(openOrder("a")), till.say(addLine("a", "t"))], trusted);
  property.markSafe({ [till.logId]: 1 });
  property.markDelivered({ [till.logId]: 1 });
  property.markKept({ [till.logId]: 1 }, true);
  await passDays(clock, 15);
  assert.deepEqual(property.from(), { [till.logId]: 2 });
  let asked = 0;
  property.on("needSnapshot", () => (asked += 1));
  await property.take([hub.say(cutOff("till", 1, [{ logId: till.logId, seq: 1 }]))], trusted);
  await quiet();
  assert.deepEqual([asked, property.needsSnapshot], [1, true]);
  const again = await openProperty(new MemoryStore({ disk: disk.copy() }));
  assert.equal(again.property.needsSnapshot, true);
  const { property: source } = await openProperty(new MemoryStore(), "hub");
  const verdict = hub.say(cutOff("till", 1, [{ logId: till.logId, seq: 1 }]), { seq: 1 });
  await source.take([till.say(openOrder("a"), { seq: 1 }), verdict], trusted);
  const entities = ["order", "device"].flatMap((type) => source.records(type));
  await property.takeSnapshot(entities, source.have(), true);
  await quiet();
  assert.equal(property.needsSnapshot, false);
  assert.equal(property.order("a")?.lines.length, 0);
  assert.deepEqual(property.aside().map(({ seq }) => seq), [2]);
});

test("a state is made anew though a private log was compacted, whose words stay", async () => {
  const hub = new Author("hub", "hub");
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore());
  const tell = { to: { personId: "eva" }, text: "At eight" };
  const [told] = await property.write({ kind: "message.send", entity: "message/m", body: tell, isPrivate: true });
  assert.ok(told?.isPrivate);
  const ops = [till.say(openOrder("a")), till.say(addLine("a", "t"))];
  await property.take(ops, trusted);
  const safe = { [till.logId]: 1, [told.logId]: 1 };
  property.markSafe(safe);
  property.markKept(safe, true);
  property.markDelivered(safe);
  await passDays(clock, 10);
  const mark = { kind: "message.mark", entity: "message/m", body: { mark: "read" } };
  await property.take([till.say(mark)], trusted);
  await passDays(clock, 5);
  assert.deepEqual(property.from(), { [till.logId]: 2, [told.logId]: 2 });
  const verdict = hub.say(cutOff("till", 1, [{ logId: till.logId, seq: 1 }]));
  await property.take([verdict], trusted);
  assert.equal(property.needsSnapshot, true);
  // From a hub that was restored, and knows less: what was compacted here stays, and what is too much goes.
  await property.takeSnapshot([], {}, true);
  assert.equal(property.needsSnapshot, false);
  assert.deepEqual([property.order("a")?.number, property.order("a")?.lines.length], ["A-1", 0]);
  const { property: source } = await openProperty(new MemoryStore(), "hub");
  await source.take([...ops.slice(0, 1), verdict], trusted);
  const entities = ["order", "device"].flatMap((type) => source.records(type));
  await property.takeSnapshot(entities, source.have(), true);
  await quiet();
  assert.equal(property.needsSnapshot, false);
  assert.equal(property.order("a")?.lines.length, 0);
  const [header] = (await property.loadRecord("message/m"))?.items["header"] ?? [];
  assert.deepEqual(header, tell);
});

test("a state is made anew also where the hub lost what was compacted here, which stays", async () => {
  const hub = new Author("hub", "hub");
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore());
  const [own] = await property.write([openOrder("a"), addLine("a", "mine"), setNote("a", 1, "Early")]);
  const log = own?.logId ?? "";
  const early = [till.say(addLine("a", "early")), till.say(addLine("a", "cut")), till.say(addLine("a", "lost"))];
  await property.take(early, trusted);
  const safe = { [till.logId]: 3, [log]: 3 };
  property.markSafe(safe);
  property.markKept(safe, true);
  property.markDelivered(safe);
  await passDays(clock, 15);
  assert.deepEqual(property.from(), { [till.logId]: 4, [log]: 4 });
  await property.write(addLine("a", "late"));
  const lines = () => property.order("a")?.lines.map(({ lineId }) => lineId).sort();
  // It has the first of the till's, and has cut off the till behind the second.
  const verdict = hub.say(cutOff("till", 1, [{ logId: till.logId, seq: 2 }]));
  const { property: source } = await openProperty(new MemoryStore(), "hub");
  await source.take([...early.slice(0, 1), verdict], trusted);
  await property.take([verdict], trusted);
  assert.equal(property.needsSnapshot, true);
  for (let times = 0; times < 2; times++) {
    const entities = ["order", "device"].flatMap((type) => source.records(type));
    await property.takeSnapshot(entities, source.have(), true);
    assert.equal(property.needsSnapshot, false);
    assert.deepEqual(lines(), ["cut", "early", "late", "mine"]);
    assert.equal(property.order("a")?.note, "Early");
  }
  // What the hub says that it has it tells itself.
  await property.takeSnapshot([], { [till.logId]: 2, [log]: 2 }, true);
  const { items, registers } = property.record("order/a") ?? emptyRecord;
  assert.deepEqual([Object.keys(items), Object.keys(registers)], [["line/late"], ["note"]]);
});

test("a newer table of kinds takes up what was set aside", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const hub = new Author("hub", "hub");
  const first = await openProperty(new MemoryStore({ disk }));
  await first.property.take([till.say(openOrder("a")), till.say(addLine("a", "x"))], trusted);
  const expected = textsOf(first.property);
  await first.property.close();
  // As if an older program had stored them.
  const entry = { logId: till.logId, variant: 0, entity: "order/a", reason: "unknown-kind" as const };
  for (const seq of [1, 2]) disk.aside.set(`${till.logId}:${seq}:0`, { ...entry, seq });
  disk.records.clear();
  disk.values.set("kinds", 0);
  const { property } = await openProperty(new MemoryStore({ disk }));
  assert.deepEqual(textsOf(property), expected);
  assert.deepEqual(property.aside(), []);
  await property.take([hub.say(cutOff("till", 1, [{ logId: till.logId, seq: 1 }]))], trusted);
  assert.equal(property.order("a")?.lines.length, 0);
  await property.close();
  assert.equal(disk.aside.size, 1);
});

test("what a newer table made of things is stored before it is said to be", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const first = await openProperty(new MemoryStore({ disk }));
  await first.property.take([till.say(openOrder("a")), till.say(addLine("a", "x"))], trusted);
  for (const line of ["v", "w"]) await first.property.take([till.say(addLine("a", line), { seq: 2 })], trusted);
  const expected = textsOf(first.property);
  await first.property.close();
  assert.equal(typeof disk.values.get("kinds"), "string");
  const entry = { logId: till.logId, entity: "order/a", reason: "bad-body" as const };
  disk.aside.set(`${till.logId}:2:0`, { ...entry, seq: 2, variant: 0 });
  disk.records.clear();
  disk.aside.set(`${till.logId}:1:0`, { ...entry, seq: 1, variant: 0 });
  disk.aside.set(`${till.logId}:2:1`, { ...entry, seq: 2, variant: 1 });
  disk.aside.set(`${till.logId}:2:2`, { ...entry, seq: 2, variant: 2 });
  disk.values.set("kinds", "of yesterday");
  const store = new MemoryStore({ disk });
  const { property } = await openProperty(store);
  await quiet();
  assert.deepEqual(property.forks(), [[till.logId, 2, 3]]);
  // A power cut now: all is there.
  const again = await openProperty(new MemoryStore({ disk: disk.copy() }));
  assert.deepEqual(textsOf(again.property), expected);
  assert.deepEqual([again.property.aside(), again.property.needsSnapshot], [[], false]);
});

test("what was compacted while it was aside comes from the hub after an upgrade", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore({ disk }));
  await property.take([till.say({ kind: "order.fold", entity: "order/a", body: {} })], trusted);
  property.markSafe({ [till.logId]: 1 });
  property.markDelivered({ [till.logId]: 1 });
  property.markKept({ [till.logId]: 1 }, true);
  await quiet();
  await passDays(clock, 15);
  assert.deepEqual(property.from(), { [till.logId]: 2 });
  for (const [kinds, needsSnapshot] of [[disk.values.get("kinds"), false], ["of yesterday", true]] as const) {
    const copy = disk.copy();
    copy.values.set("kinds", kinds);
    const next = await openProperty(new MemoryStore({ disk: copy }));
    assert.equal(next.property.needsSnapshot, needsSnapshot);
  }
});

test("a store that fails while the state is made: read again, and nothing is lost", async () => {
  const hub = new Author("hub", "hub");
  const till = new Author("till");
  const store = new MemoryStore();
  const { property } = await openProperty(store);
  await property.take([till.say(openOrder("a")), till.say(addLine("a", "x"))], trusted);
  const { append } = store;
  store.append = async (entry) => {
    const result = await append.call(store, entry);
    // The redaction that follows is refused.
    store.disk.refusal = "full";
    return result;
  };
  const redaction = hub.say({ kind: "redact", entity: "order/a", body: { op: `${till.logId}:2` } });
  const { have } = await property.take([redaction], trusted);
  assert.deepEqual(have, { [hub.logId]: 1 });
  assert.equal(property.order("a")?.lines.length, 0);
  const [read] = await property.read(till.logId, 2, 1, 10000);
  assert.ok(read !== undefined && "redacted" in read.wire);
});
