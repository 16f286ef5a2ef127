// SPDX-License-Identifier: Apache-2.0
// Sets the sample restaurant up, and takes it away. Tables and rooms are the hub's, so it has to be there.

import type { Property } from "@bellhop/client";
import { useState } from "preact/hooks";

import { NO_CURRENCY, readMenu } from "../house/menu";
import { digitsOf } from "../house/money";
import { textOf } from "../link/fields";
import { askHub } from "../link/hub-api";
import { describeProblem } from "../link/problem-text";
import type { LinkView } from "../link/use-link";
import { guessCurrency } from "../menu/amount";
import { language, locale, t } from "../messages";
import { toPlaces } from "../tables/place";
import {
  isUnmarked,
  markPlace,
  menuDrafts,
  placesOfSample,
  samplePlaces,
  wholeDraft,
} from "./sample";
import { findGeneration, orderDrafts, orderRemoval, SAMPLE_ORDERS } from "./sample-orders";
import { menuRemoval } from "./sample-removal";

const keyOf = (place: { kind: string; name: string }) => `${place.kind} ${place.name}`;

/** Adds what is missing of them; resolves to the id of each by its kind and name. */
async function addPlaces(property: Property, link: LinkView): Promise<Map<string, string>> {
  const next = (entity: string) => property.nextVersion(entity);
  const known = toPlaces(await askHub(link.connection, "GET", "/api/v1/places"));
  const ids = new Map(known.map((place) => [keyOf(place), place.placeId]));
  for (const place of samplePlaces) {
    const own = ids.get(keyOf(place));
    // One of that name that was there before stays what it is.
    if (own !== undefined && !isUnmarked(property, own)) continue;
    const { kind, name } = place;
    const placeId =
      own ?? textOf(await askHub(link.connection, "POST", "/api/v1/places", { kind, name }), "placeId");
    ids.set(keyOf(place), placeId);
    await property.write(markPlace(placeId, place, language, next));
  }
  return ids;
}

async function setUp(property: Property, link: LinkView): Promise<void> {
  const next = (entity: string) => property.nextVersion(entity);
  // Asked before anything is written: a hub that is away leaves nothing half done.
  await askHub(link.connection, "GET", "/api/v1/places");
  const known = readMenu(property).currency;
  const currency = known === NO_CURRENCY ? guessCurrency(locale) : known;
  const money = { currency, digits: digitsOf(currency) };
  const parts = menuDrafts(property, language, money, next);
  await property.write(parts);
  const placeIds = await addPlaces(property, link);
  const nowMs = Date.now();
  const generation = findGeneration(property, nowMs);
  const numbers: string[] = [];
  for (let at = 0; at < SAMPLE_ORDERS; at += 1) numbers.push(await property.nextNumber());
  const menu = readMenu(property);
  const scene = { menu, language, generation, placeIds, numbers, nowMs };
  await property.write([...orderDrafts(property, scene), wholeDraft(true, next)]);
}

async function takeAway(property: Property, link: LinkView): Promise<void> {
  const next = (entity: string) => property.nextVersion(entity);
  await askHub(link.connection, "GET", "/api/v1/places");
  await property.write([
    ...orderRemoval(property, language, next),
    ...menuRemoval(property, link.hubName, next),
  ]);
  for (const placeId of placesOfSample(property))
    await askHub(link.connection, "POST", "/api/v1/places/remove", { placeId });
}

export interface Sample {
  busy: "" | "setting-up" | "taking-away";
  trouble: string;
  setUp: () => void;
  takeAway: () => void;
}

export function useSample(property: Property, link: LinkView): Sample {
  const [busy, setBusy] = useState<Sample["busy"]>("");
  const [trouble, setTrouble] = useState("");
  const run = async (what: Sample["busy"], work: typeof setUp) => {
    if (busy !== "") return;
    setBusy(what);
    setTrouble("");
    try {
      await work(property, link);
    } catch (problem) {
      console.error(problem);
      setTrouble(`${describeProblem(problem)} ${t("sample.again")}`);
    }
    setBusy("");
  };
  return {
    busy,
    trouble,
    setUp: () => void run("setting-up", setUp),
    takeAway: () => void run("taking-away", takeAway),
  };
}
