// SPDX-License-Identifier: Apache-2.0
import type { Property } from "@bellhop/client";

import type { HousePerson } from "../house/places";
import { toFloors, type Room } from "./room";
import { RoomCard } from "./room-card";
import { nameFloor } from "./room-words";

export interface FloorListProps {
  property: Property;
  rooms: readonly Room[];
  people: readonly HousePerson[];
  /** Whom rooms are being handed out to (null: nobody is chosen yet); undefined: they are not. */
  chosenId: string | null | undefined;
  onTap: (room: Room) => void;
}

export function FloorList({ property, rooms, people, chosenId, onTap }: FloorListProps) {
  const names = new Map(people.map(({ personId, name }) => [personId, name]));
  const floors = toFloors(rooms);
  const isOne = floors.length === 1 && floors[0]?.name === "";
  return (
    <>
      {floors.map((floor) => (
        <section key={floor.name} class="room-floor" data-testid="floor" data-floor={floor.name}>
          {!isOne && <h2>{nameFloor(floor.name)}</h2>}
          <ul class="room-grid">
            {floor.rooms.map((room) => (
              <RoomCard
                key={room.placeId}
                property={property}
                room={room}
                assignee={names.get(room.assigneeId ?? "") ?? ""}
                chosen={chosenId === undefined ? null : chosenId !== null && room.assigneeId === chosenId}
                onTap={onTap}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
