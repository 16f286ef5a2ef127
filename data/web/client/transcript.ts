// SPDX-License-Identifier: Apache-2.0
// The exact bytes that a signature or a MAC of this protocol covers: a label that no other use has,
// then the fields. Each, the label too, stands behind its length as 32 bits, big endian, so that no
// two lists of fields give the same bytes.

/** Text counts as UTF-8, an absent field as an empty one. */
export type TranscriptField = string | Uint8Array | null | undefined;

const LENGTH_BYTES = 4;

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

const ASCII = /^[\x00-\x7f]*$/;

/** How many bytes utf8() would make. */
export function utf8Length(text: string): number {
  return ASCII.test(text) ? text.length : encoder.encode(text).length;
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
  const parts = [label, ...fields].map((field) =>
    typeof field === "string" ? utf8(field) : (field ?? new Uint8Array(0)),
  );
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + LENGTH_BYTES + part.length, 0));
  const view = new DataView(whole.buffer);
  let end = 0;
  for (const part of parts) {
    view.setUint32(end, part.length);
    whole.set(part, end + LENGTH_BYTES);
    end += LENGTH_BYTES + part.length;
  }
  return whole;
}
