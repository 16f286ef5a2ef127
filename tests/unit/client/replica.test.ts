// SPDX-License-Identifier: Apache-2.0
// What becomes of a connection's replica, and of what is commanded, where its storage fails it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { toBase64url } from "../../../data/web/client/base64url";
import { publicKeyOf, randomBytes } from "../../../data/web/client/crypto";
import { Emitter } from "../../../data/web/client/emitter";
import { StoreError, type LogStore } from "../../../data/web/client/log/log-store";
import { MemoryStore } from "../../../data/web/client/log/memory-store";
import type { Property } from "../../../data/web/client/log/property";
import type { Message } from "../../../data/web/client/messages";
import { Replica } from "../../../data/web/client/replica";
import type { ReplicaContext } from "../../../data/web/client/replica-part";
import { FakeClock } from "./fake-clock";
import { quiet } from "./property-fixture";

const command = { type: "order", id: "1", order: { lines: [{ name: "Soup", price: 750 }] } };

/** A device that is paired, and whose hub is away. */
function setUp(store?: LogStore) {
  const clock = new FakeClock();
  const seed = randomBytes(32);
  const identity = {
    ...{ tenantId: "t", deviceId: "d1", role: "staff", seed: toBase64url(seed) },
    membership: { data: "", sig: "" },
  };
  const away = { path: "none", hub: null, joined: null, state: "closed", send: () => false };
  const replica = new Replica({
    options: store === undefined ? {} : { property: { store } },
    keys: { identity, hubKey: publicKeyOf(seed) },
    clock,
    signaling: Object.assign(new Emitter(), away),
    transport: Object.assign(new Emitter(), away),
  } as unknown as ReplicaContext);
  const [forHub, told, properties] = [[] as Message[], [] as Message[], [] as (Property | null)[]];
  replica.on("forHub", (message) => forHub.push(message));
  replica.on("tell", (message) => told.push(message));
  replica.on("property", (property) => properties.push(property));
  return { replica, clock, forHub, told, properties };
}

/** What the client says of it on the console is not the test's. */
async function silently(task: () => Promise<void>): Promise<void> {
  const { error } = console;
  console.error = () => undefined;
  try {
    await task();
  } finally {
    console.error = error;
  }
}

/** Keys are made in threads of their own, which take their time. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
}

class BrokenStore extends MemoryStore {
  override open(): Promise<void> {
    return Promise.reject(new Error("broken"));
  }
}

test("where the browser gives no storage the replica is in memory", () =>
  silently(async () => {
    const blocked = { open: () => { throw new Error("private mode"); } };
    Object.assign(globalThis, { indexedDB: blocked });
    try {
      const { replica, forHub, told } = setUp();
      assert.equal(replica.run(command), true);
      await until(() => replica.property?.records("order").length === 1);
      assert.equal(replica.property?.level, "none");
      assert.equal(replica.property?.records("order").length, 1);
      assert.deepEqual([forHub, told], [[], []]);
      replica.close();
    } finally {
      Reflect.deleteProperty(globalThis, "indexedDB");
    }
  }));

test("where the given store does not open, commands are the hub's", () =>
  silently(async () => {
    const { replica, forHub, told } = setUp(new BrokenStore());
    assert.equal(replica.run(command), true);
    await until(() => forHub.length > 0);
    assert.deepEqual([forHub, told], [[command], []]);
    assert.equal(replica.run(command), false);
    replica.close();
  }));

test("a database that is closed under the page is opened again, not sooner than after 5 s", () =>
  silently(async () => {
    const store = new MemoryStore();
    let lose: Parameters<LogStore["onGone"]>[0] = () => undefined;
    store.onGone = (listener) => (lose = listener);
    // As a new store over the same database.
    store.close = () => Promise.resolve();
    const { replica, clock, properties } = setUp(store);
    await until(() => replica.property !== null);
    assert.ok(replica.property);
    for (const goneMs of [1000, 0]) {
      clock.advance(goneMs);
      lose(new StoreError("gone"));
      assert.equal(replica.property, null);
      assert.equal(replica.run({ ...command, id: `after ${goneMs}` }), true);
      clock.advance(4999 - goneMs);
      await quiet();
      assert.equal(replica.property, null);
      clock.advance(1);
      await until(() => replica.property !== null);
      assert.ok(replica.property);
    }
    await until(() => replica.property?.records("order").length === 2);
    assert.equal(replica.property?.records("order").length, 2);
    assert.deepEqual(properties.map((one) => one !== null), [true, false, true, false, true]);
    replica.close();
    lose(new StoreError("gone"));
    clock.advance(60000);
    await quiet();
    assert.equal(properties.length, 5);
  }));
