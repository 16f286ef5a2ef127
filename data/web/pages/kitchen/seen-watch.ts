// SPDX-License-Identifier: Apache-2.0
// Which lines a person in front of this screen can see now, and the word of it to the property: once for
// each line, together for all that came into view. A ticket may go on in a column that nobody sees: each
// line is watched, and the foot, below which there is no more. A hidden page, or one that a dialog lies
// over, shows nothing.

import type { OrderLine } from "@bellhop/client";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

import type { InView } from "./span";
import type { Ticket, TicketLine } from "./tickets";

export interface SeenWatchOptions {
  /** Resolves to whether it is kept. */
  write: (lines: readonly OrderLine[]) => Promise<boolean>;
  onView: (inView: InView) => void;
}

const TOGETHER_MS = 300;
/** Until a dialog is closed. */
const AGAIN_MS = 1000;
const MOST = 0.75;
const STEPS = [0, 0.25, 0.5, MOST, 1];

/** Most of it, or half the height of the screen where it is higher than that. */
function isInView(entry: IntersectionObserverEntry): boolean {
  const { isIntersecting, intersectionRatio, intersectionRect, boundingClientRect, rootBounds } = entry;
  if (!isIntersecting || intersectionRect.width < boundingClientRect.width * MOST) return false;
  return intersectionRatio >= MOST || intersectionRect.height >= (rootBounds?.height ?? Infinity) / 2;
}

const ticketOf = (element: Element) =>
  element.closest<HTMLElement>("[data-ticket]")?.dataset["ticket"] ?? "";
const lineOf = (element: Element) => (element as HTMLElement).dataset["line"];

const isCovered = () =>
  document.visibilityState !== "visible" || document.querySelector("dialog[open]") !== null;

export class SeenWatch {
  readonly #options: SeenWatchOptions;
  readonly #observer: IntersectionObserver;
  readonly #inView = new Set<Element>();
  #lines = new Map<string, TicketLine>();
  /** On its way into the records. */
  readonly #written = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SeenWatchOptions) {
    this.#options = options;
    this.#observer = new IntersectionObserver((entries) => this.#onCrossed(entries), { threshold: STEPS });
    document.addEventListener("visibilitychange", this.#look);
  }

  /** @param part of a ticket: a line has its id as data-line, else it is the foot */
  observe(part: Element): void {
    this.#observer.observe(part);
  }

  unobserve(part: Element): void {
    this.#observer.unobserve(part);
    this.#inView.delete(part);
  }

  setTickets(open: readonly Ticket[]): void {
    this.#lines = new Map(open.flatMap(({ lines }) => lines.map((one) => [one.line.lineId, one])));
    for (const lineId of [...this.#written]) if (!this.#lines.has(lineId)) this.#written.delete(lineId);
    this.#look();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#observer.disconnect();
    this.#inView.clear();
    document.removeEventListener("visibilitychange", this.#look);
  }

  #onCrossed(entries: readonly IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      if (isInView(entry)) this.#inView.add(entry.target);
      else this.#inView.delete(entry.target);
    }
    const parts = [...this.#inView];
    this.#options.onView({
      some: new Set(parts.map(ticketOf)),
      foot: new Set(parts.filter((part) => lineOf(part) === undefined).map(ticketOf)),
    });
    this.#look();
  }

  #unseen(): OrderLine[] {
    return [...this.#inView]
      .flatMap((part) => this.#lines.get(lineOf(part) ?? "") ?? [])
      .filter(({ line, seenMs }) => seenMs === null && !this.#written.has(line.lineId))
      .map(({ line }) => line);
  }

  readonly #look = (): void => {
    // A hidden page is heard of when it is shown again.
    if (this.#timer !== undefined || document.visibilityState !== "visible") return;
    if (this.#unseen().length === 0) return;
    this.#timer = setTimeout(() => this.#flush(), isCovered() ? AGAIN_MS : TOGETHER_MS);
  };

  #flush(): void {
    this.#timer = undefined;
    if (isCovered()) return this.#look();
    const lines = this.#unseen();
    if (lines.length === 0) return;
    for (const { lineId } of lines) this.#written.add(lineId);
    void this.#options.write(lines).then((isKept) => {
      if (isKept) return;
      for (const { lineId } of lines) this.#written.delete(lineId);
    });
  }
}

/** For a ref: watched as long as it is drawn. */
export function useWatched<Part extends Element>(watch: SeenWatch): RefObject<Part> {
  const part = useRef<Part>(null);
  useEffect(() => {
    const element = part.current;
    if (element === null) return;
    watch.observe(element);
    return () => watch.unobserve(element);
  }, [watch]);
  return part;
}
