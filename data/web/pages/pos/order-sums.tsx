// SPDX-License-Identifier: Apache-2.0
// What the order comes to besides its total: what is off, taxes by rate, what was paid.

import type { Order } from "@bellhop/client";

import { formatMoney, percentText } from "../house/money";
import { locale, t } from "../messages";
import type { OnAsk } from "./ask";
import { readPayments } from "./order-facts";
import { nameTax, sumsOf } from "./receipt-content";
import { paymentText } from "./receipt-words";
import type { Till } from "./use-till";

function Row({ name, amount, currency, minus }: {
  name: string;
  amount: number;
  currency: string;
  minus?: boolean;
}) {
  return (
    <div class="till-sum">
      <dt>{name}</dt>
      <dd class="money">
        {minus === true ? "−" : ""}
        {formatMoney(amount, currency, locale)}
      </dd>
    </div>
  );
}

export interface OrderSumsProps {
  till: Till;
  order: Order;
  /** null: it is only looked at. */
  onAsk: OnAsk | null;
}

export function OrderSums({ till, order, onAsk }: OrderSumsProps) {
  const { currency, taxes, discounts, total } = order;
  const { discount } = sumsOf(order);
  const payments = readPayments(till.property, order);
  const reasons = [...new Set(discounts.map(({ reason }) => reason ?? ""))].filter(Boolean).join(", ");
  if (order.lines.length === 0 && payments.length === 0) return null;
  return (
    <div class="till-sums">
      <dl>
        {discount > 0 && (
          <Row
            name={reasons === "" ? t("till.discount") : t("till.discount.named", { reasons })}
            amount={discount}
            currency={currency}
            minus
          />
        )}
        {taxes.map((tax) => (
          <Row
            key={`${tax.rateBp} ${String(tax.included)}`}
            name={t(tax.included ? "till.tax.included" : "till.tax.added", {
              tax: nameTax(till.menu.taxes, tax, t("till.tax")),
              rate: percentText(tax.rateBp, locale),
            })}
            amount={tax.tax}
            currency={currency}
          />
        ))}
        {(payments.length > 0 || discount > 0) && (
          <Row name={t("pos.total")} amount={total} currency={currency} />
        )}
      </dl>
      {payments.length > 0 && (
        <ul class="till-payments" aria-label={t("till.payments")}>
          {payments.map((payment) => {
            const left = payment.amount - payment.refunded;
            return (
              <li key={payment.paymentId} data-testid="payment" data-method={payment.method}>
                <span class="till-sum-name">{paymentText(till.property, payment, currency)}</span>
                {payment.refunded > 0 && (
                  <span class="soft money">
                    {t("till.refunded", { amount: formatMoney(payment.refunded, currency, locale) })}
                  </span>
                )}
                <span class="money">{formatMoney(payment.amount, currency, locale)}</span>
                {left > 0 && onAsk !== null && (
                  <button
                    type="button"
                    class="quiet"
                    data-testid="refund"
                    onClick={() => onAsk({ about: "refund", paymentId: payment.paymentId })}
                  >
                    {t("till.refund")}
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
