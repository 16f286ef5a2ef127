// SPDX-License-Identifier: Apache-2.0
// forward.mjs FROM TO: each is a port of 127.0.0.1 of where it runs, or the path of a Unix-domain socket.

import net from 'node:net';

const [from, to] = process.argv.slice(2).map((end) =>
  (/^\d+$/.test(end) ? { port: Number(end), host: '127.0.0.1' } : { path: end }));

net.createServer((client) => {
  const onward = net.connect(to);
  client.on('error', () => onward.destroy()).on('close', () => onward.destroy());
  onward.on('error', () => client.destroy()).on('close', () => client.destroy());
  client.pipe(onward).pipe(client);
}).listen(from, () => console.log('up'));
