// SPDX-License-Identifier: Apache-2.0
// For cards that leave as soon as something is done on them: the next one comes under the same finger and
// has the focus. Neither a second strike nor a key that is held does anything there.

import { useEffect, useRef, type MutableRef } from "preact/hooks";

import { Bounce, touchOf } from "./bounce";

/** A key that is held clicks again and again, on whatever has the focus by then. */
export function ignoreHeldKey(event: KeyboardEvent): void {
  if (event.repeat && event.key === "Enter") event.preventDefault();
}

/** @returns for the ref of what lies around the cards; each has its own data-key */
export function useOneTouch(): MutableRef<HTMLDivElement | null> {
  const around = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const bounce = new Bounce();
    // Of the whole page: between two touches there the finger may be on "Undo", or in a dialog.
    const onClick = (event: MouseEvent) => {
      const button = event.target instanceof Element ? event.target.closest("button, a") : null;
      const card = button?.closest<HTMLElement>("[data-key]") ?? null;
      const key = card === null || around.current?.contains(card) !== true ? undefined : card.dataset["key"];
      if (key === undefined) return bounce.forget();
      if (!bounce.isSecond(touchOf(event), key)) return;
      event.stopPropagation();
      event.preventDefault();
    };
    addEventListener("click", onClick, true);
    return () => removeEventListener("click", onClick, true);
  }, []);
  return around;
}
