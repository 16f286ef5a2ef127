// SPDX-License-Identifier: Apache-2.0
// @bellhop/client: talks to a property's hub from a browser, or from Node with a WebRTC library.

export { ApiProblem, type ApiAnswer, type ApiMethod } from "./api";
export { fromBase64url, toBase64url } from "./base64url";
export { openBlob, sealBlob, type SealedBlob } from "./blob-seal";
export { codeText, Comparison, type ComparisonOptions } from "./comparison";
export {
  createP2PConnection,
  Connection,
  RequestError,
  type ConnectionEvents,
  type RequestOptions,
} from "./connection";
export type { ConnectionOptions } from "./connection-options";
export { provideRandomness, randomBytes, type RandomSource } from "./crypto";
export type { Forgery } from "./device-keys";
export {
  authorityText,
  newSeed,
  toIdentity,
  tokenToIdentityParts,
  type DeviceIdentity,
  type IdentityParts,
} from "./identity";
export { newId } from "./ids";
export type { Joined, Message, PeerInfo, SignedDocument } from "./messages";
export { OutboxFullError } from "./outbox";
export {
  PairingError,
  pairWithLink,
  parsePairingLink,
  type PairingLink,
  type PairWithLinkOptions,
} from "./pairing";
export { isSettled, Print, type PrintPhase, type PrintView } from "./print";
export type {
  PrintContent,
  PrinterInfo,
  PrintJob,
  PrintState,
  Receipt,
  ReceiptLine,
} from "./print-messages";
export type { Removal } from "./signaling-client";
export type { Path } from "./transport";
