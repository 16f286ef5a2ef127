// SPDX-License-Identifier: Apache-2.0
// What an integrator holds: one connection to the property's hub, by whatever way there is.

import {
  toApiAnswer,
  toApiProblem,
  toApiRequest,
  type ApiAnswer,
  type ApiMethod,
} from "./api";
import { systemClock, type Clock } from "./clock";
import {
  findKeys,
  findPeerConnection,
  findWebSocket,
  orderServers,
  toClaim,
  type ConnectionOptions,
} from "./connection-options";
import type { DeviceKeys, Forgery } from "./device-keys";
import { Emitter } from "./emitter";
import type { DeviceIdentity } from "./identity";
import { newId } from "./ids";
import { textField, type Joined, type Message, type PeerInfo } from "./messages";
import { Outbox } from "./outbox";
import { Print } from "./print";
import { toPrinters, type PrinterInfo, type PrintJob } from "./print-messages";
import { SignalingClient, type Removal } from "./signaling-client";
import { LatencyMeter } from "./topology";
import { Transport, type Path } from "./transport";

export interface ConnectionEvents {
  /** What no request of ours was waiting for. */
  message: Message;
  path: Path;
  latency: number | null;
  joined: Joined;
  hub: PeerInfo | null;
  /** The server does not let us in, and why. It is asked again by itself. */
  refused: { code: string; message: string };
  /** The hub renewed what it signed for us, or our role or name changed: to be stored. */
  identity: DeviceIdentity;
  /** We belong no more. Final: it does not connect again by itself. */
  removed: Removal;
  /** Somebody answers in our hub's place and cannot prove to be it; counts as nobody. */
  impostor: { url: string };
  /** An offer or answer was not its sender's own, and was dropped. */
  forged: { peerId: string; reason: Forgery };
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

export class Connection extends Emitter<ConnectionEvents> {
  /** The simple face of the `message` event. */
  onmessage: ((message: Message) => void) | null = null;

  readonly #clock: Clock;
  readonly #keys: DeviceKeys | null;
  readonly #signaling: SignalingClient;
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  readonly #meter: LatencyMeter;
  readonly #prints = new Set<Print>();
  readonly #rejections = new Map<string, (error: Error) => void>();
  #removed = false;
  #closed = false;

  constructor(options: ConnectionOptions) {
    super();
    const RTCPeerConnection = findPeerConnection(options);
    const random = options.random === undefined ? {} : { random: options.random };

    this.#clock = options.clock ?? systemClock;
    this.#keys = findKeys(options, this.#clock);
    const tenantId = this.#keys?.tenantId ?? options.tenantId;
    if (tenantId === undefined) throw new TypeError("Name a tenantId");
    const keys = this.#keys === null ? {} : { keys: this.#keys };
    this.#signaling = new SignalingClient({
      urls: orderServers(options),
      identity: toClaim(options, tenantId),
      ...keys,
      WebSocket: findWebSocket(options),
      clock: this.#clock,
      ...random,
    });
    this.#transport = new Transport({
      signaling: this.#signaling,
      tenantId,
      ...keys,
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

  /** As it stands now; null without keys, and for a token that was not let in yet. */
  get identity(): DeviceIdentity | null {
    return this.#keys?.identity ?? null;
  }

  /** `signed`: the other side has proven to be our hub; `plain`: it is believed; null: no way. */
  get secure(): "signed" | "plain" | null {
    if (this.path === "none") return null;
    return this.#keys === null ? "plain" : "signed";
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
    return this.#ask(message, options, false);
  }

  /**
   * Calls the hub's API. A GET is asked again after each loss; a POST goes once only, and where its
   * answer is lost this rejects with the code `lost`: it may have been done or not, look again.
   */
  async api(
    method: ApiMethod,
    path: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<ApiAnswer> {
    const message = toApiRequest(method, path, body);
    const answer = toApiAnswer(await this.#ask(message, options, method === "POST"));
    if (answer === null) throw new RequestError("bad-answer", "The answer makes no sense");
    return answer;
  }

  /** The body of an answer that says yes; rejects with ApiProblem where it says no. */
  async apiJson<T>(
    method: ApiMethod,
    path: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<T> {
    const answer = await this.api(method, path, body, options);
    const problem = toApiProblem(answer);
    if (problem !== null) throw problem;
    return answer.body as T;
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
    this.#keys?.removeAll();
    this.#rejectAll("closed", "The connection was closed");
    this.emit("closed", undefined);
    this.removeAll();
  }

  #check(): void {
    if (this.#closed) throw new RequestError("closed", "The connection was closed");
  }

  #ask(message: Message, options: RequestOptions, once: boolean): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.#check();
      if (this.#removed) throw new RequestError("removed", "The hub knows this device no more");
      const id = message.id ?? newId();
      let cancelTimer: () => void = () => undefined;
      const settle = () => {
        cancelTimer();
        this.#rejections.delete(id);
      };
      const fail = (error: Error) => {
        this.#outbox.remove(id);
        settle();
        reject(error);
      };
      const onAnswer = (answer: Message) => {
        settle();
        if (answer.type === "error") reject(toRequestError(answer));
        else resolve(answer);
        return true;
      };
      const onLost = () => fail(new RequestError("lost", "No answer came; it may have been done"));
      const handlers = once ? { onAnswer, onLost, waits: true } : { onAnswer };
      this.#outbox.add(id, { ...message, id }, handlers);
      if (!this.#outbox.has(id)) return;
      this.#rejections.set(id, fail);
      if (options.timeoutMs === undefined) return;
      cancelTimer = this.#clock.after(options.timeoutMs, () =>
        fail(new RequestError("timeout", "No answer came in time")),
      );
    });
  }

  #rejectAll(code: string, text: string): void {
    for (const fail of [...this.#rejections.values()]) fail(new RequestError(code, text));
  }

  #listen(): void {
    this.#signaling.on("joined", (joined) => this.emit("joined", joined));
    this.#signaling.on("refused", (refusal) => this.emit("refused", refusal));
    this.#signaling.on("impostor", (impostor) => this.emit("impostor", impostor));
    this.#signaling.on("removed", (removal) => {
      this.#removed = true;
      this.#rejectAll("removed", removal.message);
      this.emit("removed", removal);
    });
    this.#keys?.on("identity", (identity) => this.emit("identity", identity));
    this.#transport.on("forged", (forgery) => this.emit("forged", forgery));
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
