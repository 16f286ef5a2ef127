// SPDX-License-Identifier: Apache-2.0
// What the kitchen's screen makes of the orders: which lines are a ticket, whose they are, what has
// changed since it was shown, how old it is.

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import { MemoryStore, type OrderLine } from "../../../data/web/client";
import type { Fields } from "../../../data/web/client/messages";
import type { Station } from "../../../data/web/pages/house/menu";
import { endLines, FORGET_MS, markSeen, setLineState } from "../../../data/web/pages/house/orders";
import { bringBack, undoLines } from "../../../data/web/pages/house/undo";
import { ageOf, STANDARD_THRESHOLDS, toThresholds } from "../../../data/web/pages/kitchen/ageing";
import { isShown, standingChoice, toggleStation } from "../../../data/web/pages/kitchen/stations";
import { findSpan } from "../../../data/web/pages/kitchen/span";
import {
  cancelledOf,
  noticesOf,
  oldNoticesOf,
  TicketReader,
  toCook,
  type Board,
  type Screen,
  type Ticket,
} from "../../../data/web/pages/kitchen/tickets";
import { AGAIN_MS, WakeKeeper } from "../../../data/web/pages/kitchen/wake-keeper";
import { Bounce } from "../../../data/web/pages/theme/bounce";
import { FakeClock } from "./fake-clock";
import { Author, openProperty } from "./property-fixture";

const station = (stationId: string, position: number): Station => ({
  stationId,
  name: stationId,
  position,
  printer: null,
});
const STATIONS = [station("grill", 1), station("bar", 2)];

/** A kitchen's replica, and a waiter whose operations come to it. */
async function openKitchen(t: TestContext) {
  const { property, clock } = await openProperty(new MemoryStore(), "kitchen", { role: "kitchen" });
  t.after(() => property.close());
  const waiter = new Author("waiter");
  waiter.ms = clock.utcNow();
  let reader = new TicketReader();
  let screen: Screen = {
    deviceId: "kitchen",
    choice: null,
    stations: STATIONS,
  };
  let acknowledged: ReadonlySet<string> = new Set();

  const say = async (kind: string, orderId: string, body: Fields) => {
    const { have } = await property.take([waiter.say({ kind, entity: `order/${orderId}`, body })], {
      trusted: true,
    });
    assert.equal(have[waiter.logId], waiter.seq);
  };
  const kitchen = {
    property,
    clock,
    say,
    /** For both. */
    pass(ms: number) {
      waiter.ms += ms;
      clock.advance(ms);
    },
    set(change: Partial<Screen>) {
      screen = { ...screen, ...change };
    },
    /** The page is a new one. */
    reload() {
      reader = new TicketReader();
    },
    acknowledge(...lineIds: string[]) {
      acknowledged = new Set(lineIds);
    },
    read: (nowMs = clock.utcNow()): Board => reader.read(property, screen, acknowledged, nowMs),
    open: (orderId: string, more: Fields = {}) =>
      say("order.open", orderId, { number: `N-${orderId}`, currency: "EUR", source: "staff", ...more }),
    add: (orderId: string, ...lines: Fields[]) =>
      say("order.lines", orderId, {
        lines: lines.map((line) => ({ name: "Soup", quantity: 1, price: 5, ...line })),
      }),
    end: (orderId: string, lineIds: string[], reason = "Away") =>
      say("line.end", orderId, { lineIds, state: "cancelled", reason }),
    async see() {
      kitchen.pass(1000);
      const lines = kitchen.read().open.flatMap((one) => one.lines.map(({ line }) => line));
      await property.write(markSeen(lines));
      kitchen.pass(1000);
    },
  };
  return kitchen;
}

const idsOf = ({ lines }: Ticket) => lines.map(({ line }) => line.lineId);
const ids = ({ open }: Board) => open.map(idsOf);
const statesOf = ({ open }: Board) => open.flatMap(({ lines }) => lines.map(({ status }) => status));

function first(board: Board): Ticket {
  const [ticket] = board.open;
  assert.ok(ticket !== undefined, "there is a ticket");
  return ticket;
}

test("what came together is a ticket; what is ordered later makes a further one; the oldest first", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("b");
  await kitchen.add("b", { lineId: "b1" });
  // One write may be several operations.
  await kitchen.add("b", { lineId: "b2" });
  kitchen.pass(60000);
  await kitchen.open("a");
  await kitchen.add("a", { lineId: "a1" });
  kitchen.pass(60000);
  const before = kitchen.read();
  assert.deepEqual(ids(before), [["b1", "b2"], ["a1"]]);
  await kitchen.add("b", { lineId: "b3" });
  const after = kitchen.read();
  assert.deepEqual(ids(after), [["b1", "b2"], ["a1"], ["b3"]]);
  assert.deepEqual(after.open.map(({ part }) => part), [0, 0, 1]);
  assert.equal(after.open[0]?.ticketId, before.open[0]?.ticketId, "it stays the ticket that it was");
  assert.equal(after.open[1], before.open[1], "of an order that did not change it is the same object");
  assert.notEqual(after.open[2]?.ticketId, after.open[0]?.ticketId);
  // However soon: nothing slips into a ticket that was read.
  await kitchen.property.write(markSeen(first(kitchen.read()).lines.map(({ line }) => line)));
  await kitchen.open("c");
  await kitchen.add("c", { lineId: "c1" });
  const [third] = kitchen.read().open.slice(3);
  await kitchen.property.write(markSeen(third?.lines.map(({ line }) => line) ?? []));
  kitchen.pass(100);
  await kitchen.add("c", { lineId: "c2" });
  assert.deepEqual(ids(kitchen.read()).slice(3), [["c1"], ["c2"]]);
});

test("a guest's lines come to the kitchen when staff accept them, and go when that is taken back", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("g", { source: "guest" });
  await kitchen.add("g", { lineId: "g1" }, { lineId: "g2" });
  assert.deepEqual(ids(kitchen.read()), []);
  kitchen.pass(300000);
  const acceptedMs = kitchen.clock.utcNow();
  await kitchen.say("line.state", "g", { lineIds: ["g1"], state: "accepted" });
  assert.deepEqual(ids(kitchen.read()), [["g1"]]);
  const { sinceMs, lines } = first(kitchen.read());
  assert.ok(Math.abs(sinceMs - acceptedMs) < 1000, "its age counts from there");
  await kitchen.say("undo", "g", { op: lines[0]?.line.op ?? "" });
  assert.deepEqual(ids(kitchen.read()), []);
});

test("a line split off stays with the ticket of what it was split off from", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a");
  await kitchen.add("a", { lineId: "a1", quantity: 3 });
  await kitchen.see();
  kitchen.pass(600000);
  await kitchen.say("line.split", "a", { lineId: "a1", newLineId: "a2", quantity: 1 });
  const ticket = first(kitchen.read());
  assert.deepEqual(idsOf(ticket), ["a1", "a2"]);
  assert.deepEqual(ticket.lines.map(({ oldQuantity }) => oldQuantity), [null, null], "nothing changes");
  assert.ok(ticket.lines.every(({ seenMs }) => seenMs !== null), "nor is it new to anybody");
});

test("each screen has its stations' lines, and is told what else the order waits for", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a");
  await kitchen.add(
    "a",
    { lineId: "steak", stationId: "grill" },
    { lineId: "tea", stationId: "bar" },
    { lineId: "bread" },
    { lineId: "gone", stationId: "fryer" },
  );
  assert.deepEqual(ids(kitchen.read()), [["tea", "gone", "bread", "steak"]]);
  assert.deepEqual(first(kitchen.read()).elsewhere, []);
  kitchen.set({ choice: ["bar"] });
  assert.deepEqual(ids(kitchen.read()), [["tea"]]);
  assert.deepEqual(first(kitchen.read()).elsewhere, ["grill"]);
  kitchen.set({ choice: ["grill"] });
  assert.deepEqual(ids(kitchen.read()), [["gone", "bread", "steak"]]);
  // What the bar gets later is no further ticket of the grill's, and the other way round.
  kitchen.pass(60000);
  await kitchen.add("a", { lineId: "beer", stationId: "bar" });
  kitchen.pass(60000);
  await kitchen.add("a", { lineId: "chips", stationId: "grill" });
  assert.deepEqual(kitchen.read().open.map(({ part }) => part), [0, 1]);
});

test("which stations a screen shows", () => {
  assert.equal(standingChoice(["fryer"], STATIONS), null, "a screen of stations that are gone shows all");
  assert.deepEqual(standingChoice(["bar", "fryer"], STATIONS), ["bar"]);
  assert.equal(isShown(null, ["grill"], []), true, "where there are no stations, all is everybody's");
  assert.deepEqual(toggleStation(null, "bar", STATIONS), ["bar"]);
  assert.equal(toggleStation(["bar"], "grill", STATIONS), null, "all of them are all");
  assert.equal(toggleStation(["bar"], "bar", STATIONS), null, "a screen always shows something");
  const three = [...STATIONS, station("fryer", 3)];
  assert.deepEqual(toggleStation(["fryer"], "grill", three), ["grill", "fryer"]);
});

test("done, brought back by whoever, and again; what two screens did at once too", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a");
  await kitchen.add("a", { lineId: "a1" }, { lineId: "a2" });
  const lines = toCook(first(kitchen.read()));
  await kitchen.property.write(setLineState(lines, "preparing", null));
  assert.deepEqual(statesOf(kitchen.read()), ["preparing", "preparing"]);
  await kitchen.property.write(setLineState(lines, "ready", null));
  await kitchen.say("line.state", "a", { lineIds: ["a1", "a2"], state: "ready" });
  assert.deepEqual(ids(kitchen.read()), []);
  assert.deepEqual(kitchen.read().done.map(idsOf), [["a1", "a2"]]);
  await kitchen.property.write(bringBack(kitchen.property, lines, "cook"));
  assert.deepEqual(statesOf(kitchen.read()), ["preparing", "preparing"]);
  await kitchen.property.write(setLineState(lines.slice(0, 1), "ready", null));
  assert.deepEqual(statesOf(kitchen.read()), ["ready", "preparing"]);
  await kitchen.property.write(setLineState(lines.slice(1), "ready", null));
  await kitchen.say("line.state", "a", { lineIds: ["a1", "a2"], state: "served" });
  assert.deepEqual(kitchen.read().done, [], "what was served is not to be cooked again");
});

test("what is taken back is one line, also of what was said of many at once", async (t) => {
  const kitchen = await openKitchen(t);
  const { property, say } = kitchen;
  await kitchen.open("a");
  await kitchen.add("a", { lineId: "steak" }, { lineId: "tea" }, { lineId: "pie", quantity: 2 });
  const line = (lineId: string) => {
    const found = property.order("a")?.lines.find((one) => one.lineId === lineId);
    assert.ok(found !== undefined);
    return found;
  };
  const states = () => property.order("a")?.lines.map(({ lineId, state }) => `${lineId} ${state}`).sort();
  // Of what this program says each line has an operation of its own.
  await property.write(setLineState(property.order("a")?.lines ?? [], "ready", null));
  const back = bringBack(property, [line("tea")], null);
  assert.equal(back.length, 1);
  await property.write(back);
  assert.deepEqual(states(), ["pie ready", "steak ready", "tea placed"]);
  await property.write(setLineState([line("tea")], "ready", null));

  // Of what others say of many at once the rest is said again; of a part split off too.
  await kitchen.open("b");
  await kitchen.add("b", { lineId: "b1" }, { lineId: "b2", quantity: 3 }, { lineId: "b3" });
  const of = (orderId: string, state: string) =>
    property.order(orderId)?.lines.flatMap((one) => (one.state === state ? one.lineId : [])).sort();
  await say("line.state", "b", { lineIds: ["b1", "b2"], state: "ready" });
  await say("line.split", "b", { lineId: "b2", newLineId: "b4", quantity: 1 });
  await say("line.move", "b", { lineIds: ["b4"], version: 1, orderId: "a" });
  await property.write(bringBack(property, [{ recordId: "b", lineId: "b1" }], "cook"));
  assert.deepEqual([of("b", "placed"), of("b", "ready")], [["b1", "b3"], ["b2"]]);
  assert.deepEqual(of("a", "ready"), ["b4", "pie", "steak", "tea"]);
  await property.write(bringBack(property, [{ recordId: "b", lineId: "b4" }], "cook"));
  assert.deepEqual([of("a", "placed"), of("b", "ready")], [["b4"], ["b2"]]);

  // What the till takes back of what is over; a kitchen may not say that something is.
  const undoAtTill = async (...lines: OrderLine[]) => {
    for (const { kind, body } of undoLines(property, lines, null)) await say(kind, "a", body);
  };
  await kitchen.end("a", ["steak", "tea", "pie"], "Left");
  await undoAtTill(line("tea"));
  assert.deepEqual(states(), ["b4 placed", "pie cancelled", "steak cancelled", "tea ready"]);
  assert.equal(line("pie").reason, "Left");
  await undoAtTill(line("steak"), line("pie"));
  assert.deepEqual(states(), ["b4 placed", "pie ready", "steak ready", "tea ready"]);
  assert.deepEqual(undoLines(property, [line("b4")], null), [], "nobody has touched it");
});

test("a hundred lines at once are small operations of one write", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a");
  const lines = Array.from({ length: 100 }, (_, i) => ({ recordId: "a", lineId: `l${i}` }));
  for (let from = 0; from < 100; from += 50)
    await kitchen.add("a", ...lines.slice(from, from + 50).map(({ lineId }) => ({ lineId })));
  const ready = setLineState(lines, "ready", null);
  assert.equal(ready.length, 100);
  assert.deepEqual(endLines(lines.slice(0, 1), "cancelled", "Away", "anna"), [
    {
      ...{ kind: "line.end", entity: "order/a" },
      body: { lineIds: ["l0"], state: "cancelled", reason: "Away", personId: "anna" },
    },
  ]);
  await kitchen.property.write(ready);
  assert.equal(first({ open: kitchen.read().done, done: [] }).lines.length, 100);
  await kitchen.property.write(bringBack(kitchen.property, lines.slice(0, 99), null));
  assert.equal(toCook(first(kitchen.read())).length, 99);
});

test("the last twenty can be brought back, the latest first", async (t) => {
  const kitchen = await openKitchen(t);
  for (let i = 0; i < 23; i += 1) {
    await kitchen.open(`o${i}`);
    await kitchen.add(`o${i}`, { lineId: `l${i}` });
    kitchen.pass(1000);
    await kitchen.say("line.state", `o${i}`, { lineIds: [`l${i}`], state: "ready" });
  }
  const { done } = kitchen.read();
  assert.equal(done.length, 20);
  assert.deepEqual(done.slice(0, 2).map(idsOf), [["l22"], ["l21"]]);
});

test("only what changed after it was shown is marked, old and new", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a");
  await kitchen.add("a", { lineId: "a1", quantity: 2, note: "Rare" }, { lineId: "a2" });
  await kitchen.say("line.set", "a", { lineId: "a2", version: 1, set: { quantity: 4 } });
  const changes = () =>
    first(kitchen.read()).lines.map(({ oldQuantity, line, oldNote }) => [oldQuantity, line.quantity, oldNote, line.note]);
  assert.deepEqual(changes(), [[null, 2, null, "Rare"], [null, 4, null, null]]);
  await kitchen.see();
  const before = noticesOf(kitchen.read().open);
  await kitchen.say("line.set", "a", { lineId: "a1", version: 2, set: { quantity: 3, note: null } });
  await kitchen.say("line.set", "a", { lineId: "a2", version: 3, set: { note: "Hot" } });
  assert.deepEqual(changes(), [[2, 3, "Rare", null], [null, 4, "", "Hot"]]);
  const news = [...noticesOf(kitchen.read().open)].filter((one) => !before.has(one));
  assert.deepEqual(news, ["a1 3", "a1 note ", "a2 note Hot"]);
  // Split afterwards, it is still one more than before.
  await kitchen.say("line.split", "a", { lineId: "a1", newLineId: "a3", quantity: 1 });
  assert.deepEqual(changes()[0], [1, 2, "Rare", null]);
});

test("an order's note that changes after it was shown is marked old and new, and rings", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a", { note: "No nuts" });
  await kitchen.add("a", { lineId: "a1" });
  await kitchen.open("b");
  await kitchen.add("b", { lineId: "b1" });
  await kitchen.say("order.set", "a", { version: 1, set: { note: "No nuts · Two plates" } });
  const notes = () => kitchen.read().open.map(({ oldNote, order }) => [oldNote, order.note]);
  assert.deepEqual(notes(), [[null, "No nuts · Two plates"], [null, null]]);
  await kitchen.see();
  const before = noticesOf(kitchen.read().open);
  await kitchen.say("order.set", "a", { version: 2, set: { note: "No nuts · No milk" } });
  await kitchen.say("order.set", "b", { version: 1, set: { note: "In a hurry" } });
  assert.deepEqual(notes(), [["No nuts · Two plates", "No nuts · No milk"], ["", "In a hurry"]], "as it was shown");
  const news = [...noticesOf(kitchen.read().open)].filter((one) => !before.has(one));
  assert.deepEqual(news.map((one) => one.replace(/^\S+ /, "")), ["note No nuts · No milk", "note In a hurry"]);
  // What is ordered on top afterwards has never had another one.
  kitchen.pass(60000);
  await kitchen.add("a", { lineId: "a2" });
  assert.deepEqual(notes()[2], [null, "No nuts · No milk"]);
  await kitchen.say("order.set", "a", { version: 3, set: { note: null } });
  assert.deepEqual(notes()[0], ["No nuts · Two plates", null]);
  await kitchen.say("order.set", "a", { version: 4, set: { note: "No nuts" } });
  assert.deepEqual(notes()[0], ["No nuts · Two plates", "No nuts"], "what it was at first is not what was shown");
  kitchen.reload();
  await kitchen.say("order.set", "a", { version: 5, set: { note: null } });
  assert.deepEqual(notes()[0], ["No nuts", null], "a new page knows what it was at first");
});

test("a guest's note that goes or is another one is marked, and rings", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("g", { source: "guest" });
  await kitchen.add("g", { lineId: "g1" });
  // The hub writes it so: only so can it be erased.
  await kitchen.say("order.set", "g", { version: 1, set: { note: "No peanuts" } });
  await kitchen.say("line.state", "g", { lineIds: ["g1"], state: "accepted" });
  const note = () => {
    const { oldNote, order } = first(kitchen.read());
    return [oldNote, order.note];
  };
  const rings = () => [...noticesOf(kitchen.read().open)].some((one) => one.includes(" note "));
  await kitchen.see();
  assert.deepEqual([...note(), rings()], [null, "No peanuts", false]);
  await kitchen.say("order.set", "g", { version: 2, set: { note: null } });
  assert.deepEqual([...note(), rings()], ["No peanuts", null, true]);
  kitchen.reload();
  assert.deepEqual(note(), ["", null], "it changed, to who does not know from what");
  await kitchen.say("order.set", "g", { version: 3, set: { note: "Birthday" } });
  assert.deepEqual(note(), ["", "Birthday"]);
});

test("a note that was changed before it was shown here, and heard of later, is marked all the same", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a", { note: "No nuts" });
  await kitchen.add("a", { lineId: "a1" });
  const away = new Author("away");
  away.ms = kitchen.clock.utcNow();
  const body = { version: 1, set: { note: "No hurry" } };
  const late = away.say({ kind: "order.set", entity: "order/a", body });
  await kitchen.see();
  assert.equal(first(kitchen.read()).oldNote, null);
  await kitchen.property.take([late], { trusted: true });
  assert.equal(first(kitchen.read()).oldNote, "No nuts");
});

test("what comes with lines that move is no change of the note, nor of the place", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("g", { source: "guest", placeId: "t5" });
  await kitchen.add("g", { lineId: "g1" }, { lineId: "g2" });
  await kitchen.say("order.set", "g", { version: 1, set: { note: "No peanuts" } });
  await kitchen.say("line.state", "g", { lineIds: ["g1", "g2"], state: "accepted" });
  await kitchen.open("b", { placeId: "t6" });
  await kitchen.see();
  await kitchen.say("order.set", "b", { version: 1, set: { placeId: "t7" } });
  kitchen.pass(60000);
  // Together, but operations of their own; the screen may draw between them.
  await kitchen.open("n", { placeId: "t5" });
  await kitchen.say("line.move", "g", { lineIds: ["g1"], version: 2, orderId: "n" });
  const told = () =>
    kitchen.read().open.map(({ order, oldNote, oldPlaceId }) => [order.orderId, oldNote, oldPlaceId]).sort();
  const before = told();
  await kitchen.say("order.set", "n", { version: 1, set: { note: "No peanuts" } });
  await kitchen.say("line.move", "g", { lineIds: ["g2"], version: 3, orderId: "b" });
  assert.deepEqual(before, [["g", null, null], ["n", null, null]]);
  const after = [["b", null, null], ["n", null, null]];
  assert.deepEqual(told(), after);
  kitchen.reload();
  assert.deepEqual(told(), after);
  kitchen.pass(60000);
  await kitchen.say("order.set", "n", { version: 2, set: { note: null } });
  assert.deepEqual(told(), [["b", null, null], ["n", "No peanuts", null]]);
});

test("an order that moves says from where to who saw it there", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a", { placeId: "t12" });
  await kitchen.add("a", { lineId: "a1" });
  await kitchen.say("order.set", "a", { version: 1, set: { placeId: "t13" } });
  assert.equal(first(kitchen.read()).oldPlaceId, null);
  await kitchen.see();
  await kitchen.say("order.set", "a", { version: 2, set: { placeId: "t14" } });
  assert.equal(first(kitchen.read()).oldPlaceId, "t12");
});

test("a cancelled line is shown to who saw it, until it is acknowledged, even where all is closed", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a");
  await kitchen.add("a", { lineId: "unseen" });
  await kitchen.end("a", ["unseen"]);
  assert.deepEqual(ids(kitchen.read()), [], "who has not seen it need not know");
  await kitchen.add("a", { lineId: "a1" }, { lineId: "a2" }, { lineId: "cooked" });
  await kitchen.see();
  await kitchen.say("line.state", "a", { lineIds: ["cooked"], state: "ready" });
  await kitchen.end("a", ["a1", "cooked"]);
  assert.deepEqual(statesOf(kitchen.read()), ["cancelled", "todo"]);
  assert.deepEqual(toCook(first(kitchen.read())).map(({ lineId }) => lineId), ["a2"]);
  await kitchen.end("a", ["a2"]);
  await kitchen.say("order.set", "a", { version: 1, set: { closed: true } });
  const ticket = first(kitchen.read());
  assert.deepEqual(cancelledOf(ticket), ["a1", "a2"]);
  assert.equal(ticket.lines[0]?.line.reason, "Away");
  const nextDay = kitchen.clock.utcNow() + 24 * 3600 * 1000;
  assert.deepEqual(ids(kitchen.read(nextDay)), [], "with the shift it goes by itself");
  const before = first(kitchen.read());
  assert.equal(first(kitchen.read()), before, "it stays one object");
  kitchen.acknowledge("a1");
  assert.equal(first(kitchen.read()), first(kitchen.read()));
  assert.deepEqual(ids(kitchen.read()), [["a2"]]);
  kitchen.acknowledge("a1", "a2");
  assert.deepEqual(ids(kitchen.read()), []);
});

test("what was cancelled before it was shown here, and heard of later, is said all the same", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a");
  await kitchen.add("a", { lineId: "a1" });
  const waiter = new Author("late");
  waiter.ms = kitchen.clock.utcNow();
  const late = waiter.say({
    ...{ kind: "line.end", entity: "order/a" },
    body: { lineIds: ["a1"], state: "cancelled", reason: "Away" },
  });
  await kitchen.see();
  await kitchen.property.take([late], { trusted: true });
  assert.deepEqual(statesOf(kitchen.read()), ["cancelled"]);
});

test("what rings: what is to be cooked and was not, however it comes", async (t) => {
  const kitchen = await openKitchen(t);
  let known = new Set<string>();
  const news = () => {
    const { open, done } = kitchen.read();
    const notices = noticesOf(open);
    const found = [...notices].filter((one) => !known.has(one));
    known = new Set([...notices, ...oldNoticesOf(done)]);
    return found;
  };
  await kitchen.open("a", { placeId: "t5" });
  await kitchen.open("b", { placeId: "t6" });
  await kitchen.add("a", { lineId: "a1", quantity: 2 });
  assert.deepEqual(news(), ["a1"]);
  // Of the same ticket, but it comes later.
  await kitchen.add("a", { lineId: "a2" });
  assert.equal(kitchen.read().open.length, 1);
  assert.deepEqual(news(), ["a2"]);
  await kitchen.see();
  await kitchen.say("line.split", "a", { lineId: "a1", newLineId: "a3", quantity: 1 });
  assert.deepEqual(news(), []);
  await kitchen.say("line.move", "a", { lineIds: ["a3"], version: 1, orderId: "b" });
  assert.deepEqual(news(), [], "the cook has it already");
  const moved = kitchen.read().open.flatMap(({ lines }) => lines).filter(({ oldOrder }) => oldOrder !== null);
  assert.deepEqual(moved.map(({ line, oldOrder }) => [line.lineId, oldOrder?.placeId]), [["a3", "t5"]]);
  await kitchen.say("line.state", "a", { lineIds: ["a1", "a2"], state: "ready" });
  assert.deepEqual(news(), []);
  await kitchen.property.write(bringBack(kitchen.property, [{ recordId: "a", lineId: "a1" }], null));
  assert.deepEqual(news(), []);
  await kitchen.end("a", ["a1"]);
  assert.deepEqual(news(), ["a1 cancelled"]);
});

test("a line that moved before anybody saw it is new where it stands", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a", { placeId: "t5" });
  await kitchen.open("b", { placeId: "t6" });
  await kitchen.add("a", { lineId: "a1" });
  await kitchen.say("line.move", "a", { lineIds: ["a1"], version: 1, orderId: "b" });
  await kitchen.see();
  assert.deepEqual(first(kitchen.read()).lines.map(({ oldOrder }) => oldOrder), [null]);
});

test("a ticket that was printed too says so", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a");
  await kitchen.add("a", { lineId: "a1" });
  const isPrinted = () => first(kitchen.read()).lines.map((one) => one.isPrinted);
  assert.deepEqual(isPrinted(), [false]);
  await kitchen.say("ticket.printed", "a", { lineIds: ["a1"], jobId: "job" });
  assert.deepEqual(isPrinted(), [true]);
});

test("what is in view: a ticket that goes on where nobody sees it is still to come", () => {
  const span = (some: string[], foot: string[]) =>
    findSpan(["a", "b", "c", "d"], { some: new Set(some), foot: new Set(foot) });
  assert.deepEqual(span(["a", "b"], ["a", "b"]), { first: 0, last: 1, whole: 2 });
  assert.deepEqual(span(["a", "b"], ["a"]), { first: 0, last: 1, whole: 1 });
  assert.deepEqual(span(["a"], []), { first: 0, last: 0, whole: 0 });
  assert.deepEqual(span(["c"], []), { first: 2, last: 2, whole: 2 }, "those before are over");
  assert.deepEqual(span([], []), { first: -1, last: -1, whole: 0 });
});

test("a touch that strikes twice is one", () => {
  const bounce = new Bounce();
  let atMs = 10000;
  const touch = (afterMs: number, x: number, y: number, ticketId: string, part?: string) =>
    bounce.isSecond({ atMs: (atMs += afterMs), x, y }, ticketId, part);
  assert.equal(touch(0, 100, 100, "a", "a1"), false);
  assert.equal(touch(200, 160, 100, "a", "a1"), true, "the same line, wherever on it");
  assert.equal(touch(400, 160, 100, "a", "a1"), false);
  assert.equal(touch(100, 160, 140, "a", "a2"), false, "the next line is meant");
  assert.equal(touch(100, 160, 150, "a", "a3"), true, "it came where another line was");
  assert.equal(touch(500, 100, 300, "a"), false);
  assert.equal(touch(300, 120, 320, "b"), true, "it came where another ticket was");
  assert.equal(touch(100, 500, 320, "c"), false);
  assert.equal(touch(100, 500, 320, "d"), true);
  bounce.forget();
  assert.equal(touch(100, 500, 320, "d"), false, "it was elsewhere meanwhile");
  assert.equal(touch(0, 0, 0, "c"), false);
  assert.equal(touch(0, 0, 0, "c"), false, "a key is pressed as often as it is pressed");
});

test("that the screen stays on is asked again, once at a time", async () => {
  const clock = new FakeClock();
  let isVisible = true;
  let asked = 0;
  const answers: ((got: (EventTarget & { released: boolean }) | null) => void)[] = [];
  const states: string[] = [];
  const keeper = new WakeKeeper({
    request: () =>
      new Promise((resolve, reject) => {
        asked += 1;
        answers.push((got) => (got === null ? reject(new Error("No")) : resolve(got as WakeLockSentinel)));
      }),
    isVisible: () => isVisible,
    onState: (state) => states.push(state),
    after: (delayMs, callback) => clock.after(delayMs, callback),
  });
  const grant = () => {
    const got = Object.assign(new EventTarget(), {
      released: false,
      async release() {
        got.released = true;
        got.dispatchEvent(new Event("release"));
      },
    });
    return got;
  };
  const answer = async (got: ReturnType<typeof grant> | null) => {
    answers.shift()?.(got);
    await new Promise((resolve) => setImmediate(resolve));
  };
  void keeper.ask();
  void keeper.ask();
  assert.equal(asked, 1, "never two at once");
  await answer(null);
  void keeper.ask();
  assert.equal(asked, 2, "by a touch");
  await answer(null);
  clock.advance(AGAIN_MS);
  assert.equal(asked, 3, "by itself");
  const got = grant();
  await answer(got);
  clock.advance(10 * AGAIN_MS);
  void keeper.ask();
  assert.equal(asked, 3, "it is held");
  await got.release();
  clock.advance(AGAIN_MS);
  assert.equal(asked, 4, "it was taken away");
  isVisible = false;
  await answer(null);
  clock.advance(AGAIN_MS);
  assert.equal(asked, 4, "nobody looks");
  isVisible = true;
  void keeper.ask();
  const last = grant();
  keeper.stop();
  await answer(last);
  assert.equal(last.released, true);
  clock.advance(AGAIN_MS);
  assert.equal(asked, 5);
  assert.deepEqual(states, ["not-held", "not-held", "held", "not-held", "not-held"]);
});

test("lines stay on the screen of a closed order until they are ended, or forgotten", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a");
  await kitchen.add("a", { lineId: "a1" });
  assert.deepEqual(ids(kitchen.read()), [["a1"]]);
  await kitchen.say("order.set", "a", { version: 1, set: { closed: true } });
  // Ordered without a connection, it comes after that.
  await kitchen.add("a", { lineId: "late" });
  assert.deepEqual(ids(kitchen.read()), [["a1", "late"]]);
  assert.deepEqual(kitchen.read(kitchen.clock.utcNow() + 2 * FORGET_MS), { open: [], done: [] });
  await kitchen.say("line.state", "a", { lineIds: ["a1", "late"], state: "served" });
  assert.deepEqual(kitchen.read(), { open: [], done: [] });
});

test("courses stand apart, in their order", async (t) => {
  const kitchen = await openKitchen(t);
  await kitchen.open("a");
  await kitchen.add("a", { lineId: "ice", course: 2 }, { lineId: "soup", course: 1 }, { lineId: "bread" });
  const courses = first(kitchen.read()).courses.map(({ course, lines }) => [course, lines.length]);
  assert.deepEqual(courses, [[null, 1], [1, 1], [2, 1]]);
});

test("ages: by minutes, with what presses and what is late", () => {
  const at = (minutes: number, thresholds = STANDARD_THRESHOLDS) => {
    const { minutes: shown, level, filled } = ageOf(1000, 1000 + minutes * 60000, thresholds);
    return [shown, level, filled];
  };
  assert.deepEqual(at(-5), [0, "fresh", 0], "a clock that is behind");
  assert.deepEqual(at(7.99), [7, "fresh", 10]);
  assert.deepEqual(at(8), [8, "soon", 10]);
  assert.deepEqual(at(14.99), [14, "soon", 19]);
  assert.deepEqual(at(15), [15, "late", 20]);
  assert.deepEqual(at(600), [600, "late", 20]);
  assert.deepEqual(toThresholds(3, 5), { soon: 3, late: 5 });
  for (const [soon, late] of [[5, 5], [9, 3], [0, 5], ["3", 5], [undefined, 5]])
    assert.deepEqual(toThresholds(soon, late), STANDARD_THRESHOLDS);
});
