// SPDX-License-Identifier: Apache-2.0
// Runs, one or many, in this process or over several.

import { fork } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { NativeHost } from './native-host.mjs';
import { makeScenario } from './scenario.mjs';
import { ScriptHost } from './script-host.mjs';
import { fakeSigning, realSigning, signingOf } from './signing.mjs';
import { hubKey, keyOf, Simulation } from './simulation.mjs';
import { ToyHost } from './toy-host.mjs';

/** Of so many runs one signs as the product does; it takes several times as long. */
const REAL_EVERY = 50;

/* Messages die young: with more room for them an eighth of a run's time is saved. */
const YOUNG = ['--max-semi-space-size=64', '--min-semi-space-size=64'];

function makeToys(scenario, flaws) {
  return new ToyHost({ signing: scenario.cast.isReal ? realSigning : fakeSigning, keyOf, hubPublic: hubKey.public, flaws });
}

function makeScripts(scenario) {
  const signing = scenario.cast.isReal ? realSigning : fakeSigning;
  return ScriptHost.start({ signingOf: (key) => signingOf(signing, key), keyOf, hubPublic: hubKey.public });
}

/**
 * Which kinds of replicas take part: `all`; `toys`: the simulation looks at itself; `scripts`: the client
 * library among toys.
 */
function recast(cast, who) {
  const { native, script, toys } = cast;
  if (who === 'toys') Object.assign(cast, { toys: native + script + toys, native: 0, script: 0, guests: 0, watchers: 0 });
  if (who === 'scripts') Object.assign(cast, { toys: native + toys, native: 0, guests: 0, watchers: 0 });
}

async function makeHosts(scenario, { who, flaws }) {
  const hosts = { toy: makeToys(scenario, flaws) };
  if (who !== 'toys') hosts.script = await makeScripts(scenario);
  if (who === 'all') hosts.native = new NativeHost();
  return hosts;
}

/** Throws where something is not as it must be. @param options {who, flaws, trace, inspect(node, message)} */
export async function runScenario(scenario, { trace, inspect, flaws, who = 'all' } = {}) {
  const hosts = await makeHosts(scenario, { who, flaws });
  const simulation = new Simulation(scenario, { hosts, hubLang: who === 'all' ? 'native' : 'toy', trace, inspect });
  let failure = null;
  try {
    await simulation.run();
  } catch (error) {
    failure = error;
  }
  for (const host of Object.values(hosts)) {
    await host.stop().catch((error) => { failure ??= error; });
  }
  if (failure !== null) throw failure;
  return simulation.counts;
}

/** @param options {who, and those of makeScenario()} */
export function scenarioOf(seed, options = {}) {
  const scenario = makeScenario(seed, { isReal: seed % REAL_EVERY === 0, ...options });
  recast(scenario.cast, options.who ?? 'all');
  return scenario;
}

export function runOne(seed, options = {}) {
  return runScenario(scenarioOf(seed, options), options);
}

/** {seed, counts} or {seed, failure: text} */
async function tryOne(seed, options) {
  const started = performance.now();
  try {
    const counts = await runOne(seed, options);
    return { seed, counts, ms: performance.now() - started };
  } catch (error) {
    return { seed, failure: error.stack ?? `${error}` };
  }
}

/** Leaves out of a failing scenario all that it also fails without. */
export async function shrink(seed, options, print) {
  const scenario = scenarioOf(seed, options);
  const failure = async (actions) => {
    try {
      await runScenario({ ...scenario, actions }, options);
      return null;
    } catch (error) {
      return error;
    }
  };
  let { actions } = scenario;
  let last = await failure(actions);
  if (last === null) return null;
  for (let size = Math.ceil(actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < actions.length;) {
      const fewer = [...actions.slice(0, start), ...actions.slice(start + size)];
      const found = await failure(fewer);
      if (found === null) start += size;
      else [actions, last] = [fewer, found];
    }
    print(`${actions.length} actions left (${size} at a time): ${last.message.slice(0, 200)}`);
    if (size === 1) break;
  }
  return { ...scenario, actions };
}

const TASKSET = '/usr/bin/taskset';

/** The cores that this process may use; none where nobody says so, or where no process can be bound to one. */
function readCores() {
  try {
    accessSync(TASKSET, constants.X_OK);
    const [, list] = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return list.split(',').flatMap((part) => {
      const [first, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
  } catch {
    return [];
  }
}

/**
 * Processes that carry out runs, one after the other: the first runs of each cost twice as much as the later ones.
 * Each has a core of its own where it can: it and its host of replicas take turns, and on two cores one wakes
 * the other up some two thousand times a run, which is a fifth of its time.
 */
export class Workers {
  #children;

  constructor(jobs) {
    const file = fileURLToPath(new URL('./worker.mjs', import.meta.url));
    const cores = readCores();
    this.#children = Array.from({ length: jobs }, (_, index) => fork(file, cores.length < jobs ? { execArgv: YOUNG }
      : { execPath: TASKSET, execArgv: ['--cpu-list', `${cores[index]}`, process.execPath, ...YOUNG] }));
  }

  /** @param take gives the next seed; null: there is none */
  async run(take, options, tell) {
    await Promise.all(this.#children.map((child) => runWorker(child, take, options, tell)));
  }

  async stop() {
    const alive = this.#children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    await Promise.all(alive.map((child) => new Promise((resolve) => {
      child.once('exit', resolve);
      child.disconnect();
    })));
  }
}

/** Calls `tell` with each result as it comes. @param options {from, runs, jobs or workers, until (ms)} */
export async function runSeeds({ from = 1, runs = 1, jobs = 1, workers, until = Infinity, ...options }, tell) {
  let next = from;
  const take = () => (next < from + runs && Date.now() < until ? next++ : null);
  if (workers !== undefined) {
    await workers.run(take, options, tell);
  } else if (jobs > 1) {
    const own = new Workers(Math.min(jobs, runs));
    await own.run(take, options, tell);
    await own.stop();
  } else {
    for (let seed = take(); seed !== null; seed = take()) tell(await tryOne(seed, options));
  }
}

/** Until nothing is left to take, or the process is gone. */
async function runWorker(worker, take, options, tell) {
  let seed = null;
  let resolve;
  const done = new Promise((settle) => { resolve = settle; });
  const give = () => {
    seed = worker.connected ? take() : null;
    if (seed === null) resolve();
    else worker.send({ seed, options });
  };
  const onMessage = (result) => {
    tell(result);
    give();
  };
  const onExit = (status, signal) => {
    if (seed !== null) tell({ seed, failure: `the process of seed ${seed} ended (${status ?? signal})` });
    resolve();
  };
  worker.on('message', onMessage);
  worker.on('exit', onExit);
  give();
  await done;
  worker.off('message', onMessage);
  worker.off('exit', onExit);
}

export { tryOne };
