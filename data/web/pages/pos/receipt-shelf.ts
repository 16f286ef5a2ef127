// SPDX-License-Identifier: Apache-2.0
// What this till has printed, receipts above all: kept in storage before they are sent, so that a reload or a hub that is
// away loses none; after a reload those that have not ended are told to the hub again, under the same
// jobId, which prints nothing twice.

import {
  isSettled,
  newId,
  type Connection,
  type Print,
  type PrintJob,
  type PrintState,
  type PrintView,
} from "@bellhop/client";

import { askHub, HubProblem } from "../link/hub-api";
import { readStored, store } from "../link/storage";
import { GIVEN_UP, isOpened, isWaiting } from "./drawer";

/** bill: not a receipt yet. room: a room's. day: the close of one. drawer: opened without a sale. */
export type ShelfKind = "receipt" | "copy" | "bill" | "room" | "day" | "drawer";

export interface ShelvedReceipt {
  kind: ShelfKind;
  /** Of a receipt its own, of a bill the order's, of a room's bill the room's title. */
  number: string;
  /** Of which order; "" of none. */
  orderId: string;
  total: number;
  currency: string;
  madeAtMs: number;
  job: PrintJob;
  view: PrintView;
  /** What the hub said of it last; undefined: nothing yet. */
  lastState?: PrintState;
}

export const SHELVED = "receipts";
/** Newest; those that have ended make way first. */
const MAX_KEPT = 50;
/** The hub remembers jobs for 30 days; after a day a person decides. */
const MAX_RESEND_AGE_MS = 24 * 60 * 60 * 1000;
const RETRY_MS = 10000;

const kinds: readonly unknown[] = ["receipt", "copy", "bill", "room", "day", "drawer"];

function isShelved(value: unknown): value is ShelvedReceipt {
  if (typeof value !== "object" || value === null) return false;
  const { kind, number, orderId, total, currency, madeAtMs, job, view } =
    value as Partial<ShelvedReceipt>;
  return (
    kinds.includes(kind) &&
    typeof orderId === "string" &&
    typeof number === "string" &&
    typeof total === "number" &&
    typeof currency === "string" &&
    typeof madeAtMs === "number" &&
    typeof job?.jobId === "string" &&
    typeof view?.phase === "string"
  );
}

function load(): ShelvedReceipt[] {
  const kept = readStored(SHELVED);
  return Array.isArray(kept) ? kept.filter(isShelved) : [];
}

export class ReceiptShelf {
  readonly #onChange: () => void;
  readonly #prints = new Map<string, Print>();
  /** Given up here, and the hub has not said yet what it makes of that. */
  readonly #unwanted = new Set<string>();
  readonly #callingOff = new Set<string>();
  #connection: Connection | null = null;
  #offPath: () => void = () => undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #receipts: ShelvedReceipt[];

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#receipts = load();
  }

  /** Newest first. */
  get receipts(): readonly ShelvedReceipt[] {
    return this.#receipts;
  }

  /** Tells the hub about all that has not ended. */
  connect(connection: Connection): void {
    this.#offPath();
    this.#connection = connection;
    this.#offPath = connection.on("path", () => this.#callOff());
    const oldestMs = Date.now() - MAX_RESEND_AGE_MS;
    // Oldest first: they print in the order they were made.
    for (const receipt of [...this.#receipts].reverse()) {
      if (isSettled(receipt.view)) continue;
      // Whoever wanted it open may have gone.
      if (receipt.kind === "drawer") {
        void this.giveUp(receipt.job.jobId);
        continue;
      }
      if (receipt.madeAtMs > oldestMs) this.#send(receipt);
      else this.#show({ ...receipt.view, phase: "refused", code: "too-old" });
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#offPath();
  }

  /** The latest receipt of that order that was printed here; undefined: none was. */
  receiptOf(orderId: string): ShelvedReceipt | undefined {
    return this.#receipts.find((one) => one.kind === "receipt" && one.orderId === orderId);
  }

  /** undefined: it is not there. */
  viewOf(jobId: string): PrintView | undefined {
    return this.#receipts.find(({ job }) => job.jobId === jobId)?.view;
  }

  /** Another tab changed what is kept. */
  follow(): void {
    this.#make(load());
    this.#onChange();
  }

  /**
   * What has not begun is not to begin any more; what has goes on. The hub is asked until it says which
   * of the two it is.
   */
  async giveUp(jobId: string): Promise<void> {
    if (this.#callingOff.has(jobId)) return;
    this.#unwanted.add(jobId);
    this.#callingOff.add(jobId);
    let status = 200;
    try {
      await askHub(this.#connection, "POST", "/api/v1/jobs/cancel", { jobId });
    } catch (problem) {
      if (!(problem instanceof HubProblem)) throw problem;
      status = problem.status;
    } finally {
      this.#callingOff.delete(jobId);
    }
    this.#onCalledOff(jobId, status);
  }

  /**
   * Returns whether there was room: as long as none has ended, it cannot make way. What is there under
   * that jobId is not added again.
   */
  add(
    receipt: Omit<ShelvedReceipt, "job" | "view">,
    job: Omit<PrintJob, "jobId">,
    jobId = newId(),
  ): boolean {
    this.#make(load());
    if (this.#receipts.some((one) => one.job.jobId === jobId)) return true;
    const shelved: ShelvedReceipt = {
      ...receipt,
      job: { ...job, jobId },
      view: { jobId, phase: "waiting" },
    };
    const waiting = this.#receipts.filter(({ view }) => !isSettled(view));
    if (waiting.length >= MAX_KEPT) return false;
    this.#receipts = [shelved, ...this.#receipts];
    this.#save();
    this.#send(shelved);
    return true;
  }

  /** A person wants the paper again, or the refused job tried again. */
  printAgain(jobId: string): void {
    const receipt = this.#receipts.find(({ job }) => job.jobId === jobId);
    if (receipt === undefined || this.#connection === null) return;
    if (receipt.view.phase === "refused") {
      this.#send(receipt);
      return;
    }
    const print = this.#prints.get(jobId) ?? this.#connection.recall(receipt.job);
    this.#follow(print);
    try {
      print.reprint();
    } catch {
      // Too much waits already; the receipt still says how it stands, and can be asked for again.
      this.#show({ ...receipt.view });
    }
  }

  /** @param status 200: it is cancelled. 409: it does not wait, or the hub does not know it */
  #onCalledOff(jobId: string, status: number): void {
    const view = this.viewOf(jobId);
    const print = this.#prints.get(jobId);
    // The printer may have taken it meanwhile.
    const isOver = view === undefined || isSettled(view) || isOpened(view.phase);
    if (isOver || (print !== undefined && !isWaiting(view.phase))) {
      this.#unwanted.delete(jobId);
      return;
    }
    const isHeard = view.phase !== "waiting";
    if (status === 409 && print !== undefined && isHeard) {
      this.#unwanted.delete(jobId);
      if (view.code === GIVEN_UP) this.#show(print.view);
    } else if (status === 200 || status === 409) {
      this.#unwanted.delete(jobId);
      this.#drop(jobId);
      // Of what the hub was still being told it would have said that it has it.
      const isNever = status === 200 || print !== undefined;
      this.#show({ ...view, phase: isNever ? "refused" : "uncertain", code: GIVEN_UP });
    } else {
      // What the hub never said that it has is not sent any more; what it has is followed on.
      if (!isHeard) this.#drop(jobId);
      if (view.code !== GIVEN_UP) this.#show({ ...view, code: GIVEN_UP });
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#callOff(), RETRY_MS);
    }
  }

  #callOff(): void {
    if (this.#connection === null || this.#connection.path === "none") return;
    for (const jobId of [...this.#unwanted]) void this.giveUp(jobId);
  }

  #drop(jobId: string): void {
    this.#prints.get(jobId)?.close();
    this.#prints.delete(jobId);
  }

  #send(receipt: ShelvedReceipt): void {
    if (this.#connection === null) return;
    this.#prints.get(receipt.job.jobId)?.close();
    try {
      const print = this.#connection.print(receipt.job, receipt.lastState);
      this.#follow(print);
      this.#show(print.view);
    } catch {
      // The outbox is full. It is on the shelf and goes out with the next reload.
    }
  }

  #follow(print: Print): void {
    if (this.#prints.get(print.job.jobId) === print) return;
    this.#prints.set(print.job.jobId, print);
    print.on("change", (view) => {
      const isUnwanted = this.#unwanted.has(view.jobId) && isWaiting(view.phase);
      this.#show(isUnwanted ? { ...view, code: GIVEN_UP } : view);
    });
  }

  #show(view: PrintView): void {
    this.#make(load());
    const { phase } = view;
    const heard = phase === "waiting" || phase === "refused" ? {} : { lastState: phase };
    this.#receipts = this.#receipts.map((receipt) =>
      receipt.job.jobId === view.jobId ? { ...receipt, view, ...heard } : receipt,
    );
    this.#save();
  }

  /** Whether this tab hears what becomes of it. */
  #isFollowed(jobId: string): boolean {
    const print = this.#prints.get(jobId);
    return this.#unwanted.has(jobId) || (print !== undefined && !isSettled(print.view));
  }

  /** Another tab of this till may have added its own, or heard what became of some. */
  #make(stored: ShelvedReceipt[]): void {
    const others = new Map(stored.map((receipt) => [receipt.job.jobId, receipt]));
    const all = this.#receipts.map((mine) => {
      const { jobId } = mine.job;
      const other = others.get(jobId);
      others.delete(jobId);
      return other === undefined || this.#isFollowed(jobId) ? mine : other;
    });
    this.#receipts = [...all, ...others.values()].sort((a, b) => b.madeAtMs - a.madeAtMs);
  }

  #save(): void {
    let spare = this.#receipts.length - MAX_KEPT;
    this.#receipts = [...this.#receipts]
      .reverse()
      .filter(({ job, view }) => {
        if (spare <= 0 || !isSettled(view)) return true;
        spare -= 1;
        this.#drop(job.jobId);
        return false;
      })
      .reverse();
    store(SHELVED, this.#receipts);
    this.#onChange();
  }
}
