/** The runs that there are: the long one, the short one, and one for each planted bug. */
import { FAULT_NAMES } from './faults.ts';
import { type BugName, PLANTED_BUGS, type PlantedBug } from './planted-bugs.ts';
import { RECOVERY_MS } from './recovery.ts';
import type { HistoryOptions } from './run-history.ts';

type Plan = Omit<HistoryOptions, 'seed' | 'cassandra' | 'say'>;

export const LONG: Plan = {
  operations: 1_000_000,
  operationsPerSecond: 2500,
  writers: 4,
  readers: 4,
  goods: 600,
  hotLifeMs: 30_000,
  firstQuietMs: 2000,
  quietMs: [500, 20_000],
  faults: FAULT_NAMES,
  bug: null,
  readOnMs: RECOVERY_MS + 5000,
  waitsForLives: true,
};

export const SHORT: Plan = {
  ...LONG,
  operations: 20_000,
  operationsPerSecond: 1800,
  goods: 60,
  hotLifeMs: 4000,
  firstQuietMs: 500,
  quietMs: [300, 2000],
  readOnMs: 0,
};

/** Few processes and much used keys: the bug is met soon. */
export function planOf(bug: BugName): Plan {
  const { faults, shows }: PlantedBug = PLANTED_BUGS[bug];
  return {
    ...SHORT,
    operations: shows === 'LATE' ? 9000 : 5000,
    operationsPerSecond: 600,
    writers: 1,
    readers: 1,
    goods: 60,
    hotLifeMs: 60_000,
    firstQuietMs: shows === 'LATE' ? RECOVERY_MS : 500,
    quietMs: [0, 300],
    faults,
    bug,
    readOnMs: shows === 'AFTER_RECOVERY' ? RECOVERY_MS + 3000 : 0,
    waitsForLives: false,
  };
}
