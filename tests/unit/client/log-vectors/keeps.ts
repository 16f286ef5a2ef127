// SPDX-License-Identifier: Apache-2.0
// How long an order stays in memory after the last that happened to it, where debts are settled.

import type { OperationDraft } from "../../../../data/web/client/log/operation";
import { item, Script } from "./reading";

export interface KeepCase {
  why: string;
  /** Of `order/o1`, in any order. */
  operations: OperationDraft[];
  /** Days that were closed, so long after the last of them. */
  days: Hours[];
  /** So long after the last of them. */
  asked: { hours: number; isOver: boolean }[];
}

interface Hours {
  from: number;
  to: number;
}

const DAY = 24;
const YEARS = 10 * 365 * DAY;

/** @param lastHour at which it still stays; Infinity: it does not leave */
function kept(why: string, lastHour: number, play: (script: Script) => void, days: Hours[] = []): KeepCase {
  const script = new Script();
  script.open("anna", "o1", "A-1");
  script.lines("anna", "o1", [item("a", "Tea", 1000)]);
  play(script);
  const asked = Number.isFinite(lastHour)
    ? [{ hours: lastHour, isOver: false }, { hours: lastHour + 1, isOver: true }]
    : [{ hours: 93 * DAY, isOver: false }, { hours: YEARS, isOver: false }];
  return { why, operations: script.operations, days, asked };
}

const close = (script: Script) =>
  script.add("anna", "order.set", "order/o1", { version: 1, set: { closed: true } });
const pay = (script: Script, method: string, amount: number, tip = 0) =>
  script.add("anna", "payment.add", "order/o1", { paymentId: `by-${method}`, method, amount, tip });
const closePaid = (script: Script) => {
  pay(script, "cash", 1000);
  close(script);
};
const settle = (script: Script, amount: number) =>
  script.add("eva", "charge.settle", "order/o1", { settleId: "s", paymentId: "by-room", method: "card", amount });

export const keepCases: KeepCase[] = [
  kept("an order that is open stays", Infinity, () => undefined),
  kept("one that is closed stays a day and a half", 36, close),
  kept("one that was paid stays two weeks, where no day is closed", 14 * DAY, closePaid),
  kept("nor is it on one that began and ended before it", 14 * DAY, closePaid, [{ from: -24, to: -1 }]),
  kept("nor is it certain that it is on the day that it was paid on", 14 * DAY, closePaid, [
    { from: -24, to: -1 },
    { from: -1, to: 20 },
  ]),
  kept("once a day is closed that began after it, it may go", 50, closePaid, [
    { from: 26, to: 51 },
    { from: -1, to: 26 },
  ]),
  kept("as soon as any other", 36, closePaid, [
    { from: -1, to: 5 },
    { from: 5, to: 30 },
  ]),
  kept("of two that end at once the longer one counts", 14 * DAY, closePaid, [
    { from: 1, to: 40 },
    { from: -1, to: 40 },
  ]),
  kept("also what was given back was paid", 14 * DAY, (script) => {
    pay(script, "card", 1000);
    const body = { refundId: "f", paymentId: "by-card", amount: 1000, reason: "cold" };
    script.add("eva", "payment.refund", "order/o1", body);
    close(script);
  }),
  kept("what a room owes is never forgotten", Infinity, (script) => {
    pay(script, "room", 1000);
    close(script);
  }),
  kept("nor the rest of it, of which the tip is a part", Infinity, (script) => {
    pay(script, "room", 1000, 100);
    settle(script, 1000);
    close(script);
  }),
  kept("nor where what was settled was taken back", Infinity, (script) => {
    pay(script, "room", 1000);
    const op = settle(script, 1000);
    script.add("eva", "undo", "order/o1", { op });
    close(script);
  }),
  kept("what is settled stays two weeks, for the day that counts it", 14 * DAY, (script) => {
    pay(script, "room", 1000, 100);
    settle(script, 1100);
    close(script);
  }),
  kept("and so does what went back to the guest", 14 * DAY, (script) => {
    pay(script, "room", 1000);
    const body = { refundId: "f", paymentId: "by-room", amount: 1000, reason: "cold" };
    script.add("eva", "payment.refund", "order/o1", body);
    close(script);
  }),
];
