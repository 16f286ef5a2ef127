// SPDX-License-Identifier: Apache-2.0
// One table or room: in which area it is, on which floor, how many sit there.

import type { Property } from "@bellhop/client";
import { useState } from "preact/hooks";

import { useWrite } from "../house/use-house";
import { t } from "../messages";
import { Dialog, Trouble } from "../theme/dialog";
import { furnish, LONGEST_AREA, LONGEST_FLOOR, toFurnishing, type Furnishing } from "./furnishing";
import { titleOf, type Place } from "./place";

export interface AreaFieldProps {
  value: string;
  /** Those that other places are in: one tap each. */
  areas: readonly string[];
  testId: string;
  onType: (value: string) => void;
}

export function AreaField({ value, areas, testId, onType }: AreaFieldProps) {
  return (
    <div class="area-field">
      <label class="field">
        <span>{t("place.area")}</span>
        <input
          type="text"
          value={value}
          maxLength={LONGEST_AREA}
          autoComplete="off"
          placeholder={t("place.area.example")}
          data-testid={testId}
          onInput={(event) => onType(event.currentTarget.value)}
        />
      </label>
      {areas.length > 0 && (
        <div class="area-choices" role="group" aria-label={t("place.area.known")}>
          {areas.map((area) => (
            <button
              key={area}
              type="button"
              aria-pressed={area === value.trim()}
              data-testid="area-choice"
              onClick={() => onType(area === value.trim() ? "" : area)}
            >
              {area}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

export interface FurnishDialogProps {
  property: Property;
  place: Place;
  /** As it was when the dialog was opened. */
  furnishing: Furnishing;
  areas: readonly string[];
  onSaved: (text: string) => void;
  onClose: () => void;
}

export function FurnishDialog({ property, place, furnishing, areas, onSaved, onClose }: FurnishDialogProps) {
  const [before] = useState(furnishing);
  const [area, setArea] = useState(before.area);
  const [floor, setFloor] = useState(before.floor);
  const [seats, setSeats] = useState(before.seats === 0 ? "" : String(before.seats));
  const [trouble, setTrouble] = useState("");
  const write = useWrite(property, () => setTrouble(t("house.lost")));
  const name = titleOf(place.kind, place.name);

  const save = async () => {
    const after = toFurnishing(area, floor, seats);
    if (after === null) return setTrouble(t("place.seats.wrong"));
    const drafts = furnish(place.placeId, before, after, (entity) => property.nextVersion(entity));
    if (drafts.length === 0) return onClose();
    if (await write(drafts)) onSaved(t("place.furnished", { name }));
  };
  return (
    <Dialog title={name} onClose={onClose} testId="furnish-dialog">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <AreaField value={area} areas={areas} testId="place-area" onType={setArea} />
        <div class="furnish-pair">
          <label class="field">
            <span>{t("place.floor")}</span>
            <input
              type="text"
              value={floor}
              maxLength={LONGEST_FLOOR}
              autoComplete="off"
              data-testid="place-floor"
              onInput={(event) => setFloor(event.currentTarget.value)}
            />
          </label>
          <label class="field">
            <span>{t("place.seats")}</span>
            <input
              type="text"
              inputMode="numeric"
              value={seats}
              maxLength={4}
              autoComplete="off"
              data-testid="place-seats"
              onInput={(event) => setSeats(event.currentTarget.value)}
            />
          </label>
        </div>
        <Trouble text={trouble} />
        <div class="dialog-actions">
          <button type="button" onClick={onClose}>
            {t("action.keep")}
          </button>
          <button type="submit" class="primary" data-testid="furnish-save">
            {t("action.save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
