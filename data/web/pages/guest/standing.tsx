// SPDX-License-Identifier: Apache-2.0
// Above the menu: whether the staff know of us, and the way to call them.

import { t } from "../messages";
import { pictures, useTell } from "./scenes";
import type { GuestView } from "./use-guest";

interface StandingProps {
  guest: GuestView;
  reachable: boolean;
  onWish: () => void;
}

const faces = {
  waiting: { picture: pictures.bell, title: "guest.waiting", text: "guest.waiting.menu" },
  requested: { picture: pictures.wait, title: "guest.requested", text: "guest.requested.menu" },
  seated: { picture: pictures.done, title: "guest.seated", text: null },
} as const;

export function Standing({ guest, reachable, onWish }: StandingProps) {
  const { state } = guest;
  const { busy, lost, tell } = useTell(guest);
  const { picture, title, text } = faces[state];
  return (
    <section class="standing" data-testid="scene" data-scene={state}>
      <div class="standing-words" role="status">
        <svg class="standing-picture" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
          <path d={picture} />
        </svg>
        <div>
          <h2>{t(title)}</h2>
          {text !== null && <p class="soft">{t(text)}</p>}
        </div>
      </div>
      {state === "waiting" && (
        <button
          type="button"
          class="standing-action"
          data-testid="tell-staff"
          disabled={busy || !reachable}
          onClick={tell}
        >
          {t("guest.tell")}
        </button>
      )}
      {state === "seated" && (
        <button type="button" class="standing-action" data-testid="wish" onClick={onWish}>
          {t("guest.wish")}
        </button>
      )}
      <p class="scene-note" role="alert">
        {lost && t("guest.tell.lost")}
      </p>
    </section>
  );
}
