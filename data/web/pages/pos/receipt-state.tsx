// SPDX-License-Identifier: Apache-2.0
// What became of what was printed: the latest beside the button that made it, and those before it; and
// receipts that have no number yet.

import { formatMoney } from "../house/money";
import { locale, t } from "../messages";
import type { OnAsk } from "./ask";
import { isOpened } from "./drawer";
import { describePrint } from "./print-text";
import type { ShelvedReceipt } from "./receipt-shelf";
import type { Receipts } from "./use-receipts";
import type { Till } from "./use-till";

export interface ReceiptProps {
  receipt: ShelvedReceipt;
  onAgain: (jobId: string) => void;
}

/** Asking twice by a nervous finger is kept apart from a good receipt: only trouble gets the button. */
const trouble = new Set(["uncertain", "failed", "refused"]);

function titleOf({ kind, number, view }: ShelvedReceipt): string {
  switch (kind) {
    case "receipt":
      return t("pos.receipt", { number });
    case "copy":
      return t("till.copy", { number });
    case "bill":
      return t("till.bill", { number });
    case "room":
      return t("till.room.bill", { room: number });
    case "day":
      return t("till.day");
    case "drawer":
      return t(isOpened(view.phase) ? "till.drawer" : "till.drawer.open");
  }
}

function Title({ receipt }: { receipt: ShelvedReceipt }) {
  return (
    <span class="receipt-title">
      <span>{titleOf(receipt)}</span>
      {receipt.kind !== "drawer" && (
        <span class="money">{formatMoney(receipt.total, receipt.currency, locale)}</span>
      )}
    </span>
  );
}

export function LatestReceipt({ receipt, onAgain }: ReceiptProps) {
  const { view, job } = receipt;
  const { title, detail, tone, again } = describePrint(view);
  return (
    <div
      class={`latest latest-${tone}`}
      role="status"
      data-testid="print-state"
      data-kind={receipt.kind}
      data-number={receipt.number}
      data-state={view.phase}
      data-detail={view.detail}
      data-job={job.jobId}
    >
      <div class="latest-text">
        <Title receipt={receipt} />
        <span class={`tone tone-${tone}`}>{title}</span>
        {detail !== "" && <span class="soft latest-detail">{detail}</span>}
      </div>
      {again !== null && trouble.has(view.phase) && receipt.kind !== "drawer" && (
        <button type="button" data-testid="reprint" onClick={() => onAgain(job.jobId)}>
          {again}
        </button>
      )}
    </div>
  );
}

export interface WantedReceiptsProps {
  till: Till;
  receipts: Receipts;
  away: boolean;
  onAsk: OnAsk;
}

/** Of the open order: its receipt has no number yet. A hub that is there gives one in a moment. */
export function WantedReceipts({ till, receipts, away, onAsk }: WantedReceiptsProps) {
  const count = receipts.desk.wanted.length;
  if (count === 0 || !away) return null;
  return (
    <div class="latest latest-wait" role="status" data-testid="receipt-waits">
      <span class="tone tone-wait">
        {count === 1 ? t("till.receipt.waits") : t("till.receipts.wait", { count })}
      </span>
      {till.order !== null && receipts.desk.waitsFor(till.order.orderId) && (
        <button type="button" data-testid="show-bill" onClick={() => onAsk({ about: "bill" })}>
          {t("till.bill.show")}
        </button>
      )}
    </div>
  );
}

export function EarlierReceipts({
  receipts,
  onAgain,
}: {
  receipts: readonly ShelvedReceipt[];
  onAgain: (jobId: string) => void;
}) {
  return (
    <section class="till-earlier" data-testid="receipts">
      <h3>{t("pos.receipts")}</h3>
      {receipts.length === 0 && <p class="soft">{t("pos.receipts.none")}</p>}
      <ul>
        {receipts.map((receipt) => {
          const { title, tone, again } = describePrint(receipt.view);
          return (
            <li
              key={receipt.job.jobId}
              data-testid="receipt"
              data-kind={receipt.kind}
              data-job={receipt.job.jobId}
              data-state={receipt.view.phase}
            >
              <div class="latest-text">
                <Title receipt={receipt} />
                <span class={`tone tone-${tone}`}>{title}</span>
              </div>
              {again !== null && receipt.kind !== "drawer" && (
                <button
                  type="button"
                  class="quiet"
                  data-testid="receipt-reprint"
                  aria-label={`${again}: ${titleOf(receipt)}`}
                  onClick={() => onAgain(receipt.job.jobId)}
                >
                  {again}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
