// SPDX-License-Identifier: Apache-2.0
// The servers that there are to choose from: those that were given, where we are, what the hub said of
// itself or what was remembered of that; by two tiers, the property's own network before the cloud.

import { CHANNEL_URL, isAddressServer, isLocalServer, isPlainServer } from "./server-address";

export interface ServerListOptions {
  /** Given by whoever made the connection, in the order to try them. */
  urls: string[];
  /** A page on https may not open plain sockets: those are left out. */
  isSecurePage?: boolean;
  /** false: one tier of all, in the order given. */
  preferLocal?: boolean;
}

export interface ServerEntry {
  readonly url: string;
  readonly tier: number;
  state: "idle" | "waiting" | "trying";
  /** Waiting: from when on it may be tried. Trying: since when. */
  atMs: number;
  asideUntilMs: number;
}

export const LOCAL = 0;
export const CLOUD = 1;

export const MAX_SERVERS = 16;
const MAX_CLOUD_SERVERS = 4;

export class ServerList {
  readonly #given: string[];
  readonly #isSecurePage: boolean;
  readonly #preferLocal: boolean;
  /** By tier. */
  readonly #learned: string[][] = [[], []];
  #isChannelOpen = false;
  #entries: ServerEntry[] = [];

  constructor({ urls, isSecurePage = false, preferLocal = true }: ServerListOptions) {
    this.#given = urls;
    this.#isSecurePage = isSecurePage;
    this.#preferLocal = preferLocal;
    this.make(null);
  }

  /** In the order in which they are tried. */
  get entries(): readonly ServerEntry[] {
    return this.#entries;
  }

  get learned(): string[] {
    return this.#learned.flat();
  }

  tierOf(url: string): number {
    return this.#preferLocal && !isLocalServer(url) && !isAddressServer(url) ? CLOUD : LOCAL;
  }

  /** A hub that goes names the cloud only: its own addresses are as good as before. */
  learn(urls: string[]): void {
    for (const tier of [LOCAL, CLOUD]) {
      const named = urls.filter((url) => this.tierOf(url) === tier);
      if (named.length > 0) this.#learned[tier] = named;
    }
  }

  /** Our channel to the hub is a server, while it is there. Returns whether that is new. */
  setChannel(isOpen: boolean): boolean {
    if (isOpen === this.#isChannelOpen) return false;
    this.#isChannelOpen = isOpen;
    return true;
  }

  /**
   * Anew, given ones first; where we are stays, whoever names other addresses. Returns those that are no
   * longer in it.
   */
  make(current: string | null): ServerEntry[] {
    const channel = this.#isChannelOpen ? [CHANNEL_URL] : [];
    const own = current === null ? [] : [current];
    const known = [...channel, ...this.#given, ...own, ...this.learned];
    const usable = [...new Set(known)].filter((url) => this.#isUsable(url));
    const cloud = usable.filter((url) => this.tierOf(url) === CLOUD).slice(0, MAX_CLOUD_SERVERS);
    const local = usable
      .filter((url) => this.tierOf(url) === LOCAL)
      .slice(0, MAX_SERVERS - cloud.length);
    const before = this.#entries;
    this.#entries = [...local, ...cloud].map(
      (url) =>
        before.find((entry) => entry.url === url) ?? {
          url,
          tier: this.tierOf(url),
          state: "idle",
          atMs: 0,
          asideUntilMs: 0,
        },
    );
    return before.filter((entry) => !this.#entries.includes(entry));
  }

  #isUsable(url: string): boolean {
    if (url === CHANNEL_URL) return this.#isChannelOpen;
    return !(this.#isSecurePage && isPlainServer(url));
  }
}
