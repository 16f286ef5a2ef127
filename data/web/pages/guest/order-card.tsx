// SPDX-License-Identifier: Apache-2.0
// An order as its guest sees it: one word, large, a line of four steps, and what it is made of.

import { formatMoney } from "../house/money";
import { reasonText } from "../house/reasons";
import { useNow } from "../link/use-now";
import { locale, t, type MessageKey } from "../messages";
import { Ago } from "../theme/ago";
import { STEPS, type GuestLine, type GuestOrder, type Phase } from "./guest-orders";

const AGE_MS = 15000;

const words: Readonly<Record<Phase, MessageKey>> = {
  sending: "guest.order.sending",
  seating: "guest.order.seating",
  placed: "line.placed",
  accepted: "line.accepted",
  preparing: "line.preparing",
  ready: "line.ready",
  served: "line.served",
  declined: "line.declined",
  cancelled: "line.cancelled",
};

const hints: Partial<Record<Phase, MessageKey>> = {
  sending: "guest.order.sending.hint",
  seating: "guest.order.seating.hint",
  placed: "guest.order.placed.hint",
  accepted: "guest.order.accepted.hint",
  ready: "guest.order.ready.hint",
  declined: "guest.order.declined.hint",
};

function Steps({ steps, phase }: { steps: number; phase: Phase }) {
  if (phase === "declined" || phase === "cancelled") return null;
  return (
    <ol class="steps-line" data-testid="order-steps" data-steps={steps} aria-label={t("guest.order.steps")}>
      {STEPS.map((step, index) => {
        const done = index < steps;
        const word = step === "ready" && phase === "served" ? "line.served" : words[step];
        return (
          <li key={step} data-done={done} aria-current={index === steps - 1 ? "step" : undefined}>
            <span class="step-bar" aria-hidden="true" />
            <span>
              {t(word)}
              <span class="hidden-visually">{t(done ? "guest.order.step.done" : "guest.order.step.open")}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

interface LineProps {
  line: GuestLine;
  currency: string;
  /** The order's; a line says only what differs. */
  phase: Phase;
  onCancel: () => void;
}

function Line({ line, currency, phase, onCancel }: LineProps) {
  const about = [...line.choices, line.note].filter((one) => one !== "").join(", ");
  const isOff = line.phase === "declined" || line.phase === "cancelled" || line.phase === "cancelling";
  const word =
    line.phase === "cancelling"
      ? t("guest.order.cancelling")
      : line.phase !== phase || isOff
        ? t(words[line.phase])
        : "";
  return (
    <li class="guest-line" data-testid="guest-line" data-phase={line.phase}>
      <span class="figure guest-line-count">{line.quantity} ×</span>
      <span class="guest-line-words">
        <span class={isOff ? "guest-line-off" : ""}>{line.name}</span>
        {about !== "" && <span class="soft">{about}</span>}
        {word !== "" && <span class="guest-line-word">{word}</span>}
        {line.reason !== "" && <span data-testid="line-reason">{reasonText(line.reason)}</span>}
      </span>
      {!isOff && <span class="money">{formatMoney(line.amount, currency, locale)}</span>}
      {line.canCancel && (
        <button
          type="button"
          class="quiet guest-line-cancel"
          data-testid="line-cancel"
          aria-label={t("guest.order.cancel.one", { name: line.name })}
          onClick={onCancel}
        >
          {t("guest.order.cancel")}
        </button>
      )}
    </li>
  );
}

interface CardProps {
  order: GuestOrder;
  nowMs: number;
  onCancel: (orderId: string, lineIds: string[]) => void;
}

function Card({ order, nowMs, onCancel }: CardProps) {
  const { phase, number, lines, currency } = order;
  const hint = hints[phase];
  return (
    <li class="order-card" data-testid="order-card" data-order={order.orderId} data-phase={phase}>
      <div role="status">
        <p class="order-card-state" data-testid="order-state">
          {t(words[phase])}
        </p>
        {hint !== undefined && <p class="soft">{t(hint)}</p>}
      </div>
      <Steps steps={order.steps} phase={phase} />
      <ul class="guest-lines">
        {lines.map((line) => (
          <Line
            key={line.lineId}
            line={line}
            currency={currency}
            phase={phase}
            onCancel={() => onCancel(order.orderId, [line.lineId])}
          />
        ))}
      </ul>
      {order.note !== "" && <p class="soft">{t("guest.order.note", { text: order.note })}</p>}
      <p class="order-card-foot soft">
        <span>
          {number !== "" && <>{t("guest.order.number", { number })} · </>}
          {order.orderedMs > 0 && <Ago timeMs={order.orderedMs} nowMs={nowMs} />}
        </span>
        <span class="money">{formatMoney(order.total, currency, locale)}</span>
      </p>
    </li>
  );
}

interface OrderCardsProps {
  orders: readonly GuestOrder[];
  onCancel: (orderId: string, lineIds: string[]) => void;
}

export function OrderCards({ orders, onCancel }: OrderCardsProps) {
  const nowMs = useNow(AGE_MS);
  const going = orders.filter(({ isDone }) => !isDone);
  const done = orders.filter(({ isDone }) => isDone);
  const cards = (list: readonly GuestOrder[]) => (
    <ul class="order-cards">
      {list.map((order) => (
        <Card key={order.orderId} order={order} nowMs={nowMs} onCancel={onCancel} />
      ))}
    </ul>
  );
  // What has just ended is in sight until something newer goes on.
  const last = going.length === 0 ? done.slice(0, 1) : [];
  const older = done.slice(last.length);
  if (orders.length === 0) return null;
  return (
    <section aria-label={t("guest.orders")} data-testid="orders">
      {cards([...going, ...last])}
      {older.length > 0 && (
        <details class="fold">
          <summary>{t("guest.orders.older", { count: older.length })}</summary>
          {cards(older)}
        </details>
      )}
    </section>
  );
}
