// SPDX-License-Identifier: Apache-2.0
// A text to take elsewhere: shown whole, selected by a tap, copied by the button.

import { useRef, useState } from "preact/hooks";

import { t } from "../messages";

/** Pages on http have no clipboard of their own; what is selected can be copied there too. */
async function copy(text: string, field: HTMLTextAreaElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field?.focus();
    field?.select();
    return document.execCommand("copy");
  }
}

export function CopyField({ label, text }: { label: string; text: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState("");
  return (
    <div class="copy-field">
      <textarea
        ref={field}
        readOnly
        rows={6}
        spellcheck={false}
        aria-label={label}
        data-testid="copy-text"
        value={text}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button
        type="button"
        onClick={() =>
          void copy(text, field.current).then((done) =>
            setSaid(t(done ? "action.copied" : "action.copy.by-hand")),
          )
        }
      >
        {t("action.copy")}
      </button>
      <p class="soft copy-said" role="status">
        {said}
      </p>
    </div>
  );
}
