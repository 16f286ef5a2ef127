// SPDX-License-Identifier: Apache-2.0
// What a guest has asked for and the hub has not answered yet. It is kept until it is answered, over
// reloads and restarts of the hub, under the same id: the hub does it once.
//
// sending -> seating where staff have to confirm the table first, and back once they have;
// sending -> taken, and forgotten as soon as the view shows it; sending -> refused, which is told.

import { newId, RequestError, type Fields, type Message } from "@bellhop/client";

import { NO_CURRENCY, type Item } from "../house/menu";
import { joinNotes } from "../house/orders";
import type { Want } from "../house/requests";
import { listOf, numberOf, textOf, toFields } from "../link/fields";
import { unitPrice, type Cart } from "../order/cart";
import { packCart, unpackCart } from "../order/cart-keep";

export type PendingState = "sending" | "seating" | "taken";

/** As it was shown when it was ordered. */
export interface SentLine {
  lineId: string;
  name: string;
  quantity: number;
  choices: string[];
  note: string;
  amount: number;
}

interface Pending {
  /** Of the command. */
  id: string;
  state: PendingState;
  sentMs: number;
}

export interface PendingOrder extends Pending {
  kind: "order";
  orderId: string;
  note: string;
  currency: string;
  lines: SentLine[];
  /** packCart(): what is sent, and what goes back into the cart where it is refused. */
  cart: Fields[];
}

export interface PendingService extends Pending {
  kind: "service";
  what: Want;
  text: string;
  /** "" until the hub has said it. */
  requestId: string;
}

export interface PendingCancel extends Pending {
  kind: "cancel";
  orderId: string;
  lineIds: string[];
}

export type PendingCommand = PendingOrder | PendingService | PendingCancel;

/** `not-available`, `too-late`, or anything else that another try would not change. */
export type Refused = (command: PendingCommand, code: string) => void;

export interface DeskOptions {
  kept: unknown;
  keep: (commands: readonly PendingCommand[]) => void;
  onRefused: Refused;
  /** Calls later; returns what takes it back. */
  after: (ms: number, call: () => void) => () => void;
}

export interface Way {
  request(message: Message): Promise<Message>;
}

const RETRY_MS = 2500;
const RETRY_SEATED_MS = 500;

/** Another try would be answered alike. */
const FINAL = new Set([
  "not-available",
  "bad-message",
  "order-closed",
  "forbidden",
  "too-late",
  "unknown-line",
  "unknown-order",
  "unknown-type",
]);

export function toMessage(command: PendingCommand): Message {
  const { id } = command;
  switch (command.kind) {
    case "order": {
      const { orderId, note, cart } = command;
      const lines = cart.map((one) => {
        const text = textOf(one, "note");
        const choices = listOf(one, "choices");
        return {
          lineId: textOf(one, "lineId"),
          itemId: textOf(one, "itemId"),
          quantity: numberOf(one, "quantity") ?? 1,
          ...(choices.length === 0 ? {} : { modifiers: choices }),
          ...(text === "" ? {} : { note: text }),
        };
      });
      return { type: "order", id, order: { orderId, ...(note === "" ? {} : { note }), lines } };
    }
    case "service": {
      const { what, text } = command;
      return { type: "service", id, request: { what, ...(text === "" ? {} : { text }) } };
    }
    default: {
      const { orderId, lineIds } = command;
      return { type: "line-cancel", id, orderId, lineIds };
    }
  }
}

/** What was refused is in the cart again, with what was noted, before what was put there since. */
export function withRefused(
  { cart, note }: { cart: Cart; note: string },
  refused: PendingOrder,
  items: ReadonlyMap<string, Item>,
): { cart: Cart; note: string } {
  return {
    cart: [...unpackCart(refused.cart, items), ...cart],
    note: joinNotes(refused.note, note),
  };
}

/** What this page itself has written; anything else is left out. */
function readKept(kept: unknown): PendingCommand[] {
  if (!Array.isArray(kept)) return [];
  const known = kept.filter((one) => {
    const fields = toFields(one);
    return (
      textOf(fields, "id") !== "" && ["order", "service", "cancel"].includes(textOf(fields, "kind"))
    );
  }) as PendingCommand[];
  return known.map((one) => (one.state === "seating" ? { ...one, state: "sending" } : one));
}

export class GuestDesk {
  readonly #options: DeskOptions;
  readonly #listeners = new Set<() => void>();
  #commands: readonly PendingCommand[];
  #way: Way | null = null;
  /** Changes with the way: answers of an earlier one are nobody's. */
  #turn = 0;
  readonly #underWay = new Set<string>();
  readonly #cancels = new Set<() => void>();
  #isSeated = false;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#commands = readKept(options.kept);
  }

  /** A new list for each change. */
  get commands(): readonly PendingCommand[] {
    return this.#commands;
  }

  on(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  order(cart: Cart, note: string): PendingOrder {
    const command: PendingOrder = {
      kind: "order",
      ...this.#begin(),
      orderId: newId(),
      note: note.trim(),
      currency: cart[0]?.item.currency ?? NO_CURRENCY,
      lines: cart.map((line) => ({
        lineId: line.lineId,
        name: line.item.name,
        quantity: line.quantity,
        choices: line.choices.map(({ name }) => name),
        note: line.note,
        amount: unitPrice(line) * line.quantity,
      })),
      cart: packCart(cart),
    };
    this.#add(command);
    return command;
  }

  service(what: Want, text: string): void {
    this.#add({ kind: "service", ...this.#begin(), what, text: text.trim(), requestId: "" });
  }

  cancel(orderId: string, lineIds: string[]): void {
    this.#add({ kind: "cancel", ...this.#begin(), orderId, lineIds });
  }

  /** null: there is none. */
  follow(way: Way | null): void {
    if (way === this.#way) return;
    this.#way = way;
    this.#turn += 1;
    this.#underWay.clear();
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    this.#sendAll();
  }

  setSeated(isSeated: boolean): void {
    if (isSeated === this.#isSeated) return;
    this.#isSeated = isSeated;
    if (!isSeated) return;
    this.#set(this.#commands.map((one) => (one.state === "seating" ? { ...one, state: "sending" } : one)));
    this.#sendAll();
  }

  /** @param isShown whether the view shows what came of it */
  settle(isShown: (command: PendingCommand) => boolean): void {
    const left = this.#commands.filter((one) => one.state !== "taken" || !isShown(one));
    if (left.length < this.#commands.length) this.#set(left);
  }

  #begin(): Pending {
    return { id: newId(), state: "sending", sentMs: Date.now() };
  }

  #add(command: PendingCommand): void {
    this.#set([...this.#commands, command]);
    this.#send(command);
  }

  #set(commands: readonly PendingCommand[]): void {
    this.#commands = commands;
    this.#options.keep(commands);
    for (const listener of [...this.#listeners]) listener();
  }

  #change(id: string, change: Partial<Pick<PendingService, "state" | "requestId">>): void {
    this.#set(
      this.#commands.map((one) => (one.id === id ? ({ ...one, ...change } as PendingCommand) : one)),
    );
  }

  #sendAll(): void {
    for (const command of this.#commands) this.#send(command);
  }

  #send(command: PendingCommand): void {
    const { id } = command;
    if (this.#way === null || command.state !== "sending" || this.#underWay.has(id)) return;
    const turn = this.#turn;
    this.#underWay.add(id);
    const answered = (take: () => void) => {
      if (turn !== this.#turn) return;
      this.#underWay.delete(id);
      take();
    };
    this.#way.request(toMessage(command)).then(
      (answer) => answered(() => this.#take(command, answer)),
      (problem: unknown) =>
        answered(() => this.#fail(command, problem instanceof RequestError ? problem.code : "")),
    );
  }

  #take(command: PendingCommand, answer: Message): void {
    const requestId = textOf(answer, "requestId");
    this.#change(command.id, {
      state: "taken",
      ...(command.kind === "service" ? { requestId } : {}),
    });
  }

  #fail(command: PendingCommand, code: string): void {
    if (FINAL.has(code)) {
      this.#set(this.#commands.filter(({ id }) => id !== command.id));
      this.#options.onRefused(command, code);
      return;
    }
    // Confirmed while the answer was on its way: that it is seated was the newer word.
    if (code === "seating-required" && !this.#isSeated) this.#change(command.id, { state: "seating" });
    else this.#later(command.id, code === "seating-required" ? RETRY_SEATED_MS : RETRY_MS);
  }

  #later(id: string, ms: number): void {
    const cancel = this.#options.after(ms, () => {
      this.#cancels.delete(cancel);
      const command = this.#commands.find((one) => one.id === id);
      if (command !== undefined) this.#send(command);
    });
    this.#cancels.add(cancel);
  }
}
