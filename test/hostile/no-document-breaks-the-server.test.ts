/** Whatever text comes as a document: no 5xx, no rejection that nobody handles, at most 100 ms of CPU. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runFuzz } from './run-fuzz.ts';
import { startTarget, type Target } from './target.ts';

const isLong = process.env.FEATUREGRAPH_TEST_LONG === '1';
const COUNT = isLong ? 100_000 : 3_000;
const SEED = isLong ? Math.floor(Math.random() * 2 ** 31) : 7;

let target: Target;
beforeAll(async () => {
  target = await startTarget();
}, 240_000);
afterAll(() => target?.close());

test(`${COUNT} documents of the seed ${SEED}`, { timeout: isLong ? 3_600_000 : 600_000 }, async () => {
  const { sent, problems, answers } = await runFuzz(target, SEED, COUNT);
  expect(problems).toEqual([]);
  expect(sent).toBe(COUNT);
  // Execution is reached, and each of those who refuse.
  const countOf = (what: RegExp) =>
    Object.entries(answers).reduce((sum, [name, count]) => sum + (what.test(name) ? count : 0), 0);
  expect(countOf(/^valid 200/)).toBeGreaterThan(COUNT / 10);
  for (const what of [
    /^mutated 200/,
    /PARSE_FAILED/,
    /VALIDATION_FAILED/,
    /_LIMIT/,
    /BAD_USER_INPUT|BAD_REQUEST/,
  ])
    expect(countOf(what), `${what}`).toBeGreaterThan(COUNT / 1_000);
});
