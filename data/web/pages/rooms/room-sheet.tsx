// SPDX-License-Identifier: Apache-2.0
// All of one room: what is done with it next as the one large button, the rest below it.

import type { Property } from "@bellhop/client";
import { useState } from "preact/hooks";

import type { Inbox } from "../house/messages";
import type { HousePerson } from "../house/places";
import { initialsOf } from "../link/people";
import { t } from "../messages";
import { Dialog } from "../theme/dialog";
import { AskPart } from "./ask-part";
import { nextState, noteChange, roomStates, type Room, type RoomChange, type RoomState } from "./room";
import { RoomPicture } from "./room-picture";
import { nameNext, nameState } from "./room-words";

/** kinds.json */
const MAX_NOTE = 500;

export interface RoomSheetProps {
  property: Property;
  room: Room;
  people: readonly HousePerson[];
  inbox: Inbox;
  /** @param more what was typed beside it and not saved */
  onState: (room: Room, state: RoomState, more: RoomChange) => void;
  onChange: (room: Room, set: RoomChange) => void;
  onAssign: (room: Room, personId: string | null) => void;
  onClose: () => void;
}

interface StatesProps {
  room: Room;
  onState: (state: RoomState) => void;
}

function States({ room, onState }: StatesProps) {
  const next = nextState(room.state);
  const others = roomStates.filter((state) => state !== next && state !== room.state);
  return (
    <>
      {next === null ? (
        <p class="room-done">{t("room.done")}</p>
      ) : (
        <button
          type="button"
          class="primary large room-next"
          data-testid="room-next"
          data-autofocus
          onClick={() => onState(next)}
        >
          <RoomPicture of={next} />
          {nameNext(next)}
        </button>
      )}
      <div class="room-part" role="group" aria-labelledby="room-states">
        <h3 id="room-states">{t("room.states")}</h3>
        <div class="room-choices">
          {others.map((state) => (
            <button
              key={state}
              type="button"
              class={`room-choice room-${state}`}
              data-testid={`mark-${state}`}
              onClick={() => onState(state)}
            >
              <RoomPicture of={state} />
              {nameState(state)}
            </button>
          ))}
        </div>
      </div>
    </>
  );
}

function Guests({ room, onChange }: Pick<RoomSheetProps, "room" | "onChange">) {
  return (
    <div class="room-part" role="group" aria-labelledby="room-guests">
      <h3 id="room-guests">{t("room.guests")}</h3>
      <div class="room-choices">
        {[true, false].map((occupied) => (
          <button
            key={String(occupied)}
            type="button"
            class="room-choice"
            data-testid={occupied ? "occupied" : "vacant"}
            aria-pressed={room.occupied === occupied}
            onClick={() => onChange(room, { occupied })}
          >
            {occupied && <RoomPicture of="occupied" />}
            {t(occupied ? "room.occupied" : "room.vacant")}
          </button>
        ))}
      </div>
    </div>
  );
}

function Assignee({ room, people, onAssign }: Pick<RoomSheetProps, "room" | "people" | "onAssign">) {
  return (
    <div class="room-part" role="group" aria-labelledby="room-assignee">
      <h3 id="room-assignee">{t("room.assignee")}</h3>
      {people.length === 0 ? (
        <p class="soft">{t("room.no-people")}</p>
      ) : (
        <div class="room-choices">
          {people.map(({ personId, name }) => (
            <button
              key={personId}
              type="button"
              class="room-choice"
              data-testid="assign"
              aria-pressed={room.assigneeId === personId}
              onClick={() => onAssign(room, personId)}
            >
              <span class="avatar" aria-hidden="true">
                {initialsOf(name)}
              </span>
              {name}
            </button>
          ))}
          <button
            type="button"
            class="room-choice"
            data-testid="assign-nobody"
            aria-pressed={room.assigneeId === null}
            onClick={() => onAssign(room, null)}
          >
            {t("room.nobody")}
          </button>
        </div>
      )}
    </div>
  );
}

interface NoteProps {
  text: string;
  isChanged: boolean;
  onType: (text: string) => void;
  onSave: () => void;
}

function Note({ text, isChanged, onType, onSave }: NoteProps) {
  return (
    <form
      class="room-part"
      onSubmit={(event) => {
        event.preventDefault();
        onSave();
      }}
    >
      <label class="field">
        <span>{t("room.note")}</span>
        <textarea
          rows={2}
          maxLength={MAX_NOTE}
          data-testid="room-note"
          placeholder={t("room.note.placeholder")}
          value={text}
          onInput={(event) => onType(event.currentTarget.value)}
        />
      </label>
      {isChanged && (
        <button type="submit" data-testid="room-note-save">
          {t("room.note.save")}
        </button>
      )}
    </form>
  );
}

export function RoomSheet(props: RoomSheetProps) {
  const { property, room, people, inbox, onState, onChange, onAssign, onClose } = props;
  const [note, setNote] = useState(room.note);
  // Compared with what was written first, not with what another has written meanwhile.
  const [before, setBefore] = useState(room.note);
  const change = noteChange(before, note);
  const save = () => {
    onChange(room, change);
    setBefore(note.trim());
  };
  return (
    <Dialog title={room.title} onClose={onClose} testId="room-sheet">
      <p class={`room-now room-${room.state ?? "none"}`} data-testid="room-now">
        <RoomPicture of={room.state ?? "none"} />
        {nameState(room.state)}
      </p>
      <States room={room} onState={(state) => onState(room, state, change)} />
      <Guests room={room} onChange={onChange} />
      <AskPart property={property} room={room} inbox={inbox} />
      <Assignee room={room} people={people} onAssign={onAssign} />
      <Note text={note} isChanged={"note" in change} onType={setNote} onSave={save} />
    </Dialog>
  );
}
