// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";

import type { Menu, Tax } from "../house/menu";
import { parsePercent, percentText } from "../house/money";
import { locale, t } from "../messages";
import { Dialog } from "../theme/dialog";
import { useOpened, type Editing } from "./editing";
import { CheckField, FormActions, TextField } from "./form-parts";
import { PartList } from "./part-list";

interface TaxEditorProps {
  editing: Editing;
  /** null: a new one. */
  tax: Tax | null;
  onClose: () => void;
}

function TaxEditor({ editing, tax, onClose }: TaxEditorProps) {
  const { before, id, isGone } = useOpened(tax, (one) => one.taxId);
  const [name, setName] = useState(before?.name ?? "");
  const [percent, setPercent] = useState(before === null ? "" : percentText(before.rateBp, locale));
  const [included, setIncluded] = useState(before?.included ?? true);
  const rateBp = parsePercent(percent);
  const wanted = name.trim();
  const ready = rateBp !== null && wanted !== "";
  const save = () => {
    const set = { name: wanted, rateBp, included };
    editing.saveChange("tax", { id, set, before: { ...before }, isGone }, wanted);
    onClose();
  };
  return (
    <Dialog title={before === null ? t("menu.tax.new") : before.name} onClose={onClose} testId="tax-editor">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) save();
        }}
      >
        <TextField
          label={t("menu.name")}
          value={name}
          max={40}
          testId="edit-name"
          isFirst={before === null}
          placeholder={t("menu.tax.placeholder")}
          onType={setName}
        />
        <TextField
          label={t("menu.tax.rate")}
          value={percent}
          max={8}
          testId="edit-rate"
          hint={rateBp === null && percent !== "" ? t("menu.tax.unclear") : ""}
          onType={setPercent}
        />
        <CheckField
          label={t("menu.tax.included")}
          hint={t("menu.tax.included.hint")}
          checked={included}
          testId="edit-included"
          onChange={setIncluded}
        />
        <FormActions
          isReady={ready}
          isGone={isGone}
          onRemove={
            before === null
              ? undefined
              : () => {
                  editing.remove("tax", id, before.name);
                  onClose();
                }
          }
        />
      </form>
    </Dialog>
  );
}

export function TaxesView({ editing, menu }: { editing: Editing; menu: Menu }) {
  const describe = ({ rateBp, included }: Tax) =>
    t(included ? "menu.tax.in" : "menu.tax.on-top", { rate: percentText(rateBp, locale) });
  return (
    <PartList
      part="tax"
      about={t("menu.taxes.about")}
      add={t("menu.tax.add")}
      rows={menu.taxes.map((one) => ({ id: one.taxId, name: one.name, more: describe(one) }))}
      editing={editing}
      render={(id, onClose) => (
        <TaxEditor {...{ editing, onClose }} tax={menu.taxes.find(({ taxId }) => taxId === id) ?? null} />
      )}
    />
  );
}
