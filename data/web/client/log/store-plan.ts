// SPDX-License-Identifier: Apache-2.0
// What a transaction of append() does, decided for all stores alike: who is new, who is known, who is
// another of the same identity, and who has no predecessor.

import { utf8Length } from "../transcript";
import {
  MAX_FORKS,
  MAX_VARIANTS,
  type AppendEntry,
  type AppendResult,
  type AsideEntry,
  type Fork,
  type Identity,
  type LoggedOperation,
  type LogPosition,
  type StoredOperation,
} from "./log-store";
import { isSame } from "./stub";

/** What the transaction found. */
export interface AppendScene {
  /** Those of the entry that exist. */
  logs: ReadonlyMap<string, LogPosition>;
  /** Of the identities that needsLookup() named, by nameOfIdentity(). */
  variants: ReadonlyMap<string, readonly LoggedOperation[]>;
  forks: readonly Fork[];
  position: number;
}

/** Operations that one transaction reads at most. */
export const MAX_READ = 1024;

export interface AppendPlan {
  result: AppendResult;
  logs: LogPosition[];
  forks: Fork[];
  aside: AsideEntry[];
}

export function nameOfIdentity({ logId, seq }: Identity): string {
  return `${logId}:${seq}`;
}

export function logsOf(entry: AppendEntry): string[] {
  const named = [...entry.operations.map(({ logId }) => logId), ...Object.keys(entry.expect ?? {})];
  return [...new Set(named)];
}

/** What is there already under the identities of the entry has to be looked at. */
export function needsLookup(entry: AppendEntry, logs: ReadonlyMap<string, LogPosition>): Identity[] {
  return entry.operations.filter(({ logId, seq }) => {
    const log = logs.get(logId);
    return log !== undefined && seq <= log.seq;
  });
}

class Planner {
  readonly plan: AppendPlan = {
    result: { stale: false, outcomes: [], stored: [] },
    logs: [],
    forks: [],
    aside: [],
  };
  readonly #scene: AppendScene;
  readonly #logs = new Map<string, LogPosition>();
  readonly #variants = new Map<string, readonly LoggedOperation[]>();
  readonly #forks = new Map<string, Fork>();
  #position: number;

  constructor(scene: AppendScene) {
    this.#scene = scene;
    this.#position = scene.position;
    for (const fork of scene.forks)
      this.#forks.set(nameOfIdentity({ logId: fork[0], seq: fork[1] }), fork);
  }

  isStale(expect: Readonly<Record<string, number>>): boolean {
    return Object.entries(expect).some(([logId, seq]) => (this.#logOf(logId)?.seq ?? 0) !== seq);
  }

  add(operation: LoggedOperation, entry: AppendEntry, index: number): void {
    const { logId, seq, deviceId } = operation;
    const log = this.#logOf(logId) ?? { logId, deviceId, seq: 0, from: 1 };
    const { outcomes } = this.plan.result;
    if (seq > log.seq + 1) outcomes.push("gap");
    else if (seq === log.seq + 1) {
      this.#logs.set(logId, { ...log, deviceId: log.deviceId || deviceId, seq });
      this.#store(operation, 0, entry, index);
      outcomes.push("stored");
    } else this.#addAgain(operation, entry, index);
  }

  finish(): AppendPlan {
    this.plan.logs = [...this.#logs.values()];
    return this.plan;
  }

  #addAgain(operation: LoggedOperation, entry: AppendEntry, index: number): void {
    const { outcomes } = this.plan.result;
    const name = nameOfIdentity(operation);
    const others = this.#variants.get(name) ?? this.#scene.variants.get(name) ?? [];
    const known = others.some((other) => isSame(other, operation));
    // What was compacted can no longer be compared.
    if (others.length === 0 || known) {
      outcomes.push("duplicate");
    } else if (others.length >= MAX_VARIANTS || !this.#mayFork(name, operation.logId)) {
      outcomes.push("crowded");
    } else {
      this.#store(operation, others.length, entry, index);
      const fork: Fork = [operation.logId, operation.seq, others.length + 1];
      this.#forks.set(name, fork);
      this.plan.forks.push(fork);
      outcomes.push("variant");
    }
  }

  #mayFork(name: string, logId: string): boolean {
    if (this.#forks.has(name)) return true;
    return [...this.#forks.values()].filter(([of]) => of === logId).length < MAX_FORKS;
  }

  #logOf(logId: string): LogPosition | undefined {
    return this.#logs.get(logId) ?? this.#scene.logs.get(logId);
  }

  #store(operation: LoggedOperation, variant: number, entry: AppendEntry, index: number): void {
    const { logId, seq, deviceId, entity, text, sig } = operation;
    this.#position += 1;
    const stored: StoredOperation = {
      ...{ logId, seq, variant, deviceId, entity, text, sig },
      atMs: entry.atMs,
      position: this.#position,
    };
    const name = nameOfIdentity(operation);
    const others = this.#variants.get(name) ?? this.#scene.variants.get(name) ?? [];
    this.#variants.set(name, [...others, stored]);
    this.plan.result.stored.push(stored);
    const reason = entry.aside[index] ?? null;
    if (reason !== null) this.plan.aside.push({ logId, seq, variant, reason, entity });
  }
}

export function planAppend(entry: AppendEntry, scene: AppendScene): AppendPlan {
  const planner = new Planner(scene);
  if (planner.isStale(entry.expect ?? {})) {
    planner.plan.result.stale = true;
    return planner.plan;
  }
  entry.operations.forEach((operation, index) => planner.add(operation, entry, index));
  return planner.finish();
}

/** Of a list of what is read next: how much of it fits. At least one. */
export function countWithin(
  operations: Iterable<LoggedOperation>,
  maxOperations: number,
  maxBytes: number,
): number {
  let count = 0;
  let bytes = 0;
  for (const { text } of operations) {
    bytes += utf8Length(text);
    if (count > 0 && (count >= maxOperations || bytes > maxBytes)) break;
    count += 1;
  }
  return count;
}
