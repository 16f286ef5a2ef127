// SPDX-License-Identifier: Apache-2.0
// A node:test reporter for suite.py: one JSON line a finished case, suites left out; what a failed
// case threw goes to the log.

export default async function* report(events) {
  for await (const { type, data } of events) {
    // The last one of these without an end is the one that hung.
    if (type === 'test:dequeue') console.log(`running: ${data.name}`);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') continue;
    const skipped = data.skip !== undefined || data.todo !== undefined;
    const result = skipped ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
    const given = data.skip ?? data.todo;
    const reason = typeof given === 'string' && given !== '' ? given : 'no reason given';
    const seconds = ((data.details?.duration_ms ?? 0) / 1000).toFixed(2);
    console.log(`${result} ${seconds} s: ${data.name}`);
    if (result === 'failed') {
      const error = data.details?.error;
      console.log(error?.cause?.stack ?? error?.cause ?? error?.stack ?? error);
    }
    yield `${JSON.stringify({ name: data.name, result, reason: skipped ? reason : '' })}\n`;
  }
}
