// SPDX-License-Identifier: Apache-2.0
// A data channel as a socket: the frames of signaling are the same on both. A page that came from the
// cloud may open no plain socket to the hub, but a channel.

import type { SocketLike } from "./frame-socket";

/** As WebSocket counts them. */
const states = { connecting: 0, open: 1, closing: 2, closed: 3 };

export class ChannelSocket implements SocketLike {
  readonly #channel: RTCDataChannel;

  constructor(channel: RTCDataChannel) {
    this.#channel = channel;
  }

  get readyState(): number {
    return states[this.#channel.readyState];
  }

  get bufferedAmount(): number {
    return this.#channel.bufferedAmount;
  }

  send(text: string): void {
    this.#channel.send(text);
  }

  close(): void {
    this.#channel.close();
  }

  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: { readonly type: string; readonly data?: unknown }) => void,
  ): void {
    // Libraries for programs know these properties, and not all of them know events.
    const channel = this.#channel;
    if (type === "message") channel.onmessage = ({ data }: { data: unknown }) => listener({ type, data });
    else channel[`on${type}`] = () => listener({ type });
  }
}
