// SPDX-License-Identifier: Apache-2.0
// Where the hub is, as far as this browser knows: what the hub said of itself when it was last asked,
// kept beside the device's identity, and what a link brought.

import { isLocalServer } from "@bellhop/client";

import { openValues } from "../link/key-value";
import { isInNetwork, type Network } from "./networks";

export interface Places {
  /** How people call the hub; "" where that is not known. */
  name: string;
  hostNames: string[];
  addresses: string[];
  httpPort: number;
  /** 0: there is none. */
  httpsPort: number;
  /** Of the hub: "192.168.1.0/24". */
  networks: Network[];
  /** Origins of clouds that know the hub. */
  clouds: string[];
}

const KEPT = "places";
const MAX_EACH = 16;

const DEFAULT_PORT = 8080;
const DEFAULT_HTTPS_PORT = 8443;
/** What a hub may be called besides its own name. */
const SIGNALING_NAME = "signaling.local";

export const noPlaces: Places = {
  name: "",
  hostNames: [],
  addresses: [],
  httpPort: DEFAULT_PORT,
  httpsPort: 0,
  networks: [],
  clouds: [],
};

const toTexts = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.filter((one): one is string => typeof one === "string" && one.length < 256).slice(0, MAX_EACH)
    : [];

const toPort = (value: unknown, otherwise: number): number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 65536
    ? value
    : otherwise;

/** Of the hub's own words (`hub` of GET /api/v1/reach), or of what was kept of them. */
export function toPlaces(value: unknown): Places | null {
  if (typeof value !== "object" || value === null) return null;
  const { name, hostName, hostNames, addresses, httpPort, httpsPort, networks, clouds } =
    value as Record<string, unknown>;
  const names = toTexts(hostNames);
  if (typeof hostName === "string") names.unshift(hostName);
  return {
    name: typeof name === "string" ? name : "",
    hostNames: [...new Set(names)].filter((one) => /^[\w.-]+$/.test(one)),
    addresses: toTexts(addresses).filter((address) => /^[\d.]+$|^[\da-f:.]+$/i.test(address)),
    httpPort: toPort(httpPort, DEFAULT_PORT),
    httpsPort: toPort(httpsPort, 0),
    networks: toTexts(networks),
    clouds: toTexts(clouds).flatMap(toCloudOrigin),
  };
}

/** wss://cloud.example/signal is asked at https://cloud.example. */
export function toCloudOrigin(address: string): string[] {
  try {
    const url = new URL(address);
    if (url.protocol !== "wss:" && url.protocol !== "https:") return [];
    return [`https://${url.host}`];
  } catch {
    return [];
  }
}

/** What the hub says now is kept; what it says to strangers has no addresses in it. */
export function mergePlaces(kept: Places, fresh: Places): Places {
  return {
    ...fresh,
    addresses: fresh.addresses.length > 0 ? fresh.addresses : kept.addresses,
    networks: fresh.networks.length > 0 ? fresh.networks : kept.networks,
    clouds: fresh.clouds.length > 0 ? fresh.clouds : kept.clouds,
  };
}

export async function loadPlaces(): Promise<Places> {
  try {
    return toPlaces(await (await openValues()).read(KEPT)) ?? noPlaces;
  } catch {
    return noPlaces;
  }
}

export async function keepPlaces(fresh: Places): Promise<void> {
  try {
    await (await openValues()).write({ [KEPT]: mergePlaces(await loadPlaces(), fresh) });
  } catch {
    // It is asked again with the next page.
  }
}

/** Of addresses, as far as they are some. No port: that was not among them. */
function readPlaces(addresses: readonly string[]): Places {
  const places = { ...noPlaces, hostNames: [] as string[], addresses: [] as string[], httpPort: 0 };
  for (const text of addresses.slice(0, MAX_EACH)) {
    try {
      const { hostname, port, protocol } = new URL(text);
      const host = hostname.replace(/^\[|\]$/g, "");
      const isSecure = protocol === "https:" || protocol === "wss:";
      if (!isSecure && protocol !== "http:" && protocol !== "ws:") continue;
      if (/^[\d.]+$|:/.test(host)) places.addresses.push(host);
      else places.hostNames.push(host);
      if (isSecure) places.httpsPort = Number(port) || 443;
      else places.httpPort = Number(port) || 80;
    } catch {
      // Not an address.
    }
  }
  return places;
}

/** `#at=http://192.168.1.20:8080,http://bellhop-1a2b.local:8080`: of a link to another site's page. */
export function parsePlaces(fragment: string): Places {
  const list = new URLSearchParams(fragment.replace(/^#/, "")).get("at") ?? "";
  return readPlaces(list.split(","));
}

/** Where this device last heard that its hub is: `ws://192.168.1.20:8080/signal`. */
export function parseServers(urls: readonly string[]): Places {
  return {
    ...readPlaces(urls.filter((url) => isLocalServer(url))),
    clouds: urls.filter((url) => !isLocalServer(url)).flatMap(toCloudOrigin),
  };
}

const union = (one: readonly string[], other: readonly string[]) =>
  [...new Set([...one, ...other])].slice(0, MAX_EACH);

/** More places to try; what they say of ports counts, being newer. */
export function addPlaces(known: Places, more: Places): Places {
  return {
    ...known,
    hostNames: union(more.hostNames, known.hostNames),
    addresses: union(more.addresses, known.addresses),
    clouds: union(more.clouds, known.clouds),
    httpPort: more.httpPort || known.httpPort,
    httpsPort: more.httpsPort || known.httpsPort,
  };
}

const bracket = (host: string) => (host.includes(":") ? `[${host}]` : host);

/** How a page of this scheme asks there: a secure page may not ask a plain address. */
export function toOrigin(host: string, places: Places, isSecure: boolean): string {
  const port = isSecure ? places.httpsPort || DEFAULT_HTTPS_PORT : places.httpPort;
  return `${isSecure ? "https" : "http"}://${bracket(host)}:${port}`;
}

export function listNames(places: Places): string[] {
  return [...new Set([...places.hostNames, SIGNALING_NAME])];
}

/** null: neither the device's addresses nor the hub's networks are known. */
export function findElsewhere(own: readonly string[], networks: readonly Network[]): boolean | null {
  const comparable = own.filter((address) => networks.some((n) => n.includes(":") === address.includes(":")));
  if (comparable.length === 0) return null;
  return !comparable.some((address) => networks.some((network) => isInNetwork(address, network)));
}
