// SPDX-License-Identifier: Apache-2.0
// What rooms have owed for so long that somebody should ask: it stays until it is settled, but a till shows
// it to those only who look.

import type { Property } from "@bellhop/client";

import { formatMoney } from "../house/money";
import type { RecordSource } from "../house/source";
import { useRecords } from "../house/use-house";
import { locale, t } from "../messages";
import { readRoomBills } from "../pos/room-bills";

/** Longer than most guests stay. */
const OLD_MS = 30 * 24 * 3600 * 1000;

export interface OldDebts {
  /** By currency. */
  sums: ReadonlyMap<string, number>;
  sinceMs: number;
}

/** null: there are none. */
export function readOldDebts(source: RecordSource, nowMs: number): OldDebts | null {
  const sums = new Map<string, number>();
  let sinceMs = Infinity;
  for (const { currency, charges } of readRoomBills(source, nowMs)) {
    for (const { open, timeMs } of charges) {
      if (open === 0 || timeMs > nowMs - OLD_MS) continue;
      sums.set(currency, (sums.get(currency) ?? 0) + open);
      sinceMs = Math.min(sinceMs, timeMs);
    }
  }
  return sums.size === 0 ? null : { sums, sinceMs };
}

const TYPES = ["order", "seating"] as const;

export function OldDebtsRow({ property, nowMs }: { property: Property; nowMs: number }) {
  const debts = useRecords(property, TYPES, (source) => readOldDebts(source, nowMs), [nowMs]);
  if (debts === null) return null;
  const { sums, sinceMs } = debts;
  const sum = [...sums].map(([currency, one]) => formatMoney(one, currency, locale)).join(" + ");
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(sinceMs);
  return (
    <p class="alert-row old-debts" data-testid="old-debts">
      <span class="alert-text">
        <span class="tone tone-wait" aria-hidden="true" /> {t("manage.debts", { sum, date })}
      </span>
      <a class="button" href={`/pos${location.search}#rooms`}>
        {t("manage.debts.open")}
      </a>
    </p>
  );
}
