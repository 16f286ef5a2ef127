// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";

import { locale, t } from "../messages";
import { findItem, property } from "./menu";
import { formatMoney } from "./money";
import { amountOf, type Order, type OrderChange, type OrderLine } from "./order";

interface LineProps {
  line: OrderLine;
  index: number;
  onChange: (change: OrderChange) => void;
}

function Line({ line, index, onChange }: LineProps) {
  const [noting, setNoting] = useState(false);
  const name = findItem(line.itemId)?.name ?? line.itemId;
  const showNote = noting || line.note !== "";

  return (
    <li class="line">
      <div class="line-main">
        <span class="line-name">{name}</span>
        <span class="money">{formatMoney(amountOf(line), property.currency, locale)}</span>
      </div>
      <div class="line-tools">
        <button
          type="button"
          aria-label={t(line.quantity === 1 ? "pos.remove" : "pos.less", { name })}
          onClick={() => onChange({ type: "less", index })}
        >
          {line.quantity === 1 ? "×" : "−"}
        </button>
        <span class="line-quantity figure">{line.quantity}</span>
        <button
          type="button"
          aria-label={t("pos.more", { name })}
          onClick={() => onChange({ type: "more", index })}
        >
          +
        </button>
        {showNote ? (
          <input
            class="line-note"
            type="text"
            value={line.note}
            maxLength={80}
            aria-label={t("pos.note.add", { name })}
            placeholder={t("pos.note.placeholder")}
            autoComplete="off"
            ref={(field) => {
              if (noting && line.note === "") field?.focus();
            }}
            onInput={(event) => onChange({ type: "note", index, note: event.currentTarget.value })}
            onBlur={() => setNoting(false)}
          />
        ) : (
          <button
            type="button"
            class="quiet"
            aria-label={t("pos.note.add", { name })}
            onClick={() => setNoting(true)}
          >
            {t("pos.note")}
          </button>
        )}
      </div>
    </li>
  );
}

export interface OrderLinesProps {
  order: Order;
  onChange: (change: OrderChange) => void;
}

export function OrderLines({ order, onChange }: OrderLinesProps) {
  if (order.lines.length === 0)
    return (
      <div class="order-empty">
        <p>{t("pos.empty")}</p>
        <p class="soft">{t("pos.empty.hint")}</p>
      </div>
    );
  return (
    <ol class="lines" aria-label={t("pos.order")}>
      {order.lines.map((line, index) => (
        // By place: two lines may hold the same item, and a line keeps its place while it changes.
        <Line key={`${index}-${line.itemId}`} line={line} index={index} onChange={onChange} />
      ))}
    </ol>
  );
}
