// SPDX-License-Identifier: Apache-2.0
// The shapes of protocol sections 2, 3 and 5, and the parsers that turn text from the wire into them.
// What another program sent is `unknown` until it went through here.

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" ? value : undefined;
}

// ---- Section 3: data between peers, on a data channel or in `relay` -------------------------------

/** What wants an answer bears an `id`, the answer a `ref`. */
export interface Message {
  type: string;
  id?: string;
  ref?: string;
  [field: string]: unknown;
}

export function toMessage(value: unknown): Message | null {
  if (!isFields(value)) return null;
  const { type, id, ref, ...rest } = value;
  if (typeof type !== "string") return null;
  const message: Message = { ...rest, type };
  if (typeof id === "string") message.id = id;
  if (typeof ref === "string") message.ref = ref;
  return message;
}

export function parseJson(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

// ---- Section 2: signaling -------------------------------------------------------------------------

export type Role = "manager" | "staff" | "kitchen" | "pos" | "printer" | "guest" | "hub";

export interface PeerInfo {
  peerId: string;
  role: string;
  name?: string;
  deviceId?: string;
}

export interface ServerInfo {
  id: string;
  kind: string;
  name: string;
  version: string;
}

export interface Joined {
  peerId: string;
  tenantId: string;
  role: string;
  peers: PeerInfo[];
  iceServers: RTCIceServer[];
  server: ServerInfo;
  signalingServers: string[];
  resume: string | undefined;
  /** The place of before was kept: channels that are open go on. */
  resumed: boolean;
}

/** A description or a candidate on its way between two peers. */
export type LinkSignal =
  | { type: "offer" | "answer"; sdp: string }
  | { type: "ice-candidate"; candidate: RTCIceCandidateInit | null };

export type ServerMessage =
  | { type: "joined"; joined: Joined }
  | { type: "presence"; joined: PeerInfo[]; left: string[] }
  | { type: "link"; signal: LinkSignal; fromPeerId: string }
  | { type: "relay"; payload: Message; fromPeerId: string }
  | { type: "signaling-servers"; signalingServers: string[] }
  | { type: "error"; code: string; message: string }
  | { type: "unknown" };

/** More servers than this in one list are of no use to anybody. */
const MAX_SERVERS = 8;

function toPeer(value: unknown): PeerInfo | null {
  if (!isFields(value)) return null;
  const peerId = textField(value, "peerId");
  if (peerId === undefined) return null;
  const peer: PeerInfo = { peerId, role: textField(value, "role") ?? "guest" };
  const name = textField(value, "name");
  const deviceId = textField(value, "deviceId");
  if (name !== undefined) peer.name = name;
  if (deviceId !== undefined) peer.deviceId = deviceId;
  return peer;
}

function toPeers(value: unknown): PeerInfo[] {
  if (!Array.isArray(value)) return [];
  return value.map(toPeer).filter((peer): peer is PeerInfo => peer !== null);
}

function toServers(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value
    .map((entry: unknown) => (isFields(entry) ? textField(entry, "url") : entry))
    .filter((url): url is string => typeof url === "string" && /^wss?:\/\//.test(url))
    .slice(0, MAX_SERVERS);
}

function toIceServers(value: unknown): RTCIceServer[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (entry): entry is RTCIceServer =>
      isFields(entry) && (typeof entry["urls"] === "string" || Array.isArray(entry["urls"])),
  );
}

function toJoined(fields: Fields): ServerMessage {
  const peerId = textField(fields, "peerId");
  if (peerId === undefined) return { type: "unknown" };
  const server = isFields(fields["server"]) ? fields["server"] : {};
  return {
    type: "joined",
    joined: {
      peerId,
      tenantId: textField(fields, "tenantId") ?? "",
      role: textField(fields, "role") ?? "guest",
      peers: toPeers(fields["peers"]),
      iceServers: toIceServers(fields["iceServers"]),
      server: {
        id: textField(server, "id") ?? "",
        kind: textField(server, "kind") ?? "local",
        name: textField(server, "name") ?? "",
        version: textField(server, "version") ?? "",
      },
      signalingServers: toServers(fields["signalingServers"]),
      resume: textField(fields, "resume"),
      resumed: fields["resumed"] === true,
    },
  };
}

/** One peer, or many at once: `peers` carries `peers` or `joined`, and `left`. */
function toPresence(type: string, fields: Fields): ServerMessage {
  const peer = toPeer(fields["peer"]) ?? toPeer(fields);
  const joined: PeerInfo[] = [];
  const left: string[] = [];

  if (type === "peer-joined" && peer !== null) joined.push(peer);
  if (type === "peer-left" && peer !== null) left.push(peer.peerId);
  if (type === "peers") {
    joined.push(...toPeers(fields["peers"]), ...toPeers(fields["joined"]));
    const gone = fields["left"];
    if (Array.isArray(gone)) {
      for (const entry of gone as unknown[]) {
        const peerId = typeof entry === "string" ? entry : toPeer(entry)?.peerId;
        if (peerId !== undefined) left.push(peerId);
      }
    }
  }
  return { type: "presence", joined, left };
}

function toCandidate(value: unknown): RTCIceCandidateInit | null | undefined {
  if (value === null) return null;
  if (!isFields(value)) return undefined;
  const candidate = textField(value, "candidate");
  if (candidate === undefined) return undefined;
  const { sdpMid, sdpMLineIndex, usernameFragment } = value;
  return {
    candidate,
    sdpMid: typeof sdpMid === "string" ? sdpMid : null,
    sdpMLineIndex: typeof sdpMLineIndex === "number" ? sdpMLineIndex : null,
    usernameFragment: typeof usernameFragment === "string" ? usernameFragment : null,
  };
}

function toLinkSignal(type: string, fields: Fields): LinkSignal | null {
  if (type === "ice-candidate") {
    const candidate = toCandidate(fields["candidate"]);
    return candidate === undefined ? null : { type, candidate };
  }
  const sdp = textField(fields, "sdp");
  if (sdp === undefined || (type !== "offer" && type !== "answer")) return null;
  return { type, sdp };
}

/** Never throws; what it does not know is `unknown`. */
export function parseServerMessage(text: unknown): ServerMessage {
  const fields = parseJson(text);
  if (!isFields(fields)) return { type: "unknown" };
  const type = textField(fields, "type") ?? "";
  const fromPeerId = textField(fields, "fromPeerId") ?? "";

  switch (type) {
    case "joined":
      return toJoined(fields);
    case "peer-joined":
    case "peer-left":
    case "peers":
      return toPresence(type, fields);
    case "offer":
    case "answer":
    case "ice-candidate": {
      const signal = toLinkSignal(type, fields);
      return signal === null ? { type: "unknown" } : { type: "link", signal, fromPeerId };
    }
    case "relay": {
      const payload = toMessage(fields["payload"]);
      return payload === null ? { type: "unknown" } : { type: "relay", payload, fromPeerId };
    }
    case "signaling-servers":
      return { type, signalingServers: toServers(fields["signalingServers"]) };
    case "error":
      return {
        type,
        code: textField(fields, "code") ?? "unknown",
        message: textField(fields, "message") ?? "",
      };
    default:
      return { type: "unknown" };
  }
}

// ---- Section 5: printing --------------------------------------------------------------------------

export interface ReceiptLine {
  name: string;
  quantity?: number;
  /** Minor units of the receipt's currency, as every amount below. */
  amount?: number;
  unitAmount?: number;
  notes?: string[];
  modifiers?: { name: string; amount?: number }[];
  emphasis?: boolean;
}

export interface Receipt {
  /** ISO 4217 */
  currency: string;
  /** BCP 47 */
  language?: string;
  business?: { name: string; address?: string[]; phone?: string; taxId?: string };
  title?: string;
  number?: string;
  table?: string;
  server?: string;
  /** UTC milliseconds */
  time?: number;
  /** Minutes east of UTC, at `time` */
  timeZoneOffset?: number;
  lines: ReceiptLine[];
  subtotal?: number;
  discounts?: { name: string; amount: number }[];
  /** `rate` in percent */
  taxes?: { name: string; rate?: number; amount: number; included?: boolean }[];
  total?: number;
  payments?: { method: string; amount: number }[];
  change?: number;
  footer?: string[];
  qr?: string;
  drawer?: boolean;
  cut?: boolean;
}

export type PrintContent =
  | { receipt: Receipt }
  | { escpos: string }
  | { text: string }
  | { png: string }
  | { pdf: string };

export interface PrintJob {
  jobId: string;
  printer?: string;
  content: PrintContent;
  copies?: number;
}

export const printStates = [
  "accepted",
  "queued",
  "printing",
  "sent",
  "done",
  "uncertain",
  "failed",
] as const;

export type PrintState = (typeof printStates)[number];

export interface PrintStatus {
  jobId: string;
  state: PrintState;
  printer?: string;
  /** `paper-out`, `cover-open`, `offline`, `no-feedback`... */
  detail?: string;
}

export function toPrintStatus(message: Message): PrintStatus | null {
  const jobId = textField(message, "jobId");
  const state = printStates.find((name) => name === message["state"]);
  if (message.type !== "print-status" || jobId === undefined || state === undefined) return null;
  const status: PrintStatus = { jobId, state };
  const printer = textField(message, "printer");
  const detail = textField(message, "detail");
  if (printer !== undefined) status.printer = printer;
  if (detail !== undefined) status.detail = detail;
  return status;
}

export interface PrinterInfo {
  name: string;
  kind: string;
  state: string;
  detail?: string;
  waiting: number;
}

export function toPrinters(message: Message): PrinterInfo[] {
  const list = message["printers"];
  if (!Array.isArray(list)) return [];
  const printers: PrinterInfo[] = [];
  for (const entry of list as unknown[]) {
    if (!isFields(entry)) continue;
    const name = textField(entry, "name");
    if (name === undefined) continue;
    const waiting = entry["waiting"];
    const printer: PrinterInfo = {
      name,
      kind: textField(entry, "kind") ?? "",
      state: textField(entry, "state") ?? "",
      waiting: typeof waiting === "number" ? waiting : 0,
    };
    const detail = textField(entry, "detail");
    if (detail !== undefined) printer.detail = detail;
    printers.push(printer);
  }
  return printers;
}
