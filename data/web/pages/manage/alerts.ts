// SPDX-License-Identifier: Apache-2.0
// What the hub wants a manager to know at once, in words. Pure.

import type { Alert } from "../house/alerts";
import { numberOf, textOf } from "../link/fields";
import { t } from "../messages";

/** @param place what the place is called; "" where there is none */
export function describeAlert({ kind, subject }: Alert, place: string): string {
  const number = textOf(subject, "number");
  switch (kind) {
    case "ticket-unseen":
      return [
        t("manage.alert.unseen", { order: place === "" ? number : `${number} (${place})` }),
        t(subject["printed"] === true ? "manage.alert.unseen.printed" : "manage.alert.unseen.not-printed"),
      ].join(" ");
    case "screen-silent":
      return t("manage.alert.screen", { name: textOf(subject, "deviceName") });
    case "tickets-after-outage":
      return t("manage.alert.outage", { count: numberOf(subject, "count") ?? 0 });
    case "printer-trouble":
      return t("manage.alert.printer", { name: textOf(subject, "printer") });
    default:
      return t("manage.alert.other");
  }
}
