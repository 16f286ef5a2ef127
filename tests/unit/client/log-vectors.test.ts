// SPDX-License-Identifier: Apache-2.0
// The log's reference (data/protocol/vectors/operations.json and roles.json) against this side's code.

import assert from "node:assert/strict";
import { test } from "node:test";

import operations from "../../../data/protocol/vectors/operations.json";
import roles from "../../../data/protocol/vectors/roles.json";
import { fromBase64url } from "../../../data/web/client/base64url";
import { sign } from "../../../data/web/client/crypto";
import { parseCanonical } from "../../../data/web/client/log/canonical";
import { isCutOff } from "../../../data/web/client/log/cut-off";
import { HybridClock } from "../../../data/web/client/log/hybrid-clock";
import { judge, kindNames, lift } from "../../../data/web/client/log/kinds";
import type { StoredOperation, StoredRecord } from "../../../data/web/client/log/log-store";
import {
  isLogOf,
  isOperation,
  logOwnerOf,
  makeOperation,
  nameOf,
  parseOperation,
  readOperation,
  signedBytes,
  verifyOperation,
  type Operation,
  type OperationDraft,
} from "../../../data/web/client/log/operation";
import { readOrder, type MovedLookup } from "../../../data/web/client/log/order-state";
import {
  emptyRecord,
  merge,
  recordText,
  toRecord,
  type EntityRecord,
  type Item,
} from "../../../data/web/client/log/record";
import { actions, may } from "../../../data/web/client/log/roles";
import { bestSigning, nobleSigning } from "../../../data/web/client/log/signing";
import { digestOfRange } from "../../../data/web/client/log/range-digest";
import { findIdle } from "../../../data/web/client/log/store-keeper";
import { isSame, readStub, stubOf } from "../../../data/web/client/log/stub";
import { parseJson } from "../../../data/web/client/messages";
import { readMembership } from "../../../data/web/client/signed-document";
import { Chance } from "./chance";
import { print, vectorsText } from "./log-vectors/make";

type CutOffQuestion = Pick<Operation, "logId" | "seq" | "role"> & { isRevoked: boolean };
import { bytesOf } from "./model-hub";

const { tenantId, texts } = operations;
const SIG = "A".repeat(86);
const chance = new Chance(4);
const zeros = () => new Uint8Array(64);

/** Text as it would come out of a message; undefined: bytes that are no UTF-8. */
function textOf(one: { text?: string; bytes?: string }): string | undefined {
  if (one.text !== undefined) return one.text;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      fromBase64url(one.bytes ?? "") ?? undefined,
    );
  } catch {
    return undefined;
  }
}

test("the reference is what its sources say", () => {
  assert.equal(`${print(operations)}\n`, vectorsText);
});

test("texts that are operations, of this tenant and of another", () => {
  for (const { why, text } of texts.good) {
    const operation = parseOperation(text, SIG, tenantId);
    assert.ok(isOperation(operation), why);
    assert.equal(operation.text, text);
    assert.equal(operation.isPrivate, operation.logId.startsWith("p."));
    assert.equal(makeOperation(operation, zeros).text, text, why);
  }
  for (const { why, text } of texts.foreign)
    assert.deepEqual(parseOperation(text, SIG, tenantId), { problem: "wrong-tenant" }, why);
});

test("texts that are none", () => {
  for (const one of texts.bad) {
    const text = textOf(one);
    if (text === undefined) continue;
    assert.deepEqual(parseOperation(text, SIG, tenantId), { problem: "bad-operation" }, one.why);
  }
  // What no file can hold: half of a pair.
  for (const half of ["\ud800", "\udc00", "\udf6e\ud83c", "a\ud83c"])
    assert.equal(parseCanonical(`{"a":"${half}"}`), undefined);
  for (const { why, entry } of operations.badEntries)
    assert.deepEqual(readOperation(entry, tenantId), { problem: "bad-operation" }, why);
});

test("signatures", async () => {
  const signing = nobleSigning();
  const hubKey = bytesOf(operations.hub.publicKey);
  assert.deepEqual(
    [...signedBytes(operations.signed[0]?.operation.text ?? "")],
    [...bytesOf(operations.firstTranscript)],
  );
  const native = await bestSigning();
  assert.notEqual(native.verify, signing.verify, "Node has Ed25519");
  for (const { why, publicKey, operation, isGood } of operations.signed) {
    for (const one of [signing, native])
      assert.equal(await verifyOperation(operation, bytesOf(publicKey), one), isGood, why);
    assert.ok(isOperation(readOperation(operation, tenantId)), why);
  }
  for (const [i, { seed, publicKey, membership, deviceId, role }] of operations.members.entries()) {
    const read = readMembership(membership, hubKey);
    assert.deepEqual([...(read?.publicKey ?? [])], [...bytesOf(publicKey)]);
    assert.deepEqual([read?.deviceId, read?.role, read?.tenantId], [deviceId, role, tenantId]);
    const theirs = readOperation(operations.signed[i]?.operation, tenantId);
    assert.ok(isOperation(theirs));
    assert.equal(makeOperation(theirs, (bytes) => sign(bytesOf(seed), bytes)).sig, theirs.sig);
  }
});

/** As everybody reads it. */
function toOperation(draft: unknown): Operation {
  const operation = makeOperation(draft as OperationDraft, zeros);
  assert.equal(operation.text, JSON.stringify(draft));
  return operation;
}

test("what is set aside, and why", () => {
  for (const { why, operation, reason } of operations.judged)
    assert.equal(judge(toOperation(operation)), reason, why);
});

test("what an operation of each kind adds to its record", () => {
  for (const { why, operation, record } of operations.lifts) {
    const one = toOperation(operation);
    assert.equal(judge(one), null, why);
    const lifted = lift(one);
    assert.deepEqual(JSON.parse(recordText(lifted)), record, why);
    assert.ok(toRecord(lifted), why);
    assert.equal(recordText(merge(lifted, lifted)), recordText(lifted), why);
  }
  const kinds = new Set(operations.lifts.map(({ operation }) => operation.kind));
  assert.deepEqual([...kinds].sort(), [...kindNames].sort());
});

test("what is left of an operation whose words were erased", () => {
  for (const { why, operation, stub } of operations.stubs) {
    const one = toOperation(operation);
    const left = stubOf(one);
    assert.equal(left.text, JSON.stringify(stub), why);
    assert.deepEqual(readStub(stub, one.tenantId), left, why);
    assert.ok(isSame(one, left) && isSame(left, one), why);
  }
});

test("ranges of logs have the digest by which they are compared", async () => {
  for (const { why, operations: entries, digest } of operations.ranges) {
    const stored = (entries as { text?: string; sig?: string; redacted?: unknown[] }[]).map(
      ({ text, sig = "", redacted }) => {
        const { seq } = parseJson(text ?? "{}") as { seq?: number };
        return { seq: seq ?? redacted?.[1], sig } as StoredOperation;
      },
    );
    const read = (_: string, from: number) =>
      Promise.resolve(chance.shuffle(stored).filter(({ seq }) => seq >= from).sort((a, b) => a.seq - b.seq));
    const [first, last] = [stored[0]!.seq, stored[stored.length - 1]!.seq];
    assert.equal(await digestOfRange({ read }, "", first, last), digest, why);
    assert.equal(await digestOfRange({ read }, "", first, last + 1), null, why);
  }
});

test("records merge in any order, any number of times", () => {
  for (const { why, records: foreign, merged } of operations.merges) {
    const records = (foreign as unknown[]).map((record) => toRecord(record)!);
    for (let round = 0; round < 20; round++) {
      const all = chance.shuffle([...records, ...records]);
      const cut = chance.below(all.length);
      const halves = [all.slice(0, cut), all.slice(cut)].map((half) => half.reduce(merge, emptyRecord));
      assert.equal(recordText(halves.reduce(merge)), JSON.stringify(merged), why);
    }
  }
});

test("cut-offs: which operations of a device do not count", () => {
  for (const { why, record, asked } of operations.cutOffs)
    for (const { isRevoked, ...operation } of asked as CutOffQuestion[])
      assert.equal(isCutOff(operation, toRecord(record)), isRevoked, `${why}: ${JSON.stringify(operation)}`);
});

test("what may leave memory, and when", () => {
  const touchedMs = 1e12;
  const toMs = (hours: number) => touchedMs + hours * 3600 * 1000;
  for (const { why, operations: drafts, days, asked } of operations.keeps) {
    const closed = days.map(({ from, to }, index): StoredRecord => {
      const header: Item = [{ fromMs: toMs(from), toMs: toMs(to) }, 1, 0, "l", 1];
      const record = { items: { header }, registers: {} };
      return { name: `day/${index}`, record, touchedMs, partial: false };
    });
    const record = chance.shuffle(drafts as unknown[]).map((draft) => lift(toOperation(draft))).reduce(merge, emptyRecord);
    for (const { hours, isOver } of asked) {
      const stored = { name: "order/o1", record, touchedMs, partial: false };
      const idle = findIdle(chance.shuffle([stored, ...closed]), toMs(hours), true);
      assert.deepEqual(idle, isOver ? ["order/o1"] : [], `${why}: ${hours} h`);
    }
  }
});

/** Records that lines were moved from, by the order moved to. */
function movedIn(records: ReadonlyMap<string, EntityRecord>): MovedLookup {
  return (orderId) =>
    [...records].flatMap(([name, { registers }]) =>
      Object.entries(registers).some(
        ([path, [value]]) => /^line\/[^/]+\/orderId$/.test(path) && value === orderId,
      )
        ? [name]
        : [],
    );
}

test("a log is its device's by its name", () => {
  for (const { deviceId, owner } of operations.logOwners) assert.equal(logOwnerOf(deviceId), owner);
  for (const { why, logId, deviceId, isGood } of operations.logs)
    assert.equal(isLogOf(logId, deviceId), isGood, why);
});

test("orders read the same whatever order their operations came in", () => {
  for (const { why, operations: drafts, orders } of operations.orders) {
    for (let round = 0; round < 5; round++) {
      const records = new Map<string, EntityRecord>();
      for (const draft of round === 0 ? drafts : chance.shuffle(drafts as unknown[])) {
        const operation = toOperation(draft);
        assert.equal(judge(operation), null, `${why}: ${nameOf(operation)}`);
        const before = records.get(operation.entity) ?? emptyRecord;
        records.set(operation.entity, merge(before, lift(operation)));
      }
      for (const [orderId, order] of Object.entries(orders)) {
        const read = readOrder(orderId, (name) => records.get(name), movedIn(records));
        assert.deepEqual(read, order, `${why}: ${orderId}`);
      }
    }
  }
});

interface Step {
  now: number;
  tick?: number[];
  hear?: [number, number];
  follow?: number;
}

test("hybrid clocks", () => {
  for (const { why, steps } of operations.clocks) {
    let now = 0;
    const clock = new HybridClock(() => now);
    for (const step of steps as Step[]) {
      now = step.now;
      if (step.hear !== undefined) clock.hear(step.hear);
      else if (step.follow !== undefined) clock.follow(step.follow);
      else assert.deepEqual(clock.tick(), step.tick, `${why}: ${JSON.stringify(step)}`);
    }
  }
});

test("the role table", () => {
  assert.deepEqual([...actions].sort(), Object.keys(roles.actions).sort());
  const all = ["hub", "manager", "staff", "kitchen", "pos", "printer", "guest", "", "boss"];
  for (const action of actions)
    assert.deepEqual(all.filter((role) => may(role, action)), roles.actions[action], action);
});
