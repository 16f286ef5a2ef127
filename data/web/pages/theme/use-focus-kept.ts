// SPDX-License-Identifier: Apache-2.0
// For who works through a list by keyboard: what is done leaves it, and takes the focus with it.

import { useCallback, useLayoutEffect, useRef } from "preact/hooks";

interface Held {
  card: Element;
  neighbour: Element | null;
  isByKeyboard: boolean;
}

/** Whoever works by keyboard has to see what has the focus; a finger scrolls for itself. */
export function isByKeyboard(): boolean {
  return document.activeElement?.matches(":focus-visible") === true;
}

/**
 * Where a card with the focus leaves, or what was touched on it, its neighbour has the focus, or it
 * itself: the button that does the next thing there.
 *
 * @param next a selector of that button, on a card
 * @param otherwise of what has it where no card is left
 * @returns to be told which card something is done on, before it is
 */
export function useFocusKept(next: string, otherwise: string): (card: Element | null) => void {
  const held = useRef<Held | null>(null);
  useLayoutEffect(() => {
    if (held.current === null) return;
    const { card, neighbour, isByKeyboard: scrolls } = held.current;
    const focused = document.activeElement;
    if (focused !== null && focused !== document.body) {
      // What is asked first is asked in a dialog.
      if (!card.contains(focused) && focused.closest("dialog") === null) held.current = null;
      return;
    }
    const place = [card, neighbour].find((one) => one?.isConnected === true) ?? null;
    const wanted =
      place === null
        ? document.querySelector<HTMLElement>(otherwise)
        : place.querySelector<HTMLElement>(next);
    // It waits for the hub's answer.
    if (wanted?.matches(":disabled") === true) return;
    held.current = null;
    wanted?.focus({ preventScroll: !scrolls });
  });
  return useCallback((card) => {
    const neighbour = card?.nextElementSibling ?? card?.previousElementSibling ?? null;
    held.current = card === null ? null : { card, neighbour, isByKeyboard: isByKeyboard() };
  }, []);
}
