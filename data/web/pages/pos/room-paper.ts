// SPDX-License-Identifier: Apache-2.0
// What a room owes, or has paid, on one paper: each order with what was had, and taxes over all. Pure: the
// words come along.

import type { Receipt, ReceiptLine, TaxSum } from "@bellhop/client";

import type { Tax } from "../house/menu";
import { isOver } from "../house/orders";
import type { PropertyDetails } from "../house/places";
import { nameTax } from "./receipt-content";
import type { Charge } from "./room-bills";
import type { Settlement } from "./settlements";

export interface RoomPaperWords {
  /** "Bill of room 101" */
  title: string;
  tax: string;
  tip: string;
  /** "A-17 · Table 5 · 27 May 2026, 20:15" */
  charge: (charge: Charge) => string;
  settled: (settlement: Settlement) => string;
}

export interface RoomPaperFacts {
  details: PropertyDetails;
  taxes: readonly Tax[];
  currency: string;
  server: string;
  language: string;
  timeMs: number;
  timeZoneOffset: number;
  drawer: boolean;
  words: RoomPaperWords;
}

/** As a receipt can hold (receipt.schema.json). */
const MAX_EXTRAS = 50;
const MAX_PAYMENTS = 20;

/** Its share of the order's taxes: of an order that was paid in parts, not all. */
function taxesOf({ order, owed, tip }: Charge): TaxSum[] {
  const part = owed - tip;
  const share = (sum: number) =>
    part === order.total || order.total === 0 ? sum : Math.round((sum * part) / order.total);
  return order.taxes.map((one) => ({ ...one, net: share(one.net), tax: share(one.tax) }));
}

function toLine(charge: Charge, words: RoomPaperWords): ReceiptLine {
  const { order, owed, tip } = charge;
  const had = order.lines
    .filter((line) => !isOver(line))
    .map(({ quantity, name }) => ({ name: `${quantity} × ${name}`.slice(0, 200) }))
    .slice(0, MAX_EXTRAS - 1);
  return {
    name: words.charge(charge).slice(0, 200),
    amount: owed - tip,
    modifiers: [...had, ...(tip === 0 ? [] : [{ name: words.tip, amount: tip }])],
  };
}

/** One row for each way in which it was paid. */
function paymentsOf(charges: readonly Charge[], words: RoomPaperWords) {
  const sums = new Map<string, number>();
  for (const one of charges.flatMap(({ settlements }) => settlements)) {
    const method = words.settled(one);
    sums.set(method, (sums.get(method) ?? 0) + one.amount);
  }
  return [...sums].map(([method, amount]) => ({ method, amount })).slice(-MAX_PAYMENTS);
}

export function toRoomPaper(charges: readonly Charge[], facts: RoomPaperFacts): Receipt {
  const { details, words } = facts;
  const { name, address, phone, taxNumber: taxId, footer } = details;
  const sums = new Map<string, TaxSum>();
  for (const one of charges.flatMap(taxesOf)) {
    const key = `${one.rateBp} ${String(one.included)}`;
    const before = sums.get(key) ?? { ...one, net: 0, tax: 0 };
    sums.set(key, { ...before, net: before.net + one.net, tax: before.tax + one.tax });
  }
  const payments = paymentsOf(charges, words);
  return {
    currency: facts.currency,
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
    title: words.title.slice(0, 200),
    ...(facts.server === "" ? {} : { server: facts.server }),
    time: facts.timeMs,
    timeZoneOffset: facts.timeZoneOffset,
    lines: charges.map((charge) => toLine(charge, words)),
    // What an order came to has its taxes in it, also those that were added.
    taxes: [...sums.values()].map((tax) => ({
      ...{ name: nameTax(facts.taxes, tax, words.tax), rate: tax.rateBp / 100 },
      ...{ amount: tax.tax, included: true },
    })),
    total: charges.reduce((sum, { owed }) => sum + owed, 0),
    ...(payments.length === 0 ? {} : { payments }),
    ...(footer.length === 0 ? {} : { footer }),
    drawer: facts.drawer,
    cut: true,
  };
}
