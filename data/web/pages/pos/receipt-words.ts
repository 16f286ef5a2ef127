// SPDX-License-Identifier: Apache-2.0
// Receipts, bills and the day in the words of this device's reader, from the records.

import type { Receipt } from "@bellhop/client";

import { readMenu } from "../house/menu";
import { formatMoney, percentText } from "../house/money";
import { placeTitle, readDetails, readPlaces } from "../house/places";
import type { RecordSource } from "../house/source";
import { formatDay, formatExact } from "../link/time-text";
import { language, locale, t } from "../messages";
import type { Method } from "./cash";
import { toReport } from "./day-report";
import { beginningOf, type Day, type OtherSums } from "./day-totals";
import { latestReceipt, readPayments, receiptedMs, type PaymentFact } from "./order-facts";
import { formatNumber, toReceipt } from "./receipt-content";
import { toRoomPaper } from "./room-paper";
import type { Charge, RoomBill } from "./room-bills";
import type { SettleMethod } from "./settlements";

export function methodText(method: Method): string {
  return t(`till.method.${method}`);
}

export function settleText(method: SettleMethod): string {
  return t(`till.settle.method.${method}`);
}

/** "Sales in GBP", and so on: what there is of it. */
export function otherRows(other: OtherSums): [name: string, amount: number][] {
  const { currency } = other;
  return (["sales", "taken", "cash", "rooms", "due", "back"] as const)
    .filter((what) => other[what] !== 0)
    .map((what) => [t(`till.day.other.${what}`, { currency }), other[what]]);
}

/** "Card", "Room 101", "Cash, with a tip of €2.00" */
export function paymentText(source: RecordSource, payment: PaymentFact, currency: string): string {
  const { method, placeId, tip, reference } = payment;
  const room = placeTitle(source, placeId);
  const name = [room === "" ? methodText(method) : room, reference].filter(Boolean).join(", ");
  return tip === 0 ? name : t("till.with-tip", { method: name, tip: formatMoney(tip, currency, locale) });
}

const offsetAt = (timeMs: number) => -new Date(timeMs).getTimezoneOffset();

export interface PaperOptions {
  kind: "receipt" | "copy" | "bill";
  /** null: of a bill, and of a receipt that gets it later. */
  number: number | null;
  receiptId: string;
  timeMs: number;
  server: string;
}

/** null: the order is not there. */
export function makeReceipt(
  source: RecordSource,
  orderId: string,
  { kind, number, receiptId, timeMs, server }: PaperOptions,
): Receipt | null {
  const order = source.order(orderId);
  if (order === null) return null;
  const payments = readPayments(source, order);
  const earlier = kind === "receipt" ? latestReceipt(source, orderId) : null;
  const titles = {
    receipt:
      earlier === null || earlier.receiptId === receiptId
        ? ""
        : t("till.receipt.replaces", { number: formatNumber(earlier.number) }),
    copy: t("till.copy.title"),
    bill: t("till.bill.title", { number: order.number }),
  };
  const sinceMs = receiptedMs(source, orderId, receiptId);
  return toReceipt(order, {
    details: readDetails(source),
    taxes: readMenu(source).taxes,
    place: readPlaces(source).find(({ placeId }) => placeId === order.placeId) ?? null,
    payments,
    number,
    server,
    language,
    timeMs,
    timeZoneOffset: offsetAt(timeMs),
    drawer:
      kind === "receipt" && payments.some((one) => one.method === "cash" && one.timeMs > sinceMs),
    words: {
      title: titles[kind],
      tax: t("till.tax"),
      discount: (reasons) =>
        reasons === "" ? t("till.discount") : t("till.discount.named", { reasons }),
      payment: (payment) => paymentText(source, payment, order.currency),
      refund: ({ method }) => t("till.refund.of", { method: methodText(method) }),
    },
  });
}

export function makeReport(
  source: RecordSource,
  day: Day,
  counted: number | null,
  server: string,
): Receipt {
  const named = (key: "till.day.tips.of" | "till.refund.of") => (method: Method) =>
    t(key, { method: methodText(method) });
  return toReport(day, {
    details: readDetails(source),
    taxes: readMenu(source).taxes,
    counted,
    server,
    language,
    timeZoneOffset: offsetAt(day.toMs),
    words: {
      title: t("till.day"),
      since: t("till.day.since", { time: formatExact(beginningOf(source, day)) }),
      orders: t("till.day.orders", { count: day.orders }),
      gross: t("till.day.gross"),
      discounts: t("till.day.discounts"),
      tax: t("till.tax"),
      net: (tax) => t("till.day.net", { tax }),
      taxOf: (tax, rateBp) => `${tax} ${percentText(rateBp, locale)} %`,
      payment: (method, count) => t("till.day.payment", { method: methodText(method), count }),
      tips: named("till.day.tips.of"),
      refunds: named("till.refund.of"),
      settled: (method, count) => t("till.day.settled", { method: settleText(method), count }),
      settledBack: (method) => t("till.day.settled.back", { method: settleText(method) }),
      openCharges: t("till.day.rooms"),
      late: t("till.day.late"),
      expected: t("till.day.expected"),
      counted: t("till.day.counted"),
      difference: t("till.day.difference"),
      openDue: t("till.day.open-due"),
      owingDue: t("till.day.owing-due"),
      backDue: t("till.back"),
      others: day.others.flatMap((other) =>
        otherRows(other).map(
          ([name, amount]) => `${name}: ${formatMoney(amount, other.currency, locale)}`,
        ),
      ),
    },
  });
}

/** "Room 101", "Room 101, earlier guests" */
export function roomTitle(source: RecordSource, { placeId, isPast }: RoomBill): string {
  const room = placeTitle(source, placeId) || t("till.room.gone");
  return isPast ? t("till.room.past", { room }) : room;
}

/** "A-17 · Table 5 · 27 May, 20:15" */
export function chargeText(source: RecordSource, { order, timeMs }: Charge): string {
  const place = placeTitle(source, order.placeId);
  return [order.number, place, formatDay(timeMs)].filter(Boolean).join(" · ");
}

/** All of these on one paper. */
export function makeRoomPaper(
  source: RecordSource,
  bill: RoomBill,
  charges: readonly Charge[],
  { server, timeMs, drawer }: { server: string; timeMs: number; drawer: boolean },
): Receipt {
  return toRoomPaper(charges, {
    ...{ server, language, timeMs, drawer, currency: bill.currency },
    details: readDetails(source),
    taxes: readMenu(source).taxes,
    timeZoneOffset: offsetAt(timeMs),
    words: {
      title: t("till.room.bill", { room: roomTitle(source, bill) }),
      tax: t("till.tax"),
      tip: t("till.tip"),
      charge: (charge) => chargeText(source, charge),
      settled: ({ method }) => settleText(method),
    },
  });
}
