// SPDX-License-Identifier: Apache-2.0
// What the pages make of devices, people, places and guests: foreign answers, sentences, names.

import assert from "node:assert/strict";
import { test } from "node:test";

import { RequestError, type Connection } from "@bellhop/client";

import { describeEntry, toEntries } from "../../../data/web/pages/devices/audit-text";
import {
  findArrival,
  spaceCode,
  toDevices,
  toName,
  toPairLink,
  toPairRequests,
} from "../../../data/web/pages/devices/device";
import {
  keepVisit,
  knock,
  parseGuestCode,
  pauseBefore,
  recallVisit,
  resumeVisit,
} from "../../../data/web/pages/guest/guest-session";
import { askHub, HubProblem } from "../../../data/web/pages/link/hub-api";
import { initialsOf, isPin, toPeople, typePin } from "../../../data/web/pages/link/people";
import { describeProblem } from "../../../data/web/pages/link/problem-text";
import { mayReadPeople, nameRole, pagesFor } from "../../../data/web/pages/link/roles";
import { formatAge, formatLeft, formatWait } from "../../../data/web/pages/link/time-text";
import { setCatalogue, t } from "../../../data/web/pages/messages";
import { en } from "../../../data/web/pages/messages/en";
import {
  chooseCodes,
  groupCodes,
  findAsking,
  nextName,
  titleOf,
  toPlaceCodes,
  type PlaceCode,
  toPlaces,
} from "../../../data/web/pages/tables/place";

setCatalogue(en);

const nonsense = [{}, { devices: 7 }, { devices: [null, 7, "x", [], {}] }];

test("devices from the wire: nonsense is left out, a row keeps its place by name", () => {
  for (const one of nonsense) assert.deepEqual(toDevices(one), []);
  const devices = toDevices({
    devices: [
      { deviceId: "2", name: "Till", role: "pos", online: true, path: "hub-relay", person: "Anna" },
      { deviceId: "1", name: "Bar", role: "chef", online: "yes", path: "elsewhere", person: null },
    ],
  });
  assert.deepEqual(
    devices.map(({ name, online, path, person, lastSeenMs }) => [name, online, path, person, lastSeenMs]),
    [
      ["Bar", false, "none", "", null],
      ["Till", true, "hub-relay", "Anna", null],
    ],
  );
  assert.equal(nameRole("chef"), "chef");
  assert.equal(nameRole("toString"), "toString");
});

test("the device that came by the link is its own, and no other's", () => {
  const of = (deviceId: string, linkId?: string) => ({ deviceId, linkId, name: "x" });
  const others = toDevices({ devices: [of("a", "k"), of("b")] });
  assert.equal(findArrival(others, "l"), null);
  const all = toDevices({ devices: [of("a", "k"), of("b"), of("new", "l")] });
  assert.equal(findArrival(all, "l")?.deviceId, "new");
});

const request = (requestId: string, code: unknown, ageMs: number) => ({ requestId, code, ageMs });
const requestIds = (...requests: unknown[]) =>
  toPairRequests({ requests }, 100000).map(({ requestId, askedMs }) => [requestId, askedMs]);

test("requests are shown oldest first, and only with a whole code", () => {
  assert.deepEqual(
    requestIds(
      request("d", "000007", 1000),
      request("b", "48219", 1),
      request("c", 482193, 1),
      request("", "111111", 1),
      request("a", "482193", 5000),
    ),
    [
      ["a", 95000],
      ["d", 99000],
    ],
  );
  assert.equal(spaceCode("000007"), "000 007");
});

test("a request keeps its place when another one comes", () => {
  const [first] = requestIds(request("mine", "482193", 3000));
  assert.deepEqual(requestIds(request("stranger", "111111", 0), request("mine", "482193", 3000))[0], first);
});

test("a link ends by this page's own clock, whatever the hub's says", () => {
  assert.equal(toPairLink({ link: "l", expiresMs: 600000 }, 5).endsMs, 600005);
});

test("a name has 1 to 64 bytes, and nothing that cannot be seen", () => {
  assert.equal(toName("  Anna’s phone \n"), "Anna’s phone");
  assert.equal(toName("a\u0000b\tc"), "a b c");
  assert.equal(toName(" \u007f "), null);
  assert.equal(toName("é".repeat(32)), "é".repeat(32));
  assert.equal(toName("é".repeat(33)), null);
});

test("what is left is never said too large", () => {
  assert.match(formatLeft(600000), /^10\D/);
  assert.match(formatLeft(599999), /^9\D/);
  assert.match(formatLeft(59999), /^59\D/);
  assert.match(formatLeft(-5), /^0\D/);
  assert.match(formatWait(60001), /^2\D/);
  assert.match(formatWait(24001), /^25\D/);
});

test("ages in words, up to a week", () => {
  const now = Date.UTC(2026, 4, 20, 12);
  assert.equal(formatAge(now + 5000, now), t("time.now"));
  assert.match(formatAge(now - 120000, now), /2/);
  assert.match(formatAge(now - 3 * 86400000, now), /3/);
  // By the calendar: what was on Monday evening is not of yesterday on Wednesday morning.
  const wednesday = new Date(2026, 4, 20, 8).getTime();
  const monday = new Date(2026, 4, 18, 20, 30).getTime();
  assert.match(formatAge(monday, wednesday), /2/);
  assert.doesNotMatch(formatAge(new Date(2026, 4, 19, 7).getTime(), wednesday), /\d/);
  assert.match(formatAge(now - 30 * 86400000, now), /2026/);
});

test("the history in sentences, and what is new to this page as it is", () => {
  assert.deepEqual(toEntries({ entries: [null, { kind: 7 }, { who: "x" }] }), []);
  const say = (fields: Record<string, string>) => {
    const [entry] = toEntries({ entries: [{ timeMs: 1, ...fields }] });
    assert.ok(entry);
    return describeEntry(entry);
  };
  assert.deepEqual(say({ kind: "paired", who: "Desk", subject: "Phone", detail: "link" }), {
    text: "Phone was paired by Desk.",
    refusal: false,
  });
  assert.equal(say({ kind: "paired", subject: "Phone" }).text, "Phone was paired.");
  assert.equal(
    say({ kind: "device-role", who: "Desk", subject: "Phone", detail: "pos" }).text,
    "Desk changed Phone to: Till.",
  );
  assert.deepEqual(say({ kind: "pairing-refused", detail: "link-used" }), {
    text: "A device was not paired. Its link had been used already.",
    refusal: true,
  });
  assert.equal(
    say({ kind: "join-refused", subject: "Old phone", detail: "revoked" }).text,
    "A device was not let in: Old phone. It had been removed.",
  );
  assert.equal(
    say({ kind: "join-refused", who: "Old phone", detail: "unauthorized" }).text,
    "A device was not let in: Old phone. It is not paired.",
  );
  assert.equal(say({ kind: "signed-in", who: "Tablet", subject: "Anna" }).text, "Anna signed in on Tablet.");
  assert.equal(
    say({ kind: "words-erased", who: "Desk", subject: "order/1" }).text,
    "Desk erased words of a message, request or note.",
  );
  assert.equal(
    say({ kind: "ticket-unseen", subject: "A-17" }).text,
    "Order A-17 was seen on no kitchen screen in time.",
  );
  assert.equal(
    say({ kind: "alert-dismissed", who: "Desk", subject: "ticket-unseen" }).text,
    "Desk put away a message to the front desk.",
  );
  assert.equal(
    say({ kind: "operations-admitted", who: "Desk", subject: "Bar" }).text,
    "Desk took what Bar had noted after its removal.",
  );
  assert.match(say({ kind: "pairing-refused", detail: "+112" }).text, /112/);
  assert.equal(say({ kind: "moon-landed", who: "Neil", detail: "11" }).text, "moon-landed: 11, Neil");
  // Not a member of every object.
  assert.equal(say({ kind: "constructor" }).text, "constructor");
  assert.match(say({ kind: "toString-refused", detail: "constructor" }).text, /constructor/);
});

test("people by name; who is signed in, or nobody", () => {
  assert.deepEqual(toPeople({}), { people: [], signedIn: null });
  const { people, signedIn } = toPeople({
    people: [{ personId: "2", name: "Zoë" }, { name: "nobody" }, { personId: "1", name: "Anna" }],
    signedIn: { personId: "2", name: "Zoë" },
  });
  assert.deepEqual(people.map(({ name }) => name), ["Anna", "Zoë"]);
  assert.equal(signedIn?.personId, "2");
  assert.equal(initialsOf("Anna Maria Berg"), "AB");
  assert.equal(initialsOf(" đặng "), "Đ");
  assert.equal(initialsOf("👩‍🍳"), "👩");
  assert.equal(initialsOf(""), "");
});

test("a PIN has 4 to 8 digits and takes only the pad's keys", () => {
  assert.equal(typePin("12", "3"), "123");
  assert.equal(typePin("12", "Backspace"), "1");
  assert.equal(typePin("", "Backspace"), "");
  assert.equal(typePin("12345678", "9"), "12345678");
  for (const key of ["a", "Enter", "12", "٣", ""]) assert.equal(typePin("1", key), null);
  assert.deepEqual(["123", "1234", "12345678", "123456789", "12a4", "١٢٣٤"].map(isPin), [
    false,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("each role sees the pages it works with, and guests none", () => {
  const names = (role: string | null) => pagesFor(role).map(({ name }) => name);
  assert.deepEqual(names("manager"), [
    "manage",
    "staff",
    "pos",
    "kitchen",
    "rooms",
    "talk",
    "tables",
    "menu",
    "devices",
    "paper",
  ]);
  assert.deepEqual(names("staff"), ["staff", "tables", "rooms", "talk", "pos", "paper"]);
  assert.deepEqual(names("kitchen"), ["kitchen", "talk", "paper"]);
  assert.deepEqual(names("guest"), []);
  for (const role of ["constructor", "hub"]) assert.deepEqual(names(role), []);
  assert.equal(names(null).includes("devices"), false);
  assert.deepEqual(["manager", "kitchen", "printer", "guest", null].map(mayReadPeople), [
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("places in the order people count in; who waits longest comes first", () => {
  const seating = (state: string, sinceMs: number) => ({ seatingId: "s", state, sinceMs, guests: 2 });
  const places = toPlaces({
    places: [
      { placeId: "c", kind: "table", name: "10", seating: seating("requested", 50) },
      { placeId: "a", kind: "table", name: "9", seating: seating("requested", 90) },
      { placeId: "b", kind: "room", name: "101", seating: seating("open", 7) },
      { placeId: "d", kind: "cellar", name: "2", seating: null },
      { kind: "table", name: "1" },
    ],
  });
  assert.deepEqual(
    places.map(({ name, kind, state, guests }) => [name, kind, state, guests]),
    [
      ["2", "table", "free", 0],
      ["9", "table", "asks", 2],
      ["10", "table", "asks", 2],
      ["101", "room", "seated", 2],
    ],
  );
  assert.deepEqual(findAsking(places).map(({ name }) => name), ["10", "9"]);
});

test("a place is called by its number with its kind, or by its own name", () => {
  assert.equal(titleOf("table", "12"), "Table 12");
  assert.equal(titleOf("room", "B204"), "Room B204");
  assert.equal(titleOf("table", "Terrace by the oak"), "Terrace by the oak");
  assert.deepEqual(["12", "A7", "009", "99", "Terrace", "", "1234567"].map(nextName), [
    "13",
    "A8",
    "010",
    "100",
    "",
    "",
    "1234568",
  ]);
});

test("printed codes: all, a kind, or one", () => {
  const code = (placeId: string, kind: string, name: string, svg = "<svg/>") => ({
    placeId,
    kind,
    name,
    svg,
  });
  const codes = toPlaceCodes({
    codes: [code("a", "table", "10"), code("b", "table", "9"), code("c", "room", "1", "")],
  });
  assert.deepEqual(codes.map(({ name }) => name), ["9", "10"]);
  assert.equal(chooseCodes(codes, "").length, 2);
  assert.equal(chooseCodes(codes, "room").length, 0);
  assert.deepEqual(chooseCodes(codes, "a").map(({ name }) => name), ["10"]);
});

test("printed codes lie together by area and floor, as they are handed out", () => {
  const code = (placeId: string, kind: "table" | "room", name: string): PlaceCode => ({ placeId, kind, name, svg: "<svg/>" });
  const codes = ["2", "9", "10"].map((name) => code(`t${name}`, "table", name));
  const rooms = ["101", "102", "201", "1204"].map((name) => code(`r${name}`, "room", name));
  const where: Record<string, { area: string; floor: string }> = {
    t9: { area: "Terrace", floor: "" },
    t10: { area: "Terrace", floor: "1" },
    r102: { area: "", floor: "Mezzanine" },
  };
  const groups = groupCodes([...codes, ...rooms], (placeId) => where[placeId] ?? { area: "", floor: "" });
  assert.deepEqual(groups.map((group) => [group.title, group.codes.map(({ name }) => name).join(" ")]), [
    ["Tables", "2"],
    ["Tables · Terrace", "9"],
    ["Tables · Terrace · Floor 1", "10"],
    ["Rooms · Floor 1", "101"],
    ["Rooms · Floor 2", "201"],
    ["Rooms · Floor 12", "1204"],
    ["Rooms · Floor Mezzanine", "102"],
  ]);
});

const CODE = "AAAAAAAAAAAAAAAAAAAAAA";

test("the code in the address, and nothing that only looks like one", () => {
  assert.equal(parseGuestCode(`#${CODE}.bellhop-4f2a.local`), CODE);
  assert.equal(parseGuestCode(`#${CODE}`), CODE);
  for (const bad of ["", "#", `#${CODE}A`, `#${CODE.slice(1)}`, `#${CODE}.a/b`, `#<${CODE}`])
    assert.equal(parseGuestCode(bad), null, bad);
});

test("a session is kept for its own place only", () => {
  assert.equal(recallVisit(null), null);
  keepVisit(CODE, "s");
  assert.deepEqual(recallVisit(null), { code: CODE, session: "s", scanned: false });
  assert.deepEqual(recallVisit(CODE), { code: CODE, session: "s", scanned: true });
  const other = "B".repeat(22);
  assert.deepEqual(recallVisit(other), { code: other, session: "", scanned: true });
});

test("who knocks by itself has scanned nothing, and keeps to the visit that it is of", () => {
  const other = "C".repeat(22);
  const resume = (code: string, session: string) =>
    resumeVisit({ code, session: "", scanned: true }, session);
  keepVisit(CODE, "kept");
  assert.deepEqual(resume(CODE, "shown"), { code: CODE, session: "kept", scanned: false });
  // Nothing is kept of it, as in a browser that keeps nothing.
  assert.deepEqual(resume(other, "shown"), { code: other, session: "shown", scanned: false });
});

function answering(status: number, body: unknown) {
  const asked: unknown[] = [];
  const fetchIt = ((_url: unknown, init: RequestInit) => {
    asked.push(JSON.parse(String(init.body)));
    if (status === 0) return Promise.reject(new TypeError("network"));
    return Promise.resolve(new Response(typeof body === "string" ? body : JSON.stringify(body), { status }));
  }) as typeof fetch;
  return { fetchIt, asked };
}

test("at the door: each answer of the hub, and none", async () => {
  const place = { placeId: "p", kind: "room", name: "204" };
  const opened = { code: CODE, session: "", scanned: false };
  const good = answering(201, { tenantId: "hotel", session: "s", place, state: "seated" });
  assert.deepEqual(await knock(opened, good.fetchIt), {
    kind: "in",
    tenantId: "hotel",
    session: "s",
    place: { kind: "room", name: "204" },
    state: "seated",
  });
  await knock({ ...opened, session: "old" }, good.fetchIt);
  assert.deepEqual(good.asked, [{ code: CODE }, { code: CODE, session: "old" }]);

  const kindOf = async (status: number, body: unknown) =>
    (await knock(opened, answering(status, body).fetchIt)).kind;
  assert.equal(await kindOf(403, { code: "outside" }), "outside");
  assert.equal(await kindOf(404, { code: "code-unknown" }), "unknown");
  assert.equal(await kindOf(410, "not JSON"), "over");
  assert.equal(await kindOf(429, {}), "away");
  assert.equal(await kindOf(503, "busy"), "away");
  assert.equal(await kindOf(201, { tenantId: "h", session: "s", place, state: "dancing" }), "away");
  assert.equal(await kindOf(201, { session: "s", place, state: "seated" }), "away");
  assert.equal(await kindOf(0, null), "away");
});

test("scanned again after a visit is the next visit; opened again is still the end of the last", async () => {
  const over = (scanned: boolean) => {
    const door = answering(410, { code: "seating-ended" });
    return knock({ code: CODE, session: "old", scanned }, door.fetchIt).then(() => door.asked);
  };
  assert.deepEqual(await over(false), [{ code: CODE, session: "old" }]);
  assert.deepEqual(await over(true), [{ code: CODE, session: "old" }, { code: CODE }]);
});

test("the pauses at the door grow, and end growing", () => {
  assert.equal(pauseBefore(0), 2000);
  assert.ok(pauseBefore(1) > pauseBefore(0));
  assert.equal(pauseBefore(100), 15000);
});

/** Only what askHub() uses of a connection. */
function hubThat(answer: () => Promise<{ status: number; body: unknown }>, path = "hub-relay") {
  return { path, api: answer } as unknown as Connection;
}

test("asking the hub: its answer, its refusal, and its silence", async () => {
  const asked = (connection: Connection | null) => askHub(connection, "POST", "/api/v1/x", {});
  const code = async (connection: Connection | null) => {
    const problem: unknown = await asked(connection).then(
      () => null,
      (reason: unknown) => reason,
    );
    assert.ok(problem instanceof HubProblem);
    return [problem.status, problem.code, describeProblem(problem)];
  };
  assert.deepEqual(
    await asked(hubThat(() => Promise.resolve({ status: 201, body: { a: 1 } }))),
    { a: 1 },
  );
  assert.deepEqual(await asked(hubThat(() => Promise.resolve({ status: 200, body: null }))), {});
  assert.deepEqual(
    await code(hubThat(() => Promise.resolve({ status: 409, body: { code: "last-manager" } }))),
    [409, "last-manager", t("devices.last-manager")],
  );
  assert.deepEqual(await code(hubThat(() => Promise.resolve({ status: 403, body: null }))), [
    403,
    "",
    t("trouble.forbidden"),
  ]);
  assert.deepEqual(await code(null), [0, "away", t("trouble.away")]);
  // No way just now: nothing waits to be done later.
  assert.deepEqual(await code(hubThat(() => assert.fail("asked"), "none")), [
    0,
    "away",
    t("trouble.away"),
  ]);
  const silent = hubThat(() => Promise.reject(new RequestError("timeout", "")));
  assert.deepEqual(await code(silent), [0, "away", t("trouble.away")]);
});

test("no screen for staff says what only builders say", () => {
  assert.equal(describeProblem(new TypeError("x")), t("trouble.other"));
  assert.equal(describeProblem(new HubProblem(500, "constructor")), t("trouble.other"));
});
