// SPDX-License-Identifier: Apache-2.0
// Money that goes back, and why.

import type { Order } from "@bellhop/client";
import { useState } from "preact/hooks";

import { amountText, digitsOf, formatMoney, readAmount } from "../house/money";
import { refund } from "../house/orders";
import { currentPersonId } from "../house/person";
import { locale, t } from "../messages";
import { Dialog } from "../theme/dialog";
import { AmountField, amountProblem, ReasonField } from "./fields";
import { readPayments } from "./order-facts";
import { paymentText } from "./receipt-words";
import type { Till } from "./use-till";

export interface RefundDialogProps {
  till: Till;
  order: Order;
  paymentId: string;
  onClose: () => void;
}

export function RefundDialog({ till, order, paymentId, onClose }: RefundDialogProps) {
  const [text, setText] = useState("");
  const [reason, setReason] = useState("");
  const { currency } = order;
  const payment = readPayments(till.property, order).find((one) => one.paymentId === paymentId);
  if (payment === undefined) return null;
  const left = payment.amount - payment.refunded;
  // What was paid too much goes back first.
  const likely = order.due < 0 ? Math.min(left, -order.due) : left;
  const typed = readAmount(text, digitsOf(currency));
  const amount = typed ?? likely;
  const isTooMuch = amount > left;
  const isReady = typed !== undefined && amount > 0 && !isTooMuch && reason.trim() !== "";
  return (
    <Dialog title={t("till.refund")} onClose={onClose} testId="refund-dialog">
      <p class="soft">
        {paymentText(till.property, payment, currency)} · {formatMoney(payment.amount, currency, locale)}
      </p>
      <AmountField
        label={t("till.refund.amount", { most: formatMoney(left, currency, locale) })}
        text={text}
        placeholder={amountText(likely, digitsOf(currency), locale)}
        problem={
          typed === undefined
            ? amountProblem(digitsOf(currency))
            : isTooMuch
              ? t("till.discount.most", { most: formatMoney(left, currency, locale) })
              : ""
        }
        testId="refund-amount"
        onText={setText}
      />
      <ReasonField
        reasons={[t("till.reason.mistake"), t("till.reason.complaint"), t("till.reason.returned")]}
        value={reason}
        onChange={setReason}
      />
      <div class="dialog-actions">
        <button type="button" onClick={onClose}>
          {t("action.keep")}
        </button>
        <button
          type="button"
          class="danger"
          data-testid="confirm"
          disabled={!isReady}
          onClick={() => {
            void till.write(refund(order.orderId, paymentId, amount, reason.trim(), currentPersonId()));
            onClose();
          }}
        >
          {typed === undefined
            ? t("till.take.unclear")
            : t("till.refund.give", { sum: formatMoney(amount, currency, locale) })}
        </button>
      </div>
    </Dialog>
  );
}
