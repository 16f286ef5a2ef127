// SPDX-License-Identifier: Apache-2.0
// A receipt printer on USB: /dev/usb/lp0 of a host is a pseudo-terminal, and behind that a printer of
// printer.mjs.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { atEnd } from './ends.mjs';
import { within } from './wait.mjs';

// Keeps the terminal open on both sides, as a printer stays plugged in when nobody has its device open.
const RELAY = `import os, pty, select, socket, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
printer = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
print(os.ttyname(slave), flush=True)
while True:
    for ready in select.select([master, printer], [], [])[0]:
        if ready is printer:
            answer = printer.recv(4096)
            if not answer:
                sys.exit()
            os.write(master, answer)
        else:
            printer.sendall(os.read(master, 4096))
`;

// A /dev of the host's own, with what programs need of the real one.
const PLUG_IN = `mkdir "$1/dev"
mount -t tmpfs none "$1/dev"
cd "$1/dev"
for name in null zero full random urandom tty; do touch $name; mount --bind /dev/$name $name; done
mkdir pts shm usb
mount --rbind /dev/pts pts
touch usb/lp0
mount --bind "$2" usb/lp0
mount --rbind "$1/dev" /dev`;

/** Plugs the printer in at the host, for as long as the test lasts. */
export async function plugIn(t, host, printer, folder) {
  const relay = spawn('python3', ['-c', RELAY, String(printer.port)],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(t, () => relay.kill('SIGKILL'));
  const [chunk] = await within(10000, 'the terminal', once(relay.stdout, 'data'));
  await host.run('sh', ['-ec', PLUG_IN, 'plug-in', folder, String(chunk).trim()]);
}
