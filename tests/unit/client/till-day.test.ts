// SPDX-License-Identifier: Apache-2.0
// The close of day: every payment, refund and closing counts once, whenever it comes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readOrder } from "../../../data/web/client/log/order-state";
import type { EntityRecord, Item } from "../../../data/web/client/log/record";
import { changeOrder, orderLines, pay, refund } from "../../../data/web/pages/house/orders";
import type { RecordSource } from "../../../data/web/pages/house/source";
import { newLine } from "../../../data/web/pages/order/cart";
import { partLate } from "../../../data/web/pages/pos/closing";
import { closeDay, isCounted, isSold, lateLines, readDay } from "../../../data/web/pages/pos/day-totals";
import { setUp } from "./till-fixture";

const HOUR = 3600000;
/** As log ids are written. */
const PHONE = "phone-phone-phone-phon";
const OTHER = "other-other-other-othe";

type Records = Record<string, EntityRecord>;

/** What is there, and what came from other devices. */
function withRecords(property: RecordSource, more: Records): RecordSource {
  const find = (name: string) => more[name] ?? property.record(name);
  return {
    record: find,
    records: (type) => [
      ...property.records(type).filter(([name]) => !(name in more)),
      ...Object.entries(more).filter(([name]) => name.startsWith(`${type}/`)),
    ],
    order: (orderId) => readOrder(orderId, find, () => []),
  };
}

const said = (value: unknown, ms: number, seq: number, logId = PHONE): Item => [value, ms, 0, logId, seq];

/** An order of 7.00 that a phone opened, closed and took money for. */
function phoneOrder(ms: number, refunded = 0): EntityRecord {
  return {
    items: {
      header: said({ number: "B-1", currency: "EUR", source: "staff" }, ms, 1),
      "line/x": said({ lineId: "x", name: "Cake", quantity: 1, price: 700 }, ms, 2),
      "payment/p": said({ paymentId: "p", method: "cash", amount: 700 }, ms, 3),
      ...(refunded === 0
        ? {}
        : { "refund/r": said({ refundId: "r", paymentId: "p", amount: refunded }, ms + 2, 5) }),
    },
    registers: { closed: [true, 1, ms + 1, 0, PHONE, 4] },
  };
}

test("two closes in a row: the second has nothing, and what comes then is the third’s", async () => {
  const { clock, property, ring, settleAll } = await setUp();
  await settleAll(await ring(2), "cash");
  const first = readDay(property, clock.utcNow());
  assert.deepEqual([first.orders, first.gross, first.expectedCash], [1, 1500, 1500]);
  await property.write(closeDay(first, null, null));
  const second = readDay(property, clock.utcNow());
  assert.deepEqual([second.orders, second.gross, second.payments], [0, 0, []]);
  await property.write(closeDay(second, null, null));
  await settleAll(await ring(1), "card");
  const third = readDay(property, clock.utcNow());
  assert.deepEqual([third.orders, third.gross, third.late], [1, 750, 0]);
  assert.deepEqual(third.taxes.map(({ net }) => net), [750]);
});

test("a phone that was away during the close: its payment and its refund count on the next, once", async () => {
  const { clock, property, ring, settleAll } = await setUp();
  await settleAll(await ring(2), "cash");
  const ms = clock.utcNow();
  clock.advance(HOUR);
  await property.write(closeDay(readDay(property, clock.utcNow()), null, null));
  clock.advance(HOUR);

  const late = readDay(withRecords(property, { "order/late": phoneOrder(ms) }), clock.utcNow());
  assert.deepEqual([late.orders, late.gross, late.late, late.expectedCash], [1, 700, 700, 700]);
  await property.write(closeDay(late, null, null));
  // Then a refund comes that it gave at that time.
  const later = withRecords(property, { "order/late": phoneOrder(ms, 200) });
  const refunds = readDay(later, clock.utcNow());
  assert.deepEqual([refunds.orders, refunds.gross, refunds.refunds, refunds.expectedCash], [
    ...[0, 0, 200, -200],
  ]);
  await property.write(closeDay(refunds, null, null));
  assert.deepEqual(readDay(later, clock.utcNow()).payments, []);
});

test("a late payment counts also where something that was counted is less now", async () => {
  const { clock, property, read, ring, settleAll } = await setUp();
  const orderId = await ring(2);
  await settleAll(orderId, "cash");
  const ms = clock.utcNow();
  clock.advance(HOUR);
  await property.write(closeDay(readDay(property, clock.utcNow()), null, null));
  clock.advance(HOUR);
  const [payment] = read(orderId).payments;
  assert.ok(payment);
  await property.write(refund(orderId, payment.paymentId, 500, "returned", null));
  const day = readDay(withRecords(property, { "order/late": phoneOrder(ms) }), clock.utcNow());
  assert.deepEqual([day.orders, day.late, day.refunds, day.expectedCash], [1, 700, 500, 200]);
});

test("two tills close at once: no later day counts anything again, and nothing is lost", async () => {
  const { clock, property, ring, settleAll } = await setUp();
  await settleAll(await ring(1), "cash");
  const here = readDay(property, clock.utcNow());
  const records = { "order/late": phoneOrder(clock.utcNow()) };
  const there = readDay(withRecords(property, records), clock.utcNow());
  assert.deepEqual([here.expectedCash, there.expectedCash], [750, 1450]);
  await property.write(closeDay(here, null, null));
  // Had it heard of the first in time, it would have had the rest only.
  assert.equal(readDay(withRecords(property, records), clock.utcNow()).expectedCash, 700);
  await property.write(closeDay(there, null, null));
  clock.advance(HOUR);
  await settleAll(await ring(2), "cash");
  const next = readDay(withRecords(property, records), clock.utcNow());
  assert.deepEqual([next.orders, next.expectedCash], [1, 1500]);
});

test("an order that is opened again before the close counts once, as it is then; after it stays closed", async () => {
  const { clock, property, item, ring, settleAll, nextVersion } = await setUp();
  const orderId = await ring(1);
  await settleAll(orderId, "cash");
  assert.equal(isCounted(property, orderId), false);
  await property.write(changeOrder(orderId, { closed: false }, nextVersion));
  assert.deepEqual(readDay(property, clock.utcNow()).orders, 0);
  await property.write(orderLines(orderId, [{ ...newLine(item("soup")), lineId: "more" }], null));
  await settleAll(orderId, "cash");
  const day = readDay(property, clock.utcNow());
  assert.deepEqual([day.orders, day.gross, day.expectedCash], [1, 1500, 1500]);
  await property.write(closeDay(day, null, null));
  assert.equal(isCounted(property, orderId), true);
});

test("money whose order or payment is not here yet waits, with what its device wrote then", async () => {
  const { clock, property } = await setUp();
  const ms = clock.utcNow();
  const whole = phoneOrder(ms);
  const { "payment/p": payment } = whole.items;
  assert.ok(payment);
  // The order was opened by another device, and only the phone's log has come.
  const half = { items: { "payment/p": payment }, registers: whole.registers };
  const after = {
    items: {
      header: said({ number: "B-2", currency: "EUR", source: "staff" }, ms, 1, OTHER),
      "payment/q": said({ paymentId: "q", method: "cash", amount: 300 }, ms, 9),
    },
    registers: {},
  };
  const early = readDay(withRecords(property, { "order/late": half, "order/next": after }), ms);
  assert.equal(early.expectedCash, 0);
  await property.write(closeDay(early, null, null));
  const both = withRecords(property, { "order/late": whole, "order/next": after });
  assert.equal(readDay(both, ms).expectedCash, 1000);
  // What never comes holds nothing up for ever.
  const days = withRecords(property, { "order/late": half, "order/next": after });
  assert.equal(readDay(days, ms + 48 * HOUR).expectedCash, 300);
});

test("a day that was closed before logs were written down covers what was taken until then", async () => {
  const { clock, property, ring, settleAll } = await setUp();
  const open = await ring(1);
  await property.write(pay(open, { method: "cash", amount: 250 }, null));
  const day = readDay(property, clock.utcNow());
  const { body, ...rest } = closeDay(day, null, null);
  const { have: _, ...old } = body;
  await property.write({ ...rest, body: old });
  clock.advance(HOUR);
  await settleAll(open, "cash");
  assert.equal(readDay(property, clock.utcNow()).expectedCash, 500);
});

/** The order as it reads with a beer that a phone ordered then, as its operation `seq`. */
function withBeer(source: RecordSource, orderId: string, ms: number, seq: number): RecordSource {
  const name = `order/${orderId}`;
  const record = source.record(name);
  assert.ok(record);
  const beer = said({ lineId: `beer-${seq}`, name: "Beer", quantity: 1, price: 500 }, ms, seq);
  const items = { ...record.items, [`line/beer-${seq}`]: beer };
  return withRecords(source, { [name]: { ...record, items } });
}

const lateIn = (source: RecordSource, orderId: string): string[] => {
  const order = source.order(orderId);
  assert.ok(order);
  return lateLines(source, order).map(({ lineId }) => lineId);
};

test("what a phone ordered before the close and brings after it is late; what the day knew is not", async () => {
  const { clock, property, ring, settleAll } = await setUp();
  const orderId = await ring(2);
  const ms = clock.utcNow();
  clock.advance(HOUR);
  await settleAll(orderId, "cash");
  const known = withBeer(property, orderId, ms, 4);
  assert.deepEqual(lateIn(known, orderId), [], "today counts it still");
  const day = readDay(known, clock.utcNow());
  assert.deepEqual([day.gross, day.owingDue], [2000, 500]);
  await property.write(closeDay(day, null, null));
  clock.advance(HOUR);
  assert.deepEqual(lateIn(withBeer(property, orderId, ms, 4), orderId), [], "the day has sold it");
  const both = withBeer(withBeer(property, orderId, ms, 4), orderId, ms, 5);
  assert.deepEqual(lateIn(both, orderId), ["beer-5"]);
  // A later day, which hears of the phone's other orders only, has not sold it either.
  await property.write(closeDay(readDay(withRecords(both, { "order/late": phoneOrder(ms) }), clock.utcNow()), null, null));
  const again = withBeer(withBeer(property, orderId, ms, 4), orderId, ms, 5);
  assert.deepEqual(lateIn(again, orderId), ["beer-5"]);
});

test("a line is settled once a day has sold it, and what came late is not", async () => {
  const { clock, property, ring, settleAll } = await setUp();
  const orderId = await ring(1);
  await settleAll(orderId, "cash");
  const soldOf = (source: RecordSource) => {
    const order = source.order(orderId);
    assert.ok(order);
    return order.lines.filter((line) => isSold(source, order, line)).map(({ name }) => name);
  };
  assert.deepEqual(soldOf(property), []);
  await property.write(closeDay(readDay(property, clock.utcNow()), null, null));
  assert.deepEqual(soldOf(withBeer(property, orderId, clock.utcNow(), 1)), ["Soup"]);
});

test("what was given back is due again, but nothing of it is sold again", async () => {
  const { clock, property, read, ring, settleAll } = await setUp();
  const orderId = await ring(1);
  await settleAll(orderId, "cash");
  await property.write(closeDay(readDay(property, clock.utcNow()), null, null));
  clock.advance(HOUR);
  const [payment] = read(orderId).payments;
  assert.ok(payment);
  await property.write(refund(orderId, payment.paymentId, 750, "returned", null));
  assert.equal(read(orderId).due, 750);
  assert.deepEqual(lateLines(property, read(orderId)), []);
  const beer = withBeer(property, orderId, clock.utcNow(), 1);
  assert.deepEqual(lateIn(beer, orderId), ["beer-1"]);
});

test("what came late to a counted order is sold on the day that it is paid, by an order of its own", async () => {
  const { clock, property, item, read, nextVersion, ring, settleAll } = await setUp();
  const orderId = await ring(2);
  await property.write(changeOrder(orderId, { placeId: "t4", note: "window" }, nextVersion));
  await settleAll(orderId, "cash");
  const part = (to: string) =>
    partLate(property, read(orderId), { orderId: to, header: { number: "A-9", source: "pos" } }, null, nextVersion);
  await property.write(closeDay(readDay(property, clock.utcNow()), null, null));
  clock.advance(HOUR);
  assert.deepEqual(part("own"), []);
  await property.write(orderLines(orderId, [{ ...newLine(item("soup")), lineId: "late" }], null));
  await property.write(part("own"));
  const { number, placeId, note, due, lines } = read("own");
  assert.deepEqual([number, placeId, note, due, lines.map(({ lineId }) => lineId)], [
    ...["A-9", "t4", "window", 750, ["late"]],
  ]);
  assert.deepEqual([read(orderId).due, read(orderId).total], [0, 1500]);
  assert.deepEqual(part("twice"), [], "it is not on that order any more");
  await settleAll("own", "cash");
  const day = readDay(property, clock.utcNow());
  assert.deepEqual([day.orders, day.gross, day.expectedCash, day.owingOrders], [1, 750, 750, 0]);
  assert.deepEqual(day.taxes.map(({ net }) => net), [750]);
});
