// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";

import { NO_CURRENCY, type Item, type Menu } from "../house/menu";
import { digitsOf } from "../house/money";
import type { LinkView } from "../link/use-link";
import { locale, t } from "../messages";
import { LeftField } from "../order/availability-dialog";
import { Dialog } from "../theme/dialog";
import { AllergenField } from "./allergen-field";
import { guessCurrency, parsePrice } from "./amount";
import { useOpened, type Editing } from "./editing";
import { AmountField, Chip, Chips, FormActions, SelectField, TextField } from "./form-parts";
import { emptyItem, itemDrafts, toItemSets, toTypedItem, type TypedItem } from "./item-draft";
import { PictureField } from "./picture-field";

export interface ItemEditorProps {
  editing: Editing;
  link: LinkView;
  menu: Menu;
  /** null: a new one. */
  item: Item | null;
  categoryId: string;
  onClose: () => void;
}

function toOptions(list: readonly { id: string; name: string }[]) {
  return [
    { value: "", label: t("menu.none") },
    ...list.map(({ id, name }) => ({ value: id, label: name })),
  ];
}

interface FieldsProps {
  menu: Menu;
  typed: TypedItem;
  put: (change: Partial<TypedItem>) => void;
}

/** Where it stands, who makes it, what is asked of who orders it. */
function Placing({ menu, typed, put }: FieldsProps) {
  return (
    <>
      <SelectField
        label={t("menu.category")}
        value={typed.categoryId}
        options={toOptions(menu.categories.map(({ categoryId, name }) => ({ id: categoryId, name })))}
        testId="edit-category"
        onChoose={(categoryId) => put({ categoryId })}
      />
      <div class="field-pair">
        <SelectField
          label={t("menu.station")}
          value={typed.stationId}
          options={toOptions(menu.stations.map(({ stationId, name }) => ({ id: stationId, name })))}
          testId="edit-station"
          onChoose={(stationId) => put({ stationId })}
        />
        <SelectField
          label={t("menu.tax")}
          value={typed.taxId}
          options={toOptions(menu.taxes.map(({ taxId, name }) => ({ id: taxId, name })))}
          testId="edit-tax"
          onChoose={(taxId) => put({ taxId })}
        />
      </div>
      {menu.modifiers.length > 0 && (
        <Chips title={t("menu.modifiers")}>
          {menu.modifiers.map(({ modifierId, name }) => (
            <Chip
              key={modifierId}
              label={name}
              checked={typed.modifierIds.includes(modifierId)}
              onChange={(checked) => {
                const others = typed.modifierIds.filter((id) => id !== modifierId);
                put({ modifierIds: checked ? [...others, modifierId] : others });
              }}
            />
          ))}
        </Chips>
      )}
    </>
  );
}

export function ItemEditor(props: ItemEditorProps) {
  const { editing, link, menu, item, onClose } = props;
  const { before, id: itemId, isGone } = useOpened(item, (one) => one.itemId);
  const [currency] = useState(menu.currency === NO_CURRENCY ? guessCurrency(locale) : menu.currency);
  const digits = digitsOf(currency);
  const [typed, setTyped] = useState(() =>
    before === null ? emptyItem(menu, props.categoryId) : toTypedItem(before, digits, locale),
  );
  const [isTakingPicture, setTakingPicture] = useState(false);
  const put = (change: Partial<TypedItem>) => setTyped((last) => ({ ...last, ...change }));
  // What is saved without the picture that was just chosen would go without it.
  const ready = toItemSets(typed, digits) !== null && !isTakingPicture;
  const save = () => {
    const name = typed.name.trim();
    const said = t(before === null ? "menu.added" : "menu.saved", { name });
    const writing = { typed, itemId, before, isGone, menu, currency, locale };
    const drafts = itemDrafts(writing, editing.nextVersion);
    if (drafts.length > 0) editing.save(drafts, said);
    onClose();
  };
  return (
    <Dialog
      title={before === null ? t("menu.item.new") : before.name}
      onClose={onClose}
      testId="item-editor"
    >
      <form
        class="form item-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) save();
        }}
      >
        <TextField
          label={t("menu.name")}
          value={typed.name}
          max={120}
          testId="edit-name"
          isFirst={before === null}
          onType={(name) => put({ name })}
        />
        <AmountField
          label={t("menu.price", { currency })}
          value={typed.price}
          currency={currency}
          digits={digits}
          isGood={parsePrice(typed.price, digits) !== null}
          testId="edit-price"
          onType={(price) => put({ price })}
        />
        <label class="field">
          <span>{t("menu.description")}</span>
          <textarea
            rows={2}
            maxLength={1000}
            value={typed.description}
            data-testid="edit-description"
            onInput={(event) => put({ description: event.currentTarget.value })}
          />
        </label>
        <PictureField
          link={link}
          picture={typed.picture}
          onBusy={setTakingPicture}
          onChange={(picture) => put({ picture })}
        />
        <Placing {...{ menu, typed, put }} />
        <AllergenField allergens={typed.allergens} onChange={(allergens) => put({ allergens })} />
        <LeftField value={typed.left} onType={(left) => put({ left })} />
        <FormActions
          isReady={ready}
          isGone={isGone}
          onRemove={
            before === null
              ? undefined
              : () => {
                  editing.remove("item", itemId, before.name);
                  onClose();
                }
          }
        />
      </form>
    </Dialog>
  );
}
