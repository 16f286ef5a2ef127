// SPDX-License-Identifier: Apache-2.0
// forward.mjs FROM TO: each is a port of where it runs, or the path of a Unix-domain socket. A port is of
// 127.0.0.1, or of the address before it: 10.80.0.2:9100.

import net from 'node:net';

const [from, to] = process.argv.slice(2).map((end) => {
  const [, host = '127.0.0.1', port] = /^(?:([\d.]+):)?(\d+)$/.exec(end) ?? [];
  return port === undefined ? { path: end } : { port: Number(port), host };
});

net.createServer((client) => {
  const onward = net.connect(to);
  client.on('error', () => onward.destroy()).on('close', () => onward.destroy());
  onward.on('error', () => client.destroy()).on('close', () => client.destroy());
  client.pipe(onward).pipe(client);
}).listen(from, () => console.log('up'));
