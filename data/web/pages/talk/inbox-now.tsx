// SPDX-License-Identifier: Apache-2.0
// What is unread and for me, as cards on another page: answered or put away by one tap.

import type { Property } from "@bellhop/client";
import { useState } from "preact/hooks";

import { isQuestion, markMessages, type TalkMessage } from "../house/messages";
import { personName, placeTitle } from "../house/places";
import { useInbox } from "../house/use-inbox";
import { useWrite } from "../house/use-house";
import type { LinkView } from "../link/use-link";
import { useNow } from "../link/use-now";
import { t } from "../messages";
import { Ago } from "../theme/ago";
import { Trouble } from "../theme/dialog";
import { OneTapAnswers } from "./one-tap-answers";
import { nameConversation, nameSender } from "./talk-words";

const AGE_MS = 10000;
const SHOWN = 5;

export interface InboxNowProps {
  property: Property;
  link: LinkView;
  /** So many; the others stand on the page of messages. */
  most?: number;
}

interface CardProps {
  property: Property;
  message: TalkMessage;
  personId: string | null;
  nowMs: number;
  onLost: () => void;
}

function InboxCard({ property, message, personId, nowMs, onLost }: CardProps) {
  const { text, sentMs, about, to, conversation } = message;
  const write = useWrite(property, onLost);
  const place = about?.startsWith("place/") === true ? placeTitle(property, about.slice(6)) : "";
  const person = personName(property, to.personId ?? null);
  const read = () => void write(markMessages([message], "read", personId));
  return (
    <li class="inbox-card" data-testid="inbox-card" data-key={message.messageId}>
      <p class="bubble-head">
        <strong>{nameSender(property, message)}</strong>
        <span class="mark">
          {person === "" ? nameConversation(property, conversation) : t("talk.for", { name: person })}
        </span>
        <span class="soft">
          <Ago timeMs={sentMs} nowMs={nowMs} />
        </span>
      </p>
      <p class="inbox-text">
        {!text.includes(place) && <strong>{place}: </strong>}
        {text}
      </p>
      {isQuestion(message) ? (
        <OneTapAnswers property={property} message={message} onLost={onLost} />
      ) : (
        <div class="one-tap">
          <button type="button" class="primary" data-testid="inbox-read" onClick={read}>
            {t("talk.got-it")}
          </button>
          <a class="one-tap-link" href={`/talk${location.search}#${conversation}`}>
            {t("talk.answer")}
          </a>
        </div>
      )}
    </li>
  );
}

export function InboxNow({ property, link, most = SHOWN }: InboxNowProps) {
  const { me, unread } = useInbox(property, link.connection);
  const nowMs = useNow(AGE_MS, property);
  const [lost, setLost] = useState("");
  return (
    <div class="inbox-now" aria-live="polite" data-testid="inbox-now">
      <Trouble text={lost} />
      {unread.length > 0 && (
        <ul class="inbox-cards">
          {unread.slice(0, most).map((message) => (
            <InboxCard
              key={message.messageId}
              property={property}
              message={message}
              personId={me.personId}
              nowMs={nowMs}
              onLost={() => setLost(t("house.lost"))}
            />
          ))}
        </ul>
      )}
      {unread.length > most && (
        <a class="one-tap-link" href={`/talk${location.search}`}>
          {t("talk.more", { count: unread.length - most })}
        </a>
      )}
    </div>
  );
}
