// SPDX-License-Identifier: Apache-2.0
// What operations may say and what they do to a record, by the table that the hub has too
// (data/protocol/kinds.json). An operation that judge() finds fault with is kept and forwarded, for
// another version may know it, but never applied.

import table from "../../../protocol/kinds.json";
import { toBase64url } from "../base64url";
import { sha256 } from "../crypto";
import type { Fields } from "../messages";
import { utf8 } from "../transcript";
import { fits, has, type BodySchema } from "./body-schema";
import { nameOf, type Operation } from "./operation";
import { addTo, emptyRecord, stampOf, type EntityRecord, type Item, type Register } from "./record";
import { may, type Action } from "./roles";

/** Why an operation is set aside. */
export type AsideReason = "unknown-kind" | "bad-entity" | "forbidden" | "bad-body";

/** "*": the element or the body; a list: an object of those members; a name: that member. */
type ValueRule = string | readonly string[];

type LiftStep =
  | { each?: string; item: string; value: ValueRule }
  | { each?: string; register: string; value: ValueRule }
  | { registers: string; at: string };

export interface Kind {
  readonly entity: readonly string[];
  readonly action: Action;
  readonly body: BodySchema;
  readonly lift: readonly LiftStep[];
}

const kinds = table.kinds as unknown as Readonly<Record<string, Kind>>;

export const kindNames: readonly string[] = Object.keys(kinds);

let version: string | undefined;

/** A digest of the table: where it is another, what was set aside may apply. */
export function kindsVersion(): string {
  version ??= toBase64url(sha256(utf8(JSON.stringify(table))));
  return version;
}

/** undefined: nothing is known of it. */
export function kindOf(name: string): Kind | undefined {
  return has(kinds, name) ? kinds[name] : undefined;
}

/** null: it applies. */
export function judge(
  operation: Pick<Operation, "kind" | "entity" | "role" | "body">,
): AsideReason | null {
  const kind = kindOf(operation.kind);
  if (kind === undefined) return "unknown-kind";
  const type = operation.entity.slice(0, operation.entity.indexOf("/"));
  if (!kind.entity.includes(type)) return "bad-entity";
  if (!may(operation.role, kind.action)) return "forbidden";
  return fits(kind.body, operation.body) ? null : "bad-body";
}

type LiftSource = Pick<Operation, "deviceId" | "logId" | "seq" | "hlc" | "kind" | "body">;

/** One operation, or one element of it, as the placeholders of a path see it. */
interface Scope {
  operation: LiftSource;
  /** What the step is done for: an element of `each`, or the body. */
  subject: unknown;
  /** The subject's members before those of the body. */
  members: Fields;
}

function memberOf(members: Fields, name: string): unknown {
  return has(members, name) ? members[name] : null;
}

/** What each path of the table is made of: text, then a name, then text again, and so on. */
const pieces = new Map<string, readonly string[]>();

function piecesOf(path: string): readonly string[] {
  let found = pieces.get(path);
  if (found === undefined) pieces.set(path, (found = path.split(/\{([A-Za-z]+)\}/)));
  return found;
}

function placeholder(name: string, { operation, members }: Scope): string {
  if (name === "self") return nameOf(operation);
  if (name === "deviceId") return operation.deviceId;
  const value = memberOf(members, name);
  return value === null ? "all" : String(value);
}

function fill(path: string, scope: Scope): string {
  const found = piecesOf(path);
  let text = found[0] ?? "";
  for (let i = 1; i < found.length; i += 2)
    text += placeholder(found[i] ?? "", scope) + (found[i + 1] ?? "");
  return text;
}

function valueOf(rule: ValueRule, { operation, subject }: Scope): unknown {
  if (rule === "*") return subject;
  const { body } = operation;
  if (typeof rule === "string") return memberOf(body, rule);
  const present = rule.filter((name) => has(body, name));
  return Object.fromEntries(present.map((name) => [name, body[name]]));
}

function scopesOf(operation: LiftSource, each: string | undefined): Scope[] {
  const { body } = operation;
  if (each === undefined) return [{ operation, subject: body, members: body }];
  return (body[each] as unknown[]).map((subject) => {
    const own = typeof subject === "object" ? subject : { [each]: subject };
    return { operation, subject, members: { ...body, ...own } };
  });
}

/** What an operation that judge() found to apply adds to the record of its entity. */
export function lift(operation: LiftSource): EntityRecord {
  const items: [string, Item][] = [];
  const registers: [string, Register][] = [];
  const stamp = stampOf(operation);
  const version = operation.body["version"] as number;

  for (const step of kindOf(operation.kind)?.lift ?? []) {
    for (const scope of scopesOf(operation, "each" in step ? step.each : undefined)) {
      if ("item" in step) {
        items.push([fill(step.item, scope), [valueOf(step.value, scope), ...stamp]]);
      } else if ("register" in step) {
        const value = valueOf(step.value, scope);
        registers.push([fill(step.register, scope), [value, version, ...stamp]]);
      } else {
        const prefix = fill(step.at, scope);
        for (const [name, value] of Object.entries(operation.body[step.registers] as Fields))
          registers.push([prefix + name, [value, version, ...stamp]]);
      }
    }
  }
  return addTo(emptyRecord, items, registers);
}
