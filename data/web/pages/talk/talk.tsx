// SPDX-License-Identifier: Apache-2.0
// Messages within the house: on the left to whom, on the right what was said; on a phone one after the
// other.

import { useCallback, useEffect, useState } from "preact/hooks";

import { openHousePage, type HousePageProps } from "../house/open-house-page";
import { addresseeOf } from "../house/messages";
import { readPeople } from "../house/places";
import { useInbox } from "../house/use-inbox";
import { useRecords } from "../house/use-house";
import { useNow } from "../link/use-now";
import { t } from "../messages";
import type { Drafts } from "./composer";
import { ConversationList } from "./conversation-list";
import { Thread } from "./thread";

const AGE_MS = 10000;
const PEOPLE = ["person", "device"];

/** Of the address, so that "back" leads to the list; null: none is open. */
function useConversation(): [string | null, (name: string | null) => void] {
  const read = () => {
    const name = location.hash.slice(1);
    return name === "role/guest" || addresseeOf(name) !== null ? name : null;
  };
  const [open, setOpen] = useState(read);
  useEffect(() => {
    const onHash = () => setOpen(read());
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, []);
  const go = useCallback((name: string | null) => {
    if (name !== null) location.hash = name;
    else history.replaceState(null, "", location.pathname + location.search);
    setOpen(name);
  }, []);
  return [open, go];
}

function TalkPage({ property, link }: HousePageProps) {
  const inbox = useInbox(property, link.connection);
  const people = useRecords(property, PEOPLE, readPeople) ?? [];
  const nowMs = useNow(AGE_MS, property);
  const [open, go] = useConversation();
  const [drafts] = useState<Drafts>(() => new Map());
  // The first heading is what is open.
  const Title = open === null ? "h1" : "h2";
  return (
    <main class="talk" data-testid="talk-page" data-open={open ?? ""}>
      <section class="talk-list" aria-label={t("talk.conversations")}>
        <Title class="talk-title">{t("page.talk")}</Title>
        <ConversationList
          property={property}
          inbox={inbox}
          people={people}
          nowMs={nowMs}
          open={open}
          onOpen={go}
        />
      </section>
      <section class="talk-open">
        {open === null ? (
          <p class="talk-none soft">{t("talk.choose")}</p>
        ) : (
          <Thread
            key={open}
            property={property}
            inbox={inbox}
            name={open}
            nowMs={nowMs}
            drafts={drafts}
            away={link.path === "none" && !link.connecting}
            onBack={() => go(null)}
          />
        )}
      </section>
    </main>
  );
}

openHousePage(TalkPage, "talk", "page.talk", "staff");
