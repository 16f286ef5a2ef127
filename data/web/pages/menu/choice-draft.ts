// SPDX-License-Identifier: Apache-2.0
// A group of choices as it is being typed, and what of it is written. Pure.

import type { Choice, Modifier } from "../house/menu";
import { amountText } from "../house/money";
import { parseSigned } from "./amount";

export interface TypedChoice {
  choiceId: string;
  name: string;
  /** "": nothing. */
  price: string;
}

export interface TypedModifier {
  name: string;
  min: number;
  max: number;
  choices: TypedChoice[];
}

export function emptyModifier(choiceId: string): TypedModifier {
  return { name: "", min: 0, max: 1, choices: [{ choiceId, name: "", price: "" }] };
}

export function toTypedModifier(modifier: Modifier, digits: number, locale: string): TypedModifier {
  const { name, min, max, choices } = modifier;
  return {
    name,
    min,
    max: Math.max(1, max),
    choices: choices.map((one) => ({
      choiceId: one.choiceId,
      name: one.name,
      price: one.price === 0 ? "" : amountText(one.price, digits, locale),
    })),
  };
}

export interface ModifierSet {
  name: string;
  min: number;
  max: number;
  choices: Choice[];
}

/** Who must choose more than there is could never order. */
export function lacksChoices({ min, choices }: TypedModifier): boolean {
  return min > choices.filter(({ name }) => name.trim() !== "").length;
}

/** Choices without a name are left out. null: it cannot be written yet. */
export function toModifierSet(typed: TypedModifier, digits: number): ModifierSet | null {
  const choices: Choice[] = [];
  for (const { choiceId, name, price } of typed.choices) {
    if (name.trim() === "") continue;
    const minor = price.trim() === "" ? 0 : parseSigned(price, digits);
    if (minor === null) return null;
    choices.push({ choiceId, name: name.trim(), price: minor });
  }
  const name = typed.name.trim();
  if (name === "" || choices.length === 0 || lacksChoices(typed)) return null;
  return { name, min: typed.min, max: typed.max, choices };
}
