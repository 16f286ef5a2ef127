// SPDX-License-Identifier: Apache-2.0
// Receipts that wait for their number. Only the hub gives numbers, so that none is missing and none is
// there twice; it gives one once it has all of the order that was written here. What waits is kept: it
// is asked for again after a reload, under the same id, and gets one number. What is kept counts: it is
// of all tabs of this till, and each of them asks for all; but first for a while the one that somebody
// looks at, so that it is there that the paper is told of.

import {
  newId,
  type Connection,
  type Message,
  type Property,
  type Receipt,
} from "@bellhop/client";

import { isSafe } from "../house/use-house";
import { numberOf, textOf, toFields, type Fields } from "../link/fields";
import { readStored, store } from "../link/storage";

export interface WantedReceipt {
  receiptId: string;
  orderId: string;
  /** "": the hub's first. */
  printer: string;
  /** Who took the money. */
  server: string;
  madeAtMs: number;
  /** What goes on paper, but for the number: as it was when it was asked for. */
  content: Receipt | null;
  /** How often the hub said no for good. */
  refusals: number;
  /** The hub may have given it a number, for the order as it was then. */
  isAsked: boolean;
}

export type NewWanted = Omit<WantedReceipt, "receiptId" | "refusals" | "isAsked">;

/** The same on every look, so that it is printed once. */
export const jobIdOf = ({ receiptId }: WantedReceipt) => `receipt-${receiptId}`;

export const KEPT = "receipts-wanted";
const ANSWER_MS = 10000;
const RETRY_MS = 3000;
/** After that the tab that wanted it is taken to be gone. */
const FIRST_MS = 15000;
/** Asking again changes nothing about these; a hub that was just set up anew may take a moment. */
const REFUSED: readonly unknown[] = ["unknown-order", "bad-message"];
const MAX_REFUSALS = 3;

/** What this page wrote itself. */
function toContent(value: unknown): Receipt | null {
  return Array.isArray(toFields(value)["lines"]) ? (value as Receipt) : null;
}

function toWanted(fields: Fields): WantedReceipt {
  return {
    receiptId: textOf(fields, "receiptId"),
    orderId: textOf(fields, "orderId"),
    printer: textOf(fields, "printer"),
    server: textOf(fields, "server"),
    madeAtMs: numberOf(fields, "madeAtMs") ?? 0,
    content: toContent(fields["content"]),
    refusals: numberOf(fields, "refusals") ?? 0,
    isAsked: fields["isAsked"] !== false,
  };
}

/** Whether they say the same, but for when that was. */
function isSame(a: Receipt | null, b: Receipt | null): boolean {
  const textOf = (one: Receipt | null) => JSON.stringify({ ...one, time: 0 });
  return a === null || b === null || textOf(a) === textOf(b);
}

function recall(): WantedReceipt[] {
  const kept = readStored(KEPT);
  return Array.isArray(kept)
    ? kept.map((one) => toWanted(toFields(one))).filter(({ receiptId }) => receiptId !== "")
    : [];
}

export interface ReceiptDeskOptions {
  property: Property;
  onChange: () => void;
  /** Whether it could be put on the shelf. */
  onNumber: (wanted: WantedReceipt, number: number) => boolean;
  /** There will be none. */
  onRefused: (wanted: WantedReceipt) => void;
}

export class ReceiptDesk {
  readonly #options: ReceiptDeskOptions;
  readonly #asking = new Set<string>();
  /** Wanted in this tab. */
  readonly #own = new Set<string>();
  readonly #offs: (() => void)[] = [];
  #connection: Connection | null = null;
  #wanted = recall();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ReceiptDeskOptions) {
    this.#options = options;
    const { property } = options;
    const look = () => this.#look();
    this.#offs.push(property.on("changed", look), property.on("level", look));
  }

  get wanted(): readonly WantedReceipt[] {
    return this.#wanted;
  }

  waitsFor(orderId: string): boolean {
    return this.#wanted.some((one) => one.orderId === orderId);
  }

  connect(connection: Connection): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    this.#offs.push(connection.on("path", () => this.#look()));
    this.#look();
  }

  /**
   * An order that went on while its receipt waits gets one receipt for all of it, unless a number may
   * have been given for what it was: then it gets another.
   */
  want(order: NewWanted): void {
    this.#wanted = recall();
    const waiting = this.#wanted.filter(({ orderId }) => orderId === order.orderId);
    const last = waiting[waiting.length - 1];
    if (last !== undefined && isSame(last.content, order.content)) {
      this.#own.add(last.receiptId);
    } else if (last === undefined || last.isAsked) {
      const receiptId = newId();
      this.#own.add(receiptId);
      this.#set((all) => [...all, { ...order, receiptId, refusals: 0, isAsked: false }]);
    } else {
      this.#own.add(last.receiptId);
      this.#change(last.receiptId, order);
    }
    this.#look();
  }

  /** Another tab changed what is kept. */
  follow(): void {
    this.#wanted = recall();
    this.#options.onChange();
    this.#look();
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const off of this.#offs.splice(0)) off();
  }

  #set(change: (wanted: WantedReceipt[]) => WantedReceipt[]): void {
    this.#wanted = change(recall());
    store(KEPT, this.#wanted);
    this.#options.onChange();
  }

  #change(receiptId: string, change: Partial<WantedReceipt>): void {
    this.#set((all) =>
      all.map((one) => (one.receiptId === receiptId ? { ...one, ...change } : one)),
    );
  }

  #look(): void {
    for (const wanted of this.#wanted) {
      if (this.#isAnothers(wanted)) {
        this.#lookLater();
        continue;
      }
      const order = this.#options.property.order(wanted.orderId);
      const issued = order?.receipts.find(({ receiptId }) => receiptId === wanted.receiptId);
      if (issued !== undefined) this.#take(wanted.receiptId, issued.number);
      else this.#ask(wanted);
    }
  }

  /** Whether another tab is to have it first. */
  #isAnothers({ receiptId, madeAtMs }: WantedReceipt): boolean {
    const ageMs = Date.now() - madeAtMs;
    return !this.#own.has(receiptId) && ageMs >= 0 && ageMs < FIRST_MS;
  }

  #take(receiptId: string, number: number): void {
    // Another tab may have printed it.
    const wanted = recall().find((one) => one.receiptId === receiptId);
    if (wanted !== undefined && !this.#options.onNumber(wanted, number)) return;
    this.#set((all) => all.filter((one) => one.receiptId !== receiptId));
  }

  #ask(wanted: WantedReceipt): void {
    const { receiptId, orderId } = wanted;
    const connection = this.#connection;
    if (connection === null || connection.path === "none" || this.#asking.has(receiptId)) return;
    if (!isSafe(this.#options.property, `order/${orderId}`)) return;
    this.#asking.add(receiptId);
    if (!wanted.isAsked) this.#change(receiptId, { isAsked: true });
    const message: Message = { type: "receipt", id: receiptId, receipt: { orderId, receiptId } };
    connection.request(message, { timeoutMs: ANSWER_MS }).then(
      (answer) => {
        this.#asking.delete(receiptId);
        const number = numberOf(toFields(answer["receipt"]), "number");
        if (number === null) this.#lookLater();
        else this.#take(receiptId, number);
      },
      (problem: unknown) => {
        this.#asking.delete(receiptId);
        if (REFUSED.includes(toFields(problem)["code"])) this.#refuse(receiptId);
        this.#lookLater();
      },
    );
  }

  #refuse(receiptId: string): void {
    const wanted = recall().find((one) => one.receiptId === receiptId);
    if (wanted === undefined) return;
    const refused = { ...wanted, refusals: wanted.refusals + 1 };
    const isOver = refused.refusals >= MAX_REFUSALS;
    this.#set((all) =>
      all.flatMap((one) => (one.receiptId !== receiptId ? [one] : isOver ? [] : [refused])),
    );
    if (isOver) this.#options.onRefused(refused);
  }

  #lookLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), RETRY_MS);
  }
}
