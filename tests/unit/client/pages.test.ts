// SPDX-License-Identifier: Apache-2.0
// What the pages compute and say: money, orders, receipts, and every language complete.

import assert from "node:assert/strict";
import { test } from "node:test";

import { catalogues, chooseLanguage, fill } from "../../../data/web/pages/messages";
import { toStrips } from "../../../data/web/pages/paper/paper-strip";
import { items } from "../../../data/web/pages/pos/menu";
import { formatMoney, includedTax } from "../../../data/web/pages/pos/money";
import {
  changeOrder,
  countOf,
  emptyOrder,
  toOrder,
  toReceipt,
  totalOf,
  type Order,
} from "../../../data/web/pages/pos/order";
import { readStored, store } from "../../../data/web/pages/link/storage";

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

test("what the storage has no room for is not given up for what is older", () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
  const full = {
    getItem: () => "1",
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
  };
  Object.defineProperty(globalThis, "localStorage", { configurable: true, value: full });
  try {
    assert.equal(readStored("receipt-number"), 1);
    assert.equal(store("receipt-number", 2), false);
    assert.equal(readStored("receipt-number"), 2);
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, "localStorage");
    else Object.defineProperty(globalThis, "localStorage", before);
  }
});

test("every language says everything, with the same places to fill", () => {
  const { en, ...others } = catalogues;
  for (const [name, catalogue] of Object.entries(others)) {
    assert.deepEqual(Object.keys(catalogue), Object.keys(en), name);
    for (const [key, text] of Object.entries(en)) {
      const other = catalogue[key as keyof typeof en];
      assert.notEqual(other.trim(), "", `${name} ${key}`);
      assert.deepEqual(placeholders(other), placeholders(text), `${name} ${key}`);
    }
  }
});

test("no text for staff speaks of the machinery", () => {
  for (const [name, catalogue] of Object.entries(catalogues)) {
    for (const [key, text] of Object.entries(catalogue))
      assert.doesNotMatch(
        text,
        /\b(error|failed|invalid|endpoint|peer|websocket|sdp)\b/i,
        `${name} ${key}`,
      );
  }
});

test("the reader's first language that is there", () => {
  assert.equal(chooseLanguage(["ja-JP", "de-AT", "fr"]), "de");
  assert.equal(chooseLanguage(["toString", "constructor"]), "en");
  assert.equal(chooseLanguage([]), "en");
  assert.equal(fill("{a} and {b} and {a}", { a: 1 }), "1 and {b} and 1");
});

test("money has the digits of its currency", () => {
  assert.equal(formatMoney(3920, "EUR", "en-GB"), "€39.20");
  assert.equal(formatMoney(3920, "JPY", "en-GB"), "JP¥3,920");
  assert.equal(formatMoney(-5, "EUR", "en-GB"), "-€0.05");
});

test("the tax inside a price is rounded once, to whole minor units", () => {
  assert.equal(includedTax(1200, 20), 200);
  assert.equal(includedTax(1290, 10), 117);
  assert.equal(includedTax(5, 10), 0);
  assert.equal(includedTax(-1200, 20), -200);
  assert.equal(includedTax(0, 20), 0);
});

test("an order adds, counts, notes and removes", () => {
  let order: Order = emptyOrder;
  const change = (...changes: Parameters<typeof changeOrder>[1][]) => {
    for (const one of changes) order = changeOrder(order, one);
  };
  change({ type: "add", itemId: "espresso" }, { type: "add", itemId: "espresso" });
  assert.deepEqual(order.lines, [{ itemId: "espresso", quantity: 2, note: "" }]);
  change({ type: "note", index: 0, note: "no sugar" }, { type: "add", itemId: "espresso" });
  assert.equal(order.lines.length, 2);
  assert.equal(countOf(order), 3);
  assert.equal(totalOf(order), 840);
  change({ type: "less", index: 1 });
  assert.equal(order.lines.length, 1);
  change({ type: "less", index: 0 }, { type: "more", index: 0 }, { type: "more", index: 0 });
  assert.equal(order.lines[0]?.quantity, 3);
  for (let i = 0; i < 200; i++) change({ type: "more", index: 0 });
  assert.equal(order.lines[0]?.quantity, 99);
  change({ type: "more", index: 7 }, { type: "less", index: 7 }, { type: "remove", index: 0 });
  assert.deepEqual(order.lines, []);
});

test("what storage gives back is an order, or an empty one", () => {
  for (const bad of [undefined, null, 7, "x", {}, { table: 1, lines: [] }, { table: "", lines: 1 }])
    assert.deepEqual(toOrder(bad), emptyOrder);
  assert.deepEqual(
    toOrder({
      table: "4",
      lines: [
        null,
        { itemId: "gone", quantity: 1 },
        { itemId: "tea", quantity: 1.5 },
        { itemId: "tea", quantity: -1 },
        { itemId: "tea", quantity: 2 },
      ],
    }),
    { table: "4", lines: [{ itemId: "tea", quantity: 2, note: "" }] },
  );
});

test("the receipt adds up and names the taxes by rate", () => {
  const lines = items.map(({ id }) => ({ itemId: id, quantity: 3, note: " hot " }));
  const order = { table: " 4 ", lines };
  const facts = { number: "0001", language: "en", timeMs: 1, timeZoneOffset: 60 };
  const receipt = toReceipt(order, facts);
  const sum = receipt.lines.reduce((total, line) => total + (line.amount ?? NaN), 0);
  assert.equal(sum, receipt.total);
  assert.equal(receipt.table, "4");
  assert.deepEqual(receipt.lines[0]?.notes, ["hot"]);
  assert.deepEqual(
    receipt.taxes?.map(({ rate }) => rate),
    [10, 20],
  );
  for (const { rate, amount } of receipt.taxes ?? []) {
    const gross = items
      .filter((item) => item.taxRate === rate)
      .reduce((total, item) => total + item.price * 3, 0);
    assert.equal(amount, includedTax(gross, rate ?? 0));
  }
  for (const number of JSON.stringify(receipt).match(/\d+\.\d+/g) ?? [])
    assert.fail(`${number} is no whole number`);
});

test("paper from the wire: nonsense is left out, sizes are bounded", () => {
  assert.deepEqual(toStrips({}), []);
  const [strip, ...others] = toStrips([
    null,
    { jobId: 7 },
    {
      jobId: "j",
      printedAt: 5,
      paper: {
        columns: 1e9,
        lines: [
          null,
          {},
          { align: "middle", runs: [{ text: "x", width: 99 }, { text: 7 }] },
          { image: "https://elsewhere/x.png" },
          { feed: 1e9 },
          { cut: true },
        ],
      },
    },
  ]);
  assert.equal(others.length, 0);
  assert.equal(strip?.columns, 96);
  const run = { text: "x", bold: false, underline: false, invert: false, width: 8, height: 1 };
  assert.deepEqual(strip?.rows, [
    { kind: "text", align: "left", runs: [run] },
    { kind: "feed", lines: 20 },
    { kind: "cut" },
  ]);
});
