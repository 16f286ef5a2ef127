// SPDX-License-Identifier: Apache-2.0
// Something a person asked for, while the hub does it: the button is held back meanwhile, and what
// went wrong stands beside it.

import { useEffect, useRef, useState } from "preact/hooks";

import { describeProblem } from "./problem-text";

export interface Task {
  busy: boolean;
  /** "": nothing went wrong. */
  trouble: string;
  run: (work: () => Promise<void>) => void;
  setTrouble: (text: string) => void;
}

export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const shown = useRef(true);
  useEffect(
    () => () => {
      shown.current = false;
    },
    [],
  );

  async function work(todo: () => Promise<void>): Promise<void> {
    setBusy(true);
    setTrouble("");
    let text = "";
    try {
      await todo();
    } catch (problem) {
      text = describeProblem(problem);
    }
    if (!shown.current) return;
    setBusy(false);
    if (text !== "") setTrouble(text);
  }

  return {
    busy,
    trouble,
    setTrouble,
    run: (todo) => {
      if (!busy) void work(todo);
    },
  };
}
