// SPDX-License-Identifier: Apache-2.0
// What rooms owe, how it is settled and taken back, and that the drawer is right on each day.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { EntityRecord } from "../../../data/web/client/log/record";
import { findIdle } from "../../../data/web/client/log/store-keeper";
import { amountText, readAmount } from "../../../data/web/pages/house/money";
import { changeOrder, pay, readOrders, refund } from "../../../data/web/pages/house/orders";
import type { RecordSource } from "../../../data/web/pages/house/source";
import { readOldDebts } from "../../../data/web/pages/manage/old-debts";
import { closeDay, readDay } from "../../../data/web/pages/pos/day-totals";
import {
  HERE,
  openCharges,
  payerOf,
  planSettling,
  readParties,
  readRoomBills,
  takeBackSettling,
} from "../../../data/web/pages/pos/room-bills";
import { toRoomPaper } from "../../../data/web/pages/pos/room-paper";
import type { SettleMethod } from "../../../data/web/pages/pos/settlements";
import { setUp } from "./till-fixture";

const DAY = 24 * 3600000;

async function setUpRooms() {
  const house = await setUp();
  const { clock, property, read, nextVersion, ring } = house;
  for (const name of ["101", "102"])
    await property.write({
      kind: "place.set",
      entity: `place/${name}`,
      body: { version: 1, set: { kind: "room", name } },
    });
  const charge = async (placeId: string, soups: number, tip = 0, seatingId?: string) => {
    const orderId = await ring(soups);
    const about = { placeId, ...(seatingId === undefined ? {} : { seatingId }) };
    await property.write([
      pay(orderId, { method: "room", amount: read(orderId).due, tip, ...about }, null),
      changeOrder(orderId, { closed: true }, nextVersion),
    ]);
    return orderId;
  };
  const bills = () => readRoomBills(property, clock.utcNow());
  const billOf = (placeId: string) => {
    const bill = bills().find((one) => one.placeId === placeId);
    assert.ok(bill);
    return bill;
  };
  const settle = async (placeId: string, method: SettleMethod, tendered: number | null = null) => {
    const plan = planSettling(billOf(placeId).charges, { method, tendered, reference: "" }, null);
    await property.write(plan.drafts);
    return plan.settled;
  };
  const day = () => readDay(property, clock.utcNow());
  const closeIt = () => property.write(closeDay(day(), null, null));
  return { ...house, charge, bills, billOf, settle, day, closeIt };
}

test("a room's bill: its orders with tips, without refunds; settled at once, with change", async () => {
  const { property, read, charge, bills, billOf, settle } = await setUpRooms();
  const first = await charge("101", 2, 100);
  await charge("101", 1);
  await charge("102", 1);
  const [payment] = read(first).payments;
  assert.ok(payment);
  await property.write(refund(first, payment.paymentId, 500, "cold", null));
  assert.deepEqual(
    bills().map(({ placeId, open, charges }) => [placeId, open, charges.length]),
    [["101", 1850, 2], ["102", 750, 1]],
  );
  assert.equal(openCharges(readOrders(property)), 2600);
  const few = planSettling(billOf("101").charges, { method: "cash", tendered: 1800, reference: "" }, null);
  assert.deepEqual(few, { settled: null, drafts: [] }, "too little is no settlement");
  assert.equal((await settle("101", "cash", 2000))?.change, 150);
  assert.deepEqual([billOf("101").open, openCharges(readOrders(property))], [0, 750]);
  assert.deepEqual(
    read(first).payments.map(({ refunded, settled }) => [refunded, settled]),
    [[500, 1100]],
  );
  assert.deepEqual(planSettling(billOf("101").charges, { method: "card", tendered: null, reference: "" }, null), {
    ...{ settled: null, drafts: [] },
  });
});

test("who has left does not pay with who came after", async () => {
  const { property, charge, bills } = await setUpRooms();
  await charge("101", 1, 0, "stay-1");
  await charge("101", 2, 0, "stay-2");
  await charge("101", 3);
  const seatings: [string, EntityRecord][] = [
    [
      "seating/stay-2",
      {
        items: {},
        registers: { placeId: ["101", 1, 1, 0, "hub", 1], state: ["open", 1, 1, 0, "hub", 2] },
      },
    ],
  ];
  const source = {
    record: (name: string) => property.record(name),
    records: (type: string) => (type === "seating" ? seatings : property.records(type)),
    order: (orderId: string) => property.order(orderId),
  };
  assert.equal(bills().length, 3, "both stays are over where nobody knows of them");
  assert.deepEqual(
    readRoomBills(source, 0).map(({ isPast, open }) => [isPast, open]),
    [[true, 750], [false, 5 * 750]],
  );
});

const seating = (id: string, state: string, ms: number, placeId = "101"): [string, EntityRecord] => [
  `seating/${id}`,
  { items: {}, registers: { placeId: [placeId, 1, 1, 0, "hub", 1], state: [state, 1, ms, 0, "hub", 2] } },
];

/** The property with these stays, and rooms as they were marked. */
function withStays(property: RecordSource, seatings: [string, EntityRecord][], marked = new Map<string, EntityRecord>()) {
  return {
    record: (name: string) => marked.get(name) ?? property.record(name),
    records: (type: string) => (type === "seating" ? seatings : property.records(type)),
    order: (orderId: string) => property.order(orderId),
  };
}

test("once guests have left, somebody says who owes what is charged to their room; until others come", async () => {
  const { property, charge } = await setUpRooms();
  for (const stay of ["last-week", "before", "older"]) await charge("101", 1, 0, stay);
  const seatings = [seating("last-week", "ended", 5), seating("before", "ended", 2 * DAY), seating("older", "ended", DAY)];
  const NOW = 2 * DAY + 900000;
  const parties = (more: [string, EntityRecord][] = [], nowMs = NOW) =>
    readParties(withStays(property, [...seatings, ...more]), nowMs).get("101");
  const open = parties();
  assert.deepEqual(open, { here: null, left: "before" });
  assert.equal(payerOf(open, null), undefined, "none is taken for granted");
  assert.equal(payerOf(open, "before"), "before");
  assert.equal(payerOf(open, HERE), null);
  assert.equal(payerOf(open, "older"), undefined, "others have left meanwhile");
  assert.equal(parties([], 4 * DAY), undefined, "nobody comes back after days");
  assert.equal(payerOf(undefined, null), null);
  const next = parties([seating("next", "open", 2 * DAY + 1)]);
  assert.deepEqual([next, payerOf(next, null)], [{ here: "next", left: null }, "next"]);
  const asks = parties([seating("asks", "requested", 2 * DAY + 1)]);
  assert.deepEqual(asks, { here: null, left: "before" }, "who scans a code may be anybody");
  await charge("101", 2, 0, "next");
  assert.deepEqual(
    readRoomBills(withStays(property, [seating("next", "open", 2 * DAY + 1)]), 0)
      .map(({ isPast, open }) => [isPast, open])
      .slice(-1),
    [[false, 1500]],
  );
});

test("who only asked to be seated never was, and owes nothing", async () => {
  const { property, charge } = await setUpRooms();
  const source = withStays(property, [seating("asked", "ended", DAY)]);
  const payer = () => payerOf(readParties(source, DAY + 1).get("101"), null);
  assert.equal(payer(), null, "as in a house that tells of no stays");
  await charge("101", 1, 0, "asked");
  assert.equal(payer(), undefined, "an order names them: they were");
});

test("a room that was marked as occupied is the next guests' only where they came after the others left", async () => {
  const { property, charge } = await setUpRooms();
  await charge("101", 1, 0, "before");
  const left = (occupied: boolean, markedMs: number) => {
    const place = property.record("place/101");
    assert.ok(place);
    const registers = { ...place.registers, occupied: [occupied, 2, markedMs, 0, "maid", 1] as const };
    const marked = new Map([["place/101", { ...place, registers }]]);
    const source = withStays(property, [seating("before", "ended", DAY)], marked);
    return readParties(source, DAY + 900000).get("101")?.left;
  };
  assert.equal(left(true, DAY - 1), "before", "the mark is still theirs");
  assert.equal(left(true, DAY + 1), undefined);
  assert.equal(left(false, DAY + 1), "before", "who came then may not be marked yet");
});

test("who owes is read in one pass, however many rooms there are", async () => {
  const { property } = await setUpRooms();
  const stays = Array.from({ length: 60 }, (_, at) => seating(`stay-${at}`, "ended", DAY, `room-${at}`));
  let passes = 0;
  const source = withStays(property, stays);
  const counting = { ...source, records: (type: string) => (passes += 1, source.records(type)) };
  const parties = readParties(counting, DAY + 1);
  for (let at = 0; at < 60; at += 1) payerOf(parties.get(`room-${at}`), null);
  assert.ok(passes <= 3, `${passes} passes`);
});

test("the drawer: what rooms pay counts on the day they pay, and is taken back on the day it is", async () => {
  const { clock, property, charge, billOf, settle, day, closeIt } = await setUpRooms();
  await charge("101", 2);
  const charged = day();
  assert.deepEqual([charged.payments.map(({ method, amount }) => [method, amount]), charged.settled], [
    [["room", 1500]],
    [],
  ]);
  assert.deepEqual([charged.expectedCash, charged.openCharges], [0, 1500]);
  await closeIt();
  clock.advance(DAY);
  await settle("101", "cash");
  const paid = day();
  assert.deepEqual(paid.settled, [{ method: "cash", count: 1, amount: 1500, back: 0 }]);
  assert.deepEqual([paid.payments, paid.expectedCash, paid.openCharges], [[], 1500, 0]);
  await closeIt();
  clock.advance(1000);
  await property.write(takeBackSettling(billOf("101").charges, null));
  const back = day();
  assert.deepEqual(back.settled, [{ method: "cash", count: 0, amount: 0, back: 1500 }]);
  assert.deepEqual([back.expectedCash, back.openCharges], [-1500, 1500]);
  await settle("101", "hotel");
  assert.deepEqual(day().settled, [
    { method: "cash", count: 0, amount: 0, back: 1500 },
    { method: "hotel", count: 1, amount: 1500, back: 0 },
  ]);
  await closeIt();
  assert.deepEqual(day().settled, []);
});

test("a refund of what a room has paid goes back as it came, once", async () => {
  const { clock, property, read, charge, settle, day, closeIt } = await setUpRooms();
  const orderId = await charge("101", 2);
  await settle("101", "cash");
  await closeIt();
  clock.advance(DAY);
  const [payment] = read(orderId).payments;
  assert.ok(payment);
  await property.write(refund(orderId, payment.paymentId, 400, "cold", null));
  const next = day();
  assert.deepEqual(next.settled, [{ method: "cash", count: 0, amount: 0, back: 400 }]);
  assert.equal(next.expectedCash, -400);
  assert.equal(read(orderId).payments[0]?.settled, 1100);
});

test("two tills that settle one charge do not count it twice", async () => {
  const { property, charge, billOf, day } = await setUpRooms();
  await charge("101", 2);
  const { charges } = billOf("101");
  for (const method of ["cash", "card"] as const)
    await property.write(planSettling(charges, { method, tendered: null, reference: "" }, null).drafts);
  assert.deepEqual(day().settled, [{ method: "cash", count: 1, amount: 1500, back: 0 }]);
});

test("orders that a room owes stay where they can be settled; a day after that they may go", async () => {
  const { clock, property, charge, settle } = await setUpRooms();
  const orderId = await charge("101", 2);
  const idle = (days: number, keepsCharges: boolean) => {
    const name = `order/${orderId}`;
    const record = property.record(name);
    assert.ok(record);
    const stored = { name, record, touchedMs: clock.utcNow(), partial: false };
    return findIdle([stored], clock.utcNow() + days * DAY, keepsCharges).length > 0;
  };
  assert.deepEqual([idle(2, false), idle(2, true), idle(60, true), idle(3650, true)], [true, false, false, false]);
  await settle("101", "card");
  assert.deepEqual([idle(2, true), idle(15, true)], [false, true]);
});

test("a manager hears of what rooms have owed for a month, until it is settled", async () => {
  const { clock, property, charge, settle } = await setUpRooms();
  await charge("101", 2);
  const sinceMs = clock.utcNow();
  clock.advance(2 * DAY);
  await charge("102", 1);
  assert.equal(readOldDebts(property, sinceMs + 29 * DAY), null);
  assert.deepEqual(readOldDebts(property, sinceMs + 30 * DAY), { sums: new Map([["EUR", 1500]]), sinceMs });
  assert.deepEqual(readOldDebts(property, sinceMs + 400 * DAY)?.sums, new Map([["EUR", 2250]]));
  await settle("101", "hotel");
  assert.deepEqual(readOldDebts(property, sinceMs + 400 * DAY)?.sums, new Map([["EUR", 750]]));
});

test("the paper: each order with what was had, taxes over all, and how it was paid", async () => {
  const { charge, billOf, settle } = await setUpRooms();
  await charge("101", 2, 100);
  await charge("101", 1);
  await settle("101", "hotel");
  const paper = toRoomPaper(billOf("101").charges, {
    details: {
      ...{ name: "Bellevue", address: [], phone: "", taxNumber: "", footer: [], unseenSeconds: 60 },
    },
    ...{ taxes: [], currency: "EUR", server: "", language: "en", timeMs: 1, timeZoneOffset: 0, drawer: false },
    words: {
      ...{ title: "Bill: Room 101", tax: "Tax", tip: "Tip" },
      charge: ({ order }) => order.number,
      settled: ({ method }) => method,
    },
  });
  assert.deepEqual(paper.lines, [
    {
      name: "A-1",
      amount: 1500,
      modifiers: [{ name: "2 × Soup" }, { name: "Tip", amount: 100 }],
    },
    { name: "A-2", amount: 750, modifiers: [{ name: "1 × Soup" }] },
  ]);
  assert.equal(paper.total, 2350);
  assert.deepEqual(paper.payments, [{ method: "hotel", amount: 2350 }]);
  assert.deepEqual(paper.taxes, [{ name: "Tax", rate: 10, amount: 136 + 68, included: true }]);
});

test("what nobody can read is not an empty field", () => {
  assert.equal(readAmount("  ", 2), null);
  assert.equal(readAmount("12,5", 2), 1250);
  for (const typed of ["x", "1..2", "-4", "1,2345"]) assert.equal(readAmount(typed, 2), undefined, typed);
  assert.equal(amountText(12, 0, "en"), "12");
});
