// SPDX-License-Identifier: Apache-2.0
// Finds out what findCause() wants to know. Each question has a time limit, and all are asked at once:
// a person stands there and waits.

import type { Answer, CloudWord, Facts, HubWord } from "./cause";
import {
  findElsewhere,
  keepPlaces,
  listNames,
  toOrigin,
  toPlaces,
  type Places,
} from "./places";

/**
 * What is refused is refused at once, each time; who is not there is looked for three seconds (ARP, RFC 1122),
 * but they may have begun before we asked: the page itself was looked for there.
 */
const REFUSED_MS = 1500;
/** Longer than that, shorter than a person's patience. */
const LIMIT_MS = 6000;
/** A browser may ask by a connection from before the network changed; once given up, by a new one. */
const FIRST_LIMIT_MS = 3500;
/** It has just answered. */
const WORD_LIMIT_MS = 3000;
const CLOUD_LIMIT_MS = 4000;
const ADDRESSES_LIMIT_MS = 1000;

/** The browser's part, so that tests can be one. */
export interface World {
  fetch(address: string, init: RequestInit): Promise<Response>;
  nowMs(): number;
  isOnline(): boolean;
  isMobileData(): boolean | null;
  isAbsenceHeard(): boolean;
  queryPermission(): Promise<Facts["permission"]>;
  listOwnAddresses(): Promise<OwnAddresses>;
  readonly origin: string;
}

export interface OwnAddresses {
  /** Those that the browser shows. */
  addresses: string[];
  /** Whether it has any, shown or hidden; null: it does not say. */
  any: boolean | null;
}

export interface Asked {
  places: Places;
  /** For the cloud, which knows hubs by their keys; null: this device is not paired. */
  hub: { tenantId: string; hubKey: string } | null;
  isRelayed: boolean;
}

export interface Found {
  facts: Facts;
  places: Places;
  /** Where the hub answers, other than here; null: nowhere. */
  elsewhere: string | null;
  /** The places asked, for who wants to know more. */
  tried: { place: string; answer: Answer }[];
}

interface Outcome {
  answer: Answer;
  /** What it says, where this page may read it and it is an object. */
  said: Said | null;
}

async function ask(world: World, address: string, init: RequestInit): Promise<Outcome> {
  const first = await askOnce(world, address, init, FIRST_LIMIT_MS);
  const isDoubtful = first.answer === "silent" || first.answer === "refused";
  return isDoubtful ? askOnce(world, address, init, LIMIT_MS) : first;
}

async function askOnce(world: World, address: string, init: RequestInit, limitMs: number): Promise<Outcome> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), limitMs);
  const beganMs = world.nowMs();
  try {
    const response = await world.fetch(address, {
      cache: "no-store",
      credentials: "omit",
      ...init,
      signal: abort.signal,
    });
    // Within the same limit: who has begun to answer may fall silent.
    return { answer: "answered", said: await readJson(response) };
  } catch {
    if (abort.signal.aborted) return { answer: "silent", said: null };
    const took = world.nowMs() - beganMs;
    return { answer: took < REFUSED_MS ? "refused" : "nobody", said: null };
  } finally {
    clearTimeout(timer);
  }
}

/** What a server says at /api/v1/reach. */
interface Said {
  kind?: unknown;
  isInside?: unknown;
  hub?: unknown;
}

async function readJson(response: Response): Promise<Said | null> {
  if (!response.ok) return null;
  try {
    const value = (await response.json()) as unknown;
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

interface Reached {
  answer: Answer;
  word: HubWord | null;
  places: Places | null;
  kind: unknown;
}

function toReached(answer: Answer, said: Said | null): Reached {
  const { kind, isInside, hub } = said ?? {};
  return {
    answer,
    word: kind === "hub" ? { isInside: isInside === true } : null,
    places: kind === "hub" ? toPlaces(hub) : null,
    kind,
  };
}

/** Whether anything answers there; then, where the hub lets this page read it, what it says. */
async function askPlace(world: World, origin: string): Promise<Reached> {
  const { answer } = await ask(world, `${origin}/trust/probe`, { mode: "no-cors" });
  if (answer !== "answered") return { answer, word: null, places: null, kind: undefined };
  const { said } = await askOnce(world, `${origin}/api/v1/reach`, { mode: "cors" }, WORD_LIMIT_MS);
  return toReached(answer, said);
}

async function askOrigin(world: World): Promise<Reached> {
  const { answer, said } = await ask(world, `${world.origin}/api/v1/reach`, {});
  return toReached(answer, said);
}

const order: readonly Answer[] = ["answered", "refused", "silent", "nobody", "untried"];

/** The one that says most. */
const bestOf = (answers: readonly Answer[]): Answer =>
  order.find((answer) => answers.includes(answer)) ?? "untried";

function toCloudWord(said: Said | null): CloudWord | null {
  if (said?.kind !== "cloud" || typeof said.hub !== "object" || said.hub === null) return null;
  const { isOnline, isSameAddress, hasVisitors } = said.hub as { [Name in keyof CloudWord]?: unknown };
  return {
    isOnline: isOnline === true,
    isSameAddress: typeof isSameAddress === "boolean" ? isSameAddress : null,
    hasVisitors: typeof hasVisitors === "boolean" ? hasVisitors : null,
  };
}

async function askClouds(world: World, { places, hub }: Asked): Promise<CloudWord | null> {
  if (hub === null) return null;
  const query = new URLSearchParams({ tenantId: hub.tenantId, hubKey: hub.hubKey }).toString();
  const words = await Promise.all(
    places.clouds.map(async (cloud) => {
      const { said } = await askOnce(world, `${cloud}/api/v1/reach?${query}`, {}, CLOUD_LIMIT_MS);
      return toCloudWord(said);
    }),
  );
  // A cloud that has the hub knows more than one that has not.
  return words.find((word) => word?.isOnline === true) ?? words.find((word) => word !== null) ?? null;
}

const isNumber = (host: string) => /^[\d.]+$|:/.test(host);

export async function findFacts(world: World, asked: Asked): Promise<Found> {
  const { places } = asked;
  const page = new URL(world.origin);
  const host = page.hostname.replace(/^\[|\]$/g, "");
  const isSecure = page.protocol === "https:";
  const askAll = (hosts: readonly string[]) =>
    Promise.all(
      hosts
        .filter((one) => one !== host)
        .map(async (one) => {
          const place = toOrigin(one, places, isSecure);
          return { place, reached: await askPlace(world, place) };
        }),
    );

  const [origin, names, addresses, cloud, permission, own] = await Promise.all([
    askOrigin(world),
    askAll(listNames(places)),
    askAll(places.addresses),
    askClouds(world, asked),
    world.queryPermission(),
    world.listOwnAddresses(),
  ]);
  const all = [origin, ...names.map(({ reached }) => reached), ...addresses.map(({ reached }) => reached)];
  // Nobody else serves pages; and a cloud that served this one is there to say so.
  const isHubPage = origin.kind !== "cloud";
  const fresh = all.find((one) => one.places !== null)?.places ?? null;
  if (fresh !== null) await keepPlaces(fresh);
  const told = all.map(({ word }) => word).filter((word) => word !== null);
  return {
    facts: {
      isOnline: world.isOnline(),
      isMobileData: world.isMobileData(),
      isAbsenceHeard: world.isAbsenceHeard(),
      permission,
      isHubPage,
      isNamedPage: isHubPage && !isNumber(host),
      byOrigin: isHubPage ? origin.answer : "untried",
      byName: bestOf(names.map(({ reached }) => reached.answer)),
      byAddress: bestOf(addresses.map(({ reached }) => reached.answer)),
      // By one way it may come from outside, by another from inside.
      hub: told.find(({ isInside }) => isInside) ?? told[0] ?? null,
      cloud,
      hasAddress: own.any,
      isElsewhere: findElsewhere(own.addresses, places.networks),
      isRelayed: asked.isRelayed,
    },
    places: fresh ?? places,
    elsewhere:
      [...addresses, ...names].find(({ reached }) => reached.answer === "answered")?.place ?? null,
    tried: [
      { place: world.origin, answer: origin.answer },
      ...[...names, ...addresses].map(({ place, reached }) => ({ place, answer: reached.answer })),
    ],
  };
}

/* --- the browser --- */

/** Of a page that may not use the camera browsers hide them; then there are none. */
function listOwnAddresses(): Promise<OwnAddresses> {
  return new Promise((resolve) => {
    const found: OwnAddresses = { addresses: [], any: null };
    let peer: RTCPeerConnection;
    try {
      peer = new RTCPeerConnection();
    } catch {
      resolve(found);
      return;
    }
    const end = () => {
      peer.close();
      resolve(found);
    };
    const timer = setTimeout(end, ADDRESSES_LIMIT_MS);
    const endWithAll = () => {
      clearTimeout(timer);
      found.any ??= false;
      end();
    };
    // Without any address Firefox says this, and never that it has them all.
    peer.oniceconnectionstatechange = () => {
      if (peer.iceConnectionState === "failed") endWithAll();
    };
    peer.onicecandidate = ({ candidate }) => {
      if (candidate === null) {
        endWithAll();
        return;
      }
      const address = candidate.candidate.split(" ")[4] ?? "";
      if (address === "") return;
      found.any = true;
      if (!address.endsWith(".local")) found.addresses.push(address);
    };
    peer.createDataChannel("why");
    peer.createOffer().then((offer) => peer.setLocalDescription(offer)).catch(end);
  });
}

/** What no TypeScript knows, since not all browsers have it. */
interface Hints {
  connection?: { type?: string };
  userAgentData?: { mobile: boolean };
}

function isMobileData(): boolean | null {
  const { connection, userAgentData } = navigator as Hints;
  if (connection?.type !== undefined && connection.type !== "unknown")
    return connection.type === "cellular";
  // A computer is in a network of its house.
  return userAgentData?.mobile === false || navigator.maxTouchPoints === 0 ? false : null;
}

async function queryPermission(): Promise<Facts["permission"]> {
  try {
    // Chromium's; TypeScript does not know it yet, other browsers throw.
    const name = "local-network-access" as PermissionName;
    const { state } = await navigator.permissions.query({ name });
    return state;
  } catch {
    return null;
  }
}

export const browser: World = {
  fetch: (address, init) => fetch(address, init),
  nowMs: () => performance.now(),
  isOnline: () => navigator.onLine,
  isMobileData,
  // Linux looks for a neighbour for three seconds and says so; others try as long as for anybody.
  isAbsenceHeard: () => /Linux|Android|CrOS/.test(navigator.userAgent),
  queryPermission,
  listOwnAddresses,
  get origin() {
    return location.origin;
  },
};
