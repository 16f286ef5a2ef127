// SPDX-License-Identifier: Apache-2.0
// Opening the drawer without a sale: it opens while a person stands before it, or not at all, and only
// what the printer took is called opened.

import { useEffect, useState } from "preact/hooks";

import { currentPerson } from "../house/person";
import { t } from "../messages";
import type { Toast } from "../theme/toast";
import { drawerWord, PATIENCE_MS } from "./drawer";
import type { Receipts } from "./use-receipts";

/** ESC p 0 25 250: opens the drawer at the first connector. */
const DRAWER_PULSE = "G3AAGfo=";

interface Opening {
  jobId: string;
  sinceMs: number;
  /** Whose hand it was; "": nobody has signed in. */
  name: string;
}

/** Returns what opens it. */
export function useDrawer({ shelf, print }: Receipts, currency: string, tell: Toast["tell"]): () => void {
  const [opening, setOpening] = useState<Opening | null>(null);
  const phase = opening === null ? undefined : shelf.viewOf(opening.jobId)?.phase;

  useEffect(() => {
    if (opening === null || phase === undefined) return;
    const { jobId, sinceMs, name } = opening;
    const look = () => {
      const word = drawerWord(phase, Date.now() - sinceMs);
      if (word === null) return;
      if (word === "late") {
        void shelf.giveUp(jobId);
        return;
      }
      setOpening(null);
      if (word !== "opened") tell(t(`till.drawer.${word}`));
      else tell(name === "" ? t("till.drawer") : t("till.drawer.by", { name }));
    };
    look();
    const timer = setTimeout(look, Math.max(0, sinceMs + PATIENCE_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [opening, phase]);

  return () => {
    const name = currentPerson()?.name ?? "";
    const paper = { kind: "drawer" as const, number: name, orderId: "", total: 0, currency };
    const jobId = print(paper, { escpos: DRAWER_PULSE });
    if (jobId !== null) setOpening({ jobId, sinceMs: Date.now(), name });
  };
}
