// SPDX-License-Identifier: Apache-2.0
// The kitchen display: what is to be cooked, as tickets, the oldest first. It hangs on a wall for weeks:
// nothing here may grow with what has passed.

import type { OrderLine } from "@bellhop/client";
import { useCallback, useMemo, useRef, useState } from "preact/hooks";

import { openHousePage, type HousePageProps } from "../house/open-house-page";
import { readStations } from "../house/menu";
import { markSeen, setLineState } from "../house/orders";
import { currentPersonId } from "../house/person";
import { bringBack } from "../house/undo";
import { useRecords, useWrite } from "../house/use-house";
import { useBell } from "../link/use-bell";
import { t } from "../messages";
import { Bounce, type Touch } from "../theme/bounce";
import { ToastLine, useToast } from "../theme/toast";
import { ignoreHeldKey } from "../theme/use-one-touch";
import { Away, SoundBar, Toolbar, type Panel } from "./bars";
import { DoneDialog } from "./done-dialog";
import { Names, titleOf } from "./names";
import { OutDialog } from "./out-dialog";
import { ScreenDialog } from "./screen-dialog";
import { readSettings, showScheme, useAcknowledged, useSettings } from "./settings";
import { standingChoice, type Choice } from "./stations";
import { TicketList, useTicketView } from "./ticket-list";
import {
  cancelledOf,
  TicketReader,
  toCook,
  type Screen,
  type Ticket,
  type TicketLine,
} from "./tickets";
import { UndoStrip, useUndoList, type JustDone } from "./undo-strip";
import { useRing } from "./use-ring";
import { useScreenWord } from "./use-screen-word";
import { useWakeLock } from "./use-wake-lock";

const ORDERS = ["order"];
const STATIONS = ["station"];
const NAMES = ["place", "person"];

const nothing: readonly Ticket[] = [];

function KitchenPage({ property, link }: HousePageProps) {
  const toast = useToast();
  const { tell } = toast;
  const write = useWrite(
    property,
    useCallback(() => tell(t("house.lost")), [tell]),
  );
  const now = useCallback(() => property.hubNow(), [property]);
  const [settings, change] = useSettings();
  const [acknowledged, acknowledge] = useAcknowledged();
  const [panel, setPanel] = useState<Panel | null>(null);
  const undo = useUndoList();

  const stations = useRecords(property, STATIONS, readStations) ?? [];
  const names = useRecords(property, NAMES, (source) => new Names(source)) ?? new Names(property);
  const choiceKey = standingChoice(settings.stations, stations)?.join(" ") ?? "";
  const choice = useMemo((): Choice => (choiceKey === "" ? null : choiceKey.split(" ")), [choiceKey]);
  const screen = useMemo(
    (): Screen => ({ deviceId: property.deviceId, choice, stations }),
    [property, choice, stations],
  );
  const reader = useMemo(() => new TicketReader(), [property]);
  const board = useRecords(
    property,
    ORDERS,
    (source) => reader.read(source, screen, acknowledged, now()),
    [reader, screen, acknowledged],
  );

  useScreenWord(link.connection, choice);
  const wake = useWakeLock();
  const bell = useBell(settings.sound, true);
  useRing(board, settings.sound, settings.thresholds, now);

  const [bounce] = useState(() => new Bounce());
  const { add, remove } = undo;
  // What a touch does reads names and stations as they are then; the cards need not be drawn for it.
  const current = useRef(names);
  current.current = names;
  const finish = useCallback(
    (ticket: Ticket, isLast: boolean, lines = toCook(ticket)) => {
      void write(setLineState(lines, "ready", currentPersonId()));
      if (isLast) add(titleOf(current.current, ticket), ticket.order.orderId, lines);
    },
    [write, add],
  );
  const onDone = useCallback(
    (ticket: Ticket, event: Touch) => {
      if (bounce.isSecond(event, ticket.ticketId)) return;
      acknowledge(cancelledOf(ticket));
      if (toCook(ticket).length > 0) finish(ticket, true);
    },
    [bounce, acknowledge, finish],
  );
  const onLine = useCallback(
    (ticket: Ticket, { line, status }: TicketLine, event: Touch) => {
      if (bounce.isSecond(event, ticket.ticketId, line.lineId)) return;
      if (status === "cancelled") acknowledge([line.lineId]);
      else if (status === "todo") void write(setLineState([line], "preparing", currentPersonId()));
      else if (status === "preparing") finish(ticket, toCook(ticket).length === 1, [line]);
      else if (line.state === "ready") void write(bringBack(property, [line], currentPersonId()));
    },
    [property, write, bounce, acknowledge, finish],
  );
  const onUndo = useCallback(
    (one: JustDone, event: Touch) => {
      // The one below it came there: it was handed over, and would be cooked twice.
      if (bounce.isSecond(event, `undo/${one.id}`)) return;
      remove(one.id);
      void write(bringBack(property, one.lines, currentPersonId()));
    },
    [property, write, bounce, remove],
  );
  const onBack = useCallback(
    (ticket: Ticket, event: Touch) => {
      if (bounce.isSecond(event, ticket.ticketId)) return;
      const ready = ticket.lines.map(({ line }) => line).filter(({ state }) => state === "ready");
      void write(bringBack(property, ready, currentPersonId()));
    },
    [property, write, bounce],
  );
  const onSeen = useCallback(
    (lines: readonly OrderLine[]) => write(markSeen(lines)),
    [write],
  );
  const open = board?.open ?? nothing;
  const view = useTicketView(open, onSeen);
  const close = useCallback(() => setPanel(null), []);

  return (
    <main class="kitchen" onKeyDownCapture={ignoreHeldKey}>
      <Toolbar choice={choice} stations={stations} count={open.length} view={view} onOpen={setPanel}>
        <UndoStrip property={property} undo={undo} onUndo={onUndo} />
      </Toolbar>
      <Away link={link} />
      {settings.sound && !bell && <SoundBar onOff={() => change({ sound: false })} />}
      <TicketList
        view={view}
        names={names}
        stations={stations}
        thresholds={settings.thresholds}
        now={now}
        onLine={onLine}
        onDone={onDone}
      />
      {panel === "recent" && (
        <DoneDialog done={board?.done ?? []} names={names} nowMs={now()} onBack={onBack} onClose={close} />
      )}
      {panel === "out" && (
        <OutDialog property={property} choice={choice} stations={stations} write={write} onClose={close} />
      )}
      {panel === "screen" && (
        <ScreenDialog
          settings={settings}
          choice={choice}
          stations={stations}
          wake={wake}
          onChange={change}
          onClose={close}
        />
      )}
      <ToastLine toast={toast} />
    </main>
  );
}

// Before anything is drawn: a kitchen at night is not lit up for a moment.
showScheme(readSettings().scheme);
openHousePage(KitchenPage, "kitchen", "page.kitchen", "kitchen");
