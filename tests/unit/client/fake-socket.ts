// SPDX-License-Identifier: Apache-2.0
// Sockets in the hands of a test: it opens them, speaks on them, late if it likes, and drops them.

import type { SocketLike } from "../../../data/web/client/frame-socket";

type Listener = (event: { readonly type: string; readonly data?: unknown }) => void;
type Frame = Record<string, unknown>;

export class FakeSocket implements SocketLike {
  readyState = 0;
  bufferedAmount = 0;
  readonly sent: Frame[] = [];
  /** Answers what the page says; set by a fake hub. */
  onSent: ((frame: Frame) => void) | null = null;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(readonly url: string) {}

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    const frame = JSON.parse(text) as Frame;
    this.sent.push(frame);
    this.onSent?.(frame);
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.#fire("open");
  }

  say(frame: unknown): void {
    this.#fire("message", JSON.stringify(frame));
  }

  sayRaw(data: unknown): void {
    this.#fire("message", data);
  }

  /** The network takes it away. */
  drop(): void {
    this.readyState = 3;
    this.#fire("close");
  }

  #fire(type: string, data?: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ type, data });
  }
}

/** A WebSocket constructor that keeps what it made. */
export function makeSockets(onNew: (socket: FakeSocket) => void = () => undefined) {
  const made: FakeSocket[] = [];
  class Socket extends FakeSocket {
    constructor(url: string) {
      super(url);
      made.push(this);
      onNew(this);
    }
  }
  const last = (): FakeSocket => {
    const socket = made[made.length - 1];
    if (socket === undefined) throw new Error("no socket was made");
    return socket;
  };
  return { WebSocket: Socket, made, last };
}

export function joined(more: Frame = {}): Frame {
  return {
    type: "joined",
    peerId: "page",
    tenantId: "t",
    role: "pos",
    peers: [{ peerId: "hub", role: "hub" }],
    iceServers: [],
    server: { id: "s1", kind: "local", name: "Front desk", version: "1" },
    signalingServers: [],
    resume: "secret",
    resumed: false,
    ...more,
  };
}
