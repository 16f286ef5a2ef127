// SPDX-License-Identifier: Apache-2.0
// Orders whose lines are split and moved; worked out by hand.

import { item, line, nth, off, order, scripted, type OrderCase } from "./reading";

const tea = (id: string, quantity = 1) => item(id, "Tea", 300, { quantity });

const served = { price: 300, state: "served", op: nth("cook", 4) } as const;

const split: OrderCase[] = [
  scripted(
    "splits take what is left, in the order of their time; the rest stays",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a", 5), tea("z")]);
      s.split("anna", "o1", "a", "b", 4, 20);
      s.split("ben", "o1", "a", "c", 3, 10);
      s.split("ben", "o1", "a", "d", 1, 30);
    },
    {
      o1: order({
        state: "placed",
        // c asked first and got 3; b got the 2 that were left; a has none; d gets none.
        lines: [
          line("c", "Tea", { price: 300, quantity: 3 }),
          line("b", "Tea", { price: 300, quantity: 2 }),
          line("z", "Tea", { price: 300 }),
        ],
        total: 1800,
        due: 1800,
      }),
    },
  ),
  scripted(
    "a split of a split stands behind it; a change counts before splits are taken",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a", 5)]);
      s.split("anna", "o1", "a", "b", 3);
      s.split("anna", "o1", "a", "c", 1);
      s.split("anna", "o1", "b", "d", 2);
      s.add("ben", "line.set", "order/o1", { lineId: "a", version: 1, set: { quantity: 6 } });
      s.add("ben", "line.set", "order/o1", { lineId: "b", version: 2, set: { quantity: 4 } });
    },
    {
      o1: order({
        state: "placed",
        // a: 6 - 3 - 1; b: 4 by its change, less 2.
        lines: [
          line("a", "Tea", { price: 300, quantity: 2 }),
          line("b", "Tea", { price: 300, quantity: 2 }),
          line("d", "Tea", { price: 300, quantity: 2 }),
          line("c", "Tea", { price: 300, quantity: 1 }),
        ],
        total: 2100,
        due: 2100,
      }),
    },
  ),
  scripted(
    "two splits into one new line, a split into a line, one of nothing, one in a circle",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a", 3), tea("b", 3)]);
      s.split("anna", "o1", "a", "n", 1, 20);
      s.split("ben", "o1", "b", "n", 2, 10);
      s.split("ben", "o1", "a", "b", 1, 30);
      s.split("ben", "o1", "nowhere", "m", 1, 31);
      s.split("ben", "o1", "x", "y", 1, 32);
      s.split("ben", "o1", "y", "x", 1, 33);
      s.split("ben", "o1", "a", "a", 1, 34);
    },
    {
      o1: order({
        state: "placed",
        lines: [
          line("a", "Tea", { price: 300, quantity: 3 }),
          line("b", "Tea", { price: 300, quantity: 1 }),
          line("n", "Tea", { price: 300, quantity: 2 }),
        ],
        total: 1800,
        due: 1800,
      }),
    },
  ),
  scripted(
    "a new line has the states and sightings older than the split, then its own",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a", 3)]);
      s.add("cook", "ticket.seen", "order/o1", { lineIds: ["a"] }, 5);
      s.state("cook", "o1", ["a"], "accepted", 10);
      const mistake = s.state("cook", "o1", ["a"], "ready", 12);
      s.split("anna", "o1", "a", "b", 1, 20);
      s.split("anna", "o1", "b", "c", 1, 15);
      s.state("cook", "o1", ["a"], "served", 30);
      s.add("eva", "ticket.seen", "order/o1", { lineIds: ["a"] }, 31);
      s.undo("cook", "o1", mistake);
      s.split("anna", "o1", "a", "d", 1, 40);
      s.state("cook", "o1", ["c"], "preparing", 50);
    },
    {
      o1: order({
        state: "preparing",
        lines: [
          line("a", "Tea", { ...served, seenBy: ["d-cook", "d-eva"] }),
          line("c", "Tea", {
            price: 300,
            state: "preparing",
            op: nth("cook", 6),
            seenBy: ["d-cook"],
          }),
          line("d", "Tea", { ...served, seenBy: ["d-cook", "d-eva"] }),
        ],
        total: 900,
        due: 900,
      }),
    },
  ),
  scripted(
    "a new line has its original's note, course and station until it is given its own",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [item("a", "Soup", 500, { quantity: 2, note: "hot", course: 1 })]);
      s.split("anna", "o1", "a", "b", 1);
      s.add("ben", "line.set", "order/o1", {
        lineId: "a",
        version: 1,
        set: { note: "no nuts", stationId: "bar" },
      });
      s.add("ben", "line.set", "order/o1", { lineId: "b", version: 2, set: { course: 2 } });
    },
    {
      o1: order({
        state: "placed",
        lines: [
          line("a", "Soup", { price: 500, note: "no nuts", stationId: "bar", course: 1 }),
          line("b", "Soup", { price: 500, note: "no nuts", stationId: "bar", course: 2 }),
        ],
        total: 1000,
        due: 1000,
      }),
    },
  ),
  scripted(
    "splits nest sixteen deep",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("n-00", 30)]);
      for (let i = 1; i <= 18; i++) {
        const name = (n: number) => `n-${String(n).padStart(2, "0")}`;
        s.split("anna", "o1", name(i - 1), name(i), 30 - i);
      }
    },
    {
      o1: order({
        state: "placed",
        // Each keeps one and hands on the rest; n-16 keeps its 14.
        lines: Array.from({ length: 17 }, (_, i) =>
          line(`n-${String(i).padStart(2, "0")}`, "Tea", { price: 300, quantity: i < 16 ? 1 : 14 }),
        ),
        total: 9000,
        due: 9000,
      }),
    },
  ),
];

const moved: OrderCase[] = [
  scripted(
    "a line moves to another order with all that was said of it, and is cooked where it was written",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.open("ben", "o2", "B-7");
      s.lines("anna", "o1", [tea("a"), item("b", "Cake", 400)], 10);
      s.lines("ben", "o2", [tea("c")], 5);
      s.state("cook", "o1", ["a"], "accepted");
      s.move("ben", "o1", ["a"], 1, "o2");
      s.state("cook", "o1", ["a"], "ready");
      s.add("anna", "line.set", "order/o1", { lineId: "a", version: 2, set: { note: "milk" } });
      // Of a line "a" that o2 does not hold.
      s.state("cook", "o2", ["a"], "served");
      s.discount("anna", "o1", "d1", { lineId: "a", amount: 100 });
      s.discount("ben", "o2", "d2", { percentBp: 1000 });
    },
    {
      o1: order({
        state: "placed",
        lines: [line("b", "Cake", { price: 400 })],
        total: 400,
        due: 400,
      }),
      o2: order({
        orderId: "o2",
        number: "B-7",
        state: "placed",
        lines: [
          line("c", "Tea", { recordId: "o2", price: 300, discount: 30, net: 270 }),
          line("a", "Tea", {
            price: 300,
            state: "ready",
            op: nth("cook", 2),
            note: "milk",
            discount: 130,
            net: 170,
          }),
        ],
        discounts: [
          off("d1", nth("anna", 4), { lineId: "a", amount: 100 }),
          off("d2", nth("ben", 4), { percentBp: 1000 }),
        ],
        total: 440,
        due: 440,
      }),
    },
  ),
  scripted(
    "two move one line: the higher version counts; moved home it is as before",
    (s) => {
      for (const [id, number] of [["o1", "A-1"], ["o2", "A-2"], ["o3", "A-3"]] as const)
        s.open("anna", id, number);
      s.lines("anna", "o1", [tea("a"), tea("b")]);
      s.move("anna", "o1", ["a", "b"], 1, "o2");
      s.move("ben", "o1", ["a"], 2, "o3");
      s.move("anna", "o1", ["b"], 2, "o1");
    },
    {
      o1: order({ state: "placed", lines: [line("b", "Tea", { price: 300 })], total: 300, due: 300 }),
      o2: order({ orderId: "o2", number: "A-2" }),
      o3: order({
        orderId: "o3",
        number: "A-3",
        state: "placed",
        lines: [line("a", "Tea", { price: 300 })],
        total: 300,
        due: 300,
      }),
    },
  ),
  scripted(
    "a part is moved: split, then the new line moves; each moves without the other from then on",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.open("anna", "o2", "A-2");
      s.open("anna", "o3", "A-3");
      s.lines("anna", "o1", [tea("a", 3)]);
      s.split("anna", "o1", "a", "b", 2);
      s.move("anna", "o1", ["b"], 1, "o2");
      s.split("anna", "o1", "b", "c", 1);
      s.move("anna", "o1", ["a"], 2, "o3");
    },
    {
      o1: order({}),
      // c was split off a line that stands there.
      o2: order({
        orderId: "o2",
        number: "A-2",
        state: "placed",
        lines: [line("b", "Tea", { price: 300 }), line("c", "Tea", { price: 300 })],
        total: 600,
        due: 600,
      }),
      o3: order({
        orderId: "o3",
        number: "A-3",
        state: "placed",
        lines: [line("a", "Tea", { price: 300 })],
        total: 300,
        due: 300,
      }),
    },
  ),
  scripted(
    "what was split off goes along, whichever was first, until it is moved itself",
    (s) => {
      for (const [id, number] of [["o1", "A-1"], ["o2", "A-2"], ["o3", "A-3"]] as const)
        s.open("anna", id, number);
      s.lines("anna", "o1", [tea("a", 5)]);
      s.split("anna", "o1", "a", "b", 1, 10);
      s.split("ben", "o1", "b", "c", 1, 30);
      s.split("ben", "o1", "a", "d", 2, 31);
      s.move("anna", "o1", ["a"], 1, "o2");
      s.move("ben", "o1", ["d"], 2, "o1");
      // Taken back: it goes along again.
      const op = s.move("ben", "o1", ["c"], 3, "o3");
      s.add("hub", "redact", "order/o1", { op });
    },
    {
      o1: order({
        state: "placed",
        lines: [line("d", "Tea", { price: 300, quantity: 2 })],
        total: 600,
        due: 600,
      }),
      // b gave its one to c.
      o2: order({
        orderId: "o2",
        number: "A-2",
        state: "placed",
        lines: [line("a", "Tea", { price: 300, quantity: 2 }), line("c", "Tea", { price: 300 })],
        total: 900,
        due: 900,
      }),
      o3: order({ orderId: "o3", number: "A-3" }),
    },
  ),
  scripted(
    "a move to an order that is not there yet hides the line; redacted it comes back",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [tea("a"), tea("b")]);
      s.move("anna", "o1", ["a"], 1, "o9");
      const op = s.move("anna", "o1", ["b"], 2, "o9");
      s.add("hub", "redact", "order/o1", { op });
    },
    {
      o1: order({ state: "placed", lines: [line("b", "Tea", { price: 300 })], total: 300, due: 300 }),
      o9: null,
    },
  ),
  scripted(
    "an order shows lines moved to it from a record without a header",
    (s) => {
      s.lines("ben", "o2", [tea("a")]);
      s.move("ben", "o2", ["a"], 1, "o1");
      s.open("anna", "o1", "A-1");
    },
    {
      o1: order({
        state: "placed",
        lines: [line("a", "Tea", { recordId: "o2", price: 300 })],
        total: 300,
        due: 300,
      }),
      o2: null,
    },
  ),
];

export const splitCases: OrderCase[] = [...split, ...moved];
