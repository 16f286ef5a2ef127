// SPDX-License-Identifier: Apache-2.0
// The shapes of protocol sections 1 to 3, and the parsers that turn text from the wire into them.
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

// ---- Section 1: what the hub signs, and what devices sign ----------------------------------------

/** `data`: base64url of JSON text, whose bytes `sig` covers. See signed-document.ts. */
export interface SignedDocument {
  data: string;
  sig: string;
}

/** Of an offer or answer. */
export interface DescriptionAuth {
  sig: string;
  /** Of a device; the hub has none. */
  membership?: SignedDocument;
}

export function toSignedDocument(value: unknown): SignedDocument | undefined {
  if (!isFields(value)) return undefined;
  const data = textField(value, "data");
  const sig = textField(value, "sig");
  return data === undefined || sig === undefined ? undefined : { data, sig };
}

function toDescriptionAuth(value: unknown): DescriptionAuth | undefined {
  const sig = isFields(value) ? textField(value, "sig") : undefined;
  if (!isFields(value) || sig === undefined) return undefined;
  const membership = toSignedDocument(value["membership"]);
  return membership === undefined ? { sig } : { sig, membership };
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
  /** Its clock when it let us in, UTC milliseconds. */
  timeMs?: number;
}

/** Of a server that proves to be our hub, or of a cloud; binary as base64url, not looked into yet. */
export interface Challenge {
  nonce: string;
  peerId: string;
  key: string | undefined;
  /** A cloud has neither. */
  serverKey: string | undefined;
  serverProof: string | undefined;
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
  /** The server would have kept our place, and has forgotten it: it has started anew. */
  isAnew?: boolean;
  /** Of a paired device. */
  membership?: SignedDocument;
  revocations?: SignedDocument;
}

/** A description or a candidate on its way between two peers. */
export type LinkSignal =
  | { type: "offer" | "answer"; sdp: string; auth?: DescriptionAuth }
  | { type: "ice-candidate"; candidate: RTCIceCandidateInit | null };

export type ServerMessage =
  | { type: "challenge"; challenge: Challenge }
  | { type: "joined"; joined: Joined }
  | { type: "presence"; joined: PeerInfo[]; left: string[] }
  | { type: "link"; signal: LinkSignal; fromPeerId: string }
  | { type: "relay"; payload: Message; fromPeerId: string }
  | { type: "signaling-servers"; signalingServers: string[] }
  | { type: "revocations"; revocations: SignedDocument }
  | { type: "error"; code: string; message: string }
  | { type: "unknown" };

/** More servers than this in one list are of no use to anybody. */
const MAX_SERVERS_NAMED = 16;

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

export function toServers(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value
    .map((entry: unknown) => (isFields(entry) ? textField(entry, "url") : entry))
    .filter((url): url is string => typeof url === "string" && /^wss?:\/\//.test(url))
    .slice(0, MAX_SERVERS_NAMED);
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
  const timeMs = server["time"];
  const membership = toSignedDocument(fields["membership"]);
  const revocations = toSignedDocument(fields["revocations"]);
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
        ...(typeof timeMs === "number" ? { timeMs } : {}),
      },
      signalingServers: toServers(fields["signalingServers"]),
      resume: textField(fields, "resume"),
      resumed: fields["resumed"] === true,
      ...(membership === undefined ? {} : { membership }),
      ...(revocations === undefined ? {} : { revocations }),
    },
  };
}

function toChallenge(fields: Fields): ServerMessage {
  const nonce = textField(fields, "nonce");
  const peerId = textField(fields, "peerId");
  const serverKey = textField(fields, "serverKey");
  const serverProof = textField(fields, "serverProof");
  if (nonce === undefined || peerId === undefined) return { type: "unknown" };
  const key = textField(fields, "key");
  return { type: "challenge", challenge: { nonce, peerId, serverKey, key, serverProof } };
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

export function toCandidate(value: unknown): RTCIceCandidateInit | null | undefined {
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
  const auth = toDescriptionAuth(fields["auth"]);
  return auth === undefined ? { type, sdp } : { type, sdp, auth };
}

/** Never throws; what it does not know is `unknown`. */
export function parseServerMessage(text: unknown): ServerMessage {
  const fields = parseJson(text);
  if (!isFields(fields)) return { type: "unknown" };
  const type = textField(fields, "type") ?? "";
  const fromPeerId = textField(fields, "fromPeerId") ?? "";

  switch (type) {
    case "challenge":
      return toChallenge(fields);
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
    case "revocations": {
      const revocations = toSignedDocument(fields["revocations"]);
      return revocations === undefined ? { type: "unknown" } : { type, revocations };
    }
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
