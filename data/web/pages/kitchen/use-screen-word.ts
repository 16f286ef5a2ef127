// SPDX-License-Identifier: Apache-2.0
// Tells the hub that this screen lives and what it shows, so that somebody hears of it when it falls
// silent.

import { newId, type Connection } from "@bellhop/client";
import { useEffect } from "preact/hooks";

import type { Choice } from "./stations";

const EVERY_MS = 5000;
const KEPT = "bellhop.screen-id";

/** Of this tab: the same after a reload, another one in another tab. */
function findScreenId(): string {
  try {
    const kept = sessionStorage.getItem(KEPT);
    if (kept !== null) return kept;
    const made = newId();
    sessionStorage.setItem(KEPT, made);
    return made;
  } catch {
    return newId();
  }
}

let screenId: string | null = null;

/** @param choice has to stay the same from one rendering to the next */
export function useScreenWord(connection: Connection | null, choice: Choice): void {
  useEffect(() => {
    if (connection === null) return;
    const id = (screenId ??= findScreenId());
    const say = (more: { isClosed?: true }) => {
      // It would only grow old where it waits.
      if (connection.path === "none") return;
      const isVisible = document.visibilityState === "visible";
      const screen = { screenId: id, stations: choice, isVisible, ...more };
      connection.send({ type: "screen", screen });
    };
    const tell = () => say({});
    const close = () => say({ isClosed: true });
    tell();
    const timer = setInterval(tell, EVERY_MS);
    const offs = [connection.on("path", tell), connection.on("joined", tell)];
    document.addEventListener("visibilitychange", tell);
    document.addEventListener("resume", tell);
    addEventListener("pageshow", tell);
    addEventListener("pagehide", close);
    return () => {
      clearInterval(timer);
      for (const off of offs) off();
      document.removeEventListener("visibilitychange", tell);
      document.removeEventListener("resume", tell);
      removeEventListener("pageshow", tell);
      removeEventListener("pagehide", close);
    };
  }, [connection, choice]);
}
