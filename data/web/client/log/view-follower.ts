// SPDX-License-Identifier: Apache-2.0
// What a replica with a narrower view has: the records that the hub shows it, kept current by their
// state. A guest's own orders and the menu; a person's private messages. It checks no signatures: it
// follows the proven hub only.
//
// start() asks for what changed since the cursor; a hub that does not know it sends everything, as it
// does by itself when what may be seen changes.

import type { Clock } from "../clock";
import { Emitter } from "../emitter";
import type { Message } from "../messages";
import { readOrder, type Order } from "./order-state";
import type { EntityRecord } from "./record";
import { toPartAck } from "./replication-messages";
import { SnapshotJoiner, type Snapshot } from "./snapshot-joiner";

export interface ViewFollowerOptions {
  of: "guest" | "private";
  /** Whether the message was handed over. Where not, start() is to be called when it may be tried again. */
  send: (message: Message) => boolean;
  clock: Clock;
}

export interface ViewFollowerEvents {
  /** Names of records that are new, read otherwise, or are gone. */
  changed: { entities: string[] };
}

/** A hub that does not answer is asked again after so long. */
const SILENCE_MS = 15000;

/** `<hub incarnation>.<digest of our rights>:<n>`; a hub that says it otherwise is taken by its word. */
function toPlace(cursor: string): { world: string; rights: string; number: number } {
  const end = cursor.lastIndexOf(":");
  const rights = cursor.slice(0, Math.max(end, 0));
  return { world: rights.split(".")[0] ?? "", rights, number: Number(cursor.slice(end + 1)) };
}

export class ViewFollower extends Emitter<ViewFollowerEvents> {
  readonly #options: ViewFollowerOptions;
  readonly #joiner = new SnapshotJoiner();
  #records = new Map<string, EntityRecord>();
  readonly #orders = new Map<string, Order | null>();
  #cursor: string | null = null;
  #isCurrent = false;
  #cancelTimer: (() => void) | null = null;

  constructor(options: ViewFollowerOptions) {
    super();
    this.#options = options;
  }

  /** Where it stands; null before the first answer. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** Whether the hub has answered since start(). */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  /** Not to be changed. null: there is none. */
  record(name: string): EntityRecord | null {
    return this.#records.get(name) ?? null;
  }

  /** All whose type is that: "order". */
  records(type: string): [name: string, record: EntityRecord][] {
    return [...this.#records].filter(([name]) => name.startsWith(`${type}/`));
  }

  /** The same object until a record changes. null: it is not shown to us. */
  order(orderId: string): Order | null {
    const known = this.#orders.get(orderId);
    if (known !== undefined) return known;
    // What was moved here from other orders is shown to us in theirs.
    const moved = this.records("order")
      .map(([name]) => name)
      .filter((name) => name !== `order/${orderId}`);
    const order = readOrder(orderId, (name) => this.#records.get(name), () => moved);
    this.#orders.set(orderId, order);
    return order;
  }

  /** There is a way to the hub, or another one. */
  start(): void {
    this.#cancelTimer?.();
    this.#joiner.clear();
    this.#isCurrent = false;
    this.#options.send({ type: "view", of: this.#options.of, cursor: this.#cursor });
    this.#cancelTimer = this.#options.clock.after(SILENCE_MS, () => {
      this.#cancelTimer = null;
      if (!this.#isCurrent) this.start();
    });
  }

  /** The way is gone; what is known stays. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#joiner.clear();
    this.#isCurrent = false;
  }

  /** Whether the message was a part of a view. */
  receive(message: Message): boolean {
    if (message.type !== "snapshot" || message.id === undefined) return false;
    const whole = this.#joiner.add(message);
    if (whole === "lost") return true;
    if (whole !== "kept") this.take(whole);
    this.#options.send(toPartAck(message, {}, "none"));
    return true;
  }

  /** One whose parts were put together and answered by others. */
  take(whole: Snapshot): void {
    if (whole.cursor === null || this.#isOvertaken(whole.cursor, whole.reset)) return;
    const changed = new Set(whole.entities.map(([name]) => name));
    if (whole.reset) {
      for (const name of this.#records.keys()) changed.add(name);
      this.#records = new Map();
    }
    for (const [name, record] of whole.entities) this.#records.set(name, record);
    this.#cursor = whole.cursor;
    this.#isCurrent = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#orders.clear();
    this.emit("changed", { entities: [...changed] });
  }

  /** Of rights that we had before, or older than what is here: another way was faster. */
  #isOvertaken(cursor: string, reset: boolean): boolean {
    if (this.#cursor === null) return false;
    const [here, there] = [toPlace(this.#cursor), toPlace(cursor)];
    if (!reset && here.rights !== there.rights) return true;
    return here.world === there.world && there.number < here.number;
  }

  /** Forgets everything: another guest, another property. */
  clear(): void {
    this.stop();
    const entities = [...this.#records.keys()];
    this.#records = new Map();
    this.#orders.clear();
    this.#cursor = null;
    if (entities.length > 0) this.emit("changed", { entities });
  }
}
