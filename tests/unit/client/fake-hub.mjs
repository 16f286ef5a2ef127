// SPDX-License-Identifier: Apache-2.0
// fake-hub.mjs PAGES-FOLDER [PORT]: the pages and just enough of a hub behind them to look at them in
// a browser, without the C side. No data channel: everything comes by relay. Prints to memory.
import { createReadStream, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const web = fileURLToPath(new URL("../../../data/web/", import.meta.url));
const { WebSocketServer } = createRequire(join(web, "package.json"))("ws");

const [bundles, port = "0"] = process.argv.slice(2);
const pages = {
  "/": ["start/index.html", "text/html"],
  "/pos": ["pos/pos.html", "text/html"],
  "/paper": ["paper/paper.html", "text/html"],
  "/icon.svg": ["theme/icon.svg", "image/svg+xml"],
};
const built = {
  "/start.js": "text/javascript",
  "/pos.js": "text/javascript",
  "/paper.js": "text/javascript",
  "/theme.css": "text/css",
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";

/** Lays a receipt out roughly; the real one is the hub's work. */
function lay(receipt) {
  const columns = 42;
  const money = (minor) => (minor / 100).toFixed(2);
  const across = (left, right, extra = {}) => ({
    align: "left",
    runs: [{ text: left.padEnd(columns - right.length).slice(0, columns - right.length) + right, ...extra }],
  });
  const total = `TOTAL ${money(receipt.total)} ${receipt.currency}`;
  return {
    columns,
    lines: [
      { align: "center", runs: [{ text: receipt.business.name, bold: true, width: 2, height: 2 }] },
      ...receipt.business.address.map((text) => ({ align: "center", runs: [{ text }] })),
      { feed: 1 },
      across(`Receipt ${receipt.number}`, receipt.table ? `Table ${receipt.table}` : ""),
      { align: "left", runs: [{ text: "-".repeat(columns) }] },
      ...receipt.lines.flatMap((line) => [
        across(`${line.quantity} ${line.name}`, money(line.amount)),
        ...(line.notes ?? []).map((note) => ({ align: "left", runs: [{ text: `  ${note} `, invert: true }] })),
      ]),
      { align: "left", runs: [{ text: "-".repeat(columns) }] },
      { align: "right", runs: [{ text: total, bold: true, width: 2, height: 2 }] },
      ...receipt.taxes.map((tax) => across(`incl. ${tax.name} ${tax.rate} %`, money(tax.amount))),
      { feed: 1 },
      ...receipt.footer.map((text) => ({ align: "center", runs: [{ text }] })),
      { qr: receipt.qr, size: 6, align: "center" },
      { feed: 3 },
      { cut: true },
    ],
  };
}

const paper = [];
const jobs = new Map();
const endings = { paper: ["done"], kitchen: ["sent", "no-feedback"], bar: ["uncertain"] };

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://hub");
  const send = (type, body) => {
    response.writeHead(200, { "content-type": type, "content-security-policy": policy });
    response.end(body);
  };
  if (pathname === "/api/v1/status") send("application/json", '{"tenantId":"demo"}');
  else if (pathname === "/api/v1/paper") send("application/json", JSON.stringify(paper));
  else if (pathname in pages)
    send(pages[pathname][1], readFileSync(join(web, "pages", pages[pathname][0])));
  else if (pathname in built) {
    response.writeHead(200, { "content-type": built[pathname] });
    createReadStream(join(bundles, pathname)).pipe(response);
  } else {
    response.writeHead(404);
    response.end();
  }
});

function answer(say, message) {
  if (message.type === "ping") say({ type: "pong", ref: message.id });
  if (message.type === "printers")
    say({
      type: "printers",
      ref: message.id,
      printers: [
        { name: "paper", kind: "paper", state: "ready", waiting: 0 },
        { name: "kitchen", kind: "tcp", state: "ready", waiting: 0 },
        { name: "bar", kind: "tcp", state: "ready", detail: "paper-out", waiting: 2 },
      ],
    });
  if (message.type !== "print" && message.type !== "reprint") return;
  const reprint = message.type === "reprint";
  const job = reprint ? jobs.get(message.jobId) : message.printJob;
  const known = jobs.has(job.jobId) && !reprint;
  jobs.set(job.jobId, job);
  const printer = job.printer ?? "paper";
  const [state, detail] = reprint ? ["done"] : endings[printer];
  const tell = (state, detail) =>
    say({ type: "print-status", ref: message.id, jobId: job.jobId, printer, state, detail });
  if (known) return tell(state, detail);
  tell("accepted");
  tell("printing");
  setTimeout(() => {
    tell(state, detail);
    if (printer === "paper" || reprint)
      paper.unshift({
        jobId: job.jobId,
        deviceId: "d",
        printedAt: Date.now(),
        reprint,
        paper: lay(job.content.receipt),
      });
  }, 300);
}

new WebSocketServer({ server }).on("connection", (socket) => {
  const say = (value) => socket.send(JSON.stringify(value));
  socket.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.type === "join")
      say({
        type: "joined",
        peerId: "me",
        tenantId: "demo",
        role: message.role,
        peers: [{ peerId: "hub", role: "hub" }],
        iceServers: [],
        server: { id: "s", kind: "local", name: "Front desk", version: "0" },
        signalingServers: [],
        resume: "r",
        resumed: false,
      });
    if (message.type === "relay")
      answer((payload) => say({ type: "relay", payload, fromPeerId: "hub" }), message.payload);
  });
});

server.listen(Number(port), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
