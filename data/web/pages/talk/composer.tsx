// SPDX-License-Identifier: Apache-2.0
// A field for what is said, what it is about, and what is said every day by one tap.

import { newId, type Property } from "@bellhop/client";
import { useReducer } from "preact/hooks";

import { sendMessage, type Addressee } from "../house/messages";
import { readPlaces, type Place } from "../house/places";
import { useRecords, useWrite } from "../house/use-house";
import { t } from "../messages";

const PLACES = ["place"];
/** kinds.json */
const MAX_TEXT = 2000;

interface Draft {
  text: string;
  aboutId: string;
}

/** What was typed and not sent, by who typed it and the conversation; as long as the page is open. */
export type Drafts = Map<string, Draft>;

export interface ComposerProps {
  property: Property;
  /** Of the conversation. */
  name: string;
  drafts: Drafts;
  to: Addressee;
  isPrivate: boolean;
  personId: string | null;
  title: string;
  onLost: () => void;
}

function quickTexts(about: Place | undefined): string[] {
  const texts = [t("talk.quick.coming"), t("talk.quick.desk"), t("talk.quick.thanks")];
  if (about === undefined) return texts;
  const name = about.title;
  return about.kind === "room"
    ? [t("ask.question", { name }), t("talk.quick.guest-waits", { name }), ...texts]
    : [t("talk.quick.clear", { name }), t("talk.quick.guest-calls", { name }), ...texts];
}

function toOptions(places: readonly Place[], kind: Place["kind"], label: string) {
  const own = places.filter((place) => place.kind === kind);
  if (own.length === 0) return null;
  return (
    <optgroup label={label}>
      {own.map(({ placeId, title }) => (
        <option key={placeId} value={placeId}>
          {title}
        </option>
      ))}
    </optgroup>
  );
}

const EMPTY: Draft = { text: "", aboutId: "" };

/** Another conversation, or another person, has its own. */
function useDraft(drafts: Drafts, key: string): [Draft, (draft: Draft) => void] {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const keep = (draft: Draft) => {
    if (draft.text === "" && draft.aboutId === "") drafts.delete(key);
    else drafts.set(key, draft);
    again(undefined);
  };
  return [drafts.get(key) ?? EMPTY, keep];
}

export function Composer(props: ComposerProps) {
  const { property, name, drafts, to, isPrivate, personId, title, onLost } = props;
  const places = useRecords(property, PLACES, readPlaces) ?? [];
  const key = `${personId ?? ""} ${name}`;
  const [draft, keep] = useDraft(drafts, key);
  const { text, aboutId } = draft;
  const write = useWrite(property, onLost);
  const about = places.find(({ placeId }) => placeId === aboutId);

  const send = (said: string) => {
    if (said.trim() === "") return;
    const words = { text: said.trim(), about: about === undefined ? null : `place/${about.placeId}` };
    void write(sendMessage(newId(), to, words, isPrivate, personId)).then((isKept) => {
      // What could not be kept is still there to be sent again, also where another conversation is open now.
      if (!isKept && (drafts.get(key)?.text ?? "") === "") keep({ text: said, aboutId });
    });
    keep(EMPTY);
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send(text);
      }}
    >
      <div class="composer-quick" role="group" aria-label={t("talk.quick")}>
        {quickTexts(about).map((one) => (
          <button key={one} type="button" class="token" data-testid="quick" onClick={() => send(one)}>
            {one}
          </button>
        ))}
      </div>
      <div class="composer-line">
        {places.length > 0 && (
          <select
            class="composer-about"
            data-testid="about"
            aria-label={t("talk.about")}
            value={aboutId}
            onChange={(event) => keep({ text, aboutId: event.currentTarget.value })}
          >
            <option value="">{t("talk.about.nothing")}</option>
            {toOptions(places, "room", t("page.rooms"))}
            {toOptions(places, "table", t("page.tables"))}
          </select>
        )}
        <input
          class="composer-text"
          type="text"
          data-testid="text"
          maxLength={MAX_TEXT}
          autocomplete="off"
          enterkeyhint="send"
          aria-label={t("talk.write", { name: title })}
          placeholder={t("talk.write.placeholder")}
          value={text}
          onInput={(event) => keep({ text: event.currentTarget.value, aboutId })}
        />
        <button type="submit" class="primary composer-send" data-testid="send" disabled={text.trim() === ""}>
          {t("talk.send")}
        </button>
      </div>
    </form>
  );
}
