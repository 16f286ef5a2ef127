// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import { IdbStore } from "../../../data/web/client/log/idb-store";
import {
  StoreError,
  type AppendEntry,
  type AsideChange,
  type LoggedOperation,
  type LogStore,
  type StoredRecord,
} from "../../../data/web/client/log/log-store";
import { MemoryStore } from "../../../data/web/client/log/memory-store";
import { recordText } from "../../../data/web/client/log/record";
import type { Property } from "../../../data/web/client/log/property";
import { openTabChannel, silentChannel } from "../../../data/web/client/log/tab-channel";
import { Chance } from "./chance";
import { FakeOrigin, forceClose } from "./idb-fixture";
import { addLine, Author, logId, openOrder, openProperty, quiet } from "./property-fixture";

const trusted = { trusted: true };

function textOf(property: Property | undefined, name: string): string {
  const record = property?.record(name);
  return record == null ? "" : recordText(record);
}

function problemOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "none",
    (error: unknown) => (error instanceof StoreError ? error.problem : String(error)),
  );
}

// ---- Both stores do the same ----------------------------------------------------------------------

const LOGS = ["one", "two", "three"].map(logId);
const ENTITIES = ["order/a", "order/b", "order/c", "device/d"];

/** What a replica might ask next, and much that it never would. */
class Script {
  readonly #chance: Chance;
  #atMs = 1000;

  constructor(seed: number) {
    this.#chance = new Chance(seed);
  }

  async step(store: LogStore, other: LogStore): Promise<void> {
    const call = this.#next();
    const results = await Promise.all([call(store), call(other)]);
    assert.deepEqual(results[0], results[1]);
    const [ours, theirs] = await Promise.all([store.load(), other.load()]);
    for (const contents of [ours, theirs]) {
      contents.logs.sort((a, b) => (a.logId < b.logId ? -1 : 1));
      contents.forks.sort((a, b) => (`${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1));
      contents.aside.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      contents.records.sort((a, b) => (a.name < b.name ? -1 : 1));
      contents.archived.sort();
      contents.members.sort((a, b) => (a.data < b.data ? -1 : 1));
    }
    assert.deepEqual(ours, theirs);
  }

  #next(): (store: LogStore) => Promise<unknown> {
    const chance = this.#chance;
    const id = () => ({ logId: chance.pick(LOGS), seq: 1 + chance.below(12) });
    const calls: (() => (store: LogStore) => Promise<unknown>)[] = [
      ...Array.from({ length: 8 }, () => () => this.#append()),
      () => {
        const ids = [id(), id(), id()];
        return (store) => store.find(ids);
      },
      () => {
        const { logId: log, seq } = id();
        const limits = [1 + chance.below(5), chance.below(60)] as const;
        return (store) => store.read(log, seq, ...limits);
      },
      () => {
        const position = chance.below(20);
        return (store) => store.readSince(position);
      },
      () => {
        const entity = chance.pick(ENTITIES);
        return async (store) =>
          [await store.readEntity(entity), await store.readRecord(entity)].map(sortedByPosition);
      },
      () => {
        const device = `device-${chance.below(2)}`;
        return async (store) => sortedByPosition(await store.readDevice(device));
      },
      () => {
        const [records, aside] = [this.#records(), this.#aside()];
        const [position, epoch] = [chance.below(30), chance.below(3)];
        return (store) => store.checkpoint({ records, aside, position, epoch });
      },
      () => {
        const [records, aside] = [this.#records(), this.#aside()];
        const [position, epoch] = [chance.below(30), chance.below(3)];
        const have = { [chance.pick(LOGS)]: chance.below(12) };
        const reset = chance.below(2) === 0;
        return (store) => store.replace({ records, aside, position, epoch, have, reset });
      },
      () => {
        const names = [chance.pick(ENTITIES), "order/none"];
        return (store) => store.archive(names);
      },
      () => {
        const before = 1000 + chance.below(60);
        return async (store) => (await store.forgetArchived(before)).sort();
      },
      () => {
        const before = 1000 + chance.below(60);
        const safe = { [chance.pick(LOGS)]: chance.below(12), [chance.pick(LOGS)]: 9 };
        const [epoch, max] = [chance.below(4), chance.below(6)];
        return async (store) => {
          const { logs, partial, isMore } = await store.compact(before, safe, epoch, max);
          return [logs.map((log) => JSON.stringify(log)).sort(), partial.sort(), isMore];
        };
      },
      () => {
        const [ids, entity] = [[id(), id()], chance.pick(ENTITIES)];
        return (store) => store.redact(ids, entity);
      },
      () => {
        const value = chance.below(3);
        return (store) =>
          store.update("v", (old) => (value === 0 ? undefined : [old ?? null, value].flat().slice(-3)));
      },
      () => {
        const document = { data: `member ${chance.below(4)}`, sig: "s" };
        return (store) => store.addMembers([document]);
      },
    ];
    return chance.pick(calls)();
  }

  #append(): (store: LogStore) => Promise<unknown> {
    const chance = this.#chance;
    const operations: LoggedOperation[] = [];
    const start = { logId: chance.pick(LOGS), seq: 1 + chance.below(8) };
    for (let i = 0; i <= chance.below(6); i++)
      operations.push({
        logId: start.logId,
        seq: start.seq + i - chance.below(2) * chance.below(2),
        deviceId: `device-${chance.below(2)}`,
        entity: chance.pick(ENTITIES),
        text: chance.below(12) === 0 ? "" : `text ${chance.below(3)}`,
        sig: "s",
      });
    this.#atMs += 1;
    const entry: AppendEntry = {
      operations,
      atMs: this.#atMs,
      aside: operations.map(() => (chance.below(4) === 0 ? "forbidden" : null)),
      ...(chance.below(3) === 0 ? { expect: { [chance.pick(LOGS)]: chance.below(4) } } : {}),
    };
    return (store) => store.append(entry);
  }

  #records(): StoredRecord[] {
    const chance = this.#chance;
    const names = [...new Set([chance.pick(ENTITIES), chance.pick(ENTITIES)])];
    return names.map((name) => ({
      name,
      record: { items: { x: [chance.below(9), 1, 0, LOGS[0]!, 1] }, registers: {} },
      touchedMs: 1000 + chance.below(60),
      partial: chance.below(4) === 0,
    }));
  }

  #aside(): AsideChange[] {
    const chance = this.#chance;
    return [
      {
        ...{ logId: chance.pick(LOGS), seq: 1 + chance.below(9), variant: 0, entity: "order/a" },
        reason: chance.below(2) === 0 ? null : "revoked",
      },
    ];
  }
}

function sortedByPosition(found: unknown): unknown {
  if (!Array.isArray(found)) return found;
  return [...(found as { position: number }[])].sort((a, b) => a.position - b.position);
}

test("the store in memory and the one in IndexedDB do the same", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const script = new Script(seed);
    const idb = new FakeOrigin().store();
    const memory = new MemoryStore();
    await Promise.all([idb.open(), memory.open()]);
    for (let step = 0; step < 60; step++)
      await script.step(idb, memory).catch((error: unknown) => {
        console.error(`seed ${seed}, step ${step}`);
        throw error;
      });
    await idb.close();
  }
});

// ---- Life in a browser ----------------------------------------------------------------------------

test("every transaction that writes is strict", async () => {
  const origin = new FakeOrigin();
  const seen = new Set<unknown>();
  const { prototype } = globalThis.IDBDatabase;
  const { transaction } = prototype;
  prototype.transaction = function (this: IDBDatabase, ...args) {
    if (args[1] === "readwrite") seen.add(args[2]?.durability);
    return transaction.apply(this, args);
  };
  try {
    const { property } = await openProperty(origin.store());
    await property.write(openOrder("a"));
    await property.takeSnapshot([], {}, false);
    await property.close();
  } finally {
    prototype.transaction = transaction;
  }
  assert.deepEqual([...seen], ["strict"]);
});

test("a page that is opened again goes on where it was", async () => {
  const origin = new FakeOrigin();
  const author = new Author("till");
  const first = await openProperty(origin.store());
  await first.property.write([openOrder("a"), addLine("a", "1")]);
  await first.property.take([author.say(addLine("a", "2"))], trusted);
  // Not closed: the tab is gone, and with it what was not committed.
  const before = textOf(first.property, "order/a");
  const second = await openProperty(origin.store(), "phone", { seed: 2 });
  assert.equal(textOf(second.property, "order/a"), before);
  const [next] = await second.property.write(addLine("a", "3"));
  assert.equal(next?.seq, 3);
  await second.property.close();
  const third = await openProperty(origin.store(), "phone", { seed: 3 });
  assert.equal(textOf(third.property, "order/a"), textOf(second.property, "order/a"));
});

test("two tabs write at once and hear of each other", async () => {
  const origin = new FakeOrigin();
  const author = new Author("till");
  const tabs = await Promise.all(
    [1, 2].map((seed) => openProperty(origin.store(), "phone", { seed })),
  );
  const sources: unknown[] = [];
  tabs[1]?.property.on("committed", ({ source }) => sources.push(source));
  const wires = Array.from({ length: 30 }, (_, i) => author.say(addLine("a", `t${i}`)));
  const writes = tabs.flatMap(({ property }, tab) => [
    ...Array.from({ length: 12 }, (_, i) => property.write(addLine("a", `${tab}-${i}`))),
    property.take(wires, { trusted: true, source: "link" }).then(() => []),
  ]);
  const written = (await Promise.all(writes)).flat();
  assert.equal(new Set(written.map(({ logId: log, seq }) => `${log}:${seq}`)).size, 24);
  tabs[0]?.property.markSafe({ [author.logId]: 7 });
  tabs[0]?.clock.advance(2000);
  await quiet();
  await quiet();
  assert.equal(textOf(tabs[0]?.property, "order/a"), textOf(tabs[1]?.property, "order/a"));
  assert.deepEqual(tabs[0]?.property.have(), tabs[1]?.property.have());
  assert.deepEqual(tabs[1]?.property.safe(), { [author.logId]: 7 });
  assert.ok(sources.includes("tab"));
  assert.deepEqual(tabs[0]?.property.forks(), []);
  const numbers = await Promise.all(tabs.map(({ property }) => property.nextNumber()));
  assert.equal(new Set(numbers).size, 2);
});

test("a tab that heard nothing still never takes a sequence number twice", async () => {
  const origin = new FakeOrigin();
  const { factory, clock } = origin;
  const deaf = () =>
    new IdbStore({ name: "bellhop-log", factory, clock, channel: silentChannel });
  const tabs = await Promise.all([1, 2].map((seed) => openProperty(deaf(), "phone", { seed })));
  for (const [index, { property }] of [...tabs, ...tabs].entries())
    await property.write(addLine("a", `x${index}`));
  const written = await tabs[0]?.property.write(addLine("a", "y"));
  assert.equal(written?.[0]?.seq, 5);
  for (const { property } of tabs) await property.close();
});

test("no room left: what was written is taken back, and the next may do better", async () => {
  const origin = new FakeOrigin();
  const { property } = await openProperty(origin.store());
  const { prototype } = globalThis.IDBObjectStore;
  const { add } = prototype;
  prototype.add = () => {
    throw new DOMException("no room", "QuotaExceededError");
  };
  try {
    assert.equal(await problemOf(property.write(openOrder("a"))), "full");
    assert.equal(
      await problemOf(property.take([new Author("till").say(openOrder("a"))], trusted)),
      "full",
    );
  } finally {
    prototype.add = add;
  }
  assert.equal(property.record("order/a"), null);
  assert.deepEqual(property.have(), {});
  const [operation] = await property.write(openOrder("a"));
  assert.equal(operation?.seq, 1);
});

test("a database that is deleted under us fails all that is begun, once and clearly", async () => {
  const origin = new FakeOrigin();
  const { property } = await openProperty(origin.store());
  await property.write(openOrder("a"));
  const failures: string[] = [];
  property.on("failed", ({ error }) => failures.push(error.problem));
  const deletion = origin.factory.deleteDatabase("bellhop-log");
  await new Promise((resolve) => (deletion.onsuccess = resolve));
  assert.deepEqual(failures, ["gone"]);
  assert.equal(await problemOf(property.write(openOrder("b"))), "gone");
  assert.equal(await problemOf(property.take([], trusted)), "gone");
  assert.equal(await problemOf(property.nextNumber()), "gone");
  await property.close();
  const again = await openProperty(origin.store());
  assert.deepEqual(again.property.have(), {});
});

test("a browser that takes the database away in the middle", async () => {
  const origin = new FakeOrigin();
  const databases: IDBDatabase[] = [];
  const { open } = origin.factory;
  origin.factory.open = function (...args) {
    const request = open.apply(origin.factory, args);
    request.addEventListener("success", () => databases.push(request.result));
    return request;
  };
  const { property } = await openProperty(origin.store());
  const begun = [property.write(openOrder("a")), property.write(openOrder("b"))].map(problemOf);
  for (const database of databases) forceClose(database);
  for (const problem of await Promise.all(begun)) assert.ok(["gone", "none"].includes(problem), problem);
  assert.equal(await problemOf(property.write(openOrder("c"))), "gone");
  await property.close();
});

test("a database that another tab holds up is not waited for without end", async () => {
  const origin = new FakeOrigin();
  const first = origin.store();
  await first.open();
  // A tab of an older page, which never listens.
  const stubborn = origin.factory.open("bellhop-log");
  const held = await new Promise<IDBDatabase>((resolve) => {
    stubborn.onsuccess = () => resolve(stubborn.result);
  });
  await first.close();
  origin.factory.deleteDatabase("bellhop-log");
  await quiet();
  const opening = problemOf(origin.store().open());
  await quiet();
  origin.clock.advance(10000);
  assert.equal(await opening, "blocked");
  held.close();
  await quiet();
  const { property } = await openProperty(origin.store());
  await property.close();
});

test("closing waits for what was begun, and refuses what comes later", async () => {
  const origin = new FakeOrigin();
  const { property } = await openProperty(origin.store());
  const writing = property.write(openOrder("a"));
  const closing = property.close();
  const [operation] = await writing;
  assert.equal(operation?.seq, 1);
  await closing;
  assert.equal(await problemOf(property.write(openOrder("b"))), "closed");
  const store = origin.store();
  assert.equal(await problemOf(store.load()), "closed");
  await store.close();
  assert.equal(await problemOf(store.open()), "closed");
});

test("tabs talk over the browser's own channel", async () => {
  const [one, two] = [openTabChannel("bellhop-test"), openTabChannel("bellhop-test")];
  const news = { position: 3, epoch: 0, values: ["safe"], members: false };
  const heard = new Promise((resolve) => two.listen(resolve));
  one.listen(() => assert.fail("heard itself"));
  one.post(news);
  assert.deepEqual(await heard, news);
  one.close();
  two.close();
});
