// SPDX-License-Identifier: Apache-2.0
// What a command writes, what it takes from the menu, and that it does nothing twice; on a real replica
// in memory.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CommandRunner } from "../../../data/web/client/command-runner";
import { commandId } from "../../../data/web/client/commands";
import { publicKeyOf, randomBytes } from "../../../data/web/client/crypto";
import { MemoryStore } from "../../../data/web/client/log/memory-store";
import { Property } from "../../../data/web/client/log/property";
import { nobleSigning } from "../../../data/web/client/log/signing";
import type { Message } from "../../../data/web/client/messages";
import { OrderNews } from "../../../data/web/client/order-news";
import { FakeClock } from "./fake-clock";
import { Author, cutOff, quiet, trusted } from "./property-fixture";

/** As if memory were a disk, unless said otherwise. */
async function setUp(
  role: "manager" | "staff" | "pos" | "kitchen" = "manager",
  store: MemoryStore = Object.assign(new MemoryStore(), { durable: true }),
) {
  const seed = randomBytes(32);
  const clock = new FakeClock();
  const property = await Property.open({
    ...{ store, tenantId: "t", deviceId: "d1", role, clock },
    signing: nobleSigning(seed),
    hubKey: publicKeyOf(seed),
  });
  const runner = new CommandRunner(property);
  const told: Message[] = [];
  const run = (message: Message) =>
    runner.run(message, { deviceId: "d1", role }, (one) => told.push(one));
  const serve = async (message: Message, source = { deviceId: "d2", role: "staff" }) => {
    const answers: Message[] = [];
    await runner.serve(message, source, (one) => answers.push(one));
    assert.equal(answers.length, 1);
    return answers[0] as Message;
  };
  const set = (kind: string, entity: string, values: Record<string, unknown>) =>
    property.write({ kind, entity, body: { version: property.nextVersion(entity), set: values } });
  return { property, store, clock, runner, told, run, serve, set };
}

const lines = [{ name: "Soup", price: 750, quantity: 2 }];

test("an order opens and gets its lines; the same command again changes nothing", async () => {
  const { property, serve } = await setUp("pos");
  const command = { type: "order", id: "c1", order: { lines, note: "window", guests: 2 } };
  const ack = await serve(command);
  const orderId = commandId("d2", "c1");
  assert.match(orderId, /^[A-Za-z0-9_-]{22}$/);
  const order = property.order(orderId);
  assert.deepEqual(ack, {
    type: "ack",
    ref: "c1",
    level: "device",
    order: { orderId, number: order?.number },
  });
  assert.equal(order?.total, 1500);
  assert.equal(order?.note, "window");
  assert.equal(order?.lines[0]?.lineId, `${orderId}-0`);
  const before = property.have();
  assert.deepEqual(await serve(command), ack);
  assert.deepEqual(property.have(), before);
  // Another device's command of the same id is another command.
  await serve(command, { deviceId: "d3", role: "staff" });
  assert.equal(property.records("order").length, 2);
});

test("more lines of the same order are added, those that are there are not", async () => {
  const { property, serve } = await setUp();
  await serve({ type: "order", id: "1", order: { orderId: "o", lines: [{ ...lines[0], lineId: "a" }] } });
  const more = [{ ...lines[0], lineId: "a" }, { ...lines[0], lineId: "b" }];
  await serve({ type: "order", id: "2", order: { orderId: "o", lines: more } });
  assert.deepEqual(property.order("o")?.lines.map(({ lineId }) => lineId), ["a", "b"]);
  const many = Array.from({ length: 250 }, (_, i) => ({ ...lines[0], lineId: `m${i}` }));
  await serve({ type: "order", id: "3", order: { orderId: "o", lines: many } });
  assert.equal(property.order("o")?.lines.length, 252);
});

test("two lines of one command that are called alike are refused, and nothing is written", async () => {
  const { property, serve } = await setUp("pos");
  const twice = [{ ...lines[0], lineId: "4711" }, { ...lines[0], lineId: "4711", note: "no salt" }];
  const command = (id: string, lines: unknown) => ({ type: "order", id, order: { orderId: "o", lines } });
  assert.equal((await serve(command("1", twice)))["code"], "bad-message");
  assert.deepEqual(property.have(), {});
  await serve(command("2", twice.slice(0, 1)));
  // Also where the order has that line by now: which of the two it is, nobody knows.
  assert.equal((await serve(command("3", twice)))["code"], "bad-message");
  assert.equal(property.order("o")?.lines.length, 1);
});

test("what a line does not say is on the menu", async () => {
  const { property, serve, set } = await setUp();
  await set("tax.set", "tax/v", { name: "VAT", rateBp: 1900, included: true });
  await set("item.set", "item/tea", {
    ...{ name: "Tea", price: 300, currency: "CHF", taxId: "v", stationId: "bar" },
    allergens: ["milk"],
  });
  await serve({
    type: "order",
    id: "1",
    order: { orderId: "o", lines: [{ itemId: "tea" }, { itemId: "tea", price: 250, note: "hot" }] },
  });
  const order = property.order("o");
  assert.equal(order?.currency, "CHF");
  const [first, second] = order?.lines ?? [];
  assert.deepEqual(
    [first?.name, first?.price, first?.stationId, first?.rateBp, first?.allergens],
    ["Tea", 300, "bar", 1900, ["milk"]],
  );
  assert.deepEqual([second?.price, second?.note], [250, "hot"]);

  await set("item.availability", "item/tea", { available: false });
  for (const itemId of ["tea", "coffee"]) {
    const order = { orderId: "p", lines: [{ itemId }] };
    const no = await serve({ type: "order", id: itemId, order });
    assert.equal(no["code"], "not-available", itemId);
  }
  assert.equal(property.order("p"), null);
});

test("an order is in the house's currency, where the items bear none too", async () => {
  const { property, serve, set } = await setUp();
  const currencyOf = async (id: string, line: Record<string, unknown>) => {
    await serve({ type: "order", id, order: { orderId: id, lines: [line] } });
    return property.order(id)?.currency;
  };
  assert.equal(await currencyOf("a", { name: "Soup", price: 1 }), "XXX");
  await set("item.set", "item/old", { name: "Old", price: 1, currency: "USD" });
  await set("item.set", "item/new", { name: "New", price: 1, currency: "EUR" });
  assert.equal(await currencyOf("b", { name: "Soup", price: 1 }), "EUR");
  await set("property.set", "property/house", { currency: "CHF" });
  await set("item.set", "item/tea", { name: "Tea", price: 300 });
  assert.equal(await currencyOf("c", { name: "Soup", price: 1 }), "CHF");
  assert.equal(await currencyOf("d", { itemId: "tea" }), "CHF");
});

test("what somebody counts is counted down by orders, also by two at once; there is never less than none", async () => {
  const { property, serve, run, set } = await setUp();
  await set("item.set", "item/tea", { name: "Tea", price: 300 });
  await set("item.availability", "item/tea", { remaining: 5 });
  const left = () => property.record("item/tea")?.registers["remaining"]?.[0];
  const order = (id: string, ...quantities: number[]) => ({
    ...{ type: "order", id },
    order: { orderId: id, lines: quantities.map((quantity) => ({ itemId: "tea", quantity })) },
  });
  await Promise.all([serve(order("a", 1)), run(order("b", 1))]);
  assert.equal(left(), 3);
  assert.equal((await serve(order("c", 2, 2)))["code"], "not-available");
  assert.equal(left(), 3);
  await serve(order("d", 2, 1));
  await serve(order("d", 2, 1));
  assert.equal(left(), 0);
});

test("a command said again is done, though its item is out and its order closed by now", async () => {
  const { property, serve, set } = await setUp();
  await set("item.set", "item/tea", { name: "Tea", price: 300 });
  const command = { type: "order", id: "1", order: { orderId: "o", lines: [{ itemId: "tea" }] } };
  const ack = await serve(command);
  await set("item.availability", "item/tea", { remaining: 0 });
  assert.deepEqual(await serve(command), ack);
  const other = { ...command, id: "2" };
  assert.equal((await serve(other))["code"], "not-available");
  await set("order.set", "order/o", { closed: true });
  assert.deepEqual(await serve(command), ack);
  for (const role of ["staff", "pos"]) {
    const no = await serve(
      { type: "order", id: "3", order: { orderId: "o", lines } },
      { deviceId: "d2", role },
    );
    assert.equal(no["code"], "order-closed", role);
  }
  assert.equal(property.order("o")?.lines.length, 1);
});

test("also days later, when what it made was put away", async () => {
  const { property, clock, run, serve, told, set } = await setUp("pos");
  const order = { type: "order", id: "1", order: { lines } };
  const service = { type: "service", id: "s", request: { what: "call" } };
  const ack = await serve(order);
  await serve(service);
  const name = `order/${commandId("d2", "1")}`;
  await set("order.set", name, { closed: true });
  clock.advance(60 * 3600 * 1000);
  await quiet();
  const before = property.have();
  assert.deepEqual([property.record(name), property.records("request")], [null, []]);
  assert.deepEqual(await serve(order), ack);
  await serve(service);
  assert.deepEqual(property.have(), before);
  clock.advance(60 * 3600 * 1000);
  await quiet();
  assert.equal(property.record(name), null);
  await run({ type: "order", id: "2", order: { orderId: commandId("d2", "1"), lines } });
  assert.equal(told.at(-1)?.["code"], "order-closed");
});

test("what is no order is refused, and so is one by a role that takes none", async () => {
  const { serve } = await setUp();
  for (const order of [undefined, {}, { lines: "x" }, { lines: [1] }, { lines: [{ ...lines[0], price: -1 }] }])
    assert.equal((await serve({ type: "order", id: "1", order }))["code"], "bad-message");
  const kitchen = await setUp("kitchen");
  assert.equal((await kitchen.serve({ type: "order", id: "1", order: { lines } }))["code"], "forbidden");
});

test("what another device orders is bound to its own role, whatever ours may do", async () => {
  const { property, serve } = await setUp("manager");
  for (const role of ["kitchen", "printer", "guest", "nobody"]) {
    const no = await serve({ type: "order", id: "1", order: { lines } }, { deviceId: "d2", role });
    assert.equal(no["code"], "forbidden", role);
  }
  assert.deepEqual(property.have(), {});
});

test("commands about one order run one after the other, and done is what is stored", async () => {
  const { property, store, run, serve, told } = await setUp();
  const command = { type: "order", id: "1", order: { orderId: "o", lines } };
  const [first, second] = await Promise.all([serve(command), serve(command), run(command)]);
  assert.deepEqual(first, second);
  // One header, and lines once for each device that asked for them.
  assert.equal(property.order("o")?.lines.length, 2);
  assert.deepEqual(Object.values(property.have()), [3]);

  const more = { type: "order", id: "2", order: { orderId: "o", lines } };
  store.disk.refusal = "full";
  const answers = await Promise.all([serve(more), serve(more)]);
  assert.deepEqual(answers.map(({ type, code }) => code ?? type), ["not-stored", "ack"]);
  assert.equal(property.order("o")?.lines.length, 3);
  assert.deepEqual(told, []);
});

test("our own command is acknowledged as it gets safer, each level once", async () => {
  const { property, told, run } = await setUp();
  await run({ type: "order", id: "1", order: { orderId: "o", lines } });
  assert.deepEqual(told, []);
  property.markSafe(property.have(), "device");
  property.markSafe(property.have(), "device");
  property.markSafe(property.have(), "hub");
  assert.deepEqual(told.map(({ ref, level }) => [ref, level]), [["1", "device"], ["1", "hub"]]);
  // Asked again, it is as safe as it is.
  await run({ type: "order", id: "1", order: { orderId: "o", lines } });
  assert.deepEqual(told.at(-1)?.["level"], "hub");
});

test("what is in memory alone is acknowledged to others when somebody else has it, each time it is asked once", async () => {
  const { property, runner } = await setUp("staff", new MemoryStore());
  const answers: unknown[] = [];
  const serve = (id: string, by: string, deviceId = "d2") => {
    const message = { type: "order", id, order: { orderId: id, lines } };
    return runner.serve(message, { deviceId, role: "staff" }, ({ ref, level, code }) =>
      answers.push([by, ref, level ?? code]),
    );
  };
  await serve("1", "before it moved");
  await serve("1", "again");
  await serve("1", "another", "d3");
  assert.deepEqual(answers.splice(0), []);
  property.markSafe(property.have(), "device");
  property.markSafe(property.have(), "hub");
  assert.deepEqual(answers.splice(0), [["again", "1", "device"], ["another", "1", "device"]]);
  await serve("1", "once more");
  assert.deepEqual(answers.splice(0), [["once more", "1", "hub"]]);
  await serve("2", "refused");
  const [[logId, seq] = ["", 0]] = Object.entries(property.have());
  property.markRefused(logId, seq, "too-many-logs");
  property.markRefused(logId, seq - 1, "too-many-logs");
  assert.deepEqual(answers, [["refused", "2", "not-stored"]]);
});

test("closed before it was written, a command is nobody's refusal; what it lacks itself is told all the same", async () => {
  const { property, runner, told, run } = await setUp();
  const answers: Message[] = [];
  const serve = (message: Message) =>
    runner.serve(message, { deviceId: "d2", role: "staff" }, (one) => answers.push(one));
  runner.close();
  await property.close();
  const command = { type: "order", id: "1", order: { lines } };
  assert.deepEqual([await run(command), await serve(command)], [false, undefined]);
  assert.deepEqual([told, answers], [[], []]);
  const bad = { type: "order", id: "2", order: {} };
  assert.deepEqual([await run(bad), await serve(bad)], [true, undefined]);
  assert.deepEqual([told, answers].map(([one]) => one?.["code"]), ["bad-message", "bad-message"]);
});

test("what the hub does not take is not stored, and whoever waits for it hears so once", async () => {
  const { property, told, run, serve } = await setUp();
  const order = (id: string) => ({ type: "order", id, order: { orderId: id, lines } });
  await run(order("safe"));
  property.markSafe(property.have(), "hub");
  await run(order("lost"));
  const [[logId, seq] = ["", 0]] = Object.entries(property.have());
  property.markRefused("another_______________", 1, "too-many-logs");
  property.markRefused(logId, seq - 1, "too-many-logs");
  property.markRefused(logId, seq, "too-many-logs");
  assert.deepEqual(told.map(({ ref, level, code }) => [ref, level ?? code]), [["safe", "hub"], ["lost", "not-stored"]]);
  await run(order("later"));
  assert.deepEqual([told.length, told.at(-1)?.["code"]], [3, "not-stored"]);
  assert.equal((await serve(order("theirs")))["code"], "not-stored");
  await run(order("safe"));
  assert.equal(told.at(-1)?.["level"], "hub");
});

test("what came too late for a role is not acknowledged; said again, it is carried out in the new one", async () => {
  const till = await setUp("pos");
  const command = { type: "order", id: "1", order: { lines } };
  await till.run(command);
  till.property.markSafe(till.property.have(), "device");
  const hub = new Author("hub", "hub");
  await till.property.take([hub.say(cutOff("d1", 1, [], "pos"), { tenantId: "t" })], trusted);
  till.property.markSafe(till.property.have(), "hub");
  const heard = (told: Message[]) => told.map(({ level, code }) => level ?? code);
  assert.deepEqual(heard(till.told), ["device", "forbidden"]);
  assert.deepEqual(till.property.records("order"), []);
  // As long as it writes in that role it is told the same.
  await till.run(command);
  till.property.markSafe(till.property.have(), "hub");
  assert.deepEqual(heard(till.told).slice(2), ["forbidden"]);
  await till.property.close();

  const { property, run, told } = await setUp("staff", new MemoryStore({ disk: till.store.disk }));
  await run(command);
  property.markSafe(property.have(), "hub");
  assert.deepEqual(heard(told), ["hub"]);
  assert.equal(property.order(commandId("d1", "1"))?.lines.length, 1);
});

test("what was acknowledged before the cut-off came is said to be set aside when it comes", async () => {
  const { property, run, told } = await setUp("pos");
  await run({ type: "order", id: "1", order: { lines } });
  property.markSafe(property.have(), "hub");
  await property.take([new Author("hub", "hub").say(cutOff("d1", 1, [], "pos"), { tenantId: "t" })], trusted);
  assert.deepEqual(told.map(({ level, code }) => level ?? code), ["hub", "forbidden"]);
});

test("lines on an order that another opened are as safe as the lines are", async () => {
  const { property, run, told } = await setUp();
  const header = { number: "A-1", currency: "EUR", source: "guest" };
  const hub = new Author("hub", "hub");
  await property.take([hub.say({ kind: "order.open", entity: "order/o", body: header }, { tenantId: "t" })], trusted);
  await run({ type: "order", id: "1", order: { orderId: "o", lines } });
  const { [hub.logId]: theirs, ...own } = property.have();
  assert.equal(theirs, 1);
  property.markSafe(own, "hub");
  assert.deepEqual(told.map(({ ref, level }) => [ref, level]), [["1", "hub"]]);
});

test("notifications and calls for service are written once", async () => {
  const { property, serve } = await setUp();
  const notification = { to: { role: "kitchen" }, text: "No more soup" };
  for (let i = 0; i < 2; i++) {
    assert.equal((await serve({ type: "notification", id: "n", notification })).type, "ack");
    assert.equal((await serve({ type: "service", id: "s", request: { what: "call" } })).type, "ack");
  }
  assert.equal(property.records("message").length, 1);
  assert.equal(property.records("request").length, 1);
  const secret = { to: { personId: "p1" }, text: "psst" };
  await serve({ type: "notification", id: "q", notification: secret });
  assert.ok(Object.keys(property.have(true)).some((logId) => logId.startsWith("p.")));
});

test("what others ordered is news, what we did is not; every change is an event", async () => {
  const [ours, theirs] = [await setUp("staff"), await setUp("staff")];
  const news = new OrderNews(theirs.property);
  const states: string[] = [];
  const messages: Message[] = [];
  news.on("order", ({ state }) => states.push(state));
  news.on("message", (message) => messages.push(message));
  await theirs.serve({ type: "order", id: "own", order: { lines } });
  assert.equal(messages.length, 0);
  assert.ok(states.length > 0);
  news.close();
  await ours.property.close();
  await theirs.property.close();
});
