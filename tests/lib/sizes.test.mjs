// SPDX-License-Identifier: Apache-2.0
// The sizes of the pages' scripts that README.md tells are those of the build, to a tenth.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** By page: script and gzip, in KiB. */
const sizesOf = (text) => new Map([...text.matchAll(/^\| `([^`]+)` \| (\d+) KiB \| (\d+) KiB \|$/gm)]
  .map(([, page, script, packed]) => [page, [Number(script), Number(packed)]]));

test('README tells how large the script of each page is', async () => {
  const built = sizesOf(await readFile(path.join(root, '.build/data/web/page-sizes.md'), 'utf8'));
  const told = sizesOf(await readFile(path.join(root, 'README.md'), 'utf8'));
  assert.ok(built.size > 10);
  assert.deepEqual([...told.keys()].sort(), [...built.keys()].sort());
  for (const [page, sizes] of built)
    sizes.forEach((size, i) => assert.ok(Math.abs(told.get(page)[i] - size) <= 1 + size / 10,
      `${page} is ${size} KiB now, not ${told.get(page)[i]}`));
});
