// SPDX-License-Identifier: Apache-2.0
// Messages to other devices: by the direct channel where there is one, else by the hub's relay. What
// wants an answer is sent again until it is answered; what finds no way waits for one. A page that has left
// is looked for by its device; where it has none that we know of, nobody can come back for its mail.

import type { Clock } from "./clock";
import type { Message, PeerInfo } from "./messages";
import { Outbox, OutboxFullError, type Way } from "./outbox";
import { RequestError } from "./requests";
import type { Roster } from "./roster";

export interface DeviceMailOptions {
  roster: Roster;
  clock: Clock;
  /** Whether a direct channel to this peer or device took it. */
  sendDirect: (to: string, message: Message) => boolean;
  /** Whether the server took it for this peer. */
  sendRelayed: (peerId: string, message: Message) => boolean;
}

/** Each device has a share of what a page may keep. */
const LIMITS = { messages: 200, bytes: 1024 * 1024 };
/** With something that waits. */
const MAX_ADDRESSES = 64;
/** A hub that starts anew is joined again, by the same name, well within that time. */
const MISSING_MS = 60000;

class DeviceWay implements Way {
  epoch = 0;
  constructor(readonly send: (message: Message) => boolean) {}
}

interface Box {
  way: DeviceWay;
  outbox: Outbox;
  /** Whose page a peerId is, once that is known: another server knows it by another. */
  deviceId: string | undefined;
  /** While it is the name of somebody who has left. */
  cancelLoss: (() => void) | null;
}

export class DeviceMail {
  readonly #options: DeviceMailOptions;
  readonly #boxes = new Map<string, Box>();

  constructor(options: DeviceMailOptions) {
    this.#options = options;
  }

  /** Messages that wait for a way or for an answer. */
  get size(): number {
    return [...this.#boxes.values()].reduce((sum, { outbox }) => sum + outbox.size, 0);
  }

  /**
   * Throws OutboxFullError.
   *
   * @param to a peerId or deviceId
   * @param onAnswer given: sent again until it is answered, be it by `unknown-peer`: nobody has that name
   */
  add(to: string, id: string, message: Message, onAnswer: ((answer: Message) => void) | null): void {
    const handlers =
      onAnswer === null
        ? null
        : {
            onAnswer: (answer: Message) => {
              onAnswer(answer);
              return true;
            },
          };
    const box = this.#boxOf(to);
    box.outbox.add(id, message, handlers);
    this.#lookFor(to, box);
  }

  /** What the other asks for again anyway: now, or not at all. */
  tell(to: string, message: Message): void {
    this.#send(to, message);
  }

  /** Whether the message answers one that is waited for. */
  receive(from: PeerInfo, message: Message): boolean {
    const { peerId, deviceId } = from;
    const exact = this.#boxes.get(peerId);
    if (exact?.outbox.receive(message) === true) return true;
    if (deviceId === undefined) return false;
    for (const [address, { outbox, deviceId: of }] of this.#boxes)
      if ((address === deviceId || of === deviceId) && outbox.receive(message)) return true;
    return false;
  }

  /** A way may take more. */
  flush(): void {
    for (const [to, box] of [...this.#boxes]) {
      box.outbox.flush();
      this.#lookFor(to, box);
    }
  }

  /** The ways are others now: what was not answered may not have arrived. */
  restart(to?: PeerInfo): void {
    for (const [address, { way, outbox, deviceId = address }] of this.#boxes) {
      if (to !== undefined && address !== to.peerId && deviceId !== to.deviceId) continue;
      way.epoch += 1;
      outbox.flush();
    }
  }

  /** Who waits for an answer hears this `error`. */
  end(error: RequestError): void {
    for (const [to, box] of [...this.#boxes]) this.#endOne(to, box, error);
  }

  #boxOf(to: string): Box {
    const known = this.#boxes.get(to);
    if (known !== undefined) return known;
    if (this.#boxes.size >= MAX_ADDRESSES) {
      for (const [address, { outbox, cancelLoss }] of this.#boxes) {
        if (outbox.size > 0) continue;
        cancelLoss?.();
        this.#boxes.delete(address);
      }
      if (this.#boxes.size >= MAX_ADDRESSES) throw new OutboxFullError();
    }
    const { roster, clock } = this.#options;
    const way = new DeviceWay((message) => this.#send(to, message));
    const outbox = new Outbox(way, clock, LIMITS);
    const { deviceId } = roster.find(to) ?? roster.recall(to) ?? {};
    const box: Box = { way, outbox, deviceId, cancelLoss: null };
    this.#boxes.set(to, box);
    return box;
  }

  #lookFor(to: string, box: Box): void {
    const { roster } = this.#options;
    const isLost = () => box.deviceId === undefined && roster.isMissing(to) && !roster.isHub(to);
    if (box.outbox.size === 0 || !isLost()) {
      box.cancelLoss?.();
      box.cancelLoss = null;
      return;
    }
    box.cancelLoss ??= this.#options.clock.after(MISSING_MS, () => {
      box.cancelLoss = null;
      if (isLost()) this.#endOne(to, box, new RequestError("unknown-peer", "Nobody has this name any more"));
    });
  }

  #endOne(to: string, { outbox, cancelLoss }: Box, error: RequestError): void {
    cancelLoss?.();
    this.#boxes.delete(to);
    outbox.end(error);
  }

  /** To the very page where it is there, else to its device. */
  #send(to: string, message: Message): boolean {
    const { roster, sendDirect, sendRelayed } = this.#options;
    if (sendDirect(to, message)) return true;
    const box = this.#boxes.get(to);
    const peer = roster.find(to) ?? roster.find(box?.deviceId ?? to);
    if (box !== undefined && peer !== null) box.deviceId ??= peer.deviceId;
    const deviceId = box?.deviceId ?? to;
    if (deviceId !== to && roster.find(to) === null && sendDirect(deviceId, message)) return true;
    return peer !== null && sendRelayed(peer.peerId, message);
  }
}
