// SPDX-License-Identifier: Apache-2.0
// The program's verbs, run as a person types them.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { program } from './hub.mjs';
import { within } from './wait.mjs';

/** Runs a verb to its end: {status, out, err}. `input` is what is typed. */
export async function runVerb(words, input = '') {
  const child = spawn(program, words);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk) => { out += chunk; });
  child.stderr.setEncoding('utf8').on('data', (chunk) => { err += chunk; });
  // One that says no at once has ended before it was spoken to; what it answers is judged all the same.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [status] = await within(60000, `end of ${words.join(' ')}`, once(child, 'close'));
  return { status, out, err };
}
