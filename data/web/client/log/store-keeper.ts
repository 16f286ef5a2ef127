// SPDX-License-Identifier: Apache-2.0
// When a replica saves what it derived, and what it no longer keeps: a checkpoint soon after something
// changed, so that the next start reads little; operations until the hub has had them for 14 days
// (kept-marks.ts); what is over and was left alone for a while leaves the memory, at a start and with each
// sweep.

import type { Clock } from "../clock";
import { isFields } from "../messages";
import { isAllPrivate, isFragment } from "./fragments";
import type { StoredRecord } from "./log-store";
import { chargesOf } from "./order-money";
import { integerOf, OrderParts } from "./order-parts";
import { itemOf, registerOf } from "./record";
import { targetsOf } from "./record-table";

/** A hub that was restored from a backup no older than that gets back from its devices what it lacks. */
export const KEEP_MS = 14 * 24 * 3600 * 1000;
export const IDLE_MS = 36 * 3600 * 1000;
export const MESSAGE_IDLE_MS = 14 * 24 * 3600 * 1000;
/** They wait for their beginning as long as it takes; more of them somebody made up, and the oldest go. */
const MAX_FRAGMENTS = 1000;
const CHECKPOINT_MS = 5000;
/** Operations since the last one. */
const CHECKPOINT_COUNT = 512;
/** Operations that one sweep lets go: as long as it takes, nothing else is stored. */
export const SWEEP_COUNT = 4000;
const FIRST_SWEEP_MS = 60 * 1000;
/** Each makes the other tabs load again. */
const NEXT_SWEEP_MS = 60 * 1000;
const SWEEP_MS = 6 * 3600 * 1000;

const ORDER = "order/";
const DAY = "day/";

interface Ending {
  idleMs: number;
  /** That must read so. */
  register?: readonly [path: string, value: unknown];
}

/** What is over at some time. A request that nobody answered for so long asks for nothing any more. */
const ENDINGS: ReadonlyMap<string, Ending> = new Map([
  ["message", { idleMs: MESSAGE_IDLE_MS }],
  ["order", { idleMs: IDLE_MS, register: ["closed", true] }],
  ["request", { idleMs: IDLE_MS }],
  ["seating", { idleMs: IDLE_MS, register: ["state", "ended"] }],
]);

/**
 * From when on money may be on no day yet. The till that closed the last one may have been away, and have
 * missed what was taken then: that is on the next, so the beginning of the last one counts. A day that ends
 * in the future was closed by a clock that is wrong.
 */
function findDay(records: readonly StoredRecord[], nowMs: number): number {
  let last = { fromMs: 0, toMs: 0 };
  for (const { name, record } of records) {
    const header = name.startsWith(DAY) ? itemOf(record, "header")?.[0] : undefined;
    if (!isFields(header)) continue;
    const [fromMs, toMs] = [integerOf(header, "fromMs", 0), integerOf(header, "toMs", 0)];
    const isLater = toMs > last.toMs || (toMs === last.toMs && fromMs < last.fromMs);
    if (toMs <= nowMs && isLater) last = { fromMs, toMs };
  }
  return last.fromMs;
}

/**
 * What a room owes stays until it is settled, however long; what is settled, or was paid otherwise, until a
 * day has counted it.
 */
function chargesMs({ name, record, touchedMs }: StoredRecord, dayMs: number): number {
  if (!name.startsWith(ORDER)) return 0;
  const charges = chargesOf(new OrderParts(name.slice(ORDER.length), record));
  if (charges === null || (charges === "paid" && touchedMs <= dayMs)) return 0;
  return charges === "open" ? Infinity : KEEP_MS;
}

interface Keeping {
  /** As findDay() has it. */
  dayMs: number;
  /** They stay longer, for the order they are in would miss them if it were opened again. */
  movesLines: boolean;
  keepsCharges: boolean;
  nowMs: number;
  /** Fragments that were left alone since, and are too many. */
  fragmentsMs: number;
}

/** Of what has not even begun here there is more to come, which would stand without it. */
export function awaitsBeginning({ name, record }: StoredRecord): boolean {
  return isFragment(name, record) && !isAllPrivate(record);
}

/** When the oldest of those fragments that stay was touched. */
function findFragments(records: readonly StoredRecord[], nowMs: number): number {
  const touched = records.filter(awaitsBeginning).map(({ touchedMs }) => touchedMs);
  const first = touched.sort((a, b) => b - a)[MAX_FRAGMENTS - 1];
  return Math.min(first ?? -Infinity, nowMs - KEEP_MS);
}

function isOver(stored: StoredRecord, keeping: Keeping): boolean {
  const { name, record, touchedMs } = stored;
  const { movesLines, keepsCharges, dayMs, nowMs, fragmentsMs } = keeping;
  const ending = ENDINGS.get(name.slice(0, name.indexOf("/")));
  if (ending === undefined) return false;
  if (awaitsBeginning(stored)) return touchedMs < fragmentsMs;
  if (touchedMs >= nowMs - (movesLines ? KEEP_MS : ending.idleMs)) return false;
  if (keepsCharges && touchedMs >= nowMs - chargesMs(stored, dayMs)) return false;
  if (ending.register === undefined) return true;
  const [path, value] = ending.register;
  return registerOf(record, path)?.[0] === value;
}

/**
 * Names of what may be put away: of orders those that no order which stays reads lines of.
 *
 * @param keepsCharges whether somebody settles there what rooms owe, and closes the day
 */
export function findIdle(
  records: readonly StoredRecord[],
  nowMs: number,
  keepsCharges: boolean,
): string[] {
  const live = new Set(records.map(({ name }) => name));
  const targets = new Map(records.map(({ name, record }) => [name, targetsOf(name, record)]));
  const movesLines = ({ name }: StoredRecord) => targets.get(name)?.length !== 0;
  const dayMs = findDay(records, nowMs);
  const fragmentsMs = findFragments(records, nowMs);
  const over = records.filter((record) =>
    isOver(record, { movesLines: movesLines(record), keepsCharges, dayMs, nowMs, fragmentsMs }),
  );
  const idle = new Set(over.map(({ name }) => name));
  const isKept = (name: string) => live.has(name) && !idle.has(name);
  // One that stays may keep another, and that a third.
  for (let before = -1; before !== idle.size; ) {
    before = idle.size;
    for (const name of idle)
      if (targets.get(name)?.some((orderId) => isKept(ORDER + orderId)) === true) idle.delete(name);
  }
  return [...idle];
}

export interface KeeperTasks {
  checkpoint(): void;
  sweep(): void;
}

export class StoreKeeper {
  readonly #clock: Clock;
  readonly #tasks: KeeperTasks;
  #operations = 0;
  #cancelCheckpoint: (() => void) | null = null;
  #cancelSweep: () => void;

  constructor(clock: Clock, tasks: KeeperTasks) {
    this.#clock = clock;
    this.#tasks = tasks;
    this.#cancelSweep = this.#sweepAfter(FIRST_SWEEP_MS);
  }

  /** Something is to be saved. */
  note(operations: number): void {
    this.#operations += operations;
    if (this.#operations >= CHECKPOINT_COUNT) this.#checkpoint();
    else this.#cancelCheckpoint ??= this.#clock.after(CHECKPOINT_MS, () => this.#checkpoint());
  }

  /** The last one left something that may go. */
  sweepSoon(): void {
    this.#cancelSweep();
    this.#cancelSweep = this.#sweepAfter(NEXT_SWEEP_MS);
  }

  stop(): void {
    this.#cancelCheckpoint?.();
    this.#cancelSweep();
  }

  #checkpoint(): void {
    this.#cancelCheckpoint?.();
    this.#cancelCheckpoint = null;
    this.#operations = 0;
    this.#tasks.checkpoint();
  }

  #sweepAfter(delayMs: number): () => void {
    return this.#clock.after(delayMs, () => {
      this.#cancelSweep = this.#sweepAfter(SWEEP_MS);
      this.#tasks.sweep();
    });
  }
}
