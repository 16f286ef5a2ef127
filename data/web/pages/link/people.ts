// SPDX-License-Identifier: Apache-2.0
// The people of the property, and the PIN that tells one from another on a shared device.

import { listOf, textOf, toFields, type Fields } from "./fields";

export interface Person {
  personId: string;
  name: string;
}

export interface People {
  people: Person[];
  /** On this device. */
  signedIn: Person | null;
}

export const MIN_PIN_DIGITS = 4;
export const MAX_PIN_DIGITS = 8;

function toPerson(fields: Fields): Person | null {
  const personId = textOf(fields, "personId");
  return personId === "" ? null : { personId, name: textOf(fields, "name") };
}

/** By name, as people look for themselves. */
export function toPeople(answer: Fields): People {
  const people = listOf(answer, "people")
    .map(toPerson)
    .filter((person): person is Person => person !== null)
    .sort((a, b) => a.name.localeCompare(b.name));
  return { people, signedIn: toPerson(toFields(answer["signedIn"])) };
}

export function isPin(text: string): boolean {
  return /^\d+$/.test(text) && text.length >= MIN_PIN_DIGITS && text.length <= MAX_PIN_DIGITS;
}

/** What a key does to the digits so far; null: it is no key of the pad. */
export function typePin(digits: string, key: string): string | null {
  if (key === "Backspace") return digits.slice(0, -1);
  if (!/^\d$/.test(key)) return null;
  return digits.length < MAX_PIN_DIGITS ? digits + key : digits;
}

/** At most two letters for the round mark: "Anna Maria Berg" is AB. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u);
  const first = [...(words[0] ?? "")][0] ?? "";
  const last = words.length > 1 ? ([...(words[words.length - 1] ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}
