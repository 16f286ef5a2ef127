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
          { paymentId: "y1", method: "cash", amount: 600, tip: 40, refunded: 0 },
          { paymentId: "y2", method: "card", amount: 500, tip: 10, refunded: 0 },
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
          { paymentId: "y1", method: "room", amount: 700, tip: 30, refunded: 700 },
          { paymentId: "y2", method: "card", amount: 300, tip: 30, refunded: 100 },
        ],
        total: 1000,
        paid: 200,
        due: 800,
        tips: 60,
      }),
    },
  ),
];
