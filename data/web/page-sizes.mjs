// SPDX-License-Identifier: Apache-2.0
// page-sizes.mjs OUTPUT SCRIPT...: a Markdown table of how large the scripts of the pages are, as they
// are served and as gzip would make them. README.md has it; tests/lib/sizes.test.mjs compares.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const [output, ...scripts] = process.argv.slice(2);
const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`;

const rows = scripts.filter((file) => file.endsWith('.js')).map((file) => {
  const content = readFileSync(file);
  const name = path.basename(file, '.js');
  const page = name === 'start' ? '/' : name.startsWith('messages-') ? `texts, ${name.slice('messages-'.length)}` : `/${name}`;
  return { page, size: content.length, packed: gzipSync(content, { level: 9 }).length };
});
const lines = rows.map(({ page, size, packed }) => `| \`${page}\` | ${kib(size)} | ${kib(packed)} |`);
writeFileSync(output, ['| page | script | with gzip |', '| --- | --- | --- |', ...lines, ''].join('\n'));
