// SPDX-License-Identifier: Apache-2.0
// A room in the grid: its number large, its state as colour, shape and word, who is in it and who
// cleans it.

import type { Property } from "@bellhop/client";

import { SafeMark } from "../house/safe-mark";
import { initialsOf } from "../link/people";
import { t } from "../messages";
import type { Room } from "./room";
import { RoomPicture } from "./room-picture";
import { nameState } from "./room-words";

export interface RoomCardProps {
  property: Property;
  room: Room;
  /** "": nobody's. */
  assignee: string;
  /** Of the person that rooms are being handed out to; null: a tap opens the room. */
  chosen: boolean | null;
  onTap: (room: Room) => void;
}

export function RoomCard({ property, room, assignee, chosen, onTap }: RoomCardProps) {
  const { placeId, name, title, state, occupied, note } = room;
  const words = [
    title,
    nameState(state),
    t(occupied ? "room.occupied" : "room.vacant"),
    ...(assignee === "" ? [] : [t("room.assigned", { name: assignee })]),
    ...(note === "" ? [] : [t("room.note.mark")]),
  ];
  return (
    <li>
      <button
        type="button"
        class={`room room-${state ?? "none"}`}
        data-testid="room"
        data-room={name}
        data-state={state ?? "none"}
        data-occupied={occupied}
        aria-label={words.join(", ")}
        {...(chosen === null ? { "aria-haspopup": "dialog" as const } : { "aria-pressed": chosen })}
        onClick={() => onTap(room)}
      >
        <span class="room-top">
          <span class="room-name">{name}</span>
          {note !== "" && <RoomPicture of="note" />}
          {assignee !== "" && (
            <span class="avatar room-assignee" title={assignee} data-testid="room-assignee">
              {initialsOf(assignee)}
            </span>
          )}
        </span>
        <span class="room-state">
          <RoomPicture of={state ?? "none"} />
          <span>{nameState(state)}</span>
        </span>
        <span class="room-guests" data-occupied={occupied}>
          {occupied && <RoomPicture of="occupied" />}
          <span>{t(occupied ? "room.occupied" : "room.vacant")}</span>
        </span>
        <SafeMark property={property} name={`place/${placeId}`} />
      </button>
    </li>
  );
}
