// SPDX-License-Identifier: Apache-2.0
// A PIN by thumb or by keyboard: large keys, dots instead of digits.

import { useEffect } from "preact/hooks";

import { MIN_PIN_DIGITS } from "../link/people";
import { t } from "../messages";

export interface PinPadProps {
  digits: string;
  disabled: boolean;
  /** A digit, or `Backspace`. */
  onKey: (key: string) => void;
  /** Wanted, whatever was typed so far. */
  onDone: () => void;
}

const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

function Dots({ count }: { count: number }) {
  const places = Math.max(MIN_PIN_DIGITS, count);
  return (
    <p class="pin-dots" role="img" aria-label={t("pin.typed", { count })} data-count={count}>
      {Array.from({ length: places }, (_, index) => (
        <span key={index} class={index < count ? "pin-dot pin-dot-full" : "pin-dot"} />
      ))}
    </p>
  );
}

function useKeyboard(disabled: boolean, onKey: (key: string) => void, onDone: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (disabled || event.ctrlKey || event.metaKey || event.altKey) return;
      // Enter on a button presses that button.
      if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) onDone();
      if (event.key !== "Backspace" && !/^\d$/.test(event.key)) return;
      event.preventDefault();
      onKey(event.key);
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [disabled, onKey, onDone]);
}

export function PinPad({ digits, disabled, onKey, onDone }: PinPadProps) {
  useKeyboard(disabled, onKey, onDone);
  const key = (digit: string) => (
    <button
      key={digit}
      type="button"
      class="pin-key"
      disabled={disabled}
      onClick={() => onKey(digit)}
    >
      {digit}
    </button>
  );
  return (
    <div class="pin" data-testid="pin-pad">
      <Dots count={digits.length} />
      <div class="pin-keys">
        {keys.map(key)}
        <button
          type="button"
          class="pin-key quiet"
          aria-label={t("pin.back")}
          disabled={disabled || digits === ""}
          onClick={() => onKey("Backspace")}
        >
          ⌫
        </button>
        {key("0")}
        <button
          type="button"
          class="pin-key primary"
          data-testid="pin-done"
          disabled={disabled || digits.length < MIN_PIN_DIGITS}
          onClick={onDone}
        >
          {t("pin.done")}
        </button>
      </div>
    </div>
  );
}
