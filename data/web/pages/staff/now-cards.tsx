// SPDX-License-Identifier: Apache-2.0
// A card for each thing that wants me: what and where, since when, and the one next action.

import type { OrderLine } from "@bellhop/client";
import type { ComponentChildren } from "preact";

import { nameAllergens } from "../house/allergens";
import { formatMoney } from "../house/money";
import { locale, t, type MessageKey } from "../messages";
import { Ago } from "../theme/ago";
import { describeChoices, describeLine } from "./line-text";
import type { AlertItem, AskingItem, NowItem, OrderItem, ReadyItem, RequestItem } from "./now-list";

/** 24 by 24: a bell, a slip of paper, a covered plate, a hand, an exclamation mark in a triangle. */
const pictures: Readonly<Record<NowItem["kind"], string>> = {
  asks: "M3 20h18M5 17c0-4.500 3-7.500 7-7.500s7 3 7 7.500zM12 9.500V7.500M10 7.500h4",
  order: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
  ready: "M3 18h18M5 15c0-4 3-7 7-7s7 3 7 7zM12 8V6M17 3l-1 2M7 3l1 2",
  request: "M8 12V5a1.500 1.500 0 0 1 3 0v5M11 10V4a1.500 1.500 0 0 1 3 0v6M14 10.500V6a1.500 1.500 0 0 1 3 0v8c0 4-2 7-6 7-3 0-4.500-2-6-5l-1.500-3c1-1.500 3-1 4.500 1",
  alert: "M12 4l9 16H3zM12 10v4M12 17h.1",
};

interface CardProps {
  item: NowItem;
  what: string;
  nowMs: number;
  children?: ComponentChildren;
  actions: ComponentChildren;
}

function Card({ item, what, nowMs, children, actions }: CardProps) {
  const { kind, title, sinceMs } = item;
  return (
    <li class={`now-card now-${kind}`} data-testid="now-card" data-kind={kind} data-key={item.key}>
      <div class="now-head">
        <svg class="now-picture" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
          <path d={pictures[kind]} />
        </svg>
        <div class="now-words">
          <h2>{title === "" ? what : title}</h2>
          {title !== "" && <p>{what}</p>}
        </div>
        <p class="soft now-age">{sinceMs > 0 && <Ago timeMs={sinceMs} nowMs={nowMs} />}</p>
      </div>
      {children}
      <div class="now-actions">{actions}</div>
    </li>
  );
}

function Lines({ lines }: { lines: readonly OrderLine[] }) {
  return (
    <ul class="now-lines">
      {lines.map((line) => {
        const about = describeChoices(line);
        return (
          <li key={line.lineId}>
            <span>{describeLine(line)}</span>
            {about !== "" && <span class="soft">{about}</span>}
            {line.allergens.length > 0 && (
              <span class="soft">
                {t("item.allergens", { list: nameAllergens(line.allergens) })}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

interface ActionProps {
  id: string;
  text: string;
  /** What it is about, for who does not see the card. */
  about: string;
  primary?: boolean;
  busy?: boolean;
  onTap: () => void;
}

function Action({ id, text, about, primary = false, busy = false, onTap }: ActionProps) {
  return (
    <button
      type="button"
      class={primary ? "primary now-first" : "now-second"}
      data-testid={id}
      aria-label={about === "" ? text : `${text}: ${about}`}
      disabled={busy}
      onClick={onTap}
    >
      {text}
    </button>
  );
}

export interface NowActs {
  busy: ReadonlySet<string>;
  onConfirm: (item: AskingItem) => void;
  onNobody: (item: AskingItem) => void;
  onAccept: (item: OrderItem) => void;
  onDecline: (item: OrderItem) => void;
  onServe: (item: ReadyItem) => void;
  onGo: (item: RequestItem) => void;
  onDone: (item: RequestItem) => void;
  onDismiss: (item: AlertItem) => void;
}

const asked: Readonly<Record<RequestItem["request"]["what"], MessageKey>> = {
  call: "staff.request.call",
  bill: "staff.request.bill",
  towels: "request.towels",
  "late-checkout": "request.late-checkout",
  other: "staff.request.other",
};

export function NowCard({ item, nowMs, acts }: { item: NowItem; nowMs: number; acts: NowActs }) {
  const busy = acts.busy.has(item.key);
  const about = item.title;
  switch (item.kind) {
    case "asks":
      return (
        <Card
          item={item}
          what={t("place.asks.long")}
          nowMs={nowMs}
          actions={
            <>
              <Action id="now-nobody" text={t("place.decline")} about={about} busy={busy}
                onTap={() => acts.onNobody(item)} />
              <Action id="now-confirm" text={t("place.confirm")} about={about} primary busy={busy}
                onTap={() => acts.onConfirm(item)} />
            </>
          }
        />
      );
    case "order": {
      const { number, currency, note } = item.order;
      const total = item.lines.reduce((sum, { gross }) => sum + gross, 0);
      return (
        <Card
          item={item}
          what={t("staff.now.order", { number, total: formatMoney(total, currency, locale) })}
          nowMs={nowMs}
          actions={
            <>
              <Action id="now-decline" text={t("staff.decline.some")} about={about}
                onTap={() => acts.onDecline(item)} />
              <Action id="now-accept" text={t("staff.accept")} about={about} primary
                onTap={() => acts.onAccept(item)} />
            </>
          }
        >
          <Lines lines={item.lines} />
          {note !== null && note !== "" && <p class="now-note">“{note}”</p>}
        </Card>
      );
    }
    case "ready":
      return (
        <Card
          item={item}
          what={t("staff.now.ready", { numbers: item.numbers.join(", ") })}
          nowMs={nowMs}
          actions={
            <Action id="now-serve" text={t("staff.serve")} about={about} primary
              onTap={() => acts.onServe(item)} />
          }
        >
          <Lines lines={item.lines} />
        </Card>
      );
    case "request": {
      const { request, by } = item;
      const isOpen = request.state === "open";
      return (
        <Card
          item={item}
          what={t(asked[request.what])}
          nowMs={nowMs}
          actions={
            isOpen ? (
              <>
                <Action id="now-done" text={t("staff.done")} about={about} onTap={() => acts.onDone(item)} />
                <Action id="now-go" text={t("staff.go")} about={about} primary
                  onTap={() => acts.onGo(item)} />
              </>
            ) : (
              <Action id="now-done" text={t("staff.done")} about={about} primary
                onTap={() => acts.onDone(item)} />
            )
          }
        >
          {request.text !== "" && <p class="now-note">“{request.text}”</p>}
          {!isOpen && (
            <p class="soft">{by === "" ? t("staff.going") : t("staff.going.by", { name: by })}</p>
          )}
        </Card>
      );
    }
    default:
      return (
        <Card
          item={item}
          what={item.title}
          nowMs={nowMs}
          actions={
            <Action id="now-dismiss" text={t("staff.dismiss")} about={item.title} busy={busy}
              onTap={() => acts.onDismiss(item)} />
          }
        >
          <p class="soft">{item.hint}</p>
        </Card>
      );
  }
}
