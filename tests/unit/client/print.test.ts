// SPDX-License-Identifier: Apache-2.0
// One job: which of them a connection holds on to, and what becomes of those when it ends.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Message } from "../../../data/web/client/messages";
import { Outbox } from "../../../data/web/client/outbox";
import { Print } from "../../../data/web/client/print";
import { RequestError } from "../../../data/web/client/requests";
import { FakeClock, settle } from "./fake-clock";

function setUp(jobId = "j1") {
  const sent: Message[] = [];
  const way = {
    epoch: 0,
    send: (message: Message) => {
      sent.push(message);
      return true;
    },
  };
  const outbox = new Outbox(way, new FakeClock());
  const alive = new Set<Print>();
  const print = new Print({ jobId, content: { text: "hi" } }, outbox, alive);
  const answer = (fields: Partial<Message>) => {
    const ref = sent.at(-1)?.id;
    assert.ok(ref !== undefined);
    outbox.receive({ type: "print-status", jobId, ref, ...fields });
  };
  return { outbox, alive, print, answer };
}

test("a job that has ended is let go of, and held on to while its paper is asked for again", () => {
  const endings = [
    { state: "done" },
    { state: "failed" },
    { state: "uncertain" },
    { state: "sent", detail: "no-feedback" },
    { type: "error", code: "unknown-printer" },
    { type: "error", code: "removed" },
  ];
  for (const ending of endings) {
    const { alive, print, answer } = setUp();
    assert.equal(alive.size, 0);
    print.start();
    answer({ state: "printing" });
    assert.deepEqual([...alive], [print]);
    answer(ending);
    assert.equal(alive.size, 0);
    if (ending.code === "removed") continue;
    print.reprint();
    assert.deepEqual([...alive], [print]);
    // Somebody asked before us.
    answer({ type: "error", code: "wrong-state" });
    assert.deepEqual([...alive], [print]);
    answer({ state: "done" });
    assert.equal(alive.size, 0);
  }
});

test("whom somebody waits for is held on to, and hears of the end", async () => {
  const { outbox, alive, print } = setUp();
  let phase = "";
  void print.settled().then((view) => (phase = view.phase));
  assert.deepEqual([...alive], [print]);
  for (const one of alive) one.close();
  await settle();
  assert.deepEqual([phase, alive.size], ["waiting", 0]);
  outbox.end(new RequestError("closed", ""));
  const other = setUp();
  other.outbox.end(new RequestError("closed", ""));
  assert.throws(() => other.print.start(), { code: "closed" });
  assert.equal(other.alive.size, 0);
});
