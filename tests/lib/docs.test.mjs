// SPDX-License-Identifier: Apache-2.0
// The client library's reference is made from its sources, without a warning.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'data', 'web');

test('the reference of @bellhop/client builds without warnings', async (t) => {
  const out = await mkdtemp(path.join(tmpdir(), 'docs-'));
  t.after(() => rm(out, { recursive: true, force: true }));
  const made = promisify(execFile)('npm', ['run', '--silent', 'docs', '--', '--out', out], { cwd: web });
  const { stdout, stderr } = await made.catch((error) => assert.fail(`${error.stdout}${error.stderr}`));
  assert.ok(!/warning/i.test(stdout + stderr), stdout + stderr);
  const page = await readFile(path.join(out, 'functions', 'createP2PConnection.html'), 'utf8');
  assert.match(page, /until close\(\)/);
});
