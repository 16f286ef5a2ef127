// SPDX-License-Identifier: Apache-2.0
// A cloud's side of the join, for tests: it proves nothing within the protocol, and lets in whom a hub
// has signed for. It relays nothing.

import { toBase64url } from "../../../data/web/client/base64url";
import { randomBytes, verify } from "../../../data/web/client/crypto";
import { isFields, toSignedDocument } from "../../../data/web/client/messages";
import { readMembership } from "../../../data/web/client/signed-document";
import { transcript } from "../../../data/web/client/transcript";
import type { FakeSocket } from "./fake-socket";
import { joined } from "./fake-socket";
import { bytesOf, type Frame } from "./model-hub";

export class ModelCloud {
  /** By peerId: who is in the room beside the one that joins. */
  peers: Frame[] = [];
  joinedMore: Frame = {};
  readonly sockets: FakeSocket[] = [];
  /** After the join, of all. */
  readonly heard: Frame[] = [];

  serve(socket: FakeSocket): void {
    const nonce = randomBytes(32);
    const peerId = `cloud-${this.sockets.length}`;
    let join: Frame = {};
    this.sockets.push(socket);
    socket.onSent = (frame) => {
      if (frame["type"] === "join") {
        join = frame;
        socket.say({ type: "challenge", nonce: toBase64url(nonce), peerId });
      } else if (frame["type"] === "proof") socket.say(this.#admit(join, frame, peerId, nonce));
      else {
        this.heard.push(frame);
        if (frame["type"] === "relay")
          socket.say({ type: "error", code: "forbidden", message: "", inReplyTo: "relay" });
      }
    };
  }

  #admit(join: Frame, frame: Frame, peerId: string, nonce: Uint8Array): Frame {
    const no = { type: "error", code: "unauthorized", message: "" };
    const document = toSignedDocument(join["membership"]);
    if (document === undefined || !isFields(join)) return no;
    const hubKey = bytesOf(join["hubKey"]);
    const membership = readMembership(document, hubKey);
    if (membership === null || membership.deviceId !== join["deviceId"]) return no;
    const signed = transcript(
      "bellhop device proof v1",
      membership.tenantId,
      membership.deviceId,
      peerId,
      bytesOf(join["nonce"]),
      nonce,
      null,
      null,
      hubKey,
    );
    if (!verify(membership.publicKey, signed, bytesOf(frame["proof"]))) return no;
    return joined({
      peerId,
      peers: this.peers,
      server: { id: "cloud", kind: "cloud", name: "Cloud", version: "1" },
      ...this.joinedMore,
    });
  }
}
