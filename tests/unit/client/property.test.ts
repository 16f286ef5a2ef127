// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import { StoreError } from "../../../data/web/client/log/log-store";
import { MemoryDisk, MemoryStore } from "../../../data/web/client/log/memory-store";
import { isLogOf } from "../../../data/web/client/log/operation";
import { DraftError, type TakeResult } from "../../../data/web/client/log/property";
import type { WireStub } from "../../../data/web/client/log/stub";
import { WaitingRoom } from "../../../data/web/client/log/waiting-room";
import {
  addLine,
  Author,
  cutOff,
  logId,
  logIdOf,
  membershipOf,
  openOrder,
  openProperty,
  passDays,
  quiet,
  setNote,
  textOf,
  textsOf,
  trusted,
} from "./property-fixture";


test("what is written is seen at once, and durable after the commit", async () => {
  const store = new MemoryStore({ manual: true });
  const opening = openProperty(store);
  await quiet();
  store.commit();
  await quiet();
  store.commit();
  const { property } = await opening;
  const changed: string[] = [];
  const levels: string[] = [];
  property.on("changed", ({ entities }) => changed.push(...entities));
  property.on("level", ({ seq, level }) => levels.push(`${seq} ${level}`));

  const writing = property.write([openOrder("a"), addLine("a", "1")]);
  assert.equal(property.order("a")?.total, 500);
  assert.equal(property.isPending("order/a"), true);
  assert.deepEqual(changed, ["order/a"]);
  assert.deepEqual(property.have(), {});
  await quiet();
  store.commit();
  const [first, second] = await writing;
  assert.deepEqual([first?.seq, second?.seq], [1, 2]);
  assert.equal(property.isPending("order/a"), false);
  assert.deepEqual(levels, ["2 stored"]);
  const log = first?.logId ?? "";
  assert.deepEqual(property.have(), { [log]: 2 });
  assert.deepEqual([property.levelOf(log, 2), property.levelOf(log, 3)], ["stored", "pending"]);

  property.markSafe({ [log]: 1 }, "device");
  property.markSafe({ [log]: 2 });
  assert.equal(property.levelOf(log, 2), "hub");
  assert.deepEqual(levels, ["2 stored", "1 device", "2 hub"]);
});

test("what the store refuses is taken back", async () => {
  const store = new MemoryStore();
  const { property } = await openProperty(store);
  await property.write(openOrder("a"));
  store.disk.refusal = "full";
  const writing = property.write(addLine("a", "1"));
  assert.equal(property.order("a")?.lines.length, 1);
  await assert.rejects(writing, (error) => error instanceof StoreError && error.problem === "full");
  assert.equal(property.order("a")?.lines.length, 0);
  assert.equal(property.isPending("order/a"), false);
  const [operation] = await property.write(addLine("a", "2"));
  assert.equal(operation?.seq, 2);
  assert.deepEqual(property.order("a")?.lines.map(({ lineId }) => lineId), ["2"]);
});

test("what is stored is written, also where the store cannot be read behind it", async () => {
  const store = new MemoryStore();
  const { property } = await openProperty(store);
  await property.write(openOrder("a"));
  // Another tab comes in between, so that memory has to follow before it knows its own.
  const { property: tab } = await openProperty(new MemoryStore({ disk: store.disk }), "phone", { seed: 9 });
  const read = store.readSince.bind(store);
  const append = store.append.bind(store);
  let failures = 0;
  store.append = async (entry) => {
    store.append = append;
    await tab.take([new Author("till").say(openOrder("b"))], trusted);
    const result = await append(entry);
    store.readSince = async (position) => {
      if (failures++ > 0) return read(position);
      throw new StoreError("failed");
    };
    return result;
  };
  const [operation] = await property.write(addLine("a", "1"));
  assert.equal(operation?.seq, 2);
  assert.ok(failures > 0);
  assert.equal(property.isPending("order/a"), false);
  assert.deepEqual(property.order("a")?.lines.map(({ lineId }) => lineId), ["1"]);
  await quiet();
  await property.write(addLine("a", "2"));
  assert.equal(property.order("a")?.lines.length, 2);
});

test("the next version is one that a body may say", async () => {
  const { property } = await openProperty(new MemoryStore());
  await property.write(setNote("a", 999999999, "x"));
  assert.equal(property.nextVersion("order/a"), 1000000000);
  await property.write(setNote("a", 1000000000, "y"));
  assert.equal(property.nextVersion("order/a"), 1000000000);
});

test("what waits counts as checked under its own signature only", () => {
  const room = new WaitingRoom();
  const operation = new Author("till").operation(openOrder("a"), { seq: 2 });
  room.add(operation);
  assert.equal(room.has({ ...operation }), true);
  assert.equal(room.has({ ...operation, sig: "A".repeat(86) }), false);
});

test("what nobody would apply is not written", async () => {
  const { property } = await openProperty(new MemoryStore());
  const reasonOf = (kind: string, entity: string, body: Record<string, unknown>) =>
    property.write({ kind, entity, body }).then(
      () => null,
      (error: unknown) => (error instanceof DraftError ? error.reason : error),
    );
  assert.equal(await reasonOf("moon.land", "order/a", {}), "unknown-kind");
  assert.equal(await reasonOf("order.open", "item/a", {}), "bad-entity");
  assert.equal(await reasonOf("device.set", "device/a", { version: 1, set: {} }), "forbidden");
  assert.equal(await reasonOf("order.open", "order/a", {}), "bad-body");
  const body = { number: "1\u0001", currency: "EUR", source: "staff" };
  assert.equal(await reasonOf("order.open", "order/a", body), "bad-operation");
  assert.deepEqual(property.records("order"), []);
});

test("in any order, many times, with gaps: the same state", async () => {
  const author = new Author("till");
  const wires = [openOrder("a"), ...Array.from({ length: 40 }, (_, i) => addLine("a", `l${i}`))].map(
    (said) => author.say(said),
  );
  const { property: straight } = await openProperty(new MemoryStore());
  await straight.take(wires, trusted);
  const { property } = await openProperty(new MemoryStore());
  const committed: number[] = [];
  property.on("committed", ({ operations }) => committed.push(...operations.map(({ seq }) => seq)));
  const backwards = [...wires].reverse();
  for (const wire of backwards.slice(0, 39)) {
    const { have } = await property.take([wire, wire], trusted);
    assert.deepEqual(have, { [author.logId]: 0 });
  }
  assert.deepEqual(committed, []);
  const { have, refused } = await property.take(backwards.slice(38), trusted);
  assert.deepEqual([have, refused], [{ [author.logId]: 41 }, []]);
  assert.deepEqual(committed, wires.map((_, index) => index + 1));
  assert.deepEqual((await property.take(wires, trusted)).have, { [author.logId]: 41 });
  assert.deepEqual(textsOf(property), textsOf(straight));
  assert.equal(committed.length, 41);
});

test("signatures are checked where the link is not trusted", async () => {
  const { property } = await openProperty(new MemoryStore());
  const author = new Author("till");
  const take = (wire: unknown, members = [] as ReturnType<typeof membershipOf>[]) =>
    property.take([wire], { trusted: false, members }).then(({ refused }) => refused[0]?.code ?? "ok");
  const first = author.say(openOrder("a"));
  assert.equal(await take(first), "unknown-device");
  assert.equal(await take(first, [membershipOf("till", "staff", { signer: "till" })]), "unknown-device");
  assert.equal(await take(first, [membershipOf("till", "kitchen")]), "unknown-device");
  assert.equal(await take(first, [membershipOf("till", "staff", { tenantId: "inn" })]), "unknown-device");
  assert.equal(await take({ ...first, sig: "A".repeat(86) }, [membershipOf("till")]), "forged");
  assert.equal(await take(first), "ok");
  assert.equal(property.membersOf("till").length, 2);
  assert.equal(await take(author.say(openOrder("b"), { role: "hub", deviceId: "hub" })), "forged");
  assert.equal(await take(author.say(openOrder("b"), { seq: 2, tenantId: "inn" })), "wrong-tenant");
  assert.equal(await take(author.say(openOrder("b"), { seq: 200002 })), "too-far");
  const secret = new Author("till", "staff", `p.${logIdOf("till", "secret")}`);
  assert.equal(await take(secret.say(openOrder("b"))), "private");
  const text = first.text.replace('{"logId"', '{ "logId"');
  assert.equal(await take({ text, sig: first.sig }), "bad-operation");
  for (const odd of [null, 7, {}, { text: "x" }, { redacted: [author.logId, 1], entity: "order/a" }])
    assert.equal(await take(odd), "ok");
  assert.deepEqual(property.have(), { [author.logId]: 1 });
});

test("nobody writes into another's log, also not who comes first, nor by a hub that is wrong", async () => {
  const { property } = await openProperty(new MemoryStore());
  const author = new Author("till");
  const thief = new Author("bar", "staff", author.logId);
  const members = [membershipOf("till"), membershipOf("bar")];
  for (const link of [{ trusted: false, members }, trusted])
    for (const seq of [1, 2, 3]) {
      const stolen = thief.say(addLine("a", `bad${seq}`), { seq });
      const { have, refused } = await property.take([stolen], link);
      assert.deepEqual(refused, [{ logId: author.logId, seq, code: "forged" }]);
      assert.deepEqual(have, { [author.logId]: property.seqOf(author.logId) });
      if (seq > 2) continue;
      const { refused: none } = await property.take([author.say(addLine("a", `good${author.seq}`))], link);
      assert.deepEqual(none, []);
    }
  const erased: WireStub = {
    redacted: [author.logId, 5],
    entity: "order/a",
    deviceId: "bar",
    role: "staff",
    record: { items: {}, registers: {} },
  };
  assert.equal((await property.take([erased], trusted)).refused[0]?.code, "forged");
  const mine = (await property.write(addLine("a", "mine")))[0]?.logId ?? "";
  const into = new Author("bar", "staff", mine);
  assert.equal((await property.take([into.say(addLine("a", "x"), { seq: 2 })], trusted)).refused.length, 1);
  assert.deepEqual(property.have(), { [author.logId]: 4, [mine]: 1 });
  assert.equal(property.authorOf(author.logId), "till");
  assert.deepEqual(property.forks(), []);
  await property.take([new Author("order").say(openOrder("a"))], trusted);
  assert.equal(property.order("a")?.lines.some(({ lineId }) => lineId.startsWith("bad")), false);
});

test("a storage that was another device's writes into logs of its own", async () => {
  const disk = new MemoryDisk();
  const first = await openProperty(new MemoryStore({ disk }), "phone");
  const [theirs] = await first.property.write(openOrder("a"));
  await first.property.close();
  const { property } = await openProperty(new MemoryStore({ disk }), "tablet");
  const [ours] = await property.write(addLine("a", "x"));
  assert.ok(isLogOf(ours?.logId ?? "", "tablet") && ours?.logId !== theirs?.logId);
  assert.deepEqual(property.ownLogs(), [ours?.logId]);
});

test("two of one identity are both kept and both applied, and counted", async () => {
  const { property } = await openProperty(new MemoryStore());
  const author = new Author("till");
  await property.take([author.say(openOrder("a"))], trusted);
  const conflicts: number[] = [];
  property.on("conflict", ({ count }) => conflicts.push(count));
  const forks = ["x", "y", "z", "w"].map((line) => author.say(addLine("a", line), { seq: 2 }));
  await property.take(forks.slice(0, 2), trusted);
  await property.take(forks, trusted);
  await property.take([...forks].reverse(), trusted);
  await property.take([author.say(addLine("a", "v"), { seq: 2 })], trusted);
  assert.deepEqual(conflicts, [2, 3, 4]);
  assert.deepEqual(property.forks(), [[author.logId, 2, 4]]);
  assert.equal(property.order("a")?.lines.length, 4);
  const read = await property.read(author.logId, 2, 64, 40000);
  assert.equal(read.length, 4);
  assert.equal((await property.readVariants(author.logId, 2)).length, 4);
});

test("what waits is bounded", async () => {
  const { property } = await openProperty(new MemoryStore());
  const author = new Author("till");
  const wires = Array.from({ length: 600 }, (_, i) => author.say(addLine("a", `l${i}`)));
  await property.take(wires.slice(1), trusted);
  const { have } = await property.take(wires.slice(0, 1), trusted);
  assert.deepEqual(have, { [author.logId]: 513 });
  for (let i = 0; i < 70; i++)
    await property.take([new Author(`d${i}`).say(openOrder("b"), { seq: 2 })], trusted);
  for (let i = 0; i < 70; i++)
    await property.take([new Author(`d${i}`).say(openOrder("b"), { seq: 1 })], trusted);
  const ends = Array.from({ length: 70 }, (_, i) => property.seqOf(new Author(`d${i}`).logId));
  assert.equal(ends.filter((seq) => seq === 2).length, 64);
});

test("a cut-off sets aside what came later, whenever it is heard of", async () => {
  const hub = new Author("hub", "hub");
  const thief = new Author("till");
  const theirs = [openOrder("a"), addLine("a", "good"), addLine("a", "bad"), setNote("a", 1, "bad")];
  const wires = theirs.map((said) => thief.say(said));
  const verdict = hub.say(cutOff("till", 1, [{ logId: thief.logId, seq: 2 }]));
  const texts = [];
  for (const order of [[...wires, verdict], [verdict, ...wires], [wires[0], verdict, ...wires.slice(1)]]) {
    const { property } = await openProperty(new MemoryStore());
    for (const wire of order) await property.take([wire], trusted);
    assert.deepEqual(
      property.aside().map(({ seq, reason }) => [seq, reason]),
      [
        [3, "revoked"],
        [4, "revoked"],
      ],
    );
    assert.equal(property.needsSnapshot, false);
    texts.push(textOf(property, "order/a"));
    assert.deepEqual(property.order("a")?.lines.map(({ lineId }) => lineId), ["good"]);
    await property.take([hub.say(cutOff("till", 2, [{ logId: thief.logId, seq: 3 }]), { seq: 2 })], trusted);
    assert.deepEqual(property.order("a")?.lines.map(({ lineId }) => lineId), ["good", "bad"]);
    assert.equal(property.aside().length, 1);
  }
  assert.equal(new Set(texts).size, 1);
});

test("a role that was lost cuts off what was written under it", async () => {
  const hub = new Author("hub", "hub");
  const till = new Author("till");
  const { property } = await openProperty(new MemoryStore());
  await property.take([till.say(openOrder("a")), till.say(addLine("a", "x"))], trusted);
  await property.take([hub.say(cutOff("till", 1, [{ logId: till.logId, seq: 1 }], "kitchen"))], trusted);
  assert.equal(property.order("a")?.lines.length, 1);
  await property.take([hub.say(cutOff("till", 2, [{ logId: till.logId, seq: 1 }], "staff"))], trusted);
  assert.equal(property.order("a")?.lines.length, 0);
});

test("unknown kinds are kept, passed on and never applied", async () => {
  const { property } = await openProperty(new MemoryStore());
  const asides: string[] = [];
  property.on("aside", ({ entries }) => asides.push(...entries.map(({ reason }) => reason)));
  const kitchen = new Author("oven", "kitchen");
  await property.take(
    [
      kitchen.say({ kind: "moon.land", entity: "order/a", body: {} }),
      kitchen.say(openOrder("a")),
      kitchen.say({ kind: "line.state", entity: "order/a", body: { lineIds: [], state: "ready" } }),
    ],
    trusted,
  );
  assert.deepEqual(asides, ["unknown-kind", "forbidden", "bad-body"]);
  assert.equal(property.record("order/a"), null);
  assert.equal((await property.read(kitchen.logId, 1, 64, 40000)).length, 3);
});

test("after a restart it goes on where it was", async () => {
  const { disk } = new MemoryStore();
  const author = new Author("till");
  const first = await openProperty(new MemoryStore({ disk }));
  await first.property.write([openOrder("a"), addLine("a", "1")]);
  await first.property.take([author.say(addLine("a", "2"))], trusted);
  first.property.markSafe({ [author.logId]: 1 });
  const before = textsOf(first.property);
  const have = first.property.have();
  await first.property.close();
  await first.property.close();
  await assert.rejects(first.property.write(openOrder("b")), StoreError);
  await assert.rejects(first.property.take([], trusted), StoreError);
  assert.equal(disk.state.checkpoint, disk.state.position);

  const { property } = await openProperty(new MemoryStore({ disk }), "phone", { seed: 2 });
  assert.deepEqual(textsOf(property), before);
  assert.deepEqual(property.have(), have);
  assert.deepEqual(property.safe(), { [author.logId]: 1 });
  const [next] = await property.write(addLine("a", "3"));
  assert.equal(next?.seq, 3);
  assert.equal(property.nextVersion("order/a"), 1);
});

test("a crash at any point loses nothing that was confirmed, and nothing is written twice", async () => {
  for (let crashAt = 0; crashAt < 40; crashAt++) {
    const disk = new MemoryDisk();
    const confirmed: string[] = [];
    const author = new Author("till");
    const wires = Array.from({ length: 6 }, (_, i) => author.say(addLine("a", `t${i}`)));
    const store = new MemoryStore({ disk, manual: true });
    const commits = { left: crashAt };
    const pump = async () => {
      for (let idle = 0; idle < 40; ) {
        await Promise.resolve();
        if (store.waiting === 0) {
          idle += 1;
          continue;
        }
        idle = 0;
        if (commits.left === 0) {
          store.crash();
          return;
        }
        commits.left -= 1;
        store.commit(1);
      }
    };
    const life = async () => {
      const { property, clock } = await openProperty(store);
      for (let i = 0; i < 6; i++) {
        await Promise.all([
          property.write(addLine("a", `o${i}`)).then(() => confirmed.push(`o${i}`)),
          property.take(wires.slice(i, i + 1), trusted).then(() => confirmed.push(`t${i}`)),
        ]);
        clock.advance(6000);
      }
      await property.close();
    };
    const living = life().catch((error: unknown) => assert.ok(error instanceof StoreError));
    await pump();
    if (commits.left > 0 && store.waiting === 0) store.crash();
    await living;

    const { property } = await openProperty(new MemoryStore({ disk: disk.copy() }), "phone", { seed: 9 });
    await property.write(openOrder("a"));
    const lines = new Set(property.order("a")?.lines.map(({ lineId }) => lineId));
    for (const one of confirmed) assert.ok(lines.has(one), `${one} after ${crashAt} commits`);
    for (const own of property.ownLogs()) {
      const seqs = (await property.read(own, 1, 100, 1e6)).map(({ seq }) => seq);
      assert.deepEqual(seqs, seqs.map((_, index) => index + 1));
    }
    assert.deepEqual(property.forks(), []);
  }
});

test("two tabs that write at once never take one sequence number twice", async () => {
  const disk = new MemoryDisk();
  const tabs = await Promise.all(
    [1, 2].map((seed) => openProperty(new MemoryStore({ disk }), "phone", { seed })),
  );
  const writes = tabs.flatMap(({ property }, tab) =>
    Array.from({ length: 25 }, (_, i) => property.write(addLine("a", `${tab}-${i}`))),
  );
  const written = (await Promise.all(writes)).flat();
  const names = written.map(({ logId: log, seq }) => `${log}:${seq}`);
  assert.equal(new Set(names).size, 50);
  assert.equal(new Set(written.map(({ logId: log }) => log)).size, 1);
  await quiet();
  const [one, two] = tabs.map(({ property }) => textsOf(property));
  assert.deepEqual(one, two);
  assert.deepEqual(tabs[0]?.property.have(), tabs[1]?.property.have());
  assert.deepEqual(
    (await Promise.all(tabs.map(({ property }) => property.nextNumber()))).map((text) => text.slice(-2)),
    ["-1", "-2"],
  );
});

test("a copied storage stops writing under the identity it shares", async () => {
  const disk = new MemoryDisk();
  const first = await openProperty(new MemoryStore({ disk }));
  await first.property.write(openOrder("a"));
  const copy = disk.copy();
  const [ours] = await first.property.write(addLine("a", "1"));
  assert.ok(ours);
  const second = await openProperty(new MemoryStore({ disk: copy }), "phone", { seed: 2 });
  await second.property.take([{ text: ours.text, sig: ours.sig }], trusted);
  const [theirs] = await second.property.write(addLine("a", "2"));
  assert.notEqual(theirs?.logId, ours.logId);
  assert.equal(theirs?.seq, 1);
  assert.deepEqual(second.property.ownLogs().sort(), [ours.logId, theirs?.logId].sort());
});

test("of one device a thousand logs are taken, of the hub's word any", async () => {
  const { property } = await openProperty(new MemoryStore());
  const begin = (from: number, count: number, isTrusted = false, author = "till") => {
    const role = author === "hub" ? "hub" : "staff";
    const logs = Array.from({ length: count }, (_, i) => new Author(author, role, logIdOf(author, `${from + i}`)));
    const wires = logs.map((log) => log.say(openOrder(`${author}${log.logId}`)));
    return property.take(wires, { trusted: isTrusted, members: [membershipOf("till"), membershipOf("bar")] });
  };
  const codesOf = ({ refused }: TakeResult) => refused.map(({ code }) => code);
  const held = () => Object.keys(property.have()).length;
  assert.deepEqual(codesOf(await begin(0, 900)), []);
  // They do not wait for each other.
  const both = await Promise.all([begin(1000, 70), begin(2000, 70)]);
  assert.deepEqual(both.flatMap(codesOf), Array(40).fill("too-many-logs"));
  assert.equal(held(), 1000);
  assert.deepEqual(codesOf(await begin(3000, 2)), ["too-many-logs", "too-many-logs"]);
  const next = new Author("till", "staff", logIdOf("till", "0"));
  const { refused } = await property.take([next.say(setNote("a", 1, "more"), { seq: 2 })], { trusted: false });
  assert.deepEqual([refused, property.seqOf(next.logId)], [[], 2], "it was begun before");
  assert.deepEqual(codesOf(await begin(0, 3, false, "bar")), []);
  assert.deepEqual(codesOf(await begin(0, 1001, false, "hub")), []);
  assert.deepEqual(codesOf(await begin(4000, 3, true)), []);
  assert.equal(held(), 1000 + 3 + 1001 + 3);
  await property.close();
});

test("the reading of an order is kept until something of it changes", async () => {
  const { property } = await openProperty(new MemoryStore());
  await property.write([openOrder("a"), addLine("a", "x"), openOrder("b", "A-2"), openOrder("c", "A-3")]);
  const [a, b, c] = ["a", "b", "c"].map((id) => property.order(id));
  const changed: string[] = [];
  property.on("changed", ({ entities }) => changed.push(...entities));
  await property.write({
    kind: "line.move",
    entity: "order/a",
    body: { lineIds: ["x"], version: 1, orderId: "b" },
  });
  assert.deepEqual([...new Set(changed)].sort(), ["order/a", "order/b"]);
  assert.notEqual(property.order("a"), a);
  assert.notEqual(property.order("b"), b);
  assert.equal(property.order("c"), c);
  assert.equal(property.order("c"), c);
  assert.deepEqual(property.order("b")?.lines.map(({ lineId }) => lineId), ["x"]);
  assert.deepEqual(property.moved("b"), ["order/a"]);
  const moved = property.order("b");
  await property.write({
    kind: "line.state",
    entity: "order/a",
    body: { lineIds: ["x"], state: "ready" },
  });
  assert.equal(moved?.state, "placed");
  assert.equal(property.order("b")?.state, "ready");
});

test("redacted words go from the store too, whichever came first", async () => {
  const hub = new Author("hub", "hub");
  const till = new Author("till");
  const words = till.say(addLine("a", "words"));
  const redaction = hub.say({ kind: "redact", entity: "order/a", body: { op: `${till.logId}:1` } });
  const line = [null, 1001, 0, till.logId, 1] as const;
  const stub: WireStub = {
    redacted: [till.logId, 1],
    entity: "order/a",
    deviceId: "till",
    role: "staff",
    record: { items: { "line/words": line }, registers: {} },
  };
  for (const order of [[words, redaction], [redaction, words]]) {
    const { property } = await openProperty(new MemoryStore());
    for (const wire of order) await property.take([wire], trusted);
    await property.write(openOrder("a"));
    assert.equal(property.order("a")?.lines.length, 0);
    const [read] = await property.read(till.logId, 1, 10, 10000);
    assert.deepEqual(read?.wire, stub);
    // With its text once more: known.
    assert.deepEqual((await property.take([words], trusted)).have, { [till.logId]: 1 });
    assert.deepEqual(property.forks(), []);
  }
  const { property } = await openProperty(new MemoryStore());
  // A device's word counts once the hub has said so, and then only that there was something.
  const { refused } = await property.take([stub], { trusted: false });
  const later = { logId: till.logId, seq: 1, code: "rate-limited", retryMs: 1000 };
  assert.deepEqual(refused, [later]);
  const follower = (await openProperty(new MemoryStore())).property;
  await follower.take([redaction], trusted);
  await follower.take([stub], { trusted: false });
  assert.deepEqual(follower.have(), { [hub.logId]: 1, [till.logId]: 1 });
  assert.deepEqual(Object.keys(follower.record("order/a")?.items ?? {}), [
    `redacted/${till.logId}:1`,
  ]);
  assert.deepEqual((await property.take([stub], trusted)).have, { [till.logId]: 1 });
  assert.equal((await property.read(till.logId, 1, 10, 10000)).length, 1);
});

test("a stub is believed from anybody once the hub's word of its redaction is here", async () => {
  const hub = new Author("hub", "hub");
  const till = new Author("till");
  const { property } = await openProperty(new MemoryStore());
  await property.take([till.say(openOrder("a"))], trusted);
  const redaction = hub.say({ kind: "redact", entity: "order/a", body: { op: `${till.logId}:2` } });
  await property.take([redaction], trusted);
  const left = { deviceId: "till", role: "staff", record: { items: {}, registers: {} } };
  const stub = { redacted: [till.logId, 2], entity: "order/a", ...left };
  const other = { redacted: [till.logId, 3], entity: "order/a", ...left };
  const elsewhere = { redacted: [till.logId, 2], entity: "order/b", ...left };
  assert.equal((await property.take([elsewhere], { trusted: false })).refused.length, 1);
  const taken = await property.take([stub, other], { trusted: false });
  assert.deepEqual(taken.have, { [till.logId]: 2 });
  assert.deepEqual(taken.refused.map(({ seq, code }) => [seq, code]), [[3, "rate-limited"]]);
});

test("what this storage handed over is remembered, also by a copy of it", async () => {
  const disk = new MemoryDisk();
  const { property } = await openProperty(new MemoryStore({ disk }));
  const [operation] = await property.write(openOrder("a"));
  assert.ok(operation);
  const { logId: own } = operation;
  assert.equal(property.deliveredOf(own), 0);
  assert.deepEqual([own, logId("other")].map((log) => property.writesTo(log)), [true, false]);
  property.markSafe({ [own]: 1 });
  assert.equal(property.deliveredOf(own), 0);
  property.markDelivered({ [own]: 1, [logId("other")]: 5 });
  await quiet();
  const again = await openProperty(new MemoryStore({ disk: disk.copy() }), "phone", { seed: 2 });
  assert.equal(again.property.deliveredOf(own), 1);
  assert.equal(again.property.deliveredOf(logId("other")), 0, "nothing is stored of it");
});

test("ticket numbers: the device's own series, round at 999; or letters that stay", async () => {
  const { disk } = new MemoryStore();
  const hub = new Author("hub", "hub");
  const { property } = await openProperty(new MemoryStore({ disk }));
  const [letters] = (await property.nextNumber()).split("-");
  assert.match(letters ?? "", /^[A-HJ-NP-Z]{3}$/);
  assert.equal(await property.nextNumber(), `${letters}-2`);
  const again = await openProperty(new MemoryStore({ disk }), "phone", { seed: 5 });
  assert.equal(await again.property.nextNumber(), `${letters}-3`);
  await property.take(
    [hub.say({ kind: "device.set", entity: "device/phone", body: { version: 1, set: { series: "B" } } })],
    trusted,
  );
  for (let n = 1; n <= 999; n++) assert.equal(await property.nextNumber(), `B-${n}`);
  assert.equal(await property.nextNumber(), "B-1");
});

test("a store that begins anew goes on from the orders that bear the device's numbers", async () => {
  const hub = new Author("hub", "hub");
  const earlier = new Author("phone", "staff", logIdOf("phone", "earlier"));
  const other = new Author("till");
  const numbers = ["B-998", "B-999", "B-1", "B-2"];
  const { property } = await openProperty(new MemoryStore());
  await property.take(
    [
      hub.say({ kind: "device.set", entity: "device/phone", body: { version: 1, set: { series: "B" } } }),
      ...numbers.map((number) => earlier.say(openOrder(number, number))),
      ...["BB-70", "B-1000", "B-x", "B-"].map((number) => other.say(openOrder(number, number))),
    ],
    trusted,
  );
  assert.deepEqual([await property.nextNumber(), await property.nextNumber()], ["B-3", "B-4"]);
});

test("a store that is gone fails what is begun, and says so once", async () => {
  const store = new MemoryStore();
  const { property } = await openProperty(store);
  const failures: string[] = [];
  property.on("failed", ({ error }) => failures.push(error.problem));
  store.crash();
  await assert.rejects(property.write(openOrder("a")), StoreError);
  await assert.rejects(property.take([], trusted), StoreError);
  await assert.rejects(property.nextNumber(), StoreError);
  assert.deepEqual(failures, ["gone"]);
  await property.close();
});

test("another tab's compaction is heard of", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const one = await openProperty(new MemoryStore({ disk }), "phone", { seed: 1 });
  const two = await openProperty(new MemoryStore({ disk }), "phone", { seed: 2 });
  await one.property.take([till.say(openOrder("a")), till.say(addLine("a", "x"))], trusted);
  one.property.markSafe({ [till.logId]: 1 });
  one.property.markDelivered({ [till.logId]: 1 });
  one.property.markKept({ [till.logId]: 1 }, true);
  await quiet();
  await passDays(one.clock, 15);
  assert.deepEqual(two.property.from(), { [till.logId]: 2 });
  assert.deepEqual(textsOf(two.property), textsOf(one.property));
  await two.property.write(addLine("a", "y"));
  await quiet();
  assert.deepEqual(textsOf(two.property), textsOf(one.property));
});

test("the other of a fork is applied though its fellow was compacted, in every tab", async () => {
  const disk = new MemoryDisk();
  const till = new Author("till");
  const one = await openProperty(new MemoryStore({ disk }), "phone", { seed: 1 });
  const two = await openProperty(new MemoryStore({ disk }), "phone", { seed: 2 });
  await one.property.take([till.say(addLine("a", "x"))], trusted);
  await one.property.write(openOrder("a"));
  one.property.markSafe({ [till.logId]: 1 });
  one.property.markDelivered({ [till.logId]: 1 });
  one.property.markKept({ [till.logId]: 1 }, true);
  await quiet();
  await passDays(one.clock, 15);
  const other = till.say(addLine("a", "y"), { seq: 1 });
  await one.property.take([other], { trusted: false, members: [membershipOf("till")] });
  assert.equal(one.property.order("a")?.lines.length, 1);
  await one.property.take([other], trusted);
  await quiet();
  for (const { property } of [one, two]) assert.equal(property.order("a")?.lines.length, 2);
  const again = await openProperty(new MemoryStore({ disk: disk.copy() }), "phone", { seed: 3 });
  assert.equal(again.property.order("a")?.lines.length, 2);
});
