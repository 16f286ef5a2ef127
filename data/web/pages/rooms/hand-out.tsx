// SPDX-License-Identifier: Apache-2.0
// The morning's work: a person is chosen, then each of their rooms is tapped.

import type { HousePerson } from "../house/places";
import { initialsOf } from "../link/people";
import { t } from "../messages";
import type { Room } from "./room";

export interface HandOutProps {
  people: readonly HousePerson[];
  rooms: readonly Room[];
  chosenId: string | null;
  onChoose: (personId: string) => void;
  onDone: () => void;
}

export function HandOut({ people, rooms, chosenId, onChoose, onDone }: HandOutProps) {
  return (
    <section class="hand-out" aria-label={t("rooms.hand-out")}>
      <div class="hand-out-head">
        <p id="hand-out-hint">{t("rooms.hand-out.hint")}</p>
        <button type="button" class="primary" data-testid="hand-out-done" onClick={onDone}>
          {t("rooms.hand-out.done")}
        </button>
      </div>
      <div class="token-row" role="group" aria-label={t("rooms.hand-out.who")}>
        {people.map(({ personId, name }) => (
          <button
            key={personId}
            type="button"
            class="token"
            data-testid="hand-out-person"
            aria-pressed={personId === chosenId}
            onClick={() => onChoose(personId)}
          >
            <span class="avatar" aria-hidden="true">
              {initialsOf(name)}
            </span>
            {name}{" "}
            <span class="token-count">
              {rooms.filter(({ assigneeId }) => assigneeId === personId).length}
            </span>
          </button>
        ))}
      </div>
    </section>
  );
}
