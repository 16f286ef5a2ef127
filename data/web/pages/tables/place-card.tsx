// SPDX-License-Identifier: Apache-2.0
// A table or room in the grid: its state by colour, shape and word, and the one thing a tap does.

import type { ComponentChildren } from "preact";

import { formatClock } from "../link/time-text";
import { t } from "../messages";
import { titleOf, type Place, type PlaceState } from "./place";

/** An empty chair, the bell that rings, people: 24 by 24. */
const pictures: Readonly<Record<PlaceState, string>> = {
  free: "M8 3v9h8M8 12v9M16 12v9M8 3h1",
  asks: "M3 20h18M5 17c0-4.500 3-7.500 7-7.500s7 3 7 7.500zM12 9.500V7.500M10 7.500h4M3.500 8.500l2 1.500M20.500 8.500l-2 1.500M7 3.500l1 2.500M17 3.500l-1 2.500",
  seated: "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM2 20c0-4 2.500-6.500 6-6.500s6 2.500 6 6.500M16 6.500a2.500 2.500 0 1 1 0 5M17 14c3 0 5 2 5 6",
};

export function StatePicture({ state }: { state: PlaceState }) {
  return (
    <svg class="place-picture" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={pictures[state]} />
    </svg>
  );
}

const words = { free: "place.free", asks: "place.asks", seated: "place.seated" } as const;

/** Since when, and how many phones; nothing about a place that is free. */
function describeFacts({ state, sinceMs, guests }: Place, nowMs: number): string[] {
  const since = state === "seated" ? t("place.since", { time: formatClock(sinceMs, nowMs) }) : "";
  const phones = guests > 0 ? t("place.phones", { count: guests }) : "";
  return [since, phones].filter((part) => part !== "");
}

const actions = { free: "place.open", asks: "place.confirm", seated: "place.clear" } as const;

export interface PlaceCardProps {
  place: Place;
  nowMs: number;
  busy: boolean;
  onTap: (place: Place) => void;
}

export function PlaceCard({ place, nowMs, busy, onTap }: PlaceCardProps) {
  const { kind, name, state } = place;
  const facts = describeFacts(place, nowMs);
  return (
    <li data-key={`place-${place.placeId}`}>
      <button
        type="button"
        class={`place place-${state}`}
        data-testid="place"
        data-place={place.placeId}
        data-state={state}
        disabled={busy}
        aria-label={[titleOf(kind, name), t(words[state]), ...facts, t(actions[state])].join(", ")}
        onClick={() => onTap(place)}
      >
        <span class="place-name">{name}</span>
        <span class="place-state">
          <StatePicture state={state} />
          <span>{t(words[state])}</span>
        </span>
        <span class="place-facts">
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </span>
        <span class="place-action">{t(actions[state])}</span>
      </button>
    </li>
  );
}

export interface AskingCardProps {
  place: Place;
  age: ComponentChildren;
  busy: boolean;
  onConfirm: (place: Place) => void;
  onDecline: (place: Place) => void;
}

/** What wants me now: large, first, one thumb. */
export function AskingCard({ place, age, busy, onConfirm, onDecline }: AskingCardProps) {
  return (
    <li class="asking" data-testid="asking" data-key={`asks-${place.placeId}`} data-place={place.placeId}>
      <StatePicture state="asks" />
      <div class="asking-words">
        <p class="asking-name">{titleOf(place.kind, place.name)}</p>
        <p>{t("place.asks.long")}</p>
        <p class="asking-age">{age}</p>
      </div>
      <div class="asking-actions">
        <button type="button" data-testid="decline" disabled={busy} onClick={() => onDecline(place)}>
          {t("place.decline")}
        </button>
        <button
          type="button"
          class="primary"
          data-testid="confirm-seating"
          disabled={busy}
          aria-label={`${t("place.confirm")}: ${titleOf(place.kind, place.name)}`}
          onClick={() => onConfirm(place)}
        >
          {t("place.confirm")}
        </button>
      </div>
    </li>
  );
}
