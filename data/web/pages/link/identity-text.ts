// SPDX-License-Identifier: Apache-2.0
// Which device this is, in a sentence: "This is now Anna's phone, for staff."

import type { DeviceIdentity } from "@bellhop/client";

import { t, type MessageKey } from "../messages";

const purposes: Readonly<Record<string, MessageKey>> = {
  manager: "purpose.manager",
  staff: "purpose.staff",
  kitchen: "purpose.kitchen",
  pos: "purpose.pos",
  printer: "purpose.printer",
};

export function describeDevice(
  key: "pair.done.title" | "pair.known.title" | "pair.replace.title",
  { name, role }: DeviceIdentity,
): string {
  const known = Object.prototype.hasOwnProperty.call(purposes, role) ? purposes[role] : undefined;
  // A role of a newer hub is said as it is.
  const purpose = known === undefined ? role : t(known);
  return t(key, { name, purpose });
}

/** The page a device of this role works with. */
export function pageOf(role: string): string {
  return role === "pos" ? "/pos" : "/";
}
