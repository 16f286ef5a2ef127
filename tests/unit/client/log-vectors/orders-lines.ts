// SPDX-License-Identifier: Apache-2.0
// Orders whose lines are written, changed, cooked and undone; worked out by hand.

import { ended, item, line, nth, order, scripted, type OrderCase } from "./reading";

const tea = (id: string, quantity = 1) => item(id, "Tea", 300, { quantity });

const plain: OrderCase[] = [
  scripted("lines without a header are no order yet", (s) => s.lines("anna", "o1", [tea("a")]), {
    o1: null,
    o2: null,
  }),
  scripted("a header without lines", (s) => s.open("anna", "o1", "A-1"), { o1: order({}) }),
  scripted(
    "everything a header and a line can say",
    (s) => {
      s.open("anna", "o1", "A-1", {
        source: "guest",
        placeId: "p1",
        seatingId: "s1",
        guestId: "g1",
        guests: 2,
        note: "birthday",
        personId: "person-1",
      });
      s.lines("anna", "o1", [
        item("a", "Steak", 2400, {
          itemId: "i1",
          modifiers: [
            { name: "rare", price: 0, modifierId: "m1", choiceId: "c1" },
            { name: "sauce", price: 150, quantity: 2 },
          ],
          stationId: "grill",
          course: 2,
          note: "no salt",
          allergens: ["milk"],
          tax: { name: "IVA", rateBp: 1000, included: true, taxId: "t1" },
        }),
      ]);
    },
    {
      o1: order({
        source: "guest",
        placeId: "p1",
        seatingId: "s1",
        guestId: "g1",
        guests: 2,
        note: "birthday",
        state: "placed",
        lines: [
          line("a", "Steak", {
            itemId: "i1",
            price: 2400,
            modifiers: [
              { name: "rare", price: 0, modifierId: "m1", choiceId: "c1" },
              { name: "sauce", price: 150, quantity: 2 },
            ],
            stationId: "grill",
            course: 2,
            note: "no salt",
            allergens: ["milk"],
            // 2400 + 2 * 150, of which 2700 * 1000 / 11000 = 245.45 is tax.
            gross: 2700,
            net: 2700,
            tax: 245,
            rateBp: 1000,
            included: true,
          }),
        ],
        taxes: [{ rateBp: 1000, included: true, net: 2700, tax: 245 }],
        total: 2700,
        due: 2700,
      }),
    },
  ),
  scripted(
    "registers change the header and the lines; a null does so too",
    (s) => {
      s.open("anna", "o1", "A-1", { placeId: "p1", guests: 2, note: "hurry" });
      s.lines("anna", "o1", [tea("a"), item("b", "Cake", 400, { note: "warm", course: 1 })]);
      s.add("anna", "order.set", "order/o1", {
        version: 1,
        set: { placeId: "p2", guests: 3, note: null, closed: true },
      });
      s.add("ben", "line.set", "order/o1", { lineId: "a", version: 2, set: { quantity: 3 } });
      s.add("ben", "line.set", "order/o1", {
        lineId: "b",
        version: 2,
        set: { note: null, course: 3, stationId: "bar" },
      });
    },
    {
      o1: order({
        placeId: "p2",
        guests: 3,
        closed: true,
        state: "placed",
        lines: [
          line("a", "Tea", { price: 300, quantity: 3 }),
          line("b", "Cake", { price: 400, course: 3, stationId: "bar" }),
        ],
        total: 1300,
        due: 1300,
      }),
    },
  ),
  scripted(
    "two waiters on one order lose no line, and of one change the later version counts",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a")], 10);
      s.lines("ben", "o1", [item("b", "Cake", 400)], 5);
      s.add("anna", "line.set", "order/o1", { lineId: "a", version: 1, set: { note: "x" } }, 20);
      s.add("ben", "line.set", "order/o1", { lineId: "a", version: 2, set: { note: "y" } }, 15);
    },
    {
      o1: order({
        state: "placed",
        lines: [line("b", "Cake", { price: 400 }), line("a", "Tea", { price: 300, note: "y" })],
        total: 700,
        due: 700,
      }),
    },
  ),
  scripted(
    "lines of one operation: shorter ids first, then bytewise",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("x-10"), tea("x-2"), tea("x-1"), tea("X-2"), tea("_-2")]);
    },
    {
      o1: order({
        state: "placed",
        lines: ["X-2", "_-2", "x-1", "x-2", "x-10"].map((id) => line(id, "Tea", { price: 300 })),
        total: 1500,
        due: 1500,
      }),
    },
  ),
  scripted(
    "a line that was redacted is not there; neither is an order whose header was",
    (s) => {
      s.open("anna", "o1", "A-1");
      const op = s.lines("anna", "o1", [item("a", "my card is 4111", 0)]);
      s.lines("anna", "o1", [tea("b")]);
      s.add("hub", "redact", "order/o1", { op });
      const header = s.open("anna", "o2", "A-2");
      s.add("hub", "redact", "order/o2", { op: header });
    },
    {
      o1: order({ state: "placed", lines: [line("b", "Tea", { price: 300 })], total: 300, due: 300 }),
      o2: null,
    },
  ),
  scripted(
    "a redacted note falls back to nothing, a redacted quantity to what was ordered",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a", 2)]);
      const op = s.add("ben", "line.set", "order/o1", {
        lineId: "a",
        version: 1,
        set: { note: "words", quantity: 5 },
      });
      s.add("hub", "redact", "order/o1", { op });
    },
    {
      o1: order({
        state: "placed",
        lines: [line("a", "Tea", { price: 300, quantity: 2 })],
        total: 600,
        due: 600,
      }),
    },
  ),
];

const cooked: OrderCase[] = [
  scripted(
    "a state is the highest, whenever it was said; the order's is the lowest",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a"), tea("b"), tea("c")]);
      s.state("cook", "o1", ["a", "b", "c"], "accepted");
      s.state("cook", "o1", ["a"], "ready");
      s.state("ben", "o1", ["a", "b"], "preparing");
    },
    {
      o1: order({
        state: "accepted",
        lines: [
          line("a", "Tea", { price: 300, state: "ready", op: nth("cook", 2) }),
          line("b", "Tea", { price: 300, state: "preparing", op: nth("ben", 1) }),
          line("c", "Tea", { price: 300, state: "accepted", op: nth("cook", 1) }),
        ],
        total: 900,
        due: 900,
      }),
    },
  ),
  scripted(
    "served beats cancelled, cancelled beats declined; the first reason counts",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a"), tea("b"), tea("c")]);
      s.state("anna", "o1", ["a"], "served");
      s.end("ben", "o1", ["a", "b"], "cancelled", "first");
      s.end("anna", "o1", ["b"], "cancelled", "second");
      s.end("anna", "o1", ["b", "c"], "declined", "sold out");
    },
    {
      o1: order({
        state: "served",
        lines: [
          line("a", "Tea", { price: 300, state: "served", op: nth("anna", 3) }),
          ended("b", "Tea", "cancelled", "first", nth("ben", 1), { price: 300 }),
          ended("c", "Tea", "declined", "sold out", nth("anna", 5), { price: 300 }),
        ],
        total: 300,
        due: 300,
      }),
    },
  ),
  scripted(
    "all cancelled or declined: cancelled",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a"), tea("b")]);
      s.end("anna", "o1", ["a"], "cancelled", "left");
      s.end("anna", "o1", ["b"], "declined", "sold out");
    },
    {
      o1: order({
        state: "cancelled",
        lines: [
          ended("a", "Tea", "cancelled", "left", nth("anna", 3), { price: 300 }),
          ended("b", "Tea", "declined", "sold out", nth("anna", 4), { price: 300 }),
        ],
      }),
    },
  ),
  scripted(
    "all declined: declined",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a")]);
      s.end("anna", "o1", ["a"], "declined", "sold out");
    },
    {
      o1: order({
        state: "declined",
        lines: [ended("a", "Tea", "declined", "sold out", nth("anna", 3), { price: 300 })],
      }),
    },
  ),
  scripted(
    "undo takes one operation back, of all its lines, even before it is known; no undo is undone",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a"), tea("b")]);
      s.state("cook", "o1", ["a", "b"], "accepted");
      const ready = s.state("cook", "o1", ["a", "b"], "ready");
      const back = s.undo("cook", "o1", ready);
      s.undo("cook", "o1", back);
      s.state("cook", "o1", ["b"], "ready");
    },
    {
      o1: order({
        state: "accepted",
        lines: [
          line("a", "Tea", { price: 300, state: "accepted", op: nth("cook", 1) }),
          line("b", "Tea", { price: 300, state: "ready", op: nth("cook", 5) }),
        ],
        total: 600,
        due: 600,
      }),
    },
  ),
  scripted(
    "an undo that was redacted still undoes; a state that was redacted is not there",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a"), tea("b")]);
      const undo = s.undo("ben", "o1", s.end("ben", "o1", ["a"], "cancelled", "words"));
      s.add("hub", "redact", "order/o1", { op: undo });
      s.add("hub", "redact", "order/o1", { op: s.end("ben", "o1", ["b"], "declined", "rude") });
    },
    {
      o1: order({
        state: "placed",
        lines: [line("a", "Tea", { price: 300 }), line("b", "Tea", { price: 300 })],
        total: 600,
        due: 600,
      }),
    },
  ),
  scripted(
    "what kitchens have seen, sorted bytewise",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a"), tea("b")]);
      s.add("eva", "ticket.seen", "order/o1", { lineIds: ["a"] });
      s.add("cook", "ticket.seen", "order/o1", { lineIds: ["a", "b"] });
      s.add("cook", "ticket.seen", "order/o1", { lineIds: ["a"] });
      s.add("cook", "ticket.printed", "order/o1", { lineIds: ["a"], jobId: "j1" });
    },
    {
      o1: order({
        state: "placed",
        lines: [
          line("a", "Tea", { price: 300, seenBy: ["d-cook", "d-eva"] }),
          line("b", "Tea", { price: 300, seenBy: ["d-cook"] }),
        ],
        total: 600,
        due: 600,
      }),
    },
  ),
];

export const lineCases: OrderCase[] = [...plain, ...cooked];
