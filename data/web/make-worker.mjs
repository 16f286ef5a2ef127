// SPDX-License-Identifier: Apache-2.0
// make-worker.mjs ESBUILD WEB OUTPUT: bundles the service worker with the list of the files that
// WEB/web.gresource.xml embeds, and with a digest of them all. A file is looked for beside OUTPUT,
// where the built ones are, then below WEB/pages.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const [esbuild, web, output] = process.argv.slice(2);
const folders = [path.dirname(output), path.join(web, 'pages')];

function read(file) {
  for (const folder of folders) {
    try {
      return readFileSync(path.join(folder, file));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`${file} of web.gresource.xml is nowhere`);
}

/** As core/web serves it: /name for name.html. */
function toPath(name) {
  if (name === 'index.html') return '/';
  return `/${name.replace(/\.html$/, '')}`;
}

const list = readFileSync(path.join(web, 'web.gresource.xml'), 'utf8')
  .replace(/<!--.*?-->/gs, '');
const files = [...list.matchAll(/<file(?:\s+alias="([^"]+)")?[^>]*>([^<]+)<\/file>/g)]
  .map(([, alias, file]) => ({ name: alias ?? file, file }))
  .filter(({ name }) => name !== 'sw.js');

const digest = createHash('sha256');
for (const { name, file } of files) {
  const content = read(file);
  digest.update(`${name}\0${content.length}\0`).update(content);
}

execFileSync(esbuild, [
  path.join(web, 'pages/sw/sw.ts'),
  '--bundle',
  '--minify',
  '--format=iife',
  '--target=es2020,safari14',
  '--charset=utf8',
  '--log-level=warning',
  `--tsconfig=${path.join(web, 'pages/sw/tsconfig.json')}`,
  `--define:KEPT_PATHS=${JSON.stringify(files.map(({ name }) => toPath(name)))}`,
  `--define:KEPT_VERSION=${JSON.stringify(digest.digest('hex').slice(0, 16))}`,
  `--outfile=${output}`,
], { stdio: 'inherit' });
