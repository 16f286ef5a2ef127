// SPDX-License-Identifier: Apache-2.0
// Each time the drawer is to open without a sale, until it is known what came of it. None is forgotten
// for another: what is not given up opens the drawer when the printer is back.

import type { PrintView } from "@bellhop/client";

import { drawerWord, PATIENCE_MS, type DrawerWord } from "./drawer";

export interface DrawerWatchOptions {
  /** Sends the pulse. Its jobId; null: there was no room. */
  send: (name: string) => string | null;
  /** undefined: it is not there. */
  viewOf: (jobId: string) => Pick<PrintView, "phase" | "code"> | undefined;
  giveUp: (jobId: string) => unknown;
  /** wait: it is being opened already. */
  tell: (word: Exclude<DrawerWord, "late"> | "wait", name: string) => void;
}

interface Opening {
  jobId: string;
  /** Whose hand it was; "": nobody has signed in. */
  name: string;
  isOverdue: boolean;
  /** That it may still open has been told. */
  isUnsure: boolean;
}

export class DrawerWatch {
  readonly #options: DrawerWatchOptions;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #openings: Opening[] = [];

  constructor(options: DrawerWatchOptions) {
    this.#options = options;
  }

  /** A second tap within the patience for the first is the same wish. */
  open(name: string): void {
    const { send, tell } = this.#options;
    if (this.#openings.some(({ isUnsure }) => !isUnsure)) {
      tell("wait", name);
      return;
    }
    const jobId = send(name);
    if (jobId === null) return;
    const opening = { jobId, name, isOverdue: false, isUnsure: false };
    this.#openings.push(opening);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      opening.isOverdue = true;
      this.look();
    }, PATIENCE_MS);
    this.#timers.add(timer);
    this.look();
  }

  /** Their views may have changed. */
  look(): void {
    this.#openings = this.#openings.filter((opening) => !this.#isOver(opening));
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #isOver(opening: Opening): boolean {
    const { viewOf, giveUp, tell } = this.#options;
    const { jobId, name } = opening;
    const view = viewOf(jobId);
    if (view === undefined) return true;
    const word = drawerWord(view, opening.isOverdue);
    if (word === null) return false;
    if (word === "late") {
      giveUp(jobId);
      return false;
    }
    if (word !== "unsure") {
      tell(word, name);
      return true;
    }
    if (!opening.isUnsure) tell(word, name);
    opening.isUnsure = true;
    return false;
  }
}
