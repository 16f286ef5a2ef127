// SPDX-License-Identifier: Apache-2.0
// What became of an order's room charges: how they were settled, what was taken back, and what went back
// to guests who had paid. In the order in which it happened, so that each counts in the drawer and on the
// day where it moved. Pure.

import { itemOf, type EntityRecord, type Item, type Order } from "@bellhop/client";

import type { RecordSource } from "../house/source";
import { numberOf, textOf, toFields, type Fields } from "../link/fields";
import type { Said } from "./order-facts";

export type SettleMethod = "cash" | "card" | "hotel";

export const settleMethods: readonly SettleMethod[] = ["cash", "card", "hotel"];

export function toSettleMethod(text: string): SettleMethod {
  return settleMethods.find((one) => one === text) ?? "cash";
}

export interface Settlement extends Said {
  settleId: string;
  paymentId: string;
  method: SettleMethod;
  /** As far as the room owed it. */
  amount: number;
  /** null: nobody wrote it down. */
  tendered: number | null;
  /** "<logId>:<seq>", for an undo. */
  op: string;
}

/** Money that moved: what was settled, or what of it went back. */
export interface SettleMove extends Said {
  method: SettleMethod;
  kind: "settled" | "back";
  amount: number;
}

interface Happening {
  kind: "settle" | "refund";
  id: string;
  value: Fields;
  said: Said;
  counter: number;
}

function happeningsOf(record: EntityRecord, paymentId: string): Happening[] {
  const found = Object.entries(record.items).flatMap(([path, item]): Happening[] => {
    const [kind = "", id = ""] = path.split("/");
    if (kind !== "settle" && kind !== "refund") return [];
    const [value, timeMs, counter, logId, seq] = item;
    const fields = toFields(value);
    if (textOf(fields, "paymentId") !== paymentId) return [];
    return [{ kind, id, value: fields, said: { logId, seq, timeMs }, counter }];
  });
  return found.sort(
    (a, b) => a.said.timeMs - b.said.timeMs || a.counter - b.counter || a.said.seq - b.said.seq,
  );
}

const opOf = ({ logId, seq }: Said) => `${logId}:${seq}`;

function undoOf(record: EntityRecord, said: Said): Item | undefined {
  return itemOf(record, `undo/${opOf(said)}`);
}

export interface Settling {
  /** Those that stand, the oldest first. */
  settlements: Settlement[];
  moves: SettleMove[];
}

type Charge = Order["payments"][number];

/**
 * Of one charge. One that was taken back counts when it was given and, the other way, when it was taken
 * back. A refund of what was settled goes back as it came, the latest first.
 */
function settlingOf(record: EntityRecord, { paymentId, amount, tip }: Charge): Settling {
  const moves: SettleMove[] = [];
  const standing: Settlement[] = [];
  let refunded = 0;
  const owed = () => amount + tip - refunded;
  const paid = () => standing.reduce((sum, one) => sum + one.amount, 0);
  for (const { kind, id, value, said } of happeningsOf(record, paymentId)) {
    const wanted = numberOf(value, "amount") ?? 0;
    if (kind === "refund") {
      refunded += Math.min(wanted, amount - refunded);
      let over = paid() - owed();
      for (const last of [...standing].reverse()) {
        const back = Math.min(Math.max(0, over), last.amount);
        if (back === 0) continue;
        over -= back;
        last.amount -= back;
        moves.push({ kind: "back", method: last.method, amount: back, ...said });
      }
      continue;
    }
    const method = toSettleMethod(textOf(value, "method"));
    const undone = undoOf(record, said);
    const counted = Math.max(0, Math.min(wanted, undone === undefined ? owed() - paid() : owed()));
    if (counted === 0) continue;
    moves.push({ kind: "settled", method, amount: counted, ...said });
    if (undone !== undefined) {
      const [, timeMs, , logId, seq] = undone;
      moves.push({ kind: "back", method, amount: counted, logId, seq, timeMs });
      continue;
    }
    const tendered = numberOf(value, "tendered");
    const about = { settleId: id, paymentId, method, tendered, op: opOf(said) };
    standing.push({ ...about, amount: counted, ...said });
  }
  return { moves, settlements: standing.filter((one) => one.amount > 0) };
}

/** Of all that the order charges to rooms. */
export function readSettling(source: RecordSource, order: Order): Settling {
  const record = source.record(`order/${order.orderId}`);
  const charges = order.payments.filter(({ method }) => method === "room");
  if (record === null || charges.length === 0) return { settlements: [], moves: [] };
  const each = charges.map((charge) => settlingOf(record, charge));
  return {
    settlements: each.flatMap(({ settlements }) => settlements),
    moves: each.flatMap(({ moves }) => moves),
  };
}
