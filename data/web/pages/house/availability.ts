// SPDX-License-Identifier: Apache-2.0
// Whether an item can be had and how many are left, as drafts of operations (data/protocol/kinds.json).
// Pure. What is left is a register: of two who sell at once while they do not hear each other the later
// one's count stands, too high by what the other sold. A count is a help, and a person's word sets it
// right; who hears each other counts right, for each counts on from what is there.

import type { PropertyDraft } from "@bellhop/client";

import type { Item } from "./menu";

export interface Availability {
  available?: boolean;
  /** null: nobody counts. */
  remaining?: number | null;
}

export function setAvailability(
  itemId: string,
  set: Availability,
  nextVersion: (entity: string) => number,
): PropertyDraft {
  const entity = `item/${itemId}`;
  return { kind: "item.availability", entity, body: { version: nextVersion(entity), set: { ...set } } };
}

/** Out, or there again. Who says "there again" of one that has run out stops the counting. */
export function toggled({ available, remaining }: Pick<Item, "available" | "remaining">): Availability {
  if (available) return { available: false };
  return { available: true, ...(remaining === 0 ? { remaining: null } : {}) };
}

const MAX_LEFT = 100000;

/** How many are left. null: nobody counts; undefined: that is no number. */
export function parseLeft(typed: string): number | null | undefined {
  const text = typed.trim();
  if (text === "") return null;
  return /^\d{1,6}$/.test(text) && Number(text) <= MAX_LEFT ? Number(text) : undefined;
}

interface Sold {
  item: Pick<Item, "itemId">;
  quantity: number;
}

/** How many of each item, whatever its choices. */
function countsOf(lines: readonly Sold[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { item, quantity } of lines)
    counts.set(item.itemId, (counts.get(item.itemId) ?? 0) + quantity);
  return counts;
}

/** The first item of which there are not so many. */
export function findShort(lines: readonly Sold[], items: ReadonlyMap<string, Item>): Item | undefined {
  return [...countsOf(lines)]
    .map(([itemId, count]): [Item | undefined, number] => [items.get(itemId), count])
    .find(([item, count]) => item?.remaining != null && item.remaining < count)?.[0];
}

/** To be written with the order's lines: of what somebody counts there are fewer now. */
export function countDown(
  lines: readonly Sold[],
  items: ReadonlyMap<string, Item>,
  nextVersion: (entity: string) => number,
): PropertyDraft[] {
  return [...countsOf(lines)].flatMap(([itemId, count]) => {
    const remaining = items.get(itemId)?.remaining ?? null;
    if (remaining === null) return [];
    return [setAvailability(itemId, { remaining: Math.max(0, remaining - count) }, nextVersion)];
  });
}
