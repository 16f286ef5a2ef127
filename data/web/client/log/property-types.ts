// SPDX-License-Identifier: Apache-2.0
// What goes into a replica of a property and what comes out of it.

import type { Clock } from "../clock";
import type { Fields, SignedDocument } from "../messages";
import type { AsideEntry, AsideReason, LogStore, StoreError } from "./log-store";
import type { Operation, Signing, WireOperation, WriterRole } from "./operation";
import type { WireStub } from "./stub";

/** `{logId: highest contiguous seq}`. */
export type Have = Record<string, number>;

/** Rising: only on this page yet; in this device's store; in another device's; at the hub or cloud. */
export type Level = "pending" | "stored" | "device" | "hub";

/** Everybody would set it aside, or it breaks a rule of operations (`bad-operation`): not written. */
export class DraftError extends Error {
  override readonly name = "DraftError";
  readonly reason: AsideReason | "bad-operation";

  constructor(reason: AsideReason | "bad-operation", kind: string) {
    super(`No operation of kind ${kind}: ${reason}`);
    this.reason = reason;
  }
}

export interface PropertyDraft {
  kind: string;
  entity: string;
  body: Fields;
  /** Goes to the hub and the cloud only. */
  isPrivate?: boolean;
}

export type RefusalCode =
  | "forged"
  | "wrong-tenant"
  | "bad-operation"
  | "unknown-device"
  | "rate-limited"
  | "too-far"
  | "too-many-logs"
  | "private";

export interface Refusal {
  logId: string;
  seq: number;
  code: RefusalCode;
  retryMs?: number;
}

export interface TakeOptions {
  /** Membership documents of the authors. */
  members?: readonly SignedDocument[];
  /** From the proven hub or cloud, which has checked the signatures. */
  trusted: boolean;
  /** Comes back with `committed`. */
  source?: unknown;
}

export interface TakeResult {
  /** Of the logs of the batch: what is contiguous and stored now. */
  have: Have;
  refused: Refusal[];
}

export interface PropertyEvents {
  /**
   * Durable now. `source`: of take(); "write" for own, "tab" for what another tab of this device
   * committed.
   */
  committed: { operations: Operation[]; source: unknown };
  /** Names of entities whose record reads otherwise than before; also for what is pending only. */
  changed: { entities: string[] };
  /** Of an own operation; all before it in its log have that level too. */
  level: { logId: string; seq: number; level: Level };
  /** Two operations with one identity; both were kept. Once for each further one. */
  conflict: { logId: string; seq: number; count: number };
  aside: { entries: AsideEntry[] };
  /** The hub does not take what this device wrote there, from that on: it will never be there. */
  refused: { logId: string; seq: number; code: string };
  /** A state cannot be derived here any more: wants a snapshot with `reset` from the hub. */
  needSnapshot: Record<string, never>;
  /** The store can no longer be used; every write rejects from here on. */
  failed: { error: StoreError };
}

export interface PropertyOptions {
  store: LogStore;
  tenantId: string;
  deviceId: string;
  /** Under which this device writes. */
  role: WriterRole;
  signing: Signing;
  hubKey: Uint8Array;
  /** Its own; passed on with its operations. */
  membership?: SignedDocument;
  clock: Clock;
  /** For log ids and stand-ins of ticket series. */
  random?: (length: number) => Uint8Array;
}

/** What `read` gives: stored operations as they go out, or a stub. */
export type OutgoingOperation = WireOperation | WireStub;

/** An operation as its link needs it: where it stands, who wrote it, and what goes out. */
export interface ReadOperation {
  logId: string;
  seq: number;
  deviceId: string;
  /** UTF-8 bytes of the text. */
  size: number;
  wire: OutgoingOperation;
}
