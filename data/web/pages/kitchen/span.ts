// SPDX-License-Identifier: Apache-2.0
// Which of the tickets are in view, by what of them is. Pure.

/** Ids of tickets. */
export interface InView {
  /** Something of them is. */
  some: ReadonlySet<string>;
  /** Their foot is. */
  foot: ReadonlySet<string>;
}

export interface Span {
  /** Places in the list of those of which something is in view; -1: none is. */
  first: number;
  last: number;
  /** How many there are up to the last that is in view down to its foot. */
  whole: number;
}

export function findSpan(ticketIds: readonly string[], { some, foot }: InView): Span {
  const findLast = (ids: ReadonlySet<string>) => {
    let last = ticketIds.length - 1;
    while (last >= 0 && !ids.has(ticketIds[last] ?? "")) last -= 1;
    return last;
  };
  const first = ticketIds.findIndex((id) => some.has(id));
  return { first, last: findLast(some), whole: Math.max(findLast(foot) + 1, first) };
}
