// SPDX-License-Identifier: Apache-2.0
// What the parts of the menu page write with: at once, and with a way back where something went.

import { newId, type Property, type PropertyDraft } from "@bellhop/client";
import { useState } from "preact/hooks";

import { useWrite, type Write } from "../house/use-house";
import { t } from "../messages";
import type { Toast } from "../theme/toast";
import { changePart, setPart, type Change, type NextVersion, type Part } from "./drafts";

export interface Editing {
  property: Property;
  write: Write;
  nextVersion: NextVersion;
  tell: Toast["tell"];
  /** Writes and says what was done. */
  save: (drafts: PropertyDraft | readonly PropertyDraft[], said: string) => void;
  /** The same; where nothing was changed it does and says nothing. */
  saveChange: (part: Part, change: Change, name: string) => void;
  /** Takes it off the menu; for ten seconds it can be brought back. */
  remove: (part: Part, id: string, name: string) => void;
}

export interface Opened<T> {
  /** As it was when its dialog was opened: what is typed is compared with this. null: a new one. */
  before: T | null;
  id: string;
  /** Somebody removed it meanwhile. */
  isGone: boolean;
}

/** @param now of the records; null: a new one, or one that is not there any more */
export function useOpened<T>(now: T | null, idOf: (one: T) => string): Opened<T> {
  const [opened] = useState(() => ({ before: now, id: now === null ? newId() : idOf(now) }));
  return { ...opened, isGone: opened.before !== null && now === null };
}

export function useEditing(property: Property, toast: Toast): Editing {
  const { tell } = toast;
  const write = useWrite(property, () => tell(t("house.lost")));
  const nextVersion = (entity: string) => property.nextVersion(entity);
  const save: Editing["save"] = (drafts, said) => {
    tell(said);
    void write(drafts);
  };
  return {
    property,
    write,
    nextVersion,
    tell,
    save,
    saveChange: (part, change, name) => {
      const drafts = changePart(part, change, nextVersion);
      const isNew = Object.keys(change.before).length === 0;
      if (drafts.length > 0) save(drafts, t(isNew ? "menu.added" : "menu.saved", { name }));
    },
    remove: (part, id, name) => {
      void write(setPart(part, id, { removed: true }, nextVersion));
      tell(t("menu.removed", { name }), {
        label: t("menu.undo"),
        run: () => save(setPart(part, id, { removed: false }, nextVersion), t("menu.restored", { name })),
      });
    },
  };
}
