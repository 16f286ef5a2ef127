// SPDX-License-Identifier: Apache-2.0
// The whole client against a hub of the test's own: both ways to it, changes between them in
// mid-flight, and that nothing is lost or done twice.

import assert from "node:assert/strict";
import { test } from "node:test";

import { split } from "../../../data/web/client/chunks";
import { Connection, RequestError } from "../../../data/web/client/connection";
import type { PrintJob } from "../../../data/web/client/print-messages";
import { FakeClock, settle } from "./fake-clock";
import { FakeChannel, makePeers } from "./fake-peer";
import { joined, makeSockets } from "./fake-socket";

type Frame = Record<string, unknown>;

const job: PrintJob = { jobId: "j1", content: { text: "hello" } };

/** Knows each job once, as the real one does. */
class FakeHub {
  readonly heard: Frame[] = [];
  readonly printed: string[] = [];
  state = "done";
  mute = false;

  answer(message: Frame, say: (answer: Frame) => void): void {
    this.heard.push(message);
    if (this.mute) return;
    const ref = message["id"];
    const tell = (jobId: string, state: string) =>
      say({ type: "print-status", ref, jobId, printer: "paper", state });
    switch (message["type"]) {
      case "ping":
        say({ type: "pong", ref });
        break;
      case "print": {
        const { jobId } = message["printJob"] as PrintJob;
        if (!this.printed.includes(jobId)) {
          this.printed.push(jobId);
          tell(jobId, "accepted");
        }
        tell(jobId, this.state);
        break;
      }
      case "reprint":
        this.printed.push(`again ${String(message["jobId"])}`);
        tell(String(message["jobId"]), "done");
        break;
      default:
        say({ type: "error", ref, code: "unknown-type", message: "?" });
    }
  }

  heardOf(type: string): Frame[] {
    return this.heard.filter((message) => message["type"] === type);
  }
}

function setUp({ webrtc = true, autoJoin = true } = {}) {
  const clock = new FakeClock();
  const hub = new FakeHub();
  const peers = makePeers();
  let resumed = false;
  const sockets = makeSockets((socket) => {
    socket.onSent = (frame) => {
      if (frame["type"] === "join" && autoJoin) socket.say(joined({ resumed }));
      if (frame["type"] === "relay")
        hub.answer(frame["payload"] as Frame, (payload) =>
          socket.say({ type: "relay", payload, fromPeerId: "hub" }),
        );
    };
  });
  const connection = new Connection({
    signalingServer: "ws://127.0.0.1",
    tenantId: "t",
    WebSocket: sockets.WebSocket,
    webrtc: webrtc ? { RTCPeerConnection: peers.RTCPeerConnection } : null,
    clock,
    random: () => 1,
  });
  const openChannel = () => {
    const { channel } = peers.last();
    channel.onSent = (frame) => hub.answer(frame, (answer) => channel.say(answer));
    channel.open();
  };
  return {
    clock,
    hub,
    peers,
    sockets,
    connection,
    openChannel,
    setResumed: (value: boolean) => (resumed = value),
    signals: (type: string) => sockets.last().sent.filter((frame) => frame["type"] === type),
    relays: (type: string) =>
      sockets
        .last()
        .sent.filter(
          (frame) => frame["type"] === "relay" && (frame["payload"] as Frame)["type"] === type,
        ),
  };
}

test("offers to the hub; the answer and its candidates are applied in order, whatever the order", async () => {
  const { sockets, peers, connection, openChannel, signals } = setUp();
  sockets.last().open();
  await settle();
  const [offer] = signals("offer");
  assert.equal(offer?.["targetPeerId"], "hub");

  const fromHub = (frame: Frame) => sockets.last().say({ ...frame, fromPeerId: "hub" });
  fromHub({ type: "ice-candidate", candidate: { candidate: "candidate:1", sdpMid: "0" } });
  fromHub({ type: "answer", sdp: "answer" });
  fromHub({ type: "ice-candidate", candidate: { candidate: "candidate:2", sdpMid: "0" } });
  fromHub({ type: "ice-candidate", candidate: null });
  await settle();
  assert.equal(peers.last().candidates.length, 2);
  sockets.last().say({ type: "answer", sdp: "evil", fromPeerId: "someone" });
  await settle();
  assert.equal(peers.last().remoteDescription?.sdp, "answer");

  assert.equal(connection.path, "none");
  openChannel();
  assert.equal(connection.path, "local-p2p");
});

test("our candidates follow the offer that they belong to", async () => {
  const { sockets, peers } = setUp();
  sockets.last().open();
  peers.last().onicecandidate?.({
    candidate: { candidate: "candidate:0", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" },
  });
  await settle();
  peers.last().onicecandidate?.({ candidate: null });
  const types = sockets.last().sent.map((frame) => frame["type"]);
  assert.deepEqual(types, ["join", "offer", "ice-candidate", "ice-candidate"]);
});

test("the channel has two seconds; then the relay takes over", async () => {
  const { sockets, clock, hub, connection } = setUp();
  const print = connection.print(job);
  sockets.last().open();
  await settle();
  clock.advance(1999);
  assert.deepEqual(hub.printed, []);
  clock.advance(1);
  assert.equal(connection.path, "hub-relay");
  assert.deepEqual(hub.printed, ["j1"]);
  assert.equal((await print.settled()).phase, "done");
});

test("a channel that opens in time carries everything", async () => {
  const { sockets, hub, connection, openChannel, relays, clock } = setUp();
  const print = connection.print(job);
  sockets.last().open();
  await settle();
  openChannel();
  assert.equal(print.view.phase, "done");
  clock.advance(3000);
  assert.equal(relays("print").length, 0);
  assert.deepEqual(hub.printed, ["j1"]);
});

test("without WebRTC the relay is used at once", async () => {
  const { sockets, connection } = setUp({ webrtc: false });
  sockets.last().open();
  assert.equal(connection.path, "hub-relay");
  const answer = connection.request({ type: "nothing-known" });
  await assert.rejects(answer, (error) => error instanceof RequestError && error.code === "unknown-type");
});

test("goes over to a channel that opens late; the job is printed once", async () => {
  const { sockets, clock, hub, connection, openChannel } = setUp();
  hub.state = "printing";
  sockets.last().open();
  await settle();
  clock.advance(2000);
  const print = connection.print(job);
  assert.equal(print.view.phase, "printing");
  hub.state = "done";
  openChannel();
  assert.equal(connection.path, "local-p2p");
  assert.equal(print.view.phase, "done");
  assert.deepEqual(hub.printed, ["j1"]);
});

test("the channel dies in mid-job: the relay brings the end, and a new channel is tried", async () => {
  const { sockets, clock, hub, connection, openChannel, peers } = setUp();
  sockets.last().open();
  await settle();
  openChannel();
  hub.state = "printing";
  const print = connection.print(job);
  hub.state = "done";
  peers.last().channel.close();
  assert.equal(connection.path, "hub-relay");
  assert.equal(print.view.phase, "done");
  assert.deepEqual(hub.printed, ["j1"]);
  clock.advance(1000);
  assert.equal(peers.made.length, 2);
});

test("the other side out of sight: relay and ICE restart; back again: the same channel", async () => {
  const { sockets, clock, connection, openChannel, peers, signals } = setUp();
  sockets.last().open();
  await settle();
  sockets.last().say({ type: "answer", sdp: "answer", fromPeerId: "hub" });
  await settle();
  openChannel();
  peers.last().ice("disconnected");
  assert.equal(connection.path, "hub-relay");
  clock.advance(2000);
  await settle();
  assert.deepEqual(
    peers.last().offers.map(({ iceRestart }) => iceRestart),
    [false, true],
  );
  assert.equal(signals("offer").length, 2);
  peers.last().ice("connected");
  assert.equal(connection.path, "local-p2p");
  assert.equal(peers.made.length, 1);
});

test("an offer that nobody heard is made again, until there is a way", async () => {
  const { sockets, clock, connection, openChannel, peers, signals } = setUp();
  sockets.last().open();
  await settle();
  sockets.last().say({ type: "answer", sdp: "answer", fromPeerId: "hub" });
  await settle();
  openChannel();
  peers.last().ice("disconnected");
  for (const ms of [2000, 3000, 3000]) {
    clock.advance(ms);
    await settle();
  }
  assert.equal(signals("offer").length, 4);
  peers.last().ice("connected");
  assert.equal(connection.path, "local-p2p");
  clock.advance(6000);
  await settle();
  assert.equal(signals("offer").length, 4);
});

test("a hub that has moved finds us: what arrives by the channel ends the trouble", async () => {
  const { sockets, clock, connection, openChannel, peers } = setUp();
  sockets.last().open();
  await settle();
  sockets.last().say({ type: "answer", sdp: "answer", fromPeerId: "hub" });
  await settle();
  openChannel();
  peers.last().ice("disconnected");
  assert.equal(connection.path, "hub-relay");
  peers.last().channel.say({ type: "pong" });
  assert.equal(connection.path, "local-p2p");
  clock.advance(20000);
  assert.equal(peers.made.length, 1);
});

test("a candidate of a hub that has moved comes by the channel, and is the browser's to know", async () => {
  const { sockets, connection, openChannel, peers } = setUp();
  const heard: string[] = [];
  connection.on("message", ({ type }) => heard.push(type));
  sockets.last().open();
  await settle();
  sockets.last().say({ type: "answer", sdp: "answer", fromPeerId: "hub" });
  await settle();
  openChannel();
  const candidate = { candidate: "candidate:1 1 UDP 1 10.0.0.9 9 typ host", sdpMid: "0", sdpMLineIndex: 0 };
  peers.last().channel.say({ type: "ice-candidate", candidate });
  peers.last().channel.say({ type: "ice-candidate", candidate: "nonsense" });
  peers.last().channel.say({ type: "ice-candidate" });
  await settle();
  assert.deepEqual(peers.last().candidates, [{ ...candidate, usernameFragment: null }]);
  assert.deepEqual(heard, []);
});

test("woken, the page asks by the channel as well, and looks for another way after 1.5 s", async () => {
  const { sockets, clock, connection, openChannel, peers, hub } = setUp();
  sockets.last().open();
  await settle();
  sockets.last().say({ type: "answer", sdp: "answer", fromPeerId: "hub" });
  await settle();
  openChannel();
  hub.mute = true;
  connection.wake();
  clock.advance(1499);
  await settle();
  assert.equal(peers.last().offers.length, 1);
  clock.advance(1);
  await settle();
  assert.equal(connection.path === "local-p2p", false);
});

test("a connection that failed by ICE alone is restarted, not given up", async () => {
  const { sockets, openChannel, peers, signals } = setUp();
  sockets.last().open();
  await settle();
  sockets.last().say({ type: "answer", sdp: "answer", fromPeerId: "hub" });
  await settle();
  openChannel();
  const peer = peers.last();
  peer.sctp = { maxMessageSize: 65536, transport: { state: "connected" } };
  peer.ice("disconnected");
  peer.connectionState = "failed";
  peer.onconnectionstatechange?.();
  await settle();
  assert.equal(peer.closed, false);
  assert.equal(signals("offer").length, 2);
  peer.sctp.transport = { state: "failed" };
  peer.onconnectionstatechange?.();
  assert.equal(peer.closed, true);
});

test("an ICE restart that does not help ends the connection, and a new one begins", async () => {
  const { sockets, clock, openChannel, peers } = setUp();
  sockets.last().open();
  await settle();
  openChannel();
  peers.last().ice("failed");
  clock.advance(15000);
  assert.equal(peers.made[0]?.closed, true);
  clock.advance(1000);
  assert.equal(peers.made.length, 2);
});

test("the WebSocket goes and its place is kept: the channel goes on", async () => {
  const { sockets, clock, connection, openChannel, peers, setResumed, hub } = setUp();
  sockets.last().open();
  await settle();
  openChannel();
  sockets.last().drop();
  assert.equal(connection.path, "local-p2p");
  connection.print(job);
  assert.deepEqual(hub.printed, ["j1"]);
  setResumed(true);
  clock.advance(250);
  sockets.last().open();
  assert.equal(connection.path, "local-p2p");
  assert.equal(peers.made.length, 1);
});

test("the hub restarted: the old channel is not trusted, the job is told again and printed once", async () => {
  const { sockets, clock, hub, connection, openChannel, peers } = setUp();
  sockets.last().open();
  await settle();
  openChannel();
  hub.mute = true;
  const print = connection.print(job);
  hub.mute = false;
  sockets.last().drop();
  clock.advance(250);
  sockets.last().open();
  await settle();
  assert.equal(peers.made.length, 2);
  assert.equal(peers.made[0]?.closed, true);
  openChannel();
  assert.equal(print.view.phase, "done");
  assert.equal(hub.heardOf("print").length, 2);
  assert.deepEqual(hub.printed, ["j1"]);
});

test("offers that cross: the polite side takes its own back, the other ignores theirs", async () => {
  for (const polite of [true, false]) {
    const setup = setUp({ autoJoin: false });
    setup.sockets.last().open();
    setup.sockets.last().say(joined({ peerId: polite ? "a" : "z" }));
    await settle();
    setup.sockets.last().say({ type: "offer", sdp: "theirs", fromPeerId: "hub" });
    await settle();
    const peer = setup.peers.last();
    assert.equal(peer.rollbacks, polite ? 1 : 0);
    assert.equal(setup.signals("answer").length, polite ? 1 : 0);

    // Both made a channel, and no rollback takes one away: theirs is heard beside ours.
    const theirs = new FakeChannel();
    peer.ondatachannel?.({ channel: theirs });
    peer.channel.open();
    const heard: string[] = [];
    setup.connection.onmessage = ({ type }) => heard.push(type);
    theirs.say({ type: "by-theirs" });
    peer.channel.say({ type: "by-ours" });
    setup.connection.send({ type: "hello" });
    assert.deepEqual(heard, ["by-theirs", "by-ours"]);
    assert.ok(peer.channel.sent.some(({ type }) => type === "hello"));
    assert.deepEqual(theirs.sent, []);
  }
});

test("offers that cross while ours is being made: none of it ends the link", async () => {
  for (const polite of [true, false])
    for (let turns = 0; turns < 16; turns++) {
      const setup = setUp({ autoJoin: false });
      setup.sockets.last().open();
      setup.sockets.last().say(joined({ peerId: polite ? "a" : "z" }));
      for (let i = 0; i < turns; i++) await Promise.resolve();
      setup.sockets.last().say({ type: "offer", sdp: "theirs", fromPeerId: "hub" });
      await settle();
      await settle();
      const peer = setup.peers.last();
      assert.equal(peer.closed, false, `after ${turns}`);
      assert.equal(setup.signals("answer").length, polite ? 1 : 0, `after ${turns}`);
      assert.equal(peer.signalingState, polite ? "stable" : "have-local-offer");
    }
});

test("an uncertain job is printed again only when asked, and the asking is never repeated", async () => {
  const { sockets, hub, connection, clock } = setUp({ webrtc: false });
  sockets.last().open();
  hub.state = "uncertain";
  const print = connection.print(job);
  assert.equal(print.view.phase, "uncertain");
  clock.advance(120000);
  assert.deepEqual(hub.printed, ["j1"]);

  // The answer is lost together with the socket.
  hub.mute = true;
  print.reprint();
  assert.equal(print.view.phase, "waiting");
  hub.mute = false;
  sockets.last().drop();
  clock.advance(250);
  sockets.last().open();
  assert.equal(print.view.phase, "uncertain");
  assert.equal(hub.heardOf("reprint").length, 1);

  print.reprint();
  assert.equal(print.view.phase, "done");
  assert.deepEqual(hub.printed, ["j1", "again j1"]);
});

test("asked for the paper while too much waits: the job stands as it did, and what is not known is told", () => {
  const { sockets, hub, connection, clock } = setUp({ webrtc: false });
  sockets.last().open();
  hub.state = "uncertain";
  const uncertain = connection.print({ ...job, content: { text: "x".repeat(50000) } });
  hub.state = "printing";
  const printing = connection.print({ ...job, jobId: "j2" });
  const seen: string[] = [];
  uncertain.on("change", ({ phase }) => seen.push(phase));
  printing.on("change", ({ phase }) => seen.push(`other ${phase}`));
  hub.mute = true;
  for (let i = 0; connection.waiting < 1000; i++) connection.send({ type: "receipt", id: `r${i}` });
  assert.throws(() => uncertain.reprint(), { name: "OutboxFullError" });
  assert.deepEqual([uncertain.view.phase, seen], ["uncertain", []]);
  assert.throws(() => printing.reprint(), { name: "OutboxFullError" });
  assert.deepEqual([printing.view.phase, seen], ["printing", []]);
  // It is heard of on.
  hub.mute = false;
  hub.state = "done";
  clock.advance(60000);
  assert.deepEqual(seen, ["other done"]);

  // The answer is lost, and there is no room to ask for the job's state.
  hub.mute = true;
  uncertain.reprint();
  assert.equal(uncertain.view.phase, "waiting");
  assert.throws(() => {
    for (let i = 0; ; i++) connection.send({ type: "receipt", id: `l${i}`, text: "x".repeat(50000) });
  }, { name: "OutboxFullError" });
  clock.advance(5000);
  assert.equal(uncertain.view.phase, "uncertain");
  assert.deepEqual(seen, ["other done", "waiting", "uncertain"]);
});

test("what is sent ends when the hub says so, however long its printer is waited for", async () => {
  const { sockets, hub, connection, clock } = setUp({ webrtc: false });
  sockets.last().open();
  hub.state = "sent";
  const print = connection.print(job);
  assert.equal(print.view.phase, "sent");
  const { id } = hub.heardOf("print")[0] as { id: string };
  const say = (state: string, detail?: string) =>
    sockets.last().say({
      type: "relay",
      fromPeerId: "hub",
      payload: { type: "print-status", ref: id, jobId: "j1", state, detail },
    });
  say("sent", "paper-out");
  assert.deepEqual([print.view.phase, print.view.detail], ["sent", "paper-out"]);
  clock.advance(9 * 60000);
  assert.deepEqual([print.view.phase, print.view.detail], ["sent", undefined]);
  say("uncertain", "paper-out");
  assert.equal(print.view.phase, "uncertain");

  const other = connection.print({ ...job, jobId: "j2" });
  let ended = "";
  void other.settled().then(({ phase }) => (ended = phase));
  // An ending that was lost is heard with the next asking.
  hub.state = "done";
  clock.advance(60000);
  await settle();
  assert.deepEqual([other.view.phase, ended], ["done", "done"]);
});

test("a page that names no device is the same device after each loss", () => {
  const { sockets, clock } = setUp({ webrtc: false });
  const joins: Frame[] = [];
  for (let i = 0; i < 3; i++) {
    sockets.last().open();
    joins.push(...sockets.last().sent.filter((frame) => frame["type"] === "join"));
    sockets.last().drop();
    clock.advance(250);
  }
  const devices = new Set(joins.map((join) => join["deviceId"]));
  assert.equal(joins.length, 3);
  assert.equal(devices.size, 1);
  assert.equal(typeof joins[0]?.["deviceId"], "string");
});

test("a job that is told again says what was heard of it", () => {
  const { sockets, hub, clock, connection } = setUp({ webrtc: false });
  sockets.last().open();
  hub.state = "printing";
  connection.print(job);
  sockets.last().drop();
  clock.advance(250);
  sockets.last().open();
  connection.print({ ...job, jobId: "j2" }, "queued");
  assert.deepEqual(
    hub.heardOf("print").map(({ lastState }) => lastState),
    [undefined, "printing", "queued"],
  );
});

test("late word about an ended job changes nothing", async () => {
  const { sockets, hub, connection } = setUp({ webrtc: false });
  sockets.last().open();
  const print = connection.print(job);
  const { id } = hub.heardOf("print")[0] as { id: string };
  const late = { type: "print-status", ref: id, jobId: "j1", state: "queued" };
  sockets.last().say({ type: "relay", fromPeerId: "hub", payload: late });
  assert.equal(print.view.phase, "done");
});

test("a hub that does not answer pings is not believed to be there", async () => {
  const { sockets, hub, clock, connection } = setUp({ webrtc: false });
  sockets.last().open();
  hub.mute = true;
  clock.advance(10000);
  clock.advance(5000);
  assert.equal(connection.latency, null);
  clock.advance(5000);
  assert.equal(connection.path, "none");
});

test("a relay that is full and leads nowhere is noticed as soon as one that is empty", async () => {
  const { sockets, hub, clock, connection } = setUp({ webrtc: false });
  sockets.last().open();
  hub.mute = true;
  sockets.last().onSent = null;
  sockets.last().bufferedAmount = 1024 * 1024;
  clock.advance(10000);
  clock.advance(10000);
  assert.equal(connection.path, "none");
});

test("the hub leaves and comes back under another name", async () => {
  const { sockets, connection } = setUp({ webrtc: false });
  sockets.last().open();
  sockets.last().say({ type: "peer-left", peer: { peerId: "hub", role: "hub" } });
  assert.equal(connection.path, "none");
  sockets.last().say({ type: "peer-joined", peer: { peerId: "hub-2", role: "hub" } });
  assert.equal(connection.path, "hub-relay");
  assert.equal(connection.hub?.peerId, "hub-2");
});

test("messages nobody waits for come out; strangers' do not", async () => {
  const { sockets, connection } = setUp({ webrtc: false });
  sockets.last().open();
  const seen: string[] = [];
  connection.on("message", ({ type }) => seen.push(`event ${type}`));
  connection.onmessage = ({ type }) => seen.push(`simple ${type}`);
  const payload = { type: "notification" };
  sockets.last().say({ type: "relay", fromPeerId: "hub", payload });
  sockets.last().say({ type: "relay", fromPeerId: "other", payload });
  assert.deepEqual(seen, ["event notification", "simple notification"]);
});

test("a handler that throws holds nothing up: what was answered is not sent again", (t) => {
  const { sockets, hub, clock, connection } = setUp({ webrtc: false });
  const said = t.mock.method(console, "error", () => undefined);
  sockets.last().open();
  connection.onmessage = () => {
    throw new Error("theirs");
  };
  connection.send({ type: "notification" });
  assert.equal(said.mock.callCount(), 1);
  assert.equal(connection.waiting, 0);
  clock.advance(60000);
  assert.equal(hub.heardOf("notification").length, 1);
});

test("what the hub relays in parts comes out whole, and only of the hub that began it", () => {
  const { sockets, connection } = setUp({ webrtc: false });
  sockets.last().open();
  const seen: unknown[] = [];
  connection.on("message", (message) => seen.push(message));
  const large = { type: "notification", text: "“é”".repeat(40000) };
  const parts = split(JSON.stringify(large), 60000).map((text) => JSON.parse(text) as unknown);
  assert.ok(parts.length > 2);
  for (const payload of parts) {
    sockets.last().say({ type: "relay", fromPeerId: "other", payload: parts[0] });
    sockets.last().say({ type: "relay", fromPeerId: "hub", payload });
  }
  assert.deepEqual(seen, [large]);
});

test("requests end with their time, and with the connection", async () => {
  const { sockets, hub, clock, connection } = setUp({ webrtc: false });
  sockets.last().open();
  hub.mute = true;
  const timed = connection.request({ type: "x" }, { timeoutMs: 100 });
  const open = connection.request({ type: "y" });
  clock.advance(100);
  await assert.rejects(timed, { code: "timeout" });
  connection.close();
  connection.close();
  await assert.rejects(open, { code: "closed" });
  await assert.rejects(connection.request({ type: "z" }), { code: "closed" });
  assert.throws(() => connection.print(job), { code: "closed" });
  assert.equal(clock.pending, 0);
});

test("a page that was frozen finds both ways dead and is back within eight seconds", async () => {
  const { sockets, clock, connection, openChannel, hub } = setUp();
  sockets.last().open();
  await settle();
  openChannel();
  await settle();
  // Neither says that it is dead.
  hub.mute = true;
  sockets.last().onSent = null;
  connection.wake();
  clock.advance(5000);
  assert.notEqual(connection.path, "local-p2p");
  hub.mute = false;
  clock.advance(250);
  assert.equal(sockets.made.length, 2);
  sockets.last().open();
  clock.advance(2000);
  assert.equal(connection.path, "hub-relay");
});
