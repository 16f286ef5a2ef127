// SPDX-License-Identifier: Apache-2.0
// The one dialog over a page; a second is never opened over it, its content changes instead.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { t } from "../messages";
import { SAME_TOUCH_MS } from "./bounce";

export interface DialogProps {
  title: string;
  /** Another one where the content is another; a title that changes while somebody types is not. */
  contentKey?: string;
  onClose: () => void;
  children: ComponentChildren;
  testId?: string;
}

export function Dialog({ title, contentKey = "", onClose, children, testId }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  /** When it came up, got another content or was touched: a second strike of that finger may meet the backdrop. */
  const changedMs = useRef(0);

  // With the rendering, not after the next frame: a key pressed before that would go to what lies behind,
  // and the focus would be given back to wherever that key had moved it.
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element === null) return;
    // Safari before 15.4 has none; there it lies over the page by its style alone.
    if (typeof element.showModal === "function") element.showModal();
    else element.setAttribute("open", "");
    return () => {
      // As long as it is open, nothing behind it takes the focus.
      if (typeof element.close === "function") element.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  // Also where the content changes: what reads the screen aloud starts at the new heading.
  useLayoutEffect(() => {
    changedMs.current = performance.now();
    const wanted = dialog.current?.querySelector<HTMLElement>("[data-autofocus]");
    (wanted ?? heading.current)?.focus();
  }, [contentKey]);

  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="dialog-title"
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target !== dialog.current) changedMs.current = event.timeStamp;
        // Beside it, on the backdrop.
        else if (event.timeStamp - changedMs.current >= SAME_TOUCH_MS) onClose();
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id="dialog-title" ref={heading} tabIndex={-1}>
            {title}
          </h2>
          <button type="button" class="quiet dialog-close" aria-label={t("action.close")} onClick={onClose}>
            ×
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

export interface ConfirmProps {
  /** What will happen, in a sentence or two. */
  text: string;
  action: string;
  keep: string;
  busy: boolean;
  trouble: string;
  onConfirm: () => void;
  onKeep: () => void;
}

/** The content of a dialog that asks before something that cannot be taken back. */
export function Confirm({ text, action, keep, busy, trouble, onConfirm, onKeep }: ConfirmProps) {
  return (
    <>
      <p>{text}</p>
      <Trouble text={trouble} />
      <div class="dialog-actions">
        <button type="button" data-autofocus onClick={onKeep}>
          {keep}
        </button>
        <button type="button" class="danger" data-testid="confirm" disabled={busy} onClick={onConfirm}>
          {action}
        </button>
      </div>
    </>
  );
}

export function Trouble({ text }: { text: string }) {
  return (
    <p class="trouble" role="alert" hidden={text === ""} data-testid="trouble">
      {text}
    </p>
  );
}
