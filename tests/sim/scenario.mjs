// SPDX-License-Identifier: Apache-2.0
// What happens in a run: a list of actions made from the seed beforehand, each with a seed of its own, so
// that any of them can be left out and the rest stays what it was (shrink.mjs).

import { Random } from './random.mjs';

const YEAR_MS = 365 * 24 * 3600 * 1000;

/** Clock errors at the start: mostly small, some absurd. */
function someOffset(random) {
  return random.weighted([
    [6, random.between(-3000, 3000)],
    [2, random.between(-3600000, 3600000)],
    [1, YEAR_MS * random.between(1, 20)],
    [1, -YEAR_MS * random.between(1, 20)],
    [1, YEAR_MS * 9000],
  ]);
}

/** What befalls them, besides writing: [how many at most, action, chance]. */
const TROUBLES = [
  [12, 'quality', 0.9], [10, 'break', 0.9], [4, 'partition', 0.6], [3, 'oneWay', 0.5], [6, 'crash', 0.8], [2, 'wipe', 0.5],
  [2, 'backup', 0.7], [2, 'restore', 0.5], [1, 'revoke', 0.3], [1, 'demote', 0.3], [4, 'clock', 0.6], [1, 'clone', 0.25],
  [4, 'redact', 0.5], [2, 'slowDisk', 0.5], [3, 'reseat', 0.5], [1, 'absent', 0.3],
];

/**
 * @param options {operations, lengthMs, plain: true leaves all troubles out}
 * @returns {cast, actions: [{at, do, seed}]}, a plain value
 */
export function makeScenario(seed, options = {}) {
  const random = new Random(`scenario ${seed}`);
  const lengthMs = options.lengthMs ?? random.between(40, 100) * 1000;
  const cast = {
    native: random.between(2, 3),
    script: random.between(2, 3),
    toys: random.chance(0.8) ? 1 : 0,
    guests: 2,
    watchers: 2,
    offsets: Array.from({ length: 8 }, () => (random.chance(0.5) ? 0 : someOffset(random))),
    mesh: random.pick([0, 0.3, 1]),
    isReal: options.isReal ?? false,
    volatileScript: random.chance(0.2),
    // The hub's clock is right then: by one that is years off everything would be forgotten, as it should.
    followsTime: new Random(`time ${seed}`).chance(0.3),
  };
  const actions = [];
  const add = (action, at) => actions.push({ at, do: action, seed: random.seed() });
  // Each writes at least one operation, mostly one and a half.
  for (let i = 0; i < (options.operations ?? 500) * 0.7; i++) add('write', random.between(0, lengthMs));
  for (const [most, action, chance] of options.plain ? [] : TROUBLES) {
    const isIn = random.chance(chance) || options.with?.includes(action);
    const count = !isIn || options.without?.includes(action) ? 0 : random.between(1, most);
    for (let i = 0; i < count; i++) add(action, random.between(lengthMs / 20, lengthMs));
  }
  actions.sort((a, b) => a.at - b.at || a.seed - b.seed);
  return { seed, lengthMs, cast, actions };
}

export { someOffset, YEAR_MS };
