// SPDX-License-Identifier: Apache-2.0
// A line in words: "2 × House burger", and below it what was chosen and noted.

import type { OrderLine } from "@bellhop/client";

import { choicesOf } from "../house/menu";
import { t, type MessageKey } from "../messages";

export function describeLine({ quantity, name }: Pick<OrderLine, "quantity" | "name">): string {
  return `${quantity} × ${name}`;
}

export function describeChoices({ modifiers, note, course }: OrderLine): string {
  return [
    ...choicesOf(modifiers).map(({ name }) => name),
    ...(course === null || course === 0 ? [] : [t("staff.course.of", { course })]),
    ...(note === null || note === "" ? [] : [`“${note}”`]),
  ].join(", ");
}

export const stateWords: Readonly<Record<OrderLine["state"], MessageKey>> = {
  placed: "line.placed",
  accepted: "line.accepted",
  preparing: "line.preparing",
  ready: "line.ready",
  served: "line.served",
  declined: "line.declined",
  cancelled: "line.cancelled",
};
