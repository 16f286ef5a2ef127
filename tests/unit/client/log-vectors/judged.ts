// SPDX-License-Identifier: Apache-2.0
// What is set aside, and why, at every edge of the table.

import type { OperationDraft } from "../../../../data/web/client/log/operation";
import type { Fields } from "../../../../data/web/client/messages";
import { logOf, write, type Writer } from "./draft";

const SEQ = 5;
const HUB_OP = `${logOf("hub")}:1`;

export interface JudgeCase {
  why: string;
  operation: OperationDraft;
  /** null: it applies. */
  reason: string | null;
}

function judged(
  reason: string | null,
  why: string,
  writer: Writer,
  kind: string,
  entity: string,
  body: Fields,
): JudgeCase {
  return { why, operation: write(writer, SEQ, 7, kind, entity, body), reason };
}

const line = { lineId: "l1", name: "Tea", quantity: 1, price: 250 };
const lines = (...list: Fields[]): Fields => ({ lines: list });

function badLine(why: string, change: Fields): JudgeCase {
  return judged("bad-body", why, "anna", "order.lines", "order/o1", lines({ ...line, ...change }));
}

export const judgeCases: JudgeCase[] = [
  judged("unknown-kind", "a kind of tomorrow", "hub", "order.fold", "order/o1", {}),
  judged("unknown-kind", "a kind that JavaScript inherits", "hub", "constructor", "order/o1", {}),
  judged("unknown-kind", "unknown before all else", "cook", "order.fold", "nothing/o1", { x: 1 }),
  judged("bad-entity", "a line of a place", "anna", "order.lines", "place/o1", lines(line)),
  judged("bad-entity", "the entity before the role", "cook", "order.lines", "place/o1", {}),
  judged("forbidden", "the kitchen takes no orders", "cook", "order.lines", "order/o1", lines(line)),
  judged("forbidden", "the role before the body", "cook", "order.lines", "order/o1", {}),
  judged("forbidden", "staff do not arrange", "anna", "item.set", "item/i1", { version: 1, set: {} }),
  judged("forbidden", "only the hub keeps books", "eva", "redact", "order/o1", { op: HUB_OP }),
  judged("forbidden", "the kitchen marks no rooms", "cook", "room.set", "place/p1", {}),
  judged(null, "the hub takes orders for guests", "hub", "order.lines", "order/o1", lines(line)),
  judged(null, "the kitchen says what is gone", "cook", "item.availability", "item/i1", {
    version: 1000000000,
    set: {},
  }),
  judged("bad-body", "a version beyond", "cook", "item.availability", "item/i1", {
    version: 1000000001,
    set: {},
  }),
  judged("bad-body", "version 0", "cook", "item.availability", "item/i1", { version: 0, set: {} }),
  judged("bad-body", "no version", "cook", "item.availability", "item/i1", { set: {} }),
  judged("bad-body", "a register nobody knows", "cook", "item.availability", "item/i1", {
    version: 1,
    set: { price: 1 },
  }),
  judged("bad-body", "no lines", "anna", "order.lines", "order/o1", lines()),
  judged("bad-body", "lines are a list", "anna", "order.lines", "order/o1", { lines: line }),
  judged("bad-body", "a line is an object", "anna", "order.lines", "order/o1", { lines: ["l1"] }),
  judged("bad-body", "101 lines", "anna", "order.lines", "order/o1", {
    lines: Array.from({ length: 101 }, (_, i) => ({ ...line, lineId: `l${i}` })),
  }),
  badLine("no quantity", { quantity: 0 }),
  badLine("a thousand", { quantity: 1000 }),
  badLine("a quantity as text", { quantity: "1" }),
  badLine("a quantity that is null", { quantity: null }),
  badLine("a quantity that is true", { quantity: true }),
  badLine("a price below nothing", { price: -1 }),
  badLine("a line id that is none", { lineId: "a/b" }),
  badLine("an empty line id", { lineId: "" }),
  badLine("an inherited member", { toString: "x" }),
  badLine("a name of nothing", { name: "" }),
  badLine("a name of 121 characters", { name: "é".repeat(121) }),
  badLine("a tax without a rate", { tax: { name: "IVA", included: true } }),
  badLine("modifiers that are null", { modifiers: null }),
  badLine("an allergen of nothing", { allergens: [""] }),
  judged(null, "a name of 120 characters above U+FFFF", "anna", "order.lines", "order/o1", lines({
    ...line,
    name: "🍮".repeat(120),
    tax: null,
    stationId: null,
    modifiers: [],
  })),
  judged(null, "a null passes an enum", "hub", "device.cutoff", "device/d1", {
    version: 1,
    role: null,
    cutoffs: [],
  }),
  judged("bad-body", "a part that is the whole", "hub", "device.cutoff-part", "device/d1", {
    version: 1,
    role: null,
    part: "1",
    cutoffs: [],
  }),
  judged("bad-body", "a role that is cut off nowhere", "hub", "device.cutoff", "device/d1", {
    version: 1,
    role: "hub",
    cutoffs: [],
  }),
  judged("bad-body", "a currency in lower case", "anna", "order.open", "order/o1", {
    number: "A-1",
    currency: "eur",
    source: "staff",
  }),
  ...[
    "",
    "AAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAA:",
    "AAAAAAAAAAAAAAAAAAAAAA:0",
    "AAAAAAAAAAAAAAAAAAAAAA:01",
    "AAAAAAAAAAAAAAAAAAAAAA:-1",
    "AAAAAAAAAAAAAAAAAAAAAA:1 ",
    "AAAAAAAAAAAAAAAAAAAAAA:1e3",
    "AAAAAAAAAAAAAAAAAAAAAA:9007199254740992",
    "AAAAAAAAAAAAAAAAAAAAAA:9007199254740993",
    "AAAAAAAAAAAAAAAAAAAAAA:10000000000000000",
    "AAAAAAAAAAAAAAAAAAAAAA:1:1",
    "AAAAAAAAAAAAAAAAAAAAA:1",
    "x.AAAAAAAAAAAAAAAAAAAAAA:1",
  ].map((op) =>
    judged("bad-body", `no operation's name: ${op}`, "cook", "undo", "order/o1", { op }),
  ),
  judged(null, "the name of a last operation", "cook", "undo", "order/o1", {
    op: "AAAAAAAAAAAAAAAAAAAAAA:9007199254740991",
  }),
];
