// SPDX-License-Identifier: Apache-2.0
// What an integrator holds: one connection to the property's hub, by whatever way there is, and to its
// other devices. With a replica of the property, commands are carried out here and now.

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
  isOnSecurePage,
  listServers,
  namesOf,
  toClaim,
  type ConnectionOptions,
} from "./connection-options";
import type { DeviceKeys, Forgery } from "./device-keys";
import { DeviceMail } from "./device-mail";
import { Emitter } from "./emitter";
import type { Order } from "./log/order-state";
import type { Property } from "./log/property";
import type { Level } from "./log/property-types";
import type { ViewFollower } from "./log/view-follower";
import type { DeviceIdentity } from "./identity";
import { newId } from "./ids";
import { isFields, type Joined, type Message, type PeerInfo } from "./messages";
import { Outbox, type Handlers } from "./outbox";
import { Print } from "./print";
import { toPrinters, type PrinterInfo, type PrintJob, type PrintState } from "./print-messages";
import type { ReplicaFactory, ReplicaPart } from "./replica-part";
import { RequestError, Requests, type RequestOptions } from "./requests";
import { Roster } from "./roster";
import { SignalingClient, type Removal } from "./signaling-client";
import { LatencyMeter } from "./topology";
import { Transport, type Path } from "./transport";

export { RequestError, type RequestOptions } from "./requests";

/**
 * Whom signaling goes by just now: the `local` hub, by a socket or its channel, or the `cloud`. Nobody,
 * but channels are open: `peers only`. `offline`: nothing.
 */
export type Reach = "local" | "cloud" | "peers only" | "offline";

export interface ConnectionEvents {
  /** What no request of ours was waiting for. */
  message: Message;
  /** The same of another device; by its own channel or by the hub's relay. */
  peerMessage: { peer: PeerInfo; message: Message };
  /** Who else is in the property changed; also which of them there is a direct channel to. */
  peers: PeerInfo[];
  /** Our replica is ready; null: there is none any more. */
  property: Property | null;
  /** An order is new or reads otherwise than before; also for what this device just did. */
  order: { order: Order };
  /** An operation of ours, and all before it in its log, are stored more safely than before. */
  level: { logId: string; seq: number; level: Level };
  path: Path;
  latency: number | null;
  reach: Reach;
  joined: Joined;
  hub: PeerInfo | null;
  /** The server does not let us in, and why. It is asked again by itself. */
  refused: { code: string; message: string };
  /** The hub renewed what it signed for us, or our role or name changed: to be stored. */
  identity: DeviceIdentity;
  /**
   * We belong no more. Final: it does not connect again by itself. What waited for an answer gets the error
   * `removed`, and what is sent later is refused with it.
   */
  removed: Removal;
  /** Somebody answers in our hub's place and cannot prove to be it; counts as nobody. */
  impostor: { url: string };
  /** An offer or answer was not its sender's own, and was dropped. */
  forged: { peerId: string; reason: Forgery };
  closed: undefined;
}

export interface SendOptions {
  /**
   * Another device, by its peerId or deviceId; the hub where nobody is named, or the hub itself. An `order`,
   * `notification` or `service` is carried out there in place of here, where that device has a replica, and
   * answered once: when it has stored it, or, where that is in memory, as soon as somebody else has it too.
   */
  to?: string;
}

/** Commands: they are sent again until they are answered. */
const commands = new Set(["order", "notification", "service", "line-cancel", "receipt"]);
/** What a hub tells who has no replica. */
const news = new Set(["order", "notification"]);

export class Connection extends Emitter<ConnectionEvents> {
  /** The simple face of the events `message` and `peerMessage`. `from`: null for the hub */
  onmessage: ((message: Message, from: PeerInfo | null) => void) | null = null;

  readonly #clock: Clock;
  readonly #keys: DeviceKeys | null;
  readonly #signaling: SignalingClient;
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  readonly #requests: Requests;
  readonly #meter: LatencyMeter;
  readonly #roster: Roster;
  readonly #mail: DeviceMail;
  readonly #replica: ReplicaPart | null;
  /** Those that something may still come of. */
  readonly #prints = new Set<Print>();
  #reach: Reach = "offline";
  #closed = false;
  /** Why nothing is taken any more. */
  #over: RequestError | null = null;

  /** @param makeReplica without it there is no replica: for a page that needs none */
  constructor(options: ConnectionOptions, makeReplica?: ReplicaFactory) {
    super();
    const RTCPeerConnection = findPeerConnection(options);
    const random = options.random === undefined ? {} : { random: options.random };

    this.#clock = options.clock ?? systemClock;
    this.#keys = findKeys(options, this.#clock);
    const tenantId = this.#keys?.tenantId ?? options.tenantId;
    if (tenantId === undefined) throw new TypeError("Name a tenantId");
    const keys = this.#keys === null ? {} : { keys: this.#keys };
    this.#signaling = new SignalingClient({
      urls: listServers(options),
      identity: toClaim(options, tenantId),
      ...keys,
      names: namesOf(options),
      isSecurePage: isOnSecurePage(),
      ...(options.preferLocal === undefined ? {} : { preferLocal: options.preferLocal }),
      ...(options.servers === undefined ? {} : { memory: options.servers }),
      WebSocket: findWebSocket(options, this.#clock),
      clock: this.#clock,
      ...random,
    });
    // First to hear who is there: the transport lets go what waits for them.
    this.#roster = new Roster(this.#signaling);
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
    this.#requests = new Requests(this.#outbox, this.#clock);
    this.#meter = new LatencyMeter(this.#transport, this.#clock);
    this.#mail = new DeviceMail({
      roster: this.#roster,
      clock: this.#clock,
      sendDirect: (to, one) => this.#replica?.sendDirect(to, one) ?? false,
      sendRelayed: (peerId, one) => this.#roster.isPresent && this.#transport.relayTo(peerId, one),
    });
    this.#listen();
    this.#replica = this.#makeReplica(options, makeReplica);
    this.#signaling.open();
  }

  #makeReplica(options: ConnectionOptions, make?: ReplicaFactory): ReplicaPart | null {
    const mayHave = this.#keys !== null || options.guest !== undefined;
    if (make === undefined || options.property === false || !mayHave) return null;
    const replica = make({
      options,
      keys: this.#keys,
      clock: this.#clock,
      signaling: this.#signaling,
      transport: this.#transport,
    });
    replica.on("property", (property) => this.emit("property", property));
    replica.on("order", (order) => this.emit("order", order));
    replica.on("level", (level) => this.emit("level", level));
    replica.on("tell", (message) => this.#tell(message));
    replica.on("forHub", (message) => {
      const { id = newId() } = message;
      try {
        this.#outbox.add(id, message, this.#telling());
      } catch {
        // Nobody is there to throw it to.
        this.#tell({ type: "error", ref: id, code: "not-stored", message: "Too much waits" });
      }
    });
    replica.on("forged", (forgery) => this.emit("forged", forgery));
    replica.on("peerMessage", ({ peer, message }) => this.#receiveFrom(peer, message));
    replica.on("direct", ({ peer, isOpen }) => {
      if (isOpen) this.#mail.flush();
      else this.#mail.restart(peer);
      this.#look();
      this.emit("peers", this.peers);
    });
    return replica;
  }

  get path(): Path {
    return this.#transport.path;
  }

  /** Whom signaling goes by just now. */
  get reach(): Reach {
    return this.#reach;
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

  /** This device's replica; null before it is ready, and where there is none. */
  get property(): Property | null {
    return this.#replica?.property ?? null;
  }

  /** What the hub shows a guest; of a device: its person's private messages. */
  get view(): ViewFollower | null {
    return this.#replica?.view ?? null;
  }

  /** The other devices of the property that are there now; the hub too. Without a server: `direct`. */
  get peers(): PeerInfo[] {
    return this.#roster.isPresent ? this.#roster.peers : this.direct;
  }

  /** Those that there is a direct channel to. */
  get direct(): PeerInfo[] {
    return this.#replica?.direct ?? [];
  }

  /** Messages, also of prints that have not ended, that wait for a way, for an answer, or for the replica. */
  get waiting(): number {
    return this.#outbox.size + this.#mail.size + (this.#replica?.waiting ?? 0);
  }

  /**
   * Sends as soon as there is a way. A command (`order`, `notification`, `service`, `line-cancel`,
   * `receipt`) is sent again until it is answered; the answer comes as a message with its id as `ref`:
   * `ack` or `error`. A device that has a replica carries the first three out itself, at once and also
   * while nobody is reachable, and hears an `ack` for each `level`: `device`, then `hub`. Anything else
   * is sent once, and what must not be lost is a request. Returns the id. Throws OutboxFullError, and
   * RequestError with `closed` or `removed`; a command that waits then hears that as an `error`, and so it does
   * of a peerId that nobody has any more, and no device that we know of had: `unknown-peer`, after a minute.
   */
  send(message: Message, { to }: SendOptions = {}): string {
    this.#check();
    const id = message.id ?? newId();
    const isCommand = commands.has(message.type);
    const whole = isCommand ? { ...message, id } : message;
    if (to !== undefined && !this.#roster.isHub(to)) {
      const onAnswer = isCommand ? (answer: Message) => this.#tellFrom(to, answer) : null;
      this.#mail.add(to, id, whole, onAnswer);
    } else if (!isCommand) this.#outbox.add(id, whole, null);
    else if (this.#replica?.run(whole) !== true) this.#outbox.add(id, whole, this.#telling());
    return id;
  }

  /** An answer to a command is for the page as well. */
  #telling(): Handlers {
    return {
      onAnswer: (answer) => {
        this.#tell(answer);
        return true;
      },
    };
  }

  /**
   * Resolves with the first answer; rejects with RequestError where that is an `error`. The message
   * gets an id where it has none, and is sent again after each loss until it is answered. A message with
   * the id of one that waits takes its place, and that one rejects with the code `replaced`.
   */
  request(message: Message, options: RequestOptions = {}): Promise<Message> {
    return this.#requests.ask(message, options, false);
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
    const answer = toApiAnswer(await this.#requests.ask(message, options, method === "POST"));
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

  /**
   * Prints; the same jobId is never printed twice. Throws as send() does.
   *
   * @param lastState of a job that is told again, as after a reload of the page: what its view was last. A hub
   *   that was restored from a backup and does not know the job then says `uncertain` and prints nothing.
   */
  print(job: PrintJob, lastState?: PrintState): Print {
    const print = this.recall(job, lastState);
    print.start();
    return print;
  }

  /** A job of earlier whose state is known to have ended; to be asked for again with reprint(). */
  recall(job: PrintJob, lastState?: PrintState): Print {
    this.#check();
    return new Print(job, this.#outbox, this.#prints, lastState);
  }

  async printers(options: RequestOptions = {}): Promise<PrinterInfo[]> {
    return toPrinters(await this.request({ type: "printers" }, options));
  }

  /** For the page's `pageshow`, `visibilitychange` and `online`: looks at once whether all is alive. */
  wake(): void {
    if (this.#closed) return;
    this.#transport.wake();
    this.#replica?.wake();
    this.#meter.measure(true);
  }

  /** Of the WebRTC connection to the hub, or to another device; null where there is none. */
  getStats({ to }: SendOptions = {}): Promise<RTCStatsReport | null> {
    if (to === undefined || this.#roster.isHub(to)) return this.#transport.getStats();
    return this.#replica?.getStats(to) ?? Promise.resolve(null);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const print of [...this.#prints]) print.close();
    this.#end("closed", "The connection was closed");
    this.#replica?.close();
    this.#roster.close();
    this.#meter.close();
    this.#transport.close();
    this.#signaling.close();
    this.#keys?.removeAll();
    this.emit("closed", undefined);
    this.removeAll();
  }

  #check(): void {
    if (this.#over !== null) throw new RequestError(this.#over.code, this.#over.message);
  }

  /** What waits hears it, and what comes later. */
  #end(code: "closed" | "removed", message: string): void {
    this.#over = new RequestError(code, message);
    this.#outbox.end(this.#over);
    this.#mail.end(this.#over);
  }

  #findReach(): Reach {
    const { kind } = this.#signaling;
    if (kind !== null) return kind;
    return this.path === "local-p2p" || this.direct.length > 0 ? "peers only" : "offline";
  }

  #look(): void {
    const reach = this.#findReach();
    if (this.#closed || reach === this.#reach) return;
    this.#reach = reach;
    this.emit("reach", reach);
  }

  #listen(): void {
    let wasJoined = false;
    this.#signaling.on("state", (state) => {
      this.#look();
      // Mostly the hub is gone, and its channel would not say so for seconds.
      if (wasJoined && state !== "joined") this.#meter.doubt();
      wasJoined = state === "joined";
      if (state === "removed") this.#meter.close();
    });
    this.#signaling.on("joined", (joined) => {
      this.#look();
      this.emit("joined", joined);
    });
    this.#signaling.on("refused", (refusal) => this.emit("refused", refusal));
    this.#signaling.on("impostor", (impostor) => this.emit("impostor", impostor));
    this.#signaling.on("removed", (removal) => {
      this.#end("removed", removal.message);
      this.emit("removed", removal);
    });
    this.#keys?.on("identity", (identity) => {
      this.#replica?.update(identity);
      this.emit("identity", identity);
    });
    this.#roster.on("changed", () => {
      this.#mail.flush();
      this.emit("peers", this.peers);
    });
    this.#transport.on("relayReady", () => this.#mail.flush());
    this.#transport.on("relayed", ({ peerId, message }) => {
      const peer = this.#roster.find(peerId);
      // Guests talk to the hub, and who is not in the room to nobody.
      if (peer !== null && peer.role !== "guest") this.#receiveFrom(peer, message);
    });
    this.#transport.on("forged", (forgery) => this.emit("forged", forgery));
    this.#transport.on("hub", (hub) => this.emit("hub", hub));
    this.#transport.on("ready", () => this.#outbox.flush());
    this.#transport.on("path", (path) => {
      this.#look();
      this.emit("path", path);
      this.#meter.measure();
    });
    this.#transport.on("message", (message) => this.#receive(message));
    this.#meter.on("latency", (latency) => this.emit("latency", latency));
    this.#meter.measure();
  }

  #receive(message: Message): void {
    if (this.#meter.receive(message)) return;
    if (this.#replica?.receive(message) === true || this.#outbox.receive(message)) return;
    // Sent to it by its name before that was known to be the hub's.
    if (this.hub !== null && this.#mail.receive(this.hub, message)) return;
    // What a hub tells before it has heard of the replica comes by the replica as well.
    if (this.#replica !== null && news.has(message.type)) return;
    const order = message["order"];
    if (message.type === "order" && isFields(order))
      this.emit("order", { order: order as unknown as Order });
    this.#tell(message);
  }

  #tell(message: Message): void {
    this.emit("message", message);
    this.#hand(message, null);
  }

  /** As the emitter does: what the page's handler throws stops nothing of ours. */
  #hand(message: Message, from: PeerInfo | null): void {
    try {
      this.onmessage?.(message, from);
    } catch (error) {
      console.error(error);
    }
  }

  #receiveFrom(peer: PeerInfo, message: Message): void {
    if (this.#mail.receive(peer, message)) return;
    const answer = (one: Message) => this.#mail.tell(peer.peerId, one);
    if (this.#replica?.serve(peer, message, answer) === true) return;
    this.emit("peerMessage", { peer, message });
    this.#hand(message, peer);
  }

  #tellFrom(to: string, message: Message): void {
    const peer = this.#roster.find(to) ?? { peerId: to, role: "" };
    this.emit("peerMessage", { peer, message });
    this.#hand(message, peer);
  }
}
