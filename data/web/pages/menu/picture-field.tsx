// SPDX-License-Identifier: Apache-2.0
// An item's picture: chosen from the device, made small here, kept by the hub.

import { useEffect } from "preact/hooks";

import type { LinkView } from "../link/use-link";
import { textOf } from "../link/fields";
import { askHub, HubProblem } from "../link/hub-api";
import { describeProblem } from "../link/problem-text";
import { useTask } from "../link/use-task";
import { t } from "../messages";
import { Trouble } from "../theme/dialog";
import { shrinkPicture } from "./picture";

export interface PictureFieldProps {
  link: LinkView;
  picture: string | null;
  /** While one is being taken in. */
  onBusy: (busy: boolean) => void;
  onChange: (picture: string | null) => void;
}

function describe(problem: unknown): string {
  const isRefused = problem instanceof HubProblem && problem.status >= 400 && problem.status < 500;
  return isRefused ? t("menu.picture.refused") : describeProblem(problem);
}

export function PictureField({ link, picture, onBusy, onChange }: PictureFieldProps) {
  const { busy, trouble, run, setTrouble } = useTask();
  useEffect(() => onBusy(busy), [busy]);
  const take = (file: File) =>
    run(async () => {
      const small = await shrinkPicture(file);
      if (small === null) return setTrouble(t("menu.picture.unreadable"));
      try {
        const answer = await askHub(link.connection, "POST", "/api/v1/pictures", { ...small });
        onChange(textOf(answer, "picture") || null);
      } catch (problem) {
        setTrouble(describe(problem));
      }
    });
  const choose = picture === null ? "menu.picture.add" : "menu.picture.change";
  return (
    <div class="picture-field">
      {picture !== null && <img class="picture-shown" src={picture} alt="" data-testid="picture" />}
      <label class="button picture-choose" data-busy={busy}>
        <input
          type="file"
          class="hidden-visually"
          accept="image/*"
          disabled={busy}
          data-testid="edit-picture"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file !== undefined) take(file);
          }}
        />
        <span>{t(busy ? "menu.picture.busy" : choose)}</span>
      </label>
      {picture !== null && (
        <button type="button" class="quiet" data-testid="picture-remove" onClick={() => onChange(null)}>
          {t("menu.picture.remove")}
        </button>
      )}
      <Trouble text={trouble} />
    </div>
  );
}
