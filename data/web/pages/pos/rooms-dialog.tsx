// SPDX-License-Identifier: Apache-2.0
// What rooms owe: one row for each bill, those that are settled below.

import { formatMoney } from "../house/money";
import { useRecords } from "../house/use-house";
import { locale, t } from "../messages";
import { Dialog } from "../theme/dialog";
import type { OnAsk } from "./ask";
import { roomTitle } from "./receipt-words";
import { readRoomBills, type RoomBill } from "./room-bills";
import type { Till } from "./use-till";

const TYPES = ["order", "seating", "place"] as const;

const byTitle = new Intl.Collator(locale, { numeric: true }).compare;

/** By room; of one room who stays there now first. */
export function useRoomBills({ property }: Till): RoomBill[] {
  const bills = useRecords(property, TYPES, (source) => readRoomBills(source, property.hubNow())) ?? [];
  const title = (bill: RoomBill) => roomTitle(property, bill);
  return [...bills].sort(
    (a, b) => byTitle(title({ ...a, isPast: false }), title({ ...b, isPast: false })) ||
      Number(a.isPast) - Number(b.isPast),
  );
}

function BillChip({ till, bill, onOpen }: { till: Till; bill: RoomBill; onOpen: () => void }) {
  return (
    <button
      type="button"
      class="till-chip"
      data-testid="room-bill"
      data-place={bill.placeId}
      data-open={bill.open}
      onClick={onOpen}
    >
      <span class="till-chip-line">
        <strong>{roomTitle(till.property, bill)}</strong>
        <span class="money">
          {bill.open > 0 ? formatMoney(bill.open, bill.currency, locale) : t("till.room.settled")}
        </span>
      </span>
      <span class="soft">{t("till.day.orders", { count: bill.charges.length })}</span>
    </button>
  );
}

export function RoomsDialog({ till, onAsk }: { till: Till; onAsk: OnAsk }) {
  const bills = useRoomBills(till);
  const open = bills.filter((bill) => bill.open > 0);
  const settled = bills.filter((bill) => bill.open === 0);
  const chips = (some: readonly RoomBill[]) => (
    <div class="till-order-list">
      {some.map((bill) => (
        <BillChip
          key={bill.key}
          till={till}
          bill={bill}
          onOpen={() => onAsk({ about: "room", key: bill.key })}
        />
      ))}
    </div>
  );
  const sums = new Map<string, number>();
  for (const { currency, open: sum } of open) sums.set(currency, (sums.get(currency) ?? 0) + sum);
  return (
    <Dialog title={t("till.room.bills")} onClose={() => onAsk(null)} testId="rooms-dialog">
      {open.length === 0 ? (
        <p class="soft">{t("till.room.none")}</p>
      ) : (
        <p class="soft">
          {t("till.room.all", {
            sum: [...sums].map(([currency, sum]) => formatMoney(sum, currency, locale)).join(" + "),
          })}
        </p>
      )}
      {chips(open)}
      {settled.length > 0 && (
        <section class="till-earlier">
          <h3>{t("till.room.lately")}</h3>
          {chips(settled)}
        </section>
      )}
    </Dialog>
  );
}
