// SPDX-License-Identifier: Apache-2.0
// One print job and what becomes of it. The job is told to the hub until the hub says what it is; told
// again after each loss, which only asks for its state, since the hub knows the jobId; one that was restored
// from an older backup does not, and hears what the job was last, so that it prints nothing twice.
//
// waiting -> accepted -> queued <-> printing -> sent -> done   the hub's states (protocol section 5)
// printing, sent -> uncertain   broken off after the first byte; only a person leaves it: reprint()
// any -> failed                 the hub gave it up
// waiting -> refused            the hub does not take it; `code` says why
//
// Where the connection ends, or the hub knows this device no more, the view stays as it is: what it printed
// it printed, and what waits may be said again by another connection.
//
// No time runs here: how long a printer is waited for the hub knows, which ends each job, also one
// that a restart of its own broke off; and the outbox asks again where an ending was lost.

import { Emitter } from "./emitter";
import { newId } from "./ids";
import { textField, type Message } from "./messages";
import type { Handlers, Outbox } from "./outbox";
import { toPrintStatus, type PrintJob, type PrintState } from "./print-messages";

export type PrintPhase = "waiting" | PrintState | "refused";

export interface PrintView {
  jobId: string;
  phase: PrintPhase;
  printer?: string;
  /** `paper-out`, `cover-open`, `offline`, `no-feedback`... */
  detail?: string;
  /** Of the refusal. */
  code?: string;
}

export interface PrintEvents {
  change: PrintView;
}

const endings = new Set<PrintPhase>(["done", "failed", "uncertain", "refused"]);

/** Whether nothing more comes by itself. */
export function isSettled(view: Pick<PrintView, "phase" | "detail">): boolean {
  return endings.has(view.phase) || (view.phase === "sent" && view.detail === "no-feedback");
}

export class Print extends Emitter<PrintEvents> {
  readonly job: PrintJob;
  readonly #outbox: Outbox;
  readonly #alive: Set<Print>;
  #view: PrintView;
  /** What the hub said of it last; undefined: nothing yet. */
  #lastState: PrintState | undefined;
  #message: Message | null = null;
  #key: string | null = null;
  #closed = false;
  readonly #settling: ((view: PrintView) => void)[] = [];

  /**
   * @param alive it is one of these while something may still come of it: who ends the outbox closes them
   * @param lastState of a job of earlier
   */
  constructor(job: PrintJob, outbox: Outbox, alive: Set<Print>, lastState?: PrintState) {
    super();
    this.#lastState = lastState;
    this.job = job;
    this.#outbox = outbox;
    this.#alive = alive;
    this.#view = { jobId: job.jobId, phase: "waiting" };
    if (job.printer !== undefined) this.#view.printer = job.printer;
  }

  get view(): PrintView {
    return this.#view;
  }

  /**
   * Resolves with the first ending, or with `sent` where the printer gives no feedback; with the view as it
   * stands where close() comes first, also that of the connection, or `removed`.
   */
  settled(): Promise<PrintView> {
    if (this.#closed || isSettled(this.#view)) return Promise.resolve(this.#view);
    return new Promise((resolve) => {
      this.#settling.push(resolve);
      this.#look();
    });
  }

  /**
   * Tells the hub about the job. Throws OutboxFullError, and RequestError where the connection is over; then
   * all stays as it was.
   */
  start(): void {
    const id = newId();
    const onAnswer = (answer: Message) => this.#onAnswer(id, answer);
    this.#message = { type: "print", id, printJob: this.job };
    if (this.#lastState !== undefined) this.#message["lastState"] = this.#lastState;
    this.#ask(id, this.#message, { onAnswer });
  }

  /**
   * A person asks for the paper once more. Sent once only: where its answer is lost the job's state is
   * asked for instead, and the person decides again. Throws as start() does.
   */
  reprint(): void {
    const id = newId();
    const was = this.#view;
    const { jobId } = this.job;
    const waiting: PrintView = { jobId, phase: "waiting" };
    this.#view = waiting;
    try {
      this.#ask(id, { type: "reprint", id, jobId }, {
        onAnswer: (answer) => {
          const known = answer.type !== "error" || answer["code"] !== "wrong-state";
          if (known) return this.#onAnswer(id, answer);
          // Somebody asked before us, or it is printing: what counts is how it stands now.
          this.#askAgain(id, was);
          return true;
        },
        onLost: () => this.#askAgain(id, was),
      });
    } catch (error) {
      this.#view = was;
      throw error;
    }
    // It may have been answered within the call.
    if (this.#view === waiting) this.emit("change", waiting);
  }

  /** Stops listening; the job itself goes on. May be called twice. */
  close(): void {
    this.#leave();
    this.#closed = true;
    this.#settle();
    this.removeAll();
    this.#look();
  }

  /** Whether anything comes of it may have changed. */
  #look(): void {
    const isAlive = !this.#closed && (this.#key !== null || this.#settling.length > 0);
    if (isAlive) this.#alive.add(this);
    else this.#alive.delete(this);
  }

  #settle(): void {
    for (const resolve of this.#settling.splice(0)) resolve(this.#view);
  }

  /** What is listened to is another answer from here on, unless it throws. */
  #ask(id: string, message: Message, handlers: Handlers): void {
    const former = this.#key;
    this.#key = id;
    try {
      this.#outbox.add(id, message, handlers);
    } catch (error) {
      this.#key = former;
      throw error;
    }
    if (former !== null) this.#outbox.remove(former);
    this.#look();
  }

  /** Asks how the job stands after the reprint of this key. Where not even that can be: nobody knows. */
  #askAgain(key: string, was: PrintView): void {
    if (this.#key !== key) return;
    this.#leave();
    try {
      this.start();
    } catch {
      this.#set({ ...was, phase: "uncertain" });
    }
  }

  #leave(): void {
    if (this.#key !== null) this.#outbox.remove(this.#key);
    this.#key = null;
  }

  #onAnswer(key: string, answer: Message): boolean {
    if (this.#key !== key) return true;
    if (answer.type === "error") {
      const code = textField(answer, "code") ?? "unknown";
      this.#key = null;
      if (code === "removed") {
        this.#closed = true;
        this.#settle();
        this.#look();
        return true;
      }
      this.#set({ ...this.#view, phase: "refused", code });
      return true;
    }
    const status = toPrintStatus(answer);
    if (status === null || status.jobId !== this.job.jobId) return false;

    const { jobId, state, printer = this.#view.printer, detail } = status;
    this.#lastState = state;
    // As it is told again.
    if (this.#message !== null) this.#message["lastState"] = state;
    const view: PrintView = { jobId, phase: state };
    if (printer !== undefined) view.printer = printer;
    if (detail !== undefined) view.detail = detail;
    const ended = isSettled(view);
    if (ended) this.#key = null;
    this.#set(view);
    return ended;
  }

  #set(view: PrintView): void {
    this.#view = view;
    if (isSettled(view)) this.#settle();
    this.#look();
    this.emit("change", view);
  }
}
