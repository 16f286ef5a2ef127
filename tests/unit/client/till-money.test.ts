// SPDX-License-Identifier: Apache-2.0
// Money that goes back, and money that is not added to other money.

import assert from "node:assert/strict";
import { test } from "node:test";

import { changeOrder, endLines, pay, readOpenOrders, refund } from "../../../data/web/pages/house/orders";
import { readDay } from "../../../data/web/pages/pos/day-totals";
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
  assert.deepEqual(readTiles(property).map(({ due, back }) => [due, back]), [[750, 750]]);
  assert.deepEqual(readLooseTiles(property), []);
});
