// SPDX-License-Identifier: Apache-2.0
// The one spelling of an operation. Its bytes are signed and forwarded verbatim, so whatever one
// language takes and the other does not would part replicas for good. Only what both print alike is
// taken: integers that a double holds, keys that are no numbers, strings that need no \u escape.

import { utf8Length } from "../transcript";

export const MAX_TEXT_BYTES = 16384;
/** An envelope is level 1. */
export const MAX_DEPTH = 8;

// Begins with a letter: JavaScript would move keys like "7" to the front, and "__proto__" is no key.
const KEY = /^[A-Za-z][A-Za-z0-9]{0,63}$/;
// Controls that have no short escape. DEL and what is above stand as they are in both languages.
const CONTROL = /[\u0000-\u0007\u000b\u000e-\u001f]/;
// A surrogate without its other half: no UTF-8 for it.
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?:[^\ud800-\udbff]|^)[\udc00-\udfff]/;

/* Most strings: one look at them instead of two. */
const PLAIN = /^[ -~]*$/;

function isCanonicalString(text: string): boolean {
  if (PLAIN.test(text)) return true;
  return !CONTROL.test(text) && !LONE.test(text);
}

/** @param depth levels that `value` may still nest, itself included */
function isWithin(value: unknown, depth: number): boolean {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "string") return isCanonicalString(value);
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (typeof value !== "object" || depth === 0) return false;
  // Loops: every operation comes through here, and lists of pairs would take most of its time.
  if (Array.isArray(value)) {
    for (const element of value as unknown[]) if (!isWithin(element, depth - 1)) return false;
    return true;
  }
  const members = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(members))
    if (!KEY.test(key) || !isWithin(members[key], depth - 1)) return false;
  return true;
}

/** Whether every language prints `value` alike. For parts of what was an operation's body. */
export function isCanonicalValue(value: unknown): boolean {
  return isWithin(value, MAX_DEPTH);
}

/** Each unit takes one to three bytes: seldom need they be counted. */
function isTooLong(text: string): boolean {
  if (text.length * 3 <= MAX_TEXT_BYTES) return false;
  return text.length > MAX_TEXT_BYTES || utf8Length(text) > MAX_TEXT_BYTES;
}

/** The value whose canonical text this is; undefined: it is no canonical text. Never throws. */
export function parseCanonical(text: string): unknown {
  if (isTooLong(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // Printing again finds what parsing forgives: blanks, duplicate keys, 1.0, -0, \u0041, \/.
  return isWithin(value, MAX_DEPTH) && JSON.stringify(value) === text ? value : undefined;
}

/** Throws RangeError: `value` has no canonical text. */
export function printCanonical(value: unknown): string {
  if (!isWithin(value, MAX_DEPTH)) throw new RangeError("The value has no canonical text");
  const text = JSON.stringify(value);
  if (isTooLong(text)) throw new RangeError("The operation is too large");
  return text;
}

/** By code point, as bytewise UTF-8 orders text. JavaScript's own order is that of UTF-16. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rankOf(x) - rankOf(y);
  }
  return a.length - b.length;
}

/** Halves of pairs stand for what is above U+FFFF. */
function rankOf(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
