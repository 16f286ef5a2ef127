// SPDX-License-Identifier: Apache-2.0
// What a test leaves behind is ended, all of it: node:test runs no hook after one that failed, and a
// browser that stays open keeps the file from ending.

const started = new WeakMap();

async function endAll(ends) {
  const problems = [];
  for (const end of ends) {
    try {
      await end();
    } catch (problem) {
      problems.push(problem);
    }
  }
  if (problems.length > 1) throw new AggregateError(problems, problems.map(({ message }) => message).join('\n'));
  if (problems.length === 1) throw problems[0];
}

/** Called when the test is over, in the order given; that another failed changes nothing. */
export function atEnd(t, end) {
  const ends = started.get(t);
  if (ends !== undefined) {
    ends.push(end);
    return;
  }
  const first = [end];
  started.set(t, first);
  t.after(() => endAll(first));
}
