// SPDX-License-Identifier: Apache-2.0
// What takes the sample's menu away again. What somebody has made theirs stays: parts of it that read
// otherwise than the sample in any language, and whatever a menu that stays refers to. Pure.

import type { EntityRecord, PropertyDraft } from "@bellhop/client";

import { idAt, idOf, standing, textAt, textsAt, valueOf, type RecordSource } from "../house/source";
import { setHouse, setPart, type NextVersion, type Part } from "../menu/drafts";
import { languages } from "../messages";
import { isSample, placesOfSample, wantedParts, wholeDraft } from "./sample";
import { sampleTexts } from "./sample-texts";

const PARTS: readonly Part[] = ["category", "item", "modifier", "tax", "station"];

/** Decimals that currencies have. */
const DIGITS = [0, 2, 3];

/** Where something stands in its list is changed by moving another, and is nobody's work. */
const fieldsOf = (set: object) => Object.keys(set).filter((name) => name !== "position").sort();

/** Texts that are equal where the values are, in whatever order their members stand. */
function print(values: readonly unknown[]): string {
  return JSON.stringify(values, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : (value ?? null),
  );
}

interface Original {
  fields: string[];
  /** As it reads in each language and currency. */
  texts: Set<string>;
}

let known: Map<string, Original> | null = null;

/** By the name of its record. */
function originals(): Map<string, Original> {
  if (known !== null) return known;
  known = new Map();
  for (const language of languages)
    for (const digits of DIGITS)
      for (const [part, id, set] of wantedParts(sampleTexts[language], language, { currency: "", digits })) {
        const name = `${part}/${id}`;
        const fields = fieldsOf(set);
        const original = known.get(name) ?? { fields, texts: new Set<string>() };
        original.texts.add(print(fields.map((field) => set[field])));
        known.set(name, original);
      }
  return known;
}

function isAsMade(name: string, record: EntityRecord): boolean {
  const original = originals().get(name);
  if (original === undefined || idAt(record, "picture") !== null) return false;
  return original.texts.has(print(original.fields.map((field) => valueOf(record, field))));
}

function refersTo(item: EntityRecord): string[] {
  const at = (part: "category" | "tax" | "station") => `${part}/${idAt(item, `${part}Id`) ?? ""}`;
  const modifiers = textsAt(item, "modifierIds").map((id) => `modifier/${id}`);
  return [at("category"), at("tax"), at("station"), ...modifiers];
}

/** Names of the records that go. */
export function partsOfSample(source: RecordSource): string[] {
  const all = PARTS.flatMap((part) =>
    standing(source, part).map(([id, record]): [string, EntityRecord] => [`${part}/${id}`, record]),
  );
  const goes = new Set(
    all.filter(([name, record]) => isSample(name) && isAsMade(name, record)).map(([name]) => name),
  );
  for (const [name, record] of all)
    if (name.startsWith("item/") && !goes.has(name))
      for (const wanted of refersTo(record)) goes.delete(wanted);
  return [...goes];
}

/** Whether anything of it is there that taking it away would take. */
export function isThere(source: RecordSource): boolean {
  return partsOfSample(source).length > 0 || placesOfSample(source).length > 0;
}

/** Details that are still as the sample said them. */
function houseRemoval(
  source: RecordSource,
  hubName: string,
  nextVersion: NextVersion,
): PropertyDraft[] {
  const record = source.record("property/house");
  if (record === null) return [];
  const all = Object.values(sampleTexts).map(({ house }) => house);
  const set: Record<string, unknown> = {};
  // A property always has a name: from here on its hub's.
  if (all.some(({ name }) => name === textAt(record, "name"))) set["name"] = hubName || "Bellhop";
  for (const list of ["address", "footer"] as const) {
    const now = JSON.stringify(textsAt(record, list));
    if (all.some((house) => JSON.stringify(house[list]) === now)) set[list] = [];
  }
  return Object.keys(set).length === 0 ? [] : [setHouse(set, nextVersion)];
}

export function menuRemoval(
  source: RecordSource,
  hubName: string,
  nextVersion: NextVersion,
): PropertyDraft[] {
  const parts = partsOfSample(source).map((name) => {
    const part = PARTS.find((one) => name.startsWith(`${one}/`)) ?? "item";
    return setPart(part, idOf(name), { removed: true }, nextVersion);
  });
  return [...parts, ...houseRemoval(source, hubName, nextVersion), wholeDraft(false, nextVersion)];
}
