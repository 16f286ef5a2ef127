// SPDX-License-Identifier: Apache-2.0
// A sample restaurant as drafts of operations (sample-removal.ts takes it away again). What is there is not
// written anew, so beginning again finishes what was interrupted. Its records' ids begin with "demo-"; its
// tables and rooms, whose ids the hub gives, are known by their area. Pure.

import { registerOf, type EntityRecord, type PropertyDraft } from "@bellhop/client";

import { allergenWord, type AllergenKey } from "../house/allergens";
import { flagAt, idOf, standing, textAt, valueOf, type RecordSource } from "../house/source";
import { setHouse, setPart, type NextVersion, type Part } from "../menu/drafts";
import type { Language } from "../messages";
import { sampleTexts, type SampleTexts } from "./sample-texts";

const PREFIX = "demo-";

export const sampleId = (name: string) => PREFIX + name;

/** Of a record of the sample, by its whole name. */
export function isSample(name: string): boolean {
  return idOf(name).startsWith(PREFIX);
}

// ---- The menu -------------------------------------------------------------------------------------

type Course = keyof SampleTexts["categories"];
type Group = keyof SampleTexts["modifiers"];

interface SampleItem {
  id: string;
  course: Course;
  /** Minor units of a currency with two decimals. */
  price: number;
  allergens: readonly AllergenKey[];
  groups?: readonly Group[];
}

const items: readonly SampleItem[] = [
  { id: "soup", course: "starters", price: 750, allergens: ["gluten", "celery"] },
  { id: "leaves", course: "starters", price: 890, allergens: ["mustard"] },
  { id: "toast", course: "starters", price: 690, allergens: ["gluten"] },
  { id: "prawns", course: "starters", price: 1290, allergens: ["crustaceans"] },
  {
    ...{ id: "burger", course: "mains", price: 1650 },
    allergens: ["gluten", "eggs", "milk", "sesame"],
    groups: ["cooked", "extra"],
  },
  { id: "risotto", course: "mains", price: 1590, allergens: ["milk", "celery"] },
  { id: "salmon", course: "mains", price: 2190, allergens: ["fish", "milk"], groups: ["side"] },
  { id: "cutlet", course: "mains", price: 1890, allergens: ["gluten", "eggs", "milk"], groups: ["side"] },
  { id: "brulee", course: "sweets", price: 690, allergens: ["eggs", "milk"] },
  { id: "cake", course: "sweets", price: 720, allergens: ["gluten", "eggs", "milk"] },
  { id: "sorbet", course: "sweets", price: 590, allergens: [] },
  { id: "board", course: "sweets", price: 950, allergens: ["milk", "nuts"] },
  { id: "water", course: "drinks", price: 380, allergens: [] },
  { id: "coffee", course: "drinks", price: 320, allergens: ["milk"], groups: ["milk"] },
  { id: "beer", course: "drinks", price: 480, allergens: ["gluten"] },
  { id: "wine", course: "drinks", price: 690, allergens: ["sulphites"] },
];

const courses: readonly Course[] = ["starters", "mains", "sweets", "drinks"];

interface SampleGroup {
  min: number;
  max: number;
  choices: readonly (readonly [id: string, price: number])[];
}

const groups: Readonly<Record<Group, SampleGroup>> = {
  cooked: { min: 1, max: 1, choices: [["rare", 0], ["medium", 0], ["well", 0]] },
  extra: { min: 0, max: 3, choices: [["bacon", 200], ["cheese", 150], ["egg", 150]] },
  side: { min: 1, max: 1, choices: [["fries", 0], ["salad", 0], ["rice", 0]] },
  milk: { min: 0, max: 1, choices: [["cow", 0], ["oat", 50]] },
};

const isDrink = (course: Course) => course === "drinks";

/** What prices are multiplied with: a coffee is 320 cents, and 320 yen. */
export interface SampleMoney {
  currency: string;
  digits: number;
}

function priceIn({ digits }: SampleMoney, cents: number): number {
  return digits === 0 ? cents : Math.round(cents * 10 ** (digits - 2));
}

export type Wanted = [part: Part, id: string, set: Record<string, unknown>];

export function wantedParts(texts: SampleTexts, language: Language, money: SampleMoney): Wanted[] {
  const { stations, taxes, rates, categories, modifiers } = texts;
  return [
    ["station", sampleId("kitchen"), { name: stations.kitchen, position: 0, printer: null }],
    ["station", sampleId("bar"), { name: stations.bar, position: 10, printer: null }],
    ["tax", sampleId("food"), { name: taxes.food, rateBp: rates.food, included: true }],
    ["tax", sampleId("drinks"), { name: taxes.drinks, rateBp: rates.drinks, included: true }],
    ...(Object.keys(groups) as Group[]).map((group, at): Wanted => {
      const { min, max, choices } = groups[group];
      const list = choices.map(([id, price]) => ({
        choiceId: sampleId(id),
        name: texts.choices[id] ?? id,
        price: priceIn(money, price),
      }));
      const set = { name: modifiers[group], min, max, choices: list, position: at * 10 };
      return ["modifier", sampleId(group), set];
    }),
    ...courses.map((course, at): Wanted => {
      const set = { name: categories[course], position: at * 10, hidden: false };
      return ["category", sampleId(course), set];
    }),
    ...items.map((item, at): Wanted => {
      const [name = item.id, description = ""] = texts.items[item.id] ?? [];
      const drink = isDrink(item.course);
      const set = {
        name,
        description,
        price: priceIn(money, item.price),
        categoryId: sampleId(item.course),
        taxId: sampleId(drink ? "drinks" : "food"),
        stationId: sampleId(drink ? "bar" : "kitchen"),
        modifierIds: (item.groups ?? []).map(sampleId),
        allergens: item.allergens.map((key) => allergenWord(key, language)),
        position: at * 10,
      };
      return ["item", sampleId(item.id), set];
    }),
  ];
}

function stands(source: RecordSource, name: string): boolean {
  const record = source.record(name);
  return record !== null && textAt(record, "name") !== "" && !flagAt(record, "removed");
}

/** Those details that nobody has said yet. */
function houseDrafts(
  source: RecordSource,
  { house }: SampleTexts,
  currency: string,
  nextVersion: NextVersion,
): PropertyDraft[] {
  const record = source.record("property/house");
  const known = (name: string) => {
    const value = record === null ? undefined : valueOf(record, name);
    return value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
  };
  const all: [string, unknown][] = [...Object.entries(house), ["currency", currency]];
  const set = Object.fromEntries(all.filter(([name]) => !known(name)));
  return Object.keys(set).length === 0 ? [] : [setHouse(set, nextVersion)];
}

export function menuDrafts(
  source: RecordSource,
  language: Language,
  money: SampleMoney,
  nextVersion: NextVersion,
): PropertyDraft[] {
  const texts = sampleTexts[language];
  const missing = wantedParts(texts, language, money).filter(
    ([part, id]) => !stands(source, `${part}/${id}`),
  );
  return [
    ...houseDrafts(source, texts, money.currency, nextVersion),
    ...missing.map(([part, id, set]) => setPart(part, id, { ...set, removed: false }, nextVersion)),
  ];
}

// ---- Tables and rooms -----------------------------------------------------------------------------

export interface SamplePlace {
  kind: "table" | "room";
  name: string;
}

export const samplePlaces: readonly SamplePlace[] = [
  ...Array.from({ length: 8 }, (_, at) => ({ kind: "table" as const, name: String(at + 1) })),
  ...Array.from({ length: 6 }, (_, at) => ({ kind: "room" as const, name: String(101 + at) })),
];

const rooms: Readonly<Record<string, object>> = {
  101: { state: "clean", occupied: true },
  102: { state: "dirty", occupied: true },
  103: { state: "cleaning", occupied: false },
  104: { state: "inspected", occupied: false },
  105: { state: "dirty", occupied: false },
  106: { state: "out-of-order", occupied: false },
};

/** Makes a place that the hub has added one of the sample's. */
export function markPlace(
  placeId: string,
  { kind, name }: SamplePlace,
  language: Language,
  nextVersion: NextVersion,
): PropertyDraft[] {
  const entity = `place/${placeId}`;
  const version = nextVersion(entity);
  const isRoom = kind === "room";
  const set = { area: sampleTexts[language].area, ...(isRoom ? { floor: "1" } : { seats: 4 }) };
  const drafts: PropertyDraft[] = [{ kind: "place.set", entity, body: { version, set } }];
  if (isRoom) drafts.push({ kind: "room.set", entity, body: { version, set: { ...rooms[name] } } });
  return drafts;
}

const areas = new Set(Object.values(sampleTexts).map(({ area }) => area));

/** One that somebody has named or furnished otherwise is theirs; how a room is just now is no matter. */
function isMarked(record: EntityRecord): boolean {
  const isOurs = samplePlaces.some(
    ({ kind, name }) => kind === textAt(record, "kind") && name === textAt(record, "name"),
  );
  const seats = valueOf(record, "seats") ?? 4;
  const floor = valueOf(record, "floor") ?? "1";
  return areas.has(textAt(record, "area")) && isOurs && seats === 4 && floor === "1";
}

/** placeIds */
export function placesOfSample(source: RecordSource): string[] {
  return standing(source, "place")
    .filter(([, record]) => isMarked(record))
    .map(([placeId]) => placeId);
}

/** When it got its name; 0: never. */
function namedMs(record: EntityRecord): number {
  return registerOf(record, "name")?.[2] ?? 0;
}

/**
 * Whether a place of this name is one that the sample added and had no time to mark: nobody has said
 * where it is, and it is younger than the sample, which was not finished.
 */
export function isUnmarked(source: RecordSource, placeId: string): boolean {
  const record = source.record(`place/${placeId}`);
  const station = source.record(`station/${sampleId("kitchen")}`);
  if (record === null || station === null || isWhole(source)) return false;
  return textAt(record, "area") === "" && namedMs(record) > namedMs(station);
}

// ---- How far it is --------------------------------------------------------------------------------

/** A category that nobody sees: hidden, removed, and named once all the rest was written. */
const WHOLE = sampleId("whole");

export function wholeDraft(isDone: boolean, nextVersion: NextVersion): PropertyDraft {
  return setPart("category", WHOLE, { name: WHOLE, hidden: isDone, removed: true }, nextVersion);
}

export function isWhole(source: RecordSource): boolean {
  const record = source.record(`category/${WHOLE}`);
  return record !== null && flagAt(record, "hidden");
}

/** Whether nobody has put anything on the menu. */
export function isEmpty(source: RecordSource): boolean {
  return standing(source, "item").length === 0 && standing(source, "category").length === 0;
}
