// SPDX-License-Identifier: Apache-2.0
// Around what a device sees before it belongs to the property, or no longer: the mark, one column, and
// no way to pages that would not open.

import type { ComponentChildren } from "preact";

import { Bell } from "./bell";

export function PlainFrame({ children }: { children?: ComponentChildren }) {
  return (
    <div class="frame">
      <header class="bar">
        <p class="brand brand-plain">
          <Bell />
          <span>Bellhop</span>
        </p>
      </header>
      <main class="step">{children}</main>
    </div>
  );
}
