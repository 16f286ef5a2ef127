// SPDX-License-Identifier: Apache-2.0
// Keeps one replica and those it is linked to equal (protocol section 4). Each side says what it has;
// what the other lacks is pushed, a few batches at a time, each answered after the commit. What was
// written here goes out at once by every link. What came from others goes on to the hub after a moment,
// and other devices are told of it: mostly they have it from the hub by then, otherwise they ask.
// No socket and no clock of its own; messages may be lost, doubled and reordered.

import type { Clock } from "../clock";
import { Emitter } from "../emitter";
import type { SignedDocument } from "../messages";
import type { ReadOperation } from "./outgoing-batch";
import { RateBucket } from "./rate-bucket";
import type { EntityRecord } from "./record";
import {
  ReplicaLink,
  type LinkHost,
  type ReplicaLinkOptions,
  type ReplicaPeer,
} from "./replica-link";
import {
  isKeeper,
  type Fork,
  type Have,
  type Refusal,
  type ReplicaLevel,
} from "./replication-messages";

export interface ReplicaStoreEvents {
  /** `source`: of take(); "write" for what was written here. */
  committed: { operations: { logId: string }[]; source: unknown };
  conflict: { logId: string; seq: number };
  needSnapshot: Record<string, never>;
}

/** What is replicated; a Property is one. */
export interface ReplicaStore {
  readonly deviceId: string;
  readonly level: ReplicaLevel;
  /** What it kept does not suffice any more: the hub is to send a snapshot in its place. */
  readonly needsSnapshot: boolean;
  on<Name extends keyof ReplicaStoreEvents>(
    name: Name,
    listener: (detail: ReplicaStoreEvents[Name]) => void,
  ): () => void;
  have(withPrivate?: boolean): Have;
  from(): Have;
  forks(): Fork[];
  safe(): Have;
  seqOf(logId: string): number;
  authorOf(logId: string): string;
  ownLogs(): string[];
  /** Whether this storage writes there, or did since it was opened. */
  writesTo(logId: string): boolean;
  /** How far the hub is known to have the same as is stored here, or was compacted here. */
  deliveredOf(logId: string): number;
  /** It is known to have the same up to there. */
  markDelivered(have: Have): void;
  /** All that it has: where a mark is higher, it lost something, and nothing is known of any log. */
  lowerDelivered(have: Have): void;
  /** What two replicas compare, both ends included. null: not all of that is stored here. */
  rangeDigest(logId: string, from: number, to: number): Promise<string | null>;
  /** What the proven hub or cloud said itself that it has; `isWhole`: that is all. */
  markKept(have: Have, isWhole: boolean): void;
  /** It is out of reach. */
  forgetKept(): void;
  read(
    logId: string,
    from: number,
    maxOperations: number,
    maxBytes: number,
  ): Promise<ReadOperation[]>;
  /** All with this identity. */
  readVariants(logId: string, seq: number): Promise<ReadOperation[]>;
  membersOf(deviceId: string): SignedDocument[];
  take(
    operations: readonly unknown[],
    options: { members: readonly SignedDocument[]; trusted: boolean; source: unknown },
  ): Promise<{ have: Have; refused: Refusal[] }>;
  takeSnapshot(entities: [string, EntityRecord][], have: Have, reset: boolean): Promise<void>;
  markSafe(have: Have, level: "hub" | "device"): void;
  /** The hub will never take that one, nor what follows it in its log. */
  markRefused(logId: string, seq: number, code: string): void;
}

export interface ReplicatorOptions {
  property: ReplicaStore;
  clock: Clock;
}

export interface ReplicatorEvents {
  /** Another replica has these: as durably as `level` says. */
  acknowledged: { peer: ReplicaPeer; have: Have; level: ReplicaLevel };
}

/** So long others' operations are gathered before they are passed on. */
const PASS_ON_DELAY_MS = 250;
/** What other devices are told may get lost: where something changed, all is said again after that. */
const REPEAT_MS = 30000;
/** What one device may hand over. */
const OPERATIONS_LIMIT = { burst: 20000, perSecond: 500 };
const BYTES_LIMIT = { burst: 32 * 1024 * 1024, perSecond: 1024 * 1024 };

export class Replicator extends Emitter<ReplicatorEvents> implements LinkHost {
  readonly store: ReplicaStore;
  readonly clock: Clock;
  readonly #links = new Set<ReplicaLink>();
  readonly #buckets = new Map<string, { operations: RateBucket; bytes: RateBucket }>();
  readonly #unsubscribe: (() => void)[];
  /** Changed by others, to be passed on; by which link is known there. */
  readonly #changed = new Set<string>();
  #cancelPassOn: (() => void) | null = null;
  #cancelSafe: (() => void) | null = null;
  #cancelRepeat: (() => void) | null = null;

  constructor(options: ReplicatorOptions) {
    super();
    this.store = options.property;
    this.clock = options.clock;
    this.#unsubscribe = [
      this.store.on("committed", ({ operations, source }) => {
        this.#onCommitted(new Set(operations.map(({ logId }) => logId)), source);
      }),
      this.store.on("conflict", ({ logId, seq }) => {
        for (const link of this.#links) link.sendVariants(logId, seq);
      }),
      this.store.on("needSnapshot", () => {
        for (const link of this.#links) if (link.peer.trusted) link.sendHave();
      }),
    ];
  }

  get links(): ReplicaLink[] {
    return [...this.#links];
  }

  /** A way to another replica is there: it is told what we have. */
  addLink(options: ReplicaLinkOptions): ReplicaLink {
    const link = new ReplicaLink(this, options);
    this.#links.add(link);
    link.sendHave();
    return link;
  }

  /** The page is back, or the network changed: all say again what they have. */
  wake(): void {
    for (const link of this.#links) link.sendHave();
  }

  /** Closes all links. May be called twice. */
  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const link of [...this.#links]) link.close();
    this.#cancelPassOn?.();
    this.#cancelSafe?.();
    this.#cancelRepeat?.();
    this.#cancelPassOn = null;
    this.#cancelSafe = null;
    this.#cancelRepeat = null;
    this.removeAll();
  }

  // ---- For its links ------------------------------------------------------------------------------

  bucketsOf(peer: ReplicaPeer): { operations: RateBucket; bytes: RateBucket } | null {
    if (peer.trusted) return null;
    let buckets = this.#buckets.get(peer.deviceId);
    if (buckets === undefined) {
      buckets = {
        operations: new RateBucket(OPERATIONS_LIMIT, this.clock),
        bytes: new RateBucket(BYTES_LIMIT, this.clock),
      };
      this.#buckets.set(peer.deviceId, buckets);
    }
    return buckets;
  }

  onHave(link: ReplicaLink, have: Have, level: ReplicaLevel): void {
    if (level === "none") return;
    // What a device says of itself is a device's word, whatever it calls itself.
    const counted = link.peer.trusted ? level : "device";
    const credible = this.#credible(link, have);
    if (isKeeper(counted)) this.onSafe(link, have);
    else this.store.markSafe(credible, "device");
    this.emit("acknowledged", { peer: link.peer, have: credible, level: counted });
  }

  onSafe(link: ReplicaLink, said: Have): void {
    const have = this.#credible(link, said);
    const before = this.store.safe();
    const isNews = Object.entries(have).some(([logId, seq]) => seq > (before[logId] ?? 0));
    if (!isNews) return;
    this.store.markSafe(have, "hub");
    this.#cancelSafe ??= this.clock.after(PASS_ON_DELAY_MS, () => {
      this.#cancelSafe = null;
      for (const link of this.#links) if (!isKeeper(link.peer.level)) link.sendSafe();
    });
  }

  onClosed(link: ReplicaLink): void {
    this.#links.delete(link);
  }

  /**
   * A mark outlives the link. A device's word counts for what we have ourselves, and no further: neither
   * what is not written yet nor logs that it made up may be safe because it said so.
   */
  #credible({ peer }: ReplicaLink, have: Have): Have {
    if (peer.trusted) return have;
    const known = Object.entries(have).map(([logId, seq]): [string, number] => [
      logId,
      Math.min(seq, this.store.seqOf(logId)),
    ]);
    return Object.fromEntries(known.filter(([, seq]) => seq > 0));
  }

  // ---- What changed here --------------------------------------------------------------------------

  #onCommitted(logIds: Set<string>, source: unknown): void {
    if (source === "write" || isKeeper(this.store.level)) {
      for (const link of this.#links) link.raise(logIds);
      return;
    }
    for (const logId of logIds) this.#changed.add(logId);
    this.#cancelPassOn ??= this.clock.after(PASS_ON_DELAY_MS, () => {
      this.#cancelPassOn = null;
      this.#passOn();
    });
  }

  #passOn(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const link of this.#links) {
      if (isKeeper(link.peer.level)) link.raise(changed);
      else link.sendPartial(changed.filter((logId) => link.lacks(logId)));
    }
    this.#cancelRepeat ??= this.clock.after(REPEAT_MS, () => {
      this.#cancelRepeat = null;
      for (const link of this.#links) if (!isKeeper(link.peer.level)) link.sendHave();
    });
  }
}
