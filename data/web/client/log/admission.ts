// SPDX-License-Identifier: Apache-2.0
// What others send, judged before it may enter the log: whole, of this property, in a log of the device
// that it names, new here, not from far beyond, and signed by that device. Nothing here changes the
// replica; checking signatures may take long, and writing goes on meanwhile.

import type { Clock } from "../clock";
import { isFields, parseJson, textField } from "../messages";
import { isLogId } from "./formats";
import type { Identity, LogStore } from "./log-store";
import type { MemberRoll } from "./members";
import {
  isLogOf,
  isOperation,
  nameOf,
  readOperation,
  type Operation,
  type Signing,
} from "./operation";
import type { Refusal, RefusalCode } from "./property-types";
import { emptyRecord, itemOf } from "./record";
import { identityOf } from "./replication-messages";
import type { ReplicaState } from "./replica-state";
import { verifyAll, type VerifyJob } from "./signing";
import { isSame, isStub, readStub, withoutPlaces } from "./stub";
import type { WaitingRoom } from "./waiting-room";

/** Beyond what anybody writes while it is away; more is a mistake or a lie. */
const MAX_AHEAD = 100000;
/**
 * Of one device but the hub, as the hub itself has it: with more, what replicas say that they have is longer
 * than anybody reads. What a trusted link brings was counted there.
 */
const MAX_DEVICE_LOGS = 1000;
const STUB_RETRY_MS = 1000;

export interface AdmissionOptions {
  state: ReplicaState;
  store: LogStore;
  roll: MemberRoll;
  waiting: WaitingRoom;
  signing: Pick<Signing, "verify">;
  hubKey: Uint8Array;
  tenantId: string;
  deviceId: string;
  clock: Clock;
}

export interface Admitted {
  /** Whole and believed, in ascending order within a log. */
  operations: Operation[];
  refused: Refusal[];
  /** Logs that were named, of this property or not. */
  logIds: Set<string>;
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function inOrder(a: Operation, b: Operation): number {
  if (a.logId !== b.logId) return a.logId < b.logId ? -1 : 1;
  return a.seq - b.seq;
}

interface Place extends Identity {
  text: string;
  sig: string;
}

/** null: it does not begin as an operation does. */
function placeOf(value: unknown): Place | null {
  const text = isFields(value) ? textField(value, "text") : undefined;
  const sig = isFields(value) ? textField(value, "sig") : undefined;
  if (text === undefined || sig === undefined) return null;
  const identity = identityOf({ text, sig });
  return identity === null ? null : { logId: identity[0], seq: identity[1], text, sig };
}

export class Admission {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  async admit(values: readonly unknown[], trusted: boolean): Promise<Admitted> {
    const admitted: Admitted = { operations: [], refused: [], logIds: new Set() };
    const unseen = await this.#withoutSeen(values, admitted);
    const parsed = unseen.flatMap((value) => this.#parse(value, trusted, admitted) ?? []);
    const fresh = await this.#withoutKnown(parsed, trusted);
    admitted.operations = trusted ? fresh : await this.#signed(fresh, admitted);
    admitted.operations.sort(inOrder);
    return admitted;
  }

  /**
   * What may be stored of it now, for meanwhile others may have begun logs of the same device: what is beyond
   * the limit is refused.
   */
  begin(admitted: Admitted, trusted: boolean): Operation[] {
    if (trusted) return admitted.operations;
    const begun = new Map<string, Set<string>>();
    return admitted.operations.filter((operation) => {
      const { logId, seq, deviceId } = operation;
      const logIds = begun.get(deviceId) ?? new Set();
      begun.set(deviceId, logIds);
      if (!logIds.has(logId) && this.#isTooMany(operation, logIds.size)) {
        admitted.refused.push({ logId, seq, code: "too-many-logs" });
        return false;
      }
      if (!this.#options.state.logs.has(logId)) logIds.add(logId);
      return true;
    });
  }

  /**
   * Those that are not here byte for byte, by where they say that they stand: what comes again, as after
   * each reconnection, is not even parsed.
   */
  async #withoutSeen(values: readonly unknown[], admitted: Admitted): Promise<readonly unknown[]> {
    const { state, store } = this.#options;
    const old = values.flatMap((value) => {
      const place = placeOf(value);
      return place !== null && place.seq <= state.seqOf(place.logId) ? [{ ...place, value }] : [];
    });
    if (old.length === 0) return values;
    const found = await store.find(old.map(({ logId, seq }) => ({ logId, seq })));
    const seen = new Set<unknown>();
    old.forEach(({ logId, value, text, sig }, index) => {
      if (!found[index]?.some((stored) => stored.text === text && stored.sig === sig)) return;
      admitted.logIds.add(logId);
      seen.add(value);
    });
    return values.filter((value) => !seen.has(value));
  }

  #parse(value: unknown, trusted: boolean, admitted: Admitted): Operation | null {
    const { tenantId } = this.#options;
    if (isFields(value) && "redacted" in value)
      return this.#parseStub(readStub(value, tenantId), trusted, admitted);
    const operation = readOperation(value, tenantId);
    if (!isOperation(operation)) {
      this.#refuseUnread(value, operation.problem, admitted);
      return null;
    }
    const { logId, seq } = operation;
    admitted.logIds.add(logId);
    const code = this.#limit(operation, trusted);
    if (code === null) return operation;
    admitted.refused.push({ logId, seq, code });
    return null;
  }

  /** It bears no signature: the hub's word that it was erased has to be here, and may be on its way. */
  #parseStub(stub: Operation | null, trusted: boolean, admitted: Admitted): Operation | null {
    if (stub === null) return null;
    const { logId, seq, entity } = stub;
    admitted.logIds.add(logId);
    const code = this.#limit(stub, trusted);
    const record = this.#options.state.table.stored(entity)?.record ?? emptyRecord;
    const isKnown = trusted || itemOf(record, `redacted/${nameOf(stub)}`) !== undefined;
    if (code !== null) admitted.refused.push({ logId, seq, code });
    else if (!isKnown)
      admitted.refused.push({ logId, seq, code: "rate-limited", retryMs: STUB_RETRY_MS });
    if (code !== null || !isKnown) return null;
    // Whatever is here says more.
    if (!trusted && seq <= this.#options.state.seqOf(logId)) return null;
    // It could name places that its author never took, even such as the hub alone may write to.
    return trusted ? stub : withoutPlaces(stub);
  }

  #isTooMany({ logId, role, deviceId }: Operation, begun: number): boolean {
    const { state } = this.#options;
    if (role === "hub" || state.logs.has(logId)) return false;
    return state.countLogs(deviceId) + begun >= MAX_DEVICE_LOGS;
  }

  #limit(operation: Operation, trusted: boolean): RefusalCode | null {
    const { logId, seq, isPrivate, deviceId } = operation;
    const { state } = this.#options;
    // Also where the hub has looked: one that is wrong must not split the house.
    if (!isLogOf(logId, deviceId)) return "forged";
    if (isPrivate && deviceId !== this.#options.deviceId) return "private";
    if (seq > state.seqOf(logId) + MAX_AHEAD) return "too-far";
    return !trusted && this.#isTooMany(operation, 0) ? "too-many-logs" : null;
  }

  /** Names it where it can be named: the sender is to send it no more. */
  #refuseUnread(value: unknown, code: RefusalCode, admitted: Admitted): void {
    const fields = isFields(value) ? parseJson(value["text"]) : null;
    if (!isFields(fields) || !isLogId(fields["logId"]) || !isSeq(fields["seq"])) return;
    admitted.logIds.add(fields["logId"]);
    admitted.refused.push({ logId: fields["logId"], seq: fields["seq"], code });
  }

  /**
   * Those whose bytes are not here. Comparing bytes costs a hundredth of checking a signature. What was
   * compacted cannot be compared; it is looked at again only where the hub sent it, who has it too.
   */
  async #withoutKnown(operations: readonly Operation[], trusted: boolean): Promise<Operation[]> {
    const { state, store } = this.#options;
    const old = operations.filter(({ logId, seq }) => seq <= state.seqOf(logId));
    if (old.length === 0) return [...operations];
    const known = new Set<Operation>();
    const found = await store.find(old);
    old.forEach((operation, index) => {
      const variants = found[index] ?? [];
      const isHere = variants.some((stored) => isSame(stored, operation));
      if (isHere || (variants.length === 0 && !trusted)) known.add(operation);
    });
    return operations.filter((operation) => !known.has(operation));
  }

  async #signed(operations: readonly Operation[], admitted: Admitted): Promise<Operation[]> {
    const { signing, clock, waiting } = this.#options;
    const jobs: VerifyJob[] = [];
    const tried = operations.map((operation) => {
      if (isStub(operation) || waiting.has(operation)) return null;
      const first = jobs.length;
      for (const publicKey of this.#keysOf(operation)) jobs.push({ operation, publicKey });
      return [first, jobs.length] as const;
    });
    const good = await verifyAll(jobs, signing, clock);
    return operations.filter((operation, index) => {
      const range = tried[index];
      if (range == null || good.slice(...range).includes(true)) return true;
      const code = range[0] === range[1] ? "unknown-device" : "forged";
      admitted.refused.push({ logId: operation.logId, seq: operation.seq, code });
      return false;
    });
  }

  #keysOf({ role, deviceId }: Operation): Uint8Array[] {
    const { hubKey, roll } = this.#options;
    return role === "hub" ? [hubKey] : roll.keysOf(deviceId, role);
  }
}
