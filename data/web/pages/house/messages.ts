// SPDX-License-Identifier: Apache-2.0
// Messages as the one who stands before this device sees them: which of them are for whom, in which
// conversation, read by whom. Pure.
//
// Two roles have one conversation: what staff say to the kitchen and what the kitchen says to staff stand
// together, with the kitchen under "Service" and with staff under "Kitchen". What is private is between
// two people; it is kept by the hub, which shows it to whom it concerns. A question about a room that is
// put to a person is no secret: it goes from device to device like all that is work.

import { itemOf, type EntityRecord, type PropertyDraft } from "@bellhop/client";

import { textOf, toFields, type Fields } from "../link/fields";
import { idOf, textAt, type RecordSource } from "./source";

export interface Me {
  deviceId: string;
  role: string;
  /** null: nobody has signed in. */
  personId: string | null;
}

/** Nothing of it: everybody. */
export interface Addressee {
  role?: string;
  personId?: string;
  deviceId?: string;
}

export interface Sender {
  /** "" where it is not known. */
  deviceId: string;
  role: string;
  personId: string | null;
  guestId: string | null;
}

export interface Reader {
  deviceId: string;
  personId: string | null;
}

export interface TalkMessage {
  messageId: string;
  text: string;
  /** "place/<id>" */
  about: string | null;
  replyTo: string | null;
  sentMs: number;
  from: Sender;
  to: Addressee;
  isPrivate: boolean;
  /** Sent from this device, by who is signed in there. */
  isMine: boolean;
  isForMe: boolean;
  /** For me, not from me, not read. */
  isUnread: boolean;
  /** Others than the sender. */
  readers: Reader[];
  delivered: Reader[];
  conversation: string;
}

export interface Conversation {
  /** "all", "role/kitchen", "person/<id>", "device/<id>" */
  name: string;
  /** The newest last. */
  messages: TalkMessage[];
  unread: number;
}

export interface Inbox {
  me: Me;
  /** Those in which something was said. */
  conversations: ReadonlyMap<string, Conversation>;
  /** The newest first. */
  unread: TalkMessage[];
  /** Of a message, what was last said to it. */
  answers: ReadonlyMap<string, TalkMessage>;
  /** Of a room or table ("place/<id>"), what was said about it; the newest last. */
  about: ReadonlyMap<string, TalkMessage[]>;
}

export const talkRoles = ["staff", "kitchen", "pos", "manager"] as const;
export type TalkRole = (typeof talkRoles)[number];

/** So many of a conversation are shown. */
export const SHOWN_MESSAGES = 200;
/** What is older wants nobody any more, except from one person to another. */
const UNREAD_MS = 2 * 24 * 3600 * 1000;

function readersOf(record: EntityRecord, mark: "delivered" | "read", author: string): Reader[] {
  const start = `${mark}/`;
  return Object.entries(record.items)
    .filter(([path]) => path.startsWith(start))
    .map(([path, [value]]) => ({
      // Before the person, of whom there may be several at one device.
      deviceId: path.slice(start.length).split("/")[0] ?? "",
      personId: textOf(toFields(value), "personId") || null,
    }))
    .filter(({ deviceId }) => deviceId !== author);
}

function toAddressee(fields: Fields): Addressee {
  const to: Addressee = {};
  for (const name of ["role", "personId", "deviceId"] as const)
    if (textOf(fields, name) !== "") to[name] = textOf(fields, name);
  return to;
}

function isFor(to: Addressee, me: Me): boolean {
  if (to.personId !== undefined) return to.personId === me.personId;
  if (to.deviceId !== undefined) return to.deviceId === me.deviceId;
  return to.role === undefined || to.role === me.role;
}

/** Of a message between two people or devices: who is not me. null: it is not ours to see. */
function privateName(from: Sender, to: Addressee, isMine: boolean, isForMe: boolean): string | null {
  if (!isMine && !isForMe) return null;
  const other = isMine ? to : { personId: from.personId ?? undefined, deviceId: from.deviceId };
  if (other.personId !== undefined) return `person/${other.personId}`;
  return other.deviceId === undefined || other.deviceId === "" ? null : `device/${other.deviceId}`;
}

function roleName(from: Sender, to: Addressee, me: Me, isForMe: boolean, roleOf: RoleOf): string | null {
  if (from.guestId !== null) return to.role === me.role ? "role/guest" : null;
  // A program's or the hub's: like one's own people's.
  const sender = isTalkRole(from.role) ? from.role : me.role;
  if (isForMe) return `role/${sender}`;
  // Who cleans rooms and serves is staff, wherever they are signed in.
  const addressed = to.role ?? (to.deviceId === undefined ? "staff" : roleOf(to.deviceId));
  if (sender === me.role) return isTalkRole(addressed) ? `role/${addressed}` : null;
  return addressed === me.role ? `role/${sender}` : null;
}

function isTalkRole(role: string): role is TalkRole {
  return (talkRoles as readonly string[]).includes(role);
}

type RoleOf = (deviceId: string) => string;
/** Whose log that is; "" where it is not known. */
export type AuthorOf = (logId: string) => string;

function isRead(message: Pick<TalkMessage, "readers" | "to">, me: Me): boolean {
  // A tablet goes from hand to hand: what a colleague has read on it is not read by who has it now.
  if (message.to.personId !== undefined || me.personId !== null)
    return message.readers.some(({ personId }) => personId !== null && personId === me.personId);
  return message.readers.some(({ deviceId }) => deviceId === me.deviceId);
}

function toMessage(
  messageId: string,
  record: EntityRecord,
  me: Me,
  roleOf: RoleOf,
  authorOf: AuthorOf,
): TalkMessage | null {
  const header = itemOf(record, "header");
  if (header === undefined) return null;
  const [value, sentMs, , logId] = header;
  const fields = toFields(value);
  const toFieldsOf = toFields(fields["to"]);
  // What is said to guests stands on their pages.
  if (textOf(fields, "text") === "" || textOf(toFieldsOf, "seatingId") !== "") return null;
  const to = toAddressee(toFieldsOf);
  const deviceId = authorOf(logId);
  const from: Sender = {
    deviceId,
    role: roleOf(deviceId),
    personId: textOf(fields, "personId") || null,
    guestId: textOf(fields, "guestId") || null,
  };
  const isPrivate = logId.startsWith("p.");
  const isMine = deviceId === me.deviceId && from.personId === me.personId;
  const isForMe = isFor(to, me);
  let conversation: string | null = "all";
  if (isPrivate && to.role === undefined) conversation = privateName(from, to, isMine, isForMe);
  else if (Object.keys(to).length > 0) conversation = roleName(from, to, me, isForMe, roleOf);
  if (conversation === null) return null;
  const readers = readersOf(record, "read", deviceId);
  // A tablet that asks the kitchen is not told of it when another takes it into the hand.
  const isFromHere = isMine || (deviceId === me.deviceId && to.personId === undefined);
  return {
    ...{ messageId, text: textOf(fields, "text"), sentMs, from, to, isPrivate, isMine, isForMe },
    about: textOf(fields, "about") || null,
    replyTo: textOf(fields, "replyTo") || null,
    isUnread: isForMe && !isFromHere && !isRead({ readers, to }, me),
    readers,
    delivered: readersOf(record, "delivered", deviceId),
    conversation,
  };
}

function byTime(a: TalkMessage, b: TalkMessage): number {
  return a.sentMs - b.sentMs || (a.messageId < b.messageId ? -1 : 1);
}

/** @param source with the private messages that the hub shows (private-source.ts) */
export function readInbox(source: RecordSource, authorOf: AuthorOf, me: Me, nowMs: number): Inbox {
  const roles = new Map<string, string>();
  for (const [name, record] of source.records("device")) roles.set(idOf(name), textAt(record, "role"));
  const roleOf: RoleOf = (deviceId) => roles.get(deviceId) ?? "";
  const all = source
    .records("message")
    .map(([name, record]) => toMessage(idOf(name), record, me, roleOf, authorOf))
    .filter((one): one is TalkMessage => one !== null)
    .sort(byTime);

  const conversations = new Map<string, Conversation>();
  const answers = new Map<string, TalkMessage>();
  const about = new Map<string, TalkMessage[]>();
  for (const message of all) if (message.replyTo !== null) answers.set(message.replyTo, message);
  for (const message of all) {
    const { conversation: name, isPrivate, sentMs } = message;
    message.isUnread &&= isPrivate || sentMs > nowMs - UNREAD_MS;
    // Somebody has answered: it wants nobody any more.
    message.isUnread &&= !isQuestion(message) || !answers.has(message.messageId);
    const known = conversations.get(name) ?? { name, messages: [], unread: 0 };
    known.messages.push(message);
    if (message.isUnread) known.unread += 1;
    conversations.set(name, known);
    if (message.about === null) continue;
    const said = about.get(message.about) ?? [];
    said.push(message);
    about.set(message.about, said);
  }
  for (const conversation of conversations.values())
    conversation.messages = conversation.messages.slice(-SHOWN_MESSAGES);
  const unread = all.filter(({ isUnread }) => isUnread).reverse();
  return { me, conversations, unread, answers, about };
}

/** About a place, and asked: it is answered by one tap, in whatever language. */
export function isQuestion({ about, text, replyTo }: TalkMessage): boolean {
  return about !== null && about.startsWith("place/") && replyTo === null && /[?？؟]\s*$/u.test(text);
}

// ---- Doing ----------------------------------------------------------------------------------------

export interface Words {
  text: string;
  about?: string | null;
  replyTo?: string | null;
}

export function isPersonal(conversation: string): boolean {
  return conversation.startsWith("person/") || conversation.startsWith("device/");
}

/** null: nobody can be spoken to there. */
export function addresseeOf(conversation: string): Addressee | null {
  if (conversation === "all") return {};
  const [type = "", id = ""] = conversation.split("/");
  if (type === "role") return isTalkRole(id) ? { role: id } : null;
  if (id === "") return null;
  return type === "person" ? { personId: id } : type === "device" ? { deviceId: id } : null;
}

export function sendMessage(
  messageId: string,
  to: Addressee,
  { text, about = null, replyTo = null }: Words,
  isPrivate: boolean,
  personId: string | null,
): PropertyDraft {
  return {
    kind: "message.send",
    entity: `message/${messageId}`,
    body: {
      to: { ...to },
      text,
      ...(about === null ? {} : { about }),
      ...(replyTo === null ? {} : { replyTo }),
      ...(personId === null ? {} : { personId }),
    },
    isPrivate,
  };
}

/** To all who could have asked: the front desk has more than one pair of ears. */
export function answerMessage(
  messageId: string,
  message: TalkMessage,
  text: string,
  personId: string | null,
): PropertyDraft {
  const { from, isPrivate, about } = message;
  const own = from.personId === null ? { deviceId: from.deviceId } : { personId: from.personId };
  const isRoleKnown = isTalkRole(from.role);
  const to = isPrivate ? own : isRoleKnown ? { role: from.role } : {};
  return sendMessage(messageId, to, { text, about, replyTo: message.messageId }, isPrivate, personId);
}

export function markMessages(
  messages: readonly TalkMessage[],
  mark: "delivered" | "read",
  personId: string | null,
): PropertyDraft[] {
  return messages.map(({ messageId, isPrivate }) => ({
    kind: "message.mark",
    entity: `message/${messageId}`,
    body: { mark, ...(personId === null ? {} : { personId }) },
    isPrivate,
  }));
}
