// SPDX-License-Identifier: Apache-2.0
// What a replica keeps, what it puts away, and how it comes back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Fragments } from "../../../data/web/client/log/fragments";
import { MemoryDisk, MemoryStore } from "../../../data/web/client/log/memory-store";
import { recordText, type EntityRecord } from "../../../data/web/client/log/record";
import { findIdle } from "../../../data/web/client/log/store-keeper";
import { FakeClock } from "./fake-clock";
import {
  addLine,
  Author,
  closeOrder,
  logId,
  openOrder,
  openProperty,
  passDays,
  quiet,
  setNote,
  textOf,
  textsOf,
  trusted,
} from "./property-fixture";

const DAY_MS = 24 * 3600 * 1000;

test("operations stay until the hub has had them for 14 days", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore({ disk }));
  const [own] = await property.write([openOrder("a"), addLine("a", "mine")]);
  await property.take([till.say(addLine("a", "t"))], trusted);
  property.markSafe({ [till.logId]: 1, [own?.logId ?? ""]: 1 });
  property.markKept({ [till.logId]: 1, [own?.logId ?? ""]: 1 }, true);
  property.markDelivered({ [till.logId]: 1, [own?.logId ?? ""]: 1 });
  await passDays(clock, 13);
  assert.deepEqual(property.from(), {});
  await passDays(clock, 2);
  assert.deepEqual(property.from(), { [till.logId]: 2, [own?.logId ?? ""]: 2 });
  assert.equal((await property.read(till.logId, 1, 10, 10000)).length, 0);
  assert.equal((await property.read(own?.logId ?? "", 1, 10, 10000)).length, 1);
  // Known though it can no longer be compared.
  const { have } = await property.take([till.say(addLine("a", "t"), { seq: 1 })], trusted);
  assert.deepEqual(have, { [till.logId]: 1 });
  const before = textsOf(property);
  const again = await openProperty(new MemoryStore({ disk: disk.copy() }));
  assert.deepEqual(textsOf(again.property), before);
});

test("what the hub had and lost stays until it has it again, however old it is", async () => {
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore());
  const [own] = await property.write([openOrder("a")]);
  await property.take([till.say(addLine("a", "t"))], trusted);
  const all = { [till.logId]: 1, [own?.logId ?? ""]: 1 };
  property.markSafe(all);
  property.markDelivered(all);
  await passDays(clock, 15);
  assert.deepEqual(property.from(), {}, "the hub has said nothing yet");
  property.markKept(all, true);
  property.markKept({ [till.logId]: 1 }, true);
  property.lowerDelivered({ [till.logId]: 1 });
  property.markDelivered({ [till.logId]: 1 });
  await passDays(clock, 15);
  assert.deepEqual(property.from(), { [till.logId]: 2 }, "it came back without ours");
  property.markKept({ [own?.logId ?? ""]: 1 }, false);
  await passDays(clock, 28);
  assert.deepEqual(property.from(), { [till.logId]: 2 }, "it may be another's");
  property.markDelivered(all);
  await passDays(clock, 14);
  assert.deepEqual(property.from(), { [till.logId]: 2 }, "since today");
  await passDays(clock, 14);
  assert.deepEqual(property.from(), { [till.logId]: 2, [own?.logId ?? ""]: 2 });
});

test("of a log whose beginning is gone here and at the hub nothing more is written", async () => {
  const { property, clock } = await openProperty(new MemoryStore());
  const write = async () => (await property.write(openOrder("a")))[0]?.logId ?? "";
  const first = await write();
  const whole = { [first]: 1, [logId("other")]: 1 };
  property.markSafe(whole);
  property.markDelivered(whole);
  property.markKept(whole, true);
  await passDays(clock, 15);
  assert.deepEqual(property.from(), { [first]: 2 });
  // As long as it says nothing else, the hub has it.
  property.forgetKept();
  assert.equal(await write(), first);
  property.markKept(whole, true);
  assert.equal(await write(), first);
  // From a backup that is older than what is kept here.
  property.markKept({ [logId("other")]: 1 }, true);
  const second = await write();
  assert.notEqual(second, first);
  assert.equal(property.seqOf(second), 1);
  assert.equal(property.deliveredOf(second), 0);
  property.markKept({ [logId("other")]: 1 }, true);
  assert.equal(await write(), second);
});

test("orders that are over leave the memory with the next start, and come back when needed", async () => {
  const { disk } = new MemoryStore();
  const till = new Author("till");
  const first = await openProperty(new MemoryStore({ disk }));
  await first.property.take(
    [
      ...["a", "b", "c", "d"].flatMap((id) => [openOrder(id), addLine(id, `line-${id}`)]),
      { kind: "line.move", entity: "order/c", body: { lineIds: ["line-c"], version: 1, orderId: "d" } },
      ...["a", "b", "c"].map((id) => closeOrder(id, 2)),
    ].map((said) => till.say(said)),
    trusted,
  );
  const before = textsOf(first.property);
  await first.property.close();
  const { clock } = first;
  clock.advance(2 * DAY_MS);
  const second = await openProperty(new MemoryStore({ disk }), "phone", { clock });
  const { property } = second;
  // Order d is open and shows a line of c.
  assert.deepEqual(property.records("order").map(([name]) => name).sort(), ["order/c", "order/d"]);
  assert.equal(property.order("d")?.lines.length, 2);
  assert.equal(property.record("order/a"), null);
  assert.equal(recordText((await property.loadRecord("order/a"))!), before["order/a"]);
  await property.take([till.say(addLine("b", "late"))], trusted);
  assert.equal(property.order("b")?.lines.length, 2);
  await property.close();
  assert.deepEqual([...disk.archive.keys()], ["order/a"]);
});

test("what is over is put away: seatings that ended, requests, and later messages", async () => {
  const disk = new MemoryDisk();
  const hub = new Author("hub", "hub");
  const till = new Author("till");
  const start = async (clock?: FakeClock) => {
    const opened = await openProperty(new MemoryStore({ disk }), "phone", clock === undefined ? {} : { clock });
    const names = () => ["message", "request", "seating"].flatMap((type) =>
      opened.property.records(type).map(([name]) => name));
    return { ...opened, names };
  };
  const first = await start();
  const { clock } = first;
  const seat = (id: string, state: string) =>
    hub.say({ kind: "seating.set", entity: `seating/${id}`, body: { version: 1, set: { state } } });
  const ask = (id: string) =>
    till.say({ kind: "request.open", entity: `request/${id}`, body: { what: "call" } });
  const tell = { kind: "message.send", entity: "message/m", body: { to: { role: "staff" }, text: "Hi" } };
  const wires = [seat("over", "ended"), seat("on", "open"), ask("old"), till.say(tell)];
  await first.property.take(wires, trusted);
  clock.advance(35 * 3600 * 1000);
  await first.property.take([ask("new")], trusted);
  await first.property.close();
  const all = ["message/m", "request/new", "request/old", "seating/on", "seating/over"];
  const second = await start(clock);
  assert.deepEqual(second.names().sort(), all);
  clock.advance(2 * 3600 * 1000);
  await second.property.close();
  const third = await start(clock);
  assert.deepEqual(third.names().sort(), ["message/m", "request/new", "seating/on"]);
  assert.ok((await third.property.loadRecord("request/old")) !== null);
  clock.advance(14 * DAY_MS);
  await third.property.close();
  const fourth = await start(clock);
  assert.deepEqual(fourth.names(), ["seating/on"]);
});

test("what is over is put away also while the page stays open; not what somebody asked for", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore({ disk }), "phone", {});
  const close = (id: string) =>
    till.say({ kind: "order.set", entity: `order/${id}`, body: { version: 1, set: { closed: true } } });
  const wires = [openOrder("over"), openOrder("open"), openOrder("seen")].map((said) => till.say(said));
  await property.take([...wires, close("over"), close("seen")], trusted);
  const here = () => property.records("order").map(([name]) => name).sort();
  const told: string[][] = [];
  property.on("changed", ({ entities }) => told.push([...entities].sort()));
  const sweepUntil = async (hours: number) => {
    for (let passed = 0; passed < hours; passed += 1) {
      clock.advance(3600 * 1000);
      // Whatever that began is over.
      await property.loadRecord("order/none");
      await property.loadRecord("order/none");
    }
  };
  await sweepUntil(34);
  assert.deepEqual(here(), ["order/open", "order/over", "order/seen"]);
  await sweepUntil(12);
  assert.deepEqual(here(), ["order/open"]);
  assert.deepEqual(told, [["order/over", "order/seen"]]);
  assert.deepEqual(property.putAway("order").sort(), ["order/over", "order/seen"]);
  assert.ok((await property.loadRecord("order/seen")) !== null);
  await sweepUntil(12);
  assert.deepEqual(here(), ["order/open", "order/seen"], "somebody reads it");
  await property.take([till.say(setNote("over", 2, "Back"))], trusted);
  assert.equal(property.order("over")?.closed, true, "it is whole");
  await sweepUntil(72);
  assert.deepEqual(here(), ["order/open"]);
  await property.close();
});

test("what is said of something that was forgotten here is asked of the hub, whole", async () => {
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore(), "phone", {});
  const mark = (id: string, word: string) =>
    till.say({ kind: "message.mark", entity: `message/${id}`, body: { mark: word } });
  const send = (id: string) => ({
    ...{ kind: "message.send", entity: `message/${id}` },
    body: { to: { role: "staff" }, text: id },
  });
  const before = [till.say(send("old")), mark("early", "delivered")];
  let asked = 0;
  property.on("needSnapshot", () => (asked += 1));
  await property.take(before, trusted);
  property.markSafe({ [till.logId]: 1 });
  property.markDelivered({ [till.logId]: 1 });
  property.markKept({ [till.logId]: 1 }, true);
  const pass = async (ms: number) => {
    clock.advance(ms);
    await quiet();
  };
  await pass(60 * 1000);
  assert.equal(asked, 0, "all that came is here");
  await passDays(clock, 15);
  assert.deepEqual([property.record("message/old"), property.putAway("message")], [null, []]);
  assert.notEqual(property.record("message/early"), null, "it has not even begun");

  const marked = mark("old", "read");
  await property.take([marked, till.say(send("early"))], trusted);
  await pass(60 * 1000);
  assert.deepEqual([asked, property.needsSnapshot], [1, true]);
  // The first was made before the hub knew of the mark.
  for (const times of [2, 2]) {
    await property.takeSnapshot([], {}, true);
    await pass(60 * 1000);
    assert.equal(asked, times);
  }
  const { property: hub } = await openProperty(new MemoryStore(), "hub");
  await hub.take([...before, marked], trusted);
  await property.takeSnapshot(hub.records("message"), hub.have(), true);
  assert.equal(textOf(property, "message/old"), textOf(hub, "message/old"));
  await property.close();
});

test("what was not asked for before the page was closed is asked for with the next start", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const clock = new FakeClock();
  const mark = { kind: "message.mark", entity: "message/old", body: { mark: "read" } };
  const live = async (ms: number, taken: readonly unknown[]) => {
    const { property } = await openProperty(new MemoryStore({ disk }), "phone", { clock });
    await property.take(taken, trusted);
    clock.advance(ms);
    await quiet();
    const { needsSnapshot } = property;
    await property.close();
    return needsSnapshot;
  };
  const send = { kind: "message.send", entity: "message/old", body: { to: { role: "staff" }, text: "old" } };
  const answer = async () => {
    const { property } = await openProperty(new MemoryStore({ disk }), "phone", { clock });
    await property.takeSnapshot([], { [till.logId]: till.seq }, true);
    await property.close();
  };
  const { property } = await openProperty(new MemoryStore({ disk }), "phone", { clock });
  await property.take([till.say(send)], trusted);
  await passDays(clock, 30);
  await property.close();
  assert.deepEqual([...disk.archive.keys(), ...disk.records.keys()], [], "it is forgotten");
  assert.equal(await live(10 * 1000, [till.say(mark)]), false, "it may only be late");
  assert.equal(await live(30 * 1000, []), true);
  await answer();
  assert.equal(await live(30 * 1000, []), false, "the hub has it no more either");
});

test("what is said privately of a message that is not here asks for nothing, and goes in its time", async () => {
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore());
  const pass = async (ms: number) => {
    clock.advance(ms);
    await quiet();
  };
  let asked = 0;
  property.on("needSnapshot", () => (asked += 1));
  await property.takeSnapshot([], { [till.logId]: 3 }, true);
  const mark = { kind: "message.mark", entity: "message/theirs", body: { mark: "delivered" } };
  await property.write({ ...mark, isPrivate: true });
  await pass(60 * 1000);
  assert.deepEqual([asked, property.needsSnapshot], [0, false]);
  await pass(13 * DAY_MS);
  assert.notEqual(property.record("message/theirs"), null);
  await pass(2 * DAY_MS);
  assert.deepEqual([property.record("message/theirs"), property.putAway("message")], [null, []]);
  // Of one that all may read there is a beginning somewhere.
  await property.write({ ...mark, entity: "message/ours" });
  await pass(60 * 1000);
  assert.deepEqual([asked, property.needsSnapshot], [1, true]);
  await property.close();
});

test("who makes up what has no beginning makes nobody ask without end", async () => {
  const clock = new FakeClock();
  const record: EntityRecord = { items: { "line/a": [1, 1, 0, logId("till"), 1] }, registers: {} };
  const beginning: EntityRecord = { items: { header: [1, 1, 0, logId("till"), 1] }, registers: {} };
  const whole = new Set<string>();
  const asked: number[] = [];
  const fragments = new Fragments({
    clock,
    recordOf: (name) => (whole.has(name) ? beginning : record),
    isAnythingGone: () => true,
    ask: () => asked.push(clock.now()),
  });
  let made = 0;
  const makeUp = (seconds: number) => {
    for (let passed = 0; passed < seconds; passed += 20) {
      fragments.note([`order/${(made += 1)}`]);
      clock.advance(20 * 1000);
      fragments.noteAnswer();
    }
  };
  makeUp(3600);
  assert.ok(asked.length >= 6 && asked.length <= 10, `asked ${asked.length} times`);
  // What came since is not lost: it is asked for in its turn.
  const before = asked.length;
  for (let i = 1; i <= made; i++) whole.add(`order/${i}`);
  fragments.note(["order/late"]);
  clock.advance(601 * 1000);
  assert.equal(asked.length, before + 1);
  for (let i = 0; i < 6; i++) clock.advance(600 * 1000);
  assert.equal(asked.length, before + 1, "nobody speaks of it again");
  fragments.stop();
});

test("what grew again from an operation that was let go here is asked for once, whatever it shows", () => {
  const clock = new FakeClock();
  const record: EntityRecord = { items: { header: [1, 1, 0, logId("till"), 1] }, registers: {} };
  const asked: (readonly string[])[] = [];
  const fragments = new Fragments({
    clock,
    recordOf: () => record,
    isAnythingGone: () => true,
    ask: (names) => asked.push(names),
  });
  fragments.note(["request/whole"]);
  fragments.noteAgain("request/old");
  fragments.noteAgain("item/soup");
  clock.advance(20 * 1000);
  assert.deepEqual(asked, [["request/old"]]);
  fragments.noteAnswer();
  clock.advance(3600 * 1000);
  assert.equal(asked.length, 1);
  fragments.stop();
});

test("what is remembered of those that have no beginning is bounded", async () => {
  const clock = new FakeClock();
  const record: EntityRecord = { items: { "line/a": [1, 1, 0, logId("till"), 1] }, registers: {} };
  let looked = 0;
  let asked = 0;
  const fragments = new Fragments({
    clock,
    recordOf: () => {
      looked += 1;
      return record;
    },
    isAnythingGone: () => true,
    ask: () => (asked += 1),
  });
  for (let i = 0; i < 3000; i++) fragments.note([`order/${i}`]);
  clock.advance(20 * 1000);
  assert.equal(asked, 1);
  for (let i = 3000; i < 6000; i++) fragments.note([`order/${i}`]);
  clock.advance(20 * 1000);
  assert.equal(asked, 2);
  looked = 0;
  fragments.noteAnswer();
  assert.equal(looked, 1000);
  fragments.stop();

  const nowMs = 100 * DAY_MS;
  const at = (days: number) => Array.from({ length: 600 }, (_, i) => ({
    ...{ name: `order/${days}-${i}`, record, partial: false },
    touchedMs: nowMs - days * DAY_MS,
  }));
  assert.deepEqual(findIdle([...at(90), ...at(1)].slice(0, 1000), nowMs, true), [], "they stay");
  const left = findIdle([...at(90), ...at(15), ...at(1)], nowMs, true);
  assert.deepEqual(left.sort(), at(90).map(({ name }) => name).sort());
  assert.deepEqual(findIdle([...at(13), ...at(1)], nowMs, true), [], "not before anything else goes");
});

test("a date that jumps puts nothing away and forgets nothing", async () => {
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore());
  await property.take([openOrder("a"), closeOrder("a", 1)].map((said) => till.say(said)), trusted);
  property.markSafe({ [till.logId]: 2 });
  property.markDelivered({ [till.logId]: 2 });
  property.markKept({ [till.logId]: 2 }, true);
  clock.dateMs += 20 * DAY_MS;
  for (let sweep = 0; sweep < 3; sweep++) {
    clock.advance(6 * 3600 * 1000);
    await quiet();
  }
  assert.notEqual(property.record("order/a"), null);
  assert.deepEqual(property.from(), {});
  // The hub says so too.
  property.followTime(clock.utcNow());
  clock.advance(6 * 3600 * 1000);
  await quiet();
  assert.equal(property.record("order/a"), null);
  assert.deepEqual(property.from(), {}, "the hub may have had them since yesterday");
  await passDays(clock, 13);
  assert.deepEqual(property.from(), { [till.logId]: 3 });
});

test("what came while the date was years behind is as new as it was when the hub puts the date right", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const clock = new FakeClock();
  const rightMs = clock.dateMs;
  clock.dateMs -= 13 * 365 * DAY_MS;
  const { property } = await openProperty(new MemoryStore({ disk }), "phone", { clock });
  const tell = { kind: "message.send", entity: "message/m", body: { to: { role: "staff" }, text: "Hi" } };
  await property.take([tell, openOrder("a"), closeOrder("a", 1)].map((said) => till.say(said)), trusted);
  const pass = async (ms: number) => {
    clock.advance(ms);
    await quiet();
  };
  const here = () => ["message", "order"].flatMap((type) => property.records(type).map(([name]) => name));
  property.followTime(rightMs + clock.now());
  await pass(60 * 1000);
  await pass(6 * 3600 * 1000);
  assert.deepEqual(here(), ["message/m", "order/a"]);
  // And not once more by what the hub says again, after the page was asleep for two days.
  clock.dateMs += 2 * DAY_MS;
  property.followTime(rightMs + 2 * DAY_MS + clock.now());
  await pass(6 * 3600 * 1000);
  assert.deepEqual(here(), ["message/m"]);
  assert.deepEqual(property.putAway("order"), ["order/a"]);
  await pass(15 * DAY_MS);
  assert.deepEqual([here(), property.putAway("message")], [[], []]);
  await property.close();
});
