// SPDX-License-Identifier: Apache-2.0
// Who speaks and where, in words.

import type { Reader, TalkMessage } from "../house/messages";
import { personName } from "../house/places";
import { textAt, type RecordSource } from "../house/source";
import { lookUp } from "../link/fields";
import { daysBetween } from "../link/time-text";
import { locale, t, type MessageKey } from "../messages";

const roles: Readonly<Record<string, MessageKey>> = {
  staff: "talk.role.staff",
  kitchen: "talk.role.kitchen",
  pos: "talk.role.pos",
  manager: "talk.role.manager",
  guest: "talk.role.guest",
};

export function nameTeam(role: string): string {
  const key = lookUp(roles, role);
  return key === undefined ? role : t(key);
}

function nameDevice(source: RecordSource, deviceId: string): string {
  const record = source.record(`device/${deviceId}`);
  return record === null ? "" : textAt(record, "name");
}

export function nameReader(source: RecordSource, { personId, deviceId }: Reader): string {
  return personName(source, personId) || nameDevice(source, deviceId) || t("talk.somebody");
}

export function nameSender(source: RecordSource, { from, isMine }: TalkMessage): string {
  if (isMine) return t("talk.me");
  if (from.guestId !== null) return t("talk.guest");
  return nameReader(source, from);
}

export function nameConversation(source: RecordSource, name: string): string {
  if (name === "all") return t("talk.all");
  const [type = "", id = ""] = name.split("/");
  if (type === "role") return nameTeam(id);
  return nameReader(source, { personId: type === "person" ? id : null, deviceId: id });
}

/** "Today", "Yesterday", "Monday, 3 March". */
export function nameDay(timeMs: number, nowMs: number): string {
  const days = daysBetween(nowMs, timeMs);
  if (days === 0 || days === -1) {
    const word = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
    return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
  }
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" }).format(timeMs);
}
