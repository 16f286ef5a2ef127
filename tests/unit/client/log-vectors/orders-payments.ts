// SPDX-License-Identifier: Apache-2.0
// What was paid for orders, and given back; worked out by hand.

import { item, line, order, scripted, type OrderCase } from "./reading";

export const paymentCases: OrderCase[] = [
  scripted(
    "payments, tips and receipts; what was overpaid is due back",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [item("a", "Tea", 1000)]);
      s.add("anna", "payment.add", "order/o1", {
        paymentId: "y1",
        method: "cash",
        amount: 600,
        tip: 40,
        tendered: 1000,
      });
      s.add("ben", "payment.add", "order/o1", { paymentId: "y2", method: "card", amount: 500, tip: 10 });
      // The same payment, handed in twice.
      s.add("anna", "payment.add", "order/o1", { paymentId: "y1", method: "cash", amount: 600 });
      const totals = { total: 1000, currency: "EUR", taxes: [] };
      s.add("hub", "receipt.issue", "order/o1", { receiptId: "r2", number: 7, ...totals });
      s.add("hub", "receipt.issue", "order/o1", { receiptId: "r1", number: 8, ...totals });
    },
    {
      o1: order({
        state: "placed",
        lines: [line("a", "Tea", { price: 1000 })],
        payments: [
          { paymentId: "y1", method: "cash", amount: 600, tip: 40, refunded: 0, settled: 0 },
          { paymentId: "y2", method: "card", amount: 500, tip: 10, refunded: 0, settled: 0 },
        ],
        total: 1000,
        paid: 1100,
        due: -100,
        tips: 50,
        receipts: [
          { receiptId: "r2", number: 7 },
          { receiptId: "r1", number: 8 },
        ],
      }),
    },
  ),
  scripted(
    "a refund takes what its payment has left, in the order of their time; of no payment nothing",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [item("a", "Tea", 1000)]);
      const pay = (paymentId: string, method: string, amount: number) =>
        s.add("anna", "payment.add", "order/o1", { paymentId, method, amount, tip: 30 });
      const refund = (refundId: string, paymentId: string, amount: number) =>
        s.add("ben", "payment.refund", "order/o1", { refundId, paymentId, amount, reason: "cold" });
      pay("y1", "room", 700);
      pay("y2", "card", 300);
      refund("f1", "y1", 500);
      refund("f2", "y1", 500);
      refund("f3", "y2", 100);
      refund("f3", "y2", 100);
      refund("f4", "y9", 100);
    },
    {
      o1: order({
        state: "placed",
        lines: [line("a", "Tea", { price: 1000 })],
        payments: [
          { paymentId: "y1", method: "room", amount: 700, tip: 30, refunded: 700, settled: 0 },
          { paymentId: "y2", method: "card", amount: 300, tip: 30, refunded: 100, settled: 0 },
        ],
        total: 1000,
        paid: 200,
        due: 800,
        tips: 60,
      }),
    },
  ),
  scripted(
    "a room owes what was charged and the tip, without what went back; a settlement takes at most that",
    (s) => {
      s.open("anna", "o1", "A-1");
      s.lines("anna", "o1", [item("a", "Tea", 1000)]);
      const pay = (paymentId: string, method: string, amount: number, tip = 0) =>
        s.add("anna", "payment.add", "order/o1", { paymentId, method, amount, tip });
      const settle = (settleId: string, paymentId: string, amount: number) =>
        s.add("eva", "charge.settle", "order/o1", { settleId, paymentId, method: "cash", amount });
      pay("y1", "room", 400, 50);
      pay("y2", "room", 300);
      pay("y3", "room", 200);
      pay("y4", "card", 100);
      settle("s1", "y1", 300);
      settle("s2", "y1", 300);
      s.add("ben", "payment.refund", "order/o1", {
        refundId: "f1",
        paymentId: "y2",
        amount: 100,
        reason: "cold",
      });
      settle("s3", "y2", 300);
      const taken = settle("s4", "y3", 200);
      s.add("eva", "undo", "order/o1", { op: taken });
      settle("s5", "y3", 80);
      settle("s6", "y4", 100);
      settle("s7", "y9", 100);
    },
    {
      o1: order({
        state: "placed",
        lines: [line("a", "Tea", { price: 1000 })],
        payments: [
          { paymentId: "y1", method: "room", amount: 400, tip: 50, refunded: 0, settled: 450 },
          { paymentId: "y2", method: "room", amount: 300, tip: 0, refunded: 100, settled: 200 },
          { paymentId: "y3", method: "room", amount: 200, tip: 0, refunded: 0, settled: 80 },
          { paymentId: "y4", method: "card", amount: 100, tip: 0, refunded: 0, settled: 0 },
        ],
        total: 1000,
        paid: 900,
        due: 100,
        tips: 50,
      }),
    },
  ),
];
