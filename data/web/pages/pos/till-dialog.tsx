// SPDX-License-Identifier: Apache-2.0
// What concerns the till and no order: its printer, the drawer, what it printed, the close of day.

import type { PrinterInfo } from "@bellhop/client";

import { usePerson } from "../house/person";
import { describePrinter, namePrinter } from "../link/printer-text";
import { t } from "../messages";
import { Dialog } from "../theme/dialog";
import type { OnAsk } from "./ask";
import { EarlierReceipts } from "./receipt-state";
import type { Receipts } from "./use-receipts";

export interface TillDialogProps {
  receipts: Receipts;
  printers: readonly PrinterInfo[] | null;
  /** Whether this device may settle what rooms owe. */
  settles: boolean;
  /** Without the hub nothing reaches the printer, nor the drawer behind it. */
  away: boolean;
  onDrawer: () => void;
  onAsk: OnAsk;
}

type PrinterChoiceProps = Pick<TillDialogProps, "receipts" | "printers" | "away">;

function PrinterChoice({ receipts, printers, away }: PrinterChoiceProps) {
  if (printers === null || printers.length === 0)
    return <p class="soft">{t(printers === null ? "start.printers.unknown" : "start.printers.none")}</p>;
  return (
    <label class="field">
      <span>{t("pos.printer")}</span>
      <select
        data-testid="printer"
        value={receipts.printer === "" ? printers[0]?.name : receipts.printer}
        onChange={(event) => receipts.choose(event.currentTarget.value)}
      >
        {printers.map((printer) => {
          const { text, tone } = describePrinter(printer, away);
          const state = tone === "wait" || tone === "bad" ? ` – ${text}` : "";
          return (
            <option key={printer.name} value={printer.name}>
              {namePrinter(printer) + state}
            </option>
          );
        })}
      </select>
    </label>
  );
}

export function TillDialog({ receipts, printers, settles, away, onDrawer, onAsk }: TillDialogProps) {
  const person = usePerson();
  return (
    <Dialog title={t("page.pos")} onClose={() => onAsk(null)} testId="till-dialog">
      {person !== null && <p class="soft">{t("till.person", { name: person.name })}</p>}
      <PrinterChoice receipts={receipts} printers={printers} away={away} />
      <div class="till-menu">
        <button type="button" class="large" data-testid="open-drawer" disabled={away} onClick={onDrawer}>
          {t("till.drawer.open")}
        </button>
        {away && (
          <p class="soft" data-testid="drawer-away">
            {t("till.drawer.away")}
          </p>
        )}
        {settles && (
          <button
            type="button"
            class="large"
            data-testid="room-bills"
            onClick={() => onAsk({ about: "rooms" })}
          >
            {t("till.room.bills")}
          </button>
        )}
        <button
          type="button"
          class="large"
          data-testid="close-day"
          onClick={() => onAsk({ about: "day" })}
        >
          {t("till.day")}
        </button>
      </div>
      <EarlierReceipts
        receipts={receipts.shelf.receipts}
        onAgain={(jobId) => receipts.shelf.printAgain(jobId)}
      />
    </Dialog>
  );
}
