// SPDX-License-Identifier: Apache-2.0
// The bill before it is a receipt: on the screen at any time, on paper by the hub or, while that is away, by
// whatever printer this device has itself.

import type { Order } from "@bellhop/client";

import { choicesOf } from "../house/menu";
import { formatMoney } from "../house/money";
import { isOver } from "../house/orders";
import { readDetails } from "../house/places";
import { locale, t } from "../messages";
import { Dialog } from "../theme/dialog";
import { placeOf } from "./order-strip";
import { OrderSums } from "./order-sums";
import type { Till } from "./use-till";

export interface BillDialogProps {
  till: Till;
  order: Order;
  away: boolean;
  onPrint: () => void;
  onClose: () => void;
}

export function BillDialog({ till, order, away, onPrint, onClose }: BillDialogProps) {
  const { name } = readDetails(till.property);
  const money = (minor: number) => formatMoney(minor, order.currency, locale);
  return (
    <Dialog title={t("till.bill.title", { number: order.number })} onClose={onClose} testId="bill-dialog">
      <p class="soft">{[name, placeOf(till.places, order.placeId)].filter(Boolean).join(" · ")}</p>
      <ol class="till-lines till-bill">
        {order.lines
          .filter((line) => !isOver(line))
          .map((line) => (
            <li key={line.lineId} class="till-line">
              <span class="till-line-main">
                <span class="figure till-line-count">{line.quantity} ×</span>
                <span class="till-line-name">{line.name}</span>
                <span class="money">{money(line.net)}</span>
              </span>
              {line.modifiers.length > 0 && (
                <span class="soft till-line-extras">
                  {choicesOf(line.modifiers).map((one) => one.name).join(" · ")}
                </span>
              )}
            </li>
          ))}
      </ol>
      <OrderSums till={till} order={order} onAsk={null} />
      <p class="till-big">
        <span>{t("till.due")}</span>
        <output class="money">{money(order.due)}</output>
      </p>
      <p class="soft">{away ? t("till.bill.away") : t("till.bill.about")}</p>
      {!away && (
        <button type="button" class="primary large" data-testid="print-bill" onClick={onPrint}>
          {t("till.bill.print")}
        </button>
      )}
      {away && (
        <button type="button" class="large device-print" data-testid="print-bill-here" onClick={() => print()}>
          {t("till.bill.print.here")}
        </button>
      )}
    </Dialog>
  );
}
