// SPDX-License-Identifier: Apache-2.0
// "Room 205 ready?": asked of who cleans it, else of the service; and what was answered last.

import { newId, type Property } from "@bellhop/client";
import { useState } from "preact/hooks";

import { isQuestion, sendMessage, type Inbox, type TalkMessage } from "../house/messages";
import { personName } from "../house/places";
import { useWrite } from "../house/use-house";
import { useNow } from "../link/use-now";
import { t } from "../messages";
import { nameSender } from "../talk/talk-words";
import { OneTapAnswers } from "../talk/one-tap-answers";
import { Ago } from "../theme/ago";
import { Trouble } from "../theme/dialog";
import type { Room } from "./room";

const AGE_MS = 10000;
/** Yesterday's answer is none. */
const ASKED_MS = 12 * 3600 * 1000;

export interface AskPartProps {
  property: Property;
  room: Room;
  inbox: Inbox;
}

function findLastAsked(inbox: Inbox, { placeId }: Room, nowMs: number): TalkMessage | undefined {
  const said = inbox.about.get(`place/${placeId}`) ?? [];
  return said.filter((one) => isQuestion(one) && one.sentMs > nowMs - ASKED_MS).slice(-1)[0];
}

interface LastAskedProps extends Pick<AskPartProps, "property" | "inbox"> {
  question: TalkMessage;
  nowMs: number;
}

function LastAsked({ property, inbox, question, nowMs }: LastAskedProps) {
  const answer = inbox.answers.get(question.messageId);
  const words = (one: TalkMessage) => (
    <>
      <strong>{nameSender(property, one)}</strong> {one.text}{" "}
      <span class="soft">
        <Ago timeMs={one.sentMs} nowMs={nowMs} />
      </span>
    </>
  );
  return (
    <div class="asked" data-testid="asked" aria-live="polite">
      <p>{words(question)}</p>
      <p data-testid="asked-answer">
        {answer === undefined ? <span class="soft">{t("ask.waiting")}</span> : words(answer)}
      </p>
      {answer === undefined && !question.isMine && (
        <OneTapAnswers property={property} message={question} />
      )}
    </div>
  );
}

export function AskPart({ property, room, inbox }: AskPartProps) {
  const nowMs = useNow(AGE_MS, property);
  const [trouble, setTrouble] = useState("");
  const write = useWrite(property, () => setTrouble(t("house.lost")));
  const { personId } = inbox.me;
  const assignee = personName(property, room.assigneeId);
  const isOwn = room.assigneeId !== null && room.assigneeId === personId;
  const ask = () => {
    const to =
      room.assigneeId === null || assignee === "" ? { role: "staff" } : { personId: room.assigneeId };
    const text = t("ask.question", { name: room.title });
    const about = `place/${room.placeId}`;
    void write(sendMessage(newId(), to, { text, about }, false, personId));
  };
  const question = findLastAsked(inbox, room, nowMs);
  if (isOwn && question === undefined) return null;
  return (
    <div class="room-part">
      <h3>{t("ask.title")}</h3>
      {question !== undefined && (
        <LastAsked property={property} inbox={inbox} question={question} nowMs={nowMs} />
      )}
      {!isOwn && (
        <button type="button" class="room-ask" data-testid="ask" onClick={ask}>
          {assignee === "" ? t("ask.staff") : t("ask.person", { name: assignee })}
        </button>
      )}
      <Trouble text={trouble} />
    </div>
  );
}
