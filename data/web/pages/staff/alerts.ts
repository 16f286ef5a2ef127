// SPDX-License-Identifier: Apache-2.0
// What the hub has noticed and a person should know, in their words.

import type { Alert } from "../house/alerts";
import { numberOf, textOf } from "../link/fields";
import { t } from "../messages";

export interface AlertText {
  title: string;
  hint: string;
}

/** @param placeName "" where it is not known */
export function alertText({ kind, subject }: Alert, placeName: string): AlertText {
  switch (kind) {
    case "ticket-unseen": {
      const number = textOf(subject, "number");
      const title =
        placeName === ""
          ? t("alert.unseen", { number })
          : t("alert.unseen.place", { number, place: placeName });
      return { title, hint: t(subject["printed"] === true ? "alert.unseen.printed" : "alert.unseen.tell") };
    }
    case "screen-silent":
      return {
        title: t("alert.silent", { name: textOf(subject, "deviceName") }),
        hint: t("alert.silent.hint"),
      };
    case "tickets-after-outage":
      return {
        title: t("alert.outage", { count: numberOf(subject, "count") ?? 0 }),
        hint: t("alert.outage.hint"),
      };
    case "printer-trouble":
      return { title: t("alert.printer"), hint: t("alert.printer.hint") };
    default:
      return { title: t("alert.other"), hint: t("alert.other.hint") };
  }
}
