// SPDX-License-Identifier: Apache-2.0
// Parts of the client library, bundled for Node.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const web = path.resolve(folder, '../../data/web');

/** source: what a module in data/web would export. */
export async function bundle(source) {
  const target = mkdtempSync(path.join(tmpdir(), 'bundle-'));
  const file = path.join(target, 'bundle.mjs');
  try {
    execFileSync(path.join(web, 'node_modules', '.bin', 'esbuild'), ['--bundle', '--platform=node',
      '--format=esm', '--target=node18', '--log-level=warning', '--loader=ts', `--outfile=${file}`],
    { cwd: web, input: source });
    return await import(pathToFileURL(file));
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}
