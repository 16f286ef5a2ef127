// SPDX-License-Identifier: Apache-2.0
// One line at the foot of the page that says what was just done, and goes by itself.

import { useEffect, useState } from "preact/hooks";

const SHOWN_MS = 5000;

export interface Toast {
  text: string;
  tell: (text: string) => void;
}

export function useToast(): Toast {
  const [said, setSaid] = useState({ text: "", count: 0 });
  useEffect(() => {
    if (said.text === "") return;
    const timer = setTimeout(() => setSaid({ text: "", count: said.count }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return {
    text: said.text,
    tell: (text) => setSaid((before) => ({ text, count: before.count + 1 })),
  };
}

/** Always there, so that readers of the screen hear it fill. */
export function ToastLine({ toast }: { toast: Toast }) {
  return (
    <p class="toast" role="status" data-testid="toast">
      {toast.text !== "" && <span class="toast-text">{toast.text}</span>}
    </p>
  );
}
