// SPDX-License-Identifier: Apache-2.0
// @bellhop/client: talks to a property's hub from a browser, or from Node with a WebRTC library.

export {
  createP2PConnection,
  Connection,
  RequestError,
  type ConnectionEvents,
  type ConnectionOptions,
  type RequestOptions,
} from "./connection";
export { newId } from "./ids";
export type {
  Joined,
  Message,
  PeerInfo,
  PrintContent,
  PrinterInfo,
  PrintJob,
  PrintState,
  Receipt,
  ReceiptLine,
} from "./messages";
export { OutboxFullError } from "./outbox";
export { isSettled, Print, type PrintPhase, type PrintView } from "./print";
export type { Path } from "./transport";
