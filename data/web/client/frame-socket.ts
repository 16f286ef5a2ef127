// SPDX-License-Identifier: Apache-2.0
// One WebSocket as JSON frames go by it: as they are, or sealed from an agreed frame on. Takes no more
// than the other side would.

import type { FrameSeal } from "./frame-seal";
import type { Fields } from "./messages";

/** What is used of a WebSocket; browsers' own and npm's `ws` both are one. */
export interface SocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: { readonly type: string; readonly data?: unknown }) => void,
  ): void;
}

export type SocketConstructor = new (url: string) => SocketLike;

const OPEN = 1;
/** Above this the socket takes no more from us; the server would cut us off at 1 MiB. */
const MAX_BUFFERED_BYTES = 512 * 1024;

export class FrameSocket {
  readonly #socket: SocketLike;
  #seal: FrameSeal | null = null;

  constructor(socket: SocketLike) {
    this.#socket = socket;
  }

  /** What was handed over and has not gone out. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /**
   * Whether the frame was handed over.
   * @param nextSeal seals what follows this frame, and opens what answers it
   */
  write(message: Fields, nextSeal: FrameSeal | null = this.#seal): boolean {
    const socket = this.#socket;
    if (socket.readyState !== OPEN || socket.bufferedAmount > MAX_BUFFERED_BYTES) return false;
    const text = JSON.stringify(message);
    const seal = this.#seal;
    // Before it goes: the answer may come within the call.
    this.#seal = nextSeal;
    try {
      socket.send(seal === null ? text : seal.seal(text));
      return true;
    } catch {
      // A number of the seal is used up that the other side waits for: no more can be said here.
      if (seal !== null) this.close();
      return false;
    }
  }

  /** The text of what arrived, "" where it is none; null: not what the other side sealed next. */
  open(data: unknown): string | null {
    if (this.#seal !== null) return this.#seal.open(data);
    return typeof data === "string" ? data : "";
  }

  close(): void {
    try {
      this.#socket.close(1000);
    } catch {
      // It was closed before it opened; that is what was wanted.
    }
  }
}
