// SPDX-License-Identifier: Apache-2.0
// Carries out commands on this device's own replica, and says by acks how safe they are: `device` when
// another device has stored them, `hub` when the hub has.

import {
  CommandError,
  countDown,
  entityOf,
  planCommand,
  type CommandPlan,
  type CommandSource,
} from "./commands";
import { judge } from "./log/kinds";
import type { Operation, WriterRole } from "./log/operation";
import { DraftError, type Level, type PropertyDraft } from "./log/property-types";
import type { Property } from "./log/property";
import type { Fields, Message } from "./messages";

interface Watched {
  ref: string;
  operations: { logId: string; seq: number }[];
  level: Level;
  result: Fields;
  tell: (message: Message) => void;
}

/** Commands whose acks are not all out yet. */
const MAX_WATCHED = 1000;
/** Commands that are not carried out yet. */
const MAX_UNDER_WAY = 1000;
/** It is on this device alone, and may end with it. */
const REFUSED = "The hub does not take what this device writes";
const levels: Level[] = ["pending", "stored", "device", "hub"];

export class CommandRunner {
  readonly #property: Property;
  readonly #watched = new Set<Watched>();
  /** What is done about one thing, by its key; the end of the last command never rejects. */
  readonly #lanes = new Map<string, Promise<void>>();
  #underWay = 0;
  readonly #unsubscribe: (() => void)[];

  constructor(property: Property) {
    this.#property = property;
    const look = ({ logId }: { logId: string }) => {
      for (const one of this.#watched)
        if (one.operations.some((operation) => operation.logId === logId)) this.#look(one);
    };
    this.#unsubscribe = [property.on("level", look), property.on("refused", look)];
  }

  /** @param tell hears of every level; of an error once */
  async run(message: Message, source: CommandSource, tell: (message: Message) => void): Promise<void> {
    const ref = message.id ?? "";
    try {
      const { operations, result } = await this.#inLane(message, source, async () => {
        const { drafts, done, result } = await this.#plan(message, source);
        const written = drafts.length === 0 ? [] : await this.#write(drafts);
        return { operations: [...done, ...written], result };
      });
      const one: Watched = { ref, operations, level: "stored", result, tell };
      this.#watched.add(one);
      const [oldest] = this.#watched;
      if (this.#watched.size > MAX_WATCHED && oldest !== undefined) this.#watched.delete(oldest);
      this.#look(one);
    } catch (error) {
      tell({ type: "error", ref, ...toProblem(error) });
    }
  }

  /** For another device: one answer, after our own commit. */
  async serve(
    message: Message,
    source: CommandSource,
    answer: (message: Message) => void,
  ): Promise<void> {
    const ref = message.id ?? "";
    try {
      const result = await this.#inLane(message, source, async () => {
        const { drafts, result } = await this.#plan(message, source);
        checkRole(drafts, source);
        const written = drafts.length === 0 ? [] : await this.#write(drafts);
        if (this.#isRefused(written)) throw new Error(REFUSED);
        return result;
      });
      answer({ type: "ack", ref, level: this.#property.level, ...result });
    } catch (error) {
      answer({ type: "error", ref, ...toProblem(error) });
    }
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#watched.clear();
  }

  /**
   * Commands about one thing run one after the other, each after the write of the one before: what a
   * plan finds done is durable then, and not only shown, and nobody draws a second number for an order.
   */
  async #inLane<T>(message: Message, source: CommandSource, task: () => Promise<T>): Promise<T> {
    if (this.#underWay >= MAX_UNDER_WAY) throw new Error("Too many commands at once");
    this.#underWay += 1;
    const key = entityOf(message, source);
    const running = (this.#lanes.get(key) ?? Promise.resolve()).then(task);
    const end = running.then(
      () => undefined,
      () => undefined,
    );
    this.#lanes.set(key, end);
    try {
      return await running;
    } finally {
      this.#underWay -= 1;
      if (this.#lanes.get(key) === end) this.#lanes.delete(key);
    }
  }

  /** What it made may have been put away: who was off for days says again what nobody answered. */
  async #plan(message: Message, source: CommandSource): Promise<CommandPlan> {
    await this.#property.loadRecord(entityOf(message, source));
    return await planCommand(message, source, this.#property);
  }

  #write(drafts: PropertyDraft[]): Promise<Operation[]> {
    return this.#property.write([...drafts, ...countDown(drafts, this.#property)]);
  }

  #isRefused(operations: readonly { logId: string; seq: number }[]): boolean {
    return operations.some(({ logId, seq }) => this.#property.isRefused(logId, seq));
  }

  #look(one: Watched): void {
    if (this.#isRefused(one.operations)) {
      this.#watched.delete(one);
      one.tell({ type: "error", ref: one.ref, code: "not-stored", message: REFUSED });
      return;
    }
    const found = one.operations.map(({ logId, seq }) =>
      levels.indexOf(this.#property.levelOf(logId, seq)),
    );
    const level = levels[Math.min(...found)];
    if (level === undefined || levels.indexOf(level) <= levels.indexOf(one.level)) return;
    one.level = level;
    if (level === "hub") this.#watched.delete(one);
    one.tell({ type: "ack", ref: one.ref, level, ...one.result });
  }
}

/** We write it under our own role, which may do more than the one who asks. Throws DraftError. */
function checkRole(drafts: readonly PropertyDraft[], source: CommandSource): void {
  // Of any other role the table says that it may do nothing.
  const role = source.role as WriterRole;
  for (const { kind, entity, body } of drafts) {
    const reason = judge({ kind, entity, body, role });
    if (reason !== null) throw new DraftError(reason, kind);
  }
}

function toProblem(error: unknown): { code: string; message: string } {
  if (error instanceof CommandError) return { code: error.code, message: error.message };
  if (error instanceof DraftError) {
    const code = error.reason === "forbidden" ? "forbidden" : "bad-message";
    return { code, message: error.message };
  }
  return { code: "not-stored", message: error instanceof Error ? error.message : "" };
}
