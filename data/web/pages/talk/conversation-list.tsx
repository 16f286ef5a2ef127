// SPDX-License-Identifier: Apache-2.0
// To whom one can speak: everybody, the teams, the people, each with what was said last. Teams keep
// their places; of people those come first who spoke last.

import type { Property } from "@bellhop/client";

import { talkRoles, type Inbox, type TalkMessage } from "../house/messages";
import type { HousePerson } from "../house/places";
import { initialsOf } from "../link/people";
import { t } from "../messages";
import { Ago } from "../theme/ago";
import { TeamPicture } from "./team-picture";
import { nameConversation, nameSender } from "./talk-words";

export interface ConversationListProps {
  property: Property;
  inbox: Inbox;
  people: readonly HousePerson[];
  nowMs: number;
  open: string | null;
  onOpen: (name: string) => void;
}

function lastOf({ conversations }: Inbox, name: string): TalkMessage | undefined {
  return conversations.get(name)?.messages.slice(-1)[0];
}

function Entry({ name, ...props }: { name: string } & Omit<ConversationListProps, "people">) {
  const { property, inbox, nowMs, open, onOpen } = props;
  const last = lastOf(inbox, name);
  const unread = inbox.conversations.get(name)?.unread ?? 0;
  const title = nameConversation(property, name);
  const isOwn = name === `role/${inbox.me.role}`;
  const isTeam = name === "all" || name.startsWith("role/");
  return (
    <li>
      <button
        type="button"
        class="talk-entry"
        data-testid="conversation"
        data-name={name}
        data-unread={unread}
        aria-current={name === open ? "true" : undefined}
        onClick={() => onOpen(name)}
      >
        <span class="avatar" aria-hidden="true">
          {isTeam ? <TeamPicture of={name} /> : initialsOf(title)}
        </span>
        <span class="talk-entry-words">
          <span class="talk-entry-title">
            {title}
            {isOwn && <span class="mark">{t("talk.own-team")}</span>}
          </span>
          {last !== undefined && (
            <span class="talk-entry-last">
              {nameSender(property, last)}: {last.text}
            </span>
          )}
        </span>
        <span class="talk-entry-end">
          {last !== undefined && <Ago timeMs={last.sentMs} nowMs={nowMs} />}
          {unread > 0 && (
            <span class="unread-badge" data-testid="unread">
              <span aria-hidden="true">{unread}</span>
              <span class="hidden-visually">{t("talk.unread", { count: unread })}</span>
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

export function ConversationList({ people, ...props }: ConversationListProps) {
  const { inbox } = props;
  const { me, conversations } = inbox;
  const isSpoken = (name: string) => conversations.has(name);
  const teams = ["all", ...talkRoles.map((role) => `role/${role}`), ...["role/guest"].filter(isSpoken)];
  const known = new Set(
    people.filter(({ personId }) => personId !== me.personId).map(({ personId }) => `person/${personId}`),
  );
  for (const name of conversations.keys()) if (!teams.includes(name)) known.add(name);
  const lastMs = (name: string) => lastOf(inbox, name)?.sentMs ?? 0;
  const persons = [...known].sort((a, b) => lastMs(b) - lastMs(a));
  return (
    <>
      <ul class="talk-entries">
        {teams.map((name) => (
          <Entry key={name} name={name} {...props} />
        ))}
      </ul>
      <h2>{t("talk.people")}</h2>
      {me.personId === null && people.length > 0 && <p class="soft">{t("talk.sign-in")}</p>}
      {persons.length === 0 ? (
        <p class="soft">{t("talk.no-people")}</p>
      ) : (
        <ul class="talk-entries">
          {persons.map((name) => (
            <Entry key={name} name={name} {...props} />
          ))}
        </ul>
      )}
    </>
  );
}
