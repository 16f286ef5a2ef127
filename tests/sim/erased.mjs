// SPDX-License-Identifier: Apache-2.0

/** Whether something was there that was erased shows only where it once was seen; so do empty records. */
export function withoutErased(records) {
  return Object.fromEntries(Object.entries(records).flatMap(([name, record]) => {
    const { items, registers } = record;
    if (Object.keys(items).length + Object.keys(registers).length === 0) return [];
    if (!Object.keys(items).some((path) => path.startsWith('redacted/'))) return [[name, record]];
    const left = (entries) => Object.fromEntries(Object.entries(entries).filter(([, [value, ...stamp]]) => value !== null
      || !Object.hasOwn(items, `redacted/${stamp.at(-2)}:${stamp.at(-1)}`)));
    return [[name, { items: left(items), registers: left(registers) }]];
  }));
}
