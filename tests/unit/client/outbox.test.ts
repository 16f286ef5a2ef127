// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Message } from "../../../data/web/client/messages";
import { Outbox, OutboxFullError, type Way } from "../../../data/web/client/outbox";
import { FakeClock } from "./fake-clock";

class FakeWay implements Way {
  epoch = 1;
  open = true;
  refuse: string | null = null;
  readonly sent: string[] = [];

  send(message: Message): boolean {
    if (!this.open || message.type === this.refuse) return false;
    this.sent.push(message.id ?? message.type);
    return true;
  }
}

function setUp(limits?: { messages: number; bytes: number }) {
  const way = new FakeWay();
  const clock = new FakeClock();
  const outbox = new Outbox(way, clock, limits);
  const add = (id: string, finals = "final") =>
    outbox.add(id, { type: "t", id }, { onAnswer: (answer) => answer.type === finals });
  return { way, clock, outbox, add };
}

test("waits for a way, then goes in order", () => {
  const { way, outbox, add } = setUp();
  way.open = false;
  add("1");
  add("2");
  assert.deepEqual(way.sent, []);
  way.open = true;
  outbox.flush();
  outbox.flush();
  assert.deepEqual(way.sent, ["1", "2"]);
});

test("is sent again on each new way until the final answer, and no more after it", () => {
  const { way, outbox, add, clock } = setUp();
  add("1");
  way.epoch += 1;
  outbox.flush();
  assert.deepEqual(way.sent, ["1", "1"]);

  assert.equal(outbox.receive({ type: "progress", ref: "1" }), true);
  way.epoch += 1;
  outbox.flush();
  assert.deepEqual(way.sent, ["1", "1", "1"]);

  outbox.receive({ type: "final", ref: "1" });
  way.epoch += 1;
  outbox.flush();
  clock.advance(120000);
  assert.deepEqual(way.sent, ["1", "1", "1"]);
  assert.equal(outbox.size, 0);
  assert.equal(clock.pending, 0);
  assert.equal(outbox.receive({ type: "final", ref: "1" }), false);
});

test("asks again after a silence, ever more rarely, and rarely once something was heard", () => {
  const { way, outbox, add, clock } = setUp();
  add("1");
  clock.advance(4999);
  assert.equal(way.sent.length, 1);
  clock.advance(1);
  assert.equal(way.sent.length, 2);
  clock.advance(9999);
  assert.equal(way.sent.length, 2);
  clock.advance(1);
  assert.equal(way.sent.length, 3);
  outbox.receive({ type: "progress", ref: "1" });
  clock.advance(59999);
  assert.equal(way.sent.length, 3);
  clock.advance(1);
  assert.equal(way.sent.length, 4);
});

test("is bounded in number and bytes, and says so at once", () => {
  const few = setUp({ messages: 2, bytes: 1000 });
  few.way.open = false;
  few.add("1");
  few.add("2");
  assert.throws(() => few.add("3"), OutboxFullError);
  few.outbox.remove("1");
  few.add("3");

  const small = setUp({ messages: 100, bytes: 64 });
  small.way.open = false;
  small.add("1");
  assert.throws(() => small.add("x".repeat(64)), OutboxFullError);
  small.outbox.remove("1");
  small.add("2");
});

test("what may be done only once is never sent twice", () => {
  for (const cause of ["way", "silence"]) {
    const { way, outbox, clock } = setUp();
    let lost = 0;
    const handlers = { onAnswer: () => false, onLost: () => (lost += 1) };
    outbox.add("1", { type: "reprint", id: "1" }, handlers);
    if (cause === "way") way.epoch += 1;
    else clock.advance(5000);
    outbox.flush();
    outbox.flush();
    assert.equal(lost, 1, cause);
    assert.deepEqual(way.sent, ["1"], cause);
    assert.equal(outbox.size, 0, cause);
  }
});

test("one that the way does not take holds up none of the others", () => {
  const { way, outbox, add } = setUp();
  way.refuse = "large";
  outbox.add("l", { type: "large", id: "l" }, { onAnswer: () => true });
  add("1");
  assert.deepEqual(way.sent, ["1"]);
  way.refuse = null;
  outbox.flush();
  assert.deepEqual(way.sent, ["1", "l"]);
});

test("without handlers it leaves once it was handed over", () => {
  const { way, outbox } = setUp();
  outbox.add("n", { type: "note" }, null);
  assert.equal(outbox.size, 0);
  way.epoch += 1;
  outbox.flush();
  assert.deepEqual(way.sent, ["note"]);
});

test("a way that changes while it is being used loses nothing", () => {
  const { way, outbox, add } = setUp();
  way.open = false;
  add("1");
  add("2");
  way.open = true;
  const send = way.send.bind(way);
  let once = true;
  way.send = (message) => {
    const taken = send(message);
    if (once && message.id === "2") {
      once = false;
      way.epoch += 1;
      outbox.flush();
    }
    return taken;
  };
  outbox.flush();
  // Both may have gone by the old way: they are told again on the new one.
  assert.deepEqual(way.sent, ["1", "2", "1", "2"]);
});
