// SPDX-License-Identifier: Apache-2.0
// What became of a receipt, in words for the person at the till.

import type { PrintView } from "@bellhop/client";

import type { Tone } from "../link/printer-text";
import { t, type MessageKey } from "../messages";
import { GIVEN_UP, isWaiting } from "./drawer";

export interface PrintText {
  title: string;
  detail: string;
  tone: Tone;
  /** What the button says that asks for the paper again; none where that makes no sense. */
  again: string | null;
}

const waits: Record<string, MessageKey> = {
  "paper-out": "print.paper-out",
  "cover-open": "print.cover-open",
  offline: "print.offline",
  "printer-error": "print.printer-error",
  "no-printer": "print.refused.unknown-printer",
};

const refusals: Record<string, MessageKey> = {
  "unknown-printer": "print.refused.unknown-printer",
  "too-large": "print.refused.too-large",
  "queue-full": "print.refused.queue-full",
  "too-old": "print.refused.too-old",
  "not-stored": "print.refused.not-stored",
  [GIVEN_UP]: "till.drawer.not",
};

export function describePrint(view: PrintView): PrintText {
  const wait = waits[view.detail ?? ""];
  // Only drawers are given up.
  if (view.code === GIVEN_UP && isWaiting(view.phase))
    return { title: t("till.drawer.unsure"), detail: "", tone: "wait", again: null };
  switch (view.phase) {
    case "waiting":
      return { title: t("print.waiting"), detail: "", tone: "wait", again: null };
    case "accepted":
    case "queued":
    case "printing":
      if (wait !== undefined) return { title: t(wait), detail: "", tone: "wait", again: null };
      return { title: t(`print.${view.phase}`), detail: "", tone: "quiet", again: null };
    case "sent":
      // Its last bytes are in the printer, which cannot print them yet.
      if (wait !== undefined) return { title: t(wait), detail: "", tone: "wait", again: null };
      if (view.detail !== "no-feedback")
        return { title: t("print.sent"), detail: "", tone: "quiet", again: null };
      return {
        title: t("print.sent.no-feedback"),
        detail: "",
        tone: "quiet",
        again: t("print.again"),
      };
    case "done":
      return {
        title: t("print.done"),
        detail: t("print.done.detail"),
        tone: "good",
        again: t("print.again"),
      };
    case "uncertain":
      return {
        title: t("print.uncertain"),
        detail: t(view.code === GIVEN_UP ? "till.drawer.unheard" : "print.uncertain.detail"),
        tone: "wait",
        again: t("print.again"),
      };
    case "failed":
      return {
        title: t("print.failed"),
        detail: t("print.failed.detail"),
        tone: "bad",
        again: t("print.again"),
      };
    case "refused":
      return {
        title: t("print.refused"),
        detail: t(refusals[view.code ?? ""] ?? "print.refused.other"),
        tone: "bad",
        again: t("print.retry"),
      };
  }
}
