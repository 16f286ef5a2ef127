// SPDX-License-Identifier: Apache-2.0
// For managers: which tables and rooms there are, and a new printed code where an old one got about.

import { useRef, useState } from "preact/hooks";

import { askHub } from "../link/hub-api";
import type { LinkView } from "../link/use-link";
import { useTask } from "../link/use-task";
import { t } from "../messages";
import { Confirm, Dialog, Trouble } from "../theme/dialog";
import { nextName, titleOf, type Place, type PlaceKind } from "./place";

const MAX_NAME = 24;

interface SetupProps {
  link: LinkView;
  /** Done; what to say. */
  onChanged: (text: string) => void;
}

function KindChoice({ kind, onChoose }: { kind: PlaceKind; onChoose: (kind: PlaceKind) => void }) {
  return (
    <fieldset class="segments">
      <legend class="hidden-visually">{t("place.kind")}</legend>
      {(["table", "room"] as const).map((one) => (
        <label key={one} class="segment" data-chosen={one === kind}>
          <input
            type="radio"
            name="kind"
            checked={one === kind}
            data-testid={`kind-${one}`}
            onChange={() => onChoose(one)}
          />
          <span>{t(one === "room" ? "place.room" : "place.table")}</span>
        </label>
      ))}
    </fieldset>
  );
}

function AddPlace({ link, onChanged }: SetupProps) {
  const [kind, setKind] = useState<PlaceKind>("table");
  const [name, setName] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const { busy, trouble, run } = useTask();
  const wanted = name.trim();

  const add = () =>
    run(async () => {
      await askHub(link.connection, "POST", "/api/v1/places", { kind, name: wanted });
      onChanged(t("place.added", { name: titleOf(kind, wanted) }));
      setName(nextName(wanted));
      field.current?.focus();
    });

  return (
    <form
      class="add-place"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== "") add();
      }}
    >
      <KindChoice kind={kind} onChoose={setKind} />
      <label class="field">
        <span>{t("place.name")}</span>
        <input
          ref={field}
          type="text"
          value={name}
          maxLength={MAX_NAME}
          autoComplete="off"
          placeholder={t(kind === "room" ? "place.name.room" : "place.name.table")}
          data-testid="place-name"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button
        type="submit"
        class="primary"
        data-testid="place-add"
        disabled={busy || wanted === ""}
      >
        {t("place.add")}
      </button>
      <Trouble text={trouble} />
    </form>
  );
}

interface Asked {
  kind: "remove" | "renew";
  place: Place;
}

function AskFirst({ link, asked, onChanged, onClose }: SetupProps & {
  asked: Asked;
  onClose: () => void;
}) {
  const { busy, trouble, run } = useTask();
  const { kind, place } = asked;
  const name = titleOf(place.kind, place.name);
  const doIt = () =>
    run(async () => {
      await askHub(link.connection, "POST", `/api/v1/places/${kind}`, { placeId: place.placeId });
      onChanged(t(kind === "remove" ? "place.removed" : "place.renewed", { name }));
    });
  return (
    <Dialog
      title={t(kind === "remove" ? "place.remove.title" : "place.renew.title", { name })}
      onClose={onClose}
      testId="place-dialog"
    >
      <Confirm
        text={t(kind === "remove" ? "place.remove.hint" : "place.renew.hint")}
        action={t(kind === "remove" ? "place.remove" : "place.renew")}
        keep={t("action.keep")}
        busy={busy}
        trouble={trouble}
        onConfirm={doIt}
        onKeep={onClose}
      />
    </Dialog>
  );
}

export function PlaceSetup({ link, places, onChanged }: SetupProps & { places: readonly Place[] }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <>
      <AddPlace link={link} onChanged={onChanged} />
      {places.length === 0 && <p class="soft">{t("tables.none.manager")}</p>}
      <ul class="rows setup-places" data-testid="setup-places">
        {places.map((place) => {
          const name = titleOf(place.kind, place.name);
          return (
            <li key={place.placeId} class="row-line">
              <span class="row-name">{name}</span>
              <button
                type="button"
                class="quiet"
                aria-label={t("place.renew.title", { name })}
                data-testid="place-renew"
                onClick={() => setAsked({ kind: "renew", place })}
              >
                {t("place.renew")}
              </button>
              <button
                type="button"
                class="quiet"
                aria-label={t("place.remove.title", { name })}
                data-testid="place-remove"
                onClick={() => setAsked({ kind: "remove", place })}
              >
                {t("place.remove")}
              </button>
            </li>
          );
        })}
      </ul>
      {asked !== null && (
        <AskFirst
          link={link}
          asked={asked}
          onClose={() => setAsked(null)}
          onChanged={(text) => {
            setAsked(null);
            onChanged(text);
          }}
        />
      )}
    </>
  );
}
