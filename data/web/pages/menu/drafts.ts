// SPDX-License-Identifier: Apache-2.0
// What a manager changes of the menu, as drafts of operations (data/protocol/kinds.json). Pure.

import type { PropertyDraft } from "@bellhop/client";

export type NextVersion = (entity: string) => number;

/** What the menu is made of; each has a kind "<part>.set". */
export type Part = "category" | "item" | "modifier" | "tax" | "station";

function setOf(kind: string, entity: string, set: object, nextVersion: NextVersion): PropertyDraft {
  return { kind, entity, body: { version: nextVersion(entity), set: { ...set } } };
}

export function setPart(part: Part, id: string, set: object, nextVersion: NextVersion): PropertyDraft {
  return setOf(`${part}.set`, `${part}/${id}`, set, nextVersion);
}

/** Only what is other than before, so that a change from elsewhere is not written over. */
export function changesOf(
  set: Record<string, unknown>,
  before: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(set).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])),
  );
}

export interface Change {
  id: string;
  set: Record<string, unknown>;
  /** As it was when somebody began; {}: it is new. */
  before: Record<string, unknown>;
  /** Somebody removed it meanwhile: it comes back. */
  isGone: boolean;
}

/** What of it a person has changed; nothing where that is nothing. */
export function changePart(
  part: Part,
  { id, set, before, isGone }: Change,
  nextVersion: NextVersion,
): PropertyDraft[] {
  const changes = { ...changesOf(set, before), ...(isGone ? { removed: false } : {}) };
  return Object.keys(changes).length === 0 ? [] : [setPart(part, id, changes, nextVersion)];
}

export function setHouse(set: object, nextVersion: NextVersion): PropertyDraft {
  return setOf("property.set", "property/house", set, nextVersion);
}

/** Between two that were put in order; what comes later finds room. */
const STEP = 10;

export interface Placed {
  id: string;
  position: number;
}

/** After the last. */
export function nextPosition(list: readonly { position: number }[]): number {
  return list.reduce((top, { position }) => Math.max(top, position + STEP), 0);
}

/** Puts the one at `from` where `to` stands; drafts for those only whose position becomes another. */
export function move(
  part: Part,
  list: readonly Placed[],
  from: number,
  to: number,
  nextVersion: NextVersion,
): PropertyDraft[] {
  const moved = list[from];
  if (moved === undefined || to < 0 || to >= list.length || from === to) return [];
  const order = list.filter((one) => one !== moved);
  order.splice(to, 0, moved);
  return order.flatMap(({ id, position }, at) =>
    position === at * STEP ? [] : [setPart(part, id, { position: at * STEP }, nextVersion)],
  );
}
