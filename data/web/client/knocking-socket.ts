// SPDX-License-Identifier: Apache-2.0
// Firefox holds back a socket to an address where one has failed, longer with each failure and for a minute
// at most, and opens one at a time to an address (RFC 6455 sections 7.2.3 and 4.1): who has asked in vain for
// a while is let in long after the server is back. A plain request is not held back. So there it is asked
// first whether anybody answers at all, and no failures pile up.
//
// An answer that we may not hear (the policy of the page that we are in, or the server's) is none: an address
// that has never answered is tried without as well, so seldom that the browser has forgotten the last time.

import type { Clock } from "./clock";
import type { SocketConstructor, SocketLike } from "./frame-socket";

/** Asks at that address of a socket; rejects where nobody answers. */
export type Knock = (url: string, signal: AbortSignal) => Promise<unknown>;

type Listening = Parameters<SocketLike["addEventListener"]>;

const CONNECTING = 0;
const CLOSED = 3;
/** Firefox keeps a failure for a minute and what it holds back for it, at first less than a second. */
const FORGOTTEN_MS = 65000;

/** Whether the browser is one that does so. */
export function holdsSocketsBack(): boolean {
  return typeof navigator !== "undefined" && /\bFirefox\//.test(navigator.userAgent);
}

/**
 * By HTTP, in the words that need nobody's leave; what the answer says does not matter. Without credentials
 * Firefox takes no connection that the page has: that may be one of another network.
 */
export function knockByHttp(url: string, signal: AbortSignal): Promise<unknown> {
  const { origin } = new URL(url.replace(/^ws/i, "http"));
  const how: RequestInit = { method: "HEAD", mode: "no-cors", credentials: "omit", cache: "no-store" };
  return fetch(`${origin}/signal`, { ...how, signal });
}

/** Sockets that are opened once somebody answers at their address. */
export function makeKnocking(WebSocket: SocketConstructor, knock: Knock, clock: Clock): SocketConstructor {
  /** By URL: from when on it may be tried without an answer. Never again where there was one. */
  const blindFromMs = new Map<string, number>();

  /** Whether to open a socket there now that the knock has ended so. */
  function judge(url: string, isAnswered: boolean): boolean {
    const fromMs = blindFromMs.get(url) ?? 0;
    const isWorthIt = isAnswered || clock.now() >= fromMs;
    if (isAnswered) blindFromMs.set(url, Infinity);
    else if (isWorthIt) blindFromMs.set(url, clock.now() + FORGOTTEN_MS);
    return isWorthIt;
  }

  return class KnockingSocket implements SocketLike {
    readonly #abort = new AbortController();
    readonly #listening: Listening[] = [];
    #socket: SocketLike | null = null;
    #isClosed = false;

    constructor(url: string) {
      const ask = async () => knock(url, this.#abort.signal);
      void ask().then(
        () => this.#go(url, true),
        () => this.#go(url, false),
      );
    }

    get readyState(): number {
      if (this.#isClosed) return CLOSED;
      return this.#socket?.readyState ?? CONNECTING;
    }

    get bufferedAmount(): number {
      return this.#socket?.bufferedAmount ?? 0;
    }

    send(text: string): void {
      this.#socket?.send(text);
    }

    close(code?: number, reason?: string): void {
      this.#isClosed = true;
      this.#abort.abort();
      this.#socket?.close(code, reason);
    }

    addEventListener(...listening: Listening): void {
      this.#listening.push(listening);
      this.#socket?.addEventListener(...listening);
    }

    #go(url: string, isAnswered: boolean): void {
      if (this.#isClosed) return;
      if (judge(url, isAnswered)) this.#socket = this.#open(url);
      if (this.#socket === null) this.#fail();
    }

    #open(url: string): SocketLike | null {
      try {
        const socket = new WebSocket(url);
        for (const listening of this.#listening) socket.addEventListener(...listening);
        return socket;
      } catch {
        return null;
      }
    }

    #fail(): void {
      this.#isClosed = true;
      for (const [type, listener] of this.#listening) if (type === "close") listener({ type });
    }
  };
}
