#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One aiortc RTCPeerConnection, driven by JSON lines on stdin; see aiortc.mjs."""

import asyncio
import base64
import json
import sys

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

LINE_LIMIT = 1 << 24


def emit(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def describe(description):
    return {"type": description.type, "sdp": description.sdp}


class Peer:
    def __init__(self):
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.channels = {}
        self.pc.on("datachannel", self.on_channel)

    def on_channel(self, channel):
        key = f"remote-{channel.id}-{len(self.channels)}"
        emit({"event": "channel", "channel": key, "label": channel.label})
        self.watch(key, channel)

    def watch(self, key, channel):
        self.channels[key] = channel
        channel.bufferedAmountLowThreshold = 0

        def on_message(data):
            body = {"text": data} if isinstance(data, str) else {
                "base64": base64.b64encode(data).decode()}
            emit({"event": "message", "channel": key, **body})

        channel.on("open", lambda: emit({"event": "open", "channel": key}))
        channel.on("close", lambda: emit({"event": "closed", "channel": key}))
        channel.on("bufferedamountlow", lambda: emit(
            {"event": "buffered", "channel": key, "amount": channel.bufferedAmount}))
        channel.on("message", on_message)

    async def do(self, order):
        what = order["do"]
        if what == "create-channel":
            options = order["options"]
            self.watch(order["channel"], self.pc.createDataChannel(
                order["label"], ordered=options.get("ordered", True),
                maxRetransmits=options.get("maxRetransmits"),
                maxPacketLifeTime=options.get("maxPacketLifeTime")))
        elif what == "send":
            data = order["text"] if "text" in order else base64.b64decode(order["base64"])
            self.channels[order["channel"]].send(data)
        elif what == "close-channel":
            self.channels[order["channel"]].close()
        elif what == "create-offer":
            return describe(await self.pc.createOffer())
        elif what == "create-answer":
            return describe(await self.pc.createAnswer())
        elif what == "set-local":
            await self.pc.setLocalDescription(RTCSessionDescription(
                order["description"]["sdp"], order["description"]["type"]))
            return describe(self.pc.localDescription)
        elif what == "set-remote":
            await self.pc.setRemoteDescription(RTCSessionDescription(
                order["description"]["sdp"], order["description"]["type"]))
        elif what == "add-candidate":
            text = order["candidate"]["candidate"]
            candidate = candidate_from_sdp(text.split(":", 1)[1])
            candidate.sdpMid = order["candidate"].get("sdpMid")
            candidate.sdpMLineIndex = order["candidate"].get("sdpMLineIndex")
            await self.pc.addIceCandidate(candidate)
        return None

    async def run(self):
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=LINE_LIMIT)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            order = json.loads(line)
            try:
                result = await self.do(order)
                if "call" in order:
                    emit({"call": order["call"], "result": result})
            except Exception as error:  # the test decides what an error means
                if "call" in order:
                    emit({"call": order["call"], "error": repr(error)})
                else:
                    print(f"{order['do']}: {error!r}", file=sys.stderr)
        await self.pc.close()


asyncio.run(Peer().run())
