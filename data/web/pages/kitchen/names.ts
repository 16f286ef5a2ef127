// SPDX-License-Identifier: Apache-2.0
// What tables, people and stations are called, for all tickets at once; new only when one of them changes.

import type { Order } from "@bellhop/client";

import type { Station } from "../house/menu";
import { personName, placeTitle } from "../house/places";
import type { RecordSource } from "../house/source";
import { t } from "../messages";
import type { Ticket } from "./tickets";

export class Names {
  readonly #source: RecordSource;

  constructor(source: RecordSource) {
    this.#source = source;
  }

  place(placeId: string | null): string {
    return placeTitle(this.#source, placeId);
  }

  /** Who ordered: a person, else what kind of device it was. */
  author({ order, personId }: Ticket): string {
    const person = personName(this.#source, personId);
    if (person !== "") return person;
    switch (order.source) {
      case "guest":
        return t("kitchen.by-guest");
      case "pos":
        return t("kitchen.by-till");
      case "staff":
        return t("kitchen.by-staff");
      default:
        return t("kitchen.by-program");
    }
  }
}

/** What is called out: the table, else the number. */
export function calledOf(names: Names, order: Pick<Order, "placeId" | "number">): string {
  return names.place(order.placeId) || order.number;
}

export function titleOf(names: Names, { order, part }: Ticket): string {
  const called = calledOf(names, order);
  return part === 0 ? called : t("kitchen.part", { title: called });
}

/** In their order, as far as they are known. */
export function stationNames(ids: readonly string[], stations: readonly Station[]): string {
  return stations
    .filter(({ stationId }) => ids.includes(stationId))
    .map(({ name }) => name)
    .join(", ");
}
