// SPDX-License-Identifier: Apache-2.0
// Teams as shapes of 24 by 24: a house, a tray, a pot, a till, a key, people.

const pictures: Readonly<Record<string, string>> = {
  all: "M4 11l8-7 8 7v9H4zM10 20v-6h4v6",
  "role/staff": "M3 18h18M5 15c0-4 3-6.500 7-6.500s7 2.500 7 6.500zM12 8.500V6",
  "role/kitchen": "M5 10h14v8a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2zM2.500 12H5M19 12h2.500M9 6.500V4M12 6.500V3M15 6.500V4",
  "role/pos": "M4 13h16v7H4zM7 13l1.500-8h7L17 13M10 9h4M11 16.500h2",
  "role/manager": "M8 11a4 4 0 1 1 0 .010zM11.500 13l8 7M16.500 17.500l2-2.500",
  "role/guest": "M12 4a4 4 0 1 1 0 8a4 4 0 0 1 0-8zM4 21c0-4.500 3.500-7 8-7s8 2.500 8 7",
};

export function TeamPicture({ of }: { of: string }) {
  return (
    <svg class="team-picture" viewBox="0 0 24 24" focusable="false">
      <path d={pictures[of] ?? pictures["role/guest"]} />
    </svg>
  );
}
