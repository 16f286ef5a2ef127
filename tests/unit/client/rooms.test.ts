// SPDX-License-Identifier: Apache-2.0
// Rooms by floor and what is done with them next; messages, who they are for and who has read them.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { EntityRecord, Order } from "@bellhop/client";

import {
  addresseeOf,
  answerMessage,
  isQuestion,
  markMessages,
  readInbox,
  sendMessage,
  SHOWN_MESSAGES,
  type Inbox,
  type Me,
  type TalkMessage,
} from "../../../data/web/pages/house/messages";
import type { RecordSource } from "../../../data/web/pages/house/source";
import {
  assignRoom,
  becomesClean,
  fits,
  nextState,
  noteChange,
  readRooms,
  roomFilters,
  setRoom,
  toCleanToday,
  toFloors,
  undoState,
  type Room,
  type RoomState,
} from "../../../data/web/pages/rooms/room";
import { floorOf } from "../../../data/web/pages/tables/place";
import { setCatalogue } from "../../../data/web/pages/messages";
import { en } from "../../../data/web/pages/messages/en";
import { nameFloor, nameNext, nameState } from "../../../data/web/pages/rooms/room-words";
import { ATTENTION_MS, isAttended } from "../../../data/web/pages/talk/attention";
import { nameConversation, nameDay, nameSender } from "../../../data/web/pages/talk/talk-words";

setCatalogue(en);

type Values = Record<string, unknown>;

class House implements RecordSource {
  readonly #records = new Map<string, EntityRecord>();

  set(name: string, values: Values): this {
    const registers = Object.fromEntries(
      Object.entries(values).map(([path, value]) => [path, [value, 1, 1, 0, "hub", 1] as const]),
    );
    this.#records.set(name, { items: {}, registers });
    return this;
  }

  /** @param marks "read/d1/all": null or a person */
  say(id: string, logId: string, sentMs: number, body: Values, marks: Record<string, string | null> = {}): this {
    const items: Record<string, EntityRecord["items"][string]> = {
      header: [body, sentMs, 0, logId, 1],
    };
    for (const [path, personId] of Object.entries(marks))
      items[path] = [personId === null ? {} : { personId }, sentMs, 0, "x", 1];
    this.#records.set(`message/${id}`, { items, registers: {} });
    return this;
  }

  record(name: string): EntityRecord | null {
    return this.#records.get(name) ?? null;
  }

  records(type: string): [string, EntityRecord][] {
    return [...this.#records].filter(([name]) => name.startsWith(`${type}/`));
  }

  order(): Order | null {
    return null;
  }
}

// ---- Rooms ----------------------------------------------------------------------------------------

const room = (name: string, values: Partial<Room> = {}): Room => ({
  ...{ placeId: name, kind: "room" as const, name, title: `Room ${name}`, area: "", floor: "" },
  ...{ state: null, occupied: false, note: "", assigneeId: null },
  ...values,
});

test("a room is on the floor that somebody said, else on that of its number", () => {
  const floors: [name: string, floor: string, expected: string][] = [
    ["205", "", "2"],
    ["1204", "", "12"],
    ["012", "", "0"],
    ["12", "", ""],
    ["B 317", "", "3"],
    ["Suite", "", ""],
    ["205", "Garden wing", "Garden wing"],
  ];
  for (const [name, floor, expected] of floors) assert.equal(floorOf({ name, floor }), expected, name);
  assert.deepEqual(["2", "Garden wing", ""].map(nameFloor), ["Floor 2", "Garden wing", "Other rooms"]);
});

test("floors and rooms stand as people count; without a floor comes last", () => {
  const rooms = ["1201", "Suite", "210", "29", "202", "101"].map((name) => room(name));
  assert.deepEqual(
    toFloors(rooms).map(({ name, rooms: own }) => [name, own.map((one) => one.name)]),
    [
      ["1", ["101"]],
      ["2", ["202", "210"]],
      ["12", ["1201"]],
      ["", ["29", "Suite"]],
    ],
  );
});

test("rooms are read from places; tables and what was removed are none", () => {
  const house = new House()
    .set("place/a", { kind: "room", name: "102", state: "dirty", occupied: true, assigneeId: "p1" })
    .set("place/b", { kind: "room", name: "101", state: "spotless", note: "Cot" })
    .set("place/c", { kind: "table", name: "1" })
    .set("place/d", { kind: "room", name: "103", removed: true });
  const rooms = readRooms(house);
  assert.deepEqual(
    rooms.map(({ name, state, occupied, note, assigneeId }) => [name, state, occupied, note, assigneeId]),
    [
      ["101", null, false, "Cot", null],
      ["102", "dirty", true, "", "p1"],
    ],
  );
});

test("the round of a room: dirty, being cleaned, clean, inspected", () => {
  const round: (RoomState | null)[] = ["dirty"];
  for (let state = nextState("dirty"); state !== null; state = nextState(state)) round.push(state);
  assert.deepEqual(round, ["dirty", "cleaning", "clean", "inspected"]);
  assert.equal(nextState("out-of-order"), "dirty");
  assert.equal(nextState(null), "clean");
  for (const state of ["dirty", "cleaning", "clean", "inspected", "out-of-order"] as const)
    assert.notEqual(nameState(state) + nameNext(state), "");
});

test("what a chip shows is what it counts; without a person nothing is mine", () => {
  const rooms = [
    room("1", { state: "dirty", assigneeId: "p1" }),
    room("2", { state: "clean" }),
    room("3", { state: "inspected", assigneeId: "p2" }),
    room("4", { state: "out-of-order" }),
    room("5"),
  ];
  const counts = (personId: string | null) =>
    roomFilters.map((filter) => rooms.filter((one) => fits(one, filter, personId)).length);
  assert.deepEqual(counts("p1"), [5, 1, 1, 0, 2, 1]);
  assert.deepEqual(counts(null), [5, 0, 1, 0, 2, 1]);
});

test("drafts of rooms carry the version that counts", () => {
  const next = (entity: string) => (entity === "place/a" ? 7 : 1);
  assert.deepEqual(setRoom("a", { state: "clean" }, next), {
    kind: "room.set",
    entity: "place/a",
    body: { version: 7, set: { state: "clean" } },
  });
  assert.deepEqual(assignRoom("a", null, next).body, { version: 7, set: { assigneeId: null } });
});

test("undo writes the old state back, but not over what others said since", () => {
  const before = [room("a", { state: "dirty" }), room("b", { state: "clean" }), room("c")];
  const now = [room("a", { state: "cleaning" }), room("b", { state: "inspected" }), room("c", { state: "cleaning" })];
  const drafts = undoState(before, now, "cleaning", () => 3);
  assert.deepEqual(
    drafts.map(({ entity, body }) => [entity, body["set"]]),
    [["place/a", { state: "dirty" }]],
  );
});

test("a new day: slept in, not marked, not out of order", () => {
  const rooms = [
    room("1", { occupied: true }),
    room("2", { occupied: true, state: "dirty" }),
    room("3", { occupied: true, state: "out-of-order" }),
    room("4", { state: "clean" }),
    room("5", { occupied: true, state: "inspected" }),
  ];
  assert.deepEqual(
    toCleanToday(rooms).map(({ name }) => name),
    ["1", "5"],
  );
});

// ---- Messages -------------------------------------------------------------------------------------

const NOW = 1800000000000;
const DAY = 24 * 3600 * 1000;
const authorOf = (logId: string) => logId.replace(/^p\./, "");
const cook: Me = { deviceId: "k1", role: "kitchen", personId: null };
const anna: Me = { deviceId: "s1", role: "staff", personId: "anna" };
const desk: Me = { deviceId: "m1", role: "manager", personId: null };

const people = () =>
  new House()
    .set("device/k1", { name: "Stove", role: "kitchen" })
    .set("device/s1", { name: "Phone", role: "staff" })
    .set("device/s2", { name: "Tablet", role: "staff" })
    .set("device/m1", { name: "Front desk", role: "manager" })
    .set("person/anna", { name: "Anna" })
    .set("person/bruno", { name: "Bruno" });

const read = (house: House, me: Me): Inbox => readInbox(house, authorOf, me, NOW);
const placesOf = (inbox: Inbox, text: string): string[] =>
  [...inbox.conversations].flatMap(([name, { messages }]) =>
    messages.some((one) => one.text === text) ? [name] : [],
  );
const texts = (messages: readonly TalkMessage[]) => messages.map(({ text }) => text);

test("two roles have one conversation, each under the other's name", () => {
  const house = people()
    .say("1", "s1", NOW - 3, { to: { role: "kitchen" }, text: "How long?", personId: "anna" })
    .say("2", "k1", NOW - 2, { to: { role: "staff" }, text: "Ten minutes" })
    .say("3", "m1", NOW - 1, { to: { role: "staff" }, text: "Bus at four" });
  assert.deepEqual(placesOf(read(house, anna), "How long?"), ["role/kitchen"]);
  assert.deepEqual(placesOf(read(house, anna), "Ten minutes"), ["role/kitchen"]);
  assert.deepEqual(placesOf(read(house, cook), "How long?"), ["role/staff"]);
  assert.deepEqual(placesOf(read(house, anna), "Bus at four"), ["role/manager"]);
  assert.deepEqual(placesOf(read(house, cook), "Bus at four"), [], "not the kitchen's");
  assert.deepEqual(texts(read(house, anna).unread), ["Bus at four", "Ten minutes"]);
  assert.deepEqual(texts(read(house, cook).unread), ["How long?"]);
});

test("to nobody in particular is to everybody; the sender has read it", () => {
  const house = people().say("1", "m1", NOW, { to: {}, text: "Fire drill" });
  for (const me of [cook, anna]) {
    assert.deepEqual(placesOf(read(house, me), "Fire drill"), ["all"]);
    assert.equal(read(house, me).unread.length, 1);
  }
  assert.equal(read(house, desk).unread.length, 0);
});

test("what is private is seen by the two alone, on whatever device they are", () => {
  const house = people().say("1", "p.s1", NOW, {
    to: { personId: "bruno" },
    text: "Swap shifts?",
    personId: "anna",
  });
  const bruno: Me = { deviceId: "s2", role: "staff", personId: "bruno" };
  assert.deepEqual(placesOf(read(house, anna), "Swap shifts?"), ["person/bruno"]);
  assert.deepEqual(placesOf(read(house, bruno), "Swap shifts?"), ["person/anna"]);
  // Bruno takes the very tablet that Anna wrote on: it is new to him, and others see nothing.
  assert.equal(read(house, { ...anna, personId: "bruno" }).unread.length, 1);
  for (const other of [{ ...anna, personId: null }, { ...anna, personId: "carla" }, desk])
    assert.equal(read(house, other).conversations.size, 0);
});

test("from a device where nobody has signed in, it is answered to the device", () => {
  const house = people().say("1", "p.m1", NOW, { to: { personId: "anna" }, text: "Till six?" });
  const inbox = read(house, anna);
  assert.deepEqual(placesOf(inbox, "Till six?"), ["device/m1"]);
  assert.equal(nameConversation(house, "device/m1"), "Front desk");
  const [message] = inbox.unread;
  assert.ok(message);
  const { body, isPrivate } = answerMessage("2", message, "Yes", "anna");
  assert.deepEqual(body["to"], { deviceId: "m1" });
  assert.equal(isPrivate, true);
});

test("a question about a room: for one person, seen by the team, answered to who could have asked", () => {
  const house = people().say("q", "m1", NOW - 5, {
    to: { personId: "anna" },
    text: "Room 205 ready?",
    about: "place/205",
  });
  const inbox = read(house, anna);
  const [question] = inbox.unread;
  assert.ok(question !== undefined && isQuestion(question));
  assert.deepEqual(placesOf(inbox, "Room 205 ready?"), ["role/manager"]);
  assert.deepEqual(placesOf(read(house, desk), "Room 205 ready?"), ["role/staff"]);
  const colleague = read(house, { deviceId: "s2", role: "staff", personId: null });
  assert.deepEqual(placesOf(colleague, "Room 205 ready?"), ["role/manager"]);
  assert.equal(colleague.unread.length, 0, "she is asked, not they");

  const answer = answerMessage("a", question, "Yes, ready", "anna");
  assert.deepEqual(answer.body, {
    to: { role: "manager" },
    text: "Yes, ready",
    about: "place/205",
    replyTo: "q",
    personId: "anna",
  });
  house.say("a", "s1", NOW, answer.body);
  assert.equal(read(house, anna).unread.length, 0, "it has been answered");
  const told = read(house, desk);
  assert.equal(told.answers.get("q")?.text, "Yes, ready");
  assert.deepEqual(texts(told.about.get("place/205") ?? []), ["Room 205 ready?", "Yes, ready"]);
  assert.deepEqual(texts(told.unread), ["Yes, ready"]);
  const said = told.unread[0];
  assert.ok(said !== undefined && !isQuestion(said));
  assert.equal(nameSender(house, said), "Anna");
});

test("questions in all languages; what asks nothing or is about nothing is none", () => {
  const of = (text: string, about: string | null) => ({ text, about, replyTo: null }) as TalkMessage;
  for (const text of ["Ready?", "Prête ?", "¿Lista?", "準備？", "جاهزة؟"])
    assert.ok(isQuestion(of(text, "place/1")), text);
  assert.ok(!isQuestion(of("Ready", "place/1")));
  assert.ok(!isQuestion(of("Ready?", null)));
  assert.ok(!isQuestion(of("Ready?", "order/1")));
});

test("read on one's device, or elsewhere by the same person; what is meant for one, by that one", () => {
  const say = (to: Values, marks: Record<string, string | null>, sentMs = NOW) =>
    read(people().say("1", "m1", sentMs, { to, text: "x" }, marks), anna).unread.length;
  assert.equal(say({ role: "staff" }, {}), 1);
  assert.equal(say({ role: "staff" }, { "delivered/s1/all": null }), 1);
  assert.equal(say({ role: "staff" }, { "read/s1/all": null }), 1, "before she signed in");
  assert.equal(say({ role: "staff" }, { "read/s1/bruno": "bruno" }), 1, "by who had the tablet before");
  assert.equal(say({ role: "staff" }, { "read/s1/bruno": "bruno", "read/s1/anna": "anna" }), 0);
  assert.equal(say({ role: "staff" }, { "read/s2/anna": "anna" }), 0);
  assert.equal(say({ role: "staff" }, { "read/s2/bruno": "bruno" }), 1);
  assert.equal(say({ personId: "anna" }, { "read/s1/bruno": "bruno" }), 1);
  assert.equal(say({ personId: "anna" }, { "read/s2/anna": "anna" }), 0);
  const nobody: Me = { ...anna, personId: null };
  const house = people().say("1", "m1", NOW, { to: { role: "staff" }, text: "x" }, { "read/s1/anna": "anna" });
  assert.equal(read(house, nobody).unread.length, 0, "read on this device");
  assert.equal(say({ role: "staff" }, {}, NOW - 3 * DAY), 0, "the day before yesterday's is over");
});

test("who has read it is told without the sender", () => {
  const marks = { "read/s1/anna": "anna", "read/m1/all": null, "delivered/k1/all": null };
  const house = people().say("1", "m1", NOW, { to: {}, text: "x" }, marks);
  const [message] = read(house, desk).conversations.get("all")?.messages ?? [];
  assert.deepEqual(message?.readers, [{ deviceId: "s1", personId: "anna" }]);
  assert.deepEqual(message?.delivered, [{ deviceId: "k1", personId: null }]);
});

test("nonsense, what was erased and what guests are told is left out; a long conversation is cut", () => {
  const house = people()
    .say("a", "s2", NOW, {})
    .say("b", "s2", NOW, { to: { seatingId: "t" }, text: "Your table is ready" })
    .say("c", "s2", NOW, { to: { role: "staff" }, text: "" })
    .set("message/d", {});
  for (let i = 0; i < SHOWN_MESSAGES + 5; i += 1)
    house.say(`m${String(i)}`, "s2", NOW - 1000 + i, { to: {}, text: String(i) });
  const inbox = read(house, anna);
  assert.deepEqual([...inbox.conversations.keys()], ["all"]);
  const { messages = [] } = inbox.conversations.get("all") ?? {};
  assert.equal(messages.length, SHOWN_MESSAGES);
  assert.equal(messages[messages.length - 1]?.text, String(SHOWN_MESSAGES + 4));
});

test("a guest's words come to the team they are for", () => {
  const house = people().say("1", "hub", NOW, { to: { role: "staff" }, text: "The bill", guestId: "g" });
  const [message] = read(house, anna).unread;
  assert.equal(message?.conversation, "role/guest");
  assert.equal(message === undefined ? "" : nameSender(house, message), "A guest");
  assert.equal(read(house, cook).unread.length, 0);
});

test("names of conversations and whom they reach", () => {
  assert.deepEqual(addresseeOf("all"), {});
  assert.deepEqual(addresseeOf("role/kitchen"), { role: "kitchen" });
  assert.deepEqual(addresseeOf("person/anna"), { personId: "anna" });
  for (const name of ["role/guest", "role/", "person/", "", "order/1"])
    assert.equal(addresseeOf(name), null, name);
  const house = people();
  assert.deepEqual(
    ["all", "role/pos", "person/anna", "person/gone"].map((name) => nameConversation(house, name)),
    ["Everybody", "Till", "Anna", "Somebody"],
  );
  const noon = new Date(2026, 5, 10, 12).getTime();
  assert.deepEqual([noon, noon - DAY].map((ms) => nameDay(ms, noon)), ["Today", "Yesterday"]);
});

test("drafts of messages: what is not said is left out; marks go where the message went", () => {
  assert.deepEqual(sendMessage("1", {}, { text: "Hi" }, false, null), {
    kind: "message.send",
    entity: "message/1",
    body: { to: {}, text: "Hi" },
    isPrivate: false,
  });
  const house = people().say("1", "p.s2", NOW, { to: { personId: "anna" }, text: "x" });
  assert.deepEqual(markMessages(read(house, anna).unread, "read", "anna"), [
    {
      kind: "message.mark",
      entity: "message/1",
      body: { mark: "read", personId: "anna" },
      isPrivate: true,
    },
  ]);
});

test("a page that nobody has touched for two minutes, or that is hidden, reads nothing", () => {
  assert.equal(isAttended(true, 0, ATTENTION_MS - 1), true);
  assert.equal(isAttended(true, 0, ATTENTION_MS), false);
  assert.equal(isAttended(false, 0, 1), false);
  assert.equal(isAttended(true, -Infinity, 1), false);
});

test("what is unread counts also where a conversation is too long to be shown", () => {
  const house = people();
  for (let at = 0; at < SHOWN_MESSAGES + 5; at += 1)
    house.say(String(at), "m1", NOW - 1000 + at, { to: { role: "staff" }, text: "x" });
  assert.equal(read(house, anna).unread.length, SHOWN_MESSAGES + 5);
});

test("an answer that it is ready cleans what is dirty, not what was inspected or is out of order", () => {
  for (const state of [null, "dirty", "cleaning"] as const) assert.equal(becomesClean({ state }), true);
  for (const state of ["clean", "inspected", "out-of-order"] as const)
    assert.equal(becomesClean({ state }), false);
});

test("a note that was typed and not saved goes with the state", () => {
  assert.deepEqual(noteChange("", " "), {});
  assert.deepEqual(noteChange("Late", "Late "), {});
  assert.deepEqual(noteChange("Late", " Early "), { note: "Early" });
  assert.deepEqual(noteChange("Late", ""), { note: null });
});
