// SPDX-License-Identifier: Apache-2.0
// What guests and waiters see of the orders: steps, cards, tables; what is moved where; and what a guest
// has asked for, until the hub has answered it.

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import {
  MemoryStore,
  RequestError,
  type EntityRecord,
  type Message,
  type PropertyDraft,
} from "../../../data/web/client";
import {
  GuestDesk,
  toMessage,
  withRefused,
  type PendingCommand,
  type Way,
} from "../../../data/web/pages/guest/desk";
import {
  isShown,
  phaseOf,
  readGuestOrders,
  readWishes,
  stepsOf,
} from "../../../data/web/pages/guest/guest-orders";
import { readMenu, type Item } from "../../../data/web/pages/house/menu";
import {
  acceptOwn,
  addNote,
  changeOrder,
  endLines,
  FORGET_MS,
  hasRoomForNote,
  isForKitchen,
  joinNotes,
  openOrder,
  orderLines,
  pay,
  readOpenOrders,
  setLineState,
} from "../../../data/web/pages/house/orders";
import { readRequests, setRequestState } from "../../../data/web/pages/house/requests";
import { readSeatings, seatAt } from "../../../data/web/pages/house/seatings";
import { setCatalogue } from "../../../data/web/pages/messages";
import { en } from "../../../data/web/pages/messages/en";
import { addToCart, newLine, setQuantity, withoutSent, type Cart } from "../../../data/web/pages/order/cart";
import { packCart, unpackCart } from "../../../data/web/pages/order/cart-keep";
import { toAlerts } from "../../../data/web/pages/house/alerts";
import { makeActs } from "../../../data/web/pages/staff/acts";
import { alertText } from "../../../data/web/pages/staff/alerts";
import { findItems, fits } from "../../../data/web/pages/staff/find-items";
import { draftTiles, groupTiles, isDraft, readLooseTiles, readTiles, standardOrder } from "../../../data/web/pages/staff/floor-list";
import {
  describeFurnishing,
  furnish,
  NOTHING,
  readFurnishings,
  toFurnishing,
} from "../../../data/web/pages/tables/furnishing";
import { isWhole, planMove } from "../../../data/web/pages/staff/move-lines";
import { buildNow } from "../../../data/web/pages/staff/now-list";
import { unsentAt, withUnsent } from "../../../data/web/pages/staff/use-carts";
import { parseRoute, toHash } from "../../../data/web/pages/staff/use-route";
import { openProperty } from "./property-fixture";

setCatalogue(en);

const set = (entity: string, values: Record<string, unknown>): PropertyDraft => ({
  kind: `${entity.split("/")[0] ?? ""}.set`,
  entity,
  body: { version: 1, set: values },
});

/** A house whose records one writes as its manager, with two tables and a small menu. */
async function openHouse(t: TestContext) {
  const { property, clock } = await openProperty(new MemoryStore(), "desk", { role: "manager" });
  t.after(() => property.close());
  await property.write([
    set("category/food", { name: "Food", position: 1 }),
    set("item/soup", { name: "Soupe à l’oignon", price: 700, currency: "EUR", categoryId: "food" }),
    set("item/tea", { name: "Pot of tea", price: 300, currency: "EUR", modifierIds: ["milk"] }),
    set("modifier/milk", {
      name: "Milk",
      min: 0,
      max: 1,
      choices: [{ choiceId: "oat", name: "Oat", price: 50 }],
    }),
    set("place/t9", { kind: "table", name: "9", area: "Terrace" }),
    set("place/t10", { kind: "table", name: "10" }),
    set("place/r1", { kind: "room", name: "1" }),
  ]);
  const menu = readMenu(property);
  const item = (id: string): Item => {
    const found = menu.items.get(id);
    assert.ok(found !== undefined);
    return found;
  };
  const cart = (...ids: string[]): Cart =>
    ids.reduce<Cart>((before, id) => addToCart(before, newLine(item(id))), []);
  const open = async (orderId: string, placeId: string | null, lines: Cart, source = "staff") => {
    clock.advance(1000);
    const head = openOrder(orderId, { number: orderId, currency: "EUR", source: "staff", placeId }, null);
    await property.write([
      { ...head, body: { ...head.body, source } },
      ...orderLines(orderId, lines, null),
    ]);
  };
  const order = (orderId: string) => {
    const found = property.order(orderId);
    assert.ok(found !== null);
    return found;
  };
  const say = async (drafts: readonly PropertyDraft[]) => {
    clock.advance(1000);
    return property.write(drafts);
  };
  return { property, clock, menu, item, cart, open, order, say };
}

test("a guest's four steps fill as the kitchen works; what ended does not hold them up", async (t) => {
  const { property, cart, open, order, say } = await openHouse(t);
  const read = () => readGuestOrders(property, [])[0];
  await open("g", "t9", cart("soup", "tea"), "guest");
  assert.deepEqual([read()?.phase, read()?.steps, read()?.total], ["placed", 1, 1000]);
  assert.deepEqual(read()?.lines.map(({ canCancel }) => canCancel), [true, true]);
  const [soup, tea] = order("g").lines;
  assert.ok(soup !== undefined && tea !== undefined);
  await say(endLines([tea], "declined", "sold-out", null));
  await say(setLineState([soup], "accepted", null));
  assert.deepEqual([read()?.phase, read()?.steps], ["accepted", 2]);
  assert.deepEqual(read()?.lines.map(({ phase, reason, canCancel }) => [phase, reason, canCancel]), [
    ["accepted", "", false],
    ["declined", "sold-out", false],
  ]);
  await say(setLineState([soup], "preparing", null));
  assert.equal(read()?.steps, 3);
  await say(setLineState([soup], "ready", null));
  assert.deepEqual([read()?.steps, read()?.isDone], [4, false]);
  await say(setLineState([soup], "served", null));
  assert.deepEqual([read()?.phase, read()?.steps, read()?.isDone], ["served", 4, true]);

  // What staff order is the kitchen's at once, and what goes on stands before what is over.
  await open("s", "t9", cart("soup"));
  assert.deepEqual(readGuestOrders(property, []).map(({ orderId, phase }) => [orderId, phase]), [
    ["s", "accepted"],
    ["g", "served"],
  ]);
  assert.equal(phaseOf(["declined", "cancelled"]), "declined");
  assert.equal(phaseOf(["cancelled"]), "cancelled");
  assert.deepEqual([stepsOf("sending"), stepsOf("cancelled"), stepsOf("served")], [0, 0, 4]);
});

/** A hub that answers when it is told to. */
class FakeWay implements Way {
  readonly asked: { message: Message; answer: (with_: Message | string) => void }[] = [];

  request(message: Message): Promise<Message> {
    return new Promise((resolve, reject) => {
      const answer = (with_: Message | string) => {
        if (typeof with_ === "string") reject(new RequestError(with_, ""));
        else resolve(with_);
      };
      this.asked.push({ message, answer });
    });
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function openDesk(kept: unknown = undefined) {
  const store = { kept };
  const refused: [string, string][] = [];
  const timers: (() => void)[] = [];
  const desk = new GuestDesk({
    kept,
    keep: (commands) => (store.kept = JSON.parse(JSON.stringify(commands))),
    onRefused: (command, code) => refused.push([command.kind, code]),
    after: (_, call) => {
      timers.push(call);
      return () => void timers.splice(timers.indexOf(call), 1);
    },
  });
  return { desk, store, refused, timers };
}

test("a guest's order waits for the seating, outlives a reload, and goes out under one id", async (t) => {
  const { cart } = await openHouse(t);
  const first = openDesk();
  const way = new FakeWay();
  first.desk.follow(way);
  const { id, orderId } = first.desk.order(cart("soup", "tea"), " soon ");
  assert.equal(way.asked.length, 1);
  way.asked[0]?.answer("seating-required");
  await settled();
  assert.equal(first.desk.commands[0]?.state, "seating");
  assert.equal(readGuestOrders(null, first.desk.commands)[0]?.phase, "seating");

  // Another page of the same visit, later.
  const { desk, store } = openDesk(first.store.kept);
  const back = new FakeWay();
  desk.follow(back);
  const [again] = back.asked;
  assert.deepEqual([again?.message.id, (again?.message["order"] as { orderId: string }).orderId], [id, orderId]);
  assert.equal((again?.message["order"] as { note: string }).note, "soon");
  again?.answer("seating-required");
  await settled();
  desk.setSeated(true);
  assert.equal(back.asked.length, 2);
  // The way is lost with the answer on it: it is asked again, and an answer of before counts no more.
  const next = new FakeWay();
  desk.follow(next);
  back.asked[1]?.answer("forbidden");
  await settled();
  assert.equal(desk.commands.length, 1);
  next.asked[0]?.answer({ type: "ack" });
  await settled();
  assert.equal(desk.commands[0]?.state, "taken");
  assert.equal(readGuestOrders(null, desk.commands)[0]?.phase, "placed");
  desk.settle(() => false);
  assert.equal(desk.commands.length, 1);
  desk.settle(() => true);
  assert.deepEqual([desk.commands, store.kept], [[], []]);
});

test("what the hub refuses for good is told, what it is too busy for is tried again", async (t) => {
  const { cart } = await openHouse(t);
  const { desk, refused, timers } = openDesk([null, 7, { kind: "order" }, { id: "1", kind: "magic" }]);
  assert.equal(desk.commands.length, 0);
  const way = new FakeWay();
  desk.follow(way);
  desk.setSeated(true);
  desk.order(cart("soup"), "");
  desk.cancel("o", ["l"]);
  desk.service("towels", "");
  way.asked[0]?.answer("not-available");
  way.asked[1]?.answer("too-late");
  way.asked[2]?.answer("rate-limited");
  await settled();
  assert.deepEqual(refused, [["order", "not-available"], ["cancel", "too-late"]]);
  assert.deepEqual(desk.commands.map(({ kind, state }) => [kind, state]), [["service", "sending"]]);
  timers[0]?.();
  assert.equal(way.asked[3]?.message.id, way.asked[2]?.message.id);
  // Seated already, whatever the answer says that was on its way.
  way.asked[3]?.answer("seating-required");
  await settled();
  assert.equal(desk.commands[0]?.state, "sending");
  assert.equal(timers.length, 2);
  desk.follow(null);
  assert.deepEqual(timers.length, 1);
});

test("what is refused is in the cart again, and its note too", async (t) => {
  const { menu, cart } = await openHouse(t);
  const { desk } = openDesk();
  const refused = desk.order(cart("soup"), " Peanut allergy ");
  const back = withRefused({ cart: [], note: "" }, refused, menu.items);
  assert.deepEqual([back.cart.map(({ item }) => item.itemId), back.note], [["soup"], "Peanut allergy"]);
  const more = withRefused({ cart: cart("tea"), note: "In a hurry" }, refused, menu.items);
  assert.deepEqual(more.cart.map(({ item }) => item.itemId), ["soup", "tea"]);
  assert.equal(more.note, "Peanut allergy · In a hurry");
});

test("commands say ids and choices, prices are the hub's", async (t) => {
  const { item } = await openHouse(t);
  const oat = { modifierId: "milk", choiceId: "oat", name: "Oat", price: 50 };
  const lines = addToCart([], { ...newLine(item("tea")), quantity: 2, choices: [oat], note: "hot" });
  const { desk } = openDesk();
  const command = desk.order(lines, "");
  assert.equal(command.lines[0]?.amount, 700);
  assert.deepEqual(toMessage(command)["order"], {
    orderId: command.orderId,
    lines: [
      {
        lineId: lines[0]?.lineId,
        itemId: "tea",
        quantity: 2,
        modifiers: [{ modifierId: "milk", choiceId: "oat" }],
        note: "hot",
      },
    ],
  });
});

test("a cart that is read again has today's names and prices, and nothing foreign", async (t) => {
  const { property, item, say } = await openHouse(t);
  const oat = { modifierId: "milk", choiceId: "oat", name: "Oat", price: 50 };
  const cart = addToCart([], { ...newLine(item("tea")), choices: [oat], course: 2 });
  const kept = JSON.parse(JSON.stringify(packCart(cart)));
  await say([{ kind: "item.set", entity: "item/tea", body: { version: 2, set: { price: 350 } } }]);
  const [line] = unpackCart([...kept, { itemId: "gone" }, {}], readMenu(property).items);
  assert.deepEqual([line?.item.price, line?.choices, line?.course], [350, [oat], 2]);
  assert.equal(unpackCart([{ lineId: "x", itemId: "tea", quantity: 0 }], readMenu(property).items).length, 0);
});

test("requests: the last word counts, and can be taken back", async (t) => {
  const { property, say } = await openHouse(t);
  const open = (id: string, body: Record<string, unknown>): PropertyDraft => ({
    kind: "request.open",
    entity: `request/${id}`,
    body,
  });
  await say([open("a", { what: "towels", placeId: "r1" }), open("b", { what: "other", text: "A cot" })]);
  const read = () => readRequests(property).map(({ requestId, state }) => `${requestId} ${state}`).sort();
  assert.deepEqual(read(), ["a open", "b open"]);
  await say([setRequestState("a", "accepted", null)]);
  const [done] = await say([setRequestState("a", "done", null)]);
  assert.deepEqual(read(), ["a done", "b open"]);
  assert.ok(done !== undefined);
  await say([{ kind: "undo", entity: done.entity, body: { op: `${done.logId}:${done.seq}` } }]);
  assert.deepEqual(read(), ["a accepted", "b open"]);
  const sent = { kind: "service", id: "c", state: "sending", sentMs: 9e15, what: "call", text: "", requestId: "" } as const;
  assert.deepEqual(readWishes(property, [sent]).map(({ what, state }) => `${what} ${state}`).sort(), [
    "call sending",
    "other open",
    "towels accepted",
  ]);
  const taken: PendingCommand = { ...sent, state: "taken", requestId: "a" };
  assert.ok(isShown(property, taken));
  assert.equal(readWishes(property, [taken]).length, 2);
});

test("what wants a waiter now: the newest first, what is carried to one table on one card", async (t) => {
  const { property, clock, cart, open, order, say } = await openHouse(t);
  await open("g", "t9", cart("soup", "tea"), "guest");
  await open("s", "t10", cart("soup"));
  await open("u", "t10", cart("tea"));
  const now = (places = [] as Parameters<typeof buildNow>[1], alerts = [] as Parameters<typeof buildNow>[2]) =>
    buildNow(property, places, alerts, property.hubNow());
  assert.deepEqual(now().map(({ key, title }) => [key, title]), [["order-g", "Table 9"]]);
  await say(setLineState(order("s").lines, "ready", null));
  await say(setLineState(order("u").lines, "ready", null));
  const [ready, guest] = now();
  assert.ok(ready?.kind === "ready" && guest?.kind === "order");
  assert.deepEqual([ready.numbers, ready.lines.length], [["s", "u"], 2]);
  assert.ok(ready.sinceMs < ready.atMs);
  await say([{ kind: "request.open", entity: "request/r", body: { what: "bill", placeId: "t9" } }]);
  const asking = {
    placeId: "r1",
    kind: "room" as const,
    name: "1",
    state: "asks" as const,
    sinceMs: clock.utcNow() + 1000,
    guests: 1,
  };
  const [alert] = toAlerts({
    alerts: [
      { alertId: "x", kind: "ticket-unseen", atMs: 5, subject: { number: "s", placeId: "t10", printed: true } },
      { kind: "no id" },
      7,
    ],
  });
  assert.ok(alert !== undefined);
  assert.deepEqual(now([asking, { ...asking, state: "seated" }], [alert]).map(({ kind }) => kind), [
    "asks",
    "request",
    "ready",
    "order",
    "alert",
  ]);
  assert.match(alertText(alert, "Table 10").title, /order s for Table 10/);
  for (const kind of ["screen-silent", "tickets-after-outage", "printer-trouble", "of a newer hub"])
    assert.notEqual(alertText({ ...alert, kind }, "").hint, "");
  await say(setLineState(order("g").lines, "accepted", null));
  assert.ok(!now().some(({ kind }) => kind === "order"));
  await say([setRequestState("r", "done", null)]);
  assert.ok(!now().some(({ kind }) => kind === "request"));
});

test("tables: who sits there, what they owe, and which order gets what is added", async (t) => {
  const { property, cart, open, order, say } = await openHouse(t);
  await open("s", "t10", cart("soup", "soup"));
  await open("g", "t10", cart("tea"), "guest");
  const tiles = readTiles(property, property.hubNow());
  const [nine, ten] = ["9", "10"].map((name) => tiles.find(({ place }) => place.name === name));
  assert.deepEqual([nine?.seat, nine?.phase, nine?.due], ["free", null, 0]);
  assert.deepEqual([ten?.seat, ten?.phase, ten?.due, ten?.waiting, ten?.currency], [
    "seated",
    "placed",
    1700,
    1,
    "EUR",
  ]);
  assert.equal(standardOrder(ten?.orders ?? [])?.orderId, "s");
  assert.equal(standardOrder([order("g")])?.orderId, "g");
  assert.equal(standardOrder([]), null);
  assert.deepEqual(groupTiles(tiles).map(({ kind, area }) => `${kind} ${area}`), [
    "table ",
    "table Terrace",
    "room ",
  ]);
  await say(setLineState(order("s").lines, "ready", null));
  assert.equal(readTiles(property, property.hubNow()).find(({ place }) => place.name === "10")?.ready, 1);
  assert.equal(readSeatings(property).size, 0);
  assert.deepEqual(readLooseTiles(property, property.hubNow()), []);
});

test("orders without a table are tiles of their own, and those of a table that was removed", async (t) => {
  const { property, cart, open, say } = await openHouse(t);
  await open("away", null, cart("soup"));
  await open("s", "t10", cart("tea"));
  const loose = () => readLooseTiles(property, property.hubNow()).map(({ place, isPlace, due }) => [place.placeId, isPlace, due]);
  assert.deepEqual(loose(), [["away", false, 700]]);
  assert.ok(readTiles(property, property.hubNow()).every(({ isPlace, orders }) => isPlace && orders.every(({ placeId }) => placeId !== null)));
  const body = { version: property.nextVersion("place/t10"), set: { removed: true } };
  await say([{ kind: "place.set", entity: "place/t10", body }]);
  assert.deepEqual(loose().map(([id]) => id), ["away", "s"]);
  // What was chosen at a table or for an order is theirs; the rest is an order that nobody has sent.
  const known = [...readTiles(property, property.hubNow()), ...readLooseTiles(property, property.hubNow())];
  assert.deepEqual(draftTiles(["t9", "new-2", "away", "new-1"], known).map(({ place }) => place.placeId), ["new-1", "new-2"]);
  assert.deepEqual([...known, ...draftTiles(["new-1"], known)].filter(isDraft).map(({ place }) => place.title), ["Take-away"]);
});

test("where a table is: what was changed only, and what is no number of seats", async (t) => {
  const { property, say } = await openHouse(t);
  const next = (entity: string) => property.nextVersion(entity);
  const read = (id: string) => readFurnishings(property).get(id) ?? NOTHING;
  const garden = toFurnishing(" Garden ", "", "4");
  assert.deepEqual(garden, { area: "Garden", floor: "", seats: 4 });
  assert.ok(garden !== null);
  for (const wrong of ["4.5", "-1", "1001", "four"]) assert.equal(toFurnishing("", "", wrong), null, wrong);
  const before = read("t10");
  const drafts = furnish("t10", before, { ...garden, floor: before.floor }, next);
  assert.deepEqual(drafts.map(({ body }) => Object.keys(body["set"] as object).sort()), [["area", "seats"]]);
  await say(drafts);
  assert.deepEqual(read("t10"), { ...garden, floor: before.floor });
  assert.deepEqual(furnish("t10", read("t10"), read("t10"), next), []);
  await say(furnish("t10", read("t10"), NOTHING, next));
  assert.deepEqual(read("t10"), NOTHING);
  assert.equal(describeFurnishing(garden), "Garden · Seats: 4");
});

test("moving: a whole order keeps its number, a part becomes an order of its own", async (t) => {
  const { property, item, open, order, say } = await openHouse(t);
  const cart = addToCart(addToCart([], { ...newLine(item("soup")), quantity: 3 }), newLine(item("tea")));
  await open("s", "t10", cart);
  const nextVersion = (entity: string) => property.nextVersion(entity);
  const common = { number: "N-2", personId: null, nextVersion };
  const count = (id: string) => cart.find((line) => line.item.itemId === id)?.lineId ?? "";
  const two = new Map([[count("soup"), 2]]);
  assert.equal(isWhole({ order: order("s"), counts: two }), false);
  const here = { kind: "place", placeId: "t10", seatingId: null } as const;
  await say(planMove({ ...common, order: order("s"), counts: two, target: here }));
  const other = property.records("order").map(([name]) => name.slice("order/".length)).find((id) => id !== "s");
  assert.ok(other !== undefined);
  const lines = (id: string) => order(id).lines.map(({ quantity, name }) => `${quantity} ${name}`);
  assert.deepEqual(lines("s"), ["1 Soupe à l’oignon", "1 Pot of tea"]);
  assert.deepEqual(lines(other), ["2 Soupe à l’oignon"]);
  assert.deepEqual([order(other).number, order(other).placeId], ["N-2", "t10"]);

  const all = new Map(order("s").lines.map(({ lineId, quantity }) => [lineId, quantity]));
  const there = { kind: "place", placeId: "t9", seatingId: "seat" } as const;
  const drafts = planMove({ ...common, order: order("s"), counts: all, target: there });
  assert.deepEqual(drafts.map(({ kind }) => kind), ["order.set"]);
  await say(drafts);
  assert.deepEqual([order("s").placeId, order("s").seatingId], ["t9", "seat"]);
  const target = { kind: "order", orderId: other, source: "staff", note: null } as const;
  await say(planMove({ ...common, order: order("s"), counts: all, target }));
  assert.equal(order("s").lines.length, 0);
  assert.equal(order(other).lines.length, 3);
});

test("what was said of an order goes with what is moved from it, and takes nothing away there", async (t) => {
  const { property, cart, open, order, say } = await openHouse(t);
  await open("s", "t10", cart("soup", "tea"));
  await open("o", "t9", cart("tea"));
  const nextVersion = (entity: string) => property.nextVersion(entity);
  await say(addNote(order("s"), "Peanut allergy", nextVersion));
  await say(addNote(order("o"), "In a hurry", nextVersion));
  const common = { number: "N-2", personId: null, nextVersion };
  const one = (name: string) =>
    new Map(order("s").lines.filter((line) => line.name === name).map(({ lineId }) => [lineId, 1]));
  const here = { kind: "place", placeId: "t9", seatingId: null } as const;
  await say(planMove({ ...common, order: order("s"), counts: one("Pot of tea"), target: here }));
  const made = property.records("order").map(([name]) => name.slice("order/".length)).find((id) => id.length > 1);
  assert.equal(order(made ?? "").note, "Peanut allergy");
  const there = { kind: "order", orderId: "o", source: "staff", note: order("o").note } as const;
  await say(planMove({ ...common, order: order("s"), counts: one("Soupe à l’oignon"), target: there }));
  assert.equal(order("o").note, "In a hurry · Peanut allergy");
  assert.deepEqual(addNote(order("o"), "Peanut allergy", nextVersion), [], "it is said already");

  await open("g", "t10", cart("soup", "tea"), "guest");
  await say(addNote(order("g"), "My words", nextVersion));
  const counts = new Map([[order("g").lines[0]?.lineId ?? "", 1]]);
  const drafts = planMove({ ...common, order: order("g"), counts, target: here });
  const [opened, noted] = drafts;
  assert.equal(opened?.body["note"], undefined);
  assert.deepEqual([noted?.entity, noted?.body["set"]], [opened?.entity, { note: "My words" }], "erasable alone");
  await say(drafts);
  assert.equal(order(opened?.entity.slice("order/".length) ?? "").note, "My words");
});

test("of two notes none is lost; what has no room is cut off the newer one", () => {
  assert.equal(joinNotes(null, null), "");
  assert.equal(joinNotes("", "Extra plates"), "Extra plates");
  assert.equal(joinNotes("Peanut allergy", ""), "Peanut allergy");
  assert.equal(joinNotes("Peanut allergy", "Extra plates"), "Peanut allergy · Extra plates");
  assert.equal(joinNotes("No onions for the child", "No onions"), "No onions for the child · No onions");
  assert.equal(joinNotes("A · B", "B · C"), "A · B · C");
  const most = "🥜".repeat(496);
  assert.equal(joinNotes(most, "Plates"), `${most} · P`);
  assert.equal(joinNotes(`${most}P`, "Plates"), `${most}P`);
  assert.equal(joinNotes("", "A"), "A");
  const full = "🥜".repeat(500);
  assert.equal(joinNotes(full, full), full);
});

test("whether a note has room beside what was said before is known before it is written", () => {
  const most = "🥜".repeat(496);
  assert.deepEqual(
    [hasRoomForNote(most, "P"), hasRoomForNote(most, "No nuts"), hasRoomForNote(`${most}P`, "N")],
    [true, false, false],
  );
  assert.deepEqual([hasRoomForNote(most, most), hasRoomForNote(`${most}P`, " ")], [true, true], "nothing new");
  assert.deepEqual([hasRoomForNote(null, "🥜".repeat(500)), hasRoomForNote(null, null)], [true, true]);
  // With one character more the end is missing.
  for (const [size, fits] of [[490, true], [491, false]] as const) {
    const more = `${"🥜".repeat(size - 1)}!`;
    assert.equal(hasRoomForNote("Allergy", more), fits);
    assert.equal(joinNotes("Allergy", more) === `Allergy · ${more}`, fits);
  }
});

test("what staff put on a guest's order the kitchen has; a guest's own lines wait", async (t) => {
  const { property, cart, open, order, say } = await openHouse(t);
  await open("s", "t10", cart("soup", "tea"));
  await open("g", "t10", cart("soup"), "guest");
  await open("h", "t10", cart("tea"), "guest");
  const nextVersion = (entity: string) => property.nextVersion(entity);
  const common = { number: "", personId: null, nextVersion };
  const [soup] = order("s").lines;
  assert.ok(soup !== undefined);
  const counts = new Map([[soup.lineId, 1]]);
  const target = { kind: "order", orderId: "g", source: "guest", note: null } as const;
  await say(planMove({ ...common, order: order("s"), counts, target }));
  const own = new Map(order("h").lines.map(({ lineId }) => [lineId, 1]));
  await say(planMove({ ...common, order: order("h"), counts: own, target }));
  const more = cart("tea");
  const added = more.map(({ lineId }) => ({ recordId: "g", lineId }));
  await say([...orderLines("g", more, null), ...acceptOwn(order("g"), added, null)]);
  assert.deepEqual(acceptOwn(order("s"), added, null), []);
  assert.deepEqual(
    order("g").lines.filter((line) => isForKitchen(order("g"), line)).map(({ lineId }) => lineId).sort(),
    [soup.lineId, ...more.map(({ lineId }) => lineId)].sort(),
  );
  assert.equal(order("g").lines.filter(({ state }) => state === "placed").length, 2);
});

test("a closed order that gets a line late is open until that is cooked and paid", async (t) => {
  const { property, clock, cart, open, order, say } = await openHouse(t);
  const nextVersion = (entity: string) => property.nextVersion(entity);
  const listed = (nowMs = clock.utcNow()) =>
    readOpenOrders(property, nowMs).map(({ orderId }) => orderId);
  await open("s", "t10", cart("soup"));
  await say([
    ...setLineState(order("s").lines, "served", null),
    pay("s", { method: "cash", amount: order("s").due }, null),
  ]);
  await say([changeOrder("s", { closed: true }, nextVersion)]);
  assert.deepEqual([order("s").lines[0]?.state, listed()], ["served", []]);
  await say(orderLines("s", cart("tea"), null));
  const [, tea] = order("s").lines;
  assert.ok(tea !== undefined && isForKitchen(order("s"), tea));
  assert.deepEqual([order("s").due, listed()], [300, ["s"]]);
  assert.equal(standardOrder([order("s")]), null, "nothing more is added to it");
  await say([pay("s", { method: "cash", amount: 300 }, null)]);
  assert.deepEqual(listed(), ["s"], "it is still to be cooked");
  assert.deepEqual(listed(clock.utcNow() + FORGET_MS), [], "or nobody wants it any more");
  await say(setLineState([tea], "served", null));
  assert.deepEqual(listed(), []);
});

test("where an order goes it is seen by who sits there, and by nobody who sat before", () => {
  const seating = (placeId: string, state: string): EntityRecord => ({
    items: {},
    registers: { placeId: [placeId, 1, 1, 0, "hub", 1], state: [state, 1, 1, 0, "hub", 2] },
  });
  const seatings: [string, EntityRecord][] = [
    ["seating/one", seating("t9", "open")],
    ["seating/two", seating("t10", "requested")],
  ];
  const source = {
    records: (type: string) => (type === "seating" ? seatings : []),
    record: () => null,
    order: () => null,
  };
  assert.deepEqual(seatAt(source, "t9"), { placeId: "t9", seatingId: "one" });
  for (const placeId of ["t10", "r1", null])
    assert.deepEqual(seatAt(source, placeId), { placeId, seatingId: null });
});

test("what is tapped while the rest goes out stays; each table's cart is its own", async (t) => {
  const { menu, item, cart } = await openHouse(t);
  const sent = cart("soup");
  const more = addToCart(addToCart(sent, newLine(item("soup"))), newLine(item("tea")));
  const rest = withoutSent(more, sent);
  assert.deepEqual(rest.map((line) => [line.item.itemId, line.quantity]), [["soup", 1], ["tea", 1]]);
  assert.notEqual(rest[0]?.lineId, sent[0]?.lineId, "that id is an ordered line's");
  assert.deepEqual(withoutSent(setQuantity(sent, sent[0]?.lineId ?? "", 1), sent), []);

  const kept = withUnsent(withUnsent({}, "t9", { cart: sent, note: "" }), "t10", { cart: [], note: "quick" });
  assert.deepEqual(unsentAt(kept, "t9", menu.items), { cart: sent, note: "" });
  assert.deepEqual(unsentAt(kept, "t10", menu.items), { cart: [], note: "quick" });
  assert.deepEqual(Object.keys(withUnsent(kept, "t9", { cart: [], note: "" })), ["t10"]);
});

test("who writes with nobody in reach knows that nobody has it yet", async (t) => {
  const { property } = await openHouse(t);
  const isAlone = (path: "none" | "hub-relay" | "local-p2p", near: number) =>
    makeActs(property, { connection: null, path, near }, { tell: () => undefined }).isAlone;
  assert.deepEqual(
    [isAlone("none", 0), isAlone("none", 1), isAlone("hub-relay", 0), isAlone("local-p2p", 1)],
    [true, false, false, false],
  );
});

test("the menu by a few letters, and addresses of the views", async (t) => {
  const { menu } = await openHouse(t);
  assert.ok(fits("Crème brûlée", "bru") && fits("Soupe à l’oignon", "oig so") && !fits("Soup", "oup"));
  assert.deepEqual(findItems(menu, " TEA ", "food").map(({ itemId }) => itemId), ["tea"]);
  assert.deepEqual(findItems(menu, "", "food").map(({ itemId }) => itemId), ["soup"]);
  assert.equal(findItems(menu, "", "").length, 2);
  for (const hash of ["#now", "#order", "#order/t9", "#new/o7"]) assert.equal(toHash(parseRoute(hash)), hash);
  assert.deepEqual(parseRoute("#elsewhere"), { view: "now" });
  assert.deepEqual(parseRoute("#new"), { view: "order", placeId: null });
});
