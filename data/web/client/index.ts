// SPDX-License-Identifier: Apache-2.0
// @bellhop/client: talks to a property's hub from a browser, or from Node with a WebRTC library.

export { ApiProblem, type ApiAnswer, type ApiMethod } from "./api";
export { fromBase64url, toBase64url } from "./base64url";
export { openBlob, sealBlob, type SealedBlob } from "./blob-seal";
export type { Clock } from "./clock";
export { createP2PConnection } from "./create-connection";
export { codeText, Comparison, type ComparisonOptions } from "./comparison";
export {
  Connection,
  RequestError,
  type ConnectionEvents,
  type Reach,
  type RequestOptions,
  type SendOptions,
} from "./connection";
export type { ConnectionOptions } from "./connection-options";
export { provideRandomness, randomBytes, type RandomSource } from "./crypto";
export type { Forgery } from "./device-keys";
export type { SocketConstructor, SocketLike } from "./frame-socket";
export {
  authorityText,
  newSeed,
  toIdentity,
  tokenToIdentityParts,
  type DeviceIdentity,
  type IdentityParts,
} from "./identity";
export { newId } from "./ids";
export type { Fields, Joined, Message, PeerInfo, ServerInfo, SignedDocument } from "./messages";
export {
  detectNetworkTopology,
  standardPrices,
  type MeasuredConnection,
  type NetworkTopology,
  type PriceTable,
  type StatsReport,
  type StatsSource,
  type Topology,
  type TopologyOptions,
} from "./network-topology";
export { OutboxFullError } from "./outbox";
export {
  PairingError,
  pairWithLink,
  parsePairingLink,
  type PairingLink,
  type PairWithLinkOptions,
} from "./pairing";
export type { PeerConnectionConstructor, PeerConnectionLike } from "./peer-link";
export { isSettled, Print, type PrintEvents, type PrintPhase, type PrintView } from "./print";
export type {
  PrintContent,
  PrinterInfo,
  PrintJob,
  PrintState,
  Receipt,
  ReceiptLine,
  Ticket,
} from "./print-messages";
export { IdbStore, type IdbStoreOptions } from "./log/idb-store";
export {
  StoreError,
  type AppendEntry,
  type AppendOutcome,
  type AppendResult,
  type AsideChange,
  type AsideEntry,
  type AsideReason,
  type CheckpointEntry,
  type Compaction,
  type Fork,
  type Identity as OperationIdentity,
  type LoggedOperation,
  type LogPosition,
  type LogStore,
  type ReplaceEntry,
  type StoreContents,
  type StoredOperation,
  type StoredRecord,
  type StoreNews,
  type StoreProblem,
} from "./log/log-store";
export { MemoryStore, type MemoryStoreOptions } from "./log/memory-store";
export { isLogOf } from "./log/operation";
export type { Hlc, Operation, Signing, WriterRole, WireOperation } from "./log/operation";
export type { Discount, LineState, Order, OrderLine, OrderPhase, Payment, TaxSum } from "./log/order-state";
export { lineWordsOf, type LineWord } from "./log/order-words";
export { Property } from "./log/property";
export {
  DraftError,
  type Have,
  type Level,
  type OutgoingOperation,
  type PropertyDraft,
  type PropertyEvents,
  type PropertyOptions,
  type ReadOperation,
  type Refusal,
  type RefusalCode,
  type TakeOptions,
  type TakeResult,
} from "./log/property-types";
export type { WireStub } from "./log/stub";
export { itemOf, registerOf, type EntityRecord, type Item, type Register } from "./log/record";
export type { TabChannel } from "./log/tab-channel";
export type { ViewFollower, ViewFollowerEvents } from "./log/view-follower";
export type { PropertyChoice } from "./replica-part";
export { isLocalServer } from "./server-address";
export type { Removal, ServerMemory } from "./signaling-client";
export type { Path } from "./transport";
