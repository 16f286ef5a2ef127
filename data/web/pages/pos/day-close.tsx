// SPDX-License-Identifier: Apache-2.0
// The close of day: what it came to since the last one, the cash that was counted, and the report.

import { useState } from "preact/hooks";

import { amountText, digitsOf, formatMoney, percentText, readAmount } from "../house/money";
import { currentPersonId } from "../house/person";
import { useRecords } from "../house/use-house";
import { formatExact } from "../link/time-text";
import { locale, t } from "../messages";
import { Dialog } from "../theme/dialog";
import { beginningOf, closeDay, readDay, type Day } from "./day-totals";
import { AmountField, amountProblem } from "./fields";
import { nameTax } from "./receipt-content";
import { methodText, otherRows, settleText } from "./receipt-words";
import { useDayOrders } from "./use-day-orders";
import type { Till } from "./use-till";

const TYPES = ["order", "day", "item", "property"] as const;

export interface DayCloseProps {
  till: Till;
  /** Whether the hub can be reached. */
  away: boolean;
  onPrint: (day: Day, counted: number | null) => void;
  onClose: () => void;
}

function Row({ name, amount, currency, strong }: {
  name: string;
  amount: number;
  currency: string;
  strong?: boolean;
}) {
  return (
    <div class="till-sum" data-strong={strong === true}>
      <dt>{name}</dt>
      <dd class="money">{formatMoney(amount, currency, locale)}</dd>
    </div>
  );
}

function Totals({ till, day }: { till: Till; day: Day }) {
  const { currency } = day;
  return (
    <dl class="till-day">
      <Row name={t("till.day.gross")} amount={day.gross} currency={currency} />
      {day.discounts > 0 && (
        <Row name={t("till.day.discounts")} amount={-day.discounts} currency={currency} />
      )}
      <Row name={t("till.day.sales")} amount={day.gross - day.discounts} currency={currency} strong />
      {day.taxes.map((tax) => (
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
      {day.payments.map(({ method, count, amount }) => (
        <Row
          key={method}
          name={t("till.day.payment", { method: methodText(method), count })}
          amount={amount}
          currency={currency}
          strong
        />
      ))}
      {day.settled.flatMap(({ method, count, amount, back }) => [
        <Row
          key={`settled ${method}`}
          name={t("till.day.settled", { method: settleText(method), count })}
          amount={amount}
          currency={currency}
        />,
        back > 0 && (
          <Row
            key={`back ${method}`}
            name={t("till.day.settled.back", { method: settleText(method) })}
            amount={-back}
            currency={currency}
          />
        ),
      ])}
      {day.openCharges > 0 && (
        <Row name={t("till.day.rooms")} amount={day.openCharges} currency={currency} />
      )}
      {day.tips > 0 && <Row name={t("till.day.tips")} amount={day.tips} currency={currency} />}
      {day.refunds > 0 && (
        <Row name={t("till.day.refunds")} amount={-day.refunds} currency={currency} />
      )}
      {day.late > 0 && <Row name={t("till.day.late")} amount={day.late} currency={currency} />}
      <Row name={t("till.day.expected")} amount={day.expectedCash} currency={currency} strong />
      {day.others.flatMap((other) =>
        otherRows(other).map(([name, amount]) => (
          <Row key={name} name={name} amount={amount} currency={other.currency} />
        )),
      )}
    </dl>
  );
}

export function DayClose({ till, away, onPrint, onClose }: DayCloseProps) {
  const [openedMs] = useState(() => till.property.hubNow());
  const isWhole = useDayOrders(till.property);
  const [isClosing, setClosing] = useState(false);
  const [text, setText] = useState("");
  const day = useRecords(till.property, TYPES, (source) => readDay(source, openedMs), [openedMs]);
  if (day === null) return null;
  const { currency } = day;
  const typed = readAmount(text, digitsOf(currency));
  const counted = typed ?? null;
  const difference = counted === null ? null : counted - day.expectedCash;
  const close = async () => {
    if (isClosing) return;
    setClosing(true);
    const isKept = await till.write(closeDay(day, counted, currentPersonId()));
    setClosing(false);
    if (!isKept) return;
    onPrint(day, counted);
    till.tell(t(away ? "till.day.closed.away" : "till.day.closed"));
    onClose();
  };
  return (
    <Dialog title={t("till.day")} onClose={onClose} testId="day">
      <p class="soft">
        {t("till.day.since", { time: formatExact(beginningOf(till.property, day)) })} ·{" "}
        {t("till.day.orders", { count: day.orders })}
      </p>
      <Totals till={till} day={day} />
      {day.openOrders > 0 && (
        <p class="warning" data-testid="day-open">
          {t("till.day.open", {
            count: day.openOrders,
            due: formatMoney(day.openDue, currency, locale),
          })}
        </p>
      )}
      {day.owingOrders > 0 && (
        <p class="warning" data-testid="day-owing">
          {t("till.day.owing", {
            count: day.owingOrders,
            due: formatMoney(day.owingDue, currency, locale),
          })}
        </p>
      )}
      {day.backOrders > 0 && (
        <p class="warning" data-testid="day-back">
          {t("till.day.back", {
            count: day.backOrders,
            back: formatMoney(day.backDue, currency, locale),
          })}
        </p>
      )}
      {away && (
        <p class="warning" data-testid="day-away">
          {t("till.day.away")}
        </p>
      )}
      <AmountField
        label={t("till.day.counted.label")}
        text={text}
        placeholder={amountText(day.expectedCash, digitsOf(currency), locale)}
        problem={typed === undefined ? amountProblem(digitsOf(currency)) : ""}
        testId="counted"
        onText={setText}
      />
      {difference !== null && (
        <p class="till-big" role="status">
          <span>{t("till.day.difference")}</span>
          <output class="money" data-testid="difference" data-minor={difference}>
            {formatMoney(difference, currency, locale)}
          </output>
        </p>
      )}
      <button
        type="button"
        class="primary large"
        data-testid="confirm"
        disabled={!isWhole || isClosing || typed === undefined}
        onClick={() => void close()}
      >
        {t("till.day.close")}
      </button>
    </Dialog>
  );
}
