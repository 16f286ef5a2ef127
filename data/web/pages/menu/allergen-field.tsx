// SPDX-License-Identifier: Apache-2.0
// The fourteen as chips, whatever else as words.

import { useState } from "preact/hooks";

import { allergenKeys, allergenWord, findAllergen, joinAllergens, toWords } from "../house/allergens";
import { t } from "../messages";
import { Chip, Chips, TextField } from "./form-parts";

export function AllergenField({ allergens, onChange }: {
  allergens: readonly string[];
  onChange: (allergens: string[]) => void;
}) {
  const [typed, setTyped] = useState(allergens.filter((word) => findAllergen(word) === null).join(", "));
  const isChosen = (key: string) => allergens.some((word) => findAllergen(word) === key);
  return (
    <>
      <Chips title={t("menu.allergens")}>
        {allergenKeys.map((key) => (
          <Chip
            key={key}
            label={allergenWord(key)}
            checked={isChosen(key)}
            testId={`allergen-${key}`}
            onChange={(checked) => {
              const others = allergens.filter((word) => findAllergen(word) !== key);
              const chosen = checked ? [...others, allergenWord(key)] : others;
              onChange(joinAllergens(chosen, toWords(typed)));
            }}
          />
        ))}
      </Chips>
      <TextField
        label={t("menu.allergens.other")}
        value={typed}
        max={200}
        testId="edit-allergens"
        placeholder={t("menu.allergens.placeholder")}
        onType={(value) => {
          setTyped(value);
          onChange(joinAllergens(allergens, toWords(value)));
        }}
      />
    </>
  );
}
