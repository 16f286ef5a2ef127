// SPDX-License-Identifier: Apache-2.0
// Where a replica keeps its part of the log: operations as they came, the positions of their logs, the
// state that was derived from them, membership documents and a few small values. Each call is one
// transaction; calls complete in the order they were made; a promise that resolved stays true after a
// crash where the store is `durable`. All tabs of one device share one store and tell each other what
// they committed. Every promise settles: with a StoreError where the store is full, gone or closed.

import type { SignedDocument } from "../messages";
import type { AsideReason as Judgement } from "./kinds";
import type { EntityRecord } from "./record";

/**
 * `full`: no room is left (quota). `blocked`: another tab holds an older store open. `gone`: the
 * database was deleted or replaced while it was open, or the browser took it away; only opening again
 * helps. `closed`: close() was called. `failed`: anything else; `cause` says what.
 */
export type StoreProblem = "full" | "blocked" | "gone" | "closed" | "failed";

export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly problem: StoreProblem;
  readonly cause: unknown;

  constructor(problem: StoreProblem, cause?: unknown) {
    super(`The store of the log: ${problem}${cause instanceof Error ? ` (${cause.message})` : ""}`);
    this.problem = problem;
    this.cause = cause;
  }
}

export interface Identity {
  logId: string;
  seq: number;
}

/** Where the operation was redacted, `text` is that of its stub (stub.ts) and `sig` is "". */
export interface LoggedOperation extends Identity {
  deviceId: string;
  entity: string;
  text: string;
  sig: string;
}

export interface StoredOperation extends LoggedOperation {
  /** 0: the first that came with this identity; 1 to 3: others of the same identity (a fork). */
  variant: number;
  /** When it came here, UTC milliseconds. */
  atMs: number;
  /** Its place in the order of commit in this store, from 1. */
  position: number;
}

export interface LogPosition {
  logId: string;
  /** Of the first operation; "" where the log is known from a snapshot only. */
  deviceId: string;
  /** All up to here are stored, or were and are part of the records. */
  seq: number;
  /** The first that is still stored; seq + 1 where none is. */
  from: number;
}

/** The state of one entity as it was stored. */
export interface StoredRecord {
  name: string;
  record: EntityRecord;
  /** When an operation of it last came, UTC milliseconds. */
  touchedMs: number;
  /** Holds what the stored operations no longer tell: it came with a snapshot or was compacted. */
  partial: boolean;
}

/** Stored and passed on, but not part of any record. */
export interface AsideEntry extends Identity {
  variant: number;
  reason: AsideReason;
  entity: string;
}

/** `revoked`: of a removed device, behind its cut-off. */
export type AsideReason = Judgement | "revoked";

/** `[logId, seq, count]` of an identity that more than one operation bears. */
export type Fork = [logId: string, seq: number, count: number];

export interface StoreContents {
  logs: LogPosition[];
  forks: Fork[];
  members: SignedDocument[];
  aside: AsideEntry[];
  values: Map<string, unknown>;
  /** Without those that archive() put away. */
  records: StoredRecord[];
  archived: string[];
  /** What the records do not hold yet, in the order of commit. */
  tail: StoredOperation[];
  /** Of the last operation that was ever stored. */
  position: number;
  /** Grows whenever replace() or compact() changed what other tabs have in memory. */
  epoch: number;
}

export interface AppendEntry {
  /** In ascending order within a log. */
  operations: readonly LoggedOperation[];
  atMs: number;
  /** For each operation; null: it applies. */
  aside: readonly (AsideReason | null)[];
  /** Unless these logs end exactly there, nothing is stored: how the tabs never take a seq twice. */
  expect?: Readonly<Record<string, number>>;
}

/**
 * `stored`; `duplicate`: the same bytes are there already; `variant`: others are there, both are kept;
 * `gap`: its predecessor is missing; `crowded`: more variants than are kept.
 */
export type AppendOutcome = "stored" | "duplicate" | "variant" | "gap" | "crowded";

export interface AppendResult {
  /** What `expect` named was not so; nothing was stored. */
  stale: boolean;
  /** One for each operation. */
  outcomes: AppendOutcome[];
  /** What was stored, in the order of commit. */
  stored: StoredOperation[];
}

/** `reason: null`: is no longer aside. */
export type AsideChange = Omit<AsideEntry, "reason"> & { reason: AsideReason | null };

export interface CheckpointEntry {
  /** What the records hold: all up to there. */
  position: number;
  epoch: number;
  /** What changed since; one that is partial in the store stays so. */
  records: readonly StoredRecord[];
  aside: readonly AsideChange[];
}

export interface ReplaceEntry extends CheckpointEntry {
  /** A log that ends before is set there, and its operations are dropped. */
  have: Readonly<Record<string, number>>;
  /** What is not named in `records` is forgotten, archived or not. */
  reset: boolean;
}

/** What another tab did. */
export interface StoreNews {
  position: number;
  epoch: number;
  /** Names of those it changed. */
  values: string[];
  /** It stored membership documents. */
  members: boolean;
}

export interface Compaction {
  /** Whose `from` moved. */
  logs: LogPosition[];
  /** Names of the records. */
  partial: string[];
  /** There is more to drop than one call does. */
  isMore: boolean;
}

/** At most so many operations bear one identity, and so many identities of a log have more than one. */
export const MAX_VARIANTS = 4;
export const MAX_FORKS = 64;

/** Shared by the stores: how far they are. */
export interface StoreState {
  position: number;
  /** What the stored records hold: all operations up to that position. */
  checkpoint: number;
  epoch: number;
}

export interface LogStore {
  /** Whether what it committed survives a crash of the program. */
  readonly durable: boolean;
  /** Once, before anything else. */
  open(): Promise<void>;
  /** At the start, and for a tab whose state another replaced. */
  load(): Promise<StoreContents>;
  append(entry: AppendEntry): Promise<AppendResult>;
  addMembers(documents: readonly SignedDocument[]): Promise<void>;
  readMembers(): Promise<SignedDocument[]>;
  /** All variants with each of these identities; none where it is not stored. */
  find(ids: readonly Identity[]): Promise<StoredOperation[][]>;
  /** All variants from `from` on, until one of the two is reached; at least one where there is one. */
  read(
    logId: string,
    from: number,
    maxOperations: number,
    maxBytes: number,
  ): Promise<StoredOperation[]>;
  readEntity(entity: string): Promise<StoredOperation[]>;
  readDevice(deviceId: string): Promise<StoredOperation[]>;
  /** Committed behind `position`, in that order. */
  readSince(position: number): Promise<StoredOperation[]>;
  /** From the archive too. */
  readRecord(name: string): Promise<StoredRecord | null>;
  /** false: another tab has stored a later state, or the epoch is over; nothing was done. */
  checkpoint(entry: CheckpointEntry): Promise<boolean>;
  /** false: the epoch is over; nothing was done. */
  replace(entry: ReplaceEntry): Promise<boolean>;
  /** Puts records out of the way of open(); readRecord() still finds them. */
  archive(names: readonly string[]): Promise<void>;
  /** Forgets the archived records that were last touched before then, and names them. */
  forgetArchived(beforeMs: number): Promise<string[]>;
  /**
   * Drops operations that came before then, are covered by `kept` and part of the checkpoint, but for
   * forks, which find() still finds; their records become partial, and are named. What is covered is a
   * number: under it another operation may have come here only since. Where something is dropped, the
   * epoch grows by one, so that other tabs load again. Of another epoch: drops nothing. Log by log, by
   * their names; not more than `maxOperations`, for nothing else is written meanwhile.
   */
  compact(
    beforeMs: number,
    kept: Readonly<Record<string, number>>,
    epoch: number,
    maxOperations: number,
  ): Promise<Compaction>;
  /** Puts stubs in the place of those that are about `entity`. */
  redact(ids: readonly Identity[], entity: string): Promise<void>;
  /** `change` runs within the transaction. Resolves to what it returned; undefined takes it away. */
  update<T>(name: string, change: (old: unknown) => T): Promise<T>;
  readValue(name: string): Promise<unknown>;
  onOther(listener: (news: StoreNews) => void): void;
  /** Called once, when the store can no longer be used though nobody closed it. */
  onGone(listener: (error: StoreError) => void): void;
  /** After what was begun has settled; later calls reject with `closed`. */
  close(): Promise<void>;
}
