// SPDX-License-Identifier: Apache-2.0
// bundle.mjs ESBUILD WEB OPTION...: runs esbuild with TEXTS_VERSION, a digest of the English texts, by
// which a page knows that a catalogue is of its own time.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const [esbuild, web, ...options] = process.argv.slice(2);
const folder = path.join(web, 'pages/messages/en');
const digest = createHash('sha256');
for (const name of readdirSync(folder).sort()) digest.update(readFileSync(path.join(folder, name)));
const version = JSON.stringify(digest.digest('hex').slice(0, 16));

try {
  execFileSync(esbuild, [...options, `--define:TEXTS_VERSION=${version}`], { stdio: 'inherit' });
} catch {
  // It has said why.
  process.exit(1);
}
