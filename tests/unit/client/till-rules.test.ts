// SPDX-License-Identifier: Apache-2.0
// What the till must not do: take twice, lose what was tapped, number a receipt anew for nothing, leave
// the tax too high, or write sums with other decimals than paper.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Order } from "@bellhop/client";

import { countDown, findShort, setAvailability } from "../../../data/web/pages/house/availability";
import { discount, endLines, openOrder, orderLines, pay, refund } from "../../../data/web/pages/house/orders";
import { readMenu } from "../../../data/web/pages/house/menu";
import { undoLines } from "../../../data/web/pages/house/undo";
import { newLine } from "../../../data/web/pages/order/cart";
import { stillAsked, type Ask } from "../../../data/web/pages/pos/ask";
import {
  discountOrder,
  givenDiscounts,
  mostOff,
  spread,
  takeBack,
} from "../../../data/web/pages/pos/discount-plan";
import { digitsOf, formatMoney, parseAmount } from "../../../data/web/pages/house/money";
import { standingReceipt } from "../../../data/web/pages/pos/order-facts";
import { beginPayForm, followOrder, hasMoved, mayTake } from "../../../data/web/pages/pos/pay-form";
import { ReceiptDesk } from "../../../data/web/pages/pos/receipt-desk";
import { afterwards, withNumber } from "../../../data/web/pages/pos/receipt-content";
import {
  cartOf,
  draftsOf,
  mergeUnsent,
  NEW,
  nothing,
  rescueUnsent,
  toUnsent,
  withCart,
} from "../../../data/web/pages/pos/unsent";
import { setUp } from "./till-fixture";

test("one payment by two taps; what changes under the form is looked at; a rest is chosen", async () => {
  const { property, item, read, ring } = await setUp();
  const orderId = await ring(2);
  let count = 0;
  const nextId = () => `p-${(count += 1)}`;
  let form = beginPayForm(read(orderId).due, nextId());
  assert.equal(mayTake(form, read(orderId)), true);

  await property.write(orderLines(orderId, [{ ...newLine(item("soup")), lineId: "more" }], null));
  assert.deepEqual([hasMoved(form, read(orderId)), mayTake(form, read(orderId))], [true, false]);
  assert.equal(form.due, 1500, "it shows what was seen");
  form = { ...form, due: read(orderId).due };
  assert.equal(mayTake(form, read(orderId)), true);

  form = { ...form, isSent: true, change: 0 };
  assert.equal(mayTake(form, read(orderId)), false, "the second tap");
  assert.equal(followOrder(form, read(orderId), nextId), form, "until the order shows it");
  const payment = { method: "card" as const, amount: 1000, paymentId: form.paymentId };
  await property.write(pay(orderId, payment, null));
  await property.write(pay(orderId, payment, null));
  assert.equal(read(orderId).paid, 1000, "under one id it is one");
  form = followOrder(form, read(orderId), nextId);
  assert.deepEqual([form.paymentId, form.due, form.isSent], ["p-2", 1250, false]);
  assert.equal(mayTake(form, read(orderId)), false, "nothing is chosen for the rest");
  assert.equal(mayTake({ ...form, isChosen: true }, read(orderId)), true);
});

const taxesOf = ({ taxes }: Order) => taxes.map(({ net, tax }) => [net, tax]);

test("an amount off the order lowers each tax by its part, and can be taken back as one", async () => {
  const { property, read, ring } = await setUp();
  const orderId = await ring(3, 2);
  const before = read(orderId);
  assert.deepEqual(taxesOf(before), [[2000, 100], [2250, 205]]);
  const drafts = discountOrder(before, 1001, "Regular guest", "anna");
  await property.write(drafts);
  const after = read(orderId);
  assert.deepEqual(taxesOf(after).map(([net]) => net), [2000 - 471, 2250 - 530]);
  assert.deepEqual(taxesOf(after).map(([, tax]) => tax), [76, 156]);
  const [given, ...others] = givenDiscounts(after, null);
  assert.ok(given);
  assert.deepEqual([given.amount, given.reason, given.parts.length, others], [
    ...[1001, "Regular guest", 2, []],
  ]);
  const [, wine] = after.lines;
  assert.ok(wine);
  const whole = after.discounts.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  await property.write(endLines([wine], "cancelled", "Mistake", null));
  const [rest] = givenDiscounts(read(orderId), null);
  assert.deepEqual([rest?.amount, whole], [read(orderId).lines[0]?.discount, 1001], "as the order says");
  await property.write(undoLines(property, read(orderId).lines.slice(1), null));
  await property.write(takeBack(after, given, null));
  assert.equal(read(orderId).total, before.total);
  assert.deepEqual(givenDiscounts(read(orderId), null), []);
});

test("parts of an amount sum up, whatever the lines; more than there is is refused", async () => {
  const { property, item, read } = await setUp();
  const soup = item("soup");
  const lines = [1, 1, 1, 333, 7].map((price, at) => ({
    ...newLine({ ...soup, price }),
    lineId: `l-${at}`,
  }));
  const header = { number: "A-1", currency: "EUR", source: "pos" as const };
  await property.write([openOrder("o", header, null), ...orderLines("o", lines, null)]);
  const order = read("o");
  assert.equal(mostOff(order), 343);
  for (let amount = 1; amount <= 343; amount += 1) {
    const parts = spread(order, amount) ?? [];
    assert.equal(parts.reduce((sum, [, part]) => sum + part, 0), amount);
    assert.ok(parts.every(([line, part]) => part > 0 && part <= line.net));
  }
  assert.deepEqual([spread(order, 344), spread(order, 0)], [null, null]);
  const [line] = order.lines;
  assert.ok(line);
  await property.write(discount("o", { reason: "Complaint", line, amount: 1 }, null));
  assert.deepEqual([mostOff(read("o")), givenDiscounts(read("o"), null)], [342, []]);
  assert.equal(givenDiscounts(read("o"), line.lineId).length, 1);
});

test("what was not sent with closed orders: one into the empty new order, others as drafts", async () => {
  const { property, item } = await setUp();
  const menu = readMenu(property);
  const cart = (lineId: string) => [{ ...newLine(item("soup")), lineId }];
  let unsent = withCart(withCart({ ...nothing, orderId: "a" }, "a", cart("1")), "b", cart("2"));
  unsent = withCart(unsent, "c", cart("3"));
  const places: Record<string, string | null> = { a: "t-1", b: "t-2" };
  const isListed = (orderId: string) => places[orderId] === undefined;
  const rescued = rescueUnsent(unsent, (orderId) => places[orderId], isListed);
  assert.deepEqual([rescued.orderId, rescued.placeId], [null, "t-1"]);
  assert.equal(cartOf(rescued, NEW, menu)[0]?.lineId, "1");
  const [draft, ...others] = draftsOf(rescued);
  assert.ok(draft);
  assert.deepEqual([others, rescued.places[draft], cartOf(rescued, draft, menu)[0]?.lineId], [
    ...[[], "t-2", "2"],
  ]);
  assert.equal(cartOf(rescued, "c", menu)[0]?.lineId, "3");
  assert.equal(rescueUnsent(rescued, (orderId) => places[orderId], isListed), rescued);
  assert.deepEqual(toUnsent(JSON.parse(JSON.stringify(rescued))), rescued);

  // One is being put together: nothing is mixed into it.
  const begun = { ...withCart(unsent, NEW, cart("4")), placeId: "t-9" };
  const busy = rescueUnsent(begun, (id) => places[id], isListed);
  assert.deepEqual([busy.placeId, draftsOf(busy).length, busy.orderId], ["t-9", 2, "draft.a"]);
  const selected = { ...nothing, orderId: "a" };
  assert.equal(rescueUnsent(selected, () => null, () => false).orderId, null);
  assert.equal(rescueUnsent(selected, () => null, () => true).orderId, "a", "it owes what came after");
  const owing = rescueUnsent(withCart(selected, "a", cart("5")), () => "t-1", () => true);
  assert.deepEqual([owing.orderId, cartOf(owing, NEW, menu).length], [null, 1], "it takes no more");
});

test("what is asked about an order is not asked of the next one", () => {
  const after = (ask: Ask, orderId: string | null) => stillAsked({ ask, orderId: "a" }, orderId);
  const pay: Ask = { about: "pay" };
  assert.deepEqual([after(pay, "a"), after(pay, "b"), after(pay, null)], [pay, null, null]);
  const ofOrder: Ask[] = [
    { about: "line", lineId: "l" }, { about: "cancel-line", lineId: "l" }, { about: "place" },
    { about: "refund", paymentId: "p" }, { about: "order" }, { about: "note" }, { about: "bill" },
    { about: "cancel-order" }, { about: "discount", lineId: null }, { about: "move", lineId: null },
  ];
  for (const ask of ofOrder) assert.equal(after(ask, "b"), null, ask.about);
  for (const ask of [{ about: "rooms" }, { about: "till" }, { about: "day" }, { about: "orders" }] as Ask[])
    assert.equal(after(ask, "b"), ask);
  assert.equal(stillAsked(null, "a"), null);
});

test("two tabs of a till: neither overwrites what the other tapped or sent", async () => {
  const { property, item } = await setUp();
  const menu = readMenu(property);
  const line = (lineId: string, quantity = 1) => ({ ...newLine(item("soup")), lineId, quantity });
  const start = withCart(nothing, NEW, [line("1")]);
  const there = withCart(withCart(start, NEW, [line("1"), line("2")]), "a", [line("3")]);
  const ids = (unsent: typeof start, key: string) =>
    cartOf(unsent, key, menu).map(({ lineId, quantity }) => `${lineId}:${quantity}`);
  const more = mergeUnsent(there, start, withCart(start, NEW, [line("1", 2), line("4")]));
  assert.deepEqual([ids(more, NEW), ids(more, "a")], [["1:2", "2:1", "4:1"], ["3:1"]]);
  // Sent there: it does not come back from here.
  const sent = mergeUnsent(withCart(start, NEW, []), start, withCart(start, "b", [line("5")]));
  assert.deepEqual([ids(sent, NEW), ids(sent, "b")], [[], ["5:1"]]);
  const alsoNew = mergeUnsent(withCart(start, NEW, []), start, withCart(start, NEW, [line("1"), line("6")]));
  assert.deepEqual(ids(alsoNew, NEW), ["6:1"]);
});

test("a receipt is good as long as nothing was paid, given back or changed since", async () => {
  const { property, item, read, ring } = await setUp();
  const orderId = await ring(2);
  await property.write(pay(orderId, { method: "cash", amount: 1500, paymentId: "p" }, null));
  assert.equal(standingReceipt(property, orderId), null);
  const receipt = (receiptId: string, number: number) => {
    const record = property.record(`order/${orderId}`);
    assert.ok(record);
    const ms = Object.values(record.items).reduce((top, [, at]) => Math.max(top, at), 0) + 1;
    const value = { receiptId, number, total: read(orderId).total };
    const items = { ...record.items, [`receipt/${receiptId}`]: [value, ms, 0, "hub", number] as const };
    return { ...property, record: () => ({ ...record, items }), records: () => [],
      order: (id: string) => property.order(id) };
  };
  assert.deepEqual(standingReceipt(receipt("r", 41), orderId), { receiptId: "r", number: 41, total: 1500 });
  await property.write(orderLines(orderId, [{ ...newLine(item("soup")), lineId: "more" }], null));
  const old = receipt("r", 41).record().items["receipt/r"];
  const changed = receipt("r", 41);
  const items = { ...changed.record().items, "receipt/r": [{ receiptId: "r", number: 41, total: 1500 },
    old?.[1] ?? 0, 0, "hub", 41] as const };
  assert.equal(standingReceipt({ ...changed, record: () => ({ items, registers: {} }) }, orderId), null);
  const paper = { lines: [{ name: "Soup" }], business: { name: "Bellevue" }, title: "Replaces no. 0041" };
  assert.deepEqual(withNumber(paper as never, 42), { ...paper, number: "0042", qr: "Bellevue 0042" });
  const cash = { drawer: true } as never;
  assert.deepEqual([afterwards(cash, 20000), afterwards(cash, 60000)], [{ drawer: true }, { drawer: false }]);
});

test("a refund since the receipt wants another", async () => {
  const { clock, property, ring } = await setUp();
  const orderId = await ring(2);
  await property.write(pay(orderId, { method: "cash", amount: 1500, paymentId: "p" }, null));
  const atMs = clock.utcNow();
  clock.advance(1000);
  await property.write(refund(orderId, "p", 100, "returned", null));
  const record = property.record(`order/${orderId}`);
  assert.ok(record);
  const value = { receiptId: "r", number: 41, total: 1500 };
  const items = { ...record.items, "receipt/r": [value, atMs, 9, "hub", 1] as const };
  const source = {
    record: () => ({ ...record, items }),
    records: () => [],
    order: (id: string) => property.order(id),
  };
  assert.equal(standingReceipt(source, orderId), null);
});

test("decimals by ISO 4217, whatever browsers make of custom", () => {
  const plain = (minor: number, currency: string) =>
    formatMoney(minor, currency, "en").replace(/[^\d.,]/g, "");
  assert.equal(plain(123456, "EUR"), "1,234.56");
  assert.equal(plain(1234, "JPY"), "1,234");
  assert.equal(plain(123456, "KWD"), "123.456");
  // CLDR has no decimals for these.
  for (const currency of ["HUF", "IQD", "LBP", "RSD", "COP", "IDR", "PKR", "IRR"])
    assert.equal(plain(5000, currency), currency === "IQD" ? "5.000" : "50.00", currency);
  for (const currency of ["ISK", "UGX", "XPF"]) assert.equal(digitsOf(currency), 0, currency);
  assert.equal(parseAmount("12,50", digitsOf("HUF")), 1250);
});

test("a receipt that the hub will never give is told and dropped; one that it cannot give yet waits", async (t) => {
  const { setTimeout: real } = globalThis;
  t.after(() => {
    globalThis.setTimeout = real;
  });
  let due: (() => void) | null = null;
  globalThis.setTimeout = ((task: () => void) => {
    due = task;
    return 0;
  }) as never;
  const { property, ring } = await setUp();
  const orderId = await ring(1);
  const refused: string[] = [];
  let asked = 0;
  let code = "timeout";
  const connection = {
    path: "hub-relay",
    on: () => () => undefined,
    request: () => {
      asked += 1;
      return Promise.reject(Object.assign(new Error("no"), { code }));
    },
  };
  // All of it is at the hub.
  const safe = { on: () => () => undefined, order: property.order.bind(property), record: () => null };
  const desk = new ReceiptDesk({
    property: safe as never,
    onChange: () => undefined,
    onNumber: () => true,
    onRefused: ({ orderId: id }) => refused.push(id),
  });
  desk.connect(connection as never);
  const soon = () => new Promise((resolve) => setImmediate(resolve));
  const again = async () => {
    await soon();
    due?.();
    await soon();
  };
  const content = { lines: [{ name: "Soup" }] } as never;
  desk.want({ orderId, printer: "", server: "", madeAtMs: 1, content });
  for (let i = 0; i < 5; i += 1) await again();
  assert.deepEqual([desk.waitsFor(orderId), refused], [true, []]);
  assert.ok(asked >= 5);
  code = "unknown-order";
  for (let i = 0; i < 4; i += 1) await again();
  assert.deepEqual([desk.waitsFor(orderId), refused], [false, [orderId]]);
  const before = asked;
  await again();
  assert.equal(asked, before, "it is not asked for again");
  desk.close();
});

test("two tabs of a till: receipts that wait in both wait on after one is gone, and print once", async () => {
  const { property } = await setUp();
  const safe = { on: () => () => undefined, order: property.order.bind(property), record: () => null };
  const printed: string[] = [];
  const openTab = () =>
    new ReceiptDesk({
      property: safe as never,
      onChange: () => undefined,
      onNumber: ({ orderId }, number) => printed.push(`${orderId} ${number}`) > 0,
      onRefused: () => undefined,
    });
  const waiting = (desk: ReceiptDesk) => desk.wanted.map(({ orderId }) => orderId);
  const want = (desk: ReceiptDesk, orderId: string) =>
    desk.want({ orderId, printer: "", server: "", madeAtMs: 1, content: null });
  const [first, second] = [openTab(), openTab()];
  want(first, "a");
  want(second, "b");
  first.close();
  const third = openTab();
  assert.deepEqual([waiting(second), waiting(third)], [["a", "b"], ["a", "b"]]);

  // Both ask for both, under one id each.
  const answers = new Map<string, (message: object) => void>();
  const connection = (tab: string) => ({
    path: "hub-relay",
    on: () => () => undefined,
    request: ({ id }: { id: string }) =>
      new Promise((resolve) => {
        answers.set(`${tab} ${id}`, resolve);
      }),
  });
  const [a, b] = second.wanted.map(({ receiptId }) => receiptId);
  second.connect(connection("second") as never);
  third.connect(connection("third") as never);
  const answer = async (tab: string, id: string | undefined, number: number) => {
    answers.get(`${tab} ${id}`)?.({ type: "ack", receipt: { number } });
    await new Promise((resolve) => setImmediate(resolve));
  };
  await answer("second", a, 7);
  await answer("third", a, 7);
  await answer("third", b, 8);
  assert.deepEqual(printed, ["a 7", "b 8"]);
  second.follow();
  assert.deepEqual([waiting(second), waiting(third), waiting(openTab())], [[], [], []]);
  for (const desk of [second, third]) desk.close();
});

test("what is paid while a receipt waits is on it; on one of its own once a number may have been given", async () => {
  const { property } = await setUp();
  const orderId = "o-waits";
  let path = "none";
  let tell = () => undefined as void;
  const asked: { id: string; answer: (message: object) => void }[] = [];
  const connection = {
    get path() {
      return path;
    },
    on: (_name: string, listener: () => void) => {
      tell = listener;
      return () => undefined;
    },
    request: ({ id }: { id: string }) =>
      new Promise((resolve) => {
        asked.push({ id, answer: resolve });
      }),
  };
  const safe = { on: () => () => undefined, order: property.order.bind(property), record: () => null };
  const printed: [number: number, total: unknown][] = [];
  const desk = new ReceiptDesk({
    property: safe as never,
    onChange: () => undefined,
    onNumber: ({ content }, number) => printed.push([number, content?.total]) > 0,
    onRefused: () => undefined,
  });
  desk.connect(connection as never);
  const want = (total: number, time: number) => {
    const content = { lines: [], total, time } as never;
    desk.want({ orderId, printer: "", server: "", madeAtMs: time, content });
  };
  const soon = () => new Promise((resolve) => setImmediate(resolve));
  want(750, 1);
  want(750, 2);
  want(1310, 3);
  assert.equal(desk.wanted.length, 1, "the hub is away: one receipt says it all");
  path = "hub-relay";
  tell();
  assert.equal(asked.length, 1);
  want(1310, 4);
  want(1700, 5);
  want(1700, 6);
  assert.equal(asked.length, 2, "the first may stand already; a second tap asks for nothing");
  asked[0]?.answer({ type: "ack", receipt: { number: 7 } });
  asked[1]?.answer({ type: "ack", receipt: { number: 8 } });
  await soon();
  assert.deepEqual(printed, [
    [7, 1310],
    [8, 1700],
  ]);
  assert.equal(desk.wanted.length, 0);
  desk.close();
});

test("what is sent is counted down in the same write; at none it is out; more than there is, is not sent", async () => {
  const { property, item } = await setUp();
  const nextVersion = (entity: string) => property.nextVersion(entity);
  const items = () => readMenu(property).items;
  const soups = (...quantities: number[]) =>
    quantities.map((quantity, index) => ({ ...newLine(item("soup")), quantity, lineId: `soup-${index}` }));
  assert.deepEqual(countDown(soups(2), items(), nextVersion), [], "nobody counts");
  await property.write(setAvailability("soup", { remaining: 5 }, nextVersion));
  assert.equal(findShort(soups(2, 3), items()), undefined);
  assert.equal(findShort(soups(3, 3), items())?.itemId, "soup", "whatever their choices");
  await property.write([
    ...orderLines("o-1", soups(2), null),
    ...countDown(soups(2), items(), nextVersion),
  ]);
  assert.deepEqual([item("soup").remaining, item("soup").available], [3, true]);

  // Two that do not hear each other: the later one's count stands, and none goes below nothing.
  const [here, there] = [countDown(soups(1), items(), nextVersion), countDown(soups(2), items(), nextVersion)];
  await property.write(here);
  await property.write(there);
  assert.equal(item("soup").remaining, 1);
  await property.write(countDown(soups(2), items(), nextVersion));
  assert.deepEqual([item("soup").remaining, item("soup").available], [0, false]);
});
