// SPDX-License-Identifier: Apache-2.0
// Replication between replicas whose operations are only names: what is sent, to whom, and when again.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Emitter } from "../../../data/web/client/emitter";
import { HubReplication } from "../../../data/web/client/hub-replication";
import { emptyRecord } from "../../../data/web/client/log/record";
import { Replicator } from "../../../data/web/client/log/replicator";
import type { Message } from "../../../data/web/client/messages";
import type { Path, Transport, TransportEvents } from "../../../data/web/client/transport";
import { FakeClock, settle } from "./fake-clock";
import { connect, FakeReplica, logOf, type Wire } from "./fake-replica";

const A = logOf("A");
const B = logOf("B");

function setUp(...replicas: FakeReplica[]) {
  const clock = new FakeClock();
  const replicators = replicas.map((property) => new Replicator({ property, clock }));
  const link = (i: number, j: number): Wire =>
    connect(
      clock,
      [replicas[i] as FakeReplica, replicas[j] as FakeReplica],
      [replicators[i] as Replicator, replicators[j] as Replicator],
    );
  /** In steps, so that what a message starts happens in its time. */
  const pass = async (ms: number, stepMs = 5) => {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(stepMs);
      await settle();
    }
  };
  return { clock, replicators, link, pass };
}

/** Of the way to the hub only what HubReplication sees of it. */
class FakeTransport extends Emitter<TransportEvents> {
  readonly hub = { peerId: "hub", deviceId: "hub" };
  readonly sent: Message[] = [];
  path: Path = "none";
  epoch = 0;

  send(message: Message): boolean {
    if (this.path !== "none") this.sent.push(message);
    return this.path !== "none";
  }

  follow(path: Path): void {
    this.path = path;
    this.epoch += 1;
    this.emit("path", path);
    if (path !== "none") this.emit("ready", undefined);
  }
}

const carried = (wire: Wire, type: string, from?: string) =>
  wire.carried.filter(
    (one) => one.message.type === type && (from === undefined || one.from === from),
  );

test("what either side lacks is pushed, ours first, in batches that are answered", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b", "hub")];
  a.write(A, 150);
  a.write(logOf("C"), 2);
  b.write(B, 3);
  const { link, pass } = setUp(a, b);
  const wire = link(0, 1);
  await pass(100);
  assert.deepEqual(a.have(), { [A]: 150, [B]: 3, [logOf("C")]: 2 });
  assert.deepEqual(b.have(), a.have());
  const batches = carried(wire, "ops", "a").map(({ message }) => (message["ops"] as unknown[]).length);
  assert.deepEqual(batches, [64, 64, 24]);
  assert.equal(carried(wire, "ack", "b").length, 3);
  // Its documents went along once.
  assert.deepEqual(
    carried(wire, "ops", "a").map(({ message }) => message["members"]),
    [[{ data: "a", sig: "" }], undefined, undefined],
  );
  // What the hub has is safe.
  assert.equal(a.safe()[A], 150);
});

test("at most four batches are under way", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b", "hub")];
  a.write(A, 1000);
  const { link, pass } = setUp(a, b);
  const wire = link(0, 1);
  await pass(10);
  assert.equal(carried(wire, "ops", "a").length, 4);
  await pass(200);
  assert.equal(b.seqOf(A), 1000);
});

test("what is written later goes out at once, and nothing twice", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  const { link, pass } = setUp(a, b);
  const wire = link(0, 1);
  await pass(50);
  for (let i = 0; i < 20; i++) {
    a.write(A);
    await pass(5);
  }
  await pass(1000);
  assert.equal(b.seqOf(A), 20);
  assert.equal(b.taken.length, 20);
  assert.equal(carried(wire, "ops", "b").length, 0);
});

test("what is lost, doubled and late arrives all the same", async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
    const { link, pass } = setUp(a, b);
    const wire = link(0, 1);
    let state = seed;
    wire.fate = () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return (["arrives", "lost", "doubled", "late"] as const)[Math.floor(state / 65536) % 4] ?? "lost";
    };
    for (let i = 0; i < 10; i++) {
      a.write(A, 40);
      b.write(B, 7);
      await pass(100);
    }
    await pass(40000, 50);
    wire.fate = () => "arrives";
    await pass(16000, 50);
    for (const one of wire.links) one.sendHave();
    await pass(1000);
    assert.deepEqual(b.have(), { [A]: 400, [B]: 70 }, `seed ${seed}`);
    assert.deepEqual(a.have(), b.have(), `seed ${seed}`);
  }
});

test("a batch without an answer is sent again after 15 s, with its author's document", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  const { link, pass } = setUp(a, b);
  const wire = link(0, 1);
  await pass(50);
  wire.fate = () => "lost";
  a.write(A);
  await pass(50);
  wire.fate = () => "arrives";
  await pass(14900);
  assert.equal(b.seqOf(A), 0);
  await pass(100);
  assert.equal(b.seqOf(A), 1);
  const [, second] = carried(wire, "ops", "a");
  assert.deepEqual(second?.message["members"], [{ data: "a", sig: "" }]);
});

test("what the hub put off goes again with its author's document", async () => {
  const [a, hub] = [new FakeReplica("a"), new FakeReplica("hub", "hub")];
  const { link, pass } = setUp(a, hub);
  const wire = link(0, 1);
  await pass(50);
  hub.refuse = (logId) => ({ logId, seq: 1, code: "rate-limited", retryMs: 5000 });
  a.write(A);
  await pass(50);
  hub.refuse = null;
  await pass(5000);
  a.write(A);
  await pass(50);
  assert.equal(hub.seqOf(A), 2);
  const given = carried(wire, "ops", "a").map(({ message }) => message["members"]);
  const document = [{ data: "a", sig: "" }];
  assert.deepEqual(given, [document, document, undefined]);
});

test("a log whose beginning goes while it is read goes on behind it", async () => {
  const [a, hub] = [new FakeReplica("a"), new FakeReplica("hub", "hub")];
  a.write(A, 5);
  a.watched.add(A);
  await hub.take((await a.read(A, 1, 10)).map(({ wire: one }) => one), { source: "mesh" });
  const read = a.read.bind(a);
  a.read = (...range) => {
    // Another tab lets it go.
    a.compacted = { [A]: 4 };
    return read(...range);
  };
  const { link, pass } = setUp(a, hub);
  const wire = link(0, 1);
  await pass(50);
  a.write(A);
  await pass(50);
  assert.equal(hub.seqOf(A), 6);
  const sent = carried(wire, "ops", "a").map(({ message }) => (message["ops"] as unknown[]).length);
  assert.deepEqual(sent, [2, 1]);
});

test("what another device wrote goes on to the hub after a moment; other devices are told of it", async () => {
  const [a, b, hub, c] = [
    new FakeReplica("a"),
    new FakeReplica("b"),
    new FakeReplica("hub", "hub"),
    new FakeReplica("c"),
  ];
  const { link, pass } = setUp(a, b, hub, c);
  link(0, 1);
  const toHub = link(1, 2);
  const toC = link(1, 3);
  await pass(50);
  a.write(A, 2);
  await pass(50);
  assert.equal(b.seqOf(A), 2);
  assert.equal(hub.seqOf(A), 0);
  await pass(300);
  assert.equal(hub.seqOf(A), 2);
  // Told, and not given: it may have it from the hub by now.
  assert.equal(carried(toC, "ops").length, 0);
  assert.deepEqual(carried(toC, "have", "b").at(-1)?.message["partial"], true);
  await pass(300);
  assert.equal(c.seqOf(A), 2);
  assert.equal(carried(toHub, "ops", "b").length, 1);
  // And that the hub has it comes back all the way.
  await pass(600);
  assert.equal(a.safe()[A], 2);
  // Here it came before the operations, when it said nothing; it is repeated.
  await pass(31000, 50);
  assert.equal(c.safe()[A], 2);
});

test("private logs go to the hub only, and only from their author", async () => {
  const [a, b, hub] = [new FakeReplica("a"), new FakeReplica("b"), new FakeReplica("hub", "hub")];
  a.write(`p.${A}`);
  const { link, pass } = setUp(a, b, hub);
  const between = link(0, 1);
  link(0, 2);
  link(1, 2);
  await pass(2000);
  assert.equal(hub.seqOf(`p.${A}`), 1);
  assert.equal(b.seqOf(`p.${A}`), 0);
  assert.ok(!JSON.stringify(between.carried).includes("p."));
});

test("a refused log rests until the link is new; a rate-limited one until it may go again", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  b.refuse = (logId) => ({ logId, seq: 1, code: "unknown-device" });
  const { link, pass } = setUp(a, b);
  const wire = link(0, 1);
  a.write(A);
  await pass(50);
  a.write(A);
  await pass(60000, 50);
  assert.equal(b.taken.length, 1);
  b.refuse = (logId) => ({ logId, seq: 1, code: "rate-limited", retryMs: 700 });
  wire.cut();
  link(0, 1);
  await pass(50);
  assert.equal(b.taken.length, 3);
  b.refuse = null;
  await pass(500);
  assert.equal(b.seqOf(A), 0);
  await pass(300);
  assert.equal(b.seqOf(A), 2);
});

test("the store hears what the hub refuses for good, and nothing that may change or that others say", async () => {
  const [a, b, hub] = [new FakeReplica("a"), new FakeReplica("b"), new FakeReplica("hub", "hub")];
  const { link, pass } = setUp(a, b, hub);
  b.refuse = (logId) => ({ logId, seq: 1, code: "too-many-logs" });
  hub.refuse = (logId) => ({ logId, seq: 1, code: "unknown-device" });
  link(0, 1);
  const wire = link(0, 2);
  a.write(A);
  await pass(500);
  assert.deepEqual(a.refused, []);
  hub.refuse = (logId) => ({ logId, seq: 1, code: "too-many-logs" });
  wire.cut();
  link(0, 2);
  await pass(500);
  assert.deepEqual(a.refused, [{ logId: A, seq: 1, code: "too-many-logs" }]);
});

test("an answer that brings nothing forward is not asked for over and over", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  b.take = async () => ({ have: { [A]: 0 }, refused: [] });
  const { link, pass } = setUp(a, b);
  const wire = link(0, 1);
  a.write(A);
  await pass(10000);
  assert.equal(carried(wire, "ops").length, 1);
  await pass(10000);
  assert.equal(carried(wire, "ops").length, 2);
});

test("more than a device may hand over is refused, with when to try again; a hub may hand over all", async () => {
  for (const level of ["device", "hub"] as const) {
    const [a, b] = [new FakeReplica("a", level), new FakeReplica("b")];
    a.write(A, 22000);
    const { link, pass } = setUp(a, b);
    const wire = link(0, 1);
    await pass(2000);
    if (level === "hub") {
      assert.equal(b.seqOf(A), 22000);
      continue;
    }
    const refused = carried(wire, "ack", "b").find(({ message }) => "refused" in message);
    const [first] = refused?.message["refused"] as { code: string; retryMs: number }[];
    assert.equal(first?.code, "rate-limited");
    assert.ok((first?.retryMs ?? 0) > 0);
    await pass(5000, 50);
    assert.equal(b.seqOf(A), 22000);
  }
});

test("two operations of one identity reach everybody, whoever learned of them first", async () => {
  const [a, b, c] = [new FakeReplica("a"), new FakeReplica("b"), new FakeReplica("c")];
  const { link, pass } = setUp(a, b, c);
  a.write(A, 3, "one");
  link(0, 1);
  await pass(50);
  a.fork(A, 2, "other");
  await pass(50);
  assert.equal(b.texts().length, 4);
  link(1, 2);
  await pass(50);
  assert.deepEqual(c.texts().sort(), a.texts().sort());
});

test("as many of one identity need not be the same ones", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  for (const one of [a, b]) one.write(A, 1, "one");
  a.fork(A, 1, "two");
  b.fork(A, 1, "three");
  const { link, pass } = setUp(a, b);
  link(0, 1);
  await pass(50);
  assert.equal(a.texts().length, 3);
  assert.deepEqual(a.texts().sort(), b.texts().sort());
});

test("what a copied storage wrote reaches the hub, though that seems to have it", async () => {
  const [a, b, hub] = [new FakeReplica("a"), new FakeReplica("a"), new FakeReplica("hub", "hub")];
  for (const one of [a, b]) {
    one.write(A, 2, "before");
    one.watched.add(A);
    one.delivered.set(A, 2);
  }
  hub.write(A, 2, "before");
  a.write(A, 3, "ours");
  b.write(A, 2, "theirs");
  const { link, pass } = setUp(a, b, hub);
  const first = link(0, 2);
  await pass(50);
  assert.equal(a.delivered.get(A), 5);
  const second = link(1, 2);
  await pass(50);
  // 3 and 4 twice.
  assert.equal(hub.texts().length, 7);
  assert.deepEqual(b.texts().sort(), hub.texts().sort());
  assert.equal(b.delivered.get(A), 5);
  for (const wire of [first, second]) wire.cut();
});

test("what a hub has is its own latest word, and nobody's once it is gone", async () => {
  const [a, device, hub] = [new FakeReplica("a"), new FakeReplica("d"), new FakeReplica("hub", "hub")];
  a.write(A, 3);
  hub.write(B, 1);
  const { link, pass } = setUp(a, device, hub);
  link(0, 1);
  await pass(50);
  assert.deepEqual(a.kept, {}, "a device's word for what it has");
  const before = link(0, 2);
  await pass(50);
  assert.deepEqual(a.kept, { [A]: 3, [B]: 1 });
  hub.write(B, 1);
  await pass(50);
  assert.deepEqual(a.kept, { [A]: 3, [B]: 2 }, "it has what it sends");
  before.cut();
  assert.deepEqual(a.kept, {});
  // Restored from a backup.
  hub.logs.delete(A);
  const after = link(0, 2);
  after.fate = () => "lost";
  for (const end of after.links) end.receive({ type: "have", have: { [B]: 2 }, level: "hub" });
  assert.deepEqual(a.kept, { [B]: 2 });
  assert.equal(a.safe()[A], 3);
});

test("on another way the hub says anew what it has, also where its answer got lost", async () => {
  const [a, hub] = [new FakeReplica("a"), new FakeReplica("hub", "hub")];
  a.write(A, 3);
  hub.write(B, 1);
  const { link, pass } = setUp(a, hub);
  const wire = link(0, 1);
  await pass(50);
  assert.deepEqual(a.kept, { [A]: 3, [B]: 1 });
  wire.fate = () => "lost";
  wire.links[0]?.restart();
  assert.deepEqual(a.kept, {});
  await pass(1000);
  assert.deepEqual(a.kept, {});
  wire.fate = () => "arrives";
  await pass(16000);
  assert.deepEqual(a.kept, { [A]: 3, [B]: 1 });
  const said = carried(wire, "have", "a").length;
  await pass(60000, 1000);
  assert.equal(carried(wire, "have", "a").length, said);
});

test("as long as there is no way to the hub nobody knows what it has", async () => {
  const a = new FakeReplica("a");
  const replicator = new Replicator({ property: a, clock: new FakeClock() });
  const transport = new FakeTransport();
  const replication = new HubReplication(transport as unknown as Transport, replicator, () => undefined);
  const haves = () => transport.sent.filter(({ type }) => type === "have").length;
  const say = () => replication.receive({ type: "have", have: { [A]: 3 }, level: "hub" });
  transport.follow("hub-relay");
  say();
  assert.deepEqual(a.kept, { [A]: 3 });
  // It died, and nobody says that it left.
  transport.follow("none");
  assert.deepEqual(a.kept, {});
  const said = haves();
  transport.follow("local-p2p");
  assert.deepEqual([a.kept, haves()], [{}, said + 1]);
  say();
  assert.deepEqual(a.kept, { [A]: 3 });
  replication.close();
  assert.deepEqual(a.kept, {});
});

test("an answer before that to an earlier batch does not make it go again and again", async () => {
  const [a, hub] = [new FakeReplica("a"), new FakeReplica("hub", "hub")];
  a.write(A, 100);
  a.watched.add(A);
  const { link, pass } = setUp(a, hub);
  const wire = link(0, 1);
  // The answer to the first batch is lost, that to the second is not.
  wire.fate = () => (carried(wire, "ack", "hub").length === 1 ? "lost" : "arrives");
  await pass(5000);
  assert.equal(hub.seqOf(A), 100);
  assert.equal(carried(wire, "ops", "a").length, 2);
  await pass(15000);
  assert.equal(a.delivered.get(A), 100);
  assert.equal(carried(wire, "ops", "a").length, 3);
});

test("doubled messages do not make two replicas answer each other for ever", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  const { link, pass } = setUp(a, b);
  const wire = link(0, 1);
  wire.fate = () => "doubled";
  await pass(500);
  const before = wire.carried.length;
  await pass(2000);
  assert.equal(wire.carried.length, before);
});

test("waking says again what we have, and the other side too", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  const { link, pass, replicators } = setUp(a, b);
  const wire = link(0, 1);
  await pass(50);
  assert.equal(carried(wire, "have").length, 2);
  replicators[0]?.wake();
  await pass(50);
  assert.equal(carried(wire, "have", "a").length, 2);
  assert.equal(carried(wire, "have", "b").length, 2);
});

test("a full channel loses nothing", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  const { link, pass } = setUp(a, b);
  const wire = link(0, 1);
  await pass(50);
  wire.full = true;
  a.write(A, 300);
  await pass(50);
  assert.equal(b.seqOf(A), 0);
  wire.full = false;
  for (const one of wire.links) one.ready();
  await pass(100);
  assert.equal(b.seqOf(A), 300);
});

test("another way to the same peer: what was under way is sent again", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  const { link, pass } = setUp(a, b);
  const wire = link(0, 1);
  await pass(50);
  wire.fate = () => "lost";
  a.write(A, 10);
  await pass(50);
  wire.fate = () => "arrives";
  wire.links[0]?.restart();
  await pass(50);
  assert.equal(b.seqOf(A), 10);
});

test("what was compacted is not offered; a hub's snapshot counts once, with its last part", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  a.write(A, 10);
  a.compacted = { [A]: 8 };
  const { link, pass } = setUp(a, b);
  const wire = link(0, 1);
  await pass(1000);
  assert.equal(b.seqOf(A), 0);
  assert.equal(carried(wire, "ops").length, 0);

  const clock = new FakeClock();
  const c = new FakeReplica("c");
  const replicator = new Replicator({ property: c, clock });
  const sent: Record<string, unknown>[] = [];
  const add = (trusted: boolean) =>
    replicator.addLink({
      peer: { deviceId: "hub", role: "hub", trusted, level: "hub" },
      send: (message) => sent.push(message) > 0,
    });
  const first = { type: "snapshot", id: "s", entities: [["order/1", emptyRecord]], more: true, reset: true };
  const last = { type: "snapshot", id: "s", entities: [["order/2", emptyRecord]], have: { [A]: 10 } };
  const impostor = add(false);
  impostor.receive(first);
  impostor.receive(last);
  await settle();
  assert.equal(c.snapshots.length, 0);
  const hub = add(true);
  for (const part of [first, first, last, last, first]) {
    hub.receive(part);
    await settle();
  }
  assert.deepEqual(c.snapshots, [
    { entities: [["order/1", emptyRecord], ["order/2", emptyRecord]], have: { [A]: 10 }, reset: true },
  ]);
  assert.equal(sent.filter((message) => message["type"] === "ack").length, 5);
  assert.equal(c.seqOf(A), 10);
});

test("who cannot derive from what it kept asks the hub, and nobody else, for all of it", async () => {
  const replica = new FakeReplica("a");
  const replicator = new Replicator({ property: replica, clock: new FakeClock() });
  const sent: { to: string; message: Record<string, unknown> }[] = [];
  for (const [to, trusted] of [["hub", true], ["device", false]] as const)
    replicator.addLink({
      peer: { deviceId: to, role: trusted ? "hub" : "staff", trusted, level: trusted ? "hub" : "device" },
      send: (message) => sent.push({ to, message }) > 0,
    });
  sent.length = 0;
  replica.needsSnapshot = true;
  replica.emit("needSnapshot", {});
  await settle();
  const [only] = sent;
  assert.equal(sent.length, 1);
  assert.equal(only?.to, "hub");
  assert.equal(only?.message["reset"], true);
  replicator.close();
});

test("what a device says of itself is no more than a device's word", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  const { link, pass, replicators } = setUp(a, b);
  const levels: string[] = [];
  replicators[0]?.on("acknowledged", ({ level }) => levels.push(level));
  const wire = link(0, 1);
  wire.links[0]?.receive({ type: "have", have: { [A]: 1 }, level: "hub" });
  wire.links[0]?.receive({ type: "have", have: { [A]: 1 }, level: "none" });
  await pass(5);
  assert.deepEqual(levels, ["device", "device"]);
  assert.deepEqual(a.safe(), {});
});

test("a device's word makes nothing safe that we do not have", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  a.write(A, 2);
  const { link, replicators } = setUp(a, b);
  const [ours] = link(0, 1).links;
  ours?.receive({ type: "have", have: { [A]: 9, [B]: 9 }, level: "device", safe: { [A]: 7, [B]: 7 } });
  ours?.receive({ type: "ack", have: { [B]: 7 }, level: "hub" });
  assert.deepEqual(a.marked[0], { have: { [A]: 2 }, level: "device" });
  assert.deepEqual(a.safe(), { [A]: 2 });
  // The hub checked what it says.
  const hub = replicators[0]?.addLink({
    peer: { deviceId: "hub", role: "hub", trusted: true, level: "hub" },
    send: () => true,
  });
  hub?.receive({ type: "have", have: { [B]: 7 }, level: "hub" });
  assert.equal(a.safe()[B], 7);
  for (const replicator of replicators) replicator.close();
});

test("a snapshot is answered when it is stored; where that failed its last part is enough", async () => {
  const replica = new FakeReplica("a");
  const replicator = new Replicator({ property: replica, clock: new FakeClock() });
  const parts: unknown[] = [];
  const hub = replicator.addLink({
    peer: { deviceId: "hub", role: "hub", trusted: true, level: "hub" },
    send: (message) => {
      if (message.type === "ack") parts.push(message["part"]);
      return true;
    },
  });
  const take = replica.takeSnapshot.bind(replica);
  let settleStore: (works: boolean) => void = () => undefined;
  replica.takeSnapshot = async (...snapshot) => {
    const works = await new Promise<boolean>((resolve) => (settleStore = resolve));
    if (!works) throw new Error("full");
    await take(...snapshot);
  };
  const first = { type: "snapshot", id: "s", part: 0, entities: [["order/1", emptyRecord]], more: true };
  const last = { type: "snapshot", id: "s", part: 1, entities: [["order/2", emptyRecord]], have: { [A]: 3 } };
  for (const part of [first, last, last]) hub.receive(part);
  await settle();
  assert.deepEqual(parts, [0]);
  settleStore(false);
  await settle();
  assert.deepEqual(parts, [0]);
  hub.receive(last);
  await settle();
  settleStore(true);
  await settle();
  hub.receive(last);
  await settle();
  assert.deepEqual(parts, [0, 1, 1]);
  assert.equal(replica.snapshots.length, 1);
  assert.equal(replica.snapshots[0]?.entities.length, 2);
  replicator.close();
});

test("nonsense is neither taken nor answered", async () => {
  const [a, b] = [new FakeReplica("a"), new FakeReplica("b")];
  const { link, pass } = setUp(a, b);
  const wire = link(0, 1);
  await pass(50);
  const before = wire.carried.length;
  const operation = { text: "{}", sig: "" };
  for (const bad of [
    { type: "have" },
    { type: "have", have: { x: 1 } },
    { type: "have", have: { [A]: -1 } },
    { type: "ops", id: "1", ops: {} },
    { type: "ops", ops: [operation] },
    { type: "ops", id: "1", ops: [{ text: 1, sig: "" }] },
    { type: "ops", id: "1", ops: Array.from({ length: 65 }, () => operation) },
    { type: "ops", id: "1", ops: [{ redacted: [A, 0], entity: "order/1" }] },
    { type: "snapshot", id: "1", entities: [["x"]] },
  ])
    assert.ok(wire.links[0]?.receive(bad), JSON.stringify(bad));
  assert.equal(wire.links[0]?.receive({ type: "ack", ref: "1", level: "hub" }), false);
  assert.equal(wire.links[0]?.receive({ type: "order" }), false);
  await pass(50);
  assert.equal(wire.carried.length, before);
});
