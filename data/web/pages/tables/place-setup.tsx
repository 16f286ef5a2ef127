// SPDX-License-Identifier: Apache-2.0
// For managers: which tables and rooms there are and where, and a new printed code where an old one got
// about.

import type { Property } from "@bellhop/client";
import { useRef, useState } from "preact/hooks";

import { textOf } from "../link/fields";
import { askHub } from "../link/hub-api";
import type { LinkView } from "../link/use-link";
import { useTask } from "../link/use-task";
import { t } from "../messages";
import { Confirm, Dialog, Trouble } from "../theme/dialog";
import { AreaField, FurnishDialog } from "./furnish-dialog";
import { describeFurnishing, furnish, NOTHING, type Furnishings } from "./furnishing";
import { groupByArea, groupTitle, nextName, titleOf, type Place, type PlaceKind } from "./place";

const MAX_NAME = 24;

interface SetupProps {
  link: LinkView;
  /** null: none is open, and where they are cannot be written. */
  property: Property | null;
  /** Where other places are. */
  areas: readonly string[];
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

function AddPlace({ link, property, areas, onChanged }: SetupProps) {
  const [kind, setKind] = useState<PlaceKind>("table");
  const [name, setName] = useState("");
  // It stays for the next one: they are added area by area.
  const [area, setArea] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const { busy, trouble, run } = useTask();
  const wanted = name.trim();

  const add = () =>
    run(async () => {
      const made = await askHub(link.connection, "POST", "/api/v1/places", { kind, name: wanted });
      const furnishing = { ...NOTHING, area: area.trim() };
      const next = (entity: string) => property?.nextVersion(entity) ?? 1;
      const drafts = furnish(textOf(made, "placeId"), NOTHING, furnishing, next);
      if (drafts.length > 0) await property?.write(drafts);
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
      {property !== null && (
        <AreaField value={area} areas={areas} testId="new-area" onType={setArea} />
      )}
      <Trouble text={trouble} />
    </form>
  );
}

interface Asked {
  kind: "remove" | "renew";
  place: Place;
}

function AskFirst({ link, asked, onChanged, onClose }: Pick<SetupProps, "link" | "onChanged"> & {
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

interface RowProps {
  place: Place;
  facts: string;
  /** null: it cannot be written. */
  onEdit: (() => void) | null;
  onAsk: (asked: Asked) => void;
}

function Row({ place, facts, onEdit, onAsk }: RowProps) {
  const name = titleOf(place.kind, place.name);
  return (
    <li class="row-line" data-place={place.placeId}>
      <span class="row-name">
        {name}
        {facts !== "" && <small class="soft setup-facts">{facts}</small>}
      </span>
      {onEdit !== null && (
        <button
          type="button"
          class="quiet"
          aria-label={t("place.edit.title", { name })}
          data-testid="place-edit"
          onClick={onEdit}
        >
          {t("place.edit")}
        </button>
      )}
      <button
        type="button"
        class="quiet"
        aria-label={t("place.renew.title", { name })}
        data-testid="place-renew"
        onClick={() => onAsk({ kind: "renew", place })}
      >
        {t("place.renew")}
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={t("place.remove.title", { name })}
        data-testid="place-remove"
        onClick={() => onAsk({ kind: "remove", place })}
      >
        {t("place.remove")}
      </button>
    </li>
  );
}

interface PlaceSetupProps extends Omit<SetupProps, "areas"> {
  places: readonly Place[];
  furnishings: Furnishings;
}

export function PlaceSetup({ link, property, places, furnishings, onChanged }: PlaceSetupProps) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [edited, setEdited] = useState<Place | null>(null);
  const of = ({ placeId }: Place) => furnishings.get(placeId) ?? NOTHING;
  const groups = groupByArea(places, (place) => ({ kind: place.kind, area: of(place).area }));
  const areas = [...new Set(groups.map(({ area }) => area))].filter((area) => area !== "");
  const done = (text: string) => {
    setAsked(null);
    setEdited(null);
    onChanged(text);
  };
  return (
    <>
      <AddPlace {...{ link, property, areas, onChanged }} />
      {places.length === 0 && <p class="soft">{t("tables.none.manager")}</p>}
      <div class="setup-places" data-testid="setup-places">
        {groups.map((group) => (
          <section key={`${group.kind} ${group.area}`}>
            <h2>{groupTitle(group)}</h2>
            <ul class="rows">
              {group.places.map((place) => (
                <Row
                  key={place.placeId}
                  place={place}
                  facts={describeFurnishing({ ...of(place), area: "" })}
                  onEdit={property === null ? null : () => setEdited(place)}
                  onAsk={setAsked}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {asked !== null && (
        <AskFirst link={link} asked={asked} onClose={() => setAsked(null)} onChanged={done} />
      )}
      {edited !== null && property !== null && (
        <FurnishDialog
          property={property}
          place={edited}
          furnishing={of(edited)}
          areas={areas}
          onSaved={done}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}
