// SPDX-License-Identifier: Apache-2.0
// What is left of operations whose words were erased, written out by hand. Printed compactly it is the
// text of the stub.

import type { OperationDraft } from "../../../../data/web/client/log/operation";
import { logOf, NOON, write } from "./draft";

export interface StubCase {
  why: string;
  operation: OperationDraft;
  stub: unknown;
}

const [A, H] = [logOf("anna"), logOf("hub")];
const anna = { deviceId: "d-anna", role: "staff" };
const nothing = { items: {}, registers: {} };

export const stubCases: StubCase[] = [
  {
    why: "items, sorted by path",
    operation: write("anna", 3, 5, "order.lines", "order/o1", {
      lines: [
        { lineId: "b", name: "Tea", quantity: 1, price: 300, note: "for Mr Smith" },
        { lineId: "a-10", name: "Cake", quantity: 1, price: 400 },
        { lineId: "a-2", name: "Bun", quantity: 1, price: 100 },
      ],
    }),
    stub: {
      redacted: [A, 3],
      entity: "order/o1",
      ...anna,
      record: {
        items: {
          "line/a-10": [null, NOON + 5, 0, A, 3],
          "line/a-2": [null, NOON + 5, 0, A, 3],
          "line/b": [null, NOON + 5, 0, A, 3],
        },
        registers: {},
      },
    },
  },
  {
    why: "registers, with their version",
    operation: write("anna", 4, 6, "order.set", "order/o1", {
      version: 7,
      set: { note: "for Mr Smith", guests: 2 },
    }),
    stub: {
      redacted: [A, 4],
      entity: "order/o1",
      ...anna,
      record: {
        items: {},
        registers: {
          guests: [null, 7, NOON + 6, 0, A, 4],
          note: [null, 7, NOON + 6, 0, A, 4],
        },
      },
    },
  },
  {
    why: "a redaction still names what it erased",
    operation: write("hub", 2, 8, "redact", "order/o1", { op: `${A}:3` }),
    stub: {
      redacted: [H, 2],
      entity: "order/o1",
      deviceId: "d-hub",
      role: "hub",
      record: { items: { [`redacted/${A}:3`]: [null, NOON + 8, 0, H, 2] }, registers: {} },
    },
  },
  {
    why: "what never applied left nothing: an unknown kind",
    operation: write("anna", 5, 9, "made.up", "order/o1", { text: "words" }),
    stub: { redacted: [A, 5], entity: "order/o1", ...anna, record: nothing },
  },
  {
    why: "what never applied left nothing: a bad body",
    operation: write("anna", 6, 10, "order.set", "order/o1", { version: 1, set: { note: 7 } }),
    stub: { redacted: [A, 6], entity: "order/o1", ...anna, record: nothing },
  },
];
