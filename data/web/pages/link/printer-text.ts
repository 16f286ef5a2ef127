// SPDX-License-Identifier: Apache-2.0
// A printer's state in words.

import type { PrinterInfo } from "@bellhop/client";

import { t, type MessageKey } from "../messages";

export type Tone = "good" | "wait" | "bad" | "quiet";

const texts: Record<string, { key: MessageKey; tone: Tone }> = {
  ready: { key: "printer.ready", tone: "good" },
  idle: { key: "printer.ready", tone: "good" },
  busy: { key: "printer.busy", tone: "good" },
  printing: { key: "printer.busy", tone: "good" },
  offline: { key: "printer.offline", tone: "bad" },
  "paper-out": { key: "printer.paper-out", tone: "wait" },
  "cover-open": { key: "printer.cover-open", tone: "wait" },
  "printer-error": { key: "printer.error", tone: "bad" },
  storage: { key: "printer.storage", tone: "bad" },
};

const unknown: { key: MessageKey; tone: Tone } = { key: "printer.unknown", tone: "quiet" };

/** @param isAway the hub does not answer: what it said last is no news of the printer */
export function describePrinter(printer: PrinterInfo, isAway = false): { text: string; tone: Tone } {
  if (isAway) return { text: t("printer.away"), tone: "quiet" };
  const { key, tone } = texts[printer.detail ?? ""] ?? texts[printer.state] ?? unknown;
  return { text: t(key), tone };
}

export function namePrinter(printer: PrinterInfo): string {
  return printer.kind === "paper" ? t("printer.paper.name") : (printer.label ?? printer.name);
}
