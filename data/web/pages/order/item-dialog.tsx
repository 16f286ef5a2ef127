// SPDX-License-Identifier: Apache-2.0
// One item before it goes into a cart, or a line of the cart again: choices, how many, a note.

import { useState } from "preact/hooks";

import { nameAllergens } from "../house/allergens";
import type { Item, Modifier } from "../house/menu";
import { formatMoney } from "../house/money";
import { locale, t } from "../messages";
import { Dialog } from "../theme/dialog";
import {
  countOf,
  MAX_NOTE,
  MAX_QUANTITY,
  missingOf,
  toggleChoice,
  unitPrice,
  type CartChoice,
  type CartLine,
} from "./cart";

export interface ItemDialogProps {
  item: Item;
  /** Of a line that is changed; a new one otherwise. */
  line?: CartLine;
  /** Where it has one, and it can be shown; staff know what it looks like. */
  withPicture?: boolean;
  onDone: (line: Omit<CartLine, "lineId">) => void;
  /** Takes the line out of the cart. */
  onRemove?: () => void;
  onClose: () => void;
}

function Picture({ src }: { src: string }) {
  const [lost, setLost] = useState(false);
  if (lost) return null;
  return (
    <img
      class="dialog-picture"
      data-testid="item-picture"
      src={src}
      alt=""
      decoding="async"
      onError={() => setLost(true)}
    />
  );
}

function ruleOf({ min, max }: Modifier): string {
  if (min === 1 && max === 1) return t("item.choose-one");
  if (min > 0 && max > min) return t("item.choose-between", { min, max });
  if (min > 0) return t("item.choose-some", { min });
  return max > 1 ? t("item.choose-up-to", { max }) : t("item.choose-any");
}

interface GroupProps {
  modifier: Modifier;
  currency: string;
  choices: readonly CartChoice[];
  isMissing: boolean;
  onToggle: (choiceId: string) => void;
}

function Group({ modifier, currency, choices, isMissing, onToggle }: GroupProps) {
  const one = modifier.max === 1 && modifier.min === 1;
  const full = modifier.max > 1 && countOf(choices, modifier) >= modifier.max;
  return (
    <fieldset class="choice-group" data-missing={isMissing}>
      <legend>
        <span class="choice-title">{modifier.name}</span>
        <span class="soft choice-rule">{ruleOf(modifier)}</span>
      </legend>
      {modifier.choices.map(({ choiceId, name, price }) => {
        const checked = choices.some(
          (choice) => choice.modifierId === modifier.modifierId && choice.choiceId === choiceId,
        );
        return (
          <label key={choiceId} class="choice">
            <input
              type={one ? "radio" : "checkbox"}
              name={modifier.modifierId}
              data-testid={`choice-${choiceId}`}
              checked={checked}
              disabled={full && !checked}
              onChange={() => onToggle(choiceId)}
            />
            <span class="choice-name">{name}</span>
            {price !== 0 && (
              <span class="money soft">
                {price > 0 ? "+" : "−"}
                {formatMoney(Math.abs(price), currency, locale)}
              </span>
            )}
          </label>
        );
      })}
    </fieldset>
  );
}

export function ItemDialog({ item, line, withPicture, onDone, onRemove, onClose }: ItemDialogProps) {
  const [choices, setChoices] = useState<readonly CartChoice[]>(line?.choices ?? []);
  const [quantity, setQuantity] = useState(line?.quantity ?? 1);
  const [note, setNote] = useState(line?.note ?? "");
  const missing = missingOf(item, choices);
  const price = unitPrice({ item, choices: [...choices] }) * quantity;

  return (
    <Dialog title={item.name} onClose={onClose} testId="item-dialog">
      {withPicture === true && item.picture !== null && <Picture src={item.picture} />}
      {item.description !== "" && <p class="soft">{item.description}</p>}
      {item.allergens.length > 0 && (
        <p class="allergens">{t("item.allergens", { list: nameAllergens(item.allergens) })}</p>
      )}
      {item.modifiers.map((modifier) => (
        <Group
          key={modifier.modifierId}
          modifier={modifier}
          currency={item.currency}
          choices={choices}
          isMissing={missing.includes(modifier)}
          onToggle={(choiceId) => setChoices(toggleChoice(choices, modifier, choiceId))}
        />
      ))}
      <label class="field">
        <span>{t("item.note")}</span>
        <input
          type="text"
          maxLength={MAX_NOTE}
          value={note}
          placeholder={t("item.note.placeholder")}
          autoComplete="off"
          data-testid="item-note"
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      <div class="stepper">
        <button
          type="button"
          aria-label={t("item.less")}
          disabled={quantity <= 1}
          onClick={() => setQuantity(quantity - 1)}
        >
          −
        </button>
        <output class="figure" aria-label={t("item.quantity")} data-testid="item-quantity">
          {quantity}
        </output>
        <button
          type="button"
          aria-label={t("item.more")}
          disabled={quantity >= MAX_QUANTITY}
          onClick={() => setQuantity(quantity + 1)}
        >
          +
        </button>
      </div>
      <p role="status" class="soft">
        {missing.length > 0 &&
          t("item.missing", { list: missing.map(({ name }) => name).join(", ") })}
      </p>
      <div class="dialog-actions item-actions">
        {onRemove !== undefined && (
          <button type="button" class="quiet danger-quiet" data-testid="item-remove" onClick={onRemove}>
            {t("item.remove")}
          </button>
        )}
        <button
          type="button"
          class="primary large"
          data-testid="item-done"
          disabled={missing.length > 0}
          onClick={() =>
            onDone({
              item,
              quantity,
              choices: [...choices],
              note: note.trim(),
              course: line?.course ?? null,
            })
          }
        >
          {t(line === undefined ? "item.add" : "item.change", {
            price: formatMoney(price, item.currency, locale),
          })}
        </button>
      </div>
    </Dialog>
  );
}
