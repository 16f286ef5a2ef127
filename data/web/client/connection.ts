// SPDX-License-Identifier: Apache-2.0
// What an integrator holds: one connection to the property's hub, by whatever way there is.

import { systemClock, type Clock } from "./clock";
import { Emitter } from "./emitter";
import { newId } from "./ids";
import {
  textField,
  toPrinters,
  type Joined,
  type Message,
  type PeerInfo,
  type PrinterInfo,
  type PrintJob,
} from "./messages";
import { Outbox } from "./outbox";
import type { PeerConnectionConstructor } from "./peer-link";
import { Print } from "./print";
import { SignalingClient, type SocketConstructor } from "./signaling-client";
import { LatencyMeter } from "./topology";
import { Transport, type Path } from "./transport";

export interface ConnectionOptions {
  /** One server, or several in the order to try them. */
  signalingServer?: string;
  signalingServers?: string[];
  tenantId: string;
  /** Servers on the property's own network come first; true unless said otherwise. */
  preferLocal?: boolean;
  role?: "manager" | "staff" | "kitchen" | "pos" | "printer" | "guest";
  /** Shown to people, e.g. "Bar till". */
  name?: string;
  /** Keep one and name it: jobs are told apart by it. Made up for this connection otherwise. */
  deviceId?: string;
  iceServers?: RTCIceServer[];
  /** For programs without a browser around them; a browser's own otherwise. */
  WebSocket?: SocketConstructor;
  webrtc?: { RTCPeerConnection: PeerConnectionConstructor } | null;
  /** For tests. */
  clock?: Clock;
  random?: () => number;
}

export interface ConnectionEvents {
  /** What no request of ours was waiting for. */
  message: Message;
  path: Path;
  latency: number | null;
  joined: Joined;
  hub: PeerInfo | null;
  /** The server does not let us in, and why. It is asked again by itself. */
  refused: { code: string; message: string };
  closed: undefined;
}

export interface RequestOptions {
  /** Without it, a request waits until it is answered or the connection is closed. */
  timeoutMs?: number;
}

/** The other side answered with `error`. */
export class RequestError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "RequestError";
  }
}

function toRequestError(answer: Message): RequestError {
  return new RequestError(
    textField(answer, "code") ?? "unknown",
    textField(answer, "message") ?? "",
  );
}

/** Addresses that only mean something on the property's own network. */
export function isLocalServer(url: string): boolean {
  let host: string;
  try {
    host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  } catch {
    return false;
  }
  return (
    /(^|\.)local$|^localhost$|^127\.|^10\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^169\.254\./.test(
      host,
    ) || /^(::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i.test(host)
  );
}

function orderServers(options: ConnectionOptions): string[] {
  const urls = [
    ...(options.signalingServer === undefined ? [] : [options.signalingServer]),
    ...(options.signalingServers ?? []),
  ];
  if (urls.length === 0) throw new TypeError("Name a signalingServer");
  if (options.preferLocal === false) return urls;
  return [...urls.filter(isLocalServer), ...urls.filter((url) => !isLocalServer(url))];
}

function findWebSocket(options: ConnectionOptions): SocketConstructor {
  if (options.WebSocket !== undefined) return options.WebSocket;
  if (typeof WebSocket === "undefined") throw new TypeError("There is no WebSocket; pass one");
  return WebSocket;
}

function findPeerConnection(options: ConnectionOptions): PeerConnectionConstructor | undefined {
  if (options.webrtc !== undefined) return options.webrtc?.RTCPeerConnection;
  return typeof RTCPeerConnection === "undefined" ? undefined : RTCPeerConnection;
}

export class Connection extends Emitter<ConnectionEvents> {
  /** The simple face of the `message` event. */
  onmessage: ((message: Message) => void) | null = null;

  readonly #clock: Clock;
  readonly #signaling: SignalingClient;
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  readonly #meter: LatencyMeter;
  readonly #prints = new Set<Print>();
  readonly #rejections = new Map<string, (error: Error) => void>();
  #closed = false;

  constructor(options: ConnectionOptions) {
    super();
    const { tenantId, role, name } = options;
    // The hub knows jobs by device: a place that could not be taken back must not look like another
    // device, or what is told again is printed again.
    const deviceId = options.deviceId ?? newId();
    const RTCPeerConnection = findPeerConnection(options);
    const random = options.random === undefined ? {} : { random: options.random };

    this.#clock = options.clock ?? systemClock;
    this.#signaling = new SignalingClient({
      urls: orderServers(options),
      identity: {
        tenantId,
        ...(role === undefined ? {} : { role }),
        ...(name === undefined ? {} : { name }),
        deviceId,
      },
      WebSocket: findWebSocket(options),
      clock: this.#clock,
      ...random,
    });
    this.#transport = new Transport({
      signaling: this.#signaling,
      clock: this.#clock,
      ...(RTCPeerConnection === undefined ? {} : { RTCPeerConnection }),
      ...(options.iceServers === undefined ? {} : { iceServers: options.iceServers }),
      ...random,
    });
    this.#outbox = new Outbox(this.#transport, this.#clock);
    this.#meter = new LatencyMeter(this.#transport, this.#clock);
    this.#listen();
    this.#signaling.open();
  }

  get path(): Path {
    return this.#transport.path;
  }

  /** Milliseconds there and back; null while it is not known. */
  get latency(): number | null {
    return this.#meter.latency;
  }

  /** What the server said when it let us in last; null before that. */
  get joined(): Joined | null {
    return this.#signaling.joined;
  }

  get hub(): PeerInfo | null {
    return this.#transport.hub;
  }

  /** Messages that wait for a way or for an answer. */
  get waiting(): number {
    return this.#outbox.size;
  }

  /**
   * Sends once, as soon as there is a way, and expects nothing. What must not be lost is a request.
   * Throws OutboxFullError.
   */
  send(message: Message): void {
    this.#check();
    this.#outbox.add(message.id ?? newId(), message, null);
  }

  /**
   * Resolves with the first answer; rejects with RequestError where that is an `error`. The message
   * gets an id where it has none, and is sent again after each loss until it is answered.
   */
  request(message: Message, options: RequestOptions = {}): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.#check();
      const id = message.id ?? newId();
      let cancelTimer: () => void = () => undefined;
      const settle = () => {
        cancelTimer();
        this.#rejections.delete(id);
      };
      const onAnswer = (answer: Message) => {
        settle();
        if (answer.type === "error") reject(toRequestError(answer));
        else resolve(answer);
        return true;
      };
      this.#outbox.add(id, { ...message, id }, { onAnswer });
      if (!this.#outbox.has(id)) return;
      this.#rejections.set(id, reject);
      if (options.timeoutMs === undefined) return;
      cancelTimer = this.#clock.after(options.timeoutMs, () => {
        this.#outbox.remove(id);
        settle();
        reject(new RequestError("timeout", "No answer came in time"));
      });
    });
  }

  /** Prints; the same jobId is never printed twice. Throws OutboxFullError. */
  print(job: PrintJob): Print {
    const print = this.recall(job);
    try {
      print.start();
    } catch (error) {
      print.close();
      throw error;
    }
    return print;
  }

  /** A job of earlier whose state is known to have ended; to be asked for again with reprint(). */
  recall(job: PrintJob): Print {
    this.#check();
    const print = new Print(job, this.#outbox, this.#clock, (one) => this.#prints.delete(one));
    this.#prints.add(print);
    return print;
  }

  async printers(options: RequestOptions = {}): Promise<PrinterInfo[]> {
    return toPrinters(await this.request({ type: "printers" }, options));
  }

  /** For the page's `pageshow`, `visibilitychange` and `online`: looks at once whether all is alive. */
  wake(): void {
    if (this.#closed) return;
    this.#transport.wake();
    this.#meter.measure();
  }

  /** Of the WebRTC connection; null where there is none. */
  getStats(): Promise<RTCStatsReport | null> {
    return this.#transport.getStats();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const print of [...this.#prints]) print.close();
    this.#outbox.clear();
    this.#meter.close();
    this.#transport.close();
    this.#signaling.close();
    const rejections = [...this.#rejections.values()];
    this.#rejections.clear();
    for (const reject of rejections) reject(new RequestError("closed", "The connection was closed"));
    this.emit("closed", undefined);
    this.removeAll();
  }

  #check(): void {
    if (this.#closed) throw new RequestError("closed", "The connection was closed");
  }

  #listen(): void {
    this.#signaling.on("joined", (joined) => this.emit("joined", joined));
    this.#signaling.on("refused", (refusal) => this.emit("refused", refusal));
    this.#transport.on("hub", (hub) => this.emit("hub", hub));
    this.#transport.on("ready", () => this.#outbox.flush());
    this.#transport.on("path", (path) => {
      this.emit("path", path);
      this.#meter.measure();
    });
    this.#transport.on("message", (message) => this.#receive(message));
    this.#meter.on("latency", (latency) => this.emit("latency", latency));
  }

  #receive(message: Message): void {
    if (this.#meter.receive(message) || this.#outbox.receive(message)) return;
    this.emit("message", message);
    this.onmessage?.(message);
  }
}

/** Connects at once, and again by itself until close(). */
export function createP2PConnection(options: ConnectionOptions): Connection {
  return new Connection(options);
}
