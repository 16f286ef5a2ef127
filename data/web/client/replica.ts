// SPDX-License-Identifier: Apache-2.0
// A connection's part in the property's log. A paired device of the house has a replica of its own,
// also while nobody is reachable: opened from its storage, kept equal with the hub's over the transport
// and with other devices' over direct links. A guest follows what the hub shows it.

import { fromBase64urlExact } from "./base64url";
import { CommandRunner, giveUp, type Watched } from "./command-runner";
import { isCommand } from "./commands";
import { findPeerConnection } from "./connection-options";
import { KEY_BYTES } from "./crypto";
import type { DeviceKeys } from "./device-keys";
import { Emitter } from "./emitter";
import { HubReplication } from "./hub-replication";
import type { DeviceIdentity } from "./identity";
import { newId } from "./ids";
import { LentStore } from "./lent-store";
import { IdbStore } from "./log/idb-store";
import type { LogStore } from "./log/log-store";
import { MemoryStore } from "./log/memory-store";
import type { WriterRole } from "./log/operation";
import { Property } from "./log/property";
import type { ReplicaLink } from "./log/replica-link";
import { Replicator } from "./log/replicator";
import { bestSigning } from "./log/signing";
import { ViewFollower } from "./log/view-follower";
import { Mesh, type MeshPeer } from "./mesh";
import type { Message, PeerInfo } from "./messages";
import { OrderNews } from "./order-news";
import { Outbox } from "./outbox";
import type { ReplicaContext, ReplicaEvents, ReplicaPart } from "./replica-part";

/** Who has a replica (protocol section 4). */
const writers: WriterRole[] = ["manager", "staff", "kitchen", "pos"];

/** What took a database away may take the next one too: no other is opened sooner than that. */
const REOPEN_MS = 5000;

/** All of one property that is open, closed in one go. */
interface House {
  property: Property;
  replicator: Replicator;
  hub: HubReplication;
  mesh: Mesh | null;
  runner: CommandRunner;
  news: OrderNews;
  links: Map<string, ReplicaLink>;
}

export class Replica extends Emitter<ReplicaEvents> implements ReplicaPart {
  readonly view: ViewFollower | null;
  readonly #context: ReplicaContext;
  readonly #unsubscribe: (() => void)[] = [];
  #house: House | null = null;
  /** Properties are opened and closed one after the other: mostly the next has the store of the one before. */
  #queue: Promise<unknown> = Promise.resolve();
  /** Given, or in memory, where nothing but it has what it holds. */
  #lent: LentStore | null = null;
  /** Of all properties: what one wrote is still there in the next. */
  readonly #watched = new Set<Watched>();
  /** The role that the property is open for, or is being opened for. */
  #role: WriterRole | null = null;
  /** Changes whenever what is being opened is not wanted any more. */
  #turn = 0;
  /** A token says nothing of the role: until the hub has let us in, we may have a replica or not. */
  #isUndecided: boolean;
  #enteredMs = -Infinity;
  #cancelReopen: (() => void) | null = null;
  /** Commands that came before the property was open; those that come later only pass through. */
  readonly #waiting: Outbox;
  /** Why nothing is carried out any more. */
  #over: "removed" | "closed" | null = null;

  constructor(context: ReplicaContext) {
    super();
    this.#context = context;
    const { keys, options, transport, clock, signaling } = context;
    this.#waiting = new Outbox({ epoch: 0, send: (one) => this.#passOn(one) }, clock);
    const of = keys === null ? "guest" : "private";
    const isFollower = keys !== null || options.guest !== undefined;
    this.view = isFollower
      ? new ViewFollower({ of, send: (message) => transport.send(message), clock })
      : null;
    this.#unsubscribe.push(
      transport.on("path", (path) => {
        if (path === "none") this.view?.stop();
        else this.view?.start();
      }),
      signaling.on("joined", ({ server }) => {
        if (server.timeMs !== undefined) this.#house?.property.followTime(server.timeMs);
      }),
      signaling.on("removed", () => this.#end("removed")),
    );
    const identity = keys?.identity ?? null;
    this.#isUndecided = keys !== null && identity === null;
    if (identity !== null) this.update(identity);
  }

  get property(): Property | null {
    return this.#house?.property ?? null;
  }

  get direct(): PeerInfo[] {
    return this.#house?.mesh?.open ?? [];
  }

  get waiting(): number {
    const unheard = [...this.#watched].filter(({ level }) => level === "stored");
    return this.#waiting.size + unheard.length;
  }

  update(identity: DeviceIdentity): void {
    const { keys } = this.#context;
    const role = writers.find((one) => one === identity.role) ?? null;
    if (this.#over !== null || keys === null) return;
    if (role === this.#role && !this.#isUndecided) {
      void this.#house?.property.learnMembers([identity.membership]).catch(() => undefined);
      return;
    }
    if (this.#isUndecided) this.#isUndecided = false;
    else this.#leave();
    this.#role = role;
    if (role === null) this.#giveUp("not-stored");
    else this.#enter(keys, identity, role);
  }

  receive(message: Message): boolean {
    if (this.#house?.hub.receive(message) === true) return true;
    return this.view?.receive(message) ?? false;
  }

  run(message: Message): boolean {
    const mayCarryOut = this.#role !== null || this.#isUndecided;
    if (!mayCarryOut || !isCommand(message.type)) return false;
    const { id = newId() } = message;
    this.#waiting.add(id, { ...message, id }, null);
    return true;
  }

  serve(from: PeerInfo, message: Message, answer: (message: Message) => void): boolean {
    const { deviceId, role } = from;
    const isForUs = isCommand(message.type) && message.id !== undefined;
    if (this.#house === null || !isForUs || deviceId === undefined) return false;
    void this.#house.runner.serve(message, { deviceId, role }, answer);
    return true;
  }

  sendDirect(to: string, message: Message): boolean {
    return this.#house?.mesh?.send(to, message) ?? false;
  }

  async getStats(to: string): Promise<RTCStatsReport | null> {
    return (await this.#house?.mesh?.getStats(to)) ?? null;
  }

  wake(): void {
    this.#house?.mesh?.wake();
    this.#house?.replicator.wake();
    if (this.view !== null && this.#context.transport.path !== "none") this.view.start();
  }

  close(): void {
    if (this.#over === "closed") return;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.view?.stop();
    this.#end("closed");
    this.removeAll();
  }

  // ---- Opening and leaving ------------------------------------------------------------------------

  #enter(keys: DeviceKeys, identity: DeviceIdentity, role: WriterRole): void {
    this.#turn += 1;
    const turn = this.#turn;
    this.#enteredMs = this.#context.clock.now();
    this.#next(async () => {
      if (turn !== this.#turn) return;
      let property: Property;
      try {
        property = await this.#open(keys, identity, role);
      } catch (error) {
        console.error(error);
        if (turn === this.#turn) this.#giveUp("not-stored");
        return;
      }
      if (turn === this.#turn) this.#settle(keys, identity, property);
      else await property.close();
    });
  }

  #next(task: () => Promise<void>): void {
    this.#queue = this.#queue.then(task).catch((error: unknown) => console.error(error));
  }

  async #open(keys: DeviceKeys, identity: DeviceIdentity, role: WriterRole): Promise<Property> {
    const { clock, options } = this.#context;
    const { tenantId, deviceId, membership } = identity;
    const { hubKey } = keys;
    const signing = await bestSigning(fromBase64urlExact(identity.seed, KEY_BYTES) ?? undefined);
    const openIn = (store: LogStore): Promise<Property> =>
      Property.open({ store, tenantId, deviceId, role, signing, hubKey, membership, clock });
    if (typeof options.property === "object") {
      const { store } = options.property;
      this.#lent ??= new LentStore(typeof store === "function" ? store() : store);
    } else if (typeof indexedDB !== "undefined" && this.#lent === null) {
      try {
        return await openIn(new IdbStore({ name: `bellhop-log-${deviceId}` }));
      } catch (error) {
        // Private mode, a full disk, another tab with another version: the page works all the same, and
        // what it writes is as safe as those make it that it is sent to.
        console.error(error);
      }
    }
    this.#lent ??= new LentStore(new MemoryStore());
    return openIn(this.#lent.store);
  }

  #settle(keys: DeviceKeys, identity: DeviceIdentity, property: Property): void {
    const { clock, transport, signaling } = this.#context;
    const timeMs = signaling.joined?.server.timeMs;
    if (timeMs !== undefined && signaling.state === "joined") property.followTime(timeMs);
    const replicator = new Replicator({ property, clock });
    const house: House = {
      property,
      replicator,
      hub: new HubReplication(transport, replicator, (snapshot) => this.view?.take(snapshot)),
      mesh: this.#makeMesh(keys),
      runner: new CommandRunner(property, this.#watched),
      news: new OrderNews(property),
      links: new Map(),
    };
    this.#house = house;
    property.on("level", (level) => this.emit("level", level));
    property.on("failed", ({ error }) => {
      console.error(error);
      if (this.#house === house) this.#reopen(keys, identity, property.role);
    });
    house.news.on("order", (order) => this.emit("order", { order }));
    house.news.on("message", (message) => this.emit("tell", message));
    if (house.mesh !== null) this.#attach(house, house.mesh);
    this.emit("property", property);
    this.#waiting.flush();
  }

  #makeMesh(keys: DeviceKeys): Mesh | null {
    const { options, signaling, clock } = this.#context;
    const RTCPeerConnection = findPeerConnection(options);
    if (RTCPeerConnection === undefined) return null;
    const { iceServers, random } = options;
    return new Mesh({
      ...{ signaling, keys, RTCPeerConnection, clock },
      ...(iceServers === undefined ? {} : { iceServers }),
      ...(random === undefined ? {} : { random }),
    });
  }

  #attach(house: House, mesh: Mesh): void {
    const { links, replicator, property } = house;
    // The other side may speak before our end says that it is open.
    const linkOf = (peer: MeshPeer): ReplicaLink => {
      const link = links.get(peer.peerId) ?? this.#link(replicator, mesh, peer);
      links.set(peer.peerId, link);
      return link;
    };
    mesh.on("open", (peer) => {
      linkOf(peer).ready();
      this.emit("direct", { peer, isOpen: true });
    });
    mesh.on("closed", (peer) => {
      links.get(peer.peerId)?.close();
      links.delete(peer.peerId);
      this.emit("direct", { peer, isOpen: false });
    });
    mesh.on("drain", (peer) => {
      links.get(peer.peerId)?.ready();
      this.emit("direct", { peer, isOpen: true });
    });
    mesh.on("message", ({ peer, message }) => {
      if (!linkOf(peer).receive(message))
        this.emit("peerMessage", { peer, message });
    });
    mesh.on("membership", (document) => {
      void property.learnMembers([document]).catch(() => undefined);
    });
    mesh.on("forged", (forgery) => this.emit("forged", forgery));
  }

  #link(replicator: Replicator, mesh: Mesh, { peerId, deviceId, role }: MeshPeer): ReplicaLink {
    return replicator.addLink({
      peer: { deviceId, role, trusted: false, level: "device" },
      send: (message) => mesh.send(peerId, message),
    });
  }

  /** The database was closed under the page. What is commanded meanwhile waits. */
  #reopen(keys: DeviceKeys, identity: DeviceIdentity, role: WriterRole): void {
    const { clock } = this.#context;
    this.#leave();
    this.#endStore();
    this.#role = role;
    const delayMs = Math.max(0, this.#enteredMs + REOPEN_MS - clock.now());
    this.#cancelReopen = clock.after(delayMs, () => {
      this.#cancelReopen = null;
      this.#enter(keys, keys.identity ?? identity, role);
    });
  }

  /**
   * There is no replica before we are let in anew: commands are the hub's until then. Of what was carried out
   * before nobody hears more; what is under way is done here yet, or is the hub's too.
   */
  #giveUp(code: "not-stored" | "removed" | "closed"): void {
    this.#role = null;
    for (const one of this.#watched)
      if (this.#over !== null || one.operations.length > 0) giveUp(this.#watched, one, code);
    this.#waiting.flush();
  }

  #end(code: "removed" | "closed"): void {
    this.#over = code;
    this.#leave();
    this.#giveUp(code);
    if (code === "closed") this.#endStore();
  }

  #endStore(): void {
    this.#next(async () => {
      const lent = this.#lent;
      this.#lent = null;
      await lent?.end();
    });
  }

  #leave(): void {
    this.#turn += 1;
    this.#role = null;
    this.#cancelReopen?.();
    this.#cancelReopen = null;
    const house = this.#house;
    this.#house = null;
    if (house === null) return;
    house.mesh?.close();
    house.hub.close();
    house.replicator.close();
    house.runner.close();
    house.news.close();
    this.#next(() => house.property.close());
    if (this.#over !== "closed") this.emit("property", null);
  }

  /** Whether the command is done with here. */
  #passOn(message: Message): boolean {
    const tell = (answer: Message) => this.emit("tell", answer);
    if (this.#over !== null)
      tell({ type: "error", ref: message.id ?? "", code: this.#over, message: "" });
    else if (this.#house !== null) void this.#carryOut(this.#house, message, tell);
    else if (this.#role === null && !this.#isUndecided) this.emit("forHub", message);
    else return false;
    return true;
  }

  async #carryOut(
    { property, runner }: House,
    message: Message,
    tell: (answer: Message) => void,
  ): Promise<void> {
    const { deviceId, role } = property;
    const isDone = await runner.run(message, { deviceId, role }, tell);
    if (isDone && this.#role === null && this.#over === null) this.#giveUp("not-stored");
    if (isDone) return;
    const { id = "" } = message;
    try {
      this.#waiting.add(id, message, null);
    } catch {
      tell({ type: "error", ref: id, code: "not-stored", message: "Too much waits" });
    }
  }
}
