// SPDX-License-Identifier: Apache-2.0
import { t, type MessageKey } from "../messages";
import type { RoomState } from "./room";

const states: Readonly<Record<RoomState, MessageKey>> = {
  clean: "room.state.clean",
  dirty: "room.state.dirty",
  cleaning: "room.state.cleaning",
  inspected: "room.state.inspected",
  "out-of-order": "room.state.out-of-order",
};

const nexts: Readonly<Record<"clean" | "cleaning" | "inspected" | "dirty", MessageKey>> = {
  clean: "room.next.clean",
  cleaning: "room.next.cleaning",
  inspected: "room.next.inspected",
  dirty: "room.next.dirty",
};

export function nameState(state: RoomState | null): string {
  return t(state === null ? "room.state.none" : states[state]);
}

/** What the button says that leads there. */
export function nameNext(state: RoomState): string {
  return t(state === "out-of-order" ? states[state] : nexts[state]);
}

/** "2" is a floor by its number; "Garden wing" speaks for itself. */
export function nameFloor(floor: string): string {
  if (floor === "") return t("rooms.others");
  return /^-?\d/u.test(floor) ? t("rooms.floor", { floor }) : floor;
}
