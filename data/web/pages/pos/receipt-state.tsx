// SPDX-License-Identifier: Apache-2.0
// The latest receipt's state beside the button that made it, and those before it.

import { locale, t } from "../messages";
import { formatMoney } from "./money";
import { describePrint } from "./print-text";
import type { ShelvedReceipt } from "./receipt-shelf";

export interface ReceiptProps {
  receipt: ShelvedReceipt;
  onAgain: (jobId: string) => void;
}

/** Asking twice by a nervous finger is kept apart from a good receipt: only trouble gets the button. */
const trouble = new Set(["uncertain", "failed", "refused"]);

function Title({ receipt }: { receipt: ShelvedReceipt }) {
  return (
    <span class="receipt-title">
      <span>{t("pos.receipt", { number: receipt.number })}</span>
      <span class="money">{formatMoney(receipt.total, receipt.currency, locale)}</span>
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
      data-state={view.phase}
      data-detail={view.detail}
      data-job={job.jobId}
    >
      <div class="latest-text">
        <Title receipt={receipt} />
        <span class={`tone tone-${tone}`}>{title}</span>
        {detail !== "" && <span class="soft latest-detail">{detail}</span>}
      </div>
      {again !== null && trouble.has(view.phase) && (
        <button type="button" data-testid="reprint" onClick={() => onAgain(job.jobId)}>
          {again}
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
    <details class="earlier" data-testid="receipts">
      <summary>{t("pos.receipts")}</summary>
      {receipts.length === 0 && <p class="soft">{t("pos.receipts.none")}</p>}
      <ul>
        {receipts.map((receipt) => {
          const { title, tone, again } = describePrint(receipt.view);
          return (
            <li
              key={receipt.job.jobId}
              data-testid="receipt"
              data-job={receipt.job.jobId}
              data-state={receipt.view.phase}
            >
              <div class="latest-text">
                <Title receipt={receipt} />
                <span class={`tone tone-${tone}`}>{title}</span>
              </div>
              {again !== null && (
                <button
                  type="button"
                  class="quiet"
                  data-testid="receipt-reprint"
                  aria-label={`${again}: ${t("pos.receipt", { number: receipt.number })}`}
                  onClick={() => onAgain(receipt.job.jobId)}
                >
                  {again}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
