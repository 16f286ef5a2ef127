// SPDX-License-Identifier: Apache-2.0
// Takes back what was said of lines, and of these only. An undo names an operation; of one that speaks of
// more lines (older programs write such) the others are said again in the same write. Pure.

import { lineWordsOf, type LineWord, type OrderLine, type PropertyDraft } from "@bellhop/client";

import { endLines, setLineState, type LinePlace } from "./orders";
import type { RecordSource } from "./source";

const COOKING = ["accepted", "preparing", "ready", "served"] as const;
const OVER = ["declined", "cancelled"] as const;

function sayAgain(
  place: LinePlace,
  { state, reason }: LineWord,
  personId: string | null,
): PropertyDraft[] {
  const cooking = COOKING.find((one) => one === state);
  if (cooking !== undefined) return setLineState([place], cooking, personId);
  const over = OVER.find((one) => one === state);
  return over === undefined ? [] : endLines([place], over, reason ?? over, personId);
}

/** @param lines ids count: as they were is enough */
function takeBack(
  source: RecordSource,
  lines: readonly LinePlace[],
  isMeant: (word: LineWord) => boolean,
  personId: string | null,
): PropertyDraft[] {
  const by = personId === null ? {} : { personId };
  return [...new Set(lines.map(({ recordId }) => recordId))].flatMap((recordId) => {
    const entity = `order/${recordId}`;
    const record = source.record(entity);
    if (record === null) return [];
    const own = new Set(lines.filter((one) => one.recordId === recordId).map(({ lineId }) => lineId));
    const words = lineWordsOf(recordId, record);
    const ops = new Set(words.filter((one) => own.has(one.lineId) && isMeant(one)).map(({ op }) => op));
    const others = words.filter(({ lineId, op }) => ops.has(op) && !own.has(lineId));
    return [
      ...[...ops].map((op) => ({ kind: "undo", entity, body: { op, ...by } })),
      ...others.flatMap((word) => sayAgain({ recordId, lineId: word.lineId }, word, personId)),
    ];
  });
}

/** Takes back what brought these lines where they are; a line that nobody touched is left alone. */
export function undoLines(
  source: RecordSource,
  lines: readonly OrderLine[],
  personId: string | null,
): PropertyDraft[] {
  const ops = new Set(lines.map(({ op }) => op));
  return takeBack(source, lines, ({ op }) => ops.has(op), personId);
}

/** Takes back that these lines are ready, whoever said it: one bump, or two at the same moment. */
export function bringBack(
  source: RecordSource,
  lines: readonly LinePlace[],
  personId: string | null,
): PropertyDraft[] {
  return takeBack(source, lines, ({ state }) => state === "ready", personId);
}

/** Takes back that these lines were handed out. */
export function unserve(
  source: RecordSource,
  lines: readonly LinePlace[],
  personId: string | null,
): PropertyDraft[] {
  return takeBack(source, lines, ({ state }) => state === "served", personId);
}
