// SPDX-License-Identifier: Apache-2.0
// The close of day on paper. Pure: the words come along.

import type { Receipt } from "@bellhop/client";

import type { Tax } from "../house/menu";
import type { PropertyDetails } from "../house/places";
import type { Method } from "./cash";
import type { Day } from "./day-totals";
import { nameTax } from "./receipt-content";
import type { SettleMethod } from "./settlements";

export interface ReportWords {
  title: string;
  /** "Since 27 May 2026, 23:05" */
  since: string;
  /** "42 orders" */
  orders: string;
  gross: string;
  discounts: string;
  tax: string;
  net: (tax: string) => string;
  /** "Food 5.5 %" */
  taxOf: (tax: string, rateBp: number) => string;
  payment: (method: Method, count: number) => string;
  tips: (method: Method) => string;
  refunds: (method: Method) => string;
  settled: (method: SettleMethod, count: number) => string;
  settledBack: (method: SettleMethod) => string;
  openCharges: string;
  late: string;
  expected: string;
  counted: string;
  difference: string;
  openDue: string;
  owingDue: string;
  backDue: string;
  /** "Sales in GBP: £7.50": paper adds up one currency only. */
  others: readonly string[];
}

export interface ReportFacts {
  details: PropertyDetails;
  taxes: readonly Tax[];
  counted: number | null;
  server: string;
  language: string;
  timeZoneOffset: number;
  words: ReportWords;
}

type Lines = Receipt["lines"];

export function toReport(day: Day, facts: ReportFacts): Receipt {
  const { details, words, counted } = facts;
  const row = (name: string, amount: number, emphasis = false): Lines[number] => ({
    name: name.slice(0, 200),
    amount,
    ...(emphasis ? { emphasis } : {}),
  });
  const taxes = day.taxes.flatMap((tax) => {
    const name = words.taxOf(nameTax(facts.taxes, tax, words.tax), tax.rateBp);
    return [row(words.net(name), tax.net - (tax.included ? tax.tax : 0)), row(name, tax.tax)];
  });
  const payments = day.payments.flatMap(({ method, count, amount, tips, refunds }) => [
    row(words.payment(method, count), amount, true),
    ...(tips === 0 ? [] : [row(words.tips(method), tips)]),
    ...(refunds === 0 ? [] : [row(words.refunds(method), -refunds)]),
  ]);
  const settled = day.settled.flatMap(({ method, count, amount, back }) => [
    row(words.settled(method, count), amount),
    ...(back === 0 ? [] : [row(words.settledBack(method), -back)]),
  ]);
  const lines: Lines = [
    { name: words.since },
    { name: words.orders, emphasis: true },
    row(words.gross, day.gross),
    ...(day.discounts === 0 ? [] : [row(words.discounts, -day.discounts)]),
    ...taxes,
    ...payments,
    ...settled,
    ...(day.openCharges === 0 ? [] : [row(words.openCharges, day.openCharges)]),
    ...(day.late === 0 ? [] : [row(words.late, day.late)]),
    row(words.expected, day.expectedCash, true),
    ...(counted === null
      ? []
      : [row(words.counted, counted), row(words.difference, counted - day.expectedCash, true)]),
    ...(day.openDue === 0 ? [] : [row(words.openDue, day.openDue)]),
    ...(day.owingDue === 0 ? [] : [row(words.owingDue, day.owingDue)]),
    ...(day.backDue === 0 ? [] : [row(words.backDue, day.backDue)]),
    ...words.others.map((name) => ({ name: name.slice(0, 200) })),
  ];
  return {
    currency: day.currency,
    language: facts.language,
    ...(details.name === "" ? {} : { business: { name: details.name, address: details.address } }),
    title: words.title,
    ...(facts.server === "" ? {} : { server: facts.server }),
    time: day.toMs,
    timeZoneOffset: facts.timeZoneOffset,
    lines,
    total: day.gross - day.discounts,
    cut: true,
  };
}
