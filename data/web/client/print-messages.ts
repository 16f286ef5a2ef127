// SPDX-License-Identifier: Apache-2.0
// The shapes of protocol section 5, printing, and the parsers of what the hub says about it.

import { isFields, textField, type Message } from "./messages";

export interface ReceiptLine {
  name: string;
  quantity?: number;
  /** Minor units of the receipt's currency, as every amount below. */
  amount?: number;
  unitAmount?: number;
  notes?: string[];
  modifiers?: { name: string; amount?: number }[];
  emphasis?: boolean;
}

export interface Receipt {
  /** ISO 4217 */
  currency: string;
  /** BCP 47 */
  language?: string;
  business?: { name: string; address?: string[]; phone?: string; taxId?: string };
  title?: string;
  number?: string;
  table?: string;
  server?: string;
  /** UTC milliseconds */
  time?: number;
  /** Minutes east of UTC, at `time` */
  timeZoneOffset?: number;
  lines: ReceiptLine[];
  subtotal?: number;
  discounts?: { name: string; amount: number }[];
  /** `rate` in percent */
  taxes?: { name: string; rate?: number; amount: number; included?: boolean }[];
  total?: number;
  payments?: { method: string; amount: number }[];
  change?: number;
  footer?: string[];
  qr?: string;
  drawer?: boolean;
  cut?: boolean;
}

/** What a kitchen is to make: data/protocol/ticket.schema.json. */
export interface Ticket {
  /** Of the order: "A-17". */
  number: string;
  /** Where it goes: "Table 12". */
  title?: string;
  station?: string;
  server?: string;
  note?: string;
  /** BCP 47. */
  language?: string;
  /** UTC, in milliseconds. */
  time?: number;
  timeZoneOffset?: number;
  /** Says at the top that no kitchen screen has shown it. */
  reason?: "unseen";
  lines: {
    name: string;
    quantity?: number;
    modifiers?: string[];
    notes?: string[];
    allergens?: string[];
    course?: number;
    change?: "new" | "cancelled" | "changed";
  }[];
}

export type PrintContent =
  | { receipt: Receipt }
  | { ticket: Ticket }
  | { escpos: string }
  | { text: string }
  | { png: string }
  | { pdf: string };

export interface PrintJob {
  jobId: string;
  printer?: string;
  content: PrintContent;
  copies?: number;
}

export const printStates = [
  "accepted",
  "queued",
  "printing",
  "sent",
  "done",
  "uncertain",
  "failed",
] as const;

export type PrintState = (typeof printStates)[number];

export interface PrintStatus {
  jobId: string;
  state: PrintState;
  printer?: string;
  /** `paper-out`, `cover-open`, `offline`, `no-feedback`... */
  detail?: string;
}

export function toPrintStatus(message: Message): PrintStatus | null {
  const jobId = textField(message, "jobId");
  const state = printStates.find((name) => name === message["state"]);
  if (message.type !== "print-status" || jobId === undefined || state === undefined) return null;
  const status: PrintStatus = { jobId, state };
  const printer = textField(message, "printer");
  const detail = textField(message, "detail");
  if (printer !== undefined) status.printer = printer;
  if (detail !== undefined) status.detail = detail;
  return status;
}

export interface PrinterInfo {
  /** What jobs are sent to; it stays when people call the printer something else. */
  name: string;
  /** As people call it. */
  label?: string;
  kind: string;
  state: string;
  detail?: string;
  waiting: number;
}

export function toPrinters(message: Message): PrinterInfo[] {
  const list = message["printers"];
  if (!Array.isArray(list)) return [];
  const printers: PrinterInfo[] = [];
  for (const entry of list as unknown[]) {
    if (!isFields(entry)) continue;
    const name = textField(entry, "name");
    if (name === undefined) continue;
    const waiting = entry["waiting"];
    const printer: PrinterInfo = {
      name,
      kind: textField(entry, "kind") ?? "",
      state: textField(entry, "state") ?? "",
      waiting: typeof waiting === "number" ? waiting : 0,
    };
    const detail = textField(entry, "detail");
    const label = textField(entry, "label");
    if (detail !== undefined) printer.detail = detail;
    if (label !== undefined) printer.label = label;
    printers.push(printer);
  }
  return printers;
}
