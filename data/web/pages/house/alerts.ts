// SPDX-License-Identifier: Apache-2.0
// What the hub has noticed, as it tells of it.

import { listOf, numberOf, textOf, toFields, type Fields } from "../link/fields";

export interface Alert {
  alertId: string;
  kind: string;
  atMs: number;
  subject: Fields;
}

/** The newest first. */
export function toAlerts(answer: Fields): Alert[] {
  return listOf(answer, "alerts")
    .map((one) => ({
      alertId: textOf(one, "alertId"),
      kind: textOf(one, "kind"),
      atMs: numberOf(one, "atMs") ?? 0,
      subject: toFields(one["subject"]),
    }))
    .filter(({ alertId }) => alertId !== "")
    .sort((a, b) => b.atMs - a.atMs);
}
