// SPDX-License-Identifier: Apache-2.0
// That the hub has as much of a log does not say that it has the same. What a replica asks it, and what
// comes of the answer.

import assert from "node:assert/strict";
import { test } from "node:test";

import { toBase64url } from "../../../data/web/client/base64url";
import { sha256 } from "../../../data/web/client/crypto";
import { DeliveredMarks } from "../../../data/web/client/log/delivered-marks";
import { MemoryDisk, MemoryStore } from "../../../data/web/client/log/memory-store";
import { digestOfRange } from "../../../data/web/client/log/range-digest";
import { toCheckedMessage } from "../../../data/web/client/log/replication-messages";
import { Replicator } from "../../../data/web/client/log/replicator";
import { joinBytes, utf8 } from "../../../data/web/client/transcript";
import { FakeClock, settle } from "./fake-clock";
import { connect, FakeReplica, logOf, type Wire } from "./fake-replica";
import { addLine, Author, openOrder, openProperty, quiet, trusted } from "./property-fixture";

const A = logOf("A");
const B = logOf("B");

type Range = [logId: string, from: number, to: number, digest: string];

/** The first is the hub. */
function setUp(hub: FakeReplica, ...devices: FakeReplica[]) {
  const clock = new FakeClock();
  const [ofHub, ...others] = [hub, ...devices].map((property) => new Replicator({ property, clock }));
  const link = (device: number): Wire =>
    connect(
      clock,
      [devices[device] as FakeReplica, hub],
      [others[device] as Replicator, ofHub as Replicator],
    );
  const pass = async (ms: number, stepMs = 5) => {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(stepMs);
      await settle();
    }
  };
  return { clock, link, pass };
}

/** That a device heard from another one. */
async function hear(replica: FakeReplica, author: FakeReplica, logId: string): Promise<void> {
  const read = await author.read(logId, 1, 10000);
  await replica.take(read.map(({ wire }) => wire), { source: "mesh" });
}

const carried = (wire: Wire, type: string, from: string) =>
  wire.carried.filter((one) => one.message.type === type && one.from === from).map(({ message }) => message);

const asked = (wire: Wire) =>
  carried(wire, "check", "a").map(({ ranges }) =>
    (ranges as Range[]).map(([logId, from, to]) => [logId, from, to]),
  );

const sentSeqs = (wire: Wire) =>
  carried(wire, "ops", "a")
    .flatMap(({ ops }) => ops as { text: string }[])
    .map(({ text }) => (JSON.parse(text) as { seq: number }).seq);

test("a device and a hub that heard different operations of one identity come to have both", async () => {
  const [hub, a] = [new FakeReplica("hub", "hub"), new FakeReplica("a")];
  const [till, copy] = [new FakeReplica("till"), new FakeReplica("till")];
  for (const [one, words] of [[till, "one"], [copy, "other"]] as const) one.write(A, 3, words);
  await hear(a, till, A);
  await hear(hub, copy, A);
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(4000);
  assert.equal(a.texts().length, 6);
  assert.deepEqual(a.texts().sort(), hub.texts().sort());
  assert.deepEqual([asked(wire), a.delivered.get(A)], [[[[A, 1, 3]]], 3]);
});

test("logs that are equal cost one message, and nothing is sent", async () => {
  const [hub, a] = [new FakeReplica("hub", "hub"), new FakeReplica("a")];
  for (const [logId, count] of [[A, 300], [B, 2]] as const) {
    hub.write(logId, count, "same");
    await hear(a, hub, logId);
  }
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(60000, 50);
  assert.deepEqual(asked(wire), [[[A, 1, 256], [A, 257, 300], [B, 1, 2]]]);
  assert.deepEqual([sentSeqs(wire), carried(wire, "ops", "hub")], [[], []]);
  assert.deepEqual([...a.delivered], [[A, 300], [B, 2]]);
  // What is known needs no second question.
  wire.links[0]?.sendHave();
  await pass(60000, 50);
  assert.equal(asked(wire).length, 1);
  // What is written now connects with its answer.
  hub.write(B, 1);
  a.write(A, 1);
  await pass(60000, 50);
  assert.deepEqual([asked(wire).length, [...a.delivered]], [1, [[A, 301], [B, 3]]]);
});

test("of a log that differs only the range that does is sent again, and it ends there", async () => {
  const [hub, a, till] = [new FakeReplica("hub", "hub"), new FakeReplica("a"), new FakeReplica("till")];
  // Long ones: the end of the range is within what one message takes.
  for (const one of [hub, till]) one.write(A, 700, "same".repeat(400));
  till.logs.get(A)![299]!.texts[0] = till.logs.get(A)![299]!.texts[0]!.replace("same", "other");
  await hear(a, till, A);
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(60000, 50);
  // And the fork to everybody, once it is known.
  const range = Array.from({ length: 256 }, (_, index) => 257 + index);
  assert.deepEqual(sentSeqs(wire).sort((x, y) => x - y), [...range, 300, 300].sort((x, y) => x - y));
  assert.deepEqual(asked(wire), [[[A, 1, 256], [A, 257, 512], [A, 513, 700]]]);
  assert.deepEqual([hub.forks(), a.delivered.get(A)], [[[A, 300, 2]], 700]);
  assert.deepEqual(a.texts().sort(), hub.texts().sort());
});

test("a lost answer to what is sent again: that part goes once more, and what is written meanwhile goes too", async () => {
  const [hub, a, till] = [new FakeReplica("hub", "hub"), new FakeReplica("a"), new FakeReplica("till")];
  hub.write(A, 1, "one");
  till.write(A, 1, "other");
  for (const one of [hub, till]) one.write(A, 199, "same");
  await hear(a, till, A);
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  const isSecondAck = () =>
    wire.carried.at(-1)?.message === carried(wire, "ack", "hub")[1];
  wire.fate = () => (isSecondAck() ? "lost" : "arrives");
  await pass(3100);
  till.write(A, 5, "late");
  await a.take((await till.read(A, 201, 10)).map(({ wire: one }) => one), { source: "mesh" });
  await pass(60000, 50);
  const all = Array.from({ length: 205 }, (_, index) => index + 1);
  assert.deepEqual([...new Set(sentSeqs(wire))].sort((x, y) => x - y), all);
  const times = new Map(all.map((seq) => [seq, sentSeqs(wire).filter((one) => one === seq).length]));
  // The fork went to everybody, once it was known.
  assert.deepEqual([...new Set(all.slice(64, 128).map((seq) => times.get(seq)))], [2]);
  assert.deepEqual([...new Set([...all.slice(1, 64), ...all.slice(128)].map((seq) => times.get(seq)))], [1]);
  assert.deepEqual(a.texts().sort(), hub.texts().sort());
  assert.equal(a.delivered.get(A), 205);
});

test("what is on its way beyond it does not stand for what differs", async () => {
  const [hub, a, till] = [new FakeReplica("hub", "hub"), new FakeReplica("a"), new FakeReplica("till")];
  hub.write(A, 2, "one");
  till.write(A, 2, "other");
  till.write(A, 1, "late");
  await hear(a, till, A);
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  // What it lacks goes at once, and is not answered.
  wire.fate = () => (wire.carried.at(-1)?.message === carried(wire, "ops", "a")[0] ? "lost" : "arrives");
  await pass(4000);
  assert.deepEqual([asked(wire), sentSeqs(wire).slice(0, 3)], [[[[A, 1, 2]]], [3, 1, 2]]);
  assert.equal(a.deliveredOf(A), 2);
  await pass(60000, 50);
  assert.equal(a.deliveredOf(A), 3);
  assert.deepEqual(a.texts().sort(), hub.texts().sort());
});

test("what the hub does not take of it stays different", async () => {
  const [hub, a, till] = [new FakeReplica("hub", "hub"), new FakeReplica("a"), new FakeReplica("till")];
  hub.write(A, 2, "one");
  till.write(A, 2, "other");
  await hear(a, till, A);
  hub.refuse = (logId) => ({ logId, seq: 1, code: "rate-limited", retryMs: 5000 });
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(4000);
  assert.deepEqual([sentSeqs(wire), a.deliveredOf(A)], [[1, 2], 0]);
  hub.refuse = null;
  await pass(6000, 50);
  assert.deepEqual([sentSeqs(wire).slice(0, 4), a.deliveredOf(A)], [[1, 2, 1, 2], 2]);
  assert.equal(hub.texts().length, 4);
});

test("without an answer it asks again three times, and then once the hub says what it has", async () => {
  const [hub, a] = [new FakeReplica("hub", "hub"), new FakeReplica("a")];
  hub.write(A, 2, "same");
  await hear(a, hub, A);
  hub.answer = () => null;
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(14000, 50);
  assert.equal(asked(wire).length, 1);
  await pass(120000, 50);
  assert.equal(asked(wire).length, 4);
  hub.answer = null;
  await pass(60000, 50);
  assert.equal(asked(wire).length, 4);
  // Nobody waits for an answer to an earlier one.
  const [{ id = "" } = { id: "" }] = carried(wire, "check", "a");
  wire.links[0]?.receive({ type: "checked", ref: id, differ: [] });
  assert.equal(a.deliveredOf(A), 0);
  wire.links[0]?.sendHave();
  await pass(4000);
  assert.deepEqual([asked(wire).length, a.deliveredOf(A)], [5, 2]);
});

test("a hub that compares nothing just now is asked when it says; one that never can, not again", async () => {
  const [hub, a] = [new FakeReplica("hub", "hub"), new FakeReplica("a")];
  hub.write(A, 2, "same");
  await hear(a, hub, A);
  hub.answer = () => ({ differ: [], retryMs: 20000 });
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(22000, 50);
  hub.answer = null;
  assert.deepEqual([asked(wire).length, a.deliveredOf(A)], [1, 0]);
  await pass(2000, 50);
  assert.deepEqual([asked(wire).length, a.deliveredOf(A)], [2, 2]);

  a.delivered.clear();
  hub.answer = () => ({ type: "error", code: "unknown-type" });
  wire.links[0]?.sendHave();
  await pass(60000, 50);
  assert.equal(asked(wire).length, 3);
  assert.equal(wire.links[0]?.receive({ type: "error", ref: "another", code: "unknown-type" }), false);
});

test("a hub that was restored from a backup is asked again for what it got back from others", async () => {
  const [hub, a, b] = [new FakeReplica("hub", "hub"), new FakeReplica("a"), new FakeReplica("b")];
  hub.write(A, 5, "same");
  const { link, pass } = setUp(hub, a, b);
  const before = link(0);
  await pass(1000);
  assert.deepEqual([a.deliveredOf(A), asked(before)], [5, []]);
  before.cut();
  hub.logs.get(A)!.length = 2;
  const after = link(0);
  after.fate = () => (carried(after, "have", "hub").length > 0 && after.carried.at(-1)?.message.type === "ops" ? "lost" : "arrives");
  await pass(100);
  assert.equal(a.deliveredOf(A), 0);
  // Somebody else was faster, with what a copy wrote.
  hub.write(A, 3, "other");
  await pass(40000, 50);
  after.fate = () => "arrives";
  await pass(40000, 50);
  assert.deepEqual(asked(after).slice(0, 2), [[[A, 1, 2]], [[A, 3, 5]]]);
  assert.equal(a.deliveredOf(A), 5);
  assert.deepEqual(a.texts().sort(), hub.texts().sort());
});

test("a hub that was restored and has as much again of one log is asked for that one too", async () => {
  const [hub, a] = [new FakeReplica("hub", "hub"), new FakeReplica("a")];
  hub.write(A, 5, "same");
  hub.write(B, 3, "same");
  const { link, pass } = setUp(hub, a);
  const before = link(0);
  await pass(4000);
  assert.deepEqual([[...a.delivered], asked(before)], [[[A, 5], [B, 3]], []]);
  before.cut();
  for (const logId of [A, B]) hub.logs.get(logId)!.length = 2;
  hub.write(A, 5, "other");
  const after = link(0);
  await pass(60000, 50);
  assert.deepEqual(asked(after), [[[A, 1, 7], [B, 1, 3]]]);
  assert.equal(hub.texts().length, 13);
  assert.deepEqual(a.texts().sort(), hub.texts().sort());
  assert.deepEqual([...a.delivered], [[B, 3], [A, 7]]);
  // It lost nothing more.
  after.links[0]?.sendHave();
  await pass(60000, 50);
  assert.equal(asked(after).length, 1);
});

test("a cloud is asked nothing, and says nothing of what the hub has", async () => {
  const [cloud, a] = [new FakeReplica("cloud", "cloud"), new FakeReplica("a")];
  const lost = logOf("C");
  cloud.write(A, 5, "same");
  await hear(a, cloud, A);
  a.write(B, 3);
  a.watched.add(B);
  await hear(cloud, a, B);
  a.markDelivered({ [A]: 2, [lost]: 9 });
  const { link, pass } = setUp(cloud, a);
  const wire = link(0);
  await pass(4000);
  cloud.write(A, 1);
  a.write(B, 1);
  await pass(60000, 50);
  assert.deepEqual([a.seqOf(A), cloud.seqOf(B)], [6, 4]);
  assert.deepEqual([asked(wire), sentSeqs(wire)], [[], [4]]);
  assert.deepEqual([...a.delivered], [[A, 2], [lost, 9]]);
});

test("what the hub put off, it may have got from others meanwhile", async () => {
  const [hub, a, till] = [new FakeReplica("hub", "hub"), new FakeReplica("a"), new FakeReplica("till")];
  till.write(A, 2, "one");
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(4000);
  await hear(a, till, A);
  // What it took from somebody else is still on its way.
  const copy = new FakeReplica("till");
  copy.write(A, 2, "other");
  hub.logs.set(A, copy.logs.get(A)!);
  hub.refuse = (logId) => ({ logId, seq: 1, code: "rate-limited", retryMs: 20000 });
  await pass(1000);
  assert.deepEqual([asked(wire), sentSeqs(wire)], [[], [1, 2]]);
  hub.refuse = null;
  await pass(60000, 50);
  assert.deepEqual([asked(wire), a.deliveredOf(A)], [[[[A, 1, 2]]], 2]);
  assert.equal(hub.texts().length, 4);
  assert.deepEqual(a.texts().sort(), hub.texts().sort());
});

test("a hub that is slow is asked less at once, until it answers", async () => {
  const [hub, a] = [new FakeReplica("hub", "hub"), new FakeReplica("a")];
  hub.write(A, 5000, "same");
  await hear(a, hub, A);
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  const counts = () =>
    (asked(wire) as [string, number, number][][]).map((ranges) =>
      ranges.reduce((sum, [, from, to]) => sum + to - from + 1, 0),
    );
  const isTooMuch = () => wire.carried.at(-1)?.message.type === "check" && (counts().at(-1) ?? 0) > 100;
  wire.fate = () => (isTooMuch() ? "lost" : "arrives");
  await pass(60000, 50);
  assert.deepEqual(counts(), [4096, 1024, 256, 64, 4096]);
  assert.equal(a.deliveredOf(A), 64);
});

test("what the hub is about to send is there before it is asked", async () => {
  const [hub, a] = [new FakeReplica("hub", "hub"), new FakeReplica("a")];
  hub.write(A, 3, "same");
  await hear(a, hub, A);
  hub.fork(A, 2, "other");
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(2900);
  assert.deepEqual([asked(wire), a.forks()], [[], [[A, 2, 2]]]);
  await pass(60000, 50);
  assert.deepEqual([asked(wire), a.deliveredOf(A)], [[[[A, 1, 3]]], 3]);
  assert.deepEqual(sentSeqs(wire).filter((seq) => seq !== 2), []);
});

test("what the hub never takes of what differs holds up nothing else, and is tried once it says what it has", async () => {
  const [hub, a, till] = [new FakeReplica("hub", "hub"), new FakeReplica("a"), new FakeReplica("till")];
  hub.write(A, 200, "one");
  till.write(A, 200, "other");
  await hear(a, till, A);
  hub.refuse = (logId) => ({ logId, seq: 1, code: "forged" });
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(4000);
  const all = (end: number) => Array.from({ length: end }, (_, index) => index + 1);
  assert.deepEqual([asked(wire), sentSeqs(wire)], [[[[A, 1, 200]]], all(200)]);
  hub.refuse = null;
  till.write(A, 2, "late");
  await a.take((await till.read(A, 201, 10)).map(({ wire: one }) => one), { source: "mesh" });
  await pass(1000);
  hub.write(A, 1);
  await pass(60000, 50);
  assert.deepEqual([asked(wire).length, sentSeqs(wire)], [1, all(202)]);
  assert.deepEqual([hub.seqOf(A), a.seqOf(A), a.deliveredOf(A)], [203, 203, 0]);
  wire.links[0]?.sendHave();
  await pass(60000, 50);
  assert.deepEqual([asked(wire)[1], a.deliveredOf(A)], [[[A, 1, 203]], 203]);
  assert.equal(hub.texts().length, 403);
  assert.deepEqual(a.texts().sort(), hub.texts().sort());
});

test("of others' private logs the hub is asked nothing, of our own it is; devices are never asked", async () => {
  const [hub, a, b] = [new FakeReplica("hub", "hub"), new FakeReplica("a"), new FakeReplica("b")];
  for (const [author, logId] of [[a, `p.${A}`], [b, `p.${B}`]] as const) {
    author.write(logId, 2, "same");
    await hear(hub, author, logId);
  }
  await hear(a, b, `p.${B}`);
  b.write(B, 1);
  await hear(a, b, B);
  const { link, pass, clock } = setUp(hub, a);
  const wire = link(0);
  const [ofA, ofB] = [a, b].map((property) => new Replicator({ property, clock }));
  const mesh = connect(clock, [a, b], [ofA as Replicator, ofB as Replicator]);
  await pass(30000, 50);
  a.delivered.clear();
  wire.links[0]?.receive({ type: "have", have: hub.have(true), level: "hub" });
  await pass(30000, 50);
  assert.deepEqual(asked(wire), [[[`p.${A}`, 1, 2], [B, 1, 1]]]);
  assert.deepEqual(carried(mesh, "check", "a"), []);
});

test("much is asked in several messages, none of more than a hub can afford at once", async () => {
  const [hub, a] = [new FakeReplica("hub", "hub"), new FakeReplica("a")];
  const logs = Array.from({ length: 40 }, (_, index) => String(index).padStart(22, "x"));
  for (const logId of logs) {
    hub.write(logId, 1, "same");
    await hear(a, hub, logId);
  }
  hub.write(A, 10000, "same");
  await hear(a, hub, A);
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(4000);
  const counts = asked(wire).map((ranges) => ranges.length);
  assert.deepEqual(counts, [32, 24, 16, 8]);
  for (const ranges of asked(wire) as [string, number, number][][]) {
    assert.ok(ranges.every(([, from, to]) => to - from < 256));
    assert.ok(ranges.reduce((sum, [, from, to]) => sum + to - from + 1, 0) <= 4096);
  }
  assert.deepEqual([a.deliveredOf(A), a.delivered.size], [10000, 41]);
});

test("what came from the hub out of turn is asked for a moment later", async () => {
  const [hub, a] = [new FakeReplica("hub", "hub"), new FakeReplica("a")];
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(50);
  hub.write(A, 2, "same");
  // The second overtakes the first, which comes another way.
  await hear(a, hub, A);
  a.delivered.clear();
  wire.links[0]?.receive({ type: "ops", id: "o", ops: [(await hub.read(A, 2, 1))[0]!.wire] });
  await pass(1000);
  a.delivered.clear();
  assert.deepEqual(asked(wire), []);
  await pass(3000, 50);
  assert.deepEqual([asked(wire), a.deliveredOf(A)], [[[[A, 1, 2]]], 2]);
});

test("what was compacted meanwhile is planned anew, and a link that closed asks nothing", async () => {
  const [hub, a] = [new FakeReplica("hub", "hub"), new FakeReplica("a")];
  hub.write(A, 5, "same");
  await hear(a, hub, A);
  const digest = a.rangeDigest.bind(a);
  let go: () => void = () => undefined;
  a.rangeDigest = async (...range) => {
    await new Promise<void>((resolve) => (go = resolve));
    return digest(...range);
  };
  const { link, pass } = setUp(hub, a);
  const first = link(0);
  await pass(50);
  a.compacted = { [A]: 4 };
  go();
  await pass(100);
  assert.deepEqual(asked(first), []);
  await pass(16000, 50);
  go();
  await pass(100);
  assert.deepEqual([asked(first), a.deliveredOf(A)], [[[[A, 4, 5]]], 5]);
  first.cut();
  a.delivered.clear();
  const second = link(0);
  await pass(50);
  second.cut();
  go();
  await pass(60000, 50);
  assert.deepEqual(asked(second), []);
});

test("behind a part that cannot be read nothing is asked of that log", async () => {
  const [hub, a] = [new FakeReplica("hub", "hub"), new FakeReplica("a")];
  for (const [logId, count] of [[A, 700], [B, 2]] as const) {
    hub.write(logId, count, "same");
    await hear(a, hub, logId);
  }
  const digest = a.rangeDigest.bind(a);
  a.rangeDigest = async (logId, from, to) => (logId === A && from === 257 ? null : digest(logId, from, to));
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(60000, 50);
  assert.deepEqual([asked(wire), [...a.delivered]], [[[[A, 1, 256], [B, 1, 2]]], [[A, 256], [B, 2]]]);
});

test("a word of the hub that comes late, by another way, is no word of one that was restored", async () => {
  const [hub, a] = [new FakeReplica("hub", "hub"), new FakeReplica("a")];
  hub.write(A, 1, "same");
  await hear(a, hub, A);
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(4000);
  const late = { type: "have", have: hub.have(true), level: "hub", answer: true };
  a.write(B, 2);
  hub.write(A, 2);
  await pass(50);
  assert.deepEqual([...a.delivered], [[A, 3], [B, 2]]);
  wire.links[0]?.receive(late);
  assert.deepEqual([...a.delivered], [[A, 3], [B, 2]]);
  // Another program may have less.
  await pass(4000);
  wire.links[0]?.restart();
  wire.links[0]?.receive(late);
  assert.deepEqual([...a.delivered], []);
});

test("of what is sent beside a refusal holds up nothing, neither the log nor what differs of it", async () => {
  const [hub, a, till] = [new FakeReplica("hub", "hub"), new FakeReplica("a"), new FakeReplica("till")];
  hub.write(A, 2, "one");
  till.write(A, 2, "other");
  await hear(a, till, A);
  a.fork(A, 2, "third");
  let refusals = 2;
  hub.refuse = (logId) => ((refusals -= 1) < 0 ? null : { logId, seq: 2, code: "crowded" });
  const { link, pass } = setUp(hub, a);
  const wire = link(0);
  await pass(1000);
  assert.deepEqual([sentSeqs(wire), hub.texts().length], [[2, 2], 2]);
  await pass(10000, 50);
  assert.deepEqual([asked(wire), a.deliveredOf(A)], [[[[A, 1, 2]]], 2]);
  assert.deepEqual(a.texts().sort(), hub.texts().sort());
});

test("an answer that cannot be read is none", () => {
  const of = (more: Record<string, unknown>) => toCheckedMessage({ type: "checked", ref: "1", ...more });
  assert.deepEqual(of({ differ: [[A, 1, 256]] }), { ref: "1", differ: [[A, 1, 256]], retryMs: null });
  assert.deepEqual(of({ differ: [], retryMs: 5 }), { ref: "1", differ: [], retryMs: 5 });
  for (const bad of [
    {},
    { differ: {} },
    { differ: [[A, 1]] },
    { differ: [[A, 0, 1]] },
    { differ: [[A, 2, 1]] },
    { differ: [[A, 1, 257]] },
    { differ: [[A, 1, 1.5]] },
    { differ: [["short", 1, 2]] },
    { differ: [[A, 1, 2], null] },
    { differ: Array.from({ length: 33 }, () => [A, 1, 2]) },
    { differ: [], retryMs: -1 },
    { differ: [], ref: undefined },
  ])
    assert.equal(of(bad), null, JSON.stringify(bad));
});

test("the digest of a range covers all signatures of it, whatever the order in which they came", async () => {
  const till = new Author("till");
  const said = ["a", "b", "c"].map((line) => till.operation(addLine("x", line)));
  const variants = ["d", "e", "f"].map((line) => till.operation(addLine("x", line), { seq: 2 }));
  const stores = [variants, [...variants].reverse()].map(async (others) => {
    const store = new MemoryStore();
    const operations = [...said, ...others].map((one) => ({ ...one }));
    await store.append({ operations, atMs: 0, aside: operations.map(() => null) });
    return store;
  });
  const [one, two] = await Promise.all(stores);
  assert.ok(one && two);
  const whole = await digestOfRange(one, till.logId, 1, 3);
  assert.match(whole ?? "", /^[A-Za-z0-9_-]{43}$/);
  assert.equal(await digestOfRange(two, till.logId, 1, 3), whole);
  // In pages, of which one ends between two of one identity.
  const read: typeof one.read = (log, from, count, bytes) => one.read(log, from, Math.min(count, 4), bytes);
  assert.equal(await digestOfRange({ read }, till.logId, 1, 3), whole);
  // As another program has to make it.
  const [first, second, third] = said.map(({ sig }) => Buffer.from(sig, "base64url"));
  const four = [second, ...variants.map(({ sig }) => Buffer.from(sig, "base64url"))] as Buffer[];
  const label = joinBytes(Uint8Array.of(0, 0, 0, 16), utf8("bellhop range v1"));
  const bytes = joinBytes(label, first as Buffer, ...four.sort(Buffer.compare), third as Buffer);
  assert.equal(whole, toBase64url(sha256(bytes)));
  assert.equal(await digestOfRange(one, till.logId, 1, 4), null, "there is no fourth");
  await one.redact([{ logId: till.logId, seq: 1 }], "order/x");
  const left = joinBytes(label, ...four, third as Buffer);
  assert.equal(await digestOfRange(one, till.logId, 1, 3), toBase64url(sha256(left)));
});

test("marks outlive the program; of others' logs they are saved a while after, once for all", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore({ disk }));
  await property.take(["a", "b", "c"].map((id) => till.say(openOrder(id))), trusted);
  await quiet();
  property.markDelivered({ [till.logId]: 1 });
  property.markDelivered({ [till.logId]: 2 });
  await quiet();
  clock.advance(9999);
  await quiet();
  assert.equal(disk.values.get("delivered"), undefined);
  clock.advance(1);
  await quiet();
  assert.deepEqual(disk.values.get("delivered"), { [till.logId]: 2 });
  // No further than what is stored here.
  property.markDelivered({ [till.logId]: 9 });
  assert.equal(property.deliveredOf(till.logId), 3);
  await property.close();
  const again = await openProperty(new MemoryStore({ disk }));
  assert.equal(again.property.deliveredOf(till.logId), 3);
  // A hub that was restored has less than it had.
  again.property.lowerDelivered({ [till.logId]: 3 });
  assert.equal(again.property.deliveredOf(till.logId), 3);
  again.property.lowerDelivered({ [till.logId]: 1 });
  await quiet();
  assert.deepEqual([again.property.deliveredOf(till.logId), disk.values.get("delivered")], [0, {}]);
  await again.property.close();
});

test("a fall that could not be saved is saved later", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const { property, clock } = await openProperty(new MemoryStore({ disk }));
  await property.take([till.say(openOrder("a")), till.say(openOrder("b"))], trusted);
  property.markDelivered({ [till.logId]: 2 });
  clock.advance(10000);
  await quiet();
  disk.refusal = "failed";
  property.lowerDelivered({ [till.logId]: 1 });
  await quiet();
  assert.deepEqual([disk.refusal, disk.values.get("delivered")], [null, { [till.logId]: 2 }]);
  clock.advance(10000);
  await quiet();
  assert.deepEqual(disk.values.get("delivered"), {});
  await property.close();
});

test("what fell does not come back with what another tab saved", () => {
  const clock = new FakeClock();
  let saves = 0;
  const marks = new DeliveredMarks(clock, () => (saves += 1));
  marks.load({ [A]: 5, [B]: 2, bad: 1 });
  marks.watch(A);
  marks.lower({ [A]: 5, [B]: 7 });
  assert.deepEqual([marks.mergedWith({ [B]: 4 }), marks.takeUnsaved()], [{ [A]: 5, [B]: 4 }, false]);
  // One is enough: what the hub lost of the other it may have got since.
  marks.lower({ [A]: 3, [B]: 7 });
  assert.deepEqual([saves, marks.takeUnsaved()], [1, true]);
  assert.deepEqual(marks.mergedWith({ [A]: 5, [B]: 4, [logOf("C")]: 1 }), {});
  marks.load({ [A]: 5 });
  assert.deepEqual([marks.of(A), marks.of(B)], [0, 0]);
  // Own ones at once, and once until it is done.
  marks.raise({ [A]: 4 });
  marks.raise({ [A]: 5 });
  assert.deepEqual([saves, marks.takeUnsaved(), marks.takeUnsaved()], [2, true, false]);
  marks.raise({ [B]: 3 });
  marks.raise({ [B]: 3 });
  clock.advance(20000);
  assert.equal(saves, 3);
  marks.stop();
});
