// SPDX-License-Identifier: Apache-2.0
// The last tickets that were done, to be brought back.

import { formatClock } from "../link/time-text";
import { t } from "../messages";
import { touchOf, type Touch } from "../theme/bounce";
import { Dialog } from "../theme/dialog";
import { titleOf, type Names } from "./names";
import type { Ticket } from "./tickets";

export interface DoneDialogProps {
  done: readonly Ticket[];
  names: Names;
  nowMs: number;
  onBack: (ticket: Ticket, event: Touch) => void;
  onClose: () => void;
}

function summary({ lines }: Ticket): string {
  return lines.map(({ line }) => `${line.quantity}× ${line.name}`).join(", ");
}

export function DoneDialog({ done, names, nowMs, onBack, onClose }: DoneDialogProps) {
  return (
    <Dialog title={t("kitchen.recent")} testId="recent-dialog" onClose={onClose}>
      {done.length === 0 ? (
        <p class="soft">{t("kitchen.recent.empty")}</p>
      ) : (
        <ul class="rows">
          {done.map((ticket) => (
            <li key={ticket.ticketId} class="recent-row" data-testid="recent">
              <div class="row-name">
                <p>
                  <strong>{titleOf(names, ticket)}</strong>{" "}
                  <span class="soft figure">
                    {ticket.order.number} · {formatClock(ticket.doneMs ?? ticket.sinceMs, nowMs)}
                  </span>
                </p>
                <p class="soft">{summary(ticket)}</p>
              </div>
              <button
                type="button"
                data-testid="bring-back"
                aria-label={t("kitchen.bring-back.of", { title: titleOf(names, ticket) })}
                onClick={(event) => onBack(ticket, touchOf(event))}
              >
                {t("kitchen.bring-back")}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
