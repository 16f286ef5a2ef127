// SPDX-License-Identifier: Apache-2.0
// A device that gets another address while it is at work. One test a file: the lab's cable is moved.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { countEchoes, openBareClient } from '../lib/bare-client.mjs';
import { browserName } from '../lib/browser.mjs';
import { ADDRESS, changeAddress, makeFarHost, skipOutsideLab } from '../lib/network.mjs';
import { within } from '../lib/wait.mjs';

// Firefox gives a connection up for good as soon as one datagram cannot be sent, before a page could
// restart anything: there the address stays.
const moves = browserName !== 'firefox';

test(`${browserName}: ICE restart in mid-transfer${moves ? ', after its address has changed' : ''}`,
  { skip: skipOutsideLab },
  async (t) => {
    const { hub, page } = await openBareClient(t, { host: await makeFarHost(t) });
    const transfer = page.evaluate(countEchoes, 1000, 5);
    transfer.catch(() => {});
    if (moves) changeAddress(ADDRESS, '10.77.0.9');
    await page.evaluate(async () => {
      window.bare.pc.restartIce();
      await window.bare.offer();
    });
    assert.equal(await within(40000, 'whole transfer', transfer), 1000);
    assert.equal((await hub.status()).endpoint.opened, 1, 'it stayed one connection');
  });
