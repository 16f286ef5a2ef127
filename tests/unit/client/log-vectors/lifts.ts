// SPDX-License-Identifier: Apache-2.0
// What an operation of every kind adds to the record of its entity, written out by hand.

import type { OperationDraft } from "../../../../data/web/client/log/operation";
import type { Fields } from "../../../../data/web/client/messages";
import { logOf, NOON, write, type Writer } from "./draft";

export interface LiftCase {
  why: string;
  operation: OperationDraft;
  record: { items: Fields; registers: Fields };
}

const SEQ = 5;

/** `items` and `registers`: path to value. */
function lifted(
  writer: Writer,
  kind: string,
  entity: string,
  body: Fields,
  items: Fields,
  registers: Fields = {},
  why = kind,
): LiftCase {
  const stamp = [NOON + 7, 0, logOf(writer), SEQ];
  const itemEntries = Object.entries(items).map(([path, value]) => [path, [value, ...stamp]]);
  const registerEntries = Object.entries(registers).map(([path, value]) => [
    path,
    [value, body["version"], ...stamp],
  ]);
  return {
    why,
    operation: write(writer, SEQ, 7, kind, entity, body),
    record: {
      items: Object.fromEntries(itemEntries) as Fields,
      registers: Object.fromEntries(registerEntries) as Fields,
    },
  };
}

/** A kind whose `set` becomes registers of the same names. */
function set(writer: Writer, kind: string, entity: string, members: Fields): LiftCase {
  return lifted(writer, kind, entity, { version: 3, set: members }, {}, members);
}

const HUB_OP = `${logOf("hub")}:1`;
const SELF = (writer: Writer) => `${logOf(writer)}:${SEQ}`;
const LOG = logOf("anna");

const arranged: LiftCase[] = [
  set("eva", "category.set", "category/c1", {
    name: "Drinks",
    position: 0,
    parentId: null,
    hidden: false,
    removed: false,
  }),
  set("eva", "item.set", "item/i1", {
    name: "Crème brûlée",
    description: "",
    price: 650,
    currency: "EUR",
    categoryId: "c1",
    taxId: "t1",
    modifierIds: ["m1", "m2"],
    allergens: ["milk", "egg"],
    stationId: null,
    position: 3,
    picture: null,
    removed: false,
  }),
  set("cook", "item.availability", "item/i1", { available: false, remaining: null }),
  set("eva", "modifier.set", "modifier/m1", {
    name: "Milk",
    min: 0,
    max: 1,
    choices: [{ choiceId: "oat", name: "Oat", price: 50 }],
  }),
  set("eva", "tax.set", "tax/t1", { name: "IVA", rateBp: 1000, included: true }),
  set("eva", "station.set", "station/s1", { name: "Bar", printer: "bar" }),
  set("eva", "place.set", "place/p1", {
    kind: "table",
    name: "12",
    area: "Terrace",
    floor: null,
    seats: 4,
  }),
  set("anna", "room.set", "place/p2", { state: "out-of-order", occupied: false, note: "Lamp" }),
  set("anna", "assignment.set", "place/p2", { assigneeId: "person-1" }),
];

const kept: LiftCase[] = [
  set("hub", "person.set", "person/person-1", { name: "Anna" }),
  set("hub", "device.set", "device/d-anna", { name: "Till", role: "pos", series: "A" }),
  lifted(
    "hub",
    "device.cutoff",
    "device/d-anna",
    { version: 2, role: null, cutoffs: [{ logId: LOG, seq: 12 }] },
    {},
    { "cutoff/all": { cutoffs: [{ logId: LOG, seq: 12 }] } },
    "device.cutoff for every role",
  ),
  lifted(
    "hub",
    "device.cutoff",
    "device/d-anna",
    { version: 9, role: "staff", cutoffs: [] },
    {},
    { "cutoff/staff": { cutoffs: [] } },
    "device.cutoff for one role",
  ),
  lifted(
    "hub",
    "device.cutoff-part",
    "device/d-anna",
    { version: 9, role: null, part: "2", cutoffs: [{ logId: LOG, seq: 12 }] },
    {},
    { "cutoff-part/all/2": { cutoffs: [{ logId: LOG, seq: 12 }] } },
    "device.cutoff-part for every role",
  ),
  set("hub", "seating.set", "seating/s1", { placeId: "p1", state: "open", guests: 2 }),
  lifted("hub", "redact", "order/o1", { op: HUB_OP }, { [`redacted/${HUB_OP}`]: {} }),
  lifted(
    "hub",
    "redact",
    "order/o1",
    { op: SELF("hub") },
    { [`redacted/${SELF("hub")}`]: null },
    {},
    "redact of itself",
  ),
  lifted(
    "hub",
    "receipt.issue",
    "order/o1",
    { receiptId: "r1", number: 17, total: 1210, currency: "EUR", taxes: [] },
    { "receipt/r1": { receiptId: "r1", number: 17, total: 1210, currency: "EUR", taxes: [] } },
  ),
];

const orders: LiftCase[] = [
  lifted(
    "anna",
    "order.open",
    "order/o1",
    { source: "staff", number: "A-17", currency: "EUR", guests: 2 },
    { header: { source: "staff", number: "A-17", currency: "EUR", guests: 2 } },
  ),
  set("anna", "order.set", "order/o1", { placeId: null, note: "Window", closed: true }),
  lifted("anna", "order.set", "order/o1", { version: 1, set: {} }, {}, {}, "a set of nothing"),
  lifted(
    "anna",
    "order.lines",
    "order/o1",
    {
      lines: [
        { lineId: "l1", name: "Tea", quantity: 1, price: 250 },
        { lineId: "l2", name: "Cake", quantity: 2, price: 400, note: "no cream", course: 3 },
      ],
      personId: "person-1",
    },
    {
      "line/l1": { lineId: "l1", name: "Tea", quantity: 1, price: 250 },
      "line/l2": { lineId: "l2", name: "Cake", quantity: 2, price: 400, note: "no cream", course: 3 },
    },
  ),
  lifted(
    "anna",
    "order.lines",
    "order/o1",
    {
      lines: [
        { lineId: "l1", name: "Tea", quantity: 1, price: 250 },
        { lineId: "l1", name: "Milk", quantity: 1, price: 250 },
      ],
    },
    { "line/l1": { lineId: "l1", name: "Milk", quantity: 1, price: 250 } },
    {},
    "one line id twice in one operation: the bytewise smaller",
  ),
  lifted(
    "anna",
    "order.discount",
    "order/o1",
    { discountId: "d1", reason: "late", percentBp: 1000 },
    { "discount/d1": { discountId: "d1", reason: "late", percentBp: 1000 } },
  ),
  lifted(
    "anna",
    "line.set",
    "order/o1",
    { lineId: "l1", version: 4, set: { quantity: 3, course: 0, note: null, stationId: "bar" } },
    {},
    {
      "line/l1/quantity": 3,
      "line/l1/course": 0,
      "line/l1/note": null,
      "line/l1/stationId": "bar",
    },
  ),
  lifted(
    "anna",
    "line.move",
    "order/o1",
    { lineIds: ["l1", "l2"], version: 2, orderId: "o2" },
    {},
    { "line/l1/orderId": "o2", "line/l2/orderId": "o2" },
  ),
  lifted(
    "anna",
    "line.split",
    "order/o1",
    { lineId: "l1", newLineId: "l9", quantity: 1 },
    { "split/l1/l9": { quantity: 1 } },
  ),
  lifted(
    "cook",
    "line.state",
    "order/o1",
    { lineIds: ["l1", "l2", "l1"], state: "ready", personId: null },
    {
      [`state/l1/${SELF("cook")}`]: { state: "ready", personId: null },
      [`state/l2/${SELF("cook")}`]: { state: "ready", personId: null },
    },
  ),
  lifted(
    "anna",
    "line.end",
    "order/o1",
    { personId: "person-1", reason: "changed their mind", state: "cancelled", lineIds: ["l1"] },
    {
      [`state/l1/${SELF("anna")}`]: {
        state: "cancelled",
        reason: "changed their mind",
        personId: "person-1",
      },
    },
    {},
    "line.end: members in the order of the table, not of the body",
  ),
  lifted("cook", "undo", "order/o1", { op: HUB_OP }, { [`undo/${HUB_OP}`]: {} }),
  lifted(
    "cook",
    "undo",
    "request/q1",
    { op: "p.AAAAAAAAAAAAAAAAAAAAAA:9007199254740991", personId: "person-1" },
    { "undo/p.AAAAAAAAAAAAAAAAAAAAAA:9007199254740991": { personId: "person-1" } },
    {},
    "undo in a request, of the last operation of a private log",
  ),
  lifted(
    "cook",
    "ticket.seen",
    "order/o1",
    { lineIds: ["l1", "l2"] },
    { "seen/l1/d-cook": {}, "seen/l2/d-cook": {} },
  ),
  lifted(
    "cook",
    "ticket.printed",
    "order/o1",
    { lineIds: ["l1"], jobId: "job-1" },
    { "printed/l1/job-1": {} },
  ),
  lifted(
    "anna",
    "payment.add",
    "order/o1",
    { paymentId: "y1", method: "cash", amount: 1210, tip: 90, tendered: 1500 },
    { "payment/y1": { paymentId: "y1", method: "cash", amount: 1210, tip: 90, tendered: 1500 } },
  ),
  lifted(
    "anna",
    "payment.refund",
    "order/o1",
    { refundId: "f1", paymentId: "y1", amount: 10, reason: "typo" },
    { "refund/f1": { refundId: "f1", paymentId: "y1", amount: 10, reason: "typo" } },
  ),
  lifted(
    "eva",
    "charge.settle",
    "order/o1",
    { settleId: "s1", paymentId: "y1", method: "hotel", amount: 1300 },
    { "settle/s1": { settleId: "s1", paymentId: "y1", method: "hotel", amount: 1300 } },
  ),
];

const words: LiftCase[] = [
  lifted(
    "hub",
    "request.open",
    "request/q1",
    { what: "bill", placeId: "p1", text: "Schnell, bitte 🙂" },
    { header: { what: "bill", placeId: "p1", text: "Schnell, bitte 🙂" } },
  ),
  lifted(
    "anna",
    "request.state",
    "request/q1",
    { state: "done" },
    { [`state/${SELF("anna")}`]: { state: "done" } },
  ),
  lifted(
    "anna",
    "message.send",
    "message/m1",
    { to: { role: "kitchen" }, text: 'Table "12"\n\\ waits' },
    { header: { to: { role: "kitchen" }, text: 'Table "12"\n\\ waits' } },
  ),
  lifted("cook", "message.mark", "message/m1", { mark: "read" }, { "read/d-cook/all": {} }),
  lifted(
    "cook",
    "message.mark",
    "message/m1",
    { mark: "delivered", personId: "person-2" },
    { "delivered/d-cook/person-2": { personId: "person-2" } },
    {},
    "message.mark by a person",
  ),
];

const house: LiftCase[] = [
  set("eva", "property.set", "property/house", {
    name: "Seehof",
    address: ["Seestrasse 1", "8000 Zürich"],
    phone: null,
    taxNumber: "CHE-1",
    footer: [],
    currency: "CHF",
    unseenSeconds: 90,
  }),
  lifted(
    "anna",
    "day.close",
    "day/y1",
    {
      fromMs: 0,
      toMs: NOON,
      currency: "CHF",
      orders: 2,
      gross: 4200,
      payments: [{ method: "cash", count: 2, amount: 4200 }],
      taxes: [],
    },
    {
      header: {
        fromMs: 0,
        toMs: NOON,
        currency: "CHF",
        orders: 2,
        gross: 4200,
        payments: [{ method: "cash", count: 2, amount: 4200 }],
        taxes: [],
      },
    },
  ),
];

export const liftCases: LiftCase[] = [...arranged, ...kept, ...orders, ...words, ...house];
