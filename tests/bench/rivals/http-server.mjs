// SPDX-License-Identifier: Apache-2.0
// The least HTTP server that Node can be.
import { createServer } from 'node:http';

const server = createServer((request, response) => response.end('ok'));
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
