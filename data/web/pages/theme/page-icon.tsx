// SPDX-License-Identifier: Apache-2.0
// A small picture for each page, in the stroke of the text beside it.

import type { PageName } from "../link/roles";

const shapes: Readonly<Record<PageName, string>> = {
  start: "M4 11l8-7 8 7M6 10v10h12V10",
  manage: "M4 20V10M10 20V4M16 20v-7M22 20H2",
  staff: "M4 17a8 8 0 0116 0M2 20h20M12 9V6M10 6h4",
  kitchen: "M6 13h12v7H6zM6 13a4 4 0 112-7 4.5 4.5 0 018 0 4 4 0 112 7M10 16v1M14 16v1",
  pos: "M5 10h14l2 10H3zM8 10V4h8v6M8 14h.01M12 14h.01M16 14h.01M8 17h8",
  rooms: "M3 19V6M3 16h18v3M21 16v-3a3 3 0 00-3-3h-8v6M6.5 12.5h.01",
  talk: "M4 5h16v11H11l-5 4v-4H4z",
  tables: "M3 9h18M5 9l-1 11M19 9l1 11M8 9V5h8v4",
  menu: "M6 3h12v18H6zM9 8h6M9 12h6M9 16h4",
  devices: "M3 5h13v10H3zM6 19h7M19 9h3v11h-6v-3",
  paper: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
  guest: "M12 12a4 4 0 100-8 4 4 0 000 8M4 21a8 8 0 0116 0",
};

export function PageIcon({ name }: { name: PageName }) {
  return (
    <svg class="page-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  );
}
