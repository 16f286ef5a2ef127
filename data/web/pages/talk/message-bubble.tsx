// SPDX-License-Identifier: Apache-2.0
// One message, and how far it has come: to the hub, to a device, before somebody's eyes.

import type { Property } from "@bellhop/client";

import { isQuestion, type Inbox, type TalkMessage } from "../house/messages";
import { personName, placeTitle } from "../house/places";
import { SafeMark } from "../house/safe-mark";
import { useSafe } from "../house/use-house";
import { t } from "../messages";
import { Ago } from "../theme/ago";
import { OneTapAnswers } from "./one-tap-answers";
import { nameReader, nameSender } from "./talk-words";

/** More names than that are a number. */
const NAMED_READERS = 2;

export interface MessageBubbleProps {
  property: Property;
  inbox: Inbox;
  message: TalkMessage;
  nowMs: number;
  /** A day that begins with it. */
  day: string | null;
  onLost: () => void;
}

function describeMarks(property: Property, { readers, delivered }: TalkMessage): string {
  const names = [...new Set(readers.map((reader) => nameReader(property, reader)))];
  if (names.length > NAMED_READERS) return t("talk.read-by", { names: names.length });
  if (names.length > 0) return t("talk.read-by", { names: names.join(", ") });
  return t(delivered.length > 0 ? "talk.delivered" : "talk.sent");
}

function Marks({ property, message }: { property: Property; message: TalkMessage }) {
  const name = `message/${message.messageId}`;
  const isSafe = useSafe(property, name);
  const { readers, delivered } = message;
  const isKnown = isSafe || readers.length > 0 || delivered.length > 0;
  return (
    <>
      {isKnown && (
        <span data-testid="marks" data-read={readers.length}>
          {describeMarks(property, message)}
        </span>
      )}
      <SafeMark property={property} name={name} />
    </>
  );
}

/** "Room 205", and of what is for one person in a team, for whom. */
function describeSubject(property: Property, { about, to, text, isPrivate }: TalkMessage): string {
  const place = about?.startsWith("place/") === true ? placeTitle(property, about.slice(6)) : "";
  const person = isPrivate ? "" : personName(property, to.personId ?? null);
  const subject = text.includes(place) ? "" : place;
  return [person === "" ? "" : t("talk.for", { name: person }), subject].filter(Boolean).join(" · ");
}

export function MessageBubble({ property, inbox, message, nowMs, day, onLost }: MessageBubbleProps) {
  const { messageId, text, sentMs, isMine, isForMe } = message;
  const subject = describeSubject(property, message);
  const isOpen = isQuestion(message) && isForMe && !isMine && !inbox.answers.has(messageId);
  return (
    <li>
      {day !== null && <p class="thread-day">{day}</p>}
      <div class="bubble" data-testid="message" data-message={messageId} data-mine={isMine}>
        <p class="bubble-head">
          {!isMine && <strong>{nameSender(property, message)}</strong>}
          {subject !== "" && <span class="mark">{subject}</span>}
        </p>
        <p class="bubble-text">{text}</p>
        <p class="bubble-foot">
          <Ago timeMs={sentMs} nowMs={nowMs} />
          {isMine && <Marks property={property} message={message} />}
        </p>
        {isOpen && <OneTapAnswers property={property} message={message} onLost={onLost} />}
      </div>
    </li>
  );
}
