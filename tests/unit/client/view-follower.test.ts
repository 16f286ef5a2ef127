// SPDX-License-Identifier: Apache-2.0
// A view as the hub shows it: whole, then what changed, and whole again when what may be seen changes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ViewFollower } from "../../../data/web/client/log/view-follower";
import type { Message } from "../../../data/web/client/messages";
import { FakeClock } from "./fake-clock";

const recordOf = (id: string) => ({
  items: { header: [id, 1, 0, "A".repeat(22), 1] },
  registers: {},
});

function setUp() {
  const clock = new FakeClock();
  const sent: Message[] = [];
  const follower = new ViewFollower({ of: "guest", send: (one) => sent.push(one) > 0, clock });
  const changes: string[][] = [];
  follower.on("changed", ({ entities }) => changes.push(entities));
  const say = (id: string, names: string[], more: Record<string, unknown>) =>
    follower.receive({ type: "snapshot", id, entities: names.map((name) => [name, recordOf(id)]), ...more });
  return { clock, sent, follower, changes, say };
}

test("the whole view comes in parts, each answered, and counts with the last", () => {
  const { sent, follower, changes, say } = setUp();
  follower.start();
  assert.deepEqual(sent.splice(0), [{ type: "view", of: "guest", cursor: null }]);
  say("1", ["item/tea", "order/1"], { reset: true, more: true });
  assert.equal(follower.record("order/1"), null);
  say("1", ["order/2"], { cursor: "h:1" });
  assert.deepEqual(changes, [["item/tea", "order/1", "order/2"]]);
  assert.deepEqual(follower.records("order").map(([name]) => name), ["order/1", "order/2"]);
  assert.deepEqual(sent.map(({ type, ref }) => [type, ref]), [["ack", "1"], ["ack", "1"]]);
  // A part that comes again is answered and adds nothing.
  say("1", ["order/2"], { cursor: "h:1", reset: true });
  assert.equal(changes.length, 1);
  assert.equal(sent.length, 3);
});

test("what was sent under rights that are gone, or before what is here, changes nothing", () => {
  const { follower, changes, say } = setUp();
  follower.start();
  say("1", ["order/1"], { reset: true, cursor: "h.seated:4" });
  say("2", ["item/tea"], { reset: true, cursor: "h.waiting:6" });
  say("3", ["order/1"], { cursor: "h.seated:5" });
  say("4", ["order/1"], { reset: true, cursor: "h.seated:4" });
  assert.equal(follower.record("order/1"), null);
  assert.equal(changes.length, 2);
  assert.equal(follower.cursor, "h.waiting:6");
  // Another start of the hub counts anew.
  say("5", ["order/1"], { reset: true, cursor: "i.seated:1" });
  assert.deepEqual(follower.record("order/1"), recordOf("5"));
});

test("what changed replaces its record; a reset takes away what is not seen any more", () => {
  const { follower, changes, say } = setUp();
  follower.start();
  say("1", ["order/1", "order/2"], { reset: true, cursor: "h:1" });
  say("2", ["order/2"], { cursor: "h:2" });
  assert.deepEqual(follower.record("order/2"), recordOf("2"));
  assert.deepEqual(follower.record("order/1"), recordOf("1"));
  say("3", ["item/tea"], { cursor: "h:3", reset: true });
  assert.equal(follower.record("order/1"), null);
  assert.deepEqual(changes.at(-1)?.sort(), ["item/tea", "order/1", "order/2"]);
});

test("a last part that comes alone is not the whole", () => {
  const { sent, follower, say } = setUp();
  follower.start();
  sent.length = 0;
  say("1", ["order/2"], { part: 1, reset: true, cursor: "h:1" });
  assert.equal(follower.record("order/2"), null);
  assert.equal(sent.length, 0);
  say("2", ["order/1"], { part: 0, reset: true, more: true });
  say("2", ["order/2"], { part: 1, reset: true, cursor: "h:1" });
  assert.equal(follower.records("order").length, 2);
  assert.deepEqual(sent.map(({ part }) => part), [0, 1]);
});

test("it goes on where it was, and asks again where nobody answers", () => {
  const { clock, sent, follower, say } = setUp();
  follower.start();
  say("1", ["order/1"], { reset: true, cursor: "h:1" });
  assert.ok(follower.isCurrent);
  follower.stop();
  assert.ok(!follower.isCurrent);
  sent.length = 0;
  follower.start();
  clock.advance(15000);
  assert.deepEqual(sent, [
    { type: "view", of: "guest", cursor: "h:1" },
    { type: "view", of: "guest", cursor: "h:1" },
  ]);
  say("2", [], { cursor: "h:1" });
  clock.advance(60000);
  assert.equal(sent.length, 3);
  assert.deepEqual(follower.record("order/1"), recordOf("1"));
  follower.clear();
  assert.equal(follower.record("order/1"), null);
  assert.equal(follower.cursor, null);
});
