// SPDX-License-Identifier: Apache-2.0
// One replica of a property: the log of operations in its store, and the state that follows from them.
// What changes the replica stands in one queue, so that memory follows the store step by step; what only
// looks (parsing, comparing, signatures) is done before. Other tabs of this device have replicas of their
// own over the same store; each hears of what the others committed and reads it there.

import type { Clock } from "../clock";
import { randomBytes } from "../crypto";
import { Emitter } from "../emitter";
import type { SignedDocument } from "../messages";
import { utf8Length } from "../transcript";
import { Admission } from "./admission";
import { Committer } from "./committer";
import { DeliveredMarks } from "./delivered-marks";
import { Derivation, type Derived } from "./derivation";
import { Fragments, MAX_NAMES } from "./fragments";
import { HouseClock, type Correction } from "./house-clock";
import { HybridClock } from "./hybrid-clock";
import { KeptMarks } from "./kept-marks";
import { kindsVersion } from "./kinds";
import {
  StoreError,
  type AsideEntry,
  type Fork,
  type LogStore,
  type StoreContents,
  type StoredOperation,
  type StoredRecord,
  type StoreNews,
} from "./log-store";
import { MemberRoll } from "./members";
import { isLogOf, type Operation, type WriterRole } from "./operation";
import type { Order } from "./order-state";
import { OwnWriter } from "./own-writer";
import {
  type Have,
  type Level,
  type PropertyDraft,
  type PropertyEvents,
  type PropertyOptions,
  type ReadOperation,
  type TakeOptions,
  type TakeResult,
} from "./property-types";
import { digestOfRange } from "./range-digest";
import { MAX_VERSION, registerOf, versionOf, type EntityRecord } from "./record";
import { ReplicaState } from "./replica-state";
import { may } from "./roles";
import { SafeMarks } from "./safe-marks";
import { SnapshotIntake } from "./snapshot-intake";
import { awaitsBeginning, findIdle, KEEP_MS, StoreKeeper, SWEEP_COUNT } from "./store-keeper";
import { isStub, type WireStub } from "./stub";
import { nextTicketNumber } from "./ticket-number";
import { WaitingRoom } from "./waiting-room";

export * from "./property-types";

export class Property extends Emitter<PropertyEvents> {
  readonly tenantId: string;
  readonly deviceId: string;
  readonly role: WriterRole;
  /** "none" where what is stored here does not survive. */
  readonly level: "device" | "none";

  readonly #store: LogStore;
  readonly #clock: Clock;
  readonly #random: (length: number) => Uint8Array;
  readonly #hybridClock: HybridClock;
  readonly #houseClock: HouseClock;
  readonly #state = new ReplicaState();
  readonly #waiting = new WaitingRoom();
  readonly #roll: MemberRoll;
  readonly #derivation: Derivation;
  readonly #admission: Admission;
  readonly #committer: Committer;
  readonly #writer: OwnWriter;
  readonly #intake: SnapshotIntake;
  readonly #safe: SafeMarks;
  readonly #delivered: DeliveredMarks;
  /** By logId: how far the hub said itself, since it was last asked for all, that it has it. */
  readonly #atHub = new Map<string, number>();
  /** It said all that it has. */
  #isHubHeard = false;
  /** By logId: the first that the hub refused for good, while this runs. */
  readonly #refused = new Map<string, number>();
  readonly #keptMarks: KeptMarks;
  readonly #keeper: StoreKeeper;
  /** When somebody asked for what had been put away. */
  readonly #broughtBack = new Map<string, number>();
  readonly #fragments: Fragments;
  #hasForgotten = false;
  #needsSnapshot = false;
  #queue: Promise<unknown> = Promise.resolve();
  #over: StoreError | null = null;
  #closing: Promise<void> | null = null;

  private constructor(options: PropertyOptions) {
    super();
    const { store, tenantId, deviceId, role, signing, hubKey, clock } = options;
    this.tenantId = tenantId;
    this.deviceId = deviceId;
    this.role = role;
    this.level = store.durable ? "device" : "none";
    this.#store = store;
    this.#clock = clock;
    this.#random = options.random ?? randomBytes;
    this.#hybridClock = new HybridClock(() => this.#utcNow());
    this.#houseClock = new HouseClock(clock);
    const state = this.#state;
    const waiting = this.#waiting;
    this.#roll = new MemberRoll({ tenantId, hubKey, signing });
    this.#derivation = new Derivation({ state, store, tenantId, hybridClock: this.#hybridClock });
    this.#admission = new Admission({
      ...{ state, store, waiting, signing, hubKey, tenantId, deviceId, clock },
      roll: this.#roll,
    });
    const derivation = this.#derivation;
    this.#committer = new Committer({
      ...{ state, store, derivation, waiting, tenantId },
      utcNow: () => this.#houseClock.now(),
      tell: (derived, source) => this.#tell(derived, source),
      noteBegun: (entity) => this.#fragments.noteAgain(entity),
      saveForAll: () => this.#checkpoint(true),
      reload: () => this.#reload(),
    });
    this.#writer = new OwnWriter({
      ...{ state, store, signing, tenantId, deviceId, role },
      committer: this.#committer,
      hybridClock: this.#hybridClock,
      random: this.#random,
      tellChanged: () => this.#tellChanged(),
      tellStored: (logId, seq) => this.emit("level", { logId, seq, level: "stored" }),
    });
    this.#intake = new SnapshotIntake({
      ...{ state, store, tenantId, derivation },
      utcNow: () => this.#houseClock.now(),
      save: () => this.#checkpoint(),
      reload: () => this.#reload(),
    });
    this.#safe = new SafeMarks(clock, () => this.#inBackground(() => this.#saveSafe()));
    this.#keptMarks = new KeptMarks(store);
    this.#delivered = new DeliveredMarks(clock, () => this.#inBackground(() => this.#saveDelivered()));
    this.#fragments = new Fragments({
      clock,
      recordOf: (name) => state.table.stored(name)?.record ?? null,
      isAnythingGone: () => this.#hasForgotten || Object.keys(state.from()).length > 0,
      ask: (names) => this.#inBackground(() => this.#askForFragments(names)),
    });
    this.#keeper = new StoreKeeper(clock, {
      checkpoint: () => this.#inBackground(() => this.#checkpoint()),
      sweep: () => this.#inBackground(() => this.#sweep()),
    });
  }

  /** Rejects with StoreError. The store is the property's from here on: close() closes it. */
  static async open(options: PropertyOptions): Promise<Property> {
    const property = new Property(options);
    try {
      await property.#start(options.membership);
    } catch (error) {
      property.#keeper.stop();
      property.#fragments.stop();
      await options.store.close();
      throw error;
    }
    return property;
  }

  // ---- What others and this device write ----------------------------------------------------------

  /**
   * Seen in the records at once; resolves when it is durable. Several drafts become durable together.
   * Rejects with StoreError where the store refuses (what was seen is taken back), and with DraftError
   * where nobody would apply it.
   */
  write(drafts: PropertyDraft | readonly PropertyDraft[]): Promise<Operation[]> {
    if (this.#over !== null) return Promise.reject(this.#over);
    const list = "kind" in drafts ? [drafts] : drafts;
    if (list.length === 0) return Promise.resolve([]);
    let written: Promise<Operation[]>;
    try {
      written = this.#writer.add(list);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    this.#inBackground(() => this.#writer.flush());
    return written;
  }

  /**
   * Operations as they stand in `ops`, and stubs from a trusted link. Resolves after the commit; rejects
   * with StoreError only, whatever was sent.
   */
  async take(operations: readonly unknown[], options: TakeOptions): Promise<TakeResult> {
    if (this.#over !== null) throw this.#over;
    const { members = [], trusted, source = null } = options;
    await this.learnMembers(members);
    const admitted = await this.#admission.admit(operations, trusted);
    if (admitted.operations.length > 0)
      await this.#inQueue(() => this.#take(this.#admission.begin(admitted, trusted), source));
    const have: Have = {};
    for (const logId of admitted.logIds) have[logId] = this.#state.seqOf(logId);
    return { have, refused: admitted.refused };
  }

  /**
   * All parts of a snapshot of the hub or the cloud, in one transaction. With `reset` it takes the place
   * of the state here; operations that it does not cover are applied again. Rejects with RangeError: it
   * is no snapshot.
   */
  takeSnapshot(
    entities: readonly (readonly [name: string, record: EntityRecord])[],
    have: Have,
    reset: boolean,
  ): Promise<void> {
    return this.#inQueue(async () => {
      const derived = await this.#intake.take({ entities, have, reset });
      this.#writer.pending.refresh(this.#writer.pending.entities());
      // Merged, one without it took away nothing of what is too much here.
      if (reset && this.#needsSnapshot) await this.#setNeedsSnapshot(false);
      this.#tell(derived, null);
      if (reset) this.#fragments.noteAnswer();
      this.markSafe(have);
      await this.#committer.drain();
    });
  }

  /** Membership documents that came otherwise: with `joined`, in a peer's `auth`. */
  async learnMembers(documents: readonly SignedDocument[]): Promise<void> {
    const learned = await this.#roll.learn(documents);
    if (learned.length > 0) await this.#store.addMembers(learned);
  }

  /** UTC milliseconds by the hub's clock, as far as it is known; for the age of what others wrote. */
  hubNow(): number {
    return this.#hybridClock.now();
  }

  /** The hub's clock, as `joined` told it. */
  followTime(hubMs: number): void {
    this.#hybridClock.follow(hubMs);
    const correction = this.#houseClock.follow(hubMs);
    // What is on its way to the store has the old time too.
    if (correction !== null) this.#inBackground(() => this.#correctTouched(correction));
  }

  // ---- For replication ----------------------------------------------------------------------------

  have(withPrivate = false): Have {
    return this.#state.have(withPrivate);
  }

  /** The first that can be read, of logs whose beginning is no longer here. */
  from(): Have {
    return this.#state.from();
  }

  forks(): Fork[] {
    return [...this.#state.forks.values()];
  }

  seqOf(logId: string): number {
    return this.#state.seqOf(logId);
  }

  /** "" where it is not known. */
  authorOf(logId: string): string {
    return this.#state.logOf(logId).deviceId;
  }

  /** All that this device wrote, also in earlier lives of its storage. */
  ownLogs(): string[] {
    return [...this.#state.logs.keys()].filter((logId) => this.#isOwn(logId));
  }

  /** Whether this storage writes there, or did since it was opened. */
  writesTo(logId: string): boolean {
    return this.#delivered.isWatched(logId);
  }

  /** How far the hub is known to have the same as is stored here, or was compacted here. */
  deliveredOf(logId: string): number {
    return Math.max(this.#delivered.of(logId), this.#state.logOf(logId).from - 1);
  }

  /** It is known to have the same up to there. */
  markDelivered(have: Have): void {
    const stored = Object.entries(have).map(([logId, seq]): [string, number] => [
      logId,
      Math.min(seq, this.seqOf(logId)),
    ]);
    this.#delivered.raise(Object.fromEntries(stored));
  }

  /** What two replicas compare, both ends included. null: not all of that is stored here. */
  rangeDigest(logId: string, from: number, to: number): Promise<string | null> {
    return digestOfRange(this.#store, logId, from, to);
  }

  /**
   * All that the hub has. One that was restored from a backup has less than was once known to be the same
   * there, and what it lacked it may have got from others who heard something else: nothing is known of it.
   */
  lowerDelivered(have: Have): void {
    this.#delivered.lower(have);
  }

  /**
   * What the hub or the cloud said itself that it has; `isWhole`: that is all. One that was restored from a
   * backup has less than was once safe there, and what it lacks it gets back from here. Of an own log whose
   * beginning is gone here as well it can take nothing more: what is written next begins another.
   */
  markKept(have: Have, isWhole: boolean): void {
    if (isWhole) {
      this.#atHub.clear();
      this.#isHubHeard = true;
    }
    for (const [logId, seq] of Object.entries(have))
      this.#atHub.set(logId, Math.max(seq, this.#atHub.get(logId) ?? 0));
    if (isWhole) this.#inBackground(() => this.#keptMarks.lower(have));
    if (isWhole && this.#isOwnLogTorn()) this.#inBackground(() => this.#leaveTornLogs());
  }

  /** The hub is out of reach, or gone: what it has is not known until it says so again. */
  forgetKept(): void {
    this.#atHub.clear();
    this.#isHubHeard = false;
  }

  /** The hub will never take that one, nor what follows it in its log. */
  markRefused(logId: string, seq: number, code: string): void {
    if (!this.#isOwn(logId) || seq >= (this.#refused.get(logId) ?? Infinity)) return;
    this.#refused.set(logId, seq);
    this.emit("refused", { logId, seq, code });
  }

  /** Whether the hub refused that one of our own for good. */
  isRefused(logId: string, seq: number): boolean {
    return seq >= (this.#refused.get(logId) ?? Infinity) && this.levelOf(logId, seq) !== "hub";
  }

  /** Until one of the two is reached; at least one where there is one. Variants follow each other. */
  async read(
    logId: string,
    from: number,
    maxOperations: number,
    maxBytes: number,
  ): Promise<ReadOperation[]> {
    const found = await this.#store.read(logId, from, maxOperations, maxBytes);
    return found.map((stored) => this.#toOutgoing(stored));
  }

  /** Those with one identity. */
  async readVariants(logId: string, seq: number): Promise<ReadOperation[]> {
    const [variants = []] = await this.#store.find([{ logId, seq }]);
    return variants.map((stored) => this.#toOutgoing(stored));
  }

  /** As they go out in `members`. */
  membersOf(deviceId: string): SignedDocument[] {
    return this.#roll.documentsOf(deviceId);
  }

  // ---- The state ----------------------------------------------------------------------------------

  /** With what is pending. null: there is none, or it was put away. Not to be changed. */
  record(name: string): EntityRecord | null {
    return this.#state.table.get(name);
  }

  /** Also one that was put away because it was over. */
  async loadRecord(name: string): Promise<EntityRecord | null> {
    if (!this.#state.archived.has(name)) return this.record(name);
    return this.#inQueue(async () => {
      const record = await this.#derivation.load(name);
      if (record !== null) this.#broughtBack.set(name, this.#houseClock.now());
      this.#tellChanged();
      return record;
    });
  }

  /** Names of those of that type that were put away; loadRecord() brings one back. */
  putAway(type: string): string[] {
    return [...this.#state.archived].filter((name) => name.startsWith(`${type}/`));
  }

  /** @param type "order" */
  records(type: string): [name: string, record: EntityRecord][] {
    return this.#state.table.ofType(type);
  }

  /** Names of the records that moved lines to this order. */
  moved(orderId: string): string[] {
    return this.#state.table.sourcesOf(orderId);
  }

  /** The same object until something of it changes. */
  order(orderId: string): Order | null {
    return this.#state.table.order(orderId);
  }

  /** Of the register of that entity that is written next. */
  nextVersion(entity: string): number {
    const record = this.record(entity);
    // Beyond the highest that a body may say nobody would apply it; among equals the later one counts.
    return record === null ? 1 : Math.min(versionOf(record) + 1, MAX_VERSION);
  }

  /** Of a ticket, to be called out: "A-17". Each one once, also among the tabs of this device. */
  nextNumber(): Promise<string> {
    const device = this.record(`device/${this.deviceId}`);
    const [series] = (device === null ? undefined : registerOf(device, "series")) ?? [null];
    const granted = typeof series === "string" ? series : null;
    const orders = () => this.records("order").map(([, record]) => record);
    return nextTicketNumber(this.#store, granted, orders, this.#random);
  }

  /** Of an own operation, or of one that was read. */
  levelOf(logId: string, seq: number): Level {
    if (seq > this.#state.seqOf(logId)) return "pending";
    return this.#safe.levelOf(logId, seq) ?? "stored";
  }

  /** Whether record() shows something that is not durable yet. */
  isPending(entity: string): boolean {
    return this.#state.table.isPending(entity);
  }

  aside(): AsideEntry[] {
    return this.#state.aside();
  }

  /** What the hub or the cloud, or another device, says it has stored. */
  markSafe(have: Have, level: "hub" | "cloud" | "device" = "hub"): void {
    const reached: Level = level === "device" ? "device" : "hub";
    for (const [logId, seq] of this.#safe.raise(have, reached))
      if (this.#isOwn(logId) && this.#state.seqOf(logId) > 0)
        this.emit("level", { logId, seq: Math.min(seq, this.seqOf(logId)), level: reached });
  }

  /** What the hub or the cloud has. */
  safe(): Have {
    return this.#safe.have();
  }

  /** Whether the hub is to send one with `reset`; kept over restarts. */
  get needsSnapshot(): boolean {
    return this.#needsSnapshot;
  }

  /** After what was begun has settled; writes reject from here on. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  // ---- Life ---------------------------------------------------------------------------------------

  async #start(membership: SignedDocument | undefined): Promise<void> {
    await this.#store.open();
    this.#store.onGone((error) => this.#lose(error));
    const contents = await this.#store.load();
    await this.#load(contents, true);
    this.#hasForgotten = contents.values.get("has-forgotten") === true;
    this.#noteFragments(contents.values.get("asked-for"));
    await this.#writer.start(contents.values.get("own-logs"));
    this.#watchOwnLogs();
    this.#needsSnapshot ||= contents.values.get("needs-snapshot") === true;
    await this.#followKinds(contents);
    if (membership !== undefined) await this.learnMembers([membership]);
    // What was committed meanwhile is heard of with the next news, for positions are compared.
    this.#store.onOther((news) => this.#inBackground(() => this.#onNews(news)));
    await this.#inQueue(() => this.#committer.catchUp());
  }

  /** What another table of kinds had set aside is judged again. */
  async #followKinds({ values, logs }: StoreContents): Promise<void> {
    const version = kindsVersion();
    if (values.get("kinds") === version) return;
    if (logs.length > 0) {
      const derived = await this.#derivation.judgeAsideAgain();
      // What was compacted while it was aside can only come from the hub.
      const needsSnapshot = Object.keys(this.#state.from()).length > 0;
      this.#tell({ ...derived, needsSnapshot: derived.needsSnapshot || needsSnapshot }, null);
    }
    // Not before it is stored what came of it, for then nobody looks again.
    this.#inBackground(async () => {
      if (await this.#checkpoint(true)) await this.#store.update("kinds", () => version);
    });
  }

  async #load(contents: StoreContents, isStart: boolean): Promise<void> {
    const { tail, records } = contents;
    this.#state.load(contents);
    this.#roll.load(contents.members);
    this.#safe.load(contents.values.get("safe"));
    if (isStart) {
      this.#delivered.load(contents.values.get("delivered"));
      this.#putAway(this.#findIdle(records));
    }
    this.#tell(await this.#derivation.apply(tail), "tab");
    this.#writer.pending.refresh(this.#writer.pending.entities());
  }

  /**
   * The page may have been closed before anybody asked for their beginning. What the hub was asked for it is
   * not asked for again with each start.
   */
  #noteFragments(saved: unknown): void {
    const asked = new Set<unknown>(Array.isArray(saved) ? saved : []);
    const late = [...this.#state.table.allStored()].filter(awaitsBeginning);
    this.#fragments.note(late.map(({ name }) => name).filter((name) => !asked.has(name)));
  }

  async #askForFragments(names: readonly string[]): Promise<void> {
    this.#askForSnapshot();
    await this.#store.update("asked-for", (old) =>
      [...new Set([...(Array.isArray(old) ? (old as unknown[]) : []), ...names])].slice(-MAX_NAMES),
    );
  }

  #findIdle(records: readonly StoredRecord[]): string[] {
    return findIdle(records, this.#houseClock.now(), may(this.role, "settle-charges"));
  }

  #putAway(names: string[]): void {
    if (names.length === 0) return;
    this.#forget(names);
    this.#inBackground(() => this.#store.archive(names));
  }

  #forget(names: readonly string[]): void {
    for (const name of names) {
      this.#state.table.remove(name);
      this.#state.archived.add(name);
      this.#broughtBack.delete(name);
    }
  }

  /** Pages stay open for weeks. What is asked for or being written is used, whenever it was touched. */
  async #putAwayIdle(): Promise<void> {
    const { table } = this.#state;
    const nowMs = this.#houseClock.now();
    const records = [...table.allStored()].map((record) => {
      const askedMs = table.isPending(record.name) ? nowMs : this.#broughtBack.get(record.name);
      return askedMs === undefined ? record : { ...record, touchedMs: Math.max(record.touchedMs, askedMs) };
    });
    const idle = this.#findIdle(records);
    if (idle.length === 0) return;
    await this.#store.archive(idle);
    // Something was written meanwhile: the next checkpoint takes it back, and others may be needed with it.
    if (idle.some((name) => table.isPending(name))) return;
    this.#forget(idle);
    this.#tellChanged();
  }

  async #end(): Promise<void> {
    this.#keeper.stop();
    this.#fragments.stop();
    this.#safe.stop();
    this.#delivered.stop();
    const last = this.#inQueue(async () => {
      await this.#checkpoint();
      await this.#saveSafe();
      await this.#saveDelivered();
    });
    this.#over ??= new StoreError("closed");
    await last.catch(() => undefined);
    await this.#store.close();
    this.removeAll();
  }

  #lose(error: StoreError): void {
    if (this.#over !== null) return;
    this.#over = error;
    this.#keeper.stop();
    this.#fragments.stop();
    this.#safe.stop();
    this.#delivered.stop();
    this.emit("failed", { error });
  }

  // ---- The queue ----------------------------------------------------------------------------------

  #inQueue<T>(task: () => Promise<T>): Promise<T> {
    if (this.#over !== null) return Promise.reject(this.#over);
    const done = this.#queue.then(task);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** What fails there is tried again with what comes next, or tells by itself. */
  #inBackground(task: () => Promise<unknown>): void {
    void this.#inQueue(task).catch(() => undefined);
  }

  async #onNews({ position, epoch, values, members }: StoreNews): Promise<void> {
    if (epoch > this.#state.epoch) await this.#reload();
    else if (position > this.#state.position) await this.#committer.catchUp();
    if (members) this.#roll.load(await this.#store.readMembers());
    if (values.includes("own-logs"))
      this.#followLogs(await this.#store.readValue("own-logs"));
    if (values.includes("needs-snapshot"))
      this.#needsSnapshot = (await this.#store.readValue("needs-snapshot")) === true;
    if (!values.includes("safe")) return;
    const marks = new SafeMarks(this.#clock, () => undefined);
    marks.load(await this.#store.readValue("safe"));
    this.markSafe(marks.have());
  }

  async #reload(): Promise<void> {
    await this.#load(await this.#store.load(), false);
    await this.#committer.drain();
  }

  async #take(operations: readonly Operation[], source: unknown): Promise<void> {
    const stored = await this.#committer.commit(operations, source);
    if (!stored.some(({ logId }) => this.#writer.writesTo(logId))) return;
    await this.#writer.leaveLogs();
    this.#watchOwnLogs();
  }

  #isOwnLogTorn(): boolean {
    return this.#writer.logIds.some(
      (logId) => this.#state.logOf(logId).from - 1 > (this.#atHub.get(logId) ?? 0),
    );
  }

  async #leaveTornLogs(): Promise<void> {
    // It may have been left meanwhile, or the hub be gone.
    if (!this.#isHubHeard || !this.#isOwnLogTorn()) return;
    await this.#writer.leaveLogs();
    this.#watchOwnLogs();
  }

  #followLogs(saved: unknown): void {
    this.#writer.follow(saved);
    this.#watchOwnLogs();
  }

  #watchOwnLogs(): void {
    for (const logId of this.#writer.logIds) this.#delivered.watch(logId);
  }

  // ---- Saving -------------------------------------------------------------------------------------

  /**
   * Returns false where another tab has saved as much or more.
   * @param forAll the other tabs load it
   */
  async #checkpoint(forAll = false): Promise<boolean> {
    const state = this.#state;
    if (!state.hasUnsaved) return true;
    const records = state.table.takeUnsaved();
    const aside = state.takeAsideChanges();
    const { position, epoch } = state;
    const entry = { position, epoch, records, aside };
    try {
      if (!forAll) return await this.#store.checkpoint(entry);
      const isSaved = await this.#store.replace({ ...entry, have: {}, reset: false });
      if (isSaved) state.epoch += 1;
      return isSaved;
    } catch (error) {
      state.table.giveBackUnsaved(records);
      state.giveBackAsideChanges(aside);
      throw error;
    }
  }

  async #correctTouched(correction: Correction): Promise<void> {
    this.#state.table.correctTouched(correction);
    if (this.#state.hasUnsaved) this.#keeper.note(0);
  }

  async #sweep(): Promise<void> {
    // Where another tab has saved more, it may know more of what is in use.
    if (await this.#checkpoint()) await this.#putAwayIdle();
    const nowMs = this.#houseClock.now();
    const beforeMs = nowMs - KEEP_MS;
    // Until the hub has said it nobody knows what it has.
    const kept = !this.#isHubHeard ? {} : await this.#keptMarks.count(this.#kept(), nowMs);
    const { epoch } = this.#state;
    const compaction = await this.#store.compact(beforeMs, kept, epoch, SWEEP_COUNT);
    const { logs, partial, isMore } = compaction;
    if (logs.length > 0) this.#state.epoch += 1;
    for (const { logId, from } of logs) this.#state.setFrom(logId, from);
    this.#state.table.markPartial(partial);
    if (isMore && this.#over === null) this.#keeper.sweepSoon();
    const forgotten = await this.#store.forgetArchived(beforeMs);
    for (const name of forgotten) this.#state.archived.delete(name);
    if (forgotten.length === 0 || this.#hasForgotten) return;
    this.#hasForgotten = true;
    await this.#store.update("has-forgotten", () => true);
  }

  /** What others keep, and may go here in time. What was safe once may have been lost since. */
  #kept(): Have {
    const safe = this.#safe.have();
    const kept = [...this.#atHub].map(([logId, seq]): [string, number] => [
      logId,
      Math.min(seq, safe[logId] ?? 0, this.deliveredOf(logId)),
    ]);
    return Object.fromEntries(kept);
  }

  async #saveDelivered(): Promise<void> {
    if (!this.#delivered.takeUnsaved()) return;
    try {
      await this.#store.update("delivered", (old) => this.#delivered.mergedWith(old));
    } catch (error) {
      // What is saved may be more than is known now.
      if (this.#over === null) this.#delivered.giveBackUnsaved();
      throw error;
    }
  }

  async #saveSafe(): Promise<void> {
    if (!this.#safe.takeUnsaved()) return;
    await this.#store.update("safe", (old) => this.#safe.mergedWith(old));
  }

  async #setNeedsSnapshot(needed: boolean): Promise<void> {
    this.#needsSnapshot = needed;
    await this.#store.update("needs-snapshot", () => (needed ? true : undefined));
  }

  // ---- Telling ------------------------------------------------------------------------------------

  #tell({ operations, aside, conflicts, needsSnapshot }: Derived, source: unknown): void {
    if (this.#state.hasUnsaved) this.#keeper.note(operations.length);
    for (const { deviceId, hlc } of operations)
      if (deviceId !== this.deviceId) this.#houseClock.hear(hlc[0]);
    // What a private one speaks of may be private too: of that no snapshot tells.
    const open = operations.filter(({ isPrivate }) => !isPrivate);
    this.#fragments.note(open.map(({ entity }) => entity));
    if (operations.length > 0) this.emit("committed", { operations, source });
    this.#tellChanged();
    for (const [logId, seq, count] of conflicts) this.emit("conflict", { logId, seq, count });
    if (aside.length > 0) this.emit("aside", { entries: aside });
    if (needsSnapshot) this.#askForSnapshot();
  }

  #askForSnapshot(): void {
    this.#needsSnapshot = true;
    this.#inBackground(() => this.#setNeedsSnapshot(true));
    this.emit("needSnapshot", {});
  }

  #tellChanged(): void {
    const { table: records } = this.#state;
    const changed = records.takeChanged();
    // What is pending stands on what is stored.
    this.#writer.pending.refresh(changed.filter((name) => records.isPending(name)));
    const entities = [...new Set([...changed, ...records.takeChanged()])];
    if (entities.length > 0) this.emit("changed", { entities });
  }

  #toOutgoing(stored: StoredOperation): ReadOperation {
    const { logId, seq, deviceId, text, sig } = stored;
    return {
      ...{ logId, seq, deviceId },
      size: utf8Length(text),
      wire: isStub(stored) ? (JSON.parse(text) as WireStub) : { text, sig },
    };
  }

  #isOwn(logId: string): boolean {
    return isLogOf(logId, this.deviceId);
  }

  #utcNow(): number {
    return this.#clock.utcNow?.() ?? Date.now();
  }
}
