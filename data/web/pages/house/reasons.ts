// SPDX-License-Identifier: Apache-2.0
// Why lines were declined or cancelled. The usual reasons are words of the log, so that guests and staff
// read them each in their own language; anything else is read as it was written.

import { lookUp } from "../link/fields";
import { t, type MessageKey } from "../messages";

const texts: Readonly<Record<string, MessageKey>> = {
  "sold-out": "reason.sold-out",
  "kitchen-closed": "reason.kitchen-closed",
  "ask-staff": "reason.ask-staff",
  "changed-mind": "reason.changed-mind",
  mistake: "reason.mistake",
  "too-slow": "reason.too-slow",
  // The hub's own, of what guests cancel.
  guest: "reason.guest",
};

export const declineReasons = ["sold-out", "kitchen-closed", "ask-staff"] as const;
export const cancelReasons = ["changed-mind", "mistake", "sold-out", "too-slow"] as const;

export function reasonText(reason: string): string {
  const key = lookUp(texts, reason);
  return key === undefined ? reason : t(key);
}
