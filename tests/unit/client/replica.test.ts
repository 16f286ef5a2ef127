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
import type { DeviceIdentity } from "../../../data/web/client/identity";
import type { Message } from "../../../data/web/client/messages";
import { Replica } from "../../../data/web/client/replica";
import type { ReplicaContext } from "../../../data/web/client/replica-part";
import { FakeClock } from "./fake-clock";
import { quiet } from "./property-fixture";

const command = { type: "order", id: "1", order: { lines: [{ name: "Soup", price: 750 }] } };

/** A device that is paired, and whose hub is away. */
function setUp(store?: LogStore | (() => LogStore)) {
  const clock = new FakeClock();
  const seed = randomBytes(32);
  const identity = {
    ...{ tenantId: "t", deviceId: "d1", role: "staff", seed: toBase64url(seed) },
    membership: { data: "", sig: "" },
  };
  const away = { path: "none", hub: null, joined: null, state: "closed", send: () => false };
  const signaling = Object.assign(new Emitter<{ removed: undefined }>(), away);
  const replica = new Replica({
    options: store === undefined ? {} : { property: { store } },
    keys: { identity, hubKey: publicKeyOf(seed) },
    clock,
    signaling,
    transport: Object.assign(new Emitter(), away),
  } as unknown as ReplicaContext);
  const [forHub, told, properties] = [[] as Message[], [] as Message[], [] as (Property | null)[]];
  replica.on("forHub", (message) => forHub.push(message));
  replica.on("tell", (message) => told.push(message));
  replica.on("property", (property) => properties.push(property));
  const become = (role: string) => replica.update({ ...identity, role } as DeviceIdentity);
  return { replica, clock, signaling, forHub, told, properties, become };
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

const orderOf = (id: string) => ({ ...command, id });
const ordersIn = (replica: Replica) => replica.property?.records("order").length;
const answersIn = (told: Message[]) => told.map(({ ref, level, code }) => [ref, level ?? code]);

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

test("in another role it goes on with what it has, and says when that is safe", async () => {
  const given = new MemoryStore();
  for (const store of [undefined, given, () => new MemoryStore()]) {
    const { replica, told, become } = setUp(store);
    const isOpenAs = (role: string) => () => replica.property?.role === role;
    const markSafe = (level: "device" | "hub") => replica.property?.markSafe(replica.property.have(), level);
    replica.run(orderOf("1"));
    await until(() => ordersIn(replica) === 1);
    await quiet();
    become("pos");
    assert.equal(replica.property, null);
    assert.equal(replica.run(orderOf("2")), true);
    // Before it was open.
    become("manager");
    await until(isOpenAs("manager"));
    await quiet();
    assert.deepEqual([ordersIn(replica), told, replica.waiting], [2, [], 2]);
    markSafe("device");
    assert.equal(replica.waiting, 0);
    become("staff");
    await until(isOpenAs("staff"));
    assert.equal(ordersIn(replica), 2);
    markSafe("hub");
    const heard = answersIn(told).sort();
    assert.deepEqual(heard, [["1", "device"], ["1", "hub"], ["2", "device"], ["2", "hub"]]);
    replica.close();
    await quiet();
  }
  await assert.rejects(given.load(), { problem: "closed" });
});

test("without a replica for the new role, or removed, nobody waits for what was not safe", async () => {
  for (const end of ["printer", "removed", "closed"]) {
    const { replica, told, signaling, become } = setUp();
    replica.run(orderOf("safe"));
    await until(() => ordersIn(replica) === 1);
    replica.property?.markSafe(replica.property.have(), "device");
    replica.run(orderOf("alone"));
    await until(() => ordersIn(replica) === 2);
    await quiet();
    if (end === "printer") become(end);
    else if (end === "removed") signaling.emit("removed", undefined);
    else replica.close();
    await quiet();
    assert.deepEqual(answersIn(told), [
      ["safe", "device"],
      ["alone", end === "printer" ? "not-stored" : end],
    ]);
    assert.equal(replica.waiting, 0);
    replica.close();
  }
});

/** What it is asked to write waits until it is let go. */
class SlowStore extends MemoryStore {
  letGo: () => void = () => undefined;
  readonly #open = new Promise<void>((resolve) => (this.letGo = resolve));

  override async append(entry: Parameters<LogStore["append"]>[0]): ReturnType<LogStore["append"]> {
    await this.#open;
    return super.append(entry);
  }
}

/** Of two orders the first is being written, and the second waits for it, when the device becomes another. */
async function interrupt(end: (given: ReturnType<typeof setUp>) => void) {
  const store = new SlowStore();
  const given = setUp(store);
  await until(() => given.replica.property !== null);
  for (const id of ["1", "2"])
    given.replica.run({ ...command, id, order: { ...command.order, orderId: "o" } });
  await quiet();
  end(given);
  await quiet();
  store.letGo();
  await quiet();
  return given;
}
const linesIn = (replica: Replica) => replica.property?.order("o")?.lines.length;

test("a command under way when the role changes is carried out in the new one", async () => {
  const { replica, told, forHub } = await interrupt(({ become }) => become("pos"));
  await until(() => linesIn(replica) === 2);
  assert.deepEqual([replica.property?.role, linesIn(replica), replica.waiting], ["pos", 2, 2]);
  replica.property?.markSafe(replica.property.have(), "hub");
  assert.deepEqual([answersIn(told), forHub], [[["1", "hub"], ["2", "hub"]], []]);
  replica.close();
});

test("in a role without a replica what was under way is the hub's, unless it was written here", async () => {
  const { replica, told, forHub } = await interrupt(({ become }) => become("printer"));
  await until(() => forHub.length > 0);
  assert.deepEqual([forHub.map(({ id }) => id), answersIn(told)], [["2"], [["1", "not-stored"]]]);
  assert.equal(replica.waiting, 0);
  replica.close();
});

test("what was under way when the device was removed hears that, once", async () => {
  const { replica, told, forHub } = await interrupt(({ signaling }) => signaling.emit("removed", undefined));
  assert.deepEqual([answersIn(told), forHub], [[["1", "removed"], ["2", "removed"]], []]);
  assert.equal(replica.waiting, 0);
  replica.close();
});

test("where its database is lost, a vendor is asked for another store; what went with it is not stored", () =>
  silently(async () => {
    const stores: MemoryStore[] = [];
    const { replica, clock, told } = setUp(() => {
      const store = new MemoryStore();
      stores.push(store);
      return store;
    });
    replica.run(orderOf("1"));
    await until(() => ordersIn(replica) === 1);
    await quiet();
    stores[0]?.crash();
    replica.run(orderOf("2"));
    assert.deepEqual([replica.property, replica.waiting], [null, 2]);
    clock.advance(5000);
    await until(() => ordersIn(replica) === 1);
    await quiet();
    assert.equal(stores.length, 2);
    assert.deepEqual([ordersIn(replica), answersIn(told)], [1, [["1", "not-stored"]]]);
    assert.equal(replica.waiting, 1);
    replica.close();
  }));
