// SPDX-License-Identifier: Apache-2.0
// What holds for any operation, record and order, tried with many that chance makes. The seed stands in
// what fails.

import assert from "node:assert/strict";
import { test } from "node:test";

import Ajv2020 from "ajv/dist/2020.js";

import kinds from "../../../data/protocol/kinds.json";
import { fits, type BodySchema } from "../../../data/web/client/log/body-schema";
import { compareText, parseCanonical, printCanonical } from "../../../data/web/client/log/canonical";
import { formats } from "../../../data/web/client/log/formats";
import { judge, kindNames, kindOf, lift } from "../../../data/web/client/log/kinds";
import { makeOperation, type OperationDraft } from "../../../data/web/client/log/operation";
import { readOrder, type Order } from "../../../data/web/client/log/order-state";
import {
  emptyRecord,
  itemStamp,
  merge,
  recordText,
  toRecord,
  type EntityRecord,
} from "../../../data/web/client/log/record";
import { isFields } from "../../../data/web/client/messages";
import { Chance } from "./chance";
import { sampleDraft, sampleOf, spoilt } from "./schema-samples";

const ROUNDS = 300;

/** As plain JSON Schema has it: there a null must be named among the words of an enum too. */
function withNulls(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withNulls);
  if (!isFields(schema)) return schema;
  const changed = Object.entries(schema).map(([name, value]) => [name, withNulls(value)]);
  const whole = Object.fromEntries(changed) as Record<string, unknown>;
  const { enum: words, type } = schema;
  if (Array.isArray(words) && Array.isArray(type) && type.includes("null"))
    whole["enum"] = [...(words as unknown[]), null];
  return whole;
}

test("bodies in kinds.json are JSON Schema, and both judges agree", () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: true, allowUnionTypes: true });
  for (const [name, validate] of Object.entries(formats)) ajv.addFormat(name, { type: "string", validate });
  const chance = new Chance(1);
  const verdicts = { good: 0, bad: 0 };
  for (const [name, { body }] of Object.entries(kinds.kinds)) {
    assert.ok(ajv.validateSchema(body), name);
    const validate = ajv.compile(withNulls(body) as object);
    for (let round = 0; round < ROUNDS; round++) {
      const good = sampleOf(body as BodySchema, chance);
      assert.ok(fits(body as BodySchema, good), `${name}: ${JSON.stringify(good)}`);
      assert.ok(validate(good), `${name}: ${JSON.stringify(good)} ${ajv.errorsText(validate.errors)}`);
      const bad = spoilt(good, chance);
      const verdict = validate(bad);
      assert.equal(fits(body as BodySchema, bad), verdict, `${name}: ${JSON.stringify(bad)}`);
      verdicts[verdict ? "good" : "bad"] += 1;
    }
  }
  // Were all refused or none, nothing would have been compared.
  assert.ok(verdicts.bad > 3000 && verdicts.good > 300, JSON.stringify(verdicts));
});

test("the judge's keywords are all that kinds.json uses, and its table is whole", () => {
  const words =
    "type enum minimum maximum minLength maxLength format items minItems maxItems properties " +
    "required additionalProperties";
  const known = new Set(words.split(" "));
  const look = (schema: BodySchema): void => {
    for (const keyword of Object.keys(schema)) assert.ok(known.has(keyword), keyword);
    for (const member of Object.values(schema.properties ?? {})) look(member);
    if (schema.items !== undefined) look(schema.items);
  };
  for (const name of kindNames) {
    const { body, lift: steps, entity } = kindOf(name)!;
    look(body);
    assert.ok(steps.length > 0 && entity.length > 0, name);
  }
});

/** What has canonical text, or nearly. */
function sampleValue(chance: Chance, depth: number): unknown {
  const keys = ["a", "B9", "constructor", "toJSON", "z".repeat(64)];
  if (depth === 0 || chance.below(3) === 0)
    return chance.pick<unknown>([
      null, true, false, 0, -7, 9007199254740991, "", "x", "\\u0041", "\n\"\\/", "é🍮\u2028\u007f",
    ]);
  const length = chance.below(4);
  if (chance.below(2) === 0) return Array.from({ length }, () => sampleValue(chance, depth - 1));
  const members = Array.from({ length }, () => [chance.pick(keys), sampleValue(chance, depth - 1)]);
  return Object.fromEntries(members) as unknown;
}

test("canonical text: what is printed is read, and one changed character is another text or none", () => {
  const chance = new Chance(2);
  for (let round = 0; round < 3000; round++) {
    const value = sampleValue(chance, 8);
    const text = printCanonical(value);
    assert.deepEqual(parseCanonical(text), value, text);
    const at = chance.below(text.length + 1);
    const change = chance.pick(["", " ", "0", "-", ".", "e", "\\", '"', ",", "{", "}", "\ud83c", "u"]);
    const other = text.slice(0, at) + change + text.slice(at + chance.below(2));
    const read = parseCanonical(other);
    if (read !== undefined) assert.equal(printCanonical(read), other);
  }
});

test("text is compared as its bytes are", () => {
  const chance = new Chance(3);
  const letters = ["a", "b", "\u007f", "é", "\ud7ff", "\ue000", "\uffff", "🍮", "\u{10ffff}"];
  const text = () => Array.from({ length: chance.below(4) }, () => chance.pick(letters)).join("");
  for (let round = 0; round < 2000; round++) {
    const [a, b] = [text(), text()];
    const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
    assert.equal(Math.sign(compareText(a, b)), bytes, JSON.stringify([a, b]));
  }
});

function liftOf(draft: OperationDraft): EntityRecord {
  const operation = makeOperation(draft, () => new Uint8Array(64));
  assert.equal(judge(operation), null, operation.text);
  return lift(operation);
}

/** In groups of groups, some of them twice. */
function mergeAnyhow(records: readonly EntityRecord[], chance: Chance): EntityRecord {
  let all = chance.shuffle([...records, ...records.filter(() => chance.below(4) === 0)]);
  while (all.length > 1) {
    const at = chance.below(all.length - 1);
    const both = merge(all[at]!, all[at + 1]!);
    all = [...all.slice(0, at), both, ...all.slice(at + 2)];
  }
  return all[0] ?? emptyRecord;
}

test("merging: any order, any grouping, any number of times", () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const chance = new Chance(seed);
    // Of one kind of entity, redactions among them.
    const drafts = Array.from({ length: 25 }, () => sampleDraft(chance)).filter(({ entity }) =>
      entity.startsWith(seed % 2 === 0 ? "order/" : "place/"),
    );
    const records = drafts.map(liftOf);
    const text = recordText(records.reduce(merge, emptyRecord));
    for (let round = 0; round < 4; round++) {
      const other = mergeAnyhow(records, chance);
      assert.equal(recordText(other), text, `seed ${seed}`);
      assert.equal(recordText(merge(other, other)), text, `seed ${seed}`);
      assert.ok(toRecord(JSON.parse(text)), `seed ${seed}`);
    }
  }
});

const ofOrders = kindNames.filter((name) => kindOf(name)!.entity.includes("order"));

/** Sums that hold for any order. */
function checkSums(order: Order, why: string): void {
  const total = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0);
  for (const line of order.lines) {
    assert.ok(line.quantity > 0, why);
    assert.equal(line.net, line.gross - line.discount, why);
    assert.ok(line.net >= 0 && line.discount >= 0 && line.tax >= 0 && line.tax <= line.net, why);
  }
  const net = total(order.lines.map((line) => line.net));
  const onTop = total(order.taxes.map(({ included, tax }) => (included ? 0 : tax)));
  assert.ok(order.total >= 0 && order.total <= net + onTop, why);
  const paid = total(order.payments.map(({ amount, refunded }) => amount - refunded));
  assert.ok(order.payments.every(({ amount, refunded }) => refunded <= amount), why);
  assert.deepEqual([order.paid, order.due], [paid, order.total - paid], why);
}

test("orders: whatever was written, they can be read, and their sums hold", () => {
  let shown = 0;
  for (let seed = 0; seed < ROUNDS; seed++) {
    const chance = new Chance(seed);
    const drafts = Array.from({ length: 60 }, () => sampleDraft(chance, ofOrders));
    const records = new Map<string, EntityRecord>();
    for (const draft of drafts.filter(({ kind }) => kind !== "redact" || seed % 4 === 0))
      records.set(draft.entity, merge(records.get(draft.entity) ?? emptyRecord, liftOf(draft)));
    const placed: string[] = [];
    for (const orderId of ["o1", "o2"]) {
      const order = readOrder(orderId, (name) => records.get(name), () => records.keys());
      if (order === null) continue;
      shown += 1;
      checkSums(order, `seed ${seed}`);
      placed.push(...order.lines.map(({ recordId, lineId }) => `${recordId} ${lineId}`));
    }
    // No line stands on two orders.
    assert.equal(new Set(placed).size, placed.length, `seed ${seed}`);
  }
  assert.ok(shown > ROUNDS, `${shown} orders had a header`);
});

test("records of strangers: what is none is refused", () => {
  const good = { items: { x: [{ a: 1 }, 1, 0, "A".repeat(22), 1] }, registers: {} };
  assert.ok(toRecord(good));
  const record = toRecord(good)!;
  assert.deepEqual(itemStamp(record.items["x"]!), [1, 0, "A".repeat(22), 1]);
  for (const bad of [
    null, [], "x", {}, { items: {} }, { items: {}, registers: {}, more: {} }, { items: [], registers: {} },
    { ...good, items: JSON.parse('{"__proto__":[1,1,0,"AAAAAAAAAAAAAAAAAAAAAA",1]}') as unknown },
    { ...good, items: { "7": good.items.x } }, { ...good, items: { "": good.items.x } },
    { ...good, items: { ["x".repeat(201)]: good.items.x } }, { ...good, items: { "a b": good.items.x } },
    { ...good, items: { x: [1, 1, 0, "A".repeat(22)] } }, { ...good, items: { x: [1, 1, 0, "A", 1] } },
    { ...good, items: { x: [1, -1, 0, "A".repeat(22), 1] } },
    { ...good, items: { x: [1, 1, 0.5, "A".repeat(22), 1] } },
    { ...good, items: { x: [1, 1, 0, "A".repeat(22), 0] } },
    { ...good, items: { x: [1.5, 1, 0, "A".repeat(22), 1] } },
    { ...good, items: { x: [{ 7: 1 }, 1, 0, "A".repeat(22), 1] } },
    { ...good, items: { x: ["\u0000", 1, 0, "A".repeat(22), 1] } },
    { ...good, registers: { x: good.items.x } },
    { ...good, registers: { x: [1, 0, 1, 0, "A".repeat(22), 1] } },
  ])
    assert.equal(toRecord(bad), null, JSON.stringify(bad));
});
