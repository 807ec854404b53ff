/** What nobody sends by mistake: refused with the right code, cheaply, told in the log, and without a word about the inside. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROWS, type RowResult, runRows } from './run-rows.ts';
import { startTarget, type Target } from './target.ts';

let target: Target;
let results: readonly RowResult[];
beforeAll(async () => {
  target = await startTarget();
  results = await runRows(target, () => {});
}, 400_000);
afterAll(() => target?.close());

test.each(ROWS.map((row, place) => ({ ...row, place })))('$id $input: $expected', ({ place, expected }) => {
  const { seen, problems } = results[place] as RowResult;
  expect({ seen, problems }).toEqual({ seen: expected, problems: [] });
});
