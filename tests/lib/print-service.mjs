// SPDX-License-Identifier: Apache-2.0
// A print service as CUPS is one: IPP on a socket, queues with devices, jobs kept as they came.

import http from 'node:http';
import path from 'node:path';

import { atEnd } from './ends.mjs';

const OK = 0x0000;
const NOT_ACCEPTING = 0x0506;
const NOT_FOUND = 0x0406;
const PRINT_JOB = 0x0002;
const GET_PRINTER_ATTRIBUTES = 0x000b;
const CUPS_GET_PRINTERS = 0x4002;

const bytes16 = (number) => Buffer.from([number >> 8, number & 255]);

function attribute(tag, name, value) {
  const content = Buffer.isBuffer(value) ? value : Buffer.from(value);
  return Buffer.concat([Buffer.from([tag]), bytes16(Buffer.byteLength(name)), Buffer.from(name),
    bytes16(content.length), content]);
}

const begin = (status) => Buffer.concat([Buffer.from([1, 1]), bytes16(status), Buffer.from([0, 0, 0, 1, 1]),
  attribute(0x47, 'attributes-charset', 'utf-8'), attribute(0x48, 'attributes-natural-language', 'en')]);

const END = Buffer.from([3]);

/** What a request says: {operation, attributes: {name: value}, document}. */
function read(request) {
  const attributes = {};
  let at = 8;
  while (request[at] !== 3) {
    if (request[at] < 0x10) { at += 1; continue; }
    const names = request.readUInt16BE(at + 1);
    const name = request.subarray(at + 3, at + 3 + names).toString();
    const values = request.readUInt16BE(at + 3 + names);
    const start = at + 5 + names;
    if (names > 0) attributes[name] = request.subarray(start, start + values).toString();
    at = start + values;
  }
  return { operation: request.readUInt16BE(2), attributes, document: request.subarray(at + 1) };
}

/**
 * queues: {name: {info, device}}. Each may be stopped (`isStopped`), refuse jobs (`refuses`), or break off the
 * connection once it has a job (`breaksOff`). A queue's `jobs` are the documents it was given.
 */
export async function startPrintService(t, folder, queues) {
  for (const queue of Object.values(queues)) queue.jobs = [];

  const describe = (name) => Buffer.concat([Buffer.from([4]), attribute(0x42, 'printer-name', name),
    attribute(0x41, 'printer-info', queues[name].info ?? ''), attribute(0x45, 'device-uri', queues[name].device),
    attribute(0x23, 'printer-state', Buffer.from([0, 0, 0, queues[name].isStopped ? 5 : 3])),
    attribute(0x22, 'printer-is-accepting-jobs', Buffer.from([1]))]);

  const answer = (place, { operation, attributes, document }, socket) => {
    const name = decodeURIComponent(place.replace(/^\/printers\//, ''));
    if (operation === CUPS_GET_PRINTERS) {
      const all = Object.keys(queues);
      return all.length ? [begin(OK), ...all.map(describe), END] : [begin(NOT_FOUND), END];
    }
    const queue = queues[name];
    if (!queue || attributes['printer-uri'] !== `ipp://localhost/printers/${encodeURIComponent(name)}`)
      return [begin(NOT_FOUND), END];
    if (operation === GET_PRINTER_ATTRIBUTES) return [begin(OK), describe(name), END];
    if (operation !== PRINT_JOB || attributes['document-format'] !== 'application/vnd.cups-raw' || queue.refuses)
      return [begin(NOT_ACCEPTING), END];
    queue.jobs.push(Buffer.from(document));
    if (queue.breaksOff) socket.destroy();
    return [begin(OK), END];
  };

  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('error', () => {}).on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      const parts = answer(request.url, read(Buffer.concat(chunks)), request.socket);
      response.writeHead(200, { 'content-type': 'application/ipp' }).end(Buffer.concat(parts));
    });
  });
  const socketPath = path.join(folder, 'cups.sock');
  await new Promise((resolve) => { server.listen(socketPath, resolve); });
  atEnd(t, () => { server.closeAllConnections?.(); server.close(); });
  return { socketPath, queues };
}
