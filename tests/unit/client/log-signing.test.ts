// SPDX-License-Identifier: Apache-2.0
// Signatures of many operations: checked rightly, by whatever there is, and never too long at a time.

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";

import type { Clock } from "../../../data/web/client/clock";
import { publicKeyOf, sign } from "../../../data/web/client/crypto";
import { isLogId } from "../../../data/web/client/log/formats";
import {
  isLogOf,
  isOperation,
  makeOperation,
  newLogId,
  parseOperation,
} from "../../../data/web/client/log/operation";
import { bestSigning, nobleSigning, SLICE_MS, verifyAll } from "../../../data/web/client/log/signing";

const seed = new Uint8Array(32).fill(9);
const publicKey = publicKeyOf(seed);

function operationOf(seq: number) {
  return makeOperation(
    {
      logId: "AAAAAAAAAAAAAAAAAAAAAA",
      seq,
      deviceId: "d1",
      role: "staff",
      hlc: [1, 0],
      tenantId: "t",
      kind: "undo",
      entity: "order/o1",
      body: { op: "AAAAAAAAAAAAAAAAAAAAAA:1" },
    },
    (bytes) => sign(seed, bytes),
  );
}

test("the browser's Ed25519 and noble's give the same verdicts", async () => {
  const native = await bestSigning(seed, webcrypto.subtle as SubtleCrypto);
  const noble = nobleSigning(seed);
  assert.notEqual(native.verify, noble.verify, "Node has Ed25519");
  const jobs = [1, 2, 3].map((seq) => ({ operation: operationOf(seq), publicKey }));
  const [first, second] = jobs as [(typeof jobs)[number], (typeof jobs)[number]];
  const bad = [
    { ...first, operation: { ...first.operation, sig: second.operation.sig } },
    { ...first, publicKey: publicKeyOf(new Uint8Array(32).fill(1)) },
    { ...first, publicKey: new Uint8Array(32).fill(255) },
    { ...first, publicKey: new Uint8Array(3) },
    { ...first, operation: { ...first.operation, sig: "short" } },
  ];
  const expected = [true, true, true, false, false, false, false, false];
  assert.deepEqual(await verifyAll([...jobs, ...bad], native), expected);
  assert.deepEqual(await verifyAll([...jobs, ...bad], noble), expected);
  assert.deepEqual(native.sign(new Uint8Array(1)), noble.sign(new Uint8Array(1)));
});

test("without WebCrypto, or with one that does not know the curve, noble checks", async () => {
  const { verify } = nobleSigning();
  assert.equal((await bestSigning(seed, null)).verify, verify);
  const strange = {
    importKey: () => Promise.reject(new Error("NotSupportedError")),
  } as unknown as SubtleCrypto;
  assert.equal((await bestSigning(seed, strange)).verify, verify);
  assert.throws(() => nobleSigning().sign(new Uint8Array(1)), /no key/);
});

test("checks on this thread make a pause before they take longer than a slice", async () => {
  let now = 0;
  let sliceStart = 0;
  const slices: number[] = [];
  const clock: Clock = {
    now: () => now,
    after(_delayMs, callback) {
      slices.push(now - sliceStart);
      setTimeout(() => {
        sliceStart = now;
        callback();
      }, 0);
      return () => undefined;
    },
  };
  const slow = (costMs: number) => ({
    verify() {
      now += costMs;
      return true;
    },
  });
  const jobs = Array.from({ length: 20 }, (_, i) => ({ operation: operationOf(i + 1), publicKey }));
  assert.deepEqual(await verifyAll(jobs, slow(3), clock), jobs.map(() => true));
  assert.ok(slices.length >= 9 && slices.every((ms) => ms <= SLICE_MS), slices.join());
  // One alone that takes longer cannot be cut.
  slices.length = 0;
  sliceStart = now;
  await verifyAll(jobs.slice(0, 3), slow(30), clock);
  assert.deepEqual(slices, [30, 30, 30]);
});

test("making: what breaks a rule is thrown, and a log's name is new each time", () => {
  const good = operationOf(1);
  for (const change of [
    { seq: 0 }, { role: "guest" }, { kind: "" }, { entity: "order" }, { tenantId: "" }, { hlc: [1.5, 0] },
    { body: { a: 0.5 } }, { body: { "7": 1 } }, { body: { a: "\u0000" } }, { body: { a: "\ud800" } },
    { body: { a: [[[[[[[1]]]]]]] } }, { body: { a: "x".repeat(16384) } }, { body: { a: -0 } },
    { body: { a: undefined } },
  ])
    assert.throws(
      () => makeOperation({ ...good, ...change } as never, (bytes) => sign(seed, bytes)),
      RangeError,
      JSON.stringify(change),
    );
  const [open, hidden] = [newLogId("d1"), newLogId("d1", true)];
  assert.ok(isLogId(open) && isLogId(hidden) && open !== newLogId("d1"));
  for (const logId of [open, hidden]) {
    const made = makeOperation({ ...good, logId }, () => new Uint8Array(64));
    assert.ok(isOperation(parseOperation(made.text, made.sig, "t")));
    assert.equal(made.isPrivate, logId === hidden);
    assert.ok(isLogOf(logId, "d1") && !isLogOf(logId, "d2"));
  }
});
