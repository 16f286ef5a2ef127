// SPDX-License-Identifier: Apache-2.0
// All pages' styles are one file, theme.css, which every page loads: what one folder says of a class holds
// on every page. So a class is one folder's, and what a page's folder says is said of something of its own.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const pages = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'data', 'web', 'pages');

/** What all pages share may be said of anything. */
const SHARED = 'theme';

/** Selectors of a style sheet, also those inside of @media; steps of @keyframes are none. */
function selectorsOf(text) {
  return [...text.replace(/\/\*.*?\*\//gs, '').matchAll(/([^{};]+)\{/g)].map(([, head]) => head.trim())
    .filter((head) => !head.startsWith('@'))
    .flatMap((head) => head.split(/,(?![^(]*\))/)).map((one) => one.trim())
    .filter((one) => !/^([\d.]+%|from|to)$/.test(one));
}

const classesOf = (selector) => [...selector.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name]) => name);

/** @param sheets [folder, text of a style sheet] each */
function findCollisions(sheets) {
  const rules = sheets.flatMap(([folder, text]) => selectorsOf(text).map((selector) => ({ folder, selector })));
  const owners = new Map();
  for (const { folder, selector } of rules) {
    if (!/^\.[a-z][\w-]*$/i.test(selector)) continue;
    const name = selector.slice(1);
    owners.set(name, (owners.get(name) ?? new Set()).add(folder));
  }
  const isOwn = (folder, name) => owners.get(name)?.has(folder) ?? true;
  return [
    ...[...owners].filter(([, folders]) => folders.size > 1)
      .map(([name, folders]) => `.${name} is defined by ${[...folders].join(' and ')}`),
    ...rules.filter(({ folder, selector }) => folder !== SHARED && !selector.includes('[data-')
      && !classesOf(selector).some((name) => isOwn(folder, name)))
      .map(({ folder, selector }) => `${folder} says of all pages: ${selector}`),
  ];
}

test('what collides is found', () => {
  const theme = ['theme', '.quiet { color: red } .large { margin: 0 }'];
  assert.deepEqual(findCollisions([theme, ['pos', '.till { color: red } @media (x) { .till .quiet { margin: 0 } }']]), []);
  for (const wrong of ['.quiet { color: blue }', 'input, .till { margin: 0 }', '/* x */ .large:hover { margin: 1px }',
    '@media print { .large > .quiet { margin: 0 } }'])
    assert.equal(findCollisions([theme, ['pos', wrong]]).length > 0, true, wrong);
  assert.equal(findCollisions([['pos', '.row { margin: 0 }'], ['rooms', '.row { margin: 1px }']]).length, 1);
  assert.deepEqual(findCollisions([['pos', '@keyframes x { from { margin: 0 } 50% { margin: 1px } }']]), []);
});

test('no two pages define the same class, and none what is another\'s', async () => {
  const sheets = [];
  for (const folder of await readdir(pages, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const name of (await readdir(path.join(pages, folder.name))).filter((one) => one.endsWith('.css')))
      sheets.push([folder.name, await readFile(path.join(pages, folder.name, name), 'utf8')]);
  }
  assert.ok(sheets.length > 15, 'they are where they are looked for');
  assert.deepEqual(findCollisions(sheets), []);
});
