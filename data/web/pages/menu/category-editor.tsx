// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";

import type { Category, Menu } from "../house/menu";
import { t } from "../messages";
import { Dialog } from "../theme/dialog";
import { nextPosition } from "./drafts";
import { useOpened, type Editing } from "./editing";
import { CheckField, FormActions, TextField } from "./form-parts";

export interface CategoryEditorProps {
  editing: Editing;
  menu: Menu;
  /** null: a new one. */
  category: Category | null;
  onClose: () => void;
}

export function CategoryEditor({ editing, menu, category, onClose }: CategoryEditorProps) {
  const { before, id, isGone } = useOpened(category, (one) => one.categoryId);
  const [name, setName] = useState(before?.name ?? "");
  const [hidden, setHidden] = useState(before?.hidden ?? false);
  const wanted = name.trim();
  const save = () => {
    const position = before === null ? { position: nextPosition(menu.categories) } : {};
    const set = { name: wanted, hidden, ...position };
    editing.saveChange("category", { id, set, before: { ...before }, isGone }, wanted);
    onClose();
  };
  return (
    <Dialog
      title={before === null ? t("menu.category.new") : before.name}
      onClose={onClose}
      testId="category-editor"
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== "") save();
        }}
      >
        <TextField
          label={t("menu.name")}
          value={name}
          max={80}
          testId="edit-name"
          isFirst
          placeholder={t("menu.category.placeholder")}
          onType={setName}
        />
        <CheckField
          label={t("menu.hidden")}
          hint={t("menu.hidden.hint")}
          checked={hidden}
          testId="edit-hidden"
          onChange={setHidden}
        />
        <FormActions
          isReady={wanted !== ""}
          isGone={isGone}
          onRemove={
            before === null
              ? undefined
              : () => {
                  editing.remove("category", id, before.name);
                  onClose();
                }
          }
        />
      </form>
    </Dialog>
  );
}
