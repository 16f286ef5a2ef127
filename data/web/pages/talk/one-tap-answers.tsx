// SPDX-License-Identifier: Apache-2.0
// A question about a room or table is answered by one tap. "Ready" marks the room clean too, where this
// device may and nobody has done it yet.

import { newId, type Property, type PropertyDraft } from "@bellhop/client";

import { answerMessage, markMessages, type TalkMessage } from "../house/messages";
import { readPlaces } from "../house/places";
import { currentPersonId } from "../house/person";
import { useWrite } from "../house/use-house";
import { t } from "../messages";
import { becomesClean, setRoom } from "../rooms/room";

const answers = ["ask.yes", "ask.soon", "ask.no"] as const;

export interface OneTapAnswersProps {
  property: Property;
  message: TalkMessage;
  onLost?: () => void;
}

function markReady(property: Property, about: string | null): PropertyDraft[] {
  if (property.role === "kitchen") return [];
  const room = readPlaces(property).find(({ placeId }) => `place/${placeId}` === about);
  if (room === undefined || room.kind !== "room" || !becomesClean(room)) return [];
  return [setRoom(room.placeId, { state: "clean" }, (entity) => property.nextVersion(entity))];
}

const nothing = () => undefined;

export function OneTapAnswers({ property, message, onLost = nothing }: OneTapAnswersProps) {
  const write = useWrite(property, onLost);
  const answer = (key: (typeof answers)[number]) => {
    const personId = currentPersonId();
    void write([
      answerMessage(newId(), message, t(key), personId),
      ...(message.isUnread ? markMessages([message], "read", personId) : []),
      ...(key === "ask.yes" ? markReady(property, message.about) : []),
    ]);
  };
  return (
    <div class="one-tap" data-testid="one-tap">
      {answers.map((key) => (
        <button
          key={key}
          type="button"
          class={key === "ask.yes" ? "primary" : ""}
          data-testid={key}
          onClick={() => answer(key)}
        >
          {t(key)}
        </button>
      ))}
    </div>
  );
}
