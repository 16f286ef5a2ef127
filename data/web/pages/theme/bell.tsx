// SPDX-License-Identifier: Apache-2.0
// The mark: a desk bell of four shapes, which still reads at 16 pixels.

export function Bell() {
  return (
    <svg class="bell" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect x="12" y="3" width="8" height="4" rx="2" />
      <rect x="14.5" y="6" width="3" height="5" />
      <path d="M4 23C4 15.3 9.4 10 16 10s12 5.3 12 13z" />
      <rect x="2" y="25" width="28" height="4" rx="2" />
    </svg>
  );
}
