// SPDX-License-Identifier: Apache-2.0
// One line at the foot of the page that says what was just done, and goes by itself; where it can be
// taken back it has the button for it and stays longer.

import { useEffect, useState } from "preact/hooks";

const SHOWN_MS = 5000;
const SHOWN_WITH_ACTION_MS = 10000;

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  text: string;
  action: ToastAction | null;
  tell: (text: string, action?: ToastAction) => void;
}

export function useToast(): Toast {
  const [said, setSaid] = useState<{ text: string; action: ToastAction | null; count: number }>({
    text: "",
    action: null,
    count: 0,
  });
  useEffect(() => {
    if (said.text === "") return;
    const timer = setTimeout(
      () => setSaid({ text: "", action: null, count: said.count }),
      said.action === null ? SHOWN_MS : SHOWN_WITH_ACTION_MS,
    );
    return () => clearTimeout(timer);
  }, [said]);
  return {
    text: said.text,
    action: said.action,
    tell: (text, action) =>
      setSaid((before) => ({ text, action: action ?? null, count: before.count + 1 })),
  };
}

/** Always there, so that readers of the screen hear it fill. */
export function ToastLine({ toast }: { toast: Toast }) {
  const { text, action } = toast;
  return (
    <p class="toast" role="status" data-testid="toast">
      {text !== "" && (
        <span class="toast-text">
          {text}
          {action !== null && (
            <button
              type="button"
              class="toast-action"
              data-testid="toast-action"
              onClick={() => {
                toast.tell("");
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
        </span>
      )}
    </p>
  );
}
