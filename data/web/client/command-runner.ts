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
import type { AsideEntry } from "./log/log-store";
import { isLogOf, type Operation, type WriterRole } from "./log/operation";
import { DraftError, type Level, type PropertyDraft } from "./log/property-types";
import type { Property } from "./log/property";
import type { Fields, Message } from "./messages";

/** A command. Also what is at the hub may be set aside there, which may be heard of after its ack. */
export interface Watched {
  ref: string;
  /** None before it is carried out. */
  operations: { logId: string; seq: number }[];
  level: Level;
  result: Fields;
  tell: (message: Message) => void;
}

/** Beyond, what has had one ack gets no other. The rest are no more than the operations that nobody else has. */
const MAX_WATCHED = 1000;
/** Commands that are not carried out yet. */
const MAX_UNDER_WAY = 1000;
/** It is on this device alone, and may end with it. */
const REFUSED = "The hub does not take what this device writes";
/** Said again, it is carried out in the role of now, and once at most. */
const ASIDE = "It came too late for the role that this device had; a manager may admit it";
/** Its operations went with the store that they were in. */
const LOST = "The device's storage was lost";
const levels: Level[] = ["pending", "stored", "device", "hub"];

/** Nobody will say more of it. Who has heard that another device has it holds on to that. */
export function giveUp(watched: Set<Watched>, one: Watched, code: string, message = ""): void {
  if (watched.delete(one) && one.level === "stored")
    one.tell({ type: "error", ref: one.ref, code, message });
}

export class CommandRunner {
  readonly #property: Property;
  readonly #watched: Set<Watched>;
  /** By who asked and its ref: what is to be answered as soon as somebody else has it. */
  readonly #served = new Map<string, Watched>();
  /** What is done about one thing, by its key; the end of the last command never rejects. */
  readonly #lanes = new Map<string, Promise<void>>();
  #underWay = 0;
  #isClosed = false;
  readonly #unsubscribe: (() => void)[];

  /** @param watched of the runners of one storage, one after the other */
  constructor(property: Property, watched = new Set<Watched>()) {
    this.#property = property;
    this.#watched = watched;
    const look = ({ logId }: { logId: string }) => {
      for (const one of [...this.#watched, ...this.#served.values()])
        if (one.operations.some((operation) => operation.logId === logId)) this.#look(one);
    };
    const lookAside = ({ entries }: { entries: AsideEntry[] }) => {
      for (const one of [...this.#watched, ...this.#served.values()])
        if (isAside(one, entries)) this.#fail(one, "forbidden", ASIDE);
    };
    this.#unsubscribe = [
      property.on("level", look),
      property.on("refused", look),
      property.on("aside", lookAside),
    ];
    for (const one of watched)
      if (this.#levelOf(one) === "pending") giveUp(watched, one, "not-stored", LOST);
      else this.#look(one);
  }

  /**
   * @param tell hears of every level; of an error once
   * @returns false: it was closed before it had written anything, and nobody was told
   */
  async run(
    message: Message,
    source: CommandSource,
    tell: (message: Message) => void,
  ): Promise<boolean> {
    const ref = message.id ?? "";
    const one: Watched = { ref, operations: [], level: "stored", result: {}, tell };
    this.#watch(one);
    try {
      await this.#inLane(message, source, async () => {
        const { drafts, done, result } = await this.#plan(message, source);
        const written = drafts.length === 0 ? [] : await this.#write(drafts);
        one.operations = [...done, ...written];
        one.result = result;
      });
      if (this.#watched.has(one)) this.#look(one);
    } catch (error) {
      const { code, message } = toProblem(error);
      if (this.#isClosedBy(code) && this.#watched.delete(one)) return false;
      giveUp(this.#watched, one, code, message);
    }
    return true;
  }

  /**
   * For another device, which asks again until it is answered: once, after our own commit; where that is in
   * memory alone, as soon as another device or the hub has it.
   */
  async serve(
    message: Message,
    source: CommandSource,
    answer: (message: Message) => void,
  ): Promise<void> {
    const ref = message.id ?? "";
    const key = `${source.deviceId} ${ref}`;
    const tell = (one: Message) => {
      this.#served.delete(key);
      answer(one);
    };
    try {
      const { operations, result } = await this.#inLane(message, source, async () => {
        const { drafts, done, result } = await this.#plan(message, source);
        checkRole(drafts, source);
        const written = drafts.length === 0 ? [] : await this.#write(drafts);
        if (this.#isRefused(written)) throw new Error(REFUSED);
        return { operations: [...done, ...written], result };
      });
      const { level } = this.#property;
      if (level === "none") this.#owe(key, { ref, operations, level: "stored", result, tell });
      else tell({ type: "ack", ref, level, ...result });
    } catch (error) {
      const problem = toProblem(error);
      // Asked again, the next one does it.
      if (!this.#isClosedBy(problem.code)) tell({ type: "error", ref, ...problem });
    }
  }

  /** What it watched stays for the next one. */
  close(): void {
    this.#isClosed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  /** Whether that is why it was not done: what the command itself lacks it would lack again. */
  #isClosedBy(code: string): boolean {
    return this.#isClosed && code === "not-stored";
  }

  #watch(one: Watched): void {
    this.#watched.add(one);
    if (this.#watched.size <= MAX_WATCHED) return;
    for (const other of this.#watched)
      if (other.level !== "stored") {
        this.#watched.delete(other);
        return;
      }
  }

  #owe(key: string, one: Watched): void {
    this.#served.delete(key);
    this.#served.set(key, one);
    const [oldest] = this.#served.keys();
    // It asks again.
    if (this.#served.size > MAX_WATCHED && oldest !== undefined) this.#served.delete(oldest);
    this.#look(one);
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

  /**
   * Of the least safe; undefined: nothing is written. What others wrote is theirs to hand over: nobody tells us
   * how far that is, so it counts only where a command found all of it done.
   */
  #levelOf({ operations }: Watched): Level | undefined {
    const own = operations.filter(({ logId }) => isLogOf(logId, this.#property.deviceId));
    const found = (own.length > 0 ? own : operations).map(({ logId, seq }) =>
      levels.indexOf(this.#property.levelOf(logId, seq)),
    );
    return levels[Math.min(...found)];
  }

  #look(one: Watched): void {
    if (this.#isRefused(one.operations)) return this.#fail(one, "not-stored", REFUSED);
    const level = this.#levelOf(one);
    if (level === undefined || levels.indexOf(level) <= levels.indexOf(one.level)) return;
    if (isAside(one, this.#property.aside())) return this.#fail(one, "forbidden", ASIDE);
    one.level = level;
    one.tell({ type: "ack", ref: one.ref, level, ...one.result });
  }

  #fail(one: Watched, code: string, message: string): void {
    this.#watched.delete(one);
    one.tell({ type: "error", ref: one.ref, code, message });
  }
}

/** Whether a cut-off of the hub takes something of it out again, for everybody. */
function isAside({ operations }: Watched, entries: readonly AsideEntry[]): boolean {
  return entries.some(
    ({ reason, ...entry }) =>
      reason === "revoked" &&
      operations.some(({ logId, seq }) => entry.logId === logId && entry.seq === seq),
  );
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
