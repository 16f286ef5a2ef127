// SPDX-License-Identifier: Apache-2.0
// Housekeeping: all rooms by floor, each with its state; a tap opens one, and one more marks it.

import { useEffect, useState } from "preact/hooks";

import { openHousePage, type HousePageProps } from "../house/open-house-page";
import { readPeople } from "../house/places";
import { useInbox } from "../house/use-inbox";
import { useRecords } from "../house/use-house";
import { readStored, store } from "../link/storage";
import { t } from "../messages";
import { EmptyState, Forbidden } from "../theme/empty-state";
import { InboxNow } from "../talk/inbox-now";
import { ToastLine, useToast } from "../theme/toast";
import { FloorList } from "./floor-list";
import { HandOut } from "./hand-out";
import { NewDay } from "./new-day";
import { fits, readRooms, roomFilters, type Room, type RoomFilter } from "./room";
import { RoomSheet } from "./room-sheet";
import { useMarking } from "./use-marking";

const PLACES = ["place"];
const PEOPLE = ["person"];
const KEPT = "rooms-filter";
/** The rooms are what one came for. */
const MOST_MESSAGES = 2;

interface FilterChipsProps {
  rooms: readonly Room[];
  filter: RoomFilter;
  personId: string | null;
  onChoose: (filter: RoomFilter) => void;
}

const filterWords = {
  all: "rooms.filter.all",
  mine: "rooms.filter.mine",
  dirty: "rooms.filter.dirty",
  cleaning: "rooms.filter.cleaning",
  ready: "rooms.filter.ready",
  "out-of-order": "rooms.filter.out-of-order",
} as const;

function FilterChips({ rooms, filter, personId, onChoose }: FilterChipsProps) {
  const shown = roomFilters.filter((one) => one !== "mine" || personId !== null);
  return (
    <div class="token-row" role="group" aria-label={t("rooms.filters")}>
      {shown.map((one) => (
        <button
          key={one}
          type="button"
          class="token"
          data-testid={`filter-${one}`}
          aria-pressed={one === filter}
          onClick={() => onChoose(one)}
        >
          {t(filterWords[one])}{" "}
          <span class="token-count">{rooms.filter((room) => fits(room, one, personId)).length}</span>
        </button>
      ))}
    </div>
  );
}

function useFilter(personId: string | null): [RoomFilter, (filter: RoomFilter) => void] {
  const [wanted, setWanted] = useState<RoomFilter>(
    () => roomFilters.find((one) => one === readStored(KEPT)) ?? "all",
  );
  useEffect(() => void store(KEPT, wanted), [wanted]);
  return [wanted === "mine" && personId === null ? "all" : wanted, setWanted];
}

function NoRooms({ isManager }: { isManager: boolean }) {
  return (
    <EmptyState
      title={t("rooms.none")}
      hint={t(isManager ? "rooms.none.manager" : "rooms.none.staff")}
      testId="no-rooms"
    >
      {isManager && <a href="/tables#setup">{t("rooms.none.setup")}</a>}
    </EmptyState>
  );
}

function Rooms({ property, link }: HousePageProps) {
  const toast = useToast();
  const inbox = useInbox(property, link.connection);
  const rooms = useRecords(property, PLACES, readRooms) ?? [];
  const people = useRecords(property, PEOPLE, readPeople) ?? [];
  const { personId } = inbox.me;
  const [filter, setFilter] = useFilter(personId);
  const [openId, setOpenId] = useState<string | null>(null);
  const [isNewDay, setNewDay] = useState(false);
  const [isHandingOut, setHandingOut] = useState(false);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const marking = useMarking(property, toast);

  if (rooms.length === 0) return <NoRooms isManager={property.role === "manager"} />;
  const open = rooms.find(({ placeId }) => placeId === openId);
  const shown = rooms.filter((room) => isHandingOut || fits(room, filter, personId));
  const onTap = (room: Room) => {
    if (!isHandingOut) setOpenId(room.placeId);
    else if (chosenId !== null)
      marking.assign(room, room.assigneeId === chosenId ? null : chosenId);
  };
  return (
    <>
      <header class="page-head rooms-head">
        <h1>{t("page.rooms")}</h1>
        {!isHandingOut && (
          <>
            <button type="button" class="quiet" data-testid="new-day" onClick={() => setNewDay(true)}>
              {t("rooms.new-day")}
            </button>
            {people.length > 0 && (
              <button
                type="button"
                class="quiet"
                data-testid="hand-out"
                onClick={() => {
                  setChosenId((before) => before ?? people[0]?.personId ?? null);
                  setHandingOut(true);
                }}
              >
                {t("rooms.hand-out")}
              </button>
            )}
          </>
        )}
      </header>
      {!isHandingOut && <InboxNow property={property} link={link} most={MOST_MESSAGES} />}
      {isHandingOut ? (
        <HandOut
          people={people}
          rooms={rooms}
          chosenId={chosenId}
          onChoose={setChosenId}
          onDone={() => setHandingOut(false)}
        />
      ) : (
        <FilterChips rooms={rooms} filter={filter} personId={personId} onChoose={setFilter} />
      )}
      {shown.length === 0 ? (
        <EmptyState title={t("rooms.empty")} hint={t("rooms.empty.hint")} testId="no-such-rooms" />
      ) : (
        <FloorList
          property={property}
          rooms={shown}
          people={people}
          chosenId={isHandingOut ? chosenId : undefined}
          onTap={onTap}
        />
      )}
      {open !== undefined && (
        <RoomSheet
          property={property}
          room={open}
          people={people}
          inbox={inbox}
          onState={(room, state, more) => {
            marking.markState(room, state, more);
            setOpenId(null);
          }}
          onChange={marking.change}
          onAssign={marking.assign}
          onClose={() => setOpenId(null)}
        />
      )}
      {isNewDay && (
        <NewDay rooms={rooms} onGo={marking.beginDay} onClose={() => setNewDay(false)} />
      )}
      <ToastLine toast={toast} />
    </>
  );
}

function RoomsPage(props: HousePageProps) {
  return (
    <main class="page" data-testid="rooms-page">
      {props.property.role === "kitchen" ? (
        <Forbidden title={t("rooms.forbidden")} hint={t("rooms.forbidden.hint")} />
      ) : (
        <Rooms {...props} />
      )}
    </main>
  );
}

openHousePage(RoomsPage, "rooms", "page.rooms", "staff");
