// SPDX-License-Identifier: Apache-2.0
// What one `ops` message takes: some operations of some logs.

import { MAX_OPERATIONS, MAX_OPERATIONS_BYTES, type WireOperation } from "./replication-messages";

/** A stored operation as a link needs it: where it stands, whose it is, and what goes out. */
export interface ReadOperation {
  logId: string;
  seq: number;
  /** "" where that is not known any more. */
  deviceId: string;
  /** UTF-8 bytes of the text. */
  size: number;
  wire: WireOperation;
}

export interface Span {
  first: number;
  last: number;
}

export class OutgoingBatch {
  operations: WireOperation[] = [];
  spans = new Map<string, Span>();
  authors = new Set<string>();
  #bytes = 0;

  get isEmpty(): boolean {
    return this.operations.length === 0;
  }

  get room(): number {
    return MAX_OPERATIONS - this.operations.length;
  }

  get bytesLeft(): number {
    return MAX_OPERATIONS_BYTES - this.#bytes;
  }

  get isFull(): boolean {
    return this.room <= 0 || this.bytesLeft <= 0;
  }

  /** Whether it fits; one that is larger than all goes alone. */
  add(operation: ReadOperation): boolean {
    if (!this.isEmpty && (this.room <= 0 || operation.size > this.bytesLeft)) return false;
    this.operations.push(operation.wire);
    const { logId, seq, deviceId, size } = operation;
    this.spans.set(logId, { first: this.spans.get(logId)?.first ?? seq, last: seq });
    if (deviceId !== "") this.authors.add(deviceId);
    this.#bytes += size;
    return true;
  }

  /** What is in it; it is empty then. */
  take(): OutgoingBatch {
    const taken = new OutgoingBatch();
    taken.operations = this.operations;
    taken.spans = this.spans;
    taken.authors = this.authors;
    this.operations = [];
    this.spans = new Map();
    this.authors = new Set();
    this.#bytes = 0;
    return taken;
  }
}
