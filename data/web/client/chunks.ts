// SPDX-License-Identifier: Apache-2.0
// Messages larger than a data channel takes, in parts: `chunk {id, index, count, data}`, where `data`
// is a slice of the message's text, cut between characters (protocol section 3).

import { newId } from "./ids";
import { parseJson, textField, toMessage, type Message } from "./messages";

/** The whole message, as protocol section 3 bounds it. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Messages begun and not finished; one more drops the oldest. */
const MAX_OPEN = 4;
/** What a part's envelope takes at most, beside its data. */
const ENVELOPE_BYTES = 256;
/** JSON writes one UTF-16 unit as six bytes at worst. */
const MAX_ESCAPE = 6;

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** The texts to send, in order: the message itself where it fits. */
export function split(text: string, maxBytes: number): string[] {
  if (text.length * 3 <= maxBytes || byteLength(text) <= maxBytes) return [text];

  const size = Math.max(2, Math.floor((maxBytes - ENVELOPE_BYTES) / MAX_ESCAPE));
  const slices: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + size);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    slices.push(text.slice(start, end));
    start = end;
  }
  const id = newId();
  return slices.map((data, index) =>
    JSON.stringify({ type: "chunk", id, index, count: slices.length, data }),
  );
}

interface Assembly {
  id: string;
  count: number;
  parts: string[];
}

/** Puts the parts of one way, a channel or the relay, together again; parts of one message come in order. */
export class ChunkJoiner {
  #open: Assembly[] = [];

  /** What `message` brings: itself, or the message whose last part it is; null until then. */
  join(message: Message): Message | null {
    if (message.type !== "chunk") return message;
    const whole = this.add(message);
    const inner = whole === null ? null : toMessage(parseJson(whole));
    return inner === null || inner.type === "chunk" ? null : inner;
  }

  /** Returns the whole text with its last part. What does not fit together is dropped. */
  add(message: Message): string | null {
    const id = message.id;
    const data = textField(message, "data");
    const { index, count } = message;
    if (id === undefined || data === undefined) return null;
    if (typeof index !== "number" || typeof count !== "number") return null;

    let assembly = this.#open.find((one) => one.id === id);
    if (assembly === undefined && index === 0) {
      assembly = { id, count, parts: [] };
      this.#open.push(assembly);
      if (this.#open.length > MAX_OPEN) this.#open.shift();
    }
    if (assembly === undefined) return null;
    if (assembly.count !== count || assembly.parts.length !== index) {
      this.#remove(assembly);
      return null;
    }
    assembly.parts.push(data);
    if (this.#totalUnits() > MAX_MESSAGE_BYTES) {
      this.#remove(assembly);
      return null;
    }
    if (assembly.parts.length < count) return null;
    this.#remove(assembly);
    return assembly.parts.join("");
  }

  #totalUnits(): number {
    let total = 0;
    for (const assembly of this.#open) {
      for (const part of assembly.parts) total += part.length;
    }
    return total;
  }

  #remove(assembly: Assembly): void {
    this.#open = this.#open.filter((one) => one !== assembly);
  }
}
