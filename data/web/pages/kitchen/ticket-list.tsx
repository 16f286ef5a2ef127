// SPDX-License-Identifier: Apache-2.0
// The tickets in columns, the oldest first; what does not fit on the screen is counted, and one touch
// leads there.

import type { OrderLine } from "@bellhop/client";
import type { RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import type { Station } from "../house/menu";
import { t } from "../messages";
import { touchOf, type Touch } from "../theme/bounce";
import { isByKeyboard } from "../theme/use-focus-kept";
import type { Thresholds } from "./ageing";
import type { Names } from "./names";
import { SeenWatch } from "./seen-watch";
import { findSpan, type InView } from "./span";
import { TicketCard } from "./ticket-card";
import type { Ticket, TicketLine } from "./tickets";

/**
 * So many are drawn beyond the last in view: a screen more of small ones. With hundreds of tickets all
 * columns would be laid out anew for each word that changes; what nobody sees waits until one scrolls.
 */
const AHEAD = 24;

const NOTHING: InView = { some: new Set(), foot: new Set() };

/** Where a card with the focus leaves, its neighbour has it. */
function useFocusKept(open: readonly Ticket[]): (card: Element | null) => void {
  const next = useRef<{ wanted: HTMLElement; scrolls: boolean } | null>(null);
  useLayoutEffect(() => {
    if (next.current === null || document.activeElement !== document.body) return;
    const { wanted, scrolls } = next.current;
    next.current = null;
    const undo = document.querySelector<HTMLElement>(".undo-one:last-child button");
    (wanted.isConnected ? wanted : undo)?.focus({ preventScroll: !scrolls });
  }, [open]);
  return useCallback((card) => {
    const neighbour = card?.nextElementSibling ?? card?.previousElementSibling;
    const wanted = neighbour?.querySelector<HTMLElement>(".ticket-done");
    next.current = wanted ? { wanted, scrolls: isByKeyboard() } : null;
  }, []);
}

export interface TicketView {
  list: RefObject<HTMLOListElement>;
  watch: SeenWatch;
  /** Those that are drawn. */
  drawn: readonly Ticket[];
  /** How many tickets lie before those in view, and after, or go on there. */
  before: number;
  after: number;
  /** A screen further, or back. */
  scroll: (by: 1 | -1) => void;
}

export function useTicketView(
  open: readonly Ticket[],
  onSeen: (lines: readonly OrderLine[]) => Promise<boolean>,
): TicketView {
  const list = useRef<HTMLOListElement>(null);
  const [inView, setInView] = useState(NOTHING);
  const latest = useRef(onSeen);
  latest.current = onSeen;
  const [watch] = useState(
    () => new SeenWatch({ write: (lines) => latest.current(lines), onView: setInView }),
  );
  useEffect(() => watch.setTickets(open), [watch, open]);
  useEffect(() => () => watch.close(), [watch]);
  const scroll = useCallback((by: 1 | -1) => {
    const element = list.current;
    if (element === null) return;
    const toEnd = getComputedStyle(element).direction === "rtl" ? -by : by;
    element.scrollBy({ left: toEnd * element.clientWidth });
  }, []);
  const ticketIds = open.map(({ ticketId }) => ticketId);
  const { first, last, whole } = findSpan(ticketIds, inView);
  return {
    list,
    watch,
    drawn: open.slice(0, last + 1 + AHEAD),
    before: Math.max(0, first),
    after: last < 0 ? 0 : open.length - whole,
    scroll,
  };
}

export interface TicketListProps {
  view: TicketView;
  names: Names;
  stations: readonly Station[];
  thresholds: Thresholds;
  now: () => number;
  onLine: (ticket: Ticket, one: TicketLine, touch: Touch) => void;
  onDone: (ticket: Ticket, touch: Touch) => void;
}

/** The card that holds the focus. */
const focused = () => document.activeElement?.closest(".ticket") ?? null;

export function TicketList(props: TicketListProps) {
  const { view, names, stations, thresholds, now, onLine, onDone } = props;
  const { drawn, list, watch } = view;
  const keepFocus = useFocusKept(drawn);
  const finish = useCallback(
    (ticket: Ticket, event: MouseEvent) => {
      keepFocus(focused());
      onDone(ticket, touchOf(event));
    },
    [keepFocus, onDone],
  );
  const touch = useCallback(
    (ticket: Ticket, one: TicketLine, event: MouseEvent) => {
      keepFocus(focused());
      onLine(ticket, one, touchOf(event));
    },
    [keepFocus, onLine],
  );

  if (drawn.length === 0)
    return (
      <div class="kitchen-empty" data-testid="nothing">
        <p class="kitchen-empty-title">{t("kitchen.empty")}</p>
        <p class="soft">{t("kitchen.empty.hint")}</p>
      </div>
    );
  return (
    <ol class="tickets" ref={list} aria-label={t("kitchen.tickets")} data-testid="tickets">
      {drawn.map((ticket) => (
        <TicketCard
          key={ticket.ticketId}
          ticket={ticket}
          names={names}
          stations={stations}
          thresholds={thresholds}
          watch={watch}
          now={now}
          onLine={touch}
          onDone={finish}
        />
      ))}
    </ol>
  );
}
