// SPDX-License-Identifier: Apache-2.0
// What stands on a receipt, and on a bill before it. Pure: the words come with the facts.

import type { Order, OrderLine, Receipt, ReceiptLine } from "@bellhop/client";

import { choicesOf, type Tax } from "../house/menu";
import { isOver } from "../house/orders";
import type { Place, PropertyDetails } from "../house/places";
import { changeOf, type PaymentFact } from "./order-facts";

/** What the paper says in the reader's language. */
export interface ReceiptWords {
  /** "Bill A-17, not a receipt"; of a receipt "". */
  title: string;
  tax: string;
  /** "Discount (Regular guest)" */
  discount: (reasons: string) => string;
  /** "Card, with a tip of €2.00" */
  payment: (payment: PaymentFact) => string;
  refund: (payment: PaymentFact) => string;
}

export interface ReceiptFacts {
  details: PropertyDetails;
  /** For their names. */
  taxes: readonly Tax[];
  place: Place | null;
  payments: readonly PaymentFact[];
  /** null: a bill that is no receipt, and a receipt that has none yet. */
  number: number | null;
  /** "" where nobody has signed in. */
  server: string;
  language: string;
  timeMs: number;
  /** Minutes ahead of UTC. */
  timeZoneOffset: number;
  /** Open the drawer with it. */
  drawer: boolean;
  words: ReceiptWords;
}

export function formatNumber(number: number): string {
  return String(number).padStart(4, "0");
}

function toLine(line: OrderLine): ReceiptLine {
  const choices = choicesOf(line.modifiers).map(({ name, price }) => ({
    name,
    ...(price === 0 ? {} : { amount: price * line.quantity }),
  }));
  const extras = choices.reduce((sum, { amount = 0 }) => sum + amount, 0);
  const base = line.price * line.quantity;
  // Choices that would make it cheaper than nothing are not added up.
  const adds = base + extras === line.gross;
  return {
    name: line.name,
    quantity: line.quantity,
    amount: adds ? base : line.gross,
    ...(adds ? { unitAmount: line.price } : {}),
    ...(choices.length === 0
      ? {}
      : { modifiers: adds ? choices : choices.map(({ name }) => ({ name })) }),
  };
}

export interface BillSums {
  /** What it came to before discounts, with the taxes that are added. */
  gross: number;
  /** The same without them: what its lines add up to. */
  subtotal: number;
  /** All that is off the bill. */
  discount: number;
}

export function sumsOf(order: Order): BillSums {
  const lines = order.lines.filter((line) => !isOver(line));
  const added = order.taxes.reduce((sum, { included, tax }) => (included ? sum : sum + tax), 0);
  const net = lines.reduce((sum, line) => sum + line.net, 0);
  const off = lines.reduce((sum, line) => sum + line.discount, 0);
  const discount = off + net + added - order.total;
  return { gross: order.total + discount, subtotal: net + off, discount };
}

export function nameTax(
  taxes: readonly Tax[],
  { rateBp, included }: { rateBp: number; included: boolean },
  standard: string,
): string {
  const known = taxes.find((one) => one.rateBp === rateBp && one.included === included);
  return known?.name ?? standard;
}

export function toReceipt(order: Order, facts: ReceiptFacts): Receipt {
  const { details, taxes, place, payments, number, words } = facts;
  const { subtotal, discount } = sumsOf(order);
  const { name, address, phone, taxNumber: taxId, footer } = details;
  const reasons = [...new Set(order.discounts.map(({ reason }) => reason ?? ""))].filter(Boolean);
  const change = payments.reduce((sum, one) => sum + changeOf(one), 0);
  const title = [words.title, place?.kind === "room" ? place.title : ""].filter(Boolean).join(" · ");
  const receipt: Receipt = {
    currency: order.currency,
    language: facts.language,
    ...(name === ""
      ? {}
      : {
          business: {
            ...{ name, address },
            ...(phone === "" ? {} : { phone }),
            ...(taxId === "" ? {} : { taxId }),
          },
        }),
    ...(title === "" ? {} : { title }),
    ...(place?.kind === "table" ? { table: place.name } : {}),
    ...(facts.server === "" ? {} : { server: facts.server }),
    time: facts.timeMs,
    timeZoneOffset: facts.timeZoneOffset,
    lines: order.lines.filter((line) => !isOver(line)).map(toLine),
    ...(discount === 0
      ? {}
      : {
          subtotal,
          discounts: [{ name: words.discount(reasons.join(", ")).slice(0, 200), amount: discount }],
        }),
    taxes: order.taxes.map((tax) => ({
      name: nameTax(taxes, tax, words.tax),
      rate: tax.rateBp / 100,
      amount: tax.tax,
      included: tax.included,
    })),
    total: order.total,
    ...(payments.length === 0
      ? {}
      : {
          payments: payments
            .flatMap((one) => [
              { method: words.payment(one), amount: one.tendered ?? one.amount + one.tip },
              ...(one.refunded === 0
                ? []
                : [{ method: words.refund(one), amount: -one.refunded }]),
            ])
            .slice(-20),
        }),
    ...(change > 0 ? { change } : {}),
    ...(footer.length === 0 ? {} : { footer }),
    drawer: facts.drawer,
    cut: true,
  };
  return number === null ? receipt : withNumber(receipt, number);
}

export function withNumber(receipt: Receipt, number: number): Receipt {
  const name = receipt.business?.name ?? "";
  const text = formatNumber(number);
  return { ...receipt, number: text, ...(name === "" ? {} : { qr: `${name} ${text}` }) };
}

/** The guest has the change by then: nobody expects the drawer to open. */
const LATE_MS = 60 * 1000;

/** As it is printed so long after the payment, for the hub that numbers it was away. */
export function afterwards(receipt: Receipt, ageMs: number): Receipt {
  return ageMs < LATE_MS ? receipt : { ...receipt, drawer: false };
}
