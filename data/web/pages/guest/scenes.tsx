// SPDX-License-Identifier: Apache-2.0
// What a guest sees where there is no menu to show: one sentence, and at most one thing to do.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { t } from "../messages";
import { titleOf } from "../tables/place";
import type { GuestView } from "./use-guest";

interface SceneProps {
  /** Names the scene for those who look at the page by program, and its picture. */
  scene: string;
  picture: string;
  title: string;
  text?: string;
  children?: ComponentChildren;
}

/** 48 by 48, drawn with a line: a bell, an hourglass, a mark, a door, a map pin, a question, waves. */
export const pictures = {
  bell: "M8 34h32M11 34c0-9 5-15 13-15s13 6 13 15M24 19v-5M20 13h8M6 39h36",
  wait: "M15 8h18M15 40h18M17 8c0 9 14 11 14 16s-14 7-14 16M31 8c0 9-14 11-14 16s14 7 14 16",
  done: "M12 25l9 9 16-19",
  over: "M12 40V9h20v31M8 40h32M27 25h1M32 14h5v26",
  wifi: "M6 19c10-10 26-10 36 0M12 26c7-7 17-7 24 0M18 33c3.500-3.500 8.500-3.500 12 0M24 39h.1",
  code: "M8 8h12v12H8zM28 8h12v12H28zM8 28h12v12H8zM28 28h5v5h-5zM36 36h4v4h-4zM36 28h4M28 38v2",
};

function Scene({ scene, picture, title, text, children }: SceneProps) {
  return (
    <div class="scene" data-testid="scene" data-scene={scene}>
      <div role="status" class="scene-words">
        <svg class="scene-picture" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
          <path d={picture} />
        </svg>
        <h1>{title}</h1>
        {text !== undefined && <p class="scene-text">{text}</p>}
      </div>
      {children}
    </div>
  );
}

/** Tells the staff that somebody is here. */
export function useTell(guest: GuestView) {
  const [busy, setBusy] = useState(false);
  const [lost, setLost] = useState(false);
  const tell = async (): Promise<void> => {
    setBusy(true);
    setLost(false);
    const told = await guest.ask();
    setBusy(false);
    setLost(!told);
  };
  return { busy, lost, tell: () => void tell() };
}

function Waiting({ guest, reachable }: { guest: GuestView; reachable: boolean }) {
  const { busy, lost, tell } = useTell(guest);
  return (
    <Scene
      scene="waiting"
      picture={pictures.bell}
      title={t("guest.waiting")}
      text={t("guest.waiting.hint")}
    >
      <button
        type="button"
        class="primary scene-action"
        data-testid="tell-staff"
        disabled={busy || !reachable}
        onClick={tell}
      >
        {t("guest.tell")}
      </button>
      <p class="scene-note" role="alert">
        {lost && t("guest.tell.lost")}
      </p>
    </Scene>
  );
}

function Inside({ guest, reachable }: { guest: GuestView; reachable: boolean }) {
  const { place, state } = guest;
  if (state === "waiting") return <Waiting guest={guest} reachable={reachable} />;
  if (state === "requested")
    return (
      <Scene
        scene="requested"
        picture={pictures.wait}
        title={t("guest.requested")}
        text={t("guest.requested.hint")}
      />
    );
  const name = place === null ? "" : titleOf(place.kind, place.name);
  return (
    <Scene
      scene="seated"
      picture={pictures.done}
      title={t("guest.seated")}
      text={t(place?.kind === "room" ? "guest.seated.room" : "guest.seated.table", { name })}
    />
  );
}

function Outside({ onRetry }: { onRetry: () => void }) {
  return (
    <Scene
      scene="outside"
      picture={pictures.wifi}
      title={t("guest.outside")}
      text={t("guest.outside.hint")}
    >
      <ul class="scene-list">
        <li>{t("guest.outside.mobile")}</li>
        <li>{t("guest.outside.vpn")}</li>
        <li>{t("guest.outside.relay")}</li>
      </ul>
      <button type="button" class="primary scene-action" data-testid="retry" onClick={onRetry}>
        {t("guest.outside.retry")}
      </button>
    </Scene>
  );
}

function Over({ onAnew }: { onAnew: () => void }) {
  return (
    <Scene scene="over" picture={pictures.over} title={t("guest.over")} text={t("guest.over.hint")}>
      <button type="button" class="scene-action" data-testid="sit-down" onClick={onAnew}>
        {t("guest.over.anew")}
      </button>
    </Scene>
  );
}

export function SceneOf({ guest, reachable }: { guest: GuestView; reachable: boolean }) {
  switch (guest.phase) {
    case "in":
      return <Inside guest={guest} reachable={reachable} />;
    case "outside":
      return <Outside onRetry={() => guest.retry(false)} />;
    case "over":
      return <Over onAnew={() => guest.retry(true)} />;
    case "unknown":
      return (
        <Scene
          scene="unknown"
          picture={pictures.code}
          title={t("guest.unknown")}
          text={t("guest.unknown.hint")}
        />
      );
    case "no-code":
      return (
        <Scene
          scene="no-code"
          picture={pictures.code}
          title={t("guest.no-code")}
          text={t("guest.no-code.hint")}
        />
      );
    case "away":
      return (
        <Scene scene="away" picture={pictures.wifi} title={t("guest.away")} text={t("guest.away.hint")}>
          <button
            type="button"
            class="scene-action"
            data-testid="retry"
            onClick={() => guest.retry(false)}
          >
            {t("guest.away.retry")}
          </button>
        </Scene>
      );
    default:
      return <Scene scene="opening" picture={pictures.bell} title={t("guest.opening")} />;
  }
}
