// SPDX-License-Identifier: Apache-2.0
// Pairing as the page goes through it, with the hub, the disk and the clock in the test's hands.

import assert from "node:assert/strict";
import { test } from "node:test";

import { PairingError, type DeviceIdentity } from "../../../data/web/client";
import type { PendingSeed } from "../../../data/web/pages/link/identity-store";
import { parseFragment, type Fragment } from "../../../data/web/pages/pair/fragment";
import {
  PairFlow,
  type PairView,
  type PairWorld,
} from "../../../data/web/pages/pair/pair-flow";
import { makeIdentity } from "./fake-identity";

const LINK = `${"A".repeat(22)}.${"B".repeat(21)}A.${"C".repeat(21)}A.bellhop-ab12.local`;
const TICKET = "T".repeat(22);
const KEY = "K".repeat(42) + "A";

const cancel = () => Promise.resolve();

function makeWorld(more: Partial<PairWorld> = {}) {
  const disk: { identity: DeviceIdentity | null; pending: PendingSeed | null } = {
    identity: null,
    pending: null,
  };
  const log: string[] = [];
  let seeds = 0;
  const world: PairWorld = {
    getKeeping: () => Promise.resolve("durable"),
    loadIdentity: () => Promise.resolve(disk.identity),
    saveIdentity: (identity) => {
      disk.identity = identity;
      disk.pending = null;
      log.push(`save ${identity.deviceId}`);
      return Promise.resolve();
    },
    loadPendingSeed: () => Promise.resolve(disk.pending),
    savePendingSeed: (pending) => {
      disk.pending = pending;
      log.push(`pending ${pending.seed}`);
      return Promise.resolve();
    },
    dropPendingSeed: () => {
      disk.pending = null;
      return Promise.resolve();
    },
    loadMoved: () => Promise.resolve(null),
    loadArrival: () => Promise.resolve(null),
    newSeed: () => ({ seed: `seed${(seeds += 1)}`, publicKey: "public" }),
    pair: (_link, seed) => {
      log.push(`pair ${seed}`);
      return Promise.resolve(makeIdentity("phone"));
    },
    ask: (seed, name) => {
      log.push(`ask ${seed} ${name}`);
      return Promise.resolve({ code: "482193", wait: () => Promise.resolve(makeIdentity("asked")), cancel });
    },
    askHello: () => Promise.resolve(null),
    fetchLuggage: () => Promise.resolve({ problem: "gone" }),
    settle: ({ identity }, ticket) => {
      log.push(`settle ${identity.deviceId} ${ticket}`);
      return Promise.resolve();
    },
    leave: (path) => void log.push(`leave ${path}`),
    nowMs: () => 1000,
    ...more,
  };
  const steps: string[] = [];
  const flow = new PairFlow(world, (view: PairView) =>
    steps.push(view.step === "problem" ? `problem ${view.problem}` : view.step),
  );
  return { disk, flow, log, steps };
}

const link = () => parseFragment(`#${LINK}`);
const handOff: Fragment = { kind: "hand-off", ticket: TICKET, key: KEY, to: "/pos" };
const fails = (code: string) => () => Promise.reject(new PairingError(code));

test("a fragment is a link, a move, nothing, or not whole", () => {
  assert.equal(parseFragment("").kind, "none");
  assert.equal(parseFragment("#").kind, "none");
  assert.equal(link().kind, "link");
  assert.equal(parseFragment(`#${LINK.slice(1)}`).kind, "mistyped");
  assert.equal(parseFragment("#hello").kind, "mistyped");
  const move = (rest: string) => parseFragment(`#handoff.${rest}`);
  assert.deepEqual(move(`${TICKET}.${KEY}.%2Fpos%3Fa%3D1.5`), { ...handOff, to: "/pos?a=1.5" });
  for (const path of ["", ".", ".%2F%2Felsewhere", ".https%3A%2F%2Felsewhere", ".%E0%A4%A"])
    assert.deepEqual(move(`${TICKET}.${KEY}${path}`), { ...handOff, to: "/" }, path);
  for (const bad of ["", TICKET, `${TICKET}.`, `.${KEY}`, `${TICKET}.a b`])
    assert.equal(move(bad).kind, "mistyped", bad);
});

test("a link: the key is on the disk before the hub hears of it, and the identity before the page says so", async () => {
  const { disk, flow, log, steps } = makeWorld();
  await flow.start(link());
  assert.deepEqual(log, ["pending seed1", "pair seed1", "save phone"]);
  assert.deepEqual(steps, ["pairing", "done"]);
  assert.equal(disk.identity?.deviceId, "phone");
});

test("a lost answer is asked for again with the same key, also after the page was loaded anew", async () => {
  let lost = true;
  const asked: string[] = [];
  const { disk, flow, steps } = makeWorld({
    pair: (_link, seed) => {
      asked.push(seed);
      return lost ? fails("unreachable")() : Promise.resolve(makeIdentity("phone"));
    },
  });
  await flow.start(link());
  assert.equal(steps.at(-1), "problem no-hub");
  await flow.again();
  assert.equal(steps.at(-1), "problem no-hub");

  lost = false;
  const later = makeWorld({
    loadPendingSeed: () => Promise.resolve(disk.pending),
    pair: (_link, seed) => {
      asked.push(seed);
      return Promise.resolve(makeIdentity("phone"));
    },
  });
  await later.flow.start({ kind: "none" });
  assert.equal(later.steps.at(-1), "done");
  assert.deepEqual(asked, ["seed1", "seed1", "seed1"]);
});

test("an old key of another link is not used", async () => {
  const { disk, flow, log } = makeWorld();
  disk.pending = { seed: "old", publicKey: "p", link: "other", madeAtMs: 0 };
  await flow.start(link());
  assert.ok(log.includes("pair seed1"));
});

test("a link that was begun too long ago is not gone on with", async () => {
  const { disk, flow, steps } = makeWorld({ nowMs: () => 11 * 60 * 1000 });
  disk.pending = { seed: "old", publicKey: "p", link: LINK, madeAtMs: 0 };
  await flow.start({ kind: "none" });
  assert.equal(steps.at(-1), "form");
});

test("each refusal has its own words, and a spent link is forgotten", async () => {
  const cases = [
    ["link-used", "link-used", true],
    ["link-expired", "link-expired", true],
    ["link-unknown", "link-unknown", true],
    ["bad-proof", "wrong-hub", true],
    ["wrong-hub", "wrong-hub", true],
    ["rate-limited", "busy", false],
    ["unreachable", "no-hub", false],
    ["bad-request", "other", false],
  ] as const;
  for (const [code, problem, forgotten] of cases) {
    const { disk, flow, steps } = makeWorld({ pair: fails(code) });
    await flow.start(link());
    assert.equal(steps.at(-1), `problem ${problem}`);
    assert.equal(disk.pending === null, forgotten, code);
  }
});

test("a paired device is asked before it becomes another", async () => {
  const { disk, flow, log, steps } = makeWorld();
  disk.identity = makeIdentity("till");
  await flow.start(link());
  assert.deepEqual(steps, ["replace"]);
  assert.deepEqual(log, []);
  await flow.stay();
  assert.equal(steps.at(-1), "known");
  assert.equal(disk.identity.deviceId, "till");

  const other = makeWorld();
  other.disk.identity = makeIdentity("till");
  await other.flow.start(link());
  await other.flow.replace();
  assert.equal(other.disk.identity?.deviceId, "phone");
});

test("where nothing is kept, no link is used up", async () => {
  let keeping: "page" | "tab" = "page";
  const { flow, log, steps } = makeWorld({ getKeeping: () => Promise.resolve(keeping) });
  await flow.start(link());
  assert.deepEqual(steps, ["problem keeps-nothing"]);
  assert.deepEqual(log, []);
  keeping = "tab";
  await flow.again();
  assert.equal(steps.at(-1), "done");
});

test("a full disk after pairing: only the storing is tried again", async () => {
  let full = true;
  const { flow, log, steps } = makeWorld({
    saveIdentity: () => (full ? Promise.reject(new Error("QuotaExceededError")) : Promise.resolve()),
  });
  await flow.start(link());
  assert.equal(steps.at(-1), "problem keeps-nothing");
  full = false;
  await flow.again();
  assert.equal(steps.at(-1), "done");
  assert.equal(log.filter((line) => line.startsWith("pair ")).length, 1);
});

test("without a link: a name, the code, and in", async () => {
  const { disk, flow, log, steps } = makeWorld();
  await flow.start({ kind: "none" });
  await flow.ask("Bar till");
  assert.deepEqual(steps, ["form", "asking", "code", "done"]);
  assert.deepEqual(log, ["pending seed1", "ask seed1 Bar till", "save asked"]);
  assert.equal(disk.identity?.deviceId, "asked");
});

test("refused and expired are said; cancelled is not", async () => {
  for (const code of ["refused", "expired"]) {
    const { flow, steps } = makeWorld({
      ask: () => Promise.resolve({ code: "000001", wait: fails(code), cancel }),
    });
    await flow.ask("x");
    assert.equal(steps.at(-1), `problem ${code}`);
  }
  let told = 0;
  const { flow, steps } = makeWorld({
    ask: () =>
      Promise.resolve({
        code: "000001",
        cancel: () => {
          told += 1;
          return Promise.resolve();
        },
        wait: (signal) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener("abort", () => reject(new PairingError("cancelled"))),
          ),
      }),
  });
  const asked = flow.ask("x");
  while (steps.at(-1) !== "code") await Promise.resolve();
  await flow.cancel();
  await asked;
  assert.equal(steps.at(-1), "form");
  assert.equal(told, 1, "the hub keeps no place for it");
});

test("an open hub has nobody to pair", async () => {
  const { flow, steps } = makeWorld({
    askHello: () =>
      Promise.resolve({
        tenantId: "t",
        name: "",
        open: true,
        hostName: "",
        origins: [],
        authority: null,
        hubKey: "",
      }),
  });
  await flow.start({ kind: "none" });
  assert.deepEqual(steps, ["open"]);
});

test("come from another address: stored, then on to the page", async () => {
  const luggage = { identity: makeIdentity("phone"), entries: {} };
  const { flow, log } = makeWorld({ fetchLuggage: () => Promise.resolve({ luggage }) });
  await flow.start(handOff);
  assert.deepEqual(log, [`settle phone ${TICKET}`, "leave /pos"]);
});

test("nobody becomes somebody else by opening a link of a move", async () => {
  const luggage = { identity: makeIdentity("planted"), entries: {} };
  const { disk, flow, log, steps } = makeWorld({ fetchLuggage: () => Promise.resolve({ luggage }) });
  disk.identity = makeIdentity("manager");
  await flow.start(handOff);
  assert.equal(steps.at(-1), "replace");
  assert.deepEqual(log, []);
});

test("a move that was taken before: loaded again it goes on, otherwise it says so", async () => {
  const done = makeWorld({ loadArrival: () => Promise.resolve(TICKET) });
  await done.flow.start(handOff);
  assert.deepEqual(done.log, ["leave /pos"]);
  for (const [problem, shown] of [
    ["gone", "move-gone"],
    ["broken", "move-broken"],
    ["no-hub", "no-hub"],
  ] as const) {
    const { flow, steps } = makeWorld({ fetchLuggage: () => Promise.resolve({ problem }) });
    await flow.start(handOff);
    assert.equal(steps.at(-1), `problem ${shown}`);
  }
});
