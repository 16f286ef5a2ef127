// SPDX-License-Identifier: Apache-2.0
// What the till sends to a printer: a drawer opens while somebody stands before it, or not at all; what
// is said of it is so; and each tab knows what became of it.

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import type { PrintView } from "@bellhop/client";

import { t } from "../../../data/web/pages/messages";
import { drawerWord } from "../../../data/web/pages/pos/drawer";
import { DrawerWatch } from "../../../data/web/pages/pos/drawer-watch";
import { describePrint } from "../../../data/web/pages/pos/print-text";
import { ReceiptDesk } from "../../../data/web/pages/pos/receipt-desk";
import { ReceiptShelf } from "../../../data/web/pages/pos/receipt-shelf";

const soon = () => new Promise((resolve) => setImmediate(resolve));

/** Timers that the test lets run. */
function holdTimers(context: TestContext) {
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
  context.after(() => {
    globalThis.setTimeout = realSet;
    globalThis.clearTimeout = realClear;
  });
  const tasks = new Map<number, () => void>();
  let count = 0;
  globalThis.setTimeout = ((task: () => void) => {
    count += 1;
    tasks.set(count, task);
    return count;
  }) as never;
  globalThis.clearTimeout = ((id: number) => void tasks.delete(id)) as never;
  return async () => {
    for (const [id, task] of [...tasks]) {
      tasks.delete(id);
      task();
    }
    await soon();
  };
}

/** A way to a hub that has printers, and says to a cancel what the test wants. */
function makeHub() {
  const printed: string[] = [];
  /** With what was heard of them before. */
  const known: string[] = [];
  const cancelled: string[] = [];
  const closed: string[] = [];
  const listeners = new Map<string, (view: PrintView) => void>();
  const pathListeners = new Set<() => void>();
  const hub = { path: "hub-relay", status: 200, phase: "queued" };
  const connection = {
    get path() {
      return hub.path;
    },
    on: (_name: string, listener: () => void) => {
      pathListeners.add(listener);
      return () => pathListeners.delete(listener);
    },
    print: (job: { jobId: string }, lastState?: string) => {
      const { jobId } = job;
      printed.push(jobId);
      if (lastState !== undefined) known.push(`${jobId} ${lastState}`);
      const print = {
        job,
        view: { jobId, phase: hub.phase } as PrintView,
        on: (_name: string, listener: (view: PrintView) => void) => {
          listeners.set(jobId, (view) => {
            print.view = view;
            listener(view);
          });
          return () => undefined;
        },
        close: () => {
          listeners.delete(jobId);
          closed.push(jobId);
        },
      };
      return print;
    },
    api: (_method: string, path: string, body: { jobId: string }) => {
      assert.equal(path, "/api/v1/jobs/cancel");
      cancelled.push(body.jobId);
      return Promise.resolve({ status: hub.status, body: {} });
    },
  };
  const shelves: ReceiptShelf[] = [];
  return {
    ...{ hub, printed, known, cancelled, closed },
    openShelf: () => {
      const shelf = new ReceiptShelf(() => undefined);
      shelf.connect(connection as never);
      shelves.push(shelf);
      return shelf;
    },
    /** What the hub says of a job. */
    say: (jobId: string, phase: PrintView["phase"]) => listeners.get(jobId)?.({ jobId, phase }),
    setPath: async (path: string) => {
      hub.path = path;
      for (const listener of [...pathListeners]) listener();
      await soon();
    },
    close: () => {
      for (const shelf of shelves) shelf.close();
    },
  };
}

const pulse = (shelf: ReceiptShelf, jobId: string) =>
  shelf.add(
    { kind: "drawer", number: "", orderId: "", total: 0, currency: "EUR", madeAtMs: Date.now() },
    { content: { escpos: "G3AAGfo=" } } as never,
    jobId,
  );

const stands = (shelf: ReceiptShelf, jobId: string) => {
  const view = shelf.viewOf(jobId);
  assert.ok(view);
  return [view.phase, drawerWord(view, true)];
};

test("what is said of a drawer, before and after the patience is over", () => {
  assert.deepEqual(
    (["waiting", "queued", "printing", "sent", "done", "uncertain", "failed"] as const).map((phase) => [
      drawerWord({ phase }, false),
      drawerWord({ phase }, true),
    ]),
    [
      ...[[null, "late"], [null, "late"], [null, null], ["opened", "opened"], ["opened", "opened"]],
      ...[["doubt", "doubt"], ["not", "not"]],
    ],
  );
  const code = "given-up";
  assert.deepEqual(
    (["waiting", "queued", "printing", "uncertain", "refused"] as const).map((phase) =>
      drawerWord({ phase, code }, true),
    ),
    ["unsure", "unsure", null, "unheard", "not"],
  );
});

test("a drawer that was not opened in time is given up, and never opens after a reload", async () => {
  const { hub, printed, cancelled, openShelf, close } = makeHub();
  const shelf = openShelf();
  pulse(shelf, "d-1");
  await shelf.giveUp("d-1");
  assert.deepEqual([cancelled, shelf.viewOf("d-1")?.code], [["d-1"], "given-up"]);
  // The hub has begun: it is not said to be over.
  hub.status = 409;
  pulse(shelf, "d-2");
  await shelf.giveUp("d-2");
  assert.deepEqual(stands(shelf, "d-2"), ["queued", "late"]);
  // The hub does not know of it: it is not told any more.
  hub.phase = "waiting";
  pulse(shelf, "d-3");
  await shelf.giveUp("d-3");
  assert.deepEqual(stands(shelf, "d-3"), ["refused", "not"]);
  printed.length = 0;
  const again = openShelf();
  await soon();
  assert.deepEqual([printed, cancelled.slice(3)], [[], ["d-2"]]);
  assert.deepEqual(stands(again, "d-2"), ["uncertain", "unheard"], "what came of it nobody heard");
  close();
});

test("a drawer is called given up only once the hub has called it off", async (context) => {
  const runTimers = holdTimers(context);
  const { hub, cancelled, closed, say, setPath, openShelf, close } = makeHub();
  const shelf = openShelf();
  // It waits at the hub when the way breaks.
  pulse(shelf, "w-1");
  await setPath("none");
  await shelf.giveUp("w-1");
  assert.deepEqual(stands(shelf, "w-1"), ["queued", "unsure"]);
  const view = shelf.viewOf("w-1");
  assert.ok(view);
  assert.equal(describePrint(view).title, t("till.drawer.unsure"));
  assert.deepEqual([cancelled, closed], [[], []]);
  await runTimers();
  assert.deepEqual(cancelled, [], "there is no way");
  say("w-1", "queued");
  assert.deepEqual(stands(shelf, "w-1"), ["queued", "unsure"], "told anew, it is still not wanted");
  // The way is back, but the hub cannot write.
  hub.status = 503;
  await setPath("hub-relay");
  assert.deepEqual([cancelled, ...stands(shelf, "w-1")], [["w-1"], "queued", "unsure"]);
  hub.status = 200;
  await runTimers();
  assert.deepEqual([cancelled, ...stands(shelf, "w-1")], [["w-1", "w-1"], "refused", "not"]);
  await setPath("local-p2p");
  await runTimers();
  assert.equal(cancelled.length, 2, "it is over");

  // The hub never said that it has it: it is not sent when the way is back.
  hub.phase = "waiting";
  pulse(shelf, "w-2");
  await setPath("none");
  await shelf.giveUp("w-2");
  assert.deepEqual([closed.includes("w-2"), ...stands(shelf, "w-2")], [true, "waiting", "unsure"]);
  hub.status = 409;
  await setPath("hub-relay");
  assert.deepEqual(stands(shelf, "w-2"), ["uncertain", "unheard"], "its word may have been lost");
  close();
});

test("a drawer is called off after a reload, as soon as there is a way", async () => {
  const { printed, cancelled, setPath, openShelf, close } = makeHub();
  pulse(openShelf(), "r-1");
  await setPath("none");
  printed.length = 0;
  const again = openShelf();
  await soon();
  assert.deepEqual([cancelled, ...stands(again, "r-1")], [[], "queued", "unsure"]);
  await setPath("hub-relay");
  assert.deepEqual([printed, cancelled, ...stands(again, "r-1")], [[], ["r-1"], "refused", "not"]);
  close();
});

test("a drawer that opens while it is being given up is called opened", async () => {
  const { hub, say, openShelf, close } = makeHub();
  const shelf = openShelf();
  hub.status = 503;
  pulse(shelf, "o-1");
  const givenUp = shelf.giveUp("o-1");
  say("o-1", "sent");
  await givenUp;
  assert.deepEqual(stands(shelf, "o-1"), ["sent", "opened"]);
  say("o-1", "done");
  close();
});

test("two taps on the drawer: one pulse, and none is left behind for another", async (context) => {
  const runTimers = holdTimers(context);
  const views = new Map<string, Pick<PrintView, "phase" | "code">>();
  const told: string[] = [];
  const givenUp: string[] = [];
  let room = true;
  const watch = new DrawerWatch({
    send: () => {
      if (!room) return null;
      const jobId = `j-${views.size + 1}`;
      views.set(jobId, { phase: "queued" });
      return jobId;
    },
    viewOf: (jobId) => views.get(jobId),
    giveUp: (jobId) => givenUp.push(jobId),
    tell: (word, name) => told.push(`${word} ${name}`),
  });
  watch.open("Anna");
  watch.open("Anna");
  assert.deepEqual([[...views.keys()], told], [["j-1"], ["wait Anna"]]);
  watch.look();
  assert.deepEqual(givenUp, []);
  await runTimers();
  assert.deepEqual(givenUp, ["j-1"]);
  views.set("j-1", { phase: "queued", code: "given-up" });
  watch.look();
  watch.look();
  assert.deepEqual(told.splice(0), ["wait Anna", "unsure Anna"], "said once");

  // Another may be wanted meanwhile; the first is not forgotten.
  watch.open("Ben");
  views.set("j-2", { phase: "printing" });
  await runTimers();
  views.set("j-2", { phase: "sent" });
  watch.look();
  views.set("j-1", { phase: "refused", code: "given-up" });
  watch.look();
  watch.look();
  assert.deepEqual([told.splice(0), givenUp], [["opened Ben", "not Anna"], ["j-1"]]);

  room = false;
  watch.open("Anna");
  room = true;
  watch.open("Anna");
  views.delete("j-3");
  watch.look();
  watch.open("Anna");
  assert.deepEqual([told, views.has("j-3")], [[], true], "what had no room, or is gone, bars nothing");
  watch.close();
  await runTimers();
  assert.deepEqual(givenUp, ["j-1"]);
});

test("paper that was heard of is told again with that, however often the page is loaded before an answer", () => {
  const { hub, known, say, openShelf, close } = makeHub();
  const shelf = openShelf();
  hub.phase = "waiting";
  shelf.add(
    { kind: "receipt", number: "1", orderId: "o", total: 1, currency: "EUR", madeAtMs: Date.now() },
    { content: { text: "h-1" } },
    "h-1",
  );
  openShelf();
  assert.deepEqual(known, []);
  say("h-1", "printing");
  openShelf();
  openShelf();
  assert.deepEqual(known, ["h-1 printing", "h-1 printing"]);
  say("h-1", "done");
  close();
});

test("two tabs of a till: each knows what became of paper, and neither forgets it for the other", () => {
  const { hub, say, openShelf, close } = makeHub();
  const [here, there] = [openShelf(), openShelf()];
  hub.phase = "queued";
  const print = (shelf: ReceiptShelf, jobId: string) =>
    shelf.add(
      { kind: "receipt", number: jobId, orderId: jobId, total: 1, currency: "EUR", madeAtMs: Date.now() },
      { content: { text: jobId } },
      jobId,
    );
  print(there, "p-1");
  here.follow();
  assert.deepEqual([here.receiptOf("p-1")?.number, here.viewOf("p-1")?.phase], ["p-1", "queued"]);
  print(here, "p-2");
  say("p-1", "uncertain");
  here.follow();
  assert.equal(here.viewOf("p-1")?.phase, "uncertain");
  assert.equal(here.viewOf("p-2")?.phase, "queued");
  say("p-1", "done");
  // What it knew itself was older.
  say("p-2", "printing");
  there.follow();
  for (const shelf of [here, there, new ReceiptShelf(() => undefined)])
    assert.deepEqual([shelf.viewOf("p-1")?.phase, shelf.viewOf("p-2")?.phase], ["done", "printing"]);
  say("p-2", "done");
  close();
});

test("two tabs of a till: the one that wanted the receipt has it while it is there", async (context) => {
  const { now: realNow } = Date;
  context.after(() => {
    Date.now = realNow;
  });
  let nowMs = realNow();
  Date.now = () => nowMs;
  const runTimers = holdTimers(context);
  const asked: string[] = [];
  const taken: string[] = [];
  const issued: { receiptId: string; number: number }[] = [];
  const openTab = (name: string) => {
    const desk = new ReceiptDesk({
      property: {
        on: () => () => undefined,
        record: () => null,
        order: () => ({ receipts: issued }),
      } as never,
      onChange: () => undefined,
      onNumber: (_wanted, number) => taken.push(`${name} ${number}`) > 0,
      onRefused: () => undefined,
    });
    desk.connect({
      path: "hub-relay",
      on: () => () => undefined,
      request: () => {
        asked.push(name);
        return new Promise(() => undefined);
      },
    } as never);
    return desk;
  };
  const [here, there] = [openTab("here"), openTab("there")];
  const want = (desk: ReceiptDesk, orderId: string) =>
    desk.want({ orderId, printer: "", server: "", madeAtMs: nowMs, content: null });
  want(here, "a");
  there.follow();
  assert.deepEqual(asked, ["here"]);
  const [a] = here.wanted;
  assert.ok(a);
  issued.push({ receiptId: a.receiptId, number: 7 });
  // Both hear of it; the other one first.
  there.follow();
  assert.deepEqual(taken, []);
  here.follow();
  assert.deepEqual(taken, ["here 7"]);

  // Closed before it had its number: another has it after a while.
  want(here, "b");
  there.follow();
  here.close();
  await runTimers();
  assert.deepEqual(asked, ["here", "here"]);
  nowMs += 20000;
  await runTimers();
  assert.deepEqual(asked, ["here", "here", "there"]);
  const [b] = there.wanted;
  assert.ok(b);
  issued.push({ receiptId: b.receiptId, number: 8 });
  there.follow();
  assert.deepEqual([taken, there.wanted], [["here 7", "there 8"], []]);
  there.close();
});
