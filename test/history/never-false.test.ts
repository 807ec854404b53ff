/** The short form of `npm run test:history`: all faults, and each planted bug on a stage of its own beside it. */
import { describe, expect, test } from 'vitest';
import { requireCassandra, withService } from '../services/services.ts';
import { planOf, SHORT } from './plans.ts';
import { BUG_NAMES, PLANTED_BUGS } from './planted-bugs.ts';
import { type HistoryResult, runHistory } from './run-history.ts';
import { printHistory } from './table.ts';
import { VERDICT_NAMES } from './verdicts.ts';

const SEED = 20_261_128;
/** Ten times what it takes on an idle machine. */
const RUN_MAX_MS = 400_000;

await withService(requireCassandra, (cassandra) => {
  describe('a history of writers and readers under random faults', () => {
    test.concurrent(
      'has nothing false',
      async () => {
        const result = await runHistory({ ...SHORT, seed: SEED, cassandra, say: () => {} });
        const { reads, writes, windows, findings } = result;
        expect(findings, printHistory(result)).toEqual(
          Object.fromEntries(VERDICT_NAMES.map((name) => [name, 0])),
        );
        // It was worth something: most was answered, much had something to be held against, and faults did harm.
        expect(reads.values + reads.notFound + writes.acknowledged).toBeGreaterThan(SHORT.operations / 2);
        expect(windows.length).toBeGreaterThan(2);
        expect(result.comparedAtRest).toBeGreaterThan(1000);
      },
      RUN_MAX_MS,
    );
    test.concurrent.each(BUG_NAMES)(
      'shows a planted bug: %s',
      async (bug) => {
        const result: HistoryResult = await runHistory({
          ...planOf(bug),
          ...{ seed: SEED, cassandra: bug === 'earlyNegative' ? cassandra : null, say: () => {} },
        });
        expect(result.findings[PLANTED_BUGS[bug].caughtAs], printHistory(result)).toBeGreaterThan(0);
      },
      RUN_MAX_MS,
    );
  });
});
