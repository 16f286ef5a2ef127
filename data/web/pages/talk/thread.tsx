// SPDX-License-Identifier: Apache-2.0
// What was said in one conversation, by days, the newest at the bottom. What is for me and stands on a
// page that somebody looks at has been read.

import type { Property } from "@bellhop/client";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import {
  addresseeOf,
  isPersonal,
  markMessages,
  type Inbox,
} from "../house/messages";
import { t } from "../messages";
import { Trouble } from "../theme/dialog";
import { useAttention } from "./attention";
import { Composer, type Drafts } from "./composer";
import { MessageBubble } from "./message-bubble";
import { nameConversation, nameDay } from "./talk-words";

export interface ThreadProps {
  property: Property;
  inbox: Inbox;
  name: string;
  nowMs: number;
  drafts: Drafts;
  /** The hub cannot be reached. */
  away: boolean;
  onBack: () => void;
}

/** So many are marked at once. */
const MOST_MARKS = 500;

/** @param name of the conversation; what is unread of it counts also where it is too long to be shown whole */
function useReading(property: Property, inbox: Inbox, name: string): void {
  const isAttended = useAttention();
  const { personId } = inbox.me;
  const unread = inbox.unread.filter(({ conversation }) => conversation === name).slice(0, MOST_MARKS);
  const key = unread.map(({ messageId }) => messageId).join(" ");
  useEffect(() => {
    if (!isAttended || unread.length === 0) return;
    // Not kept, it is unread again; that is all that is lost.
    property.write(markMessages(unread, "read", personId)).catch(() => undefined);
  }, [property, isAttended, key, personId]);
}

/** So near the end one reads on there. */
const NEAR_PX = 48;

interface End {
  list: RefObject<HTMLDivElement>;
  onScroll: () => void;
  /** Something has come below what is being read. */
  hasMore: boolean;
  go: () => void;
}

/** Stays at the end of what is said; who has scrolled up to read is left where they are. */
function useEnd(lastId: string | undefined, isLastMine: boolean): End {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [hasMore, setHasMore] = useState(false);
  const go = () => {
    const element = list.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
    isAtEnd.current = true;
    setHasMore(false);
  };
  useLayoutEffect(() => {
    if (isAtEnd.current || isLastMine) go();
    else setHasMore(true);
  }, [lastId]);
  const onScroll = () => {
    const element = list.current;
    if (element === null) return;
    const { scrollHeight, scrollTop, clientHeight } = element;
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (isAtEnd.current) setHasMore(false);
  };
  return { list, onScroll, hasMore, go };
}

function hintOf(name: string, away: boolean): string {
  if (isPersonal(name)) return t(away ? "talk.private.away" : "talk.private");
  if (away) return t("talk.away");
  return name === "all" ? t("talk.all.hint") : "";
}

export function Thread({ property, inbox, name, nowMs, drafts, away, onBack }: ThreadProps) {
  const messages = inbox.conversations.get(name)?.messages ?? [];
  const [lost, setLost] = useState("");
  const last = messages[messages.length - 1];
  const { list, onScroll, hasMore, go } = useEnd(last?.messageId, last?.isMine === true);
  useReading(property, inbox, name);

  const title = nameConversation(property, name);
  const hint = hintOf(name, away);
  const to = addresseeOf(name);
  let day = "";
  return (
    <div class="thread" data-testid="thread" data-name={name}>
      <header class="thread-head">
        <button type="button" class="quiet back" data-testid="back" onClick={onBack}>
          <span class="hidden-visually">{t("page.talk")}</span>
        </button>
        <div>
          <h1>{title}</h1>
          {hint !== "" && (
            <p class="soft" data-testid="thread-hint">
              {hint}
            </p>
          )}
        </div>
      </header>
      {messages.length === 0 ? (
        <p class="thread-empty soft">{t("talk.empty")}</p>
      ) : (
        <div
          class="thread-messages"
          ref={list}
          tabIndex={0}
          role="log"
          aria-label={title}
          onScroll={onScroll}
        >
          <ol>
            {messages.map((message) => {
              const before = day;
              day = nameDay(message.sentMs, nowMs);
              return (
                <MessageBubble
                  key={message.messageId}
                  property={property}
                  inbox={inbox}
                  message={message}
                  nowMs={nowMs}
                  day={day === before ? null : day}
                  onLost={() => setLost(t("house.lost"))}
                />
              );
            })}
          </ol>
        </div>
      )}
      {hasMore && (
        <button type="button" class="token thread-more" data-testid="thread-more" onClick={go}>
          {t("talk.news")}
        </button>
      )}
      <Trouble text={lost} />
      {to !== null && (
        <Composer
          property={property}
          name={name}
          drafts={drafts}
          to={to}
          isPrivate={isPersonal(name)}
          personId={inbox.me.personId}
          title={title}
          onLost={() => setLost(t("house.lost"))}
        />
      )}
    </div>
  );
}
