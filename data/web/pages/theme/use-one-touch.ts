// SPDX-License-Identifier: Apache-2.0
// For cards that come, and that leave as soon as something is done on them: another one is under the same
// finger and has the focus. Neither a second strike, nor one that was meant for what was there before, nor a
// key that is held does anything there.

import { useEffect, useRef, type MutableRef } from "preact/hooks";

import { Bounce, touchOf } from "./bounce";
import { Shifts, type Layout } from "./shifts";

const BUTTONS = "button, a";

/** A key that is held clicks again and again, on whatever has the focus by then. */
export function ignoreHeldKey(event: KeyboardEvent): void {
  if (event.repeat && event.key === "Enter") event.preventDefault();
}

function layOut(around: Element): Layout<Element> {
  const { scrollX: x, scrollY: y } = window;
  const boxes = [...around.querySelectorAll(BUTTONS)].map((one) => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    return [one, { left: left + x, top: top + y, right: right + x, bottom: bottom + y }] as const;
  });
  return { boxes: new Map(boxes), x, y };
}

/** A key or a reader of the screen has chosen the button itself, wherever it stands. */
function isOfFinger(event: MouseEvent): boolean {
  return event.detail > 0 && (event as Partial<PointerEvent>).pointerType !== "";
}

/** @returns for the ref of what lies around the cards; each has its own data-key */
export function useOneTouch(): MutableRef<HTMLDivElement | null> {
  const around = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const bounce = new Bounce();
    const shifts = new Shifts<Element>();
    const look = () => {
      if (around.current !== null) shifts.note(layOut(around.current), performance.now());
    };
    look();
    // Of the whole page: what comes above all cards moves them too.
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, characterData: true, subtree: true });
    addEventListener("resize", look);
    // Between two touches there the finger may be on "Undo", or in a dialog.
    const onClick = (event: MouseEvent) => {
      const button = event.target instanceof Element ? event.target.closest(BUTTONS) : null;
      const key = button?.closest<HTMLElement>("[data-key]")?.dataset["key"];
      if (button === null || key === undefined || around.current?.contains(button) !== true)
        return bounce.forget();
      const touch = touchOf(event);
      const isAstray = isOfFinger(event) && shifts.isAstray(touch, button);
      if (!isAstray && !bounce.isSecond(touch, key)) return;
      event.stopPropagation();
      event.preventDefault();
    };
    addEventListener("click", onClick, true);
    return () => {
      observer.disconnect();
      removeEventListener("resize", look);
      removeEventListener("click", onClick, true);
    };
  }, []);
  return around;
}
