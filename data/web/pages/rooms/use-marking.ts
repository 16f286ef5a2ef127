// SPDX-License-Identifier: Apache-2.0
// What is done with rooms: seen at once, told in a line that can take it back.

import type { Property } from "@bellhop/client";
import { useCallback, useRef } from "preact/hooks";

import { useWrite } from "../house/use-house";
import { t } from "../messages";
import type { Toast } from "../theme/toast";
import {
  assignRoom,
  readRooms,
  setRoom,
  undoState,
  type Room,
  type RoomChange,
  type RoomState,
} from "./room";
import { nameState } from "./room-words";

export interface Marking {
  /** @param more is written with it */
  markState: (room: Room, state: RoomState, more?: RoomChange) => void;
  change: (room: Room, set: RoomChange) => void;
  assign: (room: Room, personId: string | null) => void;
  beginDay: (rooms: readonly Room[]) => void;
}

export function useMarking(property: Property, toast: Toast): Marking {
  const tell = useRef(toast.tell);
  tell.current = toast.tell;
  const onLost = useCallback(() => tell.current(t("house.lost")), []);
  const write = useWrite(property, onLost);
  const nextVersion = (entity: string) => property.nextVersion(entity);

  const undo = (before: readonly Room[], set: RoomState, said: (count: number) => string) => {
    const drafts = undoState(before, readRooms(property), set, nextVersion);
    if (drafts.length === 0) tell.current(t("room.undo.late"));
    else void write(drafts).then((isKept) => isKept && tell.current(said(drafts.length)));
  };
  const undoAction = (before: readonly Room[], set: RoomState, said: (count: number) => string) =>
    before.some(({ state }) => state !== null)
      ? { label: t("room.undo"), run: () => undo(before, set, said) }
      : undefined;

  return {
    markState: (room, state, more = {}) => {
      const said = () => t("room.undone", { name: room.title });
      const text = t("room.said", { name: room.title, state: nameState(state) });
      toast.tell(text, undoAction([room], state, said));
      void write(setRoom(room.placeId, { ...more, state }, nextVersion));
    },
    change: (room, set) => void write(setRoom(room.placeId, set, nextVersion)),
    assign: (room, personId) => void write(assignRoom(room.placeId, personId, nextVersion)),
    beginDay: (rooms) => {
      const said = (count: number) => t("rooms.new-day.undone", { count });
      toast.tell(t("rooms.new-day.said", { count: rooms.length }), undoAction(rooms, "dirty", said));
      void write(rooms.map(({ placeId }) => setRoom(placeId, { state: "dirty" }, nextVersion)));
    },
  };
}
