// SPDX-License-Identifier: Apache-2.0
// States of a room as shapes of 24 by 24: a check, a drop of dirt, a brush, a seal, a bar across.

import type { RoomState } from "./room";

const pictures: Readonly<Record<RoomState | "none" | "occupied" | "note", string>> = {
  clean: "M4 12.500l5.500 5.500L20 6.500",
  dirty: "M12 3c4 5 6.500 8 6.500 11.500a6.500 6.500 0 0 1-13 0C5.500 11 8 8 12 3zM9 15a3 3 0 0 0 3 3",
  cleaning: "M20 4l-8.500 8.500M8 10l6 6M6.500 11.500L4 20.500l9-2.500M7 17.500l2-2",
  inspected: "M12 3l2.500 2 3-.200.800 3 2.500 1.700-1.200 2.800 1.200 2.800-2.500 1.700-.800 3-3-.200-2.500 2-2.500-2-3 .200-.800-3L3.200 15l1.200-2.800L3.200 9.500l2.500-1.700.800-3 3 .200zM8.500 12.200l2.500 2.500 4.500-5",
  "out-of-order": "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18zM5.600 5.600l12.800 12.800",
  none: "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18zM12 8v4.500l3 2",
  occupied: "M3 18V6M3 15h18v3M21 15v-2a3 3 0 0 0-3-3h-7v5M7 9.500a1.500 1.500 0 1 1 0 3a1.500 1.500 0 0 1 0-3z",
  note: "M5 4h14v11l-5 5H5zM14 20v-5h5M8.500 9h7M8.500 12.500h4",
};

export function RoomPicture({ of }: { of: keyof typeof pictures }) {
  return (
    <svg class="room-picture" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={pictures[of]} />
    </svg>
  );
}
