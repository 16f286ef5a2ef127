// SPDX-License-Identifier: Apache-2.0
// Opening the drawer without a sale: it opens while a person stands before it, or not at all, and only
// what the printer took is called opened.

import { useEffect, useMemo, useRef } from "preact/hooks";

import { currentPerson } from "../house/person";
import { t } from "../messages";
import type { Toast } from "../theme/toast";
import { DrawerWatch } from "./drawer-watch";
import type { Receipts } from "./use-receipts";

/** ESC p 0 25 250: opens the drawer at the first connector. */
const DRAWER_PULSE = "G3AAGfo=";

/** Returns what opens it. */
export function useDrawer(receipts: Receipts, currency: string, tell: Toast["tell"]): () => void {
  const latest = useRef({ receipts, currency, tell });
  latest.current = { receipts, currency, tell };
  const watch = useMemo(
    () =>
      new DrawerWatch({
        send: (name) => {
          const { receipts: now, currency: money } = latest.current;
          const paper = { kind: "drawer" as const, number: name, orderId: "", total: 0, currency: money };
          return now.print(paper, { escpos: DRAWER_PULSE });
        },
        viewOf: (jobId) => latest.current.receipts.shelf.viewOf(jobId),
        giveUp: (jobId) => void latest.current.receipts.shelf.giveUp(jobId),
        tell: (word, name) => {
          const isNamed = word === "opened" && name !== "";
          const key = word === "opened" ? "till.drawer" : (`till.drawer.${word}` as const);
          latest.current.tell(isNamed ? t("till.drawer.by", { name }) : t(key));
        },
      }),
    [],
  );
  // The shelf draws the page anew with each change.
  useEffect(() => watch.look());
  useEffect(() => () => watch.close(), [watch]);
  return () => watch.open(currentPerson()?.name ?? "");
}
