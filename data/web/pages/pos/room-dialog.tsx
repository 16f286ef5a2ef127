// SPDX-License-Identifier: Apache-2.0
// The bill of one room: its orders, how it is settled, and that on paper. What was settled by mistake is
// taken back here.

import { useEffect, useRef, useState } from "preact/hooks";

import { amountText, digitsOf, formatMoney, readAmount } from "../house/money";
import { currentPersonId } from "../house/person";
import { SafeMark } from "../house/safe-mark";
import { locale, t } from "../messages";
import { Dialog } from "../theme/dialog";
import { quickSums } from "./cash";
import { AmountField, amountProblem, OneOf, QuickSums } from "./fields";
import { chargeText, roomTitle, settleText } from "./receipt-words";
import { planSettling, takeBackSettling, type Charge, type RoomBill } from "./room-bills";
import { useRoomBills } from "./rooms-dialog";
import { settleMethods, type SettleMethod } from "./settlements";
import type { Till } from "./use-till";

const MAX_REFERENCE = 80;

export interface RoomDialogProps {
  till: Till;
  /** Of the bill. */
  billKey: string;
  away: boolean;
  onPrint: (bill: RoomBill, charges: readonly Charge[], hasCash: boolean) => void;
  /** To all rooms. */
  onBack: () => void;
  onClose: () => void;
}

interface ChargeRowProps {
  till: Till;
  charge: Charge;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
  /** null: it is said elsewhere how it was settled. */
  onTakeBack: (() => void) | null;
}

function ChargeRow({ till, charge, isChosen, onChoose, onTakeBack }: ChargeRowProps) {
  const { order, open, owed, settlements } = charge;
  const text = chargeText(till.property, charge);
  const [last] = onTakeBack === null ? [] : settlements.slice(-1);
  return (
    <li class="till-charge" data-testid="charge" data-open={open} data-order={order.orderId}>
      {open > 0 ? (
        <label>
          <input
            type="checkbox"
            checked={isChosen}
            data-testid="charge-choose"
            onChange={(event) => onChoose(event.currentTarget.checked)}
          />
          <span class="till-sum-name">{text}</span>
        </label>
      ) : (
        <span class="till-sum-name">{text}</span>
      )}
      <span class="money">{formatMoney(open > 0 ? open : owed, order.currency, locale)}</span>
      {last !== undefined && onTakeBack !== null && (
        <span class="till-charge-settled">
          <span class="tone tone-good">
            {t("till.room.settled.by", { method: settleText(last.method) })}
          </span>
          <button
            type="button"
            class="quiet"
            data-testid="settle-back"
            aria-label={`${t("till.discount.back")}: ${text}`}
            onClick={onTakeBack}
          >
            {t("till.discount.back")}
          </button>
        </span>
      )}
      <SafeMark property={till.property} name={`order/${order.orderId}`} />
    </li>
  );
}

interface SettleFormProps {
  bill: RoomBill;
  chosen: readonly Charge[];
  onSettle: (method: SettleMethod, tendered: number | null, reference: string, change: number) => void;
}

function SettleForm({ bill, chosen, onSettle }: SettleFormProps) {
  const [method, setMethod] = useState<SettleMethod>("cash");
  const [text, setText] = useState("");
  const [reference, setReference] = useState("");
  const { currency } = bill;
  const digits = digitsOf(currency);
  const sum = chosen.reduce((all, { open }) => all + open, 0);
  const typed = method === "cash" ? readAmount(text, digits) : null;
  const entry = { method, tendered: typed ?? null, reference: reference.trim() };
  const { settled } = planSettling(chosen, entry, null);
  const isShort = typed != null && typed < sum;
  const problem = typed === undefined ? amountProblem(digits) : isShort ? t("till.room.short") : "";
  return (
    <>
      <OneOf
        label={t("till.method")}
        options={settleMethods.map((one) => [one, settleText(one)] as const)}
        value={method}
        testId="settle"
        onChoose={setMethod}
      />
      {method === "cash" ? (
        <>
          <QuickSums
            label={t("till.tendered")}
            sums={quickSums(sum, digits)}
            currency={currency}
            chosen={typed === null ? sum : (typed ?? null)}
            onChoose={(one) => setText(amountText(one, digits, locale))}
          />
          <AmountField
            label={t("till.tendered")}
            text={text}
            placeholder={amountText(sum, digits, locale)}
            problem={problem}
            testId="tendered"
            onText={setText}
          />
        </>
      ) : (
        <label class="field">
          <span>{t(method === "card" ? "till.reference" : "till.room.reference")}</span>
          <input
            type="text"
            maxLength={MAX_REFERENCE}
            autoComplete="off"
            value={reference}
            data-testid="reference"
            onInput={(event) => setReference(event.currentTarget.value)}
          />
        </label>
      )}
      {settled !== null && settled.change > 0 && (
        <p class="till-big" role="status">
          <span>{t("till.change")}</span>
          <output class="money" data-testid="change" data-minor={settled.change}>
            {formatMoney(settled.change, currency, locale)}
          </output>
        </p>
      )}
      <button
        type="button"
        class="primary large"
        data-testid="settle-take"
        disabled={settled === null || typed === undefined}
        onClick={() =>
          settled !== null && onSettle(method, entry.tendered, entry.reference, settled.change)
        }
      >
        {typed === undefined
          ? t("till.take.unclear")
          : t(`till.settle.take.${method}`, { sum: formatMoney(sum, currency, locale) })}
      </button>
    </>
  );
}

interface DoneProps {
  bill: RoomBill;
  done: Done;
  charges: readonly Charge[];
  away: boolean;
  onPrint: () => void;
  onTakeBack: () => void;
  onClose: () => void;
}

function Settled({ bill, done, charges, away, onPrint, onTakeBack, onClose }: DoneProps) {
  const sum = charges.reduce((all, { owed }) => all + owed, 0);
  return (
    <>
      <p class="till-big" role="status">
        <span>{done.change > 0 ? t("till.change") : settleText(done.method)}</span>
        <output class="money" data-testid="settled" data-minor={done.change > 0 ? done.change : sum}>
          {formatMoney(done.change > 0 ? done.change : sum, bill.currency, locale)}
        </output>
      </p>
      {away && <p class="soft">{t("till.room.away")}</p>}
      <div class="dialog-actions">
        <button type="button" class="quiet" data-testid="settled-back" onClick={onTakeBack}>
          {t("till.discount.back")}
        </button>
        <button
          type="button"
          data-testid="settled-done"
          {...(away ? { "data-autofocus": true } : {})}
          onClick={onClose}
        >
          {t("action.done")}
        </button>
        {!away && (
          <button
            type="button"
            class="primary large"
            data-autofocus
            data-testid="settled-print"
            onClick={onPrint}
          >
            {t("till.bill.print")}
          </button>
        )}
      </div>
    </>
  );
}

/** What was settled in this dialog. */
interface Done {
  ids: ReadonlySet<string>;
  method: SettleMethod;
  change: number;
}

export function RoomDialog(props: RoomDialogProps) {
  const { till, billKey, away, onPrint, onBack, onClose } = props;
  const bill = useRoomBills(till).find(({ key }) => key === billKey);
  /** Those that are paid another time. */
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [done, setDone] = useState<Done | null>(null);
  /** Of two taps before the next rendering the second settles nothing. */
  const isSettling = useRef(false);
  const isGone = bill === undefined;
  useEffect(() => {
    if (isGone) onClose();
  }, [isGone]);
  if (bill === undefined) return null;
  const open = bill.charges.filter((one) => one.open > 0);
  const chosen = open.filter(({ paymentId }) => !left.has(paymentId));
  const ours = bill.charges.filter(({ paymentId }) => done?.ids.has(paymentId) === true);
  const takeBack = (charges: readonly Charge[]) => {
    setDone(null);
    void till.write(takeBackSettling(charges, currentPersonId()));
  };
  const settle = async (method: SettleMethod, tendered: number | null, reference: string, change: number) => {
    const { drafts } = planSettling(chosen, { method, tendered, reference }, currentPersonId());
    if (drafts.length === 0 || isSettling.current) return;
    isSettling.current = true;
    setDone({ ids: new Set(chosen.map(({ paymentId }) => paymentId)), method, change });
    if (!(await till.write(drafts))) setDone(null);
    isSettling.current = false;
  };
  const isDone = done !== null && ours.some(({ open: rest }) => rest === 0);
  return (
    <Dialog
      title={t("till.room.bill", { room: roomTitle(till.property, bill) })}
      contentKey={isDone ? "done" : ""}
      onClose={onClose}
      testId="room-dialog"
    >
      <p class={isDone ? "soft" : "till-big"}>
        <span>{t(isDone ? "till.room.rest" : "till.due")}</span>{" "}
        <output class="money" data-testid="room-open" data-minor={bill.open}>
          {formatMoney(bill.open, bill.currency, locale)}
        </output>
      </p>
      <ul class="till-charges" aria-label={t("till.room.charges")}>
        {(isDone ? ours : bill.charges).map((charge) => (
          <ChargeRow
            key={charge.paymentId}
            till={till}
            charge={charge}
            isChosen={!left.has(charge.paymentId)}
            onChoose={(isChosen) => {
              const next = new Set(left);
              if (isChosen) next.delete(charge.paymentId);
              else next.add(charge.paymentId);
              setLeft(next);
            }}
            onTakeBack={isDone ? null : () => takeBack([charge])}
          />
        ))}
      </ul>
      {isDone && done !== null && (
        <Settled
          bill={bill}
          done={done}
          charges={ours}
          away={away}
          onPrint={() => onPrint(bill, ours, done.method === "cash")}
          onTakeBack={() => takeBack(ours)}
          onClose={onClose}
        />
      )}
      {!isDone && open.length > 0 && (
        <SettleForm
          bill={bill}
          chosen={chosen}
          onSettle={(...wanted) => void settle(...wanted)}
        />
      )}
      {!isDone && (
        <div class="dialog-actions">
          <button type="button" class="quiet" data-testid="rooms-back" onClick={onBack}>
            {t("till.room.bills")}
          </button>
          {away && <p class="soft">{t("till.room.away")}</p>}
          {!away && (
            <button
              type="button"
              data-testid="room-print"
              disabled={open.length > 0 && chosen.length === 0}
              onClick={() => onPrint(bill, open.length > 0 ? chosen : bill.charges, false)}
            >
              {t("till.bill.print")}
            </button>
          )}
        </div>
      )}
    </Dialog>
  );
}
