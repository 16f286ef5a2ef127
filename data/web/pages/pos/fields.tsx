// SPDX-License-Identifier: Apache-2.0
// What the till's dialogs are made of: an amount, how many, one of few, a reason.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

import { amountText, formatMoney } from "../house/money";
import { locale, t } from "../messages";

export interface AmountFieldProps {
  label: string;
  /** As it was typed. */
  text: string;
  placeholder?: string;
  /** Why what was typed is not taken; "" where it is. */
  problem?: string;
  testId: string;
  onText: (text: string) => void;
}

/** "12.50" as it is written here. */
export function amountProblem(digits: number): string {
  return t("till.amount.unclear", { example: amountText(Math.round(12.5 * 10 ** digits), digits, locale) });
}

export function AmountField(props: AmountFieldProps) {
  const { label, text, placeholder, problem = "", testId, onText } = props;
  const problemId = useId();
  return (
    <div class="till-amount">
      <label class="field">
        <span>{label}</span>
        <input
          type="text"
          inputMode="decimal"
          autoComplete="off"
          maxLength={16}
          class="money"
          value={text}
          placeholder={placeholder}
          data-testid={testId}
          aria-invalid={problem === "" ? undefined : true}
          aria-describedby={problem === "" ? undefined : problemId}
          onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      </label>
      {problem !== "" && (
        <small id={problemId} class="warning" role="alert" data-testid={`${testId}-problem`}>
          {problem}
        </small>
      )}
    </div>
  );
}

export interface QuickProps {
  label: string;
  children: ComponentChildren;
}

/** A row of what is likely, one tap each. */
export function Quick({ label, children }: QuickProps) {
  return (
    <div class="till-quick" role="group" aria-label={label}>
      {children}
    </div>
  );
}

export interface QuickSumsProps {
  label: string;
  sums: readonly number[];
  currency: string;
  chosen: number | null;
  onChoose: (sum: number) => void;
}

export function QuickSums({ label, sums, currency, chosen, onChoose }: QuickSumsProps) {
  return (
    <Quick label={label}>
      {sums.map((sum) => (
        <button
          key={sum}
          type="button"
          class="money"
          aria-pressed={sum === chosen}
          data-testid={`sum-${sum}`}
          onClick={() => onChoose(sum)}
        >
          {formatMoney(sum, currency, locale)}
        </button>
      ))}
    </Quick>
  );
}

export interface StepperProps {
  label: string;
  /** Of what; for those who do not see the row. */
  name: string;
  value: number;
  min: number;
  max: number;
  testId?: string;
  onChange: (value: number) => void;
  /** One less than the least takes it away. */
  onRemove?: () => void;
}

export function Stepper(props: StepperProps) {
  const { label, name, value, min, max, testId, onChange, onRemove } = props;
  const isLast = value <= min && onRemove !== undefined;
  return (
    <div class="till-stepper" role="group" aria-label={`${label}: ${name}`}>
      <button
        type="button"
        aria-label={t(isLast ? "pos.remove" : "pos.less", { name })}
        disabled={value <= min && !isLast}
        data-testid={testId === undefined ? undefined : `${testId}-less`}
        onClick={() => (isLast ? onRemove() : onChange(value - 1))}
      >
        {isLast ? "×" : "−"}
      </button>
      <output class="figure" data-testid={testId}>
        {value}
      </output>
      <button
        type="button"
        aria-label={t("pos.more", { name })}
        disabled={value >= max}
        data-testid={testId === undefined ? undefined : `${testId}-more`}
        onClick={() => onChange(value + 1)}
      >
        +
      </button>
    </div>
  );
}

export interface OneOfProps<T extends string> {
  label: string;
  options: readonly (readonly [value: T, text: string])[];
  /** null: none is chosen yet. */
  value: T | null;
  testId: string;
  onChoose: (value: T) => void;
}

export function OneOf<T extends string>({ label, options, value, testId, onChoose }: OneOfProps<T>) {
  return (
    <fieldset class="till-one-of">
      <legend class="hidden-visually">{label}</legend>
      {options.map(([one, text]) => (
        <label key={one} class="till-option" data-chosen={one === value}>
          <input
            type="radio"
            class="hidden-visually"
            name={testId}
            checked={one === value}
            data-testid={`${testId}-${one}`}
            onChange={() => onChoose(one)}
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}

const MAX_REASON = 200;

export interface ReasonFieldProps {
  reasons: readonly string[];
  value: string;
  onChange: (value: string) => void;
}

export function ReasonField({ reasons, value, onChange }: ReasonFieldProps) {
  return (
    <div class="till-reason">
      <Quick label={t("till.reason")}>
        {reasons.map((reason, at) => (
          <button
            key={reason}
            type="button"
            aria-pressed={reason === value}
            data-testid={`reason-${at}`}
            onClick={() => onChange(reason)}
          >
            {reason}
          </button>
        ))}
      </Quick>
      <label class="field">
        <span>{t("till.reason")}</span>
        <input
          type="text"
          maxLength={MAX_REASON}
          autoComplete="off"
          value={value}
          data-testid="reason"
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </label>
    </div>
  );
}
