// SPDX-License-Identifier: Apache-2.0
// The simple face of the log (protocol section 3): `order`, `notification` and `service`, turned into
// operations. The same command gives the same ids wherever and however often it is carried out, so that
// nothing happens twice.

import { toBase64url } from "./base64url";
import { byteLength } from "./chunks";
import { sha256 } from "./crypto";
import type { PropertyDraft } from "./log/property-types";
import { itemOf, registerOf, type EntityRecord } from "./log/record";
import { isFields, textField, type Fields, type Message } from "./messages";
import { transcript } from "./transcript";

/** What a command is judged by; a Property is one. */
export interface CommandState {
  record(name: string): EntityRecord | null;
  records(type: string): [name: string, record: EntityRecord][];
  nextNumber(): Promise<string>;
}

export interface CommandSource {
  deviceId: string;
  role: string;
}

export interface CommandPlan {
  drafts: PropertyDraft[];
  /** What was done before: it is as safe as the least safe of these. */
  done: { logId: string; seq: number }[];
  /** What the ack says besides. */
  result: Fields;
}

/**
 * `bad-message`, `not-available`: an item that is not on the menu, or not now; `order-closed`: nothing is
 * added to an order that is closed.
 */
export class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(
    readonly code: "bad-message" | "not-available" | "order-closed",
    message: string,
  ) {
    super(message);
  }
}

const ID_LENGTH = 22;
/** Of one operation; its text holds 16 KiB. */
const MAX_LINES = 100;
const MAX_LINES_BYTES = 12000;
/** ISO 4217: a transaction without any currency. */
const NO_CURRENCY = "XXX";

const headerFields = ["placeId", "seatingId", "guests", "note"];
const lineFields = ["itemId", "name", "price", "tax", "modifiers", "stationId", "course", "note", "allergens"];
const requestFields = ["what", "placeId", "text"];
const noteFields = ["to", "text", "about"];

/** Whether a replica carries it out by itself. */
export function isCommand(type: string): boolean {
  return type === "order" || type === "notification" || type === "service";
}

/** Of what a command makes, where it does not say. */
export function commandId(deviceId: string, id: string): string {
  const digest = sha256(transcript("bellhop command v1", deviceId, id));
  return toBase64url(digest).slice(0, ID_LENGTH);
}

/** The name of what a command is about, or makes. */
export function entityOf(message: Message, { deviceId }: CommandSource): string {
  const id = commandId(deviceId, message.id ?? "");
  switch (message.type) {
    case "order": {
      const order = message["order"];
      return `order/${(isFields(order) ? textField(order, "orderId") : undefined) ?? id}`;
    }
    case "notification":
      return `message/${id}`;
    default:
      return `request/${id}`;
  }
}

/** Of what entityOf() names, all is to be at hand. Throws CommandError. */
export async function planCommand(
  message: Message,
  source: CommandSource,
  state: CommandState,
): Promise<CommandPlan> {
  switch (message.type) {
    case "order":
      return await planOrder(message, source, state);
    case "notification":
      return planOne(message, "notification", noteFields, source, state);
    default:
      return planOne(message, "request", requestFields, source, state);
  }
}

function pick(fields: Fields, names: string[]): Fields {
  const picked: Fields = {};
  for (const name of names) if (fields[name] !== undefined) picked[name] = fields[name];
  return picked;
}

function idOf(message: Message): string {
  if (message.id === undefined) throw new CommandError("bad-message", "A command needs an id");
  return message.id;
}

function planOne(
  message: Message,
  name: "notification" | "request",
  names: string[],
  source: CommandSource,
  state: CommandState,
): CommandPlan {
  const content = message[name];
  if (!isFields(content)) throw new CommandError("bad-message", `There is no ${name}`);
  const id = commandId(source.deviceId, idOf(message));
  const [kind, type] =
    name === "request" ? (["request.open", "request"] as const) : (["message.send", "message"] as const);
  const entity = `${type}/${id}`;
  const record = state.record(entity);
  const result = { [`${type}Id`]: id };
  const done = record === null ? [] : identitiesOf(record, ["header"]);
  if (done.length > 0) return { drafts: [], done, result };
  const to = content["to"];
  const isPrivate = isFields(to) && to["personId"] !== undefined;
  return { drafts: [{ kind, entity, body: pick(content, names), isPrivate }], done, result };
}

/** Of the operations that these items come from. */
function identitiesOf(record: EntityRecord, paths: string[]): { logId: string; seq: number }[] {
  return paths
    .map((path) => itemOf(record, path))
    .filter((item) => item !== undefined)
    .map(([, , , logId, seq]) => ({ logId, seq }));
}

// ---- Orders ---------------------------------------------------------------------------------------

async function planOrder(
  message: Message,
  source: CommandSource,
  state: CommandState,
): Promise<CommandPlan> {
  const order = message["order"];
  const asked: unknown = isFields(order) ? order["lines"] : undefined;
  if (!isFields(order) || !Array.isArray(asked))
    throw new CommandError("bad-message", "An order has lines");
  // Also of lines: two commands about one order must not name theirs alike.
  const standardId = commandId(source.deviceId, idOf(message));
  const orderId = textField(order, "orderId") ?? standardId;
  const entity = `order/${orderId}`;
  const record = state.record(entity);
  const named = asked.map((line: unknown, index) => nameLine(line, `${standardId}-${index}`));
  if (new Set(named.map(({ lineId }) => lineId)).size < named.length)
    throw new CommandError("bad-message", "Each line has an id of its own");
  // What is there already was judged when it came.
  const missing = named.filter(
    ({ lineId }) => record === null || itemOf(record, `line/${lineId}`) === undefined,
  );
  if (missing.length > 0 && record !== null && registerOf(record, "closed")?.[0] === true)
    throw new CommandError("order-closed", "That order is closed");
  const fresh = missing.map(({ lineId, line }) => toLine(line, lineId, state));
  const header = record === null ? undefined : itemOf(record, "header")?.[0];
  const drafts: PropertyDraft[] = [];
  let number = isFields(header) ? (textField(header, "number") ?? "") : "";
  if (!isFields(header)) {
    number = textField(order, "number") ?? (await state.nextNumber());
    const currency = textField(order, "currency") ?? findCurrency(asked, state);
    const by = source.role === "pos" ? "pos" : "staff";
    const body = { number, currency, source: by, ...pick(order, headerFields) };
    drafts.push({ kind: "order.open", entity, body });
  }
  checkLeft(fresh, state);
  for (const part of splitLines(fresh))
    drafts.push({ kind: "order.lines", entity, body: { lines: part } });
  const paths = ["header", ...named.map(({ lineId }) => `line/${lineId}`)];
  const done = record === null ? [] : identitiesOf(record, paths);
  return { drafts, done, result: { order: { orderId, number } } };
}

function nameLine(value: unknown, standardId: string): { lineId: string; line: Fields } {
  if (!isFields(value)) throw new CommandError("bad-message", "A line is an object");
  return { lineId: textField(value, "lineId") ?? standardId, line: value };
}

function toLine(value: Fields, lineId: string, state: CommandState): Fields {
  const itemId = textField(value, "itemId");
  const item = itemId === undefined ? null : state.record(`item/${itemId}`);
  const known = item === null ? {} : fromMenu(item, state);
  const line: Fields = {
    lineId,
    quantity: value["quantity"] ?? 1,
    ...known,
    ...pick(value, lineFields),
  };
  if (line["name"] === undefined || line["price"] === undefined)
    throw new CommandError("not-available", `There is no item ${itemId ?? ""} on the menu`);
  return line;
}

/** What the menu says, for what a line does not say. */
function fromMenu(item: EntityRecord, state: CommandState): Fields {
  const value = (name: string): unknown => registerOf(item, name)?.[0] ?? undefined;
  const remaining = value("remaining");
  const isOut = typeof remaining === "number" && remaining <= 0;
  if (value("removed") === true || value("available") === false || isOut)
    throw new CommandError("not-available", "The item is not available");
  const known: Fields = {};
  for (const name of ["name", "price", "stationId", "allergens"]) {
    const one = value(name);
    if (one !== undefined) known[name] = one;
  }
  const taxId = value("taxId");
  const tax = typeof taxId === "string" ? toTax(taxId, state) : undefined;
  return tax === undefined ? known : { ...known, tax };
}

function countsOf(lines: Fields[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const itemId = textField(line, "itemId");
    const quantity = line["quantity"];
    if (itemId === undefined || typeof quantity !== "number") continue;
    counts.set(itemId, (counts.get(itemId) ?? 0) + quantity);
  }
  return counts;
}

/** null: nobody counts. */
function leftOf(itemId: string, state: CommandState): number | null {
  const record = state.record(`item/${itemId}`);
  const remaining = record === null ? null : registerOf(record, "remaining")?.[0];
  return typeof remaining === "number" ? remaining : null;
}

function checkLeft(lines: Fields[], state: CommandState): void {
  for (const [itemId, count] of countsOf(lines))
    if ((leftOf(itemId, state) ?? count) < count)
      throw new CommandError("not-available", "There are not so many of an item");
}

/**
 * What is left, where somebody counts, of the items in these drafts. To be made as they are written, for
 * another command may count meanwhile.
 */
export function countDown(
  drafts: readonly PropertyDraft[],
  state: CommandState & { nextVersion(entity: string): number },
): PropertyDraft[] {
  const lines = drafts.flatMap(({ kind, body }) => {
    const listed = kind === "order.lines" ? body["lines"] : [];
    return (Array.isArray(listed) ? listed : []).filter(isFields);
  });
  return [...countsOf(lines)].flatMap(([itemId, count]) => {
    const left = leftOf(itemId, state);
    if (left === null) return [];
    const entity = `item/${itemId}`;
    const set = { remaining: Math.max(0, left - count) };
    return [{ kind: "item.availability", entity, body: { version: state.nextVersion(entity), set } }];
  });
}

function toTax(taxId: string, state: CommandState): Fields | undefined {
  const record = state.record(`tax/${taxId}`);
  if (record === null) return undefined;
  const [name, rateBp, included] = ["name", "rateBp", "included"].map(
    (one) => registerOf(record, one)?.[0],
  );
  return name === undefined || rateBp === undefined
    ? undefined
    : { name, rateBp, included: included ?? true, taxId };
}

/** The house's; else the menu's: of what is ordered, else whichever is first in the alphabet, as in the hub. */
function findCurrency(lines: unknown[], state: CommandState): string {
  const currencyOf = (record: EntityRecord | null): string[] => {
    const currency = record === null ? undefined : registerOf(record, "currency")?.[0];
    return typeof currency === "string" ? [currency] : [];
  };
  const asked = lines.map((line) => (isFields(line) ? textField(line, "itemId") : undefined));
  const ordered = asked.flatMap((itemId) =>
    itemId === undefined ? [] : currencyOf(state.record(`item/${itemId}`)),
  );
  const others = state.records("item").flatMap(([, record]) => currencyOf(record));
  const [first] = [...currencyOf(state.record("property/house")), ...ordered, ...others.sort()];
  return first ?? NO_CURRENCY;
}

function splitLines(lines: Fields[]): Fields[][] {
  const parts: Fields[][] = [];
  let room = 0;
  for (const line of lines) {
    const bytes = byteLength(JSON.stringify(line));
    const last = parts[parts.length - 1];
    if (last === undefined || last.length >= MAX_LINES || bytes > room) {
      parts.push([line]);
      room = MAX_LINES_BYTES - bytes;
    } else {
      last.push(line);
      room -= bytes;
    }
  }
  return parts;
}
