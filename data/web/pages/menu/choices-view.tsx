// SPDX-License-Identifier: Apache-2.0
// Groups of choices: "How would you like it?", with what each adds to the price.

import { newId } from "@bellhop/client";
import { useState } from "preact/hooks";

import { NO_CURRENCY, type Menu, type Modifier } from "../house/menu";
import { digitsOf, formatMoney } from "../house/money";
import { locale, t } from "../messages";
import { Dialog } from "../theme/dialog";
import { guessCurrency, parseSigned } from "./amount";
import {
  emptyModifier,
  lacksChoices,
  toModifierSet,
  toTypedModifier,
  type TypedChoice,
  type TypedModifier,
} from "./choice-draft";
import { useOpened, type Editing } from "./editing";
import { AmountField, FormActions, SelectField, TextField } from "./form-parts";
import { PartList } from "./part-list";

interface ChoiceFieldsProps {
  choice: TypedChoice;
  number: number;
  currency: string;
  onChange: (change: Partial<TypedChoice>) => void;
  onRemove: () => void;
}

function ChoiceFields({ choice, number, currency, onChange, onRemove }: ChoiceFieldsProps) {
  const digits = digitsOf(currency);
  return (
    <li class="choice-fields" data-testid="choice-fields">
      <TextField
        label={t("menu.choice", { number })}
        value={choice.name}
        max={80}
        testId="choice-name"
        onType={(name) => onChange({ name })}
      />
      <AmountField
        label={t("menu.choice.price", { currency })}
        value={choice.price}
        currency={currency}
        digits={digits}
        isGood={parseSigned(choice.price, digits) !== null}
        testId="choice-price"
        onType={(price) => onChange({ price })}
      />
      <button
        type="button"
        class="quiet"
        aria-label={t("menu.choice.remove", { number })}
        data-testid="choice-remove"
        onClick={onRemove}
      >
        ×
      </button>
    </li>
  );
}

const counts = Array.from({ length: 11 }, (_, count) => ({ value: String(count), label: String(count) }));

/** How many of the answers somebody must give, and may give. */
function Counts({ typed, onChange }: {
  typed: TypedModifier;
  onChange: (change: Partial<TypedModifier>) => void;
}) {
  const { min, max } = typed;
  return (
    <div class="field-pair">
      <SelectField
        label={t("menu.modifier.min")}
        value={String(min)}
        options={[{ value: "0", label: t("menu.modifier.free") }, ...counts.slice(1)]}
        testId="edit-min"
        onChoose={(value) => onChange({ min: Number(value), max: Math.max(max, Number(value)) })}
      />
      <SelectField
        label={t("menu.modifier.max")}
        value={String(max)}
        options={counts.slice(1)}
        testId="edit-max"
        onChoose={(value) => onChange({ max: Number(value), min: Math.min(min, Number(value)) })}
      />
    </div>
  );
}

interface ModifierEditorProps {
  editing: Editing;
  menu: Menu;
  /** null: a new one. */
  modifier: Modifier | null;
  onClose: () => void;
}

function ModifierEditor({ editing, menu, modifier, onClose }: ModifierEditorProps) {
  const { before, id, isGone } = useOpened(modifier, (one) => one.modifierId);
  const [currency] = useState(menu.currency === NO_CURRENCY ? guessCurrency(locale) : menu.currency);
  const digits = digitsOf(currency);
  const toTyped = (one: Modifier) => toTypedModifier(one, digits, locale);
  const [typed, setTyped] = useState(() => (before === null ? emptyModifier(newId()) : toTyped(before)));
  const set = toModifierSet(typed, digits);
  const isLacking = lacksChoices(typed);
  const changeChoice = (choiceId: string, change: Partial<TypedChoice>) =>
    setTyped((last) => ({
      ...last,
      choices: last.choices.map((one) => (one.choiceId === choiceId ? { ...one, ...change } : one)),
    }));
  const addChoice = () =>
    setTyped((last) => ({
      ...last,
      choices: [...last.choices, { choiceId: newId(), name: "", price: "" }],
    }));
  const save = () => {
    if (set === null) return;
    const known = before === null ? {} : { ...(toModifierSet(toTyped(before), digits) ?? { name: before.name }) };
    editing.saveChange("modifier", { id, set: { ...set }, before: known, isGone }, set.name);
    onClose();
  };
  return (
    <Dialog
      title={before === null ? t("menu.modifier.new") : before.name}
      onClose={onClose}
      testId="modifier-editor"
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField
          label={t("menu.name")}
          value={typed.name}
          max={80}
          testId="edit-name"
          isFirst={before === null}
          placeholder={t("menu.modifier.placeholder")}
          onType={(name) => setTyped({ ...typed, name })}
        />
        <Counts typed={typed} onChange={(change) => setTyped({ ...typed, ...change })} />
        <ul class="choice-list">
          {typed.choices.map((choice, at) => (
            <ChoiceFields
              key={choice.choiceId}
              choice={choice}
              number={at + 1}
              currency={currency}
              onChange={(change) => changeChoice(choice.choiceId, change)}
              onRemove={() =>
                setTyped({ ...typed, choices: typed.choices.filter((one) => one !== choice) })
              }
            />
          ))}
        </ul>
        <button type="button" data-testid="choice-add" onClick={addChoice}>
          {t("menu.choice.add")}
        </button>
        <p class="warning" role="status" id="choices-lacking" hidden={!isLacking} data-testid="choices-lacking">
          {isLacking && t("menu.choices.lacking", { min: typed.min })}
        </p>
        <FormActions
          isReady={set !== null}
          reasonId={isLacking ? "choices-lacking" : undefined}
          isGone={isGone}
          onRemove={
            before === null
              ? undefined
              : () => {
                  editing.remove("modifier", id, before.name);
                  onClose();
                }
          }
        />
      </form>
    </Dialog>
  );
}

export function ChoicesView({ editing, menu }: { editing: Editing; menu: Menu }) {
  const describe = ({ choices }: Modifier) =>
    choices
      .map(({ name, price }) =>
        price === 0
          ? name
          : `${name} (${price > 0 ? "+" : ""}${formatMoney(price, menu.currency, locale)})`,
      )
      .join(", ");
  return (
    <PartList
      part="modifier"
      about={t("menu.modifiers.about")}
      add={t("menu.modifier.add")}
      rows={menu.modifiers.map((one) => ({ id: one.modifierId, name: one.name, more: describe(one) }))}
      editing={editing}
      render={(id, onClose) => (
        <ModifierEditor
          {...{ editing, menu, onClose }}
          modifier={menu.modifiers.find(({ modifierId }) => modifierId === id) ?? null}
        />
      )}
    />
  );
}
