// SPDX-License-Identifier: Apache-2.0
// A snapshot's parts, kept until the last one is there. A part that comes a second time, also one of a
// snapshot that was taken already, adds nothing: a lone last part must not pass for the whole.

import { byteLength } from "../chunks";
import type { Message } from "../messages";
import type { EntityRecord } from "./record";
import { toSnapshotPart, type Have } from "./replication-messages";

export interface Snapshot {
  id: string;
  entities: [name: string, record: EntityRecord][];
  have: Have | null;
  cursor: string | null;
  reset: boolean;
  redacted: unknown;
}

/** A property of ten years is a tenth of that. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Snapshots begun and not ended. */
const MAX_OPEN = 2;
const REMEMBERED = 16;

interface Assembly {
  /** Their numbers; also what others do not number counts. */
  parts: Set<number>;
  entities: Map<string, EntityRecord>;
  reset: boolean;
  redacted: unknown;
  bytes: number;
}

export class SnapshotJoiner {
  readonly #open = new Map<string, Assembly>();
  /** Whole, and not stored yet. */
  readonly #taking = new Set<string>();
  readonly #isSettled: boolean;
  #done: string[] = [];

  /** @param isSettled settle() says of each whole whether it was taken; otherwise each is at once */
  constructor(isSettled = false) {
    this.#isSettled = isSettled;
  }

  /**
   * The whole with its last part. `kept`: others are to come, or it was taken before. `lost`: it cannot be
   * used, or is being taken, and is not to be answered.
   */
  add(message: Message): Snapshot | "kept" | "lost" {
    const part = toSnapshotPart(message);
    if (part === null) return "lost";
    if (this.#done.includes(part.id)) return "kept";
    // Who hears that the last part is here never sends any of it again.
    if (this.#taking.has(part.id)) return part.more ? "kept" : "lost";
    const assembly = this.#find(part.id);
    assembly.parts.add(part.number ?? assembly.parts.size);
    for (const [name, record] of part.entities) assembly.entities.set(name, record);
    if (part.reset) assembly.reset = true;
    if (part.redacted !== undefined) assembly.redacted = part.redacted;
    assembly.bytes += byteLength(JSON.stringify(message));
    if (assembly.bytes > MAX_BYTES) {
      this.#end(part.id);
      return "lost";
    }
    if (part.more) return "kept";
    // Some came before we listened.
    if (part.number !== null && assembly.parts.size <= part.number) return "lost";
    if (this.#isSettled) this.#taking.add(part.id);
    else this.#end(part.id);
    return {
      id: part.id,
      entities: [...assembly.entities],
      have: part.have,
      cursor: part.cursor,
      reset: assembly.reset,
      redacted: assembly.redacted,
    };
  }

  /** @param taken otherwise it may come again; also its last part alone, for the others were answered */
  settle(id: string, taken: boolean): void {
    // Not after clear().
    if (this.#taking.delete(id) && taken) this.#end(id);
  }

  clear(): void {
    this.#open.clear();
    this.#taking.clear();
    this.#done = [];
  }

  #find(id: string): Assembly {
    let assembly = this.#open.get(id);
    if (assembly !== undefined) return assembly;
    assembly = { parts: new Set(), entities: new Map(), reset: false, redacted: undefined, bytes: 0 };
    this.#open.set(id, assembly);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.#open.delete(oldest);
    return assembly;
  }

  #end(id: string): void {
    this.#open.delete(id);
    this.#done.push(id);
    if (this.#done.length > REMEMBERED) this.#done.shift();
  }
}
