// SPDX-License-Identifier: Apache-2.0
// What stands above the tickets: which stations they are of, the way to the panels, and what one should
// know of the hub and of the bell.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { Station } from "../house/menu";
import { readyChime } from "../link/chime";
import type { LinkView } from "../link/use-link";
import { t } from "../messages";
import { stationNames } from "./names";
import type { Choice } from "./stations";
import type { TicketView } from "./ticket-list";

export type Panel = "recent" | "out" | "screen";

export interface ToolbarProps {
  choice: Choice;
  stations: readonly Station[];
  /** Of all tickets. */
  count: number;
  view: TicketView;
  onOpen: (panel: Panel) => void;
  /** What was just done. */
  children: ComponentChildren;
}

interface PillProps {
  count: number;
  where: "earlier" | "more";
  onGo: () => void;
}

function Pill({ count, where, onGo }: PillProps) {
  return (
    <button type="button" class={`pill pill-${where}`} data-testid={where} onClick={onGo}>
      {t(where === "more" ? "kitchen.more" : "kitchen.earlier", { count })}
    </button>
  );
}

export function Toolbar({ choice, stations, count, view, onOpen, children }: ToolbarProps) {
  const shown = choice === null ? t("kitchen.all-stations") : stationNames(choice, stations);
  const { before, after, scroll } = view;
  return (
    <div class="kitchen-bar">
      <h1 class={stations.length > 0 ? "hidden-visually" : ""}>{t("page.kitchen")}</h1>
      {stations.length > 0 && (
        <p class="kitchen-stations" data-testid="stations">
          {shown}
        </p>
      )}
      <p class="kitchen-count figure" data-testid="count-open" data-count={count}>
        {count > 0 && t("kitchen.count", { count })}
      </p>
      {before > 0 && <Pill count={before} where="earlier" onGo={() => scroll(-1)} />}
      {after > 0 && <Pill count={after} where="more" onGo={() => scroll(1)} />}
      {children}
      <div class="kitchen-tools">
        <button type="button" data-testid="open-out" onClick={() => onOpen("out")}>
          {t("kitchen.out")}
        </button>
        <button type="button" data-testid="open-recent" onClick={() => onOpen("recent")}>
          {t("kitchen.recent")}
        </button>
        <button type="button" data-testid="open-screen" onClick={() => onOpen("screen")}>
          {t("kitchen.screen")}
        </button>
      </div>
    </div>
  );
}

export function Away({ link }: { link: LinkView }) {
  const isAway = link.path === "none" && !link.connecting;
  return (
    <p class="kitchen-away" role="status" hidden={!isAway} data-testid="hub-away">
      {isAway && <span class="tone tone-wait">{t("kitchen.away")}</span>}
    </p>
  );
}

/** A device that has let its sound be turned on sounds by then. */
const SOUNDS_MS = 3000;

export function SoundBar({ onOff }: { onOff: () => void }) {
  const [tried, setTried] = useState(false);
  const [silent, setSilent] = useState(false);
  useEffect(() => {
    if (!tried) return;
    const timer = setTimeout(() => setSilent(true), SOUNDS_MS);
    return () => clearTimeout(timer);
  }, [tried]);
  return (
    <div class="sound-bar" data-testid="sound-bar" data-silent={silent}>
      <button
        type="button"
        class="primary large"
        data-testid="sound-on"
        onClick={() => {
          readyChime();
          setTried(true);
        }}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
          <path d="M4 9v6h4l5 4V5L8 9z" />
          <path class="wave" d="M16 8.500a5 5 0 0 1 0 7M18.500 6a8.500 8.500 0 0 1 0 12" />
        </svg>
        {t("kitchen.sound.on")}
      </button>
      <p class={silent ? "" : "soft"} role="status">
        {t(silent ? "kitchen.sound.silent" : "kitchen.sound.hint")}
      </p>
      <button type="button" class="quiet" data-testid="sound-off" onClick={onOff}>
        {t("kitchen.sound.off")}
      </button>
    </div>
  );
}
