// SPDX-License-Identifier: Apache-2.0
// The small parts: waiting times, ids, chunks, and the parsers that face the wire.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Backoff } from "../../../data/web/client/backoff";
import { ChunkJoiner, MAX_MESSAGE_BYTES, byteLength, split } from "../../../data/web/client/chunks";
import { newId } from "../../../data/web/client/ids";
import { parseServerMessage, toMessage, type Message } from "../../../data/web/client/messages";
import { toPrinters, toPrintStatus } from "../../../data/web/client/print-messages";
import { roundTripOf } from "../../../data/web/client/topology";

test("backoff doubles up to its cap and always leaves half to chance", () => {
  for (const [random, share] of [
    [() => 0, 0.5],
    [() => 1, 1],
  ] as const) {
    const backoff = new Backoff({ baseMs: 100, capMs: 1000, random });
    const waits = [1, 2, 3, 4, 5, 6].map(() => backoff.next());
    assert.deepEqual(
      waits,
      [100, 200, 400, 800, 1000, 1000].map((ms) => ms * share),
    );
    backoff.reset();
    assert.equal(backoff.next(), 100 * share);
  }
});

test("ids are UUIDv7, unlike each other, and sort in the order they were made", () => {
  const ids = Array.from({ length: 10000 }, () => newId());
  for (const id of ids)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual([...ids].sort(), ids);
});

test("an id holds its time", () => {
  const ms = Date.now() + 3_600_000;
  assert.equal(parseInt(newId(ms).replace(/-/g, "").slice(0, 12), 16), ms);
});

function joinAll(parts: string[]): (string | null)[] {
  const joiner = new ChunkJoiner();
  return parts.map((part) => joiner.add(toMessage(JSON.parse(part)) as Message));
}

test("what fits goes whole; what does not comes back from its parts", () => {
  assert.deepEqual(split("short", 64), ["short"]);
  const text = "crème 🍮 \u0001 ".repeat(5000);
  const parts = split(text, 1024);
  assert.ok(parts.length > 1);
  for (const part of parts) assert.ok(byteLength(part) <= 1024);
  const whole = joinAll(parts);
  assert.equal(whole[whole.length - 1], text);
  assert.ok(whole.slice(0, -1).every((one) => one === null));
});

test("no part ends inside a character", () => {
  for (let maxBytes = 280; maxBytes < 330; maxBytes++) {
    for (const part of split("🍮".repeat(300), maxBytes)) {
      const { data } = JSON.parse(part) as { data: string };
      assert.equal(encodeURIComponent(data).includes("%F0"), true);
    }
  }
});

test("two messages may interleave; parts out of order, missing or lying are dropped", () => {
  const chunk = (id: string, index: number, count: number, data: string): Message => ({
    type: "chunk",
    id,
    index,
    count,
    data,
  });
  const joiner = new ChunkJoiner();
  assert.equal(joiner.add(chunk("a", 0, 2, "A")), null);
  assert.equal(joiner.add(chunk("b", 0, 2, "x")), null);
  assert.equal(joiner.add(chunk("a", 1, 2, "B")), "AB");
  assert.equal(joiner.add(chunk("b", 1, 2, "y")), "xy");

  assert.equal(joiner.add(chunk("c", 1, 2, "late")), null);
  assert.equal(joiner.add(chunk("d", 0, 3, "1")), null);
  assert.equal(joiner.add(chunk("d", 2, 3, "3")), null);
  assert.equal(joiner.add(chunk("d", 1, 3, "2")), null);
  assert.equal(joiner.add(chunk("e", 0, 2, "1")), null);
  assert.equal(joiner.add(chunk("e", 1, 9, "2")), null);
  assert.equal(joiner.add({ type: "chunk", id: "f" }), null);
});

test("a peer that never finishes cannot fill the memory", () => {
  const joiner = new ChunkJoiner();
  const data = "x".repeat(MAX_MESSAGE_BYTES / 2 + 1);
  assert.equal(joiner.add({ type: "chunk", id: "a", index: 0, count: 3, data }), null);
  assert.equal(joiner.add({ type: "chunk", id: "a", index: 1, count: 3, data }), null);
  assert.equal(joiner.add({ type: "chunk", id: "a", index: 2, count: 3, data: "" }), null);
  for (let i = 0; i < 5; i++)
    joiner.add({ type: "chunk", id: `n${i}`, index: 0, count: 2, data: "0" });
  assert.equal(joiner.add({ type: "chunk", id: "n0", index: 1, count: 2, data: "1" }), null);
  assert.equal(joiner.add({ type: "chunk", id: "n4", index: 1, count: 2, data: "1" }), "01");
});

test("nothing from the wire makes the parser throw", () => {
  const hostile: unknown[] = [
    undefined,
    new ArrayBuffer(4),
    "",
    "nonsense",
    "null",
    "[]",
    "7",
    "{}",
    '{"type":7}',
    '{"type":"joined"}',
    '{"type":"joined","peerId":7}',
    '{"type":"offer"}',
    '{"type":"answer","sdp":null}',
    '{"type":"ice-candidate"}',
    '{"type":"ice-candidate","candidate":[]}',
    '{"type":"relay"}',
    '{"type":"relay","payload":"text"}',
    '{"type":"relay","payload":{"type":null}}',
  ];
  for (const text of hostile) assert.equal(parseServerMessage(text).type, "unknown", String(text));
});

test("a joined with nonsense inside keeps what can be used", () => {
  const message = parseServerMessage(
    JSON.stringify({
      type: "joined",
      peerId: "p",
      peers: [null, 7, { peerId: 1 }, { peerId: "hub", role: "hub", name: 3 }],
      iceServers: [null, { urls: 5 }, { urls: "stun:x" }],
      server: "no",
      signalingServers: ["http://x", "ws://ok", { url: "wss://also" }, 7],
    }),
  );
  assert.ok(message.type === "joined");
  assert.deepEqual(message.joined.peers, [{ peerId: "hub", role: "hub" }]);
  assert.deepEqual(message.joined.iceServers, [{ urls: "stun:x" }]);
  assert.deepEqual(message.joined.signalingServers, ["ws://ok", "wss://also"]);
  assert.equal(message.joined.resumed, false);
});

test("presence comes singly and in batches", () => {
  const hub = { peerId: "h", role: "hub" };
  const read = (frame: unknown) => parseServerMessage(JSON.stringify(frame));
  assert.deepEqual(read({ type: "peer-joined", peer: hub }), {
    type: "presence",
    joined: [hub],
    left: [],
  });
  assert.deepEqual(read({ type: "peer-left", peer: hub }), {
    type: "presence",
    joined: [],
    left: ["h"],
  });
  assert.deepEqual(read({ type: "peers", joined: [hub], left: [{ peerId: "x" }, "y", 3] }), {
    type: "presence",
    joined: [hub],
    left: ["x", "y"],
  });
});

test("print-status and printers are read with care", () => {
  const status = { type: "print-status", jobId: "j", state: "sent", detail: "no-feedback" };
  assert.deepEqual(toPrintStatus(status), { jobId: "j", state: "sent", detail: "no-feedback" });
  assert.equal(toPrintStatus({ ...status, state: "toString" }), null);
  assert.equal(toPrintStatus({ ...status, type: "print" }), null);
  assert.deepEqual(toPrinters({ type: "printers", printers: "none" }), []);
  assert.deepEqual(
    toPrinters({
      type: "printers",
      printers: [null, {}, { name: "bar", waiting: "2" }, { name: "k", label: "Küche" }],
    }),
    [
      { name: "bar", kind: "", state: "", waiting: 0 },
      { name: "k", label: "Küche", kind: "", state: "", waiting: 0 },
    ],
  );
});

test("the round trip is that of the pair in use", () => {
  const pair = (id: string, seconds: number, more: object = {}) => ({
    type: "candidate-pair",
    id,
    currentRoundTripTime: seconds,
    ...more,
  });
  const transport = { type: "transport", selectedCandidatePairId: "b" };
  assert.equal(roundTripOf([pair("a", 1), transport, pair("b", 0.25)]), 250);
  assert.equal(roundTripOf([pair("a", 1), pair("b", 0.5, { selected: true })]), 500);
  assert.equal(roundTripOf([pair("a", 1)]), null);
  assert.equal(roundTripOf([null, 7, transport]), null);
});
