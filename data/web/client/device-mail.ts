// SPDX-License-Identifier: Apache-2.0
// Messages to other devices: by the direct channel where there is one, else by the hub's relay. What
// wants an answer is sent again until it is answered; what finds no way waits for one.

import type { Clock } from "./clock";
import type { Message, PeerInfo } from "./messages";
import { Outbox, type Way } from "./outbox";
import type { RequestError } from "./requests";
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
const MAX_ADDRESSES = 64;

class DeviceWay implements Way {
  epoch = 0;
  constructor(readonly send: (message: Message) => boolean) {}
}

interface Box {
  way: DeviceWay;
  outbox: Outbox;
  /** Whose page a peerId is, once that is known: another server knows it by another. */
  deviceId: string | undefined;
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
   * @param to a peerId or deviceId
   * @param onAnswer given: sent again until it is answered
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
    this.#boxOf(to).outbox.add(id, message, handlers);
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
    for (const { outbox } of this.#boxes.values()) outbox.flush();
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
    const boxes = [...this.#boxes.values()];
    this.#boxes.clear();
    for (const { outbox } of boxes) outbox.end(error);
  }

  #boxOf(to: string): Box {
    const known = this.#boxes.get(to);
    if (known !== undefined) return known;
    if (this.#boxes.size >= MAX_ADDRESSES) {
      for (const [address, { outbox }] of this.#boxes)
        if (outbox.size === 0) this.#boxes.delete(address);
    }
    const way = new DeviceWay((message) => this.#send(to, message));
    const outbox = new Outbox(way, this.#options.clock, LIMITS);
    const box: Box = { way, outbox, deviceId: this.#options.roster.find(to)?.deviceId };
    this.#boxes.set(to, box);
    return box;
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
