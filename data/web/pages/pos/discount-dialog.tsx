// SPDX-License-Identifier: Apache-2.0
// Something off one line or off the whole order: percent or an amount, and why.

import type { Order, OrderLine } from "@bellhop/client";
import { useState } from "preact/hooks";

import { digitsOf, formatMoney, parseAmount, parsePercent, percentText } from "../house/money";
import { discount } from "../house/orders";
import { currentPersonId } from "../house/person";
import { locale, t } from "../messages";
import { Dialog } from "../theme/dialog";
import { discountOrder, givenDiscounts, mostOff, takeBack } from "./discount-plan";
import { AmountField, amountProblem, OneOf, Quick, ReasonField } from "./fields";
import type { Till } from "./use-till";

export interface DiscountDialogProps {
  till: Till;
  order: Order;
  /** null: off the whole order. */
  line: OrderLine | null;
  onClose: () => void;
}

const PERCENTS = [5, 10, 15, 20, 50, 100] as const;

function Given({ till, order, line }: Omit<DiscountDialogProps, "onClose">) {
  const ours = givenDiscounts(order, line?.lineId ?? null);
  if (ours.length === 0) return null;
  return (
    <ul class="till-given" aria-label={t("till.discounts")}>
      {ours.map((given) => (
        <li key={given.key} data-testid="discount">
          <span class="till-sum-name">{given.reason}</span>
          <span class="money">
            {given.percentBp !== null && `${percentText(given.percentBp, locale)} %`}
            {given.amount !== null && formatMoney(given.amount, order.currency, locale)}
          </span>
          <button
            type="button"
            class="quiet"
            data-testid="discount-back"
            onClick={() => void till.write(takeBack(order, given, currentPersonId()))}
          >
            {t("till.discount.back")}
          </button>
        </li>
      ))}
    </ul>
  );
}

export function DiscountDialog({ till, order, line, onClose }: DiscountDialogProps) {
  const [unit, setUnit] = useState<"percent" | "amount">("percent");
  const [text, setText] = useState("10");
  const [reason, setReason] = useState("");
  const { currency } = order;
  // None at all is no discount.
  const percentBp = unit === "percent" ? parsePercent(text) || null : null;
  const amount = unit === "amount" ? parseAmount(text, digitsOf(currency)) : null;
  const most = line === null ? mostOff(order) : line.net;
  const isTooMuch = amount !== null && amount > most;
  const isUnclear = text.trim() !== "" && (unit === "percent" ? parsePercent(text) : amount) === null;
  const problem = unit === "percent" ? t("till.percent.unclear") : amountProblem(digitsOf(currency));
  const isReady = (percentBp !== null || (amount ?? 0) > 0) && !isTooMuch && reason.trim() !== "";
  const give = () => {
    if (line === null && amount !== null) {
      void till.write(discountOrder(order, amount, reason.trim(), currentPersonId()));
      onClose();
      return;
    }
    const what = {
      reason: reason.trim(),
      ...(line === null ? {} : { line }),
      ...(percentBp === null ? {} : { percentBp }),
      ...(amount === null ? {} : { amount }),
    };
    void till.write(discount(order.orderId, what, currentPersonId()));
    onClose();
  };
  return (
    <Dialog
      title={line === null ? t("till.discount.order") : t("till.discount.line", { name: line.name })}
      onClose={onClose}
      testId="discount-dialog"
    >
      <Given till={till} order={order} line={line} />
      <OneOf
        label={t("till.discount.unit")}
        options={[
          ["percent", t("till.discount.percent")],
          ["amount", t("till.discount.amount")],
        ]}
        value={unit}
        testId="unit"
        onChoose={(one) => {
          setUnit(one);
          setText(one === "percent" ? "10" : "");
        }}
      />
      {unit === "percent" && (
        <Quick label={t("till.discount.percent")}>
          {PERCENTS.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={percentBp === one * 100}
              data-testid={`percent-${one}`}
              onClick={() => setText(String(one))}
            >
              {one} %
            </button>
          ))}
        </Quick>
      )}
      <AmountField
        label={t(unit === "percent" ? "till.discount.percent" : "till.discount.amount")}
        text={text}
        problem={isUnclear ? problem : ""}
        testId="discount-value"
        onText={setText}
      />
      {isTooMuch && (
        <p class="warning" role="status" data-testid="discount-most">
          {t("till.discount.most", { most: formatMoney(most, currency, locale) })}
        </p>
      )}
      <ReasonField
        reasons={[
          t("till.reason.complaint"),
          t("till.reason.regular"),
          t("till.reason.staff"),
          t("till.reason.house"),
        ]}
        value={reason}
        onChange={setReason}
      />
      <div class="dialog-actions">
        <button type="button" class="primary large" data-testid="confirm" disabled={!isReady} onClick={give}>
          {t("till.discount.give")}
        </button>
      </div>
    </Dialog>
  );
}
