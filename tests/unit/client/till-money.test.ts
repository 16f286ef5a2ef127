// SPDX-License-Identifier: Apache-2.0
// Money that goes back, and money that is not added to other money.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  changeOrder,
  endLines,
  openOrder,
  orderLines,
  pay,
  readOpenOrders,
  refund,
  setLineState,
} from "../../../data/web/pages/house/orders";
import { newLine } from "../../../data/web/pages/order/cart";
import { cancelLines, cancelPart, restoreLine } from "../../../data/web/pages/pos/cancel-plan";
import { closeOrder } from "../../../data/web/pages/pos/closing";
import { closeDay, readDay } from "../../../data/web/pages/pos/day-totals";
import { nextStep } from "../../../data/web/pages/pos/next-step";
import { paymentToRefund, receiptedTotal } from "../../../data/web/pages/pos/order-facts";
import { readLooseTiles, readTiles } from "../../../data/web/pages/staff/floor-list";
import { setUp } from "./till-fixture";

type House = Awaited<ReturnType<typeof setUp>>;

function stepOf({ property, read }: House, orderId: string) {
  return nextStep({
    ...{ order: read(orderId), unsent: 0, isReceiptUnderWay: false, hasStations: false },
    receipted: receiptedTotal(property, orderId),
  });
}

function listed({ clock, property }: House): string[] {
  return readOpenOrders(property, clock.utcNow()).map(({ orderId }) => orderId);
}

test("what was paid too much is to be given back, also of an order that is closed", async () => {
  const house = await setUp();
  const { clock, property, read, ring, nextVersion } = house;
  const orderId = await ring(1);
  await property.write([
    pay(orderId, { method: "card", amount: 250, paymentId: "first" }, null),
    pay(orderId, { method: "cash", amount: 500, paymentId: "last" }, null),
  ]);
  await property.write(endLines(read(orderId).lines, "cancelled", "out", null));
  assert.deepEqual([read(orderId).due, stepOf(house, orderId)], [-750, "refund"]);
  await property.write(changeOrder(orderId, { closed: true }, nextVersion));
  assert.deepEqual([listed(house), stepOf(house, orderId)], [[orderId], "refund"]);
  const day = readDay(property, clock.utcNow());
  assert.deepEqual([day.backOrders, day.backDue, day.owingOrders, day.owingDue], [1, 750, 0, 0]);

  assert.equal(paymentToRefund(property, read(orderId))?.paymentId, "last");
  await property.write(refund(orderId, "last", 500, "out", null));
  assert.equal(paymentToRefund(property, read(orderId))?.paymentId, "first");
  assert.deepEqual([read(orderId).due, stepOf(house, orderId)], [-250, "refund"]);
  await property.write(refund(orderId, "first", 250, "out", null));
  assert.equal(paymentToRefund(property, read(orderId)), null);
  assert.deepEqual([listed(house), stepOf(house, orderId)], [[], "none"]);
  assert.deepEqual([readDay(property, clock.utcNow()).backOrders, readDay(property, clock.utcNow()).backDue], [0, 0]);
});

test("two tills that both took the money: what the second took is to be given back", async () => {
  const house = await setUp();
  const { clock, property, ring, settleAll } = house;
  const orderId = await ring(1);
  await settleAll(orderId, "cash");
  await property.write(pay(orderId, { method: "card", amount: 750 }, null));
  assert.deepEqual([listed(house), stepOf(house, orderId)], [[orderId], "refund"]);
  const day = readDay(property, clock.utcNow());
  assert.deepEqual([day.backOrders, day.backDue, day.openDue], [1, 750, 0]);
});

test("at a table, what is owed and what is to be given back are two sums", async () => {
  const house = await setUp();
  const { property, read, ring, nextVersion } = house;
  await property.write({
    ...{ kind: "place.set", entity: "place/t5" },
    body: { version: nextVersion("place/t5"), set: { kind: "table", name: "5" } },
  });
  const [owing, over] = [await ring(1), await ring(1)];
  for (const orderId of [owing, over])
    await property.write(changeOrder(orderId, { placeId: "t5" }, nextVersion));
  await property.write(pay(over, { method: "cash", amount: 750 }, null));
  await property.write(endLines(read(over).lines, "cancelled", "out", null));
  assert.deepEqual(readTiles(property, property.hubNow()).map(({ due, back }) => [due, back]), [[750, 750]]);
  assert.deepEqual(readLooseTiles(property, property.hubNow()), []);
});

test("what was handed out can be cancelled, as a whole and in part, and brought back as it was", async () => {
  const house = await setUp();
  const { property, read, ring } = house;
  const orderId = await ring(3, 1);
  // Before it was one operation a line, one said it of both.
  const served = { lineIds: read(orderId).lines.map(({ lineId }) => lineId), state: "served" };
  await property.write({ kind: "line.state", entity: `order/${orderId}`, body: served });
  const standing = () =>
    read(orderId).lines.map(({ name, quantity, state }) => `${quantity} ${name} ${state}`);
  const line = (state: string) => {
    const found = read(orderId).lines.find((one) => one.name === "Soup" && one.state === state);
    assert.ok(found);
    return found;
  };
  await property.write(cancelPart(property, line("served"), 1, "mistake", null));
  assert.deepEqual(standing(), ["2 Soup served", "1 Soup cancelled", "1 Wine served"]);
  assert.equal(read(orderId).due, 1500 + 1050);
  await property.write(cancelPart(property, line("served"), 2, "mistake", null));
  assert.deepEqual(standing(), ["2 Soup cancelled", "1 Soup cancelled", "1 Wine served"]);
  await property.write(restoreLine(property, line("cancelled"), null));
  assert.deepEqual(standing(), ["2 Soup served", "1 Soup cancelled", "1 Wine served"]);
  await property.write(restoreLine(property, line("cancelled"), null));
  assert.deepEqual(standing(), ["2 Soup served", "1 Soup served", "1 Wine served"]);
});

test("what the kitchen had not finished when it was cancelled is the kitchen's again", async () => {
  const { property, read, ring, clock } = await setUp();
  const orderId = await ring(2);
  const [soup] = read(orderId).lines;
  assert.ok(soup);
  await property.write(setLineState([soup], "served", null));
  const [undone] = read(orderId).lines;
  await property.write({ kind: "undo", entity: `order/${orderId}`, body: { op: undone?.op ?? "" } });
  clock.advance(5000);
  await property.write(cancelPart(property, read(orderId).lines[0] ?? soup, 2, "mistake", null));
  const [cancelled] = read(orderId).lines;
  assert.equal(cancelled?.state, "cancelled");
  await property.write(restoreLine(property, cancelled ?? soup, null));
  assert.equal(read(orderId).lines[0]?.state, "placed");
});

test("an order that is cancelled is over, also where some of it was handed out", async () => {
  const house = await setUp();
  const { clock, property, read, ring, nextVersion } = house;
  const orderId = await ring(1, 1);
  const [soup] = read(orderId).lines;
  assert.ok(soup);
  await property.write(setLineState([soup], "served", null));
  await property.write([
    ...cancelLines(property, read(orderId).lines, "mistake", null),
    ...closeOrder(read(orderId), [], null, nextVersion),
  ]);
  assert.deepEqual([read(orderId).state, read(orderId).due, listed(house)], ["cancelled", 0, []]);
  assert.equal(readDay(property, clock.utcNow()).gross, 0);
});

test("orders in two currencies: the day adds up the house's, and tells of the other by itself", async () => {
  const house = await setUp();
  const { clock, property, item, read, ring, settleAll } = house;
  const foreign = async (orderId: string) => {
    const header = { number: orderId, currency: "GBP", source: "staff" as const };
    const line = { ...newLine(item("soup")), quantity: 2, lineId: `${orderId}-soup` };
    await property.write([openOrder(orderId, header, null), ...orderLines(orderId, [line], null)]);
  };
  await settleAll(await ring(1), "cash", 50);
  await foreign("paid");
  await settleAll("paid", "cash", 100);
  await foreign("room");
  await property.write(pay("room", { method: "room", amount: 400, placeId: "r1" }, null));
  const day = readDay(property, clock.utcNow());
  assert.deepEqual(
    [day.currency, day.orders, day.gross, day.tips, day.expectedCash, day.openCharges, day.openDue],
    ["EUR", 1, 750, 50, 800, 0, 0],
  );
  assert.deepEqual(day.payments, [{ method: "cash", count: 1, amount: 750, tips: 50, refunds: 0 }]);
  assert.deepEqual(day.taxes.map(({ net }) => net), [750]);
  assert.deepEqual(day.others, [
    { currency: "GBP", sales: 1500, taken: 1600, cash: 1600, rooms: 400, due: 1100, back: 0 },
  ]);
  assert.equal(read("room").due, 1100);

  // It is of that day, and of no later one.
  await property.write(closeDay(day, null, null));
  const [next] = readDay(property, clock.utcNow()).others;
  assert.deepEqual([next?.sales, next?.taken, next?.cash, next?.due], [0, 0, 0, 1100]);
});
