// SPDX-License-Identifier: Apache-2.0
// What orders cost: taxes and discounts; worked out by hand.

import type { Fields } from "../../../../data/web/client/messages";
import { ended, item, line, nth, off, order, scripted, type OrderCase } from "./reading";

const tax = (rateBp: number, included: boolean): Fields => ({
  tax: { name: `${rateBp / 100} %`, rateBp, included },
});

const TAX_WITHIN = 21981036108282;
const TAX_ON_TOP = 26375045226327;

const taxes: OrderCase[] = [
  scripted(
    "taxes round half up, line by line, and are summed by rate",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [
        item("a", "Lamp", 1210, tax(2100, true)),
        item("b", "Pen", 5, tax(10000, true)),
        item("c", "Cup", 1005, tax(1000, false)),
        item("d", "Mug", 1004, tax(1000, false)),
        item("e", "Egg", 100, tax(1000, true)),
        item("f", "Book", 900, tax(0, true)),
        item("g", "Gift", 50, { tax: null }),
      ]);
    },
    {
      o1: order({
        state: "placed",
        lines: [
          // 1210 * 2100 / 12100 = 210
          line("a", "Lamp", { price: 1210, tax: 210, rateBp: 2100, included: true }),
          // 5 / 2 = 2.5
          line("b", "Pen", { price: 5, tax: 3, rateBp: 10000, included: true }),
          // 100.5 and 100.4
          line("c", "Cup", { price: 1005, tax: 101, rateBp: 1000, included: false }),
          line("d", "Mug", { price: 1004, tax: 100, rateBp: 1000, included: false }),
          // 100 * 1000 / 11000 = 9.09
          line("e", "Egg", { price: 100, tax: 9, rateBp: 1000, included: true }),
          line("f", "Book", { price: 900, tax: 0, rateBp: 0, included: true }),
          line("g", "Gift", { price: 50 }),
        ],
        taxes: [
          { rateBp: 0, included: true, net: 900, tax: 0 },
          { rateBp: 1000, included: false, net: 2009, tax: 201 },
          { rateBp: 1000, included: true, net: 100, tax: 9 },
          { rateBp: 2100, included: true, net: 1210, tax: 210 },
          { rateBp: 10000, included: true, net: 5, tax: 3 },
        ],
        // 1210 + 5 + 1005 + 1004 + 100 + 900 + 50 = 4274, and 201 that is not included
        total: 4475,
        due: 4475,
      }),
    },
  ),
  scripted(
    "quantities come before rounding; modifiers may lower a price, not below nothing",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [
        item("a", "Bun", 5, { quantity: 3, ...tax(1000, false) }),
        item("b", "Tea", 300, {
          quantity: 2,
          modifiers: [
            { name: "small", price: -50 },
            { name: "milk", price: 20, quantity: 2 },
          ],
        }),
        item("c", "Tap", 100, { modifiers: [{ name: "voucher", price: -90, quantity: 2 }] }),
      ]);
    },
    {
      o1: order({
        state: "placed",
        lines: [
          // 1.5, not three times 0.5
          line("a", "Bun", { price: 5, quantity: 3, tax: 2, rateBp: 1000, included: false }),
          line("b", "Tea", {
            price: 300,
            quantity: 2,
            modifiers: [
              { name: "small", price: -50 },
              { name: "milk", price: 20, quantity: 2 },
            ],
            gross: 580,
            net: 580,
          }),
          line("c", "Tap", {
            price: 100,
            modifiers: [{ name: "voucher", price: -90, quantity: 2 }],
            gross: 0,
            net: 0,
          }),
        ],
        taxes: [{ rateBp: 1000, included: false, net: 15, tax: 2 }],
        total: 597,
        due: 597,
      }),
    },
  ),
  scripted(
    "the dearest line there can be: products beyond 2^53",
    (s) => {
      s.open("anna", "o1", "A-1");
      const modifiers = Array.from({ length: 20 }, () => ({ name: "m", price: 100000000, quantity: 99 }));
      s.lines("anna", "o1", [
        item("a", "Gold", 100000000, { quantity: 999, modifiers, ...tax(1999, true) }),
      ]);
      s.lines("anna", "o1", [
        item("b", "Gold", 100000000, { quantity: 999, modifiers, ...tax(1999, false) }),
      ]);
      s.discount("anna", "o1", "d1", { percentBp: 3333 });
    },
    (() => {
      const gold = {
        price: 100000000,
        quantity: 999,
        modifiers: Array.from({ length: 20 }, () => ({ name: "m", price: 100000000, quantity: 99 })),
        gross: 197901900000000,
        discount: 65960703270000,
        net: 131941196730000,
        rateBp: 1999,
      };
      return {
        o1: order({
          state: "placed",
          lines: [
            // 131941196730000 * 1999 / 11999 = 21981036108281.52, / 10000 = 26375045226327
            line("a", "Gold", { ...gold, tax: TAX_WITHIN, included: true }),
            line("b", "Gold", { ...gold, tax: TAX_ON_TOP, included: false }),
          ],
          discounts: [
            off("d1", nth("anna", 4), { percentBp: 3333 }),
          ],
          taxes: [
            { rateBp: 1999, included: false, net: 131941196730000, tax: TAX_ON_TOP },
            { rateBp: 1999, included: true, net: 131941196730000, tax: TAX_WITHIN },
          ],
          total: 2 * 131941196730000 + TAX_ON_TOP,
          due: 2 * 131941196730000 + TAX_ON_TOP,
        }),
      };
    })(),
  ),
];

const discounts: OrderCase[] = [
  scripted(
    "percentages of line and order are added, up to all of it; amounts of a line come on top",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [
        item("a", "Tea", 1005, tax(1000, true)),
        item("b", "Cake", 1000),
        item("c", "Bun", 5),
        item("d", "Egg", 100),
      ]);
      s.discount("anna", "o1", "d1", { percentBp: 1000 });
      s.discount("anna", "o1", "d2", { lineId: "b", percentBp: 2000, amount: 300 });
      s.discount("ben", "o1", "d3", { lineId: "b", amount: 1, percentBp: null });
      s.discount("anna", "o1", "d4", { lineId: "d", percentBp: 9500 });
    },
    {
      o1: order({
        state: "placed",
        lines: [
          // 100.5 off; 904 * 1000 / 11000 = 82.18
          line("a", "Tea", {
            price: 1005,
            discount: 101,
            net: 904,
            tax: 82,
            rateBp: 1000,
            included: true,
          }),
          line("b", "Cake", { price: 1000, discount: 601, net: 399 }),
          // 0.5 off
          line("c", "Bun", { price: 5, discount: 1, net: 4 }),
          // 105 %
          line("d", "Egg", { price: 100, discount: 100, net: 0 }),
        ],
        discounts: [
          off("d1", nth("anna", 3), { percentBp: 1000 }),
          off("d2", nth("anna", 4), { lineId: "b", percentBp: 2000, amount: 300 }),
          off("d3", nth("ben", 1), { lineId: "b", amount: 1 }),
          off("d4", nth("anna", 5), { lineId: "d", percentBp: 9500 }),
        ],
        taxes: [{ rateBp: 1000, included: true, net: 904, tax: 82 }],
        total: 1307,
        due: 1307,
      }),
    },
  ),
  scripted(
    "an amount off a line takes no more than the line",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [item("a", "Tea", 300, tax(1000, false)), item("b", "Bun", 100)]);
      s.discount("anna", "o1", "d1", { lineId: "a", amount: 1000000000000 });
    },
    {
      o1: order({
        state: "placed",
        lines: [
          line("a", "Tea", { price: 300, discount: 300, net: 0, rateBp: 1000, included: false }),
          line("b", "Bun", { price: 100 }),
        ],
        discounts: [
          off("d1", nth("anna", 3), { lineId: "a", amount: 1000000000000 }),
        ],
        taxes: [{ rateBp: 1000, included: false, net: 0, tax: 0 }],
        total: 100,
        due: 100,
      }),
    },
  ),
  scripted(
    "an amount off the order lowers the total and no tax; not below nothing",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.open("anna", "o2", "A-2");
      s.lines("anna", "o1", [item("a", "Tea", 300, tax(1000, false))]);
      s.lines("anna", "o2", [item("a", "Tea", 300, tax(1000, true))]);
      s.discount("anna", "o1", "d1", { amount: 130, lineId: null });
      s.discount("anna", "o2", "d2", { amount: 301, percentBp: 0 });
    },
    {
      o1: order({
        state: "placed",
        lines: [line("a", "Tea", { price: 300, tax: 30, rateBp: 1000, included: false })],
        discounts: [
          off("d1", nth("anna", 5), { amount: 130 }),
        ],
        taxes: [{ rateBp: 1000, included: false, net: 300, tax: 30 }],
        total: 200,
        due: 200,
      }),
      o2: order({
        orderId: "o2",
        number: "A-2",
        state: "placed",
        // 300 * 1000 / 11000 = 27.27
        lines: [
          line("a", "Tea", { recordId: "o2", price: 300, tax: 27, rateBp: 1000, included: true }),
        ],
        discounts: [
          off("d2", nth("anna", 6), { percentBp: 0, amount: 301 }),
        ],
        taxes: [{ rateBp: 1000, included: true, net: 300, tax: 27 }],
      }),
    },
  ),
  scripted(
    "discounts that were undone, that were redacted, and of lines that are not here",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [item("a", "Tea", 300), item("b", "Bun", 100)]);
      s.undo("ben", "o1", s.discount("anna", "o1", "d1", { percentBp: 5000 }));
      const op = s.discount("anna", "o1", "d2", { lineId: "a", amount: 10 });
      s.add("hub", "redact", "order/o1", { op });
      s.discount("anna", "o1", "d3", { lineId: "x", amount: 10 });
      s.discount("anna", "o1", "d4", { lineId: "b", amount: 10 });
      // The older of one id stays.
      s.discount("ben", "o1", "d4", { lineId: "b", amount: 20 });
    },
    {
      o1: order({
        state: "placed",
        lines: [
          line("a", "Tea", { price: 300 }),
          line("b", "Bun", { price: 100, discount: 10, net: 90 }),
        ],
        discounts: [
          off("d4", nth("anna", 6), { lineId: "b", amount: 10 }),
        ],
        total: 390,
        due: 390,
      }),
    },
  ),
  scripted(
    "what is cancelled or declined costs nothing",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [
        item("a", "Tea", 300, tax(1000, false)),
        item("b", "Bun", 100, tax(2000, true)),
        item("c", "Egg", 200, tax(1000, false)),
      ]);
      s.end("anna", "o1", ["b"], "declined", "none left");
      s.end("anna", "o1", ["c"], "cancelled", "too late");
      s.discount("anna", "o1", "d1", { lineId: "b", amount: 10 });
    },
    {
      o1: order({
        state: "placed",
        lines: [
          line("a", "Tea", { price: 300, tax: 30, rateBp: 1000, included: false }),
          ended("b", "Bun", "declined", "none left", nth("anna", 3), {
            price: 100,
            rateBp: 2000,
            included: true,
          }),
          ended("c", "Egg", "cancelled", "too late", nth("anna", 4), {
            price: 200,
            rateBp: 1000,
            included: false,
          }),
        ],
        discounts: [
          off("d1", nth("anna", 5), { lineId: "b", amount: 10 }),
        ],
        taxes: [{ rateBp: 1000, included: false, net: 300, tax: 30 }],
        total: 330,
        due: 330,
      }),
    },
  ),
  scripted(
    "percentages older than a split go with it; amounts and later ones stay",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [item("a", "Tea", 300, { quantity: 3 })]);
      s.discount("anna", "o1", "d1", { lineId: "a", percentBp: 1000, amount: 50 });
      s.split("anna", "o1", "a", "b", 1);
      s.discount("anna", "o1", "d2", { lineId: "a", percentBp: 500 });
      s.discount("anna", "o1", "d3", { lineId: "b", amount: 5 });
    },
    {
      o1: order({
        state: "placed",
        lines: [
          // 15 % of 600, and 50
          line("a", "Tea", { price: 300, quantity: 2, discount: 140, net: 460 }),
          // 10 % of 300, and 5
          line("b", "Tea", { price: 300, discount: 35, net: 265 }),
        ],
        discounts: [
          off("d1", nth("anna", 3), { lineId: "a", percentBp: 1000, amount: 50 }),
          off("d2", nth("anna", 5), { lineId: "a", percentBp: 500 }),
          off("d3", nth("anna", 6), { lineId: "b", amount: 5 }),
        ],
        total: 725,
        due: 725,
      }),
    },
  ),
];

export const moneyCases: OrderCase[] = [...taxes, ...discounts];
