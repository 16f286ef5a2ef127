// SPDX-License-Identifier: Apache-2.0
// What the till computes: change, the next thing to do, receipts, moved lines, the day. On a real
// replica in memory, with time in the test's hands.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Order } from "@bellhop/client";

import type { Property } from "../../../data/web/client/log/property";
import { readOrder } from "../../../data/web/client/log/order-state";
import { readMenu, type Item } from "../../../data/web/pages/house/menu";
import {
  changeLine,
  changeOrder,
  discount,
  endLines,
  markSeen,
  moveTargets,
  openAt,
  openOrder,
  orderLines,
  pay,
  readOrders,
  refund,
  setLineState,
} from "../../../data/web/pages/house/orders";
import { readFigures } from "../../../data/web/pages/manage/figures";
import { readDetails } from "../../../data/web/pages/house/places";
import type { RecordSource } from "../../../data/web/pages/house/source";
import { newLine } from "../../../data/web/pages/order/cart";
import { quickSums, settle, shareOf } from "../../../data/web/pages/pos/cash";
import { loadDayOrders, openedByName } from "../../../data/web/pages/pos/day-orders";
import { closeOrder, reopenOrder } from "../../../data/web/pages/pos/closing";
import { closeDay, listClosed, readDay } from "../../../data/web/pages/pos/day-totals";
import { moveTo, moveToNew } from "../../../data/web/pages/pos/move-plan";
import { nextStep } from "../../../data/web/pages/pos/next-step";
import {
  readPayments,
  receiptedTotal,
} from "../../../data/web/pages/pos/order-facts";
import { SecondTap } from "../../../data/web/pages/pos/second-tap";
import { sumsOf, toReceipt } from "../../../data/web/pages/pos/receipt-content";
import { cartOf, NEW, nothing, toUnsent, withCart } from "../../../data/web/pages/pos/unsent";
import { setUp } from "./till-fixture";

const HOUR = 3600000;

const words = {
  title: "",
  tax: "Tax",
  discount: (reasons: string) => `Discount (${reasons})`,
  payment: ({ method }: { method: string }) => method,
  refund: ({ method }: { method: string }) => `Refund, ${method}`,
};

test("change, partial cash and tips: nothing is lost between the three", () => {
  const cash = (amount: number, tip: number, tendered: number | null) =>
    settle({ method: "cash", amount, tip, tendered });
  assert.deepEqual(cash(3920, 0, 5000), { amount: 3920, tip: 0, tendered: 5000, change: 1080 });
  assert.deepEqual(cash(3920, 80, null), { amount: 3920, tip: 80, tendered: 4000, change: 0 });
  assert.deepEqual(cash(3920, 0, 2000), { amount: 2000, tip: 0, tendered: 2000, change: 0 });
  assert.deepEqual(cash(3920, 500, 300), { amount: 0, tip: 300, tendered: 300, change: 0 });
  assert.equal(cash(3920, 0, 0), null);
  assert.equal(cash(0, 0, 5000), null);
  assert.deepEqual(settle({ method: "card", amount: 10, tip: 2, tendered: 99 }), {
    ...{ amount: 10, tip: 2, tendered: null, change: 0 },
  });
  for (let wanted = 1; wanted < 9000; wanted += 37) {
    const sums = quickSums(wanted, 2);
    assert.equal(sums[0], wanted);
    assert.ok(sums.every((sum) => sum >= wanted) && sums.length <= 5);
  }
  assert.deepEqual(quickSums(3920, 2), [3920, 4000, 5000, 10000]);
  assert.deepEqual(quickSums(0, 2), []);
  assert.equal(shareOf(1000, 3) * 2 <= 1000, true);
});

test("one next thing to do, from the first tap to the closed order", async () => {
  const { property, read, ring, nextVersion } = await setUp();
  const step = (order: Order | null, unsent = 0, isReceiptUnderWay = false) =>
    nextStep({
      ...{ order, unsent, isReceiptUnderWay, hasStations: true },
      receipted: order === null ? null : receiptedTotal(property, order.orderId),
    });
  assert.equal(step(null), "none");
  assert.equal(step(null, 2), "send");
  const orderId = await ring(2);
  assert.equal(step(read(orderId), 1), "send");
  assert.equal(step(read(orderId)), "pay");
  await property.write(pay(orderId, { method: "card", amount: 1000 }, null));
  assert.equal(step(read(orderId)), "pay");
  await property.write(pay(orderId, { method: "cash", amount: 500, tendered: 2000 }, null));
  assert.equal(step(read(orderId)), "receipt");
  assert.equal(step(read(orderId), 0, true), "new", "the kitchen's ticket is not the cashier's");
  await property.write(setLineState(read(orderId).lines, "preparing", null));
  assert.equal(step(read(orderId), 0, true), "new");
  await property.write(setLineState(read(orderId).lines, "ready", null));
  assert.equal(step(read(orderId), 0, true), "serve");
  await property.write(setLineState(read(orderId).lines, "served", null));
  assert.equal(step(read(orderId), 0, true), "close");
  await property.write(changeOrder(orderId, { closed: true }, nextVersion));
  assert.equal(step(read(orderId)), "none");
  // A waiter without a connection had one more.
  const late = { ...read(orderId), due: 750 };
  assert.equal(step(late), "pay");
});

test("a guest’s lines want a word first; an order of which nothing is left wants closing", async () => {
  const { property, read, ring } = await setUp();
  const guest = { ...read(await ring(1)), source: "guest" };
  const standing = { unsent: 0, receipted: null, isReceiptUnderWay: false, hasStations: false };
  assert.equal(nextStep({ ...standing, order: guest }), "accept");
  const orderId = await ring(1);
  await property.write(endLines(read(orderId).lines, "cancelled", "out", null));
  assert.equal(nextStep({ ...standing, order: read(orderId) }), "close");
});

test("where no kitchen is set up, what was paid is handed out; a screen that shows it makes one", async () => {
  const { property, read, ring } = await setUp();
  const orderId = await ring(1);
  await property.write(pay(orderId, { method: "cash", amount: 750 }, null));
  const standing = { unsent: 0, receipted: 750, isReceiptUnderWay: false, hasStations: false };
  assert.equal(nextStep({ ...standing, order: read(orderId) }), "serve");
  await property.write(markSeen(read(orderId).lines));
  assert.equal(nextStep({ ...standing, order: read(orderId) }), "new");
});

test("a second tap does not hand out and close what the first printed", () => {
  const taps = new SecondTap();
  assert.equal(taps.isMeantBefore(0, "pay"), false);
  assert.equal(taps.isMeantBefore(1000, "receipt"), false);
  assert.equal(taps.isMeantBefore(1150, "serve"), true);
  assert.equal(taps.isMeantBefore(1300, "serve"), true, "and the third");
  assert.equal(taps.isMeantBefore(1700, "serve"), false);
  assert.equal(taps.isMeantBefore(3000, "send"), false);
  assert.equal(taps.isMeantBefore(3100, "pay"), false, "what only asks may come at once");
  taps.forget();
  assert.equal(taps.isMeantBefore(3300, "close"), false, "after a dialog it is another touch");
});

test("an order that is opened again has those lines ready that closing it handed out", async () => {
  const { property, read, ring, nextVersion } = await setUp();
  const orderId = await ring(1, 1);
  const [soup, wine] = read(orderId).lines;
  assert.ok(soup && wine);
  await property.write(setLineState([soup, wine], "ready", null));
  await property.write(setLineState([soup], "served", null));
  const ready = read(orderId).lines.filter(({ state }) => state === "ready");
  await property.write(closeOrder(read(orderId), ready, null, nextVersion));
  const states = () => [read(orderId).closed, ...read(orderId).lines.map(({ state }) => state)];
  assert.deepEqual(states(), [true, "served", "served"]);
  await property.write(reopenOrder(property, orderId, ready, null, nextVersion));
  assert.deepEqual(states(), [false, "served", "ready"]);
});

test("closed orders are listed until a day has counted them, the latest first", async () => {
  const { clock, property, read, ring, nextVersion } = await setUp();
  const listed = () => listClosed(property, readOrders(property)).map(({ order }) => order.orderId);
  const [first, second, open] = [await ring(1), await ring(2), await ring(1)];
  const close = (orderId: string) => property.write(closeOrder(read(orderId), [], null, nextVersion));
  assert.deepEqual(listed(), []);
  await close(first);
  clock.advance(HOUR);
  await close(second);
  assert.deepEqual(listed(), [second, first]);
  await property.write(reopenOrder(property, second, [], null, nextVersion));
  assert.deepEqual(listed(), [first]);
  await property.write(closeDay(readDay(property, clock.utcNow()), null, null));
  assert.deepEqual(listed(), []);
  await close(second);
  assert.deepEqual(listed(), [second], "of the new day");
  assert.equal(read(open).closed, false);
});

test("the receipt adds up: lines, discounts, taxes of both sorts, payments, change", async () => {
  const { property, read, ring } = await setUp();
  const orderId = await ring(3, 2);
  const [soup] = read(orderId).lines;
  assert.ok(soup);
  await property.write([
    discount(orderId, { reason: "Complaint", line: soup, amount: 250 }, null),
    discount(orderId, { reason: "Regular guest", percentBp: 1000 }, null),
  ]);
  await property.write(pay(orderId, { method: "card", amount: 1000, tip: 100 }, null));
  const rest = read(orderId).due;
  await property.write(pay(orderId, { method: "cash", amount: rest, tendered: 5000 }, null));
  const order = read(orderId);
  const { gross, discount: off } = sumsOf(order);
  assert.equal(gross - off, order.total);
  const receipt = toReceipt(order, {
    details: readDetails(property),
    taxes: readMenu(property).taxes,
    place: { kind: "table", name: "12", title: "Table 12" } as never,
    payments: readPayments(property, order),
    ...{ number: 7, server: "Anna", language: "en", timeMs: 1, timeZoneOffset: 60, drawer: true, words },
  });
  const sum = (all: readonly { amount?: number }[] = []) =>
    all.reduce((total, { amount = 0 }) => total + amount, 0);
  const added = receipt.taxes?.filter(({ included }) => included !== true);
  assert.equal(sum(receipt.lines) + sum(added) - sum(receipt.discounts), receipt.total);
  // Paper has the taxes that are added below the subtotal.
  assert.equal((receipt.subtotal ?? 0) - sum(receipt.discounts) + sum(added), receipt.total);
  assert.equal(sum(receipt.payments) - (receipt.change ?? 0), order.total + order.tips);
  assert.equal(receipt.change, 5000 - rest);
  assert.deepEqual(
    receipt.taxes?.map(({ name, rate }) => `${name} ${String(rate)}`),
    ["Sales tax 5", "VAT 10"],
  );
  assert.deepEqual(receipt.discounts?.map(({ name }) => name), ["Discount (Complaint, Regular guest)"]);
  assert.deepEqual([receipt.number, receipt.table, receipt.server], ["0007", "12", "Anna"]);
  for (const number of JSON.stringify(receipt).match(/\d+\.\d+/g) ?? [])
    assert.fail(`${number} is no whole number`);
});

test("choices stand under their line and add up with it; what is cancelled does not count", async () => {
  const { property, item, read } = await setUp();
  const choices = [
    { name: "Large", price: 200, modifierId: "m", choiceId: "l" },
    { name: "Hot", price: 0, modifierId: "n", choiceId: "h" },
  ];
  await property.write([
    openOrder("o", { number: "A-9", currency: "EUR", source: "pos" }, null),
    ...orderLines("o", [
      { ...newLine(item("soup")), quantity: 2, choices, lineId: "l-1" },
      { ...newLine(item("wine")), lineId: "l-2" },
    ], null),
  ]);
  const [, wine] = read("o").lines;
  assert.ok(wine);
  await property.write(endLines([wine], "cancelled", "mistake", null));
  const receipt = toReceipt(read("o"), {
    details: readDetails(property),
    ...{ taxes: [], place: null, payments: [], number: null, server: "", language: "en" },
    ...{ timeMs: 1, timeZoneOffset: 0, drawer: false, words: { ...words, title: "Bill A-9" } },
  });
  assert.deepEqual(receipt.lines, [
    {
      ...{ name: "Soup", quantity: 2, amount: 1500, unitAmount: 750 },
      modifiers: [{ name: "Large", amount: 400 }, { name: "Hot" }],
    },
  ]);
  assert.equal(receipt.total, 1900);
  assert.deepEqual([receipt.title, receipt.number, receipt.qr], ["Bill A-9", undefined, undefined]);
});

test("a part of a line goes to a new bill, and how many are left can still be changed", async () => {
  const { property, read, ring, nextVersion } = await setUp();
  const orderId = await ring(5, 1);
  const [soup, wine] = read(orderId).lines;
  assert.ok(soup && wine);
  const moving = new Map([
    [soup.lineId, 2],
    [wine.lineId, 1],
  ]);
  const header = { number: "A-50", currency: "EUR", source: "pos" as const };
  await property.write([
    ...moveToNew(read(orderId), read(orderId).lines, moving, { orderId: "other", header }, null, nextVersion),
  ]);
  const counts = (id: string) => read(id).lines.map(({ name, quantity }) => `${quantity} ${name}`);
  assert.deepEqual(counts(orderId), ["3 Soup"]);
  assert.deepEqual(counts("other"), ["2 Soup", "1 Wine"]);
  for (const [id, wanted] of [[orderId, 4], ["other", 1], [orderId, 2]] as const) {
    const [line] = read(id).lines;
    assert.ok(line);
    await property.write(changeLine(property, line, { quantity: wanted }, nextVersion));
    assert.equal(read(id).lines[0]?.quantity, wanted);
  }
  assert.deepEqual(counts("other"), ["1 Soup", "1 Wine"]);
});

test("what was said of an order goes with its lines, and is said once; a guest's can still be erased", async () => {
  const { property, read, ring, nextVersion } = await setUp();
  const orderId = await ring(3);
  await property.write(changeOrder(orderId, { note: "peanut allergy" }, nextVersion));
  const move = (count: number, to: Order) => {
    const [soup] = read(orderId).lines;
    const moving = new Map([[soup?.lineId ?? "", count]]);
    return moveTo(read(orderId), read(orderId).lines, moving, to, null, nextVersion);
  };
  const other = await ring(1);
  await property.write(changeOrder(other, { note: "window" }, nextVersion));
  assert.deepEqual(move(0, read(other)), [], "nothing goes");
  await property.write(move(1, read(other)));
  assert.equal(read(other).note, "window · peanut allergy");
  await property.write(move(1, read(other)));
  assert.equal(read(other).note, "window · peanut allergy");

  const header = { number: "A-60", currency: "EUR", source: "pos" as const };
  const moveOut = (from: Order, id: string) => {
    const [line] = from.lines;
    const to = { orderId: id, header };
    return moveToNew(from, from.lines, new Map([[line?.lineId ?? "", 1]]), to, null, nextVersion);
  };
  const ofGuest = moveOut({ ...read(orderId), source: "guest" }, "guests");
  assert.equal(ofGuest[0]?.body["note"], undefined);
  assert.deepEqual(ofGuest[1]?.body["set"], { note: "peanut allergy" });
  await property.write(moveOut(read(orderId), "own"));
  assert.deepEqual([read("own").note, read("own").lines.length], ["peanut allergy", 1]);
});

test("the day: what was closed and taken since the last close, and what came late", async () => {
  const { clock, property, read, ring, settleAll } = await setUp();
  const first = await ring(2);
  await property.write(discount(first, { reason: "House", percentBp: 1000 }, null));
  await settleAll(first, "cash", 150);
  const second = await ring(1, 1);
  await settleAll(second, "card");
  const [payment] = read(second).payments;
  assert.ok(payment);
  await property.write(refund(second, payment.paymentId, 300, "returned", null));
  const open = await ring(4);
  await property.write(pay(open, { method: "cash", amount: 500 }, null));

  const day = readDay(property, clock.utcNow() + 1);
  assert.deepEqual([day.orders, day.gross, day.discounts], [2, 1500 + 1800, 150]);
  assert.deepEqual(day.payments, [
    { method: "cash", count: 2, amount: 1350 + 500, tips: 150, refunds: 0 },
    { method: "card", count: 1, amount: 1800, tips: 0, refunds: 300 },
  ]);
  assert.equal(day.expectedCash, 1850 + 150);
  assert.deepEqual(
    [day.openOrders, day.openDue, day.owingOrders, day.owingDue, day.late, day.fromMs],
    [1, 2500, 1, 300, 0, 0],
    "what was given back is due again, as the strip shows it",
  );
  await property.write(closeDay(day, 2000, "anna"));
  assert.equal(property.records("day").length, 1);

  // The next day begins with nothing; the rest of the open order is its.
  clock.advance(10 * HOUR);
  assert.deepEqual(readDay(property, clock.utcNow()).payments, []);
  await settleAll(open, "card");
  const next = readDay(property, clock.utcNow());
  assert.deepEqual([next.orders, next.gross], [1, 3000]);

  // A waiter's phone was away when the day was closed: what it took then is not lost.
  const late = readDay(withLateOrder(property, day.toMs - 1), clock.utcNow());
  assert.deepEqual([late.orders, late.gross, late.late], [2, 3700, 700]);
  assert.deepEqual(late.payments.map(({ method, amount }) => [method, amount]), [
    ["cash", 700],
    ["card", 2500],
  ]);
});

test("a closed order to which a line came late shows its debt, and counts once when that is paid", async () => {
  const { clock, property, item, read, nextVersion, ring, settleAll } = await setUp();
  const orderId = await ring(2);
  await settleAll(orderId, "cash");
  await property.write(closeDay(readDay(property, clock.utcNow()), null, null));
  clock.advance(HOUR);
  await property.write(orderLines(orderId, [{ ...newLine(item("soup")), lineId: "late" }], null));
  const owing = readDay(property, clock.utcNow());
  assert.deepEqual([owing.owingOrders, owing.owingDue, owing.orders], [1, 750, 0]);
  assert.deepEqual([owing.openOrders, owing.openDue], [0, 0], "it does not count once it is closed: it is");
  await property.write(setLineState(read(orderId).lines, "served", null));
  assert.equal(readFigures(property, clock.utcNow()).toPay, 1);

  await property.write(pay(orderId, { method: "cash", amount: 750 }, null));
  await property.write(closeOrder(read(orderId), read(orderId).lines, null, nextVersion));
  const paid = readDay(property, clock.utcNow());
  assert.deepEqual([paid.orders, paid.gross, paid.openOrders], [0, 0, 0], "the first day had it");
  assert.deepEqual(paid.payments.map(({ amount }) => amount), [750]);
  const open = read(await ring(1));
  const kinds = closeOrder(open, open.lines, null, nextVersion).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["line.state", "order.set"]);
});

test("lines go to open orders of the same currency only: what is closed is sold", async () => {
  const { property, read, ring, settleAll, nextVersion } = await setUp();
  const [from, open, closed] = [await ring(1), await ring(1), await ring(1)];
  await settleAll(closed, "cash");
  await property.write(orderLines(closed, [{ ...newLine(readMenu(property).items.get("soup") as Item), lineId: "late" }], null));
  await property.write(openOrder("foreign", { number: "F", currency: "GBP", source: "pos" }, null));
  const orders = [from, open, closed, "foreign"].map(read);
  assert.ok(read(closed).due > 0, "the till lists it");
  assert.deepEqual(moveTargets(orders, read(from)).map(({ orderId }) => orderId), [open]);
  for (const orderId of [open, closed])
    await property.write(changeOrder(orderId, { placeId: "t3" }, nextVersion));
  assert.deepEqual(openAt([open, closed].map(read), "t3").map(({ orderId }) => orderId), [open]);
});

/** The property as it reads once an order of 7.00 has come that was paid and closed then. */
function withLateOrder(property: Property, atMs: number): RecordSource {
  const at = (value: unknown) => [value, atMs, 0, "phone", 1] as const;
  const record = {
    items: {
      header: at({ number: "B-1", currency: "EUR", source: "staff" }),
      "line/x": at({ lineId: "x", name: "Cake", quantity: 1, price: 700 }),
      "payment/p": at({ paymentId: "p", method: "cash", amount: 700 }),
    },
    registers: { closed: [true, 1, atMs, 0, "phone", 2] as const },
  };
  const find = (name: string) => (name === "order/late" ? record : property.record(name));
  return {
    record: find,
    records: (type: string) => [
      ...property.records(type),
      ...(type === "order" ? [["order/late", record] as [string, typeof record]] : []),
    ],
    order: (orderId: string) =>
      orderId === "late" ? readOrder("late", find, () => []) : property.order(orderId),
  };
}

test("an order tells by its name when it was opened, where its id is ours", async () => {
  const ms = Date.UTC(2026, 4, 20);
  const id = (ms.toString(16).padStart(12, "0") + "7abc8def0123456789ab").replace(
    /^(.{8})(.{4})(.{4})(.{4})(.{12})$/,
    "$1-$2-$3-$4-$5",
  );
  assert.equal(openedByName(`order/${id}`), ms);
  assert.equal(openedByName("order/TtqWlzPRBNCZcZ6mBDF8LA"), null);
  const { property } = await setUp();
  assert.deepEqual(property.putAway("order"), []);
  await loadDayOrders(property);
});

test("what was not sent is kept with what it needs, and read with what the menu says now", async () => {
  const { property, item } = await setUp();
  const menu = readMenu(property);
  const choices = [{ name: "Large", price: 200, modifierId: "m", choiceId: "l" }];
  const line = { ...newLine(item("soup")), quantity: 3, note: "hot", choices, lineId: "l-1" };
  const unsent = withCart({ ...nothing, placeId: "p" }, NEW, [line]);
  const again = toUnsent(JSON.parse(JSON.stringify(unsent)));
  assert.deepEqual(cartOf(again, NEW, menu), [line]);
  assert.equal(again.placeId, "p");
  assert.deepEqual(cartOf(again, NEW, { ...menu, items: new Map() }), []);
  for (const bad of [undefined, null, 7, "x", [], { lines: 7 }, { lines: { new: [null, 7, {}] } }])
    assert.deepEqual(cartOf(toUnsent(bad), NEW, menu), []);
  assert.deepEqual(withCart(unsent, NEW, []).lines, {});
});
