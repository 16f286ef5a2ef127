// SPDX-License-Identifier: Apache-2.0
// Fields that the menu's dialogs share.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { formatMoney } from "../house/money";
import { locale, t } from "../messages";
import { touchOf, type Bounce } from "../theme/bounce";
import { parseSigned } from "./amount";

export interface TextFieldProps {
  label: string;
  value: string;
  max: number;
  testId: string;
  isFirst?: boolean;
  placeholder?: string;
  hint?: string;
  onType: (value: string) => void;
}

export function TextField(props: TextFieldProps) {
  const { label, value, max, testId, isFirst = false, placeholder, hint, onType } = props;
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        value={value}
        maxLength={max}
        placeholder={placeholder}
        autoComplete="off"
        data-testid={testId}
        {...(isFirst ? { "data-autofocus": true } : {})}
        onInput={(event) => onType(event.currentTarget.value)}
      />
      {hint !== undefined && <small class="soft">{hint}</small>}
    </label>
  );
}

export interface AmountFieldProps {
  label: string;
  value: string;
  currency: string;
  digits: number;
  /** What was typed can be taken. */
  isGood: boolean;
  testId: string;
  onType: (value: string) => void;
}

/** Below it stands how it was understood. */
export function AmountField(props: AmountFieldProps) {
  const { label, value, currency, digits, isGood, testId, onType } = props;
  const minor = parseSigned(value, digits);
  let said = "";
  if (value.trim() !== "")
    said = isGood && minor !== null ? formatMoney(minor, currency, locale) : t("menu.price.unclear");
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        inputMode="decimal"
        value={value}
        maxLength={16}
        autoComplete="off"
        data-testid={testId}
        onInput={(event) => onType(event.currentTarget.value)}
      />
      <small class="soft figure" role="status">
        {said}
      </small>
    </label>
  );
}

export interface SelectFieldProps {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  testId: string;
  hint?: string;
  onChoose: (value: string) => void;
}

export function SelectField({ label, value, options, testId, hint, onChoose }: SelectFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} data-testid={testId} onChange={(event) => onChoose(event.currentTarget.value)}>
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
      {hint !== undefined && <small class="soft">{hint}</small>}
    </label>
  );
}

export interface CheckFieldProps {
  label: string;
  checked: boolean;
  testId: string;
  hint?: string;
  onChange: (checked: boolean) => void;
}

export function CheckField({ label, checked, testId, hint, onChange }: CheckFieldProps) {
  return (
    <label class="choice menu-choice">
      <input
        type="checkbox"
        checked={checked}
        data-testid={testId}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="choice-name">
        {label}
        {hint !== undefined && <small class="soft choice-hint">{hint}</small>}
      </span>
    </label>
  );
}

/** Several of a few, as chips. */
export function Chips({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <fieldset class="chips">
      <legend>{title}</legend>
      <div class="chip-list">{children}</div>
    </fieldset>
  );
}

export interface ChipProps {
  label: string;
  checked: boolean;
  testId?: string;
  onChange: (checked: boolean) => void;
}

export function Chip({ label, checked, testId, onChange }: ChipProps) {
  return (
    <label class="chip" data-chosen={checked}>
      <input
        type="checkbox"
        checked={checked}
        data-testid={testId}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

export interface FormActionsProps {
  isReady: boolean;
  /** Of what says why it is not. */
  reasonId?: string | undefined;
  /** Somebody removed it meanwhile. */
  isGone: boolean;
  /** Absent: it is new. */
  onRemove?: (() => void) | undefined;
}

export function FormActions({ isReady, reasonId, isGone, onRemove }: FormActionsProps) {
  return (
    <>
      <p class="warning" role="status" hidden={!isGone} data-testid="gone">
        {isGone && t("menu.gone")}
      </p>
      <div class="dialog-actions">
        {onRemove !== undefined && !isGone && (
          <button type="button" class="danger-quiet" data-testid="remove" onClick={onRemove}>
            {t("menu.remove")}
          </button>
        )}
        <button
          type="submit"
          class="primary"
          data-testid="save"
          aria-describedby={reasonId}
          disabled={!isReady}
        >
          {t("action.save")}
        </button>
      </div>
    </>
  );
}

export interface MoveButtonsProps {
  id: string;
  name: string;
  at: number;
  count: number;
  /** Of the whole list: another row comes under the finger. */
  bounce: Bounce;
  onMove: (to: number) => void;
}

/** Up and down, for who orders a list; the focus goes with the row. */
export function MoveButtons({ id, name, at, count, bounce, onMove }: MoveButtonsProps) {
  const touched = useRef<HTMLButtonElement | null>(null);
  useLayoutEffect(() => {
    touched.current?.focus();
    touched.current = null;
  }, [at]);
  const button = (way: "up" | "down", to: number) => {
    const isEnd = to < 0 || to >= count;
    return (
      <button
        type="button"
        class="quiet move"
        aria-label={t(`menu.${way}`, { name })}
        aria-disabled={isEnd}
        data-testid={way}
        onClick={(event) => {
          if (bounce.isSecond(touchOf(event), id, way) || isEnd) return;
          touched.current = event.currentTarget;
          onMove(to);
        }}
      >
        <span class={`arrow arrow-${way}`} aria-hidden="true" />
      </button>
    );
  };
  return (
    <>
      {button("up", at - 1)}
      {button("down", at + 1)}
    </>
  );
}
