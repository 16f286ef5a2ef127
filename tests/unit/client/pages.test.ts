// SPDX-License-Identifier: Apache-2.0
// What the pages compute and say: money, paper, and every language complete.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { PrinterInfo, PrintPhase } from "@bellhop/client";

import { describePrinter } from "../../../data/web/pages/link/printer-text";
import { chooseLanguage, fill } from "../../../data/web/pages/messages";
import { isOutOfStep } from "../../../data/web/pages/messages/load";
import { catalogues } from "../../../data/web/pages/messages/all";
import { base as baseTexts } from "../../../data/web/pages/messages/en/base";
import { guestOrder as guestOrderTexts } from "../../../data/web/pages/messages/en/guest-order";
import { house as houseTexts } from "../../../data/web/pages/messages/en/house";
import { kitchen as kitchenTexts } from "../../../data/web/pages/messages/en/kitchen";
import { manage as manageTexts } from "../../../data/web/pages/messages/en/manage";
import { menu as menuTexts } from "../../../data/web/pages/messages/en/menu";
import { rooms as roomsTexts } from "../../../data/web/pages/messages/en/rooms";
import { staff as staffTexts } from "../../../data/web/pages/messages/en/staff";
import { talk as talkTexts } from "../../../data/web/pages/messages/en/talk";
import { till as tillTexts } from "../../../data/web/pages/messages/en/till";
import { why as whyTexts } from "../../../data/web/pages/messages/en/why";
import { toStrips } from "../../../data/web/pages/paper/paper-strip";
import { amountText, digitsOf, formatMoney, parseAmount } from "../../../data/web/pages/house/money";
import { describePrint } from "../../../data/web/pages/pos/print-text";
import { readStored, store } from "../../../data/web/pages/link/storage";
import { Ago } from "../../../data/web/pages/theme/ago";

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

test("no two parts of the catalogue say something under one name", () => {
  const parts = [
    baseTexts,
    guestOrderTexts,
    houseTexts,
    kitchenTexts,
    manageTexts,
    menuTexts,
    roomsTexts,
    staffTexts,
    talkTexts,
    tillTexts,
    whyTexts,
  ];
  const keys = parts.flatMap((part) => Object.keys(part));
  assert.deepEqual(
    keys.filter((key, at) => keys.indexOf(key) !== at),
    [],
  );
  assert.equal(keys.length, Object.keys(catalogues.en).length);
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

test("a time that passes is not read aloud with each minute", () => {
  const { props } = Ago({ timeMs: 1000, nowMs: 2000 });
  assert.equal(props["aria-live"], "off");
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

test("an amount is read as people type it, and nothing else is one", () => {
  const read = (text: string, currency = "EUR") => parseAmount(text, digitsOf(currency));
  assert.deepEqual(["12,50", "12.5", "12", "1.200", "1.200,50", "€ 12,50", ",5", "0"].map((one) => read(one)), [
    1250, 1250, 1200, 120000, 120050, 1250, 50, 0,
  ]);
  assert.deepEqual(["", "x", "-", "1,2345", "9".repeat(13)].map((one) => read(one)), [null, null, null, null, null]);
  assert.equal(read("1,200", "JPY"), 1200);
  assert.equal(read("500", "JPY"), 500);
  for (const minor of [0, 5, 100, 120050])
    assert.equal(read(amountText(minor, 2, "de-DE")), minor);
  assert.equal(amountText(120050, 2, "de-DE"), "1200,50");
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

test("a page of another time than its texts is loaded anew, once", () => {
  assert.equal(isOutOfStep("b", "b", null), false);
  assert.equal(isOutOfStep("b", "a", null), true);
  assert.equal(isOutOfStep("b", "a", "a b"), false);
  assert.equal(isOutOfStep("c", "a", "a b"), true);
});

test("what is with the printer is not on paper: it may lack something, and is not asked for twice", () => {
  const say = (phase: PrintPhase, detail?: string) =>
    describePrint({ jobId: "j", phase, ...(detail !== undefined && { detail }) });
  assert.deepEqual([say("sent").tone, say("sent").again], ["quiet", null]);
  for (const detail of ["paper-out", "cover-open", "printer-error"]) {
    const { title, tone, again } = say("sent", detail);
    assert.deepEqual([title, tone, again], [say("queued", detail).title, "wait", null]);
  }
  assert.notEqual(say("sent", "no-feedback").title, say("sent").title);
  assert.notEqual(say("sent", "no-feedback").again, null);
});

test("what the hub told last of a printer is no good news while it does not answer", () => {
  const printer = { name: "bar", kind: "network", state: "ready", waiting: 0 } as PrinterInfo;
  assert.equal(describePrinter(printer).tone, "good");
  assert.equal(describePrinter(printer, true).tone, "quiet");
  assert.notEqual(describePrinter(printer, true).text, describePrinter(printer).text);
});
