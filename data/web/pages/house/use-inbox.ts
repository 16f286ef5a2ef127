// SPDX-License-Identifier: Apache-2.0
// The inbox of who stands before this device, kept current; and what it does by itself: it says that a
// message has arrived, and rings for a new one.

import { isLogOf, type Connection, type Property } from "@bellhop/client";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { chime } from "../link/chime";
import { useBell } from "../link/use-bell";
import { markMessages, readInbox, type AuthorOf, type Inbox, type Me } from "./messages";
import { usePerson } from "./person";
import { PrivateSource } from "./private-source";
import { useRecords } from "./use-house";
import { idOf } from "./source";

const TYPES = ["message", "device"];
/** What is older came while the page was closed: there is nothing to jump up for. */
const NEWS_MS = 2 * 60 * 1000;

/** A private log of another device is not in the replica; its name says whose it is. */
function authorsOf(property: Property): AuthorOf {
  const known = new Map<string, string>();
  return (logId) => {
    const author = property.authorOf(logId) || known.get(logId);
    if (author !== undefined && author !== "") return author;
    const device = property.records("device").find(([name]) => isLogOf(logId, idOf(name)));
    if (device !== undefined) known.set(logId, idOf(device[0]));
    return device === undefined ? "" : idOf(device[0]);
  };
}

export function useMe(property: Property): Me {
  const personId = usePerson()?.personId ?? null;
  const { deviceId, role } = property;
  return useMemo(() => ({ deviceId, role, personId }), [deviceId, role, personId]);
}

export function useInbox(property: Property, connection: Connection | null): Inbox {
  const me = useMe(property);
  const view = connection?.view ?? null;
  const source = useMemo(() => new PrivateSource(property, view), [property, view]);
  const authorOf = useMemo(() => authorsOf(property), [property]);
  const inbox = useRecords(source, TYPES, (records) => readInbox(records, authorOf, me, property.hubNow()), [
    me,
    authorOf,
  ]);
  return inbox ?? readInbox(source, authorOf, me, property.hubNow());
}

const canBuzz = typeof navigator !== "undefined" && typeof navigator.vibrate === "function";

/** Once on a page. */
export function useInboxBell(property: Property, { me, unread }: Inbox): void {
  const told = useRef(new Set<string>());
  useBell(true);

  useEffect(() => {
    const fresh = unread.filter(({ messageId }) => !told.current.has(messageId));
    for (const { messageId } of fresh) told.current.add(messageId);
    const arrived = fresh.filter(
      ({ delivered }) => !delivered.some(({ deviceId }) => deviceId === me.deviceId),
    );
    // Where it cannot be kept, the message itself is no less there.
    if (arrived.length > 0)
      property.write(markMessages(arrived, "delivered", me.personId)).catch(() => undefined);
    const isNews = arrived.some(({ sentMs }) => sentMs > property.hubNow() - NEWS_MS);
    if (!isNews || document.visibilityState !== "visible") return;
    chime();
    if (canBuzz) navigator.vibrate(120);
  }, [property, me, unread]);
}
