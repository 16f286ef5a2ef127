// SPDX-License-Identifier: Apache-2.0
// Replicas whose operations are only names, and ways between them that a test may cut, and make lose,
// double and reorder what they carry.

import { toBase64url } from "../../../data/web/client/base64url";
import { sha256 } from "../../../data/web/client/crypto";
import { Emitter } from "../../../data/web/client/emitter";
import type { Fields, Message, SignedDocument } from "../../../data/web/client/messages";
import type { ReadOperation } from "../../../data/web/client/log/outgoing-batch";
import type { ReplicaLink, ReplicaPeer } from "../../../data/web/client/log/replica-link";
import type { Fork, Have, Refusal } from "../../../data/web/client/log/replication-messages";
import {
  Replicator,
  type ReplicaStore,
  type ReplicaStoreEvents,
} from "../../../data/web/client/log/replicator";
import { utf8 } from "../../../data/web/client/transcript";
import type { FakeClock } from "./fake-clock";

export function logOf(letter: string): string {
  return letter.repeat(22);
}

function textOf(logId: string, seq: number, words = ""): string {
  return `{"logId":"${logId}","seq":${seq},"words":"${words}"}`;
}

interface Kept {
  deviceId: string;
  texts: string[];
}

type Identified = { logId: string; seq: number };

/** Takes whatever is contiguous, after its predecessors; commits at once. */
export class FakeReplica extends Emitter<ReplicaStoreEvents> implements ReplicaStore {
  readonly level: "hub" | "cloud" | "device" | "none";
  readonly logs = new Map<string, Kept[]>();
  readonly waiting = new Map<string, Map<number, string[]>>();
  readonly marked: { have: Have; level: string }[] = [];
  readonly taken: { text: string; sig: string }[] = [];
  readonly snapshots: { entities: unknown[]; have: Have; reset: boolean }[] = [];
  refuse: ((logId: string) => Refusal | null) | null = null;
  readonly refused: Refusal[] = [];
  compacted: Have = {};
  kept: Have = {};
  needsSnapshot = false;
  /** Logs that this storage writes, and cares for. */
  readonly watched = new Set<string>();
  /** How far the hub is known to have the same. */
  readonly delivered = new Map<string, number>();
  /** As a hub: what it says of a check instead of comparing; null: nothing. */
  answer: (() => Fields | null) | null = null;
  #safe: Have = {};

  constructor(
    readonly deviceId: string,
    level: "hub" | "cloud" | "device" | "none" = "device",
  ) {
    super();
    this.level = level;
  }

  write(logId: string, count = 1, words = ""): void {
    const log = this.logs.get(logId) ?? [];
    this.logs.set(logId, log);
    const operations: Identified[] = [];
    for (let i = 0; i < count; i++) {
      const seq = log.length + 1;
      log.push({ deviceId: this.deviceId, texts: [textOf(logId, seq, words)] });
      operations.push({ logId, seq });
    }
    this.emit("committed", { operations, source: "write" });
  }

  /** A second operation of an identity, as a copied storage makes it. */
  fork(logId: string, seq: number, words: string): void {
    this.#store(logId, seq, textOf(logId, seq, words), "write");
  }

  texts(): string[] {
    return [...this.logs.values()].flat().flatMap(({ texts }) => texts);
  }

  have(withPrivate = false): Have {
    const have: Have = {};
    for (const [logId, log] of this.logs)
      if (withPrivate || !logId.startsWith("p.")) have[logId] = log.length;
    return have;
  }

  from(): Have {
    return this.compacted;
  }

  forks(): Fork[] {
    const forks: Fork[] = [];
    for (const [logId, log] of this.logs)
      log.forEach(({ texts }, index) => {
        if (texts.length > 1) forks.push([logId, index + 1, texts.length]);
      });
    return forks;
  }

  safe(): Have {
    return { ...this.#safe };
  }

  seqOf(logId: string): number {
    return this.logs.get(logId)?.length ?? 0;
  }

  authorOf(logId: string): string {
    return this.logs.get(logId)?.[0]?.deviceId ?? "";
  }

  writesTo(logId: string): boolean {
    return this.watched.has(logId);
  }

  deliveredOf(logId: string): number {
    return Math.max(this.delivered.get(logId) ?? 0, (this.compacted[logId] ?? 1) - 1);
  }

  markDelivered(have: Have): void {
    for (const [logId, seq] of Object.entries(have))
      if (seq > this.deliveredOf(logId)) this.delivered.set(logId, seq);
  }

  lowerDelivered(have: Have): void {
    if ([...this.delivered].some(([logId, seq]) => seq > (have[logId] ?? 0))) this.delivered.clear();
  }

  async rangeDigest(logId: string, from: number, to: number): Promise<string | null> {
    await Promise.resolve();
    const range = this.logs.get(logId)?.slice(from - 1, to) ?? [];
    if (from < (this.compacted[logId] ?? 1) || range.length !== to - from + 1) return null;
    return toBase64url(sha256(utf8(range.flatMap(({ texts }) => [...texts].sort()).join())));
  }

  /** As a hub. null: it says nothing. */
  async answerCheck({ id, ranges }: Message): Promise<Message | null> {
    const said = this.answer === null ? {} : this.answer();
    if (said === null) return null;
    const differ: unknown[] = [];
    for (const [logId, from, to, digest] of ranges as [string, number, number, string][])
      if ((await this.rangeDigest(logId, from, to)) !== digest) differ.push([logId, from, to]);
    return { type: "checked", ref: id ?? "", differ, ...said };
  }

  markKept(have: Have, isWhole: boolean): void {
    this.kept = isWhole ? have : { ...this.kept, ...have };
  }

  markRefused(logId: string, seq: number, code: string): void {
    this.refused.push({ logId, seq, code });
  }

  forgetKept(): void {
    this.kept = {};
  }

  ownLogs(): string[] {
    return [...this.logs.keys()].filter((logId) => this.authorOf(logId) === this.deviceId);
  }

  async read(logId: string, from: number, maxOperations: number): Promise<ReadOperation[]> {
    await Promise.resolve();
    const start = Math.max(from, this.compacted[logId] ?? 1);
    const log = this.logs.get(logId) ?? [];
    const read: ReadOperation[] = [];
    for (let seq = start; seq <= log.length; seq++) {
      for (const text of log[seq - 1]?.texts ?? []) {
        if (read.length >= maxOperations) return read;
        const { deviceId } = log[seq - 1] as Kept;
        const wire = { text, sig: deviceId };
        read.push({ logId, seq, deviceId, size: text.length, wire });
      }
    }
    return read;
  }

  async readVariants(logId: string, seq: number): Promise<ReadOperation[]> {
    return (await this.read(logId, seq, 4)).filter((one) => one.seq === seq);
  }

  membersOf(deviceId: string): SignedDocument[] {
    return [{ data: deviceId, sig: "" }];
  }

  async take(
    operations: readonly unknown[],
    options: { source: unknown },
  ): Promise<{ have: Have; refused: Refusal[] }> {
    await Promise.resolve();
    const have: Have = {};
    const refused: Refusal[] = [];
    for (const { text, sig } of operations as { text: string; sig: string }[]) {
      const { logId, seq } = JSON.parse(text) as Identified;
      this.taken.push({ text, sig });
      const refusal = this.refuse?.(logId) ?? null;
      if (refusal !== null) refused.push({ ...refusal, logId, seq });
      else this.#store(logId, seq, text, options.source, sig);
      have[logId] = this.seqOf(logId);
    }
    return { have, refused };
  }

  async takeSnapshot(entities: unknown[], have: Have, reset: boolean): Promise<void> {
    await Promise.resolve();
    this.snapshots.push({ entities, have, reset });
    for (const [logId, seq] of Object.entries(have)) {
      const log = this.logs.get(logId) ?? [];
      this.logs.set(logId, log);
      while (log.length < seq) log.push({ deviceId: "", texts: [textOf(logId, log.length + 1)] });
      this.compacted = { ...this.compacted, [logId]: seq + 1 };
    }
  }

  markSafe(have: Have, level: "hub" | "device"): void {
    this.marked.push({ have, level });
    if (level !== "hub") return;
    for (const [logId, seq] of Object.entries(have))
      this.#safe[logId] = Math.max(seq, this.#safe[logId] ?? 0);
  }

  #store(logId: string, seq: number, text: string, source: unknown, author = this.deviceId): void {
    const log = this.logs.get(logId) ?? [];
    if (seq > log.length + 1) {
      const waiting = this.waiting.get(logId) ?? new Map<number, string[]>();
      this.waiting.set(logId, waiting.set(seq, [text]));
      return;
    }
    this.logs.set(logId, log);
    const kept = log[seq - 1];
    if (kept === undefined) {
      log.push({ deviceId: author, texts: [text] });
      this.emit("committed", { operations: [{ logId }], source });
      const [next] = this.waiting.get(logId)?.get(seq + 1) ?? [];
      if (next !== undefined) this.#store(logId, seq + 1, next, source, author);
    } else if (!kept.texts.includes(text)) {
      kept.texts.push(text);
      this.emit("conflict", { logId, seq });
    }
  }
}

export interface Wire {
  /** What becomes of each message; all arrive, once and in order, unless said otherwise. */
  fate: () => "arrives" | "lost" | "doubled" | "late";
  /** Nothing is taken just now, as by a full channel. */
  full: boolean;
  readonly carried: { from: string; message: Message }[];
  readonly links: ReplicaLink[];
  cut: () => void;
}

function peerOf(replica: FakeReplica): ReplicaPeer {
  const { deviceId, level } = replica;
  const isKeeper = level === "hub" || level === "cloud";
  return { deviceId, role: isKeeper ? level : "staff", trusted: isKeeper, level };
}

/** A way between two replicas that takes 5 ms. */
export function connect(
  clock: FakeClock,
  [a, b]: [FakeReplica, FakeReplica],
  [forA, forB]: [Replicator, Replicator],
): Wire {
  const links: ReplicaLink[] = [];
  let isCut = false;
  const wire: Wire = {
    fate: () => "arrives",
    full: false,
    carried: [],
    links,
    cut: () => {
      isCut = true;
      for (const link of links) link.close();
    },
  };
  const sendTo = (index: number, from: string) => (message: Message) => {
    if (wire.full) return false;
    const copy = JSON.parse(JSON.stringify(message)) as Message;
    wire.carried.push({ from, message: copy });
    const arrive = () => {
      if (isCut) return;
      const target = index === 0 ? a : b;
      // It is the hub's own program that answers.
      if (copy.type !== "check") links[index]?.receive(copy);
      else if (target.level === "hub")
        void target.answerCheck(copy).then((answer) => {
          if (answer !== null) sendTo(1 - index, target.deviceId)(answer);
        });
    };
    const fate = wire.fate();
    if (fate !== "lost") clock.after(fate === "late" ? 400 : 5, arrive);
    if (fate === "doubled") clock.after(30, arrive);
    return true;
  };
  links.push(forA.addLink({ peer: peerOf(b), send: sendTo(1, a.deviceId) }));
  links.push(forB.addLink({ peer: peerOf(a), send: sendTo(0, b.deviceId) }));
  return wire;
}
