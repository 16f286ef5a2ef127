// SPDX-License-Identifier: Apache-2.0
// forward.mjs SOCKET_PATH PORT: from a Unix-domain socket to 127.0.0.1:PORT of where it runs.

import net from 'node:net';

const [socketPath, port] = process.argv.slice(2);

net.createServer((client) => {
  const onward = net.connect(Number(port), '127.0.0.1');
  client.on('error', () => onward.destroy()).on('close', () => onward.destroy());
  onward.on('error', () => client.destroy()).on('close', () => client.destroy());
  client.pipe(onward).pipe(client);
}).listen(socketPath, () => console.log('up'));
