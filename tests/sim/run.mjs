// SPDX-License-Identifier: Apache-2.0
// Runs the simulation; a run that fails prints its seed.
//
// node tests/sim/run.mjs [--seed N] [--from N] [--runs N] [--jobs N] [--operations N] [--real] [--plain]
//                        [--who all|scripts|toys] [--with TROUBLE,...] [--without TROUBLE,...] [--trace] [--shrink]
//   --seed N    this one (the same as --from N)
//   --trace     every message and event of it
//   --shrink    looks for the fewest actions with which it fails, and traces them
//   --real      Ed25519 in all runs
//   --plain     nothing goes wrong

import { runScenario, runSeeds, shrink } from './runner.mjs';

const FLAGS = ['trace', 'real', 'plain', 'shrink'];
const NUMBERS = ['seed', 'from', 'runs', 'jobs', 'operations'];

function readOptions(words) {
  const options = {};
  for (let i = 0; i < words.length; i++) {
    const name = words[i].replace(/^--/, '');
    if (FLAGS.includes(name)) options[name] = true;
    else if (NUMBERS.includes(name)) options[name] = Number(words[++i]);
    else if (name === 'who') options.who = words[++i];
    else if (name === 'with' || name === 'without') options[name] = words[++i].split(',');
    else throw new Error(`There is no option ${words[i]}.`);
  }
  const { seed, real, trace, ...rest } = options;
  if (seed !== undefined) rest.from = seed;
  if (real) rest.isReal = true;
  if (trace) rest.trace = (text) => console.log(text);
  return rest;
}

async function shrinkAndTrace(options) {
  const { trace, ...quiet } = options;
  const scenario = await shrink(options.from, quiet, (text) => console.log(text));
  if (scenario === null) return console.log('It does not fail.');
  console.log(JSON.stringify(scenario.actions));
  return runScenario(scenario, { ...options, trace: (text) => console.log(text) })
    .catch((error) => console.log(`FAILED: ${error.stack}`));
}

const options = readOptions(process.argv.slice(2));
if (options.shrink) {
  await shrinkAndTrace(options);
} else {
  let failures = 0;
  await runSeeds(options, ({ seed, failure, counts, ms }) => {
    if (failure !== undefined) failures++;
    console.log(failure === undefined ? `seed ${seed}: ${JSON.stringify(counts)} ${ms.toFixed(0)} ms`
      : `FAILED seed ${seed}: ${failure}`);
  });
  process.exitCode = failures === 0 ? 0 : 1;
}
