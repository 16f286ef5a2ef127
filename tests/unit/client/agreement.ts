// SPDX-License-Identifier: Apache-2.0
// Both languages read what chance makes up, and must answer with the same bytes: which texts are
// operations, what is set aside, records, orders. The program at the end of the command line is the
// other side (tests/unit/property/agreement.c).
//
//   node agreement.mjs PROGRAM [ROUNDS] [SEED]

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import operations from "../../../data/protocol/vectors/operations.json";
import { fromBase64url, toBase64url } from "../../../data/web/client/base64url";
import { judge, kindNames, kindOf, lift } from "../../../data/web/client/log/kinds";
import {
  isOperation,
  makeOperation,
  parseOperation,
  type OperationDraft,
} from "../../../data/web/client/log/operation";
import { readOrder } from "../../../data/web/client/log/order-state";
import { emptyRecord, merge, recordText, type EntityRecord } from "../../../data/web/client/log/record";
import { stubOf } from "../../../data/web/client/log/stub";
import type { Fields } from "../../../data/web/client/messages";
import { utf8 } from "../../../data/web/client/transcript";
import { Chance } from "./chance";
import { sampleDraft, spoilt } from "./schema-samples";

const [program = "", rounds = "60", firstSeed = "1"] = process.argv.slice(2);
const { tenantId, texts } = operations;
const SIG = "A".repeat(86);
const ORDERS = ["o1", "o2", "a", "b"];

const other = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
const answers = createInterface({ input: other.stdout })[Symbol.asyncIterator]();

async function ask(question: unknown): Promise<Fields> {
  other.stdin.write(`${JSON.stringify(question)}\n`);
  const { value, done } = await answers.next();
  if (done === true) throw new Error("the other side has ended");
  return JSON.parse(value) as Fields;
}

// ---- Texts ------------------------------------------------------------------------------------------

const seeds = [...texts.good, ...texts.bad, ...texts.foreign]
  .map((one) => ("text" in one ? utf8(one.text ?? "") : fromBase64url(one.bytes ?? "")))
  .filter((bytes): bytes is Uint8Array => bytes !== null && bytes.length < 1000);

const PIECES = [
  "", " ", "0", "1", "-", ".", "e", "\\", '"', ",", ":", "{", "}", "[", "]", "\\u", "\\u00e9", "\\n", "\n",
  "null", "true", "1e3", "é", "🍮", "\u2028", "\ufeff", '"a":1', '"a":1,', "9007199254740993", "\\/",
].map((piece) => utf8(piece));
const RAW = [0x00, 0x1f, 0x7f, 0x80, 0xbf, 0xc0, 0xe2, 0xed, 0xa0, 0xf4, 0xff];

/** One change, now and then three: something put in, taken out, or replaced. */
function changed(bytes: Uint8Array, chance: Chance): Uint8Array {
  let now = [...bytes];
  for (let times = chance.below(4) === 0 ? 3 : 1; times > 0; times--) {
    // The body, at the end, is where the variety is; the rest is alike in all of them.
    const from = chance.below(4) === 0 ? 0 : Math.max(0, now.length - 16);
    const at = from + chance.below(now.length - from);
    const piece = chance.below(8) === 0 ? [chance.pick(RAW)] : [...chance.pick(PIECES)];
    now = [...now.slice(0, at), ...piece, ...now.slice(at + chance.below(3))];
  }
  return Uint8Array.from(now);
}

function isTaken(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return isOperation(parseOperation(text, SIG, tenantId));
  } catch {
    return false;
  }
}

async function compareTexts(seed: number): Promise<number> {
  const chance = new Chance(seed);
  const asked = Array.from({ length: 200 }, () => changed(chance.pick(seeds), chance));
  const { taken } = await ask({ texts: asked.map(toBase64url) });
  const ours = asked.map(isTaken);
  for (const [i, bytes] of asked.entries())
    assert.equal((taken as boolean[])[i], ours[i], `seed ${seed}: ${Buffer.from(bytes).toString("latin1")}`);
  return ours.filter((one) => one).length;
}

// ---- Operations -------------------------------------------------------------------------------------

const ofOrders = kindNames.filter((name) => kindOf(name)?.entity.includes("order"));

/** Mostly such that apply, mostly of orders, so that these say something. */
function drafts(chance: Chance): OperationDraft[] {
  const names = chance.below(3) === 0 ? kindNames : ofOrders.filter((name) => name !== "redact");
  return Array.from({ length: 60 }, () => {
    const draft = sampleDraft(chance, chance.below(20) === 0 ? ["redact"] : names);
    return chance.below(12) === 0 ? { ...draft, body: spoilt(draft.body, chance) as Fields } : draft;
  }).filter(({ body }) => typeof body === "object" && body !== null && !Array.isArray(body));
}

function ourAnswer(list: readonly OperationDraft[]): Fields {
  const records = new Map<string, EntityRecord>();
  const operations = list.map((draft) => makeOperation(draft, () => new Uint8Array(64)));
  const reasons = operations.map((operation) => {
    const reason = judge(operation);
    if (reason === null) {
      const before = records.get(operation.entity) ?? emptyRecord;
      records.set(operation.entity, merge(before, lift(operation)));
    }
    return reason;
  });
  const orders = ORDERS.map((id) => [id, readOrder(id, (name) => records.get(name), () => records.keys())]);
  return {
    reasons,
    stubs: operations.map((operation) => stubOf(operation).text),
    records: Object.fromEntries([...records].map(([name, record]) => [name, recordText(record)])),
    orders: Object.fromEntries(orders) as Fields,
  };
}

/** Sums beyond what an integer holds: 48 of the dearest lines there can be, taxed on top. */
function dearest(): OperationDraft[] {
  const modifiers = Array.from({ length: 20 }, () => ({ name: "m", price: 100000000, quantity: 99 }));
  const tax = { name: "t", rateBp: 10000, included: false };
  const line = { name: "Gold", quantity: 999, price: 100000000, modifiers, tax };
  const write = (seq: number, kind: string, body: Fields): OperationDraft => ({
    logId: "A".repeat(22),
    seq,
    deviceId: "d-1",
    role: "staff",
    hlc: [seq, 0],
    tenantId,
    kind,
    entity: "order/o1",
    body,
  });
  const lines = [2, 3, 4, 5].map((seq) => {
    const ids = Array.from({ length: 12 }, (_, i) => `${seq}-${i}`);
    return write(seq, "order.lines", { lines: ids.map((lineId) => ({ lineId, ...line })) });
  });
  const header = { number: "A-1", currency: "EUR", source: "staff" };
  return [write(1, "order.open", header), ...lines];
}

/** Returns how many orders were shown. */
async function compareOperations(list: readonly OperationDraft[], seed: number): Promise<number> {
  const chance = new Chance(seed);
  const ours = ourAnswer(list);
  // The other side has them in another order; what is set aside is told one by one.
  const order = chance.shuffle(list.map((_, i) => i));
  const theirs = await ask({ operations: order.map((i) => list[i]), orders: ORDERS });
  for (const name of ["reasons", "stubs"]) {
    const each = ours[name] as unknown[];
    assert.deepEqual(theirs[name], order.map((i) => each[i]), `${name} of seed ${seed}`);
  }
  assert.deepEqual(theirs["records"], ours["records"], `seed ${seed}`);
  assert.deepEqual(theirs["orders"], ours["orders"], `seed ${seed}`);
  return Object.values(ours["orders"] as Fields).filter((one) => one !== null).length;
}

let takenTexts = 0;
let shownOrders = 0;
for (let round = 0; round < Number(rounds); round++) {
  takenTexts += await compareTexts(Number(firstSeed) + round);
  const seed = Number(firstSeed) + round;
  shownOrders += await compareOperations(drafts(new Chance(seed)), seed);
}
const gold = (ourAnswer(dearest())["orders"] as { o1: { total: number } }).o1;
assert.equal(gold.total, Number.MAX_SAFE_INTEGER);
await compareOperations(dearest(), 0);
other.stdin.end();
console.log(`${rounds} rounds: ${takenTexts} texts taken by both, ${shownOrders} orders read alike`);
// Nothing would have been compared.
assert.ok(takenTexts >= Number(rounds) && shownOrders >= Number(rounds) / 2);
