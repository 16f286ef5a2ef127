// SPDX-License-Identifier: Apache-2.0
// What a guest asks the staff for besides food: somebody to come, the bill, towels; and what became of it.

import { useState } from "preact/hooks";

import type { Want } from "../house/requests";
import { useNow } from "../link/use-now";
import { t, type MessageKey } from "../messages";
import { Ago } from "../theme/ago";
import { Dialog } from "../theme/dialog";
import type { GuestWish } from "./guest-orders";

const AGE_MS = 15000;
const MAX_TEXT = 300;
/** What is over goes from the list after so long. */
const SHOWN_DONE_MS = 10 * 60000;

const names: Readonly<Record<Want, MessageKey>> = {
  call: "request.call",
  bill: "request.bill",
  towels: "request.towels",
  "late-checkout": "request.late-checkout",
  other: "request.other",
};

const words: Readonly<Record<GuestWish["state"], MessageKey>> = {
  sending: "guest.wish.sending",
  open: "guest.wish.open",
  accepted: "guest.wish.accepted",
  done: "guest.wish.done",
  declined: "guest.wish.declined",
};

export function WishList({ wishes }: { wishes: readonly GuestWish[] }) {
  const nowMs = useNow(AGE_MS);
  const shown = wishes.filter(
    ({ state, askedMs }) =>
      (state !== "done" && state !== "declined") || nowMs - askedMs < SHOWN_DONE_MS,
  );
  if (shown.length === 0) return null;
  return (
    <ul class="wish-list" aria-label={t("guest.wish")} data-testid="wishes">
      {shown.map(({ key, what, text, state, askedMs }) => (
        <li key={key} class="wish" data-testid="wish-state" data-what={what} data-state={state}>
          <span class="wish-name">{text === "" ? t(names[what]) : text}</span>
          <span class="soft">
            <Ago timeMs={askedMs} nowMs={nowMs} />
          </span>
          <span class="wish-word" role="status">
            {t(words[state])}
          </span>
        </li>
      ))}
    </ul>
  );
}

interface WishSheetProps {
  isRoom: boolean;
  onWish: (what: Want, text: string) => void;
  onClose: () => void;
}

export function WishSheet({ isRoom, onWish, onClose }: WishSheetProps) {
  const [text, setText] = useState("");
  const offered: readonly Want[] = isRoom
    ? ["call", "towels", "late-checkout", "bill"]
    : ["call", "bill"];
  return (
    <Dialog title={t("guest.wish.title")} onClose={onClose} testId="wish-sheet">
      <div class="wish-choices">
        {offered.map((what) => (
          <button
            key={what}
            type="button"
            class="large"
            data-testid={`wish-${what}`}
            onClick={() => onWish(what, "")}
          >
            {t(names[what])}
          </button>
        ))}
      </div>
      <form
        class="wish-other"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "") onWish("other", text);
        }}
      >
        <label class="field">
          <span>{t("guest.wish.text")}</span>
          <input
            type="text"
            maxLength={MAX_TEXT}
            value={text}
            autoComplete="off"
            data-testid="wish-text"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" data-testid="wish-send" disabled={text.trim() === ""}>
          {t("guest.wish.ask")}
        </button>
      </form>
    </Dialog>
  );
}
