// SPDX-License-Identifier: Apache-2.0
// For cards that leave as soon as something is done on them: the next one comes under the same finger and
// has the focus. Neither a second strike nor a key that is held does anything there.

import { useState } from "preact/hooks";

import { Bounce, touchOf } from "./bounce";

export interface OneTouch {
  onClickCapture: (event: MouseEvent) => void;
  onKeyDownCapture: (event: KeyboardEvent) => void;
}

/** A key that is held clicks again and again, on whatever has the focus by then. */
export function ignoreHeldKey(event: KeyboardEvent): void {
  if (event.repeat && event.key === "Enter") event.preventDefault();
}

/** For what lies around the cards; each has its own data-key. */
export function useOneTouch(): OneTouch {
  const [one] = useState((): OneTouch => {
    const bounce = new Bounce();
    return {
      onClickCapture(event) {
        if (!(event.target instanceof Element)) return;
        const button = event.target.closest("button, a");
        const key = button?.closest<HTMLElement>("[data-key]")?.dataset["key"];
        if (key === undefined || !bounce.isSecond(touchOf(event), key)) return;
        event.stopPropagation();
        event.preventDefault();
      },
      onKeyDownCapture: ignoreHeldKey,
    };
  });
  return one;
}
