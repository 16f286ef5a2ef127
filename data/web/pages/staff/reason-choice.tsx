// SPDX-License-Identifier: Apache-2.0
// Why: the usual reasons by one tap, anything else in words.

import { useState } from "preact/hooks";

import { reasonText } from "../house/reasons";
import { t } from "../messages";

const MAX_REASON = 120;

interface ReasonChoiceProps {
  reasons: readonly string[];
  action: string;
  disabled?: boolean;
  onReason: (reason: string) => void;
}

export function ReasonChoice({ reasons, action, disabled = false, onReason }: ReasonChoiceProps) {
  const [chosen, choose] = useState<string>(reasons[0] ?? "");
  const [text, setText] = useState("");
  const said = text.trim();
  return (
    <form
      class="reason-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!disabled) onReason(said === "" ? chosen : said);
      }}
    >
      <fieldset class="reasons">
        <legend>{t("staff.reason")}</legend>
        {reasons.map((reason) => (
          <label key={reason} class="choice">
            <input
              type="radio"
              name="reason"
              data-testid={`reason-${reason}`}
              checked={said === "" && chosen === reason}
              onChange={() => {
                choose(reason);
                setText("");
              }}
            />
            <span class="choice-name">{reasonText(reason)}</span>
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>{t("staff.reason.other")}</span>
        <input
          type="text"
          maxLength={MAX_REASON}
          value={text}
          autoComplete="off"
          data-testid="reason-text"
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="danger large" data-testid="reason-done" disabled={disabled}>
        {action}
      </button>
    </form>
  );
}
