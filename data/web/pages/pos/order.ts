// SPDX-License-Identifier: Apache-2.0
// The order at the till and the receipt that it becomes. Pure: a new order for each change.

import type { Receipt, ReceiptLine } from "@bellhop/client";

import { findItem, property } from "./menu";
import { includedTax } from "./money";

export interface OrderLine {
  itemId: string;
  quantity: number;
  note: string;
}

export interface Order {
  table: string;
  lines: OrderLine[];
}

export type OrderChange =
  | { type: "add"; itemId: string }
  | { type: "less"; index: number }
  | { type: "more"; index: number }
  | { type: "remove"; index: number }
  | { type: "note"; index: number; note: string }
  | { type: "table"; table: string }
  | { type: "clear" };

export const emptyOrder: Order = { table: "", lines: [] };

const MAX_QUANTITY = 99;
const MAX_LINES = 100;
const MAX_NOTE = 80;
const MAX_TABLE = 12;

function changeLine(order: Order, index: number, change: Partial<OrderLine>): Order {
  return {
    ...order,
    lines: order.lines.map((line, at) => (at === index ? { ...line, ...change } : line)),
  };
}

function removeLine(order: Order, index: number): Order {
  return { ...order, lines: order.lines.filter((_, at) => at !== index) };
}

function addItem(order: Order, itemId: string): Order {
  // A line with a note is its own dish: the next one comes without.
  const index = order.lines.findIndex((line) => line.itemId === itemId && line.note === "");
  const line = order.lines[index];
  if (line !== undefined)
    return changeLine(order, index, { quantity: Math.min(MAX_QUANTITY, line.quantity + 1) });
  if (order.lines.length >= MAX_LINES) return order;
  return { ...order, lines: [...order.lines, { itemId, quantity: 1, note: "" }] };
}

export function changeOrder(order: Order, change: OrderChange): Order {
  switch (change.type) {
    case "add":
      return addItem(order, change.itemId);
    case "more": {
      const quantity = (order.lines[change.index]?.quantity ?? 0) + 1;
      return changeLine(order, change.index, { quantity: Math.min(MAX_QUANTITY, quantity) });
    }
    case "less": {
      const quantity = (order.lines[change.index]?.quantity ?? 0) - 1;
      if (quantity < 1) return removeLine(order, change.index);
      return changeLine(order, change.index, { quantity });
    }
    case "remove":
      return removeLine(order, change.index);
    case "note":
      return changeLine(order, change.index, { note: change.note.slice(0, MAX_NOTE) });
    case "table":
      return { ...order, table: change.table.slice(0, MAX_TABLE) };
    case "clear":
      return emptyOrder;
  }
}

export function amountOf(line: OrderLine): number {
  return (findItem(line.itemId)?.price ?? 0) * line.quantity;
}

export function totalOf(order: Order): number {
  return order.lines.reduce((sum, line) => sum + amountOf(line), 0);
}

export function countOf(order: Order): number {
  return order.lines.reduce((sum, line) => sum + line.quantity, 0);
}

/** What storage gave back, if it is an order of items that still exist. */
export function toOrder(value: unknown): Order {
  if (typeof value !== "object" || value === null) return emptyOrder;
  const { table, lines } = value as { table?: unknown; lines?: unknown };
  if (typeof table !== "string" || !Array.isArray(lines)) return emptyOrder;
  const kept: OrderLine[] = [];
  for (const entry of lines.slice(0, MAX_LINES) as Partial<OrderLine>[]) {
    const { itemId, quantity, note } = entry ?? {};
    if (typeof itemId !== "string" || findItem(itemId) === undefined) continue;
    if (typeof quantity !== "number" || !Number.isInteger(quantity)) continue;
    if (quantity < 1 || quantity > MAX_QUANTITY) continue;
    kept.push({ itemId, quantity, note: typeof note === "string" ? note : "" });
  }
  return { table, lines: kept };
}

function toReceiptLine(line: OrderLine): ReceiptLine | null {
  const item = findItem(line.itemId);
  if (item === undefined) return null;
  const entry: ReceiptLine = {
    name: item.name,
    quantity: line.quantity,
    amount: amountOf(line),
    unitAmount: item.price,
  };
  const note = line.note.trim();
  if (note !== "") entry.notes = [note];
  return entry;
}

function taxesOf(order: Order): NonNullable<Receipt["taxes"]> {
  const gross = new Map<number, number>();
  for (const line of order.lines) {
    const rate = findItem(line.itemId)?.taxRate ?? 0;
    gross.set(rate, (gross.get(rate) ?? 0) + amountOf(line));
  }
  // By rate over the sum, not line by line: rounding must not add up.
  return [...gross]
    .sort(([a], [b]) => a - b)
    .map(([rate, sum]) => ({
      name: property.taxName,
      rate,
      amount: includedTax(sum, rate),
      included: true,
    }));
}

export interface ReceiptFacts {
  number: string;
  language: string;
  timeMs: number;
  timeZoneOffset: number;
}

export function toReceipt(order: Order, facts: ReceiptFacts): Receipt {
  const receipt: Receipt = {
    currency: property.currency,
    language: facts.language,
    business: { name: property.name, address: property.address, taxId: property.taxId },
    number: facts.number,
    time: facts.timeMs,
    timeZoneOffset: facts.timeZoneOffset,
    lines: order.lines.map(toReceiptLine).filter((line): line is ReceiptLine => line !== null),
    taxes: taxesOf(order),
    total: totalOf(order),
    footer: property.footer,
    qr: `${property.name} ${facts.number}`,
    cut: true,
  };
  if (order.table.trim() !== "") receipt.table = order.table.trim();
  return receipt;
}
