// SPDX-License-Identifier: Apache-2.0
// Taking money: all of what is due or a part, in cash, on the card terminal, or on a room.

import { newId, type Order } from "@bellhop/client";
import { useRef, useState } from "preact/hooks";

import { amountText, digitsOf, formatMoney, readAmount } from "../house/money";
import { pay } from "../house/orders";
import { currentPersonId } from "../house/person";
import { useRecords } from "../house/use-house";
import { locale, t } from "../messages";
import { Dialog } from "../theme/dialog";
import { methods, quickSums, settle, shareOf, type Method } from "./cash";
import { AmountField, amountProblem, OneOf, Quick, QuickSums } from "./fields";
import { placeOf } from "./order-strip";
import { beginPayForm, followOrder, hasMoved, mayTake, type PayForm } from "./pay-form";
import { methodText } from "./receipt-words";
import { HERE, payerOf, readParties, type Parties } from "./room-bills";
import type { Till } from "./use-till";

const MAX_REFERENCE = 80;
const SHARES = [2, 3, 4] as const;
const PARTIES = ["seating", "place", "order"] as const;
const NOBODY: ReadonlyMap<string, Parties> = new Map();

interface Entry {
  method: Method;
  amount: string;
  tip: string;
  tendered: string;
  reference: string;
  room: string;
  /** Of guests who left, or HERE; null: nobody has said. */
  owing: string | null;
}

export interface PayDialogProps {
  till: Till;
  order: Order;
  onReceipt: () => void;
  onClose: () => void;
}

/** After the last payment: what goes back, and the receipt. */
function Paid({ till, order, change, onReceipt, onClose }: PayDialogProps & { change: number }) {
  return (
    <Dialog
      title={t("till.paid.title", { place: placeOf(till.places, order.placeId), number: order.number })}
      onClose={onClose}
      testId="paid"
    >
      <p class="till-big">
        <span>{change > 0 ? t("till.change") : t("till.paid.all")}</span>
        <output class="money" data-testid="change" data-minor={change}>
          {formatMoney(change > 0 ? change : order.paid, order.currency, locale)}
        </output>
      </p>
      <div class="dialog-actions">
        <button type="button" data-testid="no-receipt" onClick={onClose}>
          {t("action.done")}
        </button>
        <button type="button" class="primary large" data-autofocus data-testid="paid-receipt" onClick={onReceipt}>
          {t("pos.print")}
        </button>
      </div>
    </Dialog>
  );
}

interface FormProps {
  till: Till;
  order: Order;
  entry: Entry;
  set: (change: Partial<Entry>) => void;
}

interface RoomProps extends Pick<FormProps, "till" | "entry" | "set"> {
  parties: ReadonlyMap<string, Parties>;
}

function RoomFields({ till, parties, entry, set }: RoomProps) {
  const rooms = till.places.filter(({ kind }) => kind === "room");
  if (rooms.length === 0) return <p class="soft">{t("till.no-rooms")}</p>;
  const { room, owing } = entry;
  const chosen = rooms.find(({ placeId }) => placeId === room);
  const left = parties.get(room)?.left ?? null;
  return (
    <>
      <Quick label={t("place.room")}>
        {rooms.map(({ placeId, name, title }) => (
          <button
            key={placeId}
            type="button"
            aria-pressed={placeId === room}
            aria-label={title}
            data-testid={`room-${name}`}
            onClick={() => set({ room: placeId, owing: null })}
          >
            {name}
          </button>
        ))}
      </Quick>
      {chosen !== undefined && left !== null && (
        <>
          <p class="warning" role="status" data-testid="room-left">
            {t("till.room.left", { room: chosen.title })}
          </p>
          <Quick label={t("till.room.who")}>
            <button
              type="button"
              aria-pressed={owing === left}
              data-testid="room-who-left"
              onClick={() => set({ owing: left })}
            >
              {t("till.room.who.left")}
            </button>
            <button
              type="button"
              aria-pressed={owing === HERE}
              data-testid="room-who-here"
              onClick={() => set({ owing: HERE })}
            >
              {t("till.room.who.here")}
            </button>
          </Quick>
        </>
      )}
    </>
  );
}

type MethodProps = FormProps & Pick<RoomProps, "parties"> & { wanted: number };

function MethodFields({ till, parties, order, entry, set, wanted }: MethodProps) {
  const { currency } = order;
  const digits = digitsOf(currency);
  if (entry.method === "cash") {
    const tendered = readAmount(entry.tendered, digits);
    return (
      <>
        <QuickSums
          label={t("till.tendered")}
          sums={quickSums(wanted, digits)}
          currency={currency}
          chosen={tendered === null ? wanted : (tendered ?? null)}
          onChoose={(sum) => set({ tendered: amountText(sum, digits, locale) })}
        />
        <AmountField
          label={t("till.tendered")}
          text={entry.tendered}
          placeholder={amountText(wanted, digits, locale)}
          problem={tendered === undefined ? amountProblem(digits) : ""}
          testId="tendered"
          onText={(text) => set({ tendered: text })}
        />
      </>
    );
  }
  if (entry.method === "card")
    return (
      <label class="field">
        <span>{t("till.reference")}</span>
        <input
          type="text"
          maxLength={MAX_REFERENCE}
          autoComplete="off"
          value={entry.reference}
          data-testid="reference"
          onInput={(event) => set({ reference: event.currentTarget.value })}
        />
      </label>
    );
  return <RoomFields till={till} parties={parties} entry={entry} set={set} />;
}

function Shares({ order, set }: Pick<FormProps, "order" | "set">) {
  const { due } = order;
  const digits = digitsOf(order.currency);
  return (
    <Quick label={t("till.shares")}>
      <button type="button" data-testid="share-1" onClick={() => set({ amount: "" })}>
        {t("till.share.all")}
      </button>
      {SHARES.map((among) => (
        <button
          key={among}
          type="button"
          data-testid={`share-${among}`}
          aria-label={t("till.share", { among })}
          onClick={() =>
            set({ amount: amountText(shareOf(due, among), digits, locale), tendered: "" })
          }
        >
          1/{among}
        </button>
      ))}
    </Quick>
  );
}

const blank: Entry = { method: "cash", amount: "", tip: "", tendered: "", reference: "", room: "", owing: null };

export function PayDialog(props: PayDialogProps) {
  const { till, order, onClose } = props;
  const { due, currency } = order;
  const digits = digitsOf(currency);
  const [entry, setEntry] = useState(blank);
  // Not from what is typed: a field that is emptied to write another sum stays where it is.
  const [isPart, setPart] = useState(false);
  const [kept, setKept] = useState(() => beginPayForm(due, newId()));
  // What two taps between two renderings both stand on.
  const latest = useRef(kept);
  const setForm = (next: PayForm) => {
    latest.current = next;
    setKept(next);
  };
  const form = followOrder(kept, order, newId);
  if (form !== kept) setForm(form);
  const set = (part: Partial<Entry>) => {
    setEntry((before) => ({ ...before, ...part }));
    setForm({ ...latest.current, isChosen: true });
  };
  const problemOf = (read: number | null | undefined) => (read === undefined ? amountProblem(digits) : "");
  const { change } = form;
  const { method } = entry;
  // All records are gone through: only where it is asked, and once for each change of them.
  const parties =
    useRecords(
      till.property,
      PARTIES,
      (source) => (method === "room" ? readParties(source, till.property.hubNow()) : NOBODY),
      [method],
    ) ?? NOBODY;

  if (change !== null && !form.isSent && due <= 0) return <Paid {...props} change={change} />;

  const typed = {
    amount: readAmount(entry.amount, digits),
    tip: readAmount(entry.tip, digits),
    tendered: method === "cash" ? readAmount(entry.tendered, digits) : null,
  };
  const amount = Math.min(typed.amount ?? due, due);
  const tip = typed.tip ?? 0;
  // What nobody can read is not "all of it".
  const isRead = !Object.values(typed).includes(undefined);
  const settled = isRead ? settle({ method, amount, tip, tendered: typed.tendered ?? null }) : null;
  const payer = payerOf(parties.get(entry.room), entry.owing);
  const isKnown = method !== "room" || (entry.room !== "" && payer !== undefined);
  const isComplete = settled !== null && isKnown;
  const isReady = isComplete && mayTake(form, order);
  const sum = settled === null ? 0 : settled.amount + settled.tip;

  const take = async () => {
    const taken = latest.current;
    if (settled === null || !isComplete || !mayTake(taken, order)) return;
    const reference = entry.reference.trim();
    const payment = {
      ...{ paymentId: taken.paymentId, method, amount: settled.amount },
      ...(settled.tip > 0 ? { tip: settled.tip } : {}),
      ...(settled.tendered === null ? {} : { tendered: settled.tendered }),
      ...(method === "room" ? { placeId: entry.room } : {}),
      ...(method === "room" && payer != null ? { seatingId: payer } : {}),
      ...(method === "card" && reference !== "" ? { reference } : {}),
    };
    setForm({ ...taken, isSent: true, change: settled.change });
    setEntry({ ...blank, method });
    if (await till.write(pay(order.orderId, payment, currentPersonId()))) return;
    setForm(taken);
    setEntry(entry);
  };
  return (
    <Dialog
      title={t("till.pay.title", { place: placeOf(till.places, order.placeId), number: order.number })}
      onClose={onClose}
      testId="pay"
    >
      <p class="till-big">
        <span>{t("till.due")}</span>
        <output class="money" data-testid="due" data-minor={form.due}>
          {formatMoney(form.due, currency, locale)}
        </output>
      </p>
      {hasMoved(form, order) && (
        <button
          type="button"
          class="warning large"
          data-testid="due-check"
          onClick={() => setForm({ ...latest.current, due })}
        >
          {t("till.pay.now", { due: formatMoney(due, currency, locale) })}
        </button>
      )}
      {change !== null && change > 0 && (
        <p role="status" class="warning">
          {t("till.change")}: {formatMoney(change, currency, locale)}
        </p>
      )}
      <OneOf
        label={t("till.method")}
        options={methods.map((one) => [one, methodText(one)] as const)}
        value={form.isChosen ? method : null}
        testId="method"
        onChoose={(one) => set({ method: one })}
      />
      <MethodFields till={till} parties={parties} order={order} entry={entry} set={set} wanted={amount + tip} />
      <details
        class="fold"
        open={isPart}
        onToggle={(event) => setPart(event.currentTarget.open)}
      >
        <summary data-testid="pay-part">{t("till.pay.part")}</summary>
        <div class="till-part">
          <Shares order={order} set={set} />
          <div class="till-pair">
            <AmountField
              label={t("till.amount")}
              text={entry.amount}
              placeholder={amountText(due, digits, locale)}
              problem={problemOf(typed.amount)}
              testId="amount"
              onText={(text) => set({ amount: text })}
            />
            <AmountField
              label={t("till.tip")}
              text={entry.tip}
              placeholder={amountText(0, digits, locale)}
              problem={problemOf(typed.tip)}
              testId="tip"
              onText={(text) => set({ tip: text })}
            />
          </div>
        </div>
      </details>
      {settled !== null && settled.change > 0 && (
        <p class="till-big" role="status">
          <span>{t("till.change")}</span>
          <output class="money" data-testid="change" data-minor={settled.change}>
            {formatMoney(settled.change, currency, locale)}
          </output>
        </p>
      )}
      {!form.isChosen && <p class="soft">{t("till.pay.rest")}</p>}
      <button
        type="button"
        class="primary large"
        data-testid="take"
        disabled={!isReady}
        onClick={() => void take()}
      >
        {isRead
          ? t(`till.take.${method}`, { sum: formatMoney(sum, currency, locale) })
          : t("till.take.unclear")}
      </button>
    </Dialog>
  );
}
