// SPDX-License-Identifier: Apache-2.0
// One of several processes that carry out runs; see runner.mjs.

import { tryOne } from './runner.mjs';

process.on('message', async ({ seed, options }) => process.send(await tryOne(seed, options)));
