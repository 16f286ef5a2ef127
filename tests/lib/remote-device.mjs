// SPDX-License-Identifier: Apache-2.0
// A device on another host of the lab: isolated-device.mjs there, driven from here.

import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { Device, identityOf } from './device.mjs';
import { until, within } from './wait.mjs';

const program = fileURLToPath(new URL('./isolated-device.mjs', import.meta.url));

/** Answers come in the order of the commands. */
export class RemoteDevice {
  #child;
  #lines;

  constructor(t, host) {
    t.after(() => this.#child.kill('SIGKILL'));
    this.#child = host.spawn(process.execPath, [program]);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Pairs a device that finds the hub at `address`; resolves when it is linked to it. */
  static async join(t, hub, host, { role, name, address }) {
    const device = await Device.pair(hub, { role, name });
    const remote = new RemoteDevice(t, host);
    remote.device = device;
    await remote.ask({ do: 'join', server: `ws://${address}:${hub.port}/signal`, identity: identityOf(device) });
    await until(`${name} is ready`, async () => {
      const { ready, path } = await remote.ask({ do: 'state' });
      return ready && path === 'local-p2p';
    }, 30000);
    return remote;
  }

  async ask(command) {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value } = await within(20000, `answer to ${command.do}`, this.#lines.next());
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  /** Resolves with the order when the hub has it. */
  async order(order) {
    const { ref } = await this.ask({ do: 'order', order });
    const ack = await until('safe at the hub', async () => (await this.ask({ do: 'state' })).heard
      .find((one) => one.ref === ref && one.level === 'hub'), 20000);
    return ack.order;
  }

  async read(orderId) {
    return (await this.ask({ do: 'read', orderId })).order;
  }
}
