/**
 * Bugs that the checker must catch: each is a place in the product's source that the processes of a run load changed.
 * No switch for them exists in the program.
 */
import { changeSource, type SourceChange } from '../changed-source.ts';
import type { FaultName } from './faults.ts';
import type { VerdictName } from './verdicts.ts';

export interface PlantedBug {
  readonly what: string;
  /** What the checker must call it, among what else it may find. */
  readonly caughtAs: VerdictName;
  /** The faults that bring it out. */
  readonly faults: readonly FaultName[];
  /** When it can be told from what recovery allows. LATE: only under faults that come when all was well for long. */
  readonly shows: 'AT_ONCE' | 'AFTER_RECOVERY' | 'LATE';
  readonly changes: readonly SourceChange[];
}

const TIERS = 'src/stores/tiers';

export const PLANTED_BUGS = {
  swappedKey: {
    what: 'two answers of one read of the hot tier change places, once in a while',
    caughtAs: 'WRONG_KEY',
    faults: [],
    shows: 'AT_ONCE',
    changes: [
      {
        // Behind the checksums, which know an answer of another key.
        file: 'src/stores/redis/redis-rows.ts',
        from: 'slots[place] = slot;',
        to: 'if (at === 0) globalThis.reads = (globalThis.reads ?? 0) + 1;\n      const swaps = (place | 1) < reads.length && globalThis.reads % 20 === 0;\n      slots[swaps ? place ^ 1 : place] = slot;',
      },
    ],
  },
  lostRepair: {
    what: 'what a write could not tell the hot tier is not remembered',
    caughtAs: 'LOST_WRITE',
    faults: ['redisSilent', 'redisFrozen'],
    shows: 'AFTER_RECOVERY',
    changes: [
      {
        file: `${TIERS}/repairs.ts`,
        from: 'const key = storageKey(entry);\n    const known',
        to: 'if (Date.now() > 0) return false;\n    const key = storageKey(entry);\n    const known',
      },
    ],
  },
  stalePromotion: {
    what: 'what was read of the truth a while ago is put into the hot tier, whatever was written since',
    caughtAs: 'WENT_BACK',
    faults: ['redisEvicts'],
    shows: 'AFTER_RECOVERY',
    changes: [
      {
        file: `${TIERS}/tier-reader.ts`,
        from: 'void promoter.promote(lacking, token);',
        to: 'setTimeout(() => void promoter.promote(lacking, token), 1500 * Math.random());',
      },
      {
        file: 'src/stores/redis/redis-scripts.ts',
        from: "if mode == 'PROMOTE' and not isLeased then refusal = -4 end",
        to: '',
      },
      {
        file: 'src/stores/redis/redis-scripts.ts',
        from: 'if not answer then\n      answer, bytes = mergeRow(',
        to: "if not answer and mode == 'PROMOTE' then for j = #views, 1, -1 do if views[j] == view then bytes = bytes - 8 - #rows[j] table.remove(views, j) table.remove(rows, j) end end end\n    if not answer then\n      answer, bytes = mergeRow(",
      },
    ],
  },
  droppedTombstone: {
    what: 'a deletion is acknowledged and does not reach the hot tier',
    caughtAs: 'UNDELETED',
    faults: [],
    shows: 'AFTER_RECOVERY',
    changes: [
      {
        file: `${TIERS}/tier-writer.ts`,
        from: 'const stored = good.filter((index) => !isStoreFailure(slots[index] as WriteSlot));',
        to: 'const stored = good.filter((index) => !isStoreFailure(slots[index] as WriteSlot) && ((writes[index] as RowWrite).row[1] as number) % 2 === 0);',
      },
    ],
  },
  earlyNegative: {
    what: 'a truth that does not answer is taken for one that has nothing',
    caughtAs: 'FALSE_NOT_FOUND',
    faults: ['warmDown', 'redisEvicts'],
    shows: 'LATE',
    changes: [
      {
        file: `${TIERS}/tier-stores.ts`,
        from: 'return this.#warmCalls.call(reads.length, this.#limits.warmBudgetMs, options, (o) =>\n      this.#warm.readMany(reads, o),\n    );',
        to: 'return this.#warmCalls.call(reads.length, this.#limits.warmBudgetMs, options, (o) =>\n      this.#warm.readMany(reads, o),\n    ).then((slots) => slots.map((slot, i) => ("failed" in slot ? noRows(reads[i]!.views) : slot)));',
      },
      {
        file: `${TIERS}/tier-stores.ts`,
        from: "import { GuardedCalls } from './guarded-calls.ts';",
        to: "import { noRows } from '../block-rows.ts';\nimport { GuardedCalls } from './guarded-calls.ts';",
      },
    ],
  },
} as const satisfies Readonly<Record<string, PlantedBug>>;

export type BugName = keyof typeof PLANTED_BUGS;
export const BUG_NAMES = Object.keys(PLANTED_BUGS) as readonly BugName[];

/** To be called before the product is loaded. @throws {Error} when a place in the source is gone. */
export function plantBug(name: BugName): void {
  const bug: PlantedBug = PLANTED_BUGS[name];
  for (const change of bug.changes) changeSource(name, change);
}
