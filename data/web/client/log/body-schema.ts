// SPDX-License-Identifier: Apache-2.0
// The part of JSON Schema that bodies in kinds.json are written in: enough for them, and small enough
// that every replica judges alike. A null passes every other keyword where the type allows it.

import { isFields } from "../messages";
import { formats } from "./formats";

export type SchemaType = "integer" | "string" | "boolean" | "object" | "array" | "null";

export interface BodySchema {
  type: SchemaType | readonly SchemaType[];
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  /** Code points. */
  minLength?: number;
  maxLength?: number;
  format?: keyof typeof formats;
  items?: BodySchema;
  minItems?: number;
  maxItems?: number;
  properties?: Readonly<Record<string, BodySchema>>;
  required?: readonly string[];
  additionalProperties?: false;
}

function typeOf(value: unknown): SchemaType | "none" {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (isFields(value)) return "object";
  if (typeof value === "string" || typeof value === "boolean") return typeof value as SchemaType;
  return Number.isSafeInteger(value) ? "integer" : "none";
}

/** Inherited names, "constructor" for one, are not there. */
export function has(object: object, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(object, name);
}

/** A pair of surrogates is one code point. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

function isLengthWithin(text: string, min: number, max: number): boolean {
  // Each code point is one unit or two: seldom need they be counted.
  if (text.length <= max && text.length >= 2 * min) return true;
  return isWithin(lengthOf(text), min, max);
}

function isWithin(value: number, min: number | undefined, max: number | undefined): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

function fitsText(schema: BodySchema, text: string): boolean {
  const { enum: words, format, minLength, maxLength } = schema;
  if (words !== undefined && !words.includes(text)) return false;
  if (format !== undefined && !formats[format](text)) return false;
  return (
    (minLength === undefined && maxLength === undefined) ||
    isLengthWithin(text, minLength ?? 0, maxLength ?? Infinity)
  );
}

function fitsArray(schema: BodySchema, elements: readonly unknown[]): boolean {
  const { items, minItems, maxItems } = schema;
  if (!isWithin(elements.length, minItems, maxItems)) return false;
  return items === undefined || elements.every((element) => fits(items, element));
}

function fitsObject(schema: BodySchema, object: object): boolean {
  const { properties = {}, required = [], additionalProperties } = schema;
  for (const name of required) if (!has(object, name)) return false;
  for (const name of Object.keys(object)) {
    const property = has(properties, name) ? properties[name] : undefined;
    const member = (object as Readonly<Record<string, unknown>>)[name];
    if (property === undefined ? additionalProperties === false : !fits(property, member)) return false;
  }
  return true;
}

export function fits(schema: BodySchema, value: unknown): boolean {
  const type = typeOf(value);
  if (typeof schema.type === "string" ? type !== schema.type : !schema.type.some((t) => t === type))
    return false;
  switch (type) {
    case "string":
      return fitsText(schema, value as string);
    case "integer":
      return isWithin(value as number, schema.minimum, schema.maximum);
    case "array":
      return fitsArray(schema, value as unknown[]);
    case "object":
      return fitsObject(schema, value as object);
    default:
      return true;
  }
}
