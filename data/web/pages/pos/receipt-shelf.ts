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
  type PrintView,
} from "@bellhop/client";

import { askHub, HubProblem } from "../link/hub-api";
import { readStored, store } from "../link/storage";

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
}

const NAME = "receipts";
/** Newest; those that have ended make way first. */
const MAX_KEPT = 50;
/** The hub remembers jobs for 30 days; after a day a person decides. */
const MAX_RESEND_AGE_MS = 24 * 60 * 60 * 1000;

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
  const kept = readStored(NAME);
  return Array.isArray(kept) ? kept.filter(isShelved) : [];
}

export class ReceiptShelf {
  readonly #onChange: () => void;
  readonly #prints = new Map<string, Print>();
  #connection: Connection | null = null;
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
    this.#connection = connection;
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

  /** The latest receipt of that order that was printed here; undefined: none was. */
  receiptOf(orderId: string): ShelvedReceipt | undefined {
    return this.#receipts.find((one) => one.kind === "receipt" && one.orderId === orderId);
  }

  /** undefined: it is not there. */
  viewOf(jobId: string): PrintView | undefined {
    return this.#receipts.find(({ job }) => job.jobId === jobId)?.view;
  }

  /** What has not begun is not to begin any more; what has goes on. */
  async giveUp(jobId: string): Promise<void> {
    try {
      await askHub(this.#connection, "POST", "/api/v1/jobs/cancel", { jobId });
    } catch (problem) {
      if (!(problem instanceof HubProblem)) throw problem;
      // The hub has it, and it is under way.
      const hasBegun = problem.status === 409 && this.viewOf(jobId)?.phase !== "waiting";
      if (hasBegun && this.#prints.has(jobId)) return;
    }
    this.#prints.get(jobId)?.close();
    this.#prints.delete(jobId);
    this.#show({ jobId, phase: "refused", code: "given-up" });
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

  #send(receipt: ShelvedReceipt): void {
    if (this.#connection === null) return;
    this.#prints.get(receipt.job.jobId)?.close();
    try {
      const print = this.#connection.print(receipt.job);
      this.#follow(print);
      this.#show(print.view);
    } catch {
      // The outbox is full. It is on the shelf and goes out with the next reload.
    }
  }

  #follow(print: Print): void {
    if (this.#prints.get(print.job.jobId) === print) return;
    this.#prints.set(print.job.jobId, print);
    print.on("change", (view) => this.#show(view));
  }

  #show(view: PrintView): void {
    this.#receipts = this.#receipts.map((receipt) =>
      receipt.job.jobId === view.jobId ? { ...receipt, view } : receipt,
    );
    this.#save();
  }

  /** Another tab of this till may have added its own. */
  #make(stored: ShelvedReceipt[]): void {
    const mine = new Set(this.#receipts.map(({ job }) => job.jobId));
    this.#receipts = [
      ...this.#receipts,
      ...stored.filter(({ job }) => !mine.has(job.jobId)),
    ].sort((a, b) => b.madeAtMs - a.madeAtMs);
  }

  #save(): void {
    this.#make(load());
    let spare = this.#receipts.length - MAX_KEPT;
    this.#receipts = [...this.#receipts]
      .reverse()
      .filter(({ job, view }) => {
        if (spare <= 0 || !isSettled(view)) return true;
        spare -= 1;
        this.#prints.get(job.jobId)?.close();
        this.#prints.delete(job.jobId);
        return false;
      })
      .reverse();
    store(NAME, this.#receipts);
    this.#onChange();
  }
}
