/** What one might try against budgets in a real Redis: charged to who does it, told to who runs it, felt by nobody else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis } from '../services/redis.ts';
import { withService } from '../services/services.ts';
import { BUDGET_ROWS, type RowResult, runRows } from './run-rows.ts';
import { startTarget, type Target } from './target.ts';

await withService(startRedis, (redis) => {
  let target: Target;
  let results: readonly RowResult[];
  beforeAll(async () => {
    target = await startTarget(redis);
    results = await runRows(target, () => {}, BUDGET_ROWS);
  }, 400_000);
  afterAll(async () => {
    await target?.close();
    await redis.stop();
  });

  test.each(BUDGET_ROWS.map((row, place) => ({ ...row, place })))(
    '$id $input: $expected',
    ({ place, expected }) => {
      const { seen, problems } = results[place] as RowResult;
      expect({ seen, problems }).toEqual({ seen: expected, problems: [] });
    },
  );
});
