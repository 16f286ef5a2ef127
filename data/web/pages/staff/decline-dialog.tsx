// SPDX-License-Identifier: Apache-2.0
// Which of a guest's lines are declined, and why. The others go on waiting.

import type { OrderLine } from "@bellhop/client";
import { useState } from "preact/hooks";

import { declineReasons } from "../house/reasons";
import { t } from "../messages";
import { Dialog } from "../theme/dialog";
import { describeLine } from "./line-text";
import { ReasonChoice } from "./reason-choice";

interface DeclineDialogProps {
  title: string;
  lines: readonly OrderLine[];
  onDecline: (lines: OrderLine[], reason: string) => void;
  onClose: () => void;
}

export function DeclineDialog({ title, lines, onDecline, onClose }: DeclineDialogProps) {
  // What is left out; lines that come meanwhile are in.
  const [spared, spare] = useState<ReadonlySet<string>>(new Set());
  const chosen = lines.filter(({ lineId }) => !spared.has(lineId));
  return (
    <Dialog title={t("staff.decline.title", { name: title })} onClose={onClose} testId="decline-dialog">
      {lines.length > 1 && (
        <fieldset class="reasons">
          <legend>{t("staff.decline.lines")}</legend>
          {lines.map((line) => (
            <label key={line.lineId} class="choice">
              <input
                type="checkbox"
                data-testid="decline-line"
                checked={!spared.has(line.lineId)}
                onChange={(event) => {
                  const next = new Set(spared);
                  if (event.currentTarget.checked) next.delete(line.lineId);
                  else next.add(line.lineId);
                  spare(next);
                }}
              />
              <span class="choice-name">{describeLine(line)}</span>
            </label>
          ))}
        </fieldset>
      )}
      <ReasonChoice
        reasons={declineReasons}
        action={t("staff.decline")}
        disabled={chosen.length === 0}
        onReason={(reason) => onDecline(chosen, reason)}
      />
    </Dialog>
  );
}
