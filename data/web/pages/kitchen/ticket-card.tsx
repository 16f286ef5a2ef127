// SPDX-License-Identifier: Apache-2.0
// One ticket. Drawn again only when it, a name or a setting changes; its age looks after itself.

import { Component } from "preact";

import type { Station } from "../house/menu";
import { formatExact } from "../link/time-text";
import { t } from "../messages";
import { FULL, type AgeLevel, type Thresholds } from "./ageing";
import { calledOf, stationNames, titleOf, type Names } from "./names";
import { useWatched, type SeenWatch } from "./seen-watch";
import { hasNote, NoteText, TicketLineView } from "./ticket-line";
import { toCook, type Ticket, type TicketLine } from "./tickets";
import { useAge } from "./use-age";

/** All of them the same from one rendering to the next. */
export interface TicketCardProps {
  ticket: Ticket;
  names: Names;
  stations: readonly Station[];
  thresholds: Thresholds;
  watch: SeenWatch;
  now: () => number;
  onLine: (ticket: Ticket, one: TicketLine, event: MouseEvent) => void;
  onDone: (ticket: Ticket, event: MouseEvent) => void;
}

const marks: Readonly<Record<AgeLevel, string>> = { fresh: "", soon: "▲", late: "◆" };

function AgeView({ ticket, names, thresholds, now }: TicketCardProps) {
  const { sinceMs } = ticket;
  const { minutes, level, filled } = useAge(sinceMs, thresholds, now);
  return (
    <div class="age" data-testid="age" data-level={level}>
      <p class="age-words">
        <span class="age-author">{names.author(ticket)}</span>
        <time
          class="age-minutes figure"
          dateTime={new Date(sinceMs).toISOString()}
          title={formatExact(sinceMs)}
        >
          {level !== "fresh" && (
            <>
              <span aria-hidden="true">{marks[level]} </span>
              {t(level === "late" ? "kitchen.late" : "kitchen.soon")}{" "}
            </>
          )}
          {t("kitchen.minutes", { minutes })}
        </time>
      </p>
      <div class="age-bar" aria-hidden="true">
        <span style={{ transform: `scaleX(${filled / FULL})` }} />
      </div>
    </div>
  );
}

function Head(props: TicketCardProps) {
  const { ticket, names } = props;
  const { order, part, oldPlaceId, lines } = ticket;
  const called = calledOf(names, order);
  return (
    <header class="ticket-head">
      <div class="ticket-title">
        <h2 id={`t-${ticket.ticketId}`}>
          {oldPlaceId !== null && <del>{names.place(oldPlaceId)}</del>}
          {part === 0 ? called : t("kitchen.part", { title: called })}
        </h2>
        {order.number !== called && <span class="ticket-number figure">{order.number}</span>}
      </div>
      {part > 0 && <p class="kline-mark">{t("kitchen.added")}</p>}
      {lines.some(({ isPrinted }) => isPrinted) && (
        <p class="ticket-printed" data-testid="printed">
          {t("kitchen.printed")}
        </p>
      )}
      <AgeView {...props} />
    </header>
  );
}

function Card(props: TicketCardProps) {
  const { ticket, names, stations, watch, onLine, onDone } = props;
  const { ticketId, order, courses, elsewhere, oldNote } = ticket;
  const foot = useWatched<HTMLButtonElement>(watch);
  const isCourses = courses.length > 1 || courses.some(({ course }) => course !== null);
  const hasWork = toCook(ticket).length > 0;
  return (
    <li
      class="ticket"
      data-testid="ticket"
      data-ticket={ticketId}
      data-number={order.number}
      aria-labelledby={`t-${ticketId}`}
    >
      <Head {...props} />
      {hasNote({ note: order.note, old: oldNote }) && (
        <p class="ticket-note" data-testid="ticket-note">
          {oldNote !== null && (
            <>
              <span class="kline-mark">{t("kitchen.changed")}</span>{" "}
            </>
          )}
          <NoteText note={order.note} old={oldNote} />
        </p>
      )}
      {courses.map(({ course, lines }) => (
        <div key={course ?? -1} class="course">
          {isCourses && (
            <h3>{course === null ? t("kitchen.course.none") : t("kitchen.course", { course })}</h3>
          )}
          {lines.map((one) => (
            <TicketLineView
              key={one.line.lineId}
              one={one}
              order={order}
              names={names}
              watch={watch}
              onTouch={(event) => onLine(ticket, one, event)}
            />
          ))}
        </div>
      ))}
      {elsewhere.length > 0 && (
        <p class="ticket-elsewhere" data-testid="elsewhere">
          {t("kitchen.elsewhere", { list: stationNames(elsewhere, stations) })}
        </p>
      )}
      <button
        ref={foot}
        type="button"
        class="ticket-done"
        data-testid="done"
        aria-label={t(hasWork ? "kitchen.done.of" : "kitchen.got-it.of", { title: titleOf(names, ticket) })}
        onClick={(event) => onDone(ticket, event)}
      >
        {t(hasWork ? "kitchen.done" : "kitchen.got-it")}
      </button>
    </li>
  );
}

export class TicketCard extends Component<TicketCardProps> {
  override shouldComponentUpdate(next: TicketCardProps): boolean {
    const now = this.props;
    return (Object.keys(next) as (keyof TicketCardProps)[]).some((name) => next[name] !== now[name]);
  }

  override render(props: TicketCardProps) {
    return <Card {...props} />;
  }
}
