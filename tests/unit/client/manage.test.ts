// SPDX-License-Identifier: Apache-2.0
// What the manager's pages compute: prices as they are typed, positions, figures, charts, the sample
// restaurant, which ways stand in the bar.

import assert from "node:assert/strict";
import { test } from "node:test";

import { MemoryStore } from "../../../data/web/client/log/memory-store";
import type { Property, PropertyDraft } from "../../../data/web/client/log/property";

import { allergenWord, findAllergen, joinAllergens, nameAllergens, toWords } from "../../../data/web/pages/house/allergens";
import { parseLeft, toggled } from "../../../data/web/pages/house/availability";
import { readMenu } from "../../../data/web/pages/house/menu";
import { isForKitchen, readOpenOrders, waitingLines } from "../../../data/web/pages/house/orders";
import { toAlerts } from "../../../data/web/pages/house/alerts";
import { amountText, digitsOf, parsePercent } from "../../../data/web/pages/house/money";
import { describeAlert } from "../../../data/web/pages/manage/alerts";
import { medianOf, roundTop, toBars, toLine } from "../../../data/web/pages/manage/chart";
import { toDetails } from "../../../data/web/pages/manage/details";
import {
  BUCKET_MS,
  BUCKETS,
  countOperations,
  dayStart,
  estimateSaving,
  readFigures,
  readStationLoads,
  toBuckets,
} from "../../../data/web/pages/manage/figures";
import { countRoles, toHeadline, toStatus } from "../../../data/web/pages/manage/status";
import {
  guessCurrency,
  MAX_PRICE,
  parsePrice,
  parseSigned,
} from "../../../data/web/pages/menu/amount";
import { toModifierSet } from "../../../data/web/pages/menu/choice-draft";
import { changePart, changesOf, move, nextPosition } from "../../../data/web/pages/menu/drafts";
import { itemDrafts, toItemSets, toTypedItem } from "../../../data/web/pages/menu/item-draft";
import { bytesOf, fitSize, readDataUrl } from "../../../data/web/pages/menu/picture";
import { languages, setCatalogue } from "../../../data/web/pages/messages";
import { en } from "../../../data/web/pages/messages/en";
import { closeDay, readDay } from "../../../data/web/pages/pos/day-totals";
import {
  isEmpty,
  isUnmarked,
  isWhole,
  markPlace,
  menuDrafts,
  placesOfSample,
  samplePlaces,
  wholeDraft,
} from "../../../data/web/pages/start/sample";
import { findGeneration, orderDrafts, orderRemoval } from "../../../data/web/pages/start/sample-orders";
import { isThere, menuRemoval } from "../../../data/web/pages/start/sample-removal";
import { sampleTexts } from "../../../data/web/pages/start/sample-texts";
import { chooseInBar } from "../../../data/web/pages/theme/bar-room";
import { FakeClock } from "./fake-clock";
import { openProperty } from "./property-fixture";

setCatalogue(en);

test("a price is read as people type it", () => {
  const good: [typed: string, digits: number, minor: number][] = [
    ["12,50", 2, 1250],
    ["12.50", 2, 1250],
    ["12", 2, 1200],
    [" 12,5 ", 2, 1250],
    ["0.05", 2, 5],
    [".5", 2, 50],
    ["12.", 2, 1200],
    ["€ 12,50", 2, 1250],
    ["12,50 €", 2, 1250],
    ["Fr. 12.-", 2, 1200],
    ["12.50 EUR", 2, 1250],
    ["1.234,56", 2, 123456],
    ["1,234.56", 2, 123456],
    ["1'234.50", 2, 123450],
    ["1\u202f234,50", 2, 123450],
    ["1,234", 2, 123400],
    ["1.234.567", 0, 1234567],
    ["1,234", 0, 1234],
    ["320", 0, 320],
    ["1.250", 3, 1250],
    ["１２.５０", 2, 1250],
  ];
  for (const [typed, digits, minor] of good)
    assert.equal(parsePrice(typed, digits), minor, typed);
  const bad = ["", " ", "abc", "-5", "12,505,1", "1.23.4", "0,125", "12,3456", "1 000 001", "12€50€", "."];
  for (const typed of bad) assert.equal(parsePrice(typed, 2), null, typed);
  assert.equal(parsePrice("12.5", 0), null, "there are no cents of a yen");
  assert.equal(parsePrice("1000000", 2), MAX_PRICE);
  assert.equal(parseSigned("−0,50", 2), -50);
  assert.equal(parseSigned("+0,50", 2), 50);
  assert.equal(parseSigned("- 1", 2), -100);
  assert.equal(parseSigned("0", 2), 0);
  assert.equal(parseSigned("--1", 2), null);
});

test("what a field shows is read back as the same", () => {
  for (const locale of ["en", "de", "fr", "es", "de-CH"])
    for (const minor of [0, 5, 1250, 123456, MAX_PRICE])
      for (const digits of [0, 2, 3])
        assert.equal(parsePrice(amountText(minor, digits, locale), digits), minor, `${locale} ${minor}`);
});

test("percentages, counts, currencies", () => {
  assert.deepEqual(["19", "5,5 %", "12.5", "100", "0"].map(parsePercent), [1900, 550, 1250, 10000, 0]);
  assert.deepEqual(["101", "-1", "x", ""].map(parsePercent), [null, null, null, null]);
  assert.deepEqual(["", " ", "0", "12"].map(parseLeft), [null, null, 0, 12]);
  assert.deepEqual(["-1", "1.5", "x", "100001"].map(parseLeft), Array(4).fill(undefined));
  const back = { available: true, remaining: null };
  assert.deepEqual(toggled({ available: true, remaining: 3 }), { available: false });
  assert.deepEqual(toggled({ available: false, remaining: 0 }), back, "who brings it back has some");
  assert.deepEqual(toggled({ available: false, remaining: 3 }), { available: true });
  assert.deepEqual([digitsOf("EUR"), digitsOf("JPY"), digitsOf("KWD")], [2, 0, 3]);
  assert.deepEqual(["en-GB", "de-CH", "de", "en-US", "fr-FR", "en-XX"].map(guessCurrency), [
    "GBP",
    "CHF",
    "EUR",
    "USD",
    "EUR",
    "EUR",
  ]);
});

test("allergens: the fourteen in any language, others as they were typed", () => {
  assert.equal(findAllergen(" milch "), "milk");
  assert.equal(findAllergen("Fruits à coque"), "nuts");
  assert.equal(findAllergen("honey"), null);
  assert.equal(findAllergen("constructor"), null);
  assert.equal(allergenWord("sulphites", "de"), "Sulfite");
  assert.deepEqual(toWords(" honey ,alcohol;; honey"), ["honey", "alcohol"]);
  assert.deepEqual(joinAllergens(["Lait", "Gluten", "old"], ["honey", "Milch"]), ["Gluten", "Milk", "honey"]);
  assert.equal(nameAllergens(["Erdnüsse", "Honig vom Dach", 7, "lait"]), "Peanuts, Honig vom Dach, Milk");
});

test("an item is written once all of it makes sense, and only what is other than before", () => {
  const typed = {
    ...{ name: " Soup ", description: "", price: "7,50", categoryId: "c", taxId: "", stationId: "" },
    ...{ modifierIds: [], allergens: ["Milk"], picture: null, left: "3" },
  };
  const sets = toItemSets(typed, 2);
  assert.equal(sets?.set["name"], "Soup");
  assert.equal(sets?.set["price"], 750);
  assert.equal(sets?.set["taxId"], null);
  assert.equal(sets?.remaining, 3);
  for (const wrong of [{ name: " " }, { price: "x" }, { left: "x" }])
    assert.equal(toItemSets({ ...typed, ...wrong }, 2), null);
  const next = toItemSets({ ...typed, price: "8", allergens: ["Milk", "Eggs"] }, 2);
  assert.deepEqual(changesOf(next?.set ?? {}, sets?.set ?? {}), { price: 800, allergens: ["Milk", "Eggs"] });
});

test("choices: those without a name are left out, and nobody must choose more than there is", () => {
  const choice = (name: string, price = "") => ({ choiceId: name || "none", name, price });
  const typed = { name: "Side", min: 1, max: 1, choices: [choice("Fries"), choice(""), choice("Rice", "-0.5")] };
  assert.deepEqual(
    toModifierSet(typed, 2)?.choices.map(({ name, price }) => [name, price]),
    [
      ["Fries", 0],
      ["Rice", -50],
    ],
  );
  assert.equal(toModifierSet({ ...typed, min: 3, max: 3 }, 2), null);
  assert.equal(toModifierSet({ ...typed, choices: [choice("Fries", "x")] }, 2), null);
  assert.equal(toModifierSet({ ...typed, choices: [] }, 2), null);
});

test("moving writes those only whose position becomes another", () => {
  const list = [10, 20, 30].map((position, at) => ({ id: "abc".charAt(at), position }));
  const drafts = move("item", list, 2, 0, () => 7);
  assert.deepEqual(
    drafts.map(({ kind, entity, body }) => [kind, entity, body]),
    // The others stand where they stood.
    [["item.set", "item/c", { version: 7, set: { position: 0 } }]],
  );
  assert.deepEqual(move("item", list, 0, -1, () => 1), []);
  assert.deepEqual(move("item", list, 0, 3, () => 1), []);
  assert.equal(nextPosition([]), 0);
  assert.equal(nextPosition(list), 40);
});

test("a picture is made to fit, and is what was asked for", () => {
  assert.deepEqual(fitSize(4000, 3000), [640, 480]);
  assert.deepEqual(fitSize(300, 200), [300, 200]);
  assert.deepEqual(fitSize(10000, 1), [640, 1]);
  assert.equal(bytesOf(Buffer.from("hello").toString("base64")), 5);
  assert.deepEqual(readDataUrl("data:image/webp;base64,AAAA", "image/webp"), { type: "image/webp", data: "AAAA" });
  assert.equal(readDataUrl("data:image/png;base64,AAAA", "image/webp"), null);
});

test("charts: bars stand on their foot, the line ends at the right, tops are round", () => {
  assert.deepEqual([0, 4, 5, 7, 11, 21, 45, 61, 101].map(roundTop), [4, 4, 6, 10, 20, 40, 60, 100, 200]);
  for (const { x, y, width, height } of toBars([0, 2, 4], 90, 100)) {
    assert.ok(x >= 0 && x + width <= 90);
    assert.equal(y + height, 100);
  }
  assert.equal(toBars([0, 2, 4], 90, 100)[2]?.height, 100);
  assert.deepEqual(toBars([], 90, 100), []);
  assert.equal(toLine([1], 10, 90, 100), "");
  assert.equal(toLine([0, 4], 10, 90, 100), "M80.0 100.0L90.0 0.0");
  assert.deepEqual([medianOf([]), medianOf([3, 1, 2]), medianOf([4, 1, 2, 3])], [null, 2, 2.5]);
});

test("orders fall into tens of minutes, those of a fast clock into the last", () => {
  const nowMs = 100 * BUCKET_MS + 5;
  const buckets = toBuckets([nowMs, nowMs + BUCKET_MS, nowMs - BUCKET_MS, nowMs - 30 * BUCKET_MS], nowMs);
  assert.equal(buckets.length, BUCKETS);
  assert.deepEqual(buckets.slice(-3).map(({ count }) => count), [0, 1, 2]);
  assert.equal(buckets[BUCKETS - 1]?.fromMs, 100 * BUCKET_MS);
});

test("the saving is what product.md says: 200 a day are six dollars a month", () => {
  assert.equal(estimateSaving(0).month, 0);
  assert.ok(Math.abs(estimateSaving(200).today - 0.2) < 1e-9);
  assert.ok(Math.abs(estimateSaving(200).month - 5.9) < 1e-9);
});

test("the hub's answers in words; nonsense is nothing", () => {
  assert.deepEqual(toStatus({}), { localShare: 1, operations: 0, cloud: 0, doubts: 0 });
  const operations = { "local-p2p": 3, "cloud-relay": 1 };
  assert.deepEqual(toStatus({ log: { operations, localShare: 0.75 }, print: { uncertain: 2 } }), {
    localShare: 0.75,
    operations: 4,
    cloud: 1,
    doubts: 2,
  });
  assert.deepEqual(toAlerts({ alerts: [null, 7, {}] }), []);
  const subject = { number: "A-1", printed: true };
  const [alert] = toAlerts({ alerts: [{ alertId: "x", kind: "ticket-unseen", atMs: 1, subject }] });
  assert.ok(alert !== undefined);
  assert.match(describeAlert(alert, "Table 4"), /A-1 \(Table 4\).*printed/);
  for (const kind of ["screen-silent", "tickets-after-outage", "printer-trouble", "of another hub"])
    assert.notEqual(describeAlert({ ...alert, kind }, ""), "");
});

const device = (role: string, online: boolean) => ({
  ...{ deviceId: role, name: role, role, createdMs: 0, lastSeenMs: null, online },
  ...{ path: "none" as const, person: "", kind: "", linkId: "" },
});

test("one sentence: the first thing that wants a look, else that all is well", () => {
  const devices = [device("manager", true), device("pos", false), device("pos", true)];
  const paper = { name: "paper", kind: "paper", state: "ready", waiting: 0 };
  const well = { isAway: false, isConnecting: false, alerts: 0, devices, printers: [paper], doubts: 0, cooking: 1 };
  assert.equal(
    toHeadline(well).text,
    "Everything is working. 2 devices, 1 printer, 1 order in the kitchen.",
  );
  const out = { ...paper, detail: "paper-out" };
  assert.match(toHeadline({ ...well, printers: [out] }).text, /Out of paper/);
  const doubtful = toHeadline({ ...well, doubts: 2 });
  assert.match(doubtful.text, /^Perhaps not printed: 2\./);
  assert.equal(doubtful.tone, "wait");
  assert.match(toHeadline({ ...well, printers: [out], doubts: 2 }).text, /Out of paper/);
  assert.equal(toHeadline({ ...well, alerts: 1 }).tone, "bad");
  assert.equal(toHeadline({ ...well, isAway: true, alerts: 1 }).tone, "wait");
  assert.deepEqual(
    countRoles(devices).map(({ role, online, all }) => [role, online, all]),
    [
      ["manager", 1, 1],
      ["pos", 1, 2],
    ],
  );
});

test("details: only what changed is written, and nothing that makes no sense", () => {
  const before = {
    ...{ name: "House", address: "", phone: "", taxNumber: "", footer: "" },
    ...{ currency: "XXX", unseenSeconds: "60" },
  };
  const typed = { ...before, address: " 1 Street \n\n Town", phone: "", currency: "EUR" };
  assert.deepEqual(toDetails(typed, before).set, { address: ["1 Street", "Town"], currency: "EUR" });
  assert.deepEqual(toDetails({ ...before, phone: " " }, { ...before, phone: "1" }).set, { phone: null });
  for (const wrong of [{ name: "" }, { unseenSeconds: "9" }, { unseenSeconds: "x" }, { footer: "x\n".repeat(9) }])
    assert.notEqual(toDetails({ ...before, ...wrong }, before).wrong, null);
});

test("the bar holds what fits, and always the page that is open", () => {
  const room = { width: 300, gap: 10, more: 50, widths: [90, 90, 90, 90] };
  assert.deepEqual(chooseInBar(null, 10, 9), [0, 1, 2, 3]);
  assert.deepEqual(chooseInBar({ ...room, width: 390 }, 4, 0), [0, 1, 2, 3]);
  assert.deepEqual(chooseInBar(room, 4, 0), [0, 1]);
  assert.deepEqual(chooseInBar(room, 4, 3), [0, 3]);
  assert.deepEqual(chooseInBar(room, 4, -1), [0, 1]);
  assert.deepEqual(chooseInBar({ ...room, width: 10 }, 4, 2), [2]);
  assert.deepEqual(chooseInBar({ ...room, width: 10 }, 4, -1), []);
});

test("a dialog writes what was changed in it, whatever became of the part meanwhile", () => {
  const next = () => 7;
  const before = { name: "Food", rateBp: 700, included: true };
  const change = { id: "food", before, isGone: false };
  assert.deepEqual(changePart("tax", { ...change, set: { ...before } }, next), []);
  const [dearer] = changePart("tax", { ...change, set: { ...before, rateBp: 900 } }, next);
  assert.deepEqual(dearer?.body["set"], { rateBp: 900 });
  const [back] = changePart("tax", { ...change, set: { ...before }, isGone: true }, next);
  assert.deepEqual([back?.entity, back?.body["set"]], ["tax/food", { removed: false }]);
  const added = changePart("tax", { ...change, set: before, before: {} }, next);
  assert.deepEqual(added[0]?.body["set"], before);

  const item = {
    ...{ itemId: "soup", name: "Soup", description: "", price: 700, currency: "EUR", categoryId: null },
    ...{ tax: null, modifiers: [], allergens: [], stationId: null, position: 0, picture: null },
    ...{ available: true, remaining: 5 },
  };
  const house = { categories: [], items: new Map(), modifiers: [], taxes: [], stations: [], currency: "EUR" };
  const typed = toTypedItem(item, 2, "en");
  const writing = { itemId: "soup", before: item, isGone: false, menu: house, currency: "EUR", locale: "en" };
  const bodies = (more: Partial<typeof typed>, changed: object = {}) =>
    itemDrafts({ ...writing, typed: { ...typed, ...more }, ...changed }, next).map(({ kind, body }) => [
      kind,
      body["set"],
    ]);
  assert.deepEqual(bodies({}), []);
  assert.deepEqual(bodies({ name: "Broth" }), [["item.set", { name: "Broth" }]]);
  assert.deepEqual(bodies({ left: "" }), [["item.availability", { remaining: null }]]);
  // The property's currency was said by another while this was typed: it stays.
  assert.deepEqual(bodies({ name: "Broth" }, { currency: "USD" }), [["item.set", { name: "Broth" }]]);
  assert.deepEqual(bodies({ price: "8" }, { menu: { ...house, currency: "XXX" } }), [
    ["property.set", { currency: "EUR" }],
    ["item.set", { price: 800 }],
  ]);
});

// ---- The sample restaurant ------------------------------------------------------------------------

const EUR = { currency: "EUR", digits: 2 };

interface House {
  property: Property;
  clock: FakeClock;
  next: (entity: string) => number;
}

async function openHouse(): Promise<House> {
  const clock = new FakeClock();
  const { property } = await openProperty(new MemoryStore(), "desk", { role: "manager", clock });
  return { property, clock, next: (entity) => property.nextVersion(entity) };
}

/** As the hub does it. */
async function addPlace({ property }: House, placeId: string, kind: string, name: string): Promise<void> {
  await property.write({ kind: "place.set", entity: `place/${placeId}`, body: { version: 1, set: { kind, name } } });
}

async function addPlaces(house: House): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const place of samplePlaces) {
    const placeId = `p-${place.name}`;
    await addPlace(house, placeId, place.kind, place.name);
    await house.property.write(markPlace(placeId, place, "en", house.next));
    ids.set(`${place.kind} ${place.name}`, placeId);
  }
  return ids;
}

async function openRestaurant(house: House): Promise<void> {
  const { property, clock, next } = house;
  await property.write(menuDrafts(property, "en", EUR, next));
  const placeIds = await addPlaces(house);
  const nowMs = clock.utcNow();
  const scene = {
    ...{ menu: readMenu(property), language: "en" as const, placeIds, nowMs },
    ...{ numbers: ["A-1", "A-2", "A-3"], generation: findGeneration(property, nowMs) },
  };
  await property.write([...orderDrafts(property, scene), wholeDraft(true, next)]);
}

async function closeRestaurant(house: House): Promise<void> {
  const { property, next } = house;
  await property.write([
    ...orderRemoval(property, "en", next),
    ...menuRemoval(property, "Hub", next),
  ]);
  for (const placeId of placesOfSample(property)) {
    const entity = `place/${placeId}`;
    await property.write({ kind: "place.set", entity, body: { version: next(entity), set: { removed: true } } });
  }
}

test("every language has the whole sample", () => {
  const { en: english, ...others } = sampleTexts;
  for (const [language, texts] of Object.entries(others)) {
    assert.deepEqual(Object.keys(texts.items), Object.keys(english.items), language);
    assert.deepEqual(Object.keys(texts.choices), Object.keys(english.choices), language);
  }
  assert.equal(new Set(Object.values(sampleTexts).map(({ area }) => area)).size, languages.length);
});

test("the sample: a menu, places, orders in three states; all of it goes, and nothing else", async () => {
  const house = await openHouse();
  const { property, clock, next } = house;
  // What somebody had before.
  await property.write({
    kind: "tax.set",
    entity: "tax/own",
    body: { version: 1, set: { name: "Own", rateBp: 500, included: true } },
  });
  assert.equal(isEmpty(property), true);
  await openRestaurant(house);

  const menu = readMenu(property);
  assert.equal(menu.categories.length, 4);
  assert.equal(menu.items.size, 16);
  assert.deepEqual(menu.stations.map(({ name }) => name), ["Kitchen", "Bar"]);
  assert.equal(menu.currency, "EUR");
  for (const item of menu.items.values()) {
    assert.notEqual(item.tax, null);
    assert.notEqual(item.stationId, null);
    assert.ok(item.price > 0 && item.name !== "");
    for (const word of item.allergens) assert.notEqual(findAllergen(word), null, word);
  }
  const orders = readOpenOrders(property, property.hubNow());
  assert.equal(orders.length, 3);
  assert.equal(orders.filter((order) => waitingLines(order).length > 0).length, 1);
  assert.equal(orders.filter((order) => order.lines.some((line) => isForKitchen(order, line))).length, 2);
  const figures = readFigures(property, clock.utcNow());
  assert.deepEqual(
    [figures.waiting, figures.cooking, figures.ready, figures.toPay],
    [1, 2, 1, 0],
  );
  assert.notEqual(figures.oldest, null);
  assert.equal(property.record("place/p-103")?.registers["state"]?.[0], "cleaning");
  assert.deepEqual([isThere(property), isWhole(property), isEmpty(property)], [true, true, false]);
  assert.ok(countOperations(property, dayStart(clock.utcNow())) > 40);
  assert.equal(countOperations(property, clock.utcNow() + 1000), 0);

  // Somebody paid one, wrote an order and an item of their own.
  const [paid] = orders;
  assert.ok(paid !== undefined);
  await property.write([
    {
      kind: "payment.add",
      entity: `order/${paid.orderId}`,
      body: { paymentId: "pay", method: "cash", amount: paid.total },
    },
    { kind: "item.set", entity: "item/own", body: { version: 1, set: { name: "Own", price: 100 } } },
    { kind: "order.open", entity: "order/own", body: { number: "B-1", currency: "EUR", source: "staff" } },
  ]);
  assert.equal(readFigures(property, clock.utcNow()).sales[0]?.amount, paid.total);

  await closeRestaurant(house);
  assert.equal(isThere(property), false);
  assert.equal(isWhole(property), false);
  assert.deepEqual([...readMenu(property).items.keys()], ["own"]);
  assert.deepEqual(readMenu(property).taxes.map(({ taxId }) => taxId), ["own"]);
  assert.deepEqual(readOpenOrders(property, property.hubNow()).map(({ orderId }) => orderId), ["own"]);
  const after = readFigures(property, clock.utcNow());
  assert.deepEqual([after.cooking, after.waiting], [0, 0]);
  assert.deepEqual(after.sales.map(({ amount }) => amount), [0], "what was taken went back");
  assert.deepEqual(orderRemoval(property, "en", next), []);

  // Again: other orders, for those before are over.
  clock.advance(60000);
  await openRestaurant(house);
  assert.equal(readOpenOrders(property, property.hubNow()).length, 4);
  assert.equal(readMenu(property).items.size, 17);
});

test("begun again it finishes what was interrupted, and writes nothing twice", async () => {
  const house = await openHouse();
  const { property, clock, next } = house;
  await addPlace(house, "mine", "table", "1");
  clock.advance(1000);
  const drafts = menuDrafts(property, "de", EUR, next);
  await property.write(drafts.slice(0, 7));
  assert.equal(isWhole(property), false);
  assert.equal(isThere(property), true);
  const rest = menuDrafts(property, "de", EUR, next);
  assert.equal(rest.length, drafts.length - 7);
  await property.write(rest);
  assert.deepEqual(menuDrafts(property, "de", EUR, next), []);

  // A table that was there before is its owner's; one that was added and not marked is the sample's.
  clock.advance(1000);
  await addPlace(house, "orphan", "table", "2");
  assert.equal(isUnmarked(property, "mine"), false);
  assert.equal(isUnmarked(property, "orphan"), true);
  assert.equal(isUnmarked(property, "not here yet"), false);
  await property.write(markPlace("orphan", { kind: "table", name: "2" }, "de", next));
  assert.equal(isUnmarked(property, "orphan"), false);
  assert.deepEqual(placesOfSample(property), ["orphan"]);
  await property.write(wholeDraft(true, next));
  await addPlace(house, "later", "table", "3");
  assert.equal(isUnmarked(property, "later"), false);
});

test("what somebody has said of their house is not the sample's to change", async () => {
  const { property, next } = await openHouse();
  const set = { name: "Mine", currency: "CHF" };
  await property.write({ kind: "property.set", entity: "property/house", body: { version: 1, set } });
  await property.write(menuDrafts(property, "fr", { currency: "CHF", digits: 2 }, next));
  const read = (name: string) => property.record("property/house")?.registers[name]?.[0];
  assert.deepEqual([read("name"), read("currency")], ["Mine", "CHF"]);
  assert.deepEqual(read("address"), sampleTexts.fr.house.address);
  await property.write(menuRemoval(property, "Hub", next));
  assert.equal(read("name"), "Mine");
  assert.deepEqual(read("address"), []);
});

test("what somebody has made theirs of the sample stays, with all it refers to", async () => {
  const house = await openHouse();
  const { property, next } = house;
  await openRestaurant(house);
  const set = (entity: string, change: object) =>
    property.write({
      kind: `${entity.split("/")[0] ?? ""}.set`,
      entity,
      body: { version: next(entity), set: { ...change } },
    });
  // Another price; an own item among the sample's drinks; a table of another size; order and what is out
  // are play.
  await set("item/demo-burger", { price: 1990 });
  await set("item/own", { name: "Cider", price: 500, categoryId: "demo-drinks", stationId: "demo-bar" });
  await set("modifier/demo-milk", { name: "Which milk?" });
  await set("place/p-4", { seats: 12 });
  await set("item/demo-soup", { position: 70 });
  await set("item/demo-soup", { picture: null });
  await property.write({
    kind: "item.availability",
    entity: "item/demo-beer",
    body: { version: next("item/demo-beer"), set: { available: false } },
  });
  await closeRestaurant(house);
  const menu = readMenu(property);
  assert.deepEqual([...menu.items.keys()].sort(), ["demo-burger", "own"]);
  assert.deepEqual(menu.categories.map(({ categoryId }) => categoryId), ["demo-mains", "demo-drinks"]);
  assert.deepEqual(menu.modifiers.map(({ modifierId }) => modifierId), ["demo-cooked", "demo-extra", "demo-milk"]);
  assert.deepEqual(menu.taxes.map(({ taxId }) => taxId), ["demo-food"]);
  assert.deepEqual(menu.stations.map(({ stationId }) => stationId), ["demo-kitchen", "demo-bar"]);
  assert.equal(property.record("place/p-4")?.registers["removed"], undefined);
  // Nothing of it is left to be taken away.
  assert.equal(isThere(property), false);
});

test("payments that a closing has counted are not given back with the sample", async () => {
  const house = await openHouse();
  const { property, clock } = house;
  await openRestaurant(house);
  const pay = (orderId: string, paymentId: string) =>
    property.write({
      kind: "payment.add",
      entity: `order/${orderId}`,
      body: { paymentId, method: "cash", amount: 500 },
    });
  const [first, second] = readOpenOrders(property, property.hubNow());
  assert.ok(first !== undefined && second !== undefined);
  clock.advance(1000);
  await pay(first.orderId, "counted");
  clock.advance(1000);
  const day = readDay(property, clock.utcNow());
  await property.write(closeDay(day, 500, null));
  clock.advance(1000);
  await pay(second.orderId, "fresh");
  await closeRestaurant(house);
  clock.advance(1000);
  const after = readDay(property, clock.utcNow());
  assert.deepEqual([after.expectedCash, after.refunds, after.openOrders], [0, 500, 0]);
});

test("sales are of the day on which the money moved, whatever became of the order", async () => {
  const { property, clock, next } = await openHouse();
  const order = (id: string, more: PropertyDraft[] = []) =>
    property.write([
      {
        kind: "order.open",
        entity: `order/${id}`,
        body: { number: id, currency: "EUR", source: "staff" },
      },
      {
        kind: "order.lines",
        entity: `order/${id}`,
        body: { lines: [{ lineId: `${id}-1`, itemId: "x", name: "X", quantity: 1, price: 1000 }] },
      },
      ...more,
    ]);
  const pay = (id: string): PropertyDraft => ({
    kind: "payment.add",
    entity: `order/${id}`,
    body: { paymentId: `pay-${id}`, method: "card", amount: 1000 },
  });
  await order("old", [pay("old")]);
  clock.advance(36 * 3600 * 1000);
  await order("void", [pay("void")]);
  await order("kept", [pay("kept")]);
  const refund = (id: string, amount: number): PropertyDraft => ({
    kind: "payment.refund",
    entity: `order/${id}`,
    body: { refundId: `back-${id}`, paymentId: `pay-${id}`, amount, reason: "x" },
  });
  const cancelled = { lineIds: ["void-1"], state: "cancelled", reason: "x" };
  await property.write([
    refund("old", 400),
    { kind: "line.end", entity: "order/void", body: cancelled },
    { kind: "order.set", entity: "order/void", body: { version: next("order/void"), set: { closed: true } } },
  ]);
  const { sales } = readFigures(property, clock.utcNow());
  // 1,000 twice of today, also of what was cancelled since, without the 400 that went back today.
  assert.deepEqual(sales, [{ currency: "EUR", amount: 1600, count: 2 }]);
});

test("a line without a station, or of one that is gone, is the first station's to make", async () => {
  const { property } = await openHouse();
  const station = (id: string, position: number): PropertyDraft => ({
    kind: "station.set",
    entity: `station/${id}`,
    body: { version: 1, set: { name: id, position } },
  });
  const line = (lineId: string, stationId: string | null) => ({
    ...{ lineId, itemId: "x", name: "X", quantity: 1, price: 100 },
    ...(stationId === null ? {} : { stationId }),
  });
  await property.write([
    station("bar", 2),
    station("grill", 1),
    { kind: "order.open", entity: "order/o", body: { number: "1", currency: "EUR", source: "pos" } },
    {
      kind: "order.lines",
      entity: "order/o",
      body: { lines: [line("a", "bar"), line("b", null), line("c", "gone"), line("d", "grill")] },
    },
  ]);
  assert.deepEqual(
    readStationLoads(property, property.hubNow()).map(({ stationId, waiting }) => [stationId, waiting]),
    [["grill", 3], ["bar", 1]],
  );
});
