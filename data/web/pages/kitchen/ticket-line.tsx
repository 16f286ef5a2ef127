// SPDX-License-Identifier: Apache-2.0
// One line of a ticket: the whole of it is touched. To be made, being made, ready; a cancelled one is
// touched when it was read.

import type { Order } from "@bellhop/client";

import { nameAllergens } from "../house/allergens";
import { choicesOf } from "../house/menu";
import { reasonText } from "../house/reasons";
import { t, type MessageKey } from "../messages";
import { calledOf, type Names } from "./names";
import { useWatched, type SeenWatch } from "./seen-watch";
import type { LineStatus, TicketLine } from "./tickets";

const words: Readonly<Record<LineStatus, MessageKey>> = {
  todo: "kitchen.line.todo",
  preparing: "line.preparing",
  ready: "line.ready",
  cancelled: "line.cancelled",
};

/** An empty ring, a half one, a tick, a cross: told apart without their colours. */
function StatusShape({ status }: { status: LineStatus }) {
  return (
    <svg class="kline-shape" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {status !== "cancelled" && <circle cx="12" cy="12" r="9.500" class="ring" />}
      {status === "preparing" && <path class="solid" d="M12 5a7 7 0 0 1 0 14z" />}
      {status === "ready" && <path class="stroke" d="m7.500 12.500 3 3 6-7" />}
      {status === "cancelled" && <path class="stroke" d="M5 5l14 14M19 5 5 19" />}
    </svg>
  );
}

function Quantity({ quantity, old }: { quantity: number; old: number | null }) {
  return (
    <span class="kline-quantity figure">
      {old !== null && (
        <>
          <del>{old}×</del>{" "}
        </>
      )}
      {old === null ? `${quantity}×` : <ins>{quantity}×</ins>}
    </span>
  );
}

export interface NoteProps {
  note: string | null;
  /** null: it is as it was. */
  old: string | null;
}

/** What is noted, old and new where it was changed. */
export function NoteText({ note, old }: NoteProps) {
  if (old === null) return <>{note}</>;
  return (
    <>
      {old !== "" && <del>{old}</del>}{" "}
      {note === null || note === "" ? <ins>{t("kitchen.note-gone")}</ins> : <ins>{note}</ins>}
    </>
  );
}

export const hasNote = ({ note, old }: NoteProps) => old !== null || (note !== null && note !== "");

export interface TicketLineProps {
  one: TicketLine;
  /** On whose ticket it is. */
  order: Order;
  names: Names;
  watch: SeenWatch;
  onTouch: (event: MouseEvent) => void;
}

export function TicketLineView({ one, order, names, watch, onTouch }: TicketLineProps) {
  const { line, status, oldQuantity, oldNote, oldOrder } = one;
  const part = useWatched<HTMLButtonElement>(watch);
  const oldTitle = oldOrder === null ? "" : calledOf(names, oldOrder);
  const allergens = nameAllergens(line.allergens);
  const choices = choicesOf(line.modifiers).map(({ name }) => name);
  const isChanged = oldQuantity !== null || oldNote !== null;
  return (
    <button
      ref={part}
      type="button"
      class="kline"
      data-testid="line"
      data-line={line.lineId}
      data-status={status}
      disabled={line.state === "served"}
      onClick={onTouch}
    >
      <StatusShape status={status} />
      <span class="kline-text">
        <span class="hidden-visually">{t(words[status])}: </span>
        <span class="kline-name">
          <Quantity quantity={line.quantity} old={oldQuantity} /> <span class="kline-item">{line.name}</span>
          {isChanged && status !== "cancelled" && (
            <>
              {" "}
              <span class="kline-mark">{t("kitchen.changed")}</span>
            </>
          )}
          {oldTitle !== "" && oldTitle !== calledOf(names, order) && (
            <>
              {" "}
              <span class="kline-mark" data-testid="moved">
                {t("kitchen.moved", { title: oldTitle })}
              </span>
            </>
          )}
        </span>
        {choices.length > 0 && <span class="kline-modifier">{choices.join(" · ")}</span>}
        {hasNote({ note: line.note, old: oldNote }) && (
          <span class="kline-note">
            <NoteText note={line.note} old={oldNote} />
          </span>
        )}
        {allergens !== "" && (
          <span class="kline-allergens">{t("item.allergens", { list: allergens })}</span>
        )}
        {status === "cancelled" && (
          <span class="kline-reason">
            {t("kitchen.cancelled", { reason: reasonText(line.reason ?? "") })}
            <span class="kline-read">{t("kitchen.cancelled.read")}</span>
          </span>
        )}
      </span>
    </button>
  );
}
