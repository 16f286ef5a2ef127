// SPDX-License-Identifier: Apache-2.0
// Values by a schema of kinds.json: such that fit, such that fail in one place, and operations of them.

import { kindNames, kindOf } from "../../../data/web/client/log/kinds";
import type { BodySchema, SchemaType } from "../../../data/web/client/log/body-schema";
import { may } from "../../../data/web/client/log/roles";
import type { Hlc, OperationDraft, WriterRole } from "../../../data/web/client/log/operation";
import type { Fields } from "../../../data/web/client/messages";
import type { Chance } from "./chance";

const LETTERS = ["a", "Z", "0", " ", '"', "\\", "/", "\n", "\t", "é", "\u007f", "\u2028", "\uffff", "🍮"];

/** Few, so that operations meet. */
const IDS = ["a", "b", "c", "d-1", "e_2", "o1", "o2", "constructor", "__proto__"];
export const LOGS = ["AAAAAAAAAAAAAAAAAAAAAA", "_aaaaaaaaaaaaaaaaaaaaa", "p.BBBBBBBBBBBBBBBBBBBBBB"];

function typesOf(schema: BodySchema): readonly SchemaType[] {
  return typeof schema.type === "string" ? [schema.type] : schema.type;
}

function textFor(schema: BodySchema, chance: Chance): string {
  if (schema.enum !== undefined) return chance.pick(schema.enum);
  switch (schema.format) {
    case "id":
      return chance.pick(IDS);
    case "log":
      return chance.pick(LOGS);
    case "op":
      return `${chance.pick(LOGS)}:${1 + chance.below(40)}`;
    case "currency":
      return chance.pick(["EUR", "USD"]);
    default: {
      const { minLength = 0, maxLength = 8 } = schema;
      // Now and then as long as it may be, in characters of two UTF-16 units.
      if (chance.below(20) === 0 && maxLength <= 200) return "🍮".repeat(maxLength);
      const length = minLength + chance.below(Math.min(maxLength - minLength, 8) + 1);
      return Array.from({ length }, () => chance.pick(LETTERS)).join("");
    }
  }
}

function integerFor({ minimum = 0, maximum = 9 }: BodySchema, chance: Chance): number {
  const near = Math.min(maximum, Math.max(minimum, 0) + chance.below(10));
  return chance.pick([minimum, maximum, near, near, near]);
}

/** Fits. */
export function sampleOf(schema: BodySchema, chance: Chance): unknown {
  const type = chance.pick(typesOf(schema));
  switch (type) {
    case "null":
      return null;
    case "boolean":
      return chance.below(2) === 0;
    case "integer":
      return integerFor(schema, chance);
    case "string":
      return textFor(schema, chance);
    case "array": {
      const { minItems = 0, maxItems = 4, items } = schema;
      const length = minItems + chance.below(Math.min(maxItems - minItems, 3) + 1);
      return Array.from({ length }, () => (items === undefined ? 1 : sampleOf(items, chance)));
    }
    case "object": {
      const { properties = {}, required = [] } = schema;
      const members = chance
        .shuffle(Object.entries(properties))
        .filter(([name]) => required.includes(name) || chance.below(2) === 0)
        .map(([name, member]) => [name, sampleOf(member, chance)] as const);
      return Object.fromEntries(members);
    }
  }
}

const STRANGE: readonly unknown[] = [
  null, true, 0, -1, 1, 9007199254740991, "", "x", "a/b", "x".repeat(3000), [], [null], {}, { a: 1 },
  ["x"], "staff", "EUR", "🍮".repeat(101),
];

/** One place in it was changed, which mostly does not fit any more. */
export function spoilt(value: unknown, chance: Chance): unknown {
  if (typeof value !== "object" || value === null || chance.below(4) === 0)
    return chance.pick(STRANGE);
  if (Array.isArray(value)) {
    if (value.length === 0) return chance.pick(STRANGE);
    const at = chance.below(value.length);
    return value.map((element: unknown, i) => (i === at ? spoilt(element, chance) : element));
  }
  const members = Object.entries(value);
  if (members.length === 0 || chance.below(4) === 0)
    return { ...value, [chance.pick(["more", "toString", "set", "name"])]: chance.pick(STRANGE) };
  const [name, member] = chance.pick(members);
  if (chance.below(4) === 0) return Object.fromEntries(members.filter(([other]) => other !== name));
  return { ...value, [name]: spoilt(member, chance) };
}

const ROLES: readonly WriterRole[] = ["hub", "manager", "staff", "kitchen", "pos"];

/** Of few entities, logs and times, so that they disagree; some identities say two things. */
export function sampleDraft(chance: Chance, names: readonly string[] = kindNames): OperationDraft {
  const kind = chance.pick(names);
  const { entity, action, body } = kindOf(kind)!;
  const hlc: Hlc = [1764000000000 + chance.below(4), chance.below(2)];
  return {
    logId: chance.pick(LOGS),
    seq: 1 + chance.below(40),
    deviceId: chance.pick(["d-1", "d-2"]),
    role: chance.pick(ROLES.filter((role) => may(role, action))),
    hlc,
    tenantId: "hotel-sol",
    kind,
    entity: `${chance.pick(entity)}/${chance.pick(["o1", "o2"])}`,
    body: sampleOf(body, chance) as Fields,
  };
}
