// SPDX-License-Identifier: Apache-2.0
// One replica erases words itself, another gets what is left in different ways: both must have the same
// records and the same stubs, to the byte, on either store.
import assert from "node:assert/strict";
import { test } from "node:test";

import type { LogStore } from "../../../data/web/client/log/log-store";
import { MemoryDisk, MemoryStore } from "../../../data/web/client/log/memory-store";
import type { WireOperation } from "../../../data/web/client/log/operation";
import type { Property } from "../../../data/web/client/log/property";
import type { OutgoingOperation } from "../../../data/web/client/log/property-types";
import { recordText } from "../../../data/web/client/log/record";
import { FakeOrigin } from "./idb-fixture";
import { addLine, Author, cutOff, openOrder, openProperty, quiet, setNote } from "./property-fixture";

const NOTE = 3;
const WORDS = 5;
const UNKNOWN = 6;
const trusted = { trusted: true };

type Disk = () => LogStore;

const disks: [string, () => Disk][] = [
  [
    "memory",
    () => {
      const disk = new MemoryDisk();
      return () => new MemoryStore({ disk });
    },
  ],
  [
    "IndexedDB",
    () => {
      const origin = new FakeOrigin();
      return () => origin.store();
    },
  ],
];

/** What came to be said of one log. */
interface Story {
  till: Author;
  /** As the till wrote it. */
  texts: WireOperation[];
  /** What the hub wrote. */
  own: WireOperation[];
}

type CutOff = "none" | "cut" | "raised";

function tell(cut: CutOff, isForked: boolean): Story {
  const [till, hub] = [new Author("till"), new Author("hub", "hub")];
  const texts = [
    till.say(openOrder("a")),
    till.say(setNote("a", 1, "old")),
    till.say({
      ...{ kind: "order.set", entity: "order/a" },
      body: { version: 2, set: { note: "secret", guests: 4 } },
    }),
    till.say(addLine("a", "keep")),
    till.say(addLine("a", "gone")),
  ];
  if (isForked) {
    const body = { lineIds: ["keep"], state: "cancelled", reason: "secret" };
    texts.push(
      till.say({ kind: "line.end", entity: "order/a", body }, { seq: WORDS }),
      till.say(setNote("b", 1, "of another order"), { seq: WORDS }),
    );
  }
  texts.push(till.say({ kind: "made.up", entity: "order/a", body: { text: "secret" } }));
  const redaction = (seq: number) =>
    hub.say({ kind: "redact", entity: "order/a", body: { op: `${till.logId}:${seq}` } });
  const cutAt = (version: number, seq: number) =>
    hub.say(cutOff("till", version, [{ logId: till.logId, seq }]));
  const own = [
    ...(cut === "none" ? [] : [cutAt(1, WORDS - 1)]),
    ...[NOTE, WORDS, UNKNOWN].map(redaction),
    ...(cut === "raised" ? [cutAt(2, WORDS)] : []),
  ];
  return { till, texts, own };
}

async function give(property: Property, operations: readonly OutgoingOperation[]): Promise<void> {
  // As over the wire.
  const wire = JSON.parse(JSON.stringify(operations)) as OutgoingOperation[];
  assert.deepEqual((await property.take(wire, trusted)).refused, []);
  await quiet();
}

async function leftOf(property: Property, { till }: Story): Promise<OutgoingOperation[]> {
  return (await property.read(till.logId, 1, 1000, 1000000)).map(({ wire }) => wire);
}

async function look(property: Property, story: Story): Promise<unknown> {
  const records = ["order/a", "order/b"].map((name) => {
    const record = property.record(name);
    const isEmpty = record === null || recordText(record) === '{"items":{},"registers":{}}';
    return isEmpty ? null : recordText(record);
  });
  // Variants of one identity stand in the order in which they came.
  const log = (await leftOf(property, story)).map((wire) => JSON.stringify(wire)).sort();
  const seen = { records, log, forks: property.forks() };
  assert.ok(!JSON.stringify(seen).includes("secret"));
  return seen;
}

/** What comes, in this order: the texts, the stubs, the hub's own log. */
const WAYS = ["sh", "hs", "th", "ht", "tsh", "tsht", "sht", "hst", "hts"];

for (const [name, makeDisk] of disks)
  for (const isForked of [false, true])
    test(`erased words leave the same: ${name}, ${isForked ? "forks" : "no forks"}`, async () => {
      for (const cut of ["none", "cut", "raised"] as const) {
        const story = tell(cut, isForked);
        const first = await openProperty(makeDisk()());
        await give(first.property, story.texts);
        await give(first.property, story.own);
        const expected = await look(first.property, story);
        const parts = { t: story.texts, h: story.own, s: await leftOf(first.property, story) };
        for (const way of WAYS) {
          const disk = makeDisk();
          const { property } = await openProperty(disk());
          for (const part of way) await give(property, parts[part as keyof typeof parts]);
          assert.deepEqual(await look(property, story), expected, `${cut} ${way}`);
          await property.close();
          const again = await openProperty(disk());
          assert.deepEqual(await look(again.property, story), expected, `${cut} ${way}, again`);
          await again.property.close();
        }
        await first.property.close();
      }
    });

test("what is left of erased words, by hand", async () => {
  const story = tell("none", false);
  const { logId } = story.till;
  const { property } = await openProperty(new MemoryStore());
  await give(property, [...story.texts, ...story.own]);
  const left = await leftOf(property, story);
  assert.deepEqual(left[NOTE - 1], {
    redacted: [logId, NOTE],
    entity: "order/a",
    deviceId: "till",
    role: "staff",
    record: {
      items: {},
      registers: { guests: [null, 2, 1003, 0, logId, NOTE], note: [null, 2, 1003, 0, logId, NOTE] },
    },
  });
  assert.deepEqual(left[UNKNOWN - 1], {
    redacted: [logId, UNKNOWN],
    entity: "order/a",
    deviceId: "till",
    role: "staff",
    record: { items: {}, registers: {} },
  });
  // Not the older one.
  assert.equal(property.order("a")?.note, null);
  assert.deepEqual(property.order("a")?.lines.map(({ lineId }) => lineId), ["keep"]);
});

test("a stub says nothing of others, and no words", async () => {
  const { till } = tell("none", false);
  const { logId } = till;
  const { property } = await openProperty(new MemoryStore());
  const stub = {
    redacted: [logId, 1],
    entity: "order/a",
    deviceId: "till",
    role: "staff",
    record: {
      items: {
        header: [null, 5, 0, logId, 1],
        "line/a": [null, 5, 0, logId, 2],
        "line/b": [null, 5, 0, `p.${logId}`, 1],
        "line/c": [{ name: "Tea" }, 5, 0, logId, 1],
      },
      registers: { note: [null, 1, 5, 0, logId, 1], closed: [true, 1, 5, 0, logId, 1] },
    },
  };
  for (const bad of [
    { ...stub, record: undefined },
    { ...stub, role: "guest" },
    { ...stub, deviceId: "" },
    { ...stub, entity: "order" },
    { ...stub, redacted: [logId, 0] },
    { ...stub, redacted: [logId, 1, 1] },
  ])
    assert.deepEqual(await property.take([bad], trusted), { have: {}, refused: [] });
  await property.take([stub], trusted);
  assert.deepEqual(property.record("order/a"), {
    items: { header: [null, 5, 0, logId, 1] },
    registers: { note: [null, 1, 5, 0, logId, 1] },
  });
  assert.equal(property.authorOf(logId), "till");
  const secret = { ...stub, redacted: [`p.${logId}`, 1] };
  const { refused } = await property.take([secret], trusted);
  assert.deepEqual(refused, [{ logId: `p.${logId}`, seq: 1, code: "private" }]);
});

test("a redaction that was itself erased still erases", async () => {
  const story = tell("none", false);
  const hub = new Author("hub", "hub");
  hub.seq = story.own.length;
  const more = story.own.map((_, index) =>
    hub.say({ kind: "redact", entity: "order/a", body: { op: `${hub.logId}:${index + 1}` } }),
  );
  const first = await openProperty(new MemoryStore());
  await give(first.property, [...story.texts, ...story.own, ...more]);
  const left = (await first.property.read(hub.logId, 1, 100, 100000)).map(({ wire }) => wire);
  assert.ok(left[0] !== undefined && "redacted" in left[0]);
  const other = await openProperty(new MemoryStore());
  await give(other.property, story.texts);
  await give(other.property, left);
  assert.deepEqual(await look(other.property, story), await look(first.property, story));
});
