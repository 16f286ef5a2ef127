// SPDX-License-Identifier: Apache-2.0
// The history in sentences. A kind that this page does not know yet is shown as it was written down.

import { listOf, lookUp, numberOf, textOf, type Fields } from "../link/fields";
import { nameRole } from "../link/roles";
import { t, type MessageKey } from "../messages";

export interface AuditEntry {
  timeMs: number;
  kind: string;
  who: string;
  subject: string;
  detail: string;
  address: string;
}

export function toEntries(answer: Fields): AuditEntry[] {
  return listOf(answer, "entries")
    .map((fields) => ({
      timeMs: numberOf(fields, "timeMs") ?? 0,
      kind: textOf(fields, "kind"),
      who: textOf(fields, "who"),
      subject: textOf(fields, "subject"),
      detail: textOf(fields, "detail"),
      address: textOf(fields, "address"),
    }))
    .filter(({ kind }) => kind !== "");
}

/** With the name of who did it, and without where that is not known. */
const sentences: Readonly<Record<string, readonly [by: MessageKey, plain: MessageKey]>> = {
  paired: ["history.paired.by", "history.paired"],
  "link-made": ["history.link.by", "history.link"],
  "code-accepted": ["history.accepted.by", "history.accepted"],
  "code-declined": ["history.declined.by", "history.declined"],
  "token-made": ["history.program.by", "history.program"],
  "device-renamed": ["history.renamed.by", "history.renamed"],
  "device-role": ["history.role.by", "history.role"],
  "device-revoked": ["history.removed.by", "history.removed"],
  "person-added": ["history.person.added.by", "history.person.added"],
  "pin-changed": ["history.person.pin.by", "history.person.pin"],
  "person-removed": ["history.person.removed.by", "history.person.removed"],
  "place-added": ["history.place.added.by", "history.place.added"],
  "place-removed": ["history.place.removed.by", "history.place.removed"],
  "place-renewed": ["history.place.renewed.by", "history.place.renewed"],
  "signed-in": ["history.signed-in.by", "history.signed-in"],
  "signed-out": ["history.signed-out", "history.signed-out"],
  reprinted: ["history.reprinted.by", "history.reprinted"],
  "job-cancelled": ["history.cancelled.by", "history.cancelled"],
  "printer-added": ["history.printer.added.by", "history.printer.added"],
  "printer-renamed": ["history.printer.renamed.by", "history.printer.renamed"],
  "printer-removed": ["history.printer.removed.by", "history.printer.removed"],
  "printer-tested": ["history.printer.tested.by", "history.printer.tested"],
  "seating-opened": ["history.opened.by", "history.opened"],
  "seating-confirmed": ["history.confirmed.by", "history.confirmed"],
  "seating-cleared": ["history.cleared.by", "history.cleared"],
  "words-erased": ["history.erased.by", "history.erased"],
  "ticket-unseen": ["history.unseen", "history.unseen"],
  "screen-silent": ["history.silent", "history.silent"],
  "tickets-after-outage": ["history.outage", "history.outage"],
  "alert-dismissed": ["history.dismissed.by", "history.dismissed"],
  "settings-changed": ["history.settings.by", "history.settings"],
  "backup-changed": ["history.backup.changed.by", "history.backup.changed"],
  "backup-made": ["history.backup.made", "history.backup.made"],
  "backup-failed": ["history.backup.failed", "history.backup.failed"],
  "backup-restored": ["history.backup.restored", "history.backup.restored"],
  "operations-aside": ["history.aside", "history.aside"],
  "operation-conflict": ["history.conflict", "history.conflict"],
  "operations-admitted": ["history.admitted.by", "history.admitted"],
};

/** Strangers knock; which door it was. */
const refusals: Readonly<Record<string, MessageKey>> = {
  "pairing-refused": "history.refused.pairing",
  "join-refused": "history.refused.join",
  "sign-in-refused": "history.refused.sign-in",
  "guest-refused": "history.refused.guest",
  "api-refused": "history.refused.api",
};

const reasons: Readonly<Record<string, MessageKey>> = {
  "link-used": "history.reason.link-used",
  "link-expired": "history.reason.link-expired",
  "link-unknown": "history.reason.link-unknown",
  "bad-proof": "history.reason.bad-proof",
  "rate-limited": "history.reason.rate-limited",
  revoked: "history.reason.revoked",
  unauthorized: "history.reason.unauthorized",
  outside: "history.reason.outside",
  "code-unknown": "history.reason.code-unknown",
  "seating-ended": "history.reason.seating-ended",
  "wrong-pin": "history.reason.wrong-pin",
};

function describeRefusal({ kind, who, subject, detail }: AuditEntry): string {
  const known = lookUp(refusals, kind);
  const what = t(known ?? "history.refused.other", { kind });
  const name = subject === "" ? who : subject;
  const named = name === "" ? what : `${what.replace(/\.$/, "")}: ${name}.`;
  // What came thick and fast is counted.
  const count = /^\+(\d+)$/.exec(detail)?.[1];
  if (count !== undefined) return `${named} ${t("history.refused.more", { count })}`;
  const reason = lookUp(reasons, detail);
  if (reason !== undefined) return `${named} ${t(reason)}`;
  return detail === "" ? named : `${named} ${detail}`;
}

function describePlainly({ kind, who, subject, detail }: AuditEntry): string {
  const facts = [subject, detail, who].filter((fact) => fact !== "").join(", ");
  return facts === "" ? kind : `${kind}: ${facts}`;
}

/** `refusal`: somebody was not let in. */
export function describeEntry(entry: AuditEntry): { text: string; refusal: boolean } {
  const { kind, who, subject, detail } = entry;
  if (kind.endsWith("refused")) return { text: describeRefusal(entry), refusal: true };
  const pair = lookUp(sentences, kind);
  if (pair === undefined) return { text: describePlainly(entry), refusal: false };
  const values = { who, name: subject === "" ? "–" : subject, detail: nameRole(detail) };
  return { text: t(who === "" ? pair[1] : pair[0], values), refusal: false };
}
