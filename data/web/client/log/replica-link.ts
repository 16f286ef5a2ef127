// SPDX-License-Identifier: Apache-2.0
// One link of a replica to another: what the other side has, what is on its way to it, and what it
// does not want. Messages go in and out; nothing else is known of what carries them. See replicator.ts.

import type { Clock } from "../clock";
import { newId } from "../ids";
import type { Message, SignedDocument } from "../messages";
import { Delivery } from "./delivery";
import { LogCheck } from "./log-check";
import { OutgoingBatch, type Span } from "./outgoing-batch";
import type { RateBucket } from "./rate-bucket";
import {
  identityOf,
  isKeeper,
  isPrivateLog,
  toAckMessage,
  toCheckedMessage,
  toHaveMessage,
  toOperationsMessage,
  toPartAck,
  type AckMessage,
  type Have,
  type HaveMessage,
  type OperationsMessage,
  type Refusal,
  type ReplicaLevel,
} from "./replication-messages";
import { SnapshotJoiner, type Snapshot } from "./snapshot-joiner";
import type { ReplicaStore } from "./replicator";

/** Who is at the other end, by what the connection has proven. */
export interface ReplicaPeer {
  deviceId: string;
  role: string;
  /** The proven hub or cloud: it has checked what it sends. */
  trusted: boolean;
  level: ReplicaLevel;
}

export interface ReplicaLinkOptions {
  peer: ReplicaPeer;
  /** Whether the message was handed over. Where not, ready() says when to try again. */
  send: (message: Message) => boolean;
  /** A snapshot that is a view's. */
  onView?: (snapshot: Snapshot) => void;
}

/** What a link needs of its replicator. */
export interface LinkHost {
  readonly store: ReplicaStore;
  readonly clock: Clock;
  /** How much this device may still hand over; null: any. */
  bucketsOf(peer: ReplicaPeer): { operations: RateBucket; bytes: RateBucket } | null;
  /** What the other side says it has itself, and how durably. */
  onHave(link: ReplicaLink, have: Have, level: ReplicaLevel): void;
  /** What the other side says a hub has. */
  onSafe(link: ReplicaLink, have: Have): void;
  onClosed(link: ReplicaLink): void;
}

interface Batch {
  /** By logId: the first and the last seq in it. */
  spans: Map<string, Span>;
  /** Of identities with several operations, sent for their own sake. */
  forks: string[];
  authors: Set<string>;
  cancelTimer: () => void;
}

const MAX_BATCHES = 4;
const ACK_TIMEOUT_MS = 15000;
/** Before what another may be sending anyway is asked for. */
const ASK_DELAY_MS = 250;
/** An ack that brings nothing forward: the log rests that long. */
const STALL_MS = 15000;
/** What waits for a full channel: acks beyond are left out, the other side asks again. */
const MAX_QUEUE = 256;

/** Of refusals: what was not taken is not taken later either. */
const forGood = new Set(["bad-operation", "forged", "too-many-logs", "wrong-tenant"]);

export class ReplicaLink {
  readonly peer: ReplicaPeer;
  readonly #host: LinkHost;
  readonly #options: ReplicaLinkOptions;
  readonly #joiner = new SnapshotJoiner(true);
  // What the other side said it has. What is on its way counts on top of it: see #known().
  readonly #confirmed = new Map<string, number>();
  // How far the other side is to be brought. Behind what we have where it gets the rest from others.
  readonly #targets = new Map<string, number>();
  readonly #batches = new Map<string, Batch>();
  readonly #delivery: Delivery;
  readonly #check: LogCheck;
  /** By logId: until when it rests. */
  readonly #resting = new Map<string, number>();
  readonly #givenMembers = new Set<string>();
  readonly #forks = new Set<string>();
  readonly #asking = new Set<string>();
  readonly #timers = new Set<() => void>();
  readonly #queue: Message[] = [];
  #cancelAsking: (() => void) | null = null;
  #cancelSilence: (() => void) | null = null;
  #heardHave = false;
  #awaitsHave = false;
  /** It has not said all that it has since restart(). */
  #isUnsure = false;
  #pumping = false;
  #again = false;
  #closed = false;

  constructor(host: LinkHost, options: ReplicaLinkOptions) {
    this.#host = host;
    this.#options = options;
    this.peer = options.peer;
    const { store } = host;
    this.#delivery = new Delivery(store);
    this.#check = new LogCheck({
      store,
      after: (delayMs, callback) => this.#after(delayMs, callback),
      send: (message) => this.#send(message),
      confirmedOf: (logId) => this.#confirmed.get(logId) ?? 0,
      deliveredOf: (logId) => this.#delivery.of(logId),
      isSentAgain: (logId) => this.#delivery.endOf(logId) > 0,
      onSame: ([logId, first, last]) => this.#delivery.add(logId, { first, last }),
      onDiffers: ([logId, , to]) => this.#sendAgain(logId, to),
    });
  }

  /** Whether the other side has said what it has: it is a replica. */
  get isHeard(): boolean {
    return this.#heardHave;
  }

  /** The proven hub or cloud. */
  get #isKeeper(): boolean {
    return this.peer.trusted && isKeeper(this.peer.level);
  }

  /** What is known to be the same there is the hub's alone: a cloud may have heard something else. */
  get #isHub(): boolean {
    return this.peer.trusted && this.peer.level === "hub";
  }

  /** Whether the message belonged to replication. */
  receive(message: Message): boolean {
    if (this.#closed) return false;
    switch (message.type) {
      case "have": {
        const have = toHaveMessage(message);
        if (have !== null) this.#onHave(have);
        return true;
      }
      case "ops": {
        const operations = toOperationsMessage(message);
        if (operations !== null) void this.#onOperations(operations);
        return true;
      }
      case "ack": {
        const ack = toAckMessage(message);
        if (ack === null) return false;
        this.#onAck(ack);
        return true;
      }
      case "checked": {
        const checked = toCheckedMessage(message);
        if (checked !== null) this.#check.answer(checked);
        return true;
      }
      case "error":
        return this.#check.refuse(message.ref);
      case "snapshot":
        if (this.peer.trusted) void this.#onSnapshot(message);
        return true;
      default:
        return false;
    }
  }

  /** The way takes more again. */
  ready(): void {
    for (;;) {
      const [message] = this.#queue;
      if (this.#closed || message === undefined || !this.#options.send(message)) break;
      this.#queue.shift();
    }
    this.pump();
  }

  /** Another way to the same peer, or a loss: what was under way may not have arrived. */
  restart(): void {
    if (this.#closed) return;
    // It may be another program by now; its answer to our `have` says all again.
    this.pause();
    this.#isUnsure = this.#isKeeper;
    this.#queue.length = 0;
    for (const id of [...this.#batches.keys()]) this.#forget(id);
    this.#delivery.clear();
    this.#givenMembers.clear();
    this.#resting.clear();
    this.sendHave();
    this.pump();
  }

  /** There is no way to the other side for now: until there is one, nobody knows what it has. */
  pause(): void {
    this.#check.stop();
    if (this.#isKeeper) this.#host.store.forgetKept();
  }

  /** The link is over. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.pause();
    for (const batch of this.#batches.values()) batch.cancelTimer();
    this.#batches.clear();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#joiner.clear();
    this.#queue.length = 0;
    this.#host.onClosed(this);
  }

  /** Says all that we have. @param isAnswer it is not to be answered */
  sendHave(isAnswer = false): void {
    const { store } = this.#host;
    this.#awaitsHave = !isAnswer;
    const from = store.from();
    const forks = store.forks();
    const safe = this.#safe();
    this.#send({
      type: "have",
      have: store.have(isKeeper(this.peer.level)),
      level: store.level,
      ...(isAnswer ? { answer: true } : {}),
      ...(this.peer.trusted ? { snapshot: true } : {}),
      ...(this.peer.trusted && store.needsSnapshot ? { reset: true } : {}),
      ...(Object.keys(from).length === 0 ? {} : { from }),
      ...(forks.length === 0 ? {} : { forks }),
      ...(Object.keys(safe).length === 0 ? {} : { safe }),
    });
    // Until the other side has said what it has, nothing can be sent to it, and what a hub keeps is not known.
    this.#cancelSilence?.();
    this.#cancelSilence = this.#after(ACK_TIMEOUT_MS, () => {
      this.#cancelSilence = null;
      if (!this.#heardHave || (this.#isUnsure && this.#queue.length === 0)) this.sendHave();
    });
  }

  /** Says how far we are with these logs: the other side sends what is missing, or asks. */
  sendPartial(logIds: Iterable<string>): void {
    const { store } = this.#host;
    const have: Have = {};
    for (const logId of logIds) {
      if (!isPrivateLog(logId)) have[logId] = store.seqOf(logId);
    }
    if (Object.keys(have).length > 0)
      this.#send({ type: "have", have, level: store.level, partial: true });
  }

  /** Passes on what the hub has. */
  sendSafe(): void {
    this.#send({ type: "ack", have: this.#safe(), level: "hub" });
  }

  /** The other side is to have these logs as far as we do. */
  raise(logIds: Iterable<string>): void {
    for (const logId of logIds) this.#targets.set(logId, this.#host.store.seqOf(logId));
    this.pump();
  }

  /** Whether it lacks some of this log, by what it has said. */
  lacks(logId: string): boolean {
    return this.#heardHave && this.#known(logId) < this.#host.store.seqOf(logId);
  }

  /** Several operations have this identity: the other side is to have them all. */
  sendVariants(logId: string, seq: number): void {
    if (isPrivateLog(logId) && !isKeeper(this.peer.level)) return;
    this.#forks.add(`${logId}:${seq}`);
    this.pump();
  }

  /** Sends what is due, as far as the window goes. */
  pump(): void {
    this.#again = true;
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#pumpAll();
  }

  async #pumpAll(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        while (this.#mayPump() && (await this.#sendForks())) continue;
        while (this.#mayPump() && (await this.#sendBatch())) continue;
      }
    } catch {
      // Our storage failed: the property says so, and nothing can be sent until it is there again.
    } finally {
      // Not later than the last look at #again.
      this.#pumping = false;
    }
  }

  #mayPump(): boolean {
    const isFree = this.#queue.length === 0 && this.#batches.size < MAX_BATCHES;
    return !this.#closed && this.#heardHave && isFree;
  }

  #send(message: Message): void {
    if (this.#closed) return;
    if (this.#queue.length === 0 && this.#options.send(message)) return;
    const isFull = this.#queue.length >= MAX_QUEUE;
    if (!isFull) this.#queue.push(message);
  }

  #after(delayMs: number, callback: () => void): () => void {
    const stop = this.#host.clock.after(delayMs, () => {
      this.#timers.delete(stop);
      callback();
    });
    this.#timers.add(stop);
    return () => {
      stop();
      this.#timers.delete(stop);
    };
  }

  /** What the other side has, or will have once what is on its way has arrived. */
  #known(logId: string): number {
    const confirmed = this.#confirmed.get(logId) ?? 0;
    const flying = [...this.#batches.values()].flatMap(({ spans }) => spans.get(logId) ?? []);
    // A copy of a storage may have brought it there what is not the same.
    const again = this.#isHub ? this.#delivery.endOf(logId) : 0;
    if (again > 0) {
      const ends = flying.filter(({ first }) => first <= again).map(({ last }) => last);
      const sent = Math.max(Math.min(confirmed, this.#delivery.of(logId)), ...ends);
      const known = this.#delivery.reach(logId, sent);
      if (known < again) return known;
    }
    return Math.max(confirmed, ...flying.map(({ last }) => last));
  }

  /** Of private logs other devices know nothing. */
  #safe(): Have {
    const safe = this.#host.store.safe();
    if (isKeeper(this.peer.level)) return safe;
    return Object.fromEntries(Object.entries(safe).filter(([logId]) => !isPrivateLog(logId)));
  }

  #isDue(logId: string, target: number): boolean {
    if (target <= this.#known(logId)) return false;
    const { store, clock } = this.#host;
    if (isPrivateLog(logId)) {
      const isOurs = store.authorOf(logId) === store.deviceId;
      if (!isKeeper(this.peer.level) || !isOurs) return false;
    }
    const untilMs = this.#resting.get(logId);
    return untilMs === undefined || untilMs <= clock.now();
  }

  /** Our own first: nobody else may have them yet. */
  #due(): string[] {
    const due: string[] = [];
    for (const [logId, target] of this.#targets) if (this.#isDue(logId, target)) due.push(logId);
    if (due.length < 2) return due;
    const own = new Set(this.#host.store.ownLogs());
    const rank = (logId: string) => (own.has(logId) ? 0 : 1);
    return due.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  }

  /** Whether a batch went out, or a log was found that cannot be sent: there may be more. */
  async #sendBatch(): Promise<boolean> {
    const batch = new OutgoingBatch();
    for (const logId of this.#due()) {
      if (batch.isFull) break;
      const from = this.#known(logId) + 1;
      const again = this.#delivery.endOf(logId);
      const end = from <= again ? again : Infinity;
      const read = await this.#host.store.read(logId, from, batch.room, batch.bytesLeft);
      if (this.#closed) return false;
      if (read[0]?.seq !== from) {
        if (!batch.isEmpty) continue;
        // Compacted here: only the hub can help. What was compacted meanwhile it has, and it goes on there.
        if (this.#known(logId) < from) this.#resting.set(logId, Infinity);
        return true;
      }
      for (const operation of read) {
        if (operation.seq > end || !batch.add(operation)) break;
      }
    }
    if (batch.isEmpty) return false;
    this.#sendOperations(batch, []);
    return true;
  }

  async #sendForks(): Promise<boolean> {
    const [key] = this.#forks;
    if (key === undefined) return false;
    this.#forks.delete(key);
    const split = key.lastIndexOf(":");
    const logId = key.slice(0, split);
    const seq = Number(key.slice(split + 1));
    const read = await this.#host.store.readVariants(logId, seq);
    if (this.#closed) return false;
    const batch = new OutgoingBatch();
    for (const operation of read) {
      if (!batch.add(operation)) {
        this.#sendOperations(batch.take(), [key]);
        batch.add(operation);
      }
    }
    if (!batch.isEmpty) this.#sendOperations(batch.take(), [key]);
    return true;
  }

  #sendOperations(batch: OutgoingBatch, forks: string[]): void {
    const id = newId();
    const members: SignedDocument[] = [];
    for (const deviceId of batch.authors) {
      if (this.#givenMembers.has(deviceId)) continue;
      this.#givenMembers.add(deviceId);
      members.push(...this.#host.store.membersOf(deviceId));
    }
    this.#batches.set(id, {
      spans: forks.length > 0 ? new Map() : batch.spans,
      forks,
      authors: batch.authors,
      cancelTimer: this.#after(ACK_TIMEOUT_MS, () => this.#onSilence(id)),
    });
    const ops = batch.operations;
    this.#send({ type: "ops", id, ops, ...(members.length === 0 ? {} : { members }) });
  }

  #onSilence(id: string): void {
    const forks = this.#batches.get(id)?.forks ?? [];
    this.#forget(id);
    for (const key of forks) this.#forks.add(key);
    // With it may have gone the documents of its authors.
    this.#givenMembers.clear();
    this.sendHave();
    this.pump();
  }

  #forget(id: string): Batch | undefined {
    const batch = this.#batches.get(id);
    batch?.cancelTimer();
    this.#batches.delete(id);
    return batch;
  }

  #onHave(message: HaveMessage): void {
    const { store } = this.#host;
    const logs = Object.entries(message.have);
    if (!message.partial) this.#confirmed.clear();
    for (const [logId, seq] of logs) this.#confirmed.set(logId, seq);
    this.#host.onHave(this, message.have, message.level);
    this.#noteKept(message.have, !message.partial);
    if (Object.keys(message.safe).length > 0) this.#host.onSafe(this, message.safe);
    if (message.partial) {
      for (const [logId, seq] of logs) {
        this.#targets.set(logId, store.seqOf(logId));
        if (seq > store.seqOf(logId) && !isPrivateLog(logId)) this.#ask(logId);
      }
      this.#check.soon();
    } else this.#onFullHave(message);
    this.pump();
  }

  #onFullHave(message: HaveMessage): void {
    const { store } = this.#host;
    this.#heardHave = true;
    this.#isUnsure = false;
    if (this.#isHub) this.#delivery.hearAll(message.have);
    for (const [logId, seq] of Object.entries(store.have(isKeeper(this.peer.level))))
      this.#targets.set(logId, seq);
    const theirs = new Map(message.forks.map(([logId, seq, count]) => [`${logId}:${seq}`, count]));
    for (const [logId, seq, count] of store.forks()) {
      // As many need not be the same ones.
      if ((theirs.get(`${logId}:${seq}`) ?? 0) <= count) this.sendVariants(logId, seq);
    }
    // It woke up, or missed ours: it is to know what we have. An answer is not answered.
    if (!this.#awaitsHave && !message.isAnswer) this.sendHave(true);
    this.#awaitsHave = false;
    if (this.#isHub && !isKeeper(store.level)) this.#check.start();
  }

  #ask(logId: string): void {
    this.#asking.add(logId);
    if (this.#cancelAsking !== null) return;
    this.#cancelAsking = this.#after(ASK_DELAY_MS, () => {
      this.#cancelAsking = null;
      const { store } = this.#host;
      const lacking = [...this.#asking].filter(
        (one) => (this.#confirmed.get(one) ?? 0) > store.seqOf(one),
      );
      this.#asking.clear();
      this.sendPartial(lacking);
    });
  }

  async #onOperations(message: OperationsMessage): Promise<void> {
    const { store } = this.#host;
    const identities = message.operations
      .map(identityOf)
      .filter((one): one is [string, number] => one !== null);
    const waitMs = this.#waitMs(message);
    if (waitMs > 0) {
      this.#refuse(message.id, identities, waitMs);
      return;
    }
    let result: { have: Have; refused: Refusal[] };
    try {
      const { trusted } = this.peer;
      result = await store.take(message.operations, {
        members: message.members,
        trusted,
        source: this,
      });
    } catch {
      // Our storage failed: without an ack it comes again.
      return;
    }
    if (this.#closed) return;
    // It has what it sends.
    for (const [logId, seq] of identities)
      this.#confirmed.set(logId, Math.max(seq, this.#confirmed.get(logId) ?? 0));
    this.#noteKept(Object.fromEntries(identities), false);
    const { have, refused } = result;
    if (this.#isHub && this.#delivery.addSent(identities, refused)) this.#check.soon();
    this.#send({
      type: "ack",
      ref: message.id,
      have,
      level: store.level,
      ...(refused.length === 0 ? {} : { refused }),
    });
  }

  #waitMs(message: OperationsMessage): number {
    const buckets = this.#host.bucketsOf(this.peer);
    if (buckets === null) return 0;
    const { operations, bytes } = buckets;
    const count = message.operations.length;
    const waitMs = Math.max(operations.waitMs(count), bytes.waitMs(message.bytes));
    if (waitMs > 0) return waitMs;
    operations.take(count);
    bytes.take(message.bytes);
    return 0;
  }

  #refuse(ref: string, identities: [string, number][], retryMs: number): void {
    const have: Have = {};
    const refused = new Map<string, Refusal>();
    for (const [logId, seq] of identities) {
      have[logId] = this.#host.store.seqOf(logId);
      if (!refused.has(logId)) refused.set(logId, { logId, seq, code: "rate-limited", retryMs });
    }
    const { level } = this.#host.store;
    this.#send({ type: "ack", ref, have, level, refused: [...refused.values()] });
  }

  #onAck(ack: AckMessage): void {
    if (ack.ref === undefined) {
      if (isKeeper(ack.level)) this.#host.onSafe(this, ack.have);
      return;
    }
    this.#host.onHave(this, ack.have, ack.level);
    this.#noteKept(ack.have, false);
    const batch = this.#forget(ack.ref);
    if (batch !== undefined && this.#isHub && this.#delivery.addTaken(batch.spans, ack))
      this.#check.soon();
    for (const [logId, seq] of Object.entries(ack.have)) {
      const before = this.#confirmed.get(logId) ?? 0;
      this.#confirmed.set(logId, Math.max(before, seq));
      const span = batch?.spans.get(logId);
      // It lacked nothing before that, and did not take it: at once it would do no better.
      if (span !== undefined && span.first <= seq + 1 && seq < span.last && seq <= before)
        this.#rest(logId, STALL_MS);
    }
    // Documents that came with it may have been left too.
    if (ack.refused.length > 0)
      for (const deviceId of batch?.authors ?? []) this.#givenMembers.delete(deviceId);
    const isBesides = batch !== undefined && batch.forks.length > 0;
    for (const { logId, seq, code, retryMs } of ack.refused) {
      // Without what differs the log goes on from what it has; what was sent besides holds up nothing.
      const isLeft =
        retryMs === undefined &&
        (isBesides || (this.#isHub && this.#delivery.giveUp(logId, seq)));
      if (!isLeft) this.#rest(logId, retryMs ?? Infinity);
      if (this.peer.trusted && isKeeper(this.peer.level) && forGood.has(code))
        this.#host.store.markRefused(logId, seq, code);
    }
    this.pump();
  }

  /** What the hub says itself, and to us. */
  #noteKept(have: Have, isWhole: boolean): void {
    if (this.#isKeeper) this.#host.store.markKept(have, isWhole);
  }

  /** There the hub has something else, or not all. */
  #sendAgain(logId: string, to: number): void {
    this.#delivery.differ(logId, to);
    this.#targets.set(logId, Math.max(to, this.#targets.get(logId) ?? 0));
    this.pump();
  }

  #rest(logId: string, delayMs: number): void {
    this.#resting.set(logId, this.#host.clock.now() + delayMs);
    if (delayMs !== Infinity) this.#after(delayMs, () => this.pump());
  }

  async #onSnapshot(message: Message): Promise<void> {
    const whole = this.#joiner.add(message);
    if (whole === "lost") return;
    if (whole !== "kept" && !(await this.#takeSnapshot(whole))) return;
    if (this.#closed) return;
    const have = whole === "kept" ? {} : (whole.have ?? {});
    this.#send(toPartAck(message, have, this.#host.store.level));
    this.pump();
  }

  /** Whether it may be answered. */
  async #takeSnapshot(whole: Snapshot): Promise<boolean> {
    const { id, have, entities, reset } = whole;
    if (have === null) {
      this.#options.onView?.(whole);
      this.#joiner.settle(id, true);
      return true;
    }
    try {
      await this.#host.store.takeSnapshot(entities, have, reset);
    } catch {
      // Our storage failed: it comes again.
      this.#joiner.settle(id, false);
      return false;
    }
    this.#joiner.settle(id, true);
    for (const [logId, seq] of Object.entries(have)) this.#confirmed.set(logId, seq);
    this.#host.onHave(this, have, this.peer.level);
    this.#noteKept(have, false);
    return true;
  }
}
