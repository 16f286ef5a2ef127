// SPDX-License-Identifier: Apache-2.0
// The exact bytes that a signature or a MAC of this protocol covers: a label that no other use has,
// then the fields. Each, the label too, stands behind its length as 32 bits, big endian, so that no
// two lists of fields give the same bytes.

/** Text counts as UTF-8, an absent field as an empty one. */
export type TranscriptField = string | Uint8Array | null | undefined;

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function joinBytes(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** @param label for example "bellhop server proof v1" */
export function transcript(label: string, ...fields: TranscriptField[]): Uint8Array {
  const parts = [label, ...fields].flatMap((field) => {
    const bytes = typeof field === "string" ? utf8(field) : (field ?? new Uint8Array(0));
    const prefix = new Uint8Array(4);
    new DataView(prefix.buffer).setUint32(0, bytes.length);
    return [prefix, bytes];
  });
  return joinBytes(...parts);
}
