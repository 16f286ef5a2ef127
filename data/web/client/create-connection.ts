// SPDX-License-Identifier: Apache-2.0
// The whole library in one call. Apart from Connection, which a page may use without all that keeps a
// replica.

import { Connection } from "./connection";
import type { ConnectionOptions } from "./connection-options";
import { Replica } from "./replica";

/** Connects at once, and again by itself until close(). */
export function createP2PConnection(options: ConnectionOptions): Connection {
  return new Connection(options, (context) => new Replica(context));
}
