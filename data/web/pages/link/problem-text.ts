// SPDX-License-Identifier: Apache-2.0
// Why something that a person asked for was not done, in their words.

import { t, type MessageKey } from "../messages";
import { lookUp } from "./fields";
import { HubProblem } from "./hub-api";

const texts: Readonly<Record<string, MessageKey>> = {
  away: "trouble.away",
  "last-manager": "devices.last-manager",
  "rate-limited": "trouble.busy",
  "too-many": "trouble.full",
  "too-many-people": "trouble.full",
  "not-requested": "trouble.gone",
  "not-stored": "trouble.disk",
  "no-device": "sign-in.no-device",
};

export function describeProblem(problem: unknown): string {
  if (!(problem instanceof HubProblem)) return t("trouble.other");
  const known = lookUp(texts, problem.code);
  if (known !== undefined) return t(known);
  switch (problem.status) {
    case 401:
    case 403:
      return t("trouble.forbidden");
    case 404:
    case 410:
      return t("trouble.gone");
    case 429:
      return t("trouble.busy");
    default:
      return t("trouble.other");
  }
}
