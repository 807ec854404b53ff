/**
 * One run: processes write and read, faults happen, and when enough was done everything comes to rest, every cell is
 * read once more from every tier, and the checker judges all that was logged.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadRegistry } from '../../src/workspace.ts';
import type { CassandraAddress } from '../services/services.ts';
import { checkHistory, type Finding, type HistoryReport } from './check-history.ts';
import { Child } from './child-process.ts';
import { FaultSchedule } from './fault-schedule.ts';
import type { FaultName, FaultStage } from './faults.ts';
import { logHotContent } from './hot-content.ts';
import { ASKED, monotonicMs, OperationLog } from './operation-log.ts';
import type { BugName } from './planted-bugs.ts';
import { Random } from './random.ts';
import { type FaultWindow, lifeBoundMs } from './recovery.ts';
import { HOT_BUDGET_MS, openStage, type Stage, WARM_BUDGET_MS } from './stage.ts';

export interface HistoryOptions {
  /** Rows written and values read. */
  readonly operations: number;
  /** Of all processes together; a fifth of them are writes. */
  readonly operationsPerSecond: number;
  readonly seed: number;
  readonly writers: number;
  readonly readers: number;
  readonly goods: number;
  readonly hotLifeMs: number;
  /** Before the first burst of faults. */
  readonly firstQuietMs: number;
  /** Shortest and longest time between two bursts of faults. */
  readonly quietMs: readonly [number, number];
  readonly faults: readonly FaultName[];
  /** `null`: the embedded store is warm. */
  readonly cassandra: CassandraAddress | null;
  readonly bug: BugName | null;
  /** How long it is read on when nothing is written and nothing breaks any more: what is false stays so, and shows. */
  readonly readOnMs: number;
  /** Whether rows that nobody repairs must have ended before the last look. */
  readonly waitsForLives: boolean;
  readonly say: (line: string) => void;
}

export interface HistoryResult extends HistoryReport {
  readonly seed: number;
  readonly seconds: number;
  readonly windows: readonly FaultWindow[];
  readonly writerLives: number;
}

const WRITE_SHARE = 0.2;
/** So that ends of remembered absences are many. */
const ABSENCE_LIFE_MS = 5000;
const POLL_MS = 250;
const REPAIRED_WITHIN_MS = 60_000;

export async function runHistory(options: HistoryOptions): Promise<HistoryResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-history-'));
  const startedMs = monotonicMs();
  let isKept = false;
  try {
    const stage = await openStage(options.cassandra);
    const run = new Run(options, folder, stage);
    try {
      await run.perform();
    } finally {
      await run.killAll();
      await stage.close();
    }
    const report = checkHistory({
      writerLogs: run.writers.flatMap(({ logFiles }) => logFiles),
      readerLogs: [...run.readers.flatMap(({ logFiles }) => logFiles), run.supervisorLog],
      notes: readNotes(folder),
      windows: run.windows,
      hotLifeMs: options.hotLifeMs,
      found: run.found,
    });
    const writerLives = run.writers.reduce((sum, { logFiles }) => sum + logFiles.length, 0);
    const seconds = (monotonicMs() - startedMs) / 1000;
    // A breach is looked into by what all processes saw of the key.
    isKept = report.examples.length > 0 && options.bug === null;
    if (isKept) options.say(`the logs are kept in ${folder}`);
    return { ...report, seed: options.seed, seconds, windows: run.windows, writerLives };
  } finally {
    if (!isKept) rmSync(folder, { recursive: true, force: true });
  }
}

class Run {
  readonly writers: Child[];
  readonly readers: Child[];
  readonly supervisorLog: string;
  /** What the supervisor itself saw. */
  readonly found: Finding[] = [];
  readonly #options: HistoryOptions;
  readonly #stage: Stage;
  readonly #schedule: FaultSchedule;

  constructor(options: HistoryOptions, folder: string, stage: Stage) {
    const random = new Random(options.seed);
    this.#options = options;
    this.#stage = stage;
    this.supervisorLog = path.join(folder, 'supervisor.log');
    mkdirSync(path.join(folder, 'data'));
    const shared = {
      stores: stage.stores,
      dataFolder: path.join(folder, 'data'),
      firstWrite: 0,
      baseMs: Date.now() - 3 * 24 * 60 * 60_000,
      goods: options.goods,
      startMs: monotonicMs(),
      plannedMs: (1000 * options.operations) / options.operationsPerSecond,
      bug: options.bug,
    };
    const child = (role: 'WRITER' | 'READER', index: number): Child => {
      const name = `${role.toLowerCase()}-${index}`;
      const share = role === 'WRITER' ? WRITE_SHARE / options.writers : (1 - WRITE_SHARE) / options.readers;
      // Half of the readers show what the stores have at once, the others keep rows in memory as most programs do.
      const memory = role === 'READER' && index % 2 === 0 ? { memory: { maxAgeMs: 0 } } : {};
      return new Child({
        ...shared,
        ...{ role, index, seed: random.below(2 ** 32) },
        logFile: path.join(folder, `${name}.log`),
        notesFile: path.join(folder, `${name}.notes`),
        tier: {
          ...{ warm: stage.warm, hot: 'redis', hotLifeMs: options.hotLifeMs, absenceLifeMs: ABSENCE_LIFE_MS },
          ...{ hotBudgetMs: HOT_BUDGET_MS, warmBudgetMs: WARM_BUDGET_MS, ...memory },
        },
        operationsPerSecond: options.operationsPerSecond * share,
      });
    };
    this.writers = Array.from({ length: options.writers }, (_, index) => child('WRITER', index));
    this.readers = Array.from({ length: options.readers }, (_, index) => child('READER', index));
    this.#schedule = new FaultSchedule({
      stage: this.#faultStage(),
      names: options.faults,
      random: new Random(random.below(2 ** 32)),
      firstQuietMs: options.firstQuietMs,
      quietMs: options.quietMs,
      onFault: ({ name, startMs, endMs }) =>
        options.say(`at ${Math.round(startMs)} ${name}, ${Math.round(endMs - startMs)} ms`),
    });
  }

  get windows(): readonly FaultWindow[] {
    return this.#schedule.windows;
  }

  async perform(): Promise<void> {
    const { say, operations } = this.#options;
    await Promise.all([...this.writers, ...this.readers].map((child) => child.start()));
    say(`Redis ${this.#stage.redis.pid}; writers ${pidsOf(this.writers)}; readers ${pidsOf(this.readers)}`);
    this.#schedule.start();
    while (this.#operations() < operations) {
      this.#assertAlive();
      await pause(POLL_MS);
    }
    await this.#schedule.stop();
    await Promise.all(this.writers.map((child) => child.tell({ do: 'STOP' })));
    await pause(this.#options.readOnMs);
    await this.#comeToRest();
    await this.#lookAtAll();
    await Promise.all([...this.writers, ...this.readers].map((child) => child.tell({ do: 'END' })));
  }

  async killAll(): Promise<void> {
    await Promise.all([...this.writers, ...this.readers].map((child) => child.kill()));
  }

  /** @throws {Error} when a process ended that nobody killed: no fault may end one. */
  #assertAlive(): void {
    for (const child of [...this.writers, ...this.readers]) {
      if (child.endedBy !== null) throw new Error(`A process ended by itself, with ${child.endedBy}.`);
    }
  }

  /** Of a write both its sending and its end are logged. */
  #operations(): number {
    const written = this.writers.reduce((sum, { records }) => sum + records / 2, 0);
    return this.readers.reduce((sum, { records }) => sum + records, written);
  }

  async #comeToRest(): Promise<void> {
    await this.#stage.redisClient.config('SET', 'maxmemory', '0').catch(() => {});
    const all = [...this.writers, ...this.readers];
    await Promise.all(all.map((child) => child.tell({ do: 'STOP' })));
    const giveUpAtMs = monotonicMs() + REPAIRED_WITHIN_MS;
    for (;;) {
      const pending = await Promise.all(all.map((child) => child.tell({ do: 'PENDING' })));
      const left = pending.reduce((sum, count) => sum + count, 0);
      if (left === 0) return;
      if (monotonicMs() > giveUpAtMs) {
        this.found.push({ verdict: 'NOT_RECOVERED', text: `${left} repairs were left at the end` });
        return;
      }
      await pause(POLL_MS);
    }
  }

  /** Warm first; then hot as it is; then, when what nobody repairs has ended, each reader twice, and hot again. */
  async #lookAtAll(): Promise<void> {
    const { goods, hotLifeMs, waitsForLives } = this.#options;
    const { registry } = await loadRegistry(path.join(import.meta.dirname, 'schema'));
    const log = new OperationLog(this.supervisorLog);
    const lookAtHot = (asked: number): Promise<void> =>
      logHotContent(this.#stage.redisClient, registry, goods, log, asked);
    await this.readers[0]?.tell({ do: 'SWEEP', asked: ASKED.SWEEP_WARM });
    await lookAtHot(ASKED.HOT);
    if (waitsForLives) await pause(lifeBoundMs(hotLifeMs));
    for (let times = 0; waitsForLives && times < 2; times += 1) {
      await Promise.all(this.readers.map((child) => child.tell({ do: 'SWEEP', asked: ASKED.SWEEP_TIERS })));
    }
    if (waitsForLives) await lookAtHot(ASKED.HOT_AT_LAST);
    log.close();
  }

  #faultStage(): FaultStage {
    return {
      ...this.#stage,
      killWriter: async (random, pauseMs) => {
        const writer = random.pick(this.writers);
        await writer.kill();
        await pause(pauseMs);
        await writer.start();
      },
      freezeWriter: async (random, durationMs) => {
        const writer = random.pick(this.writers);
        writer.signal('SIGSTOP');
        await pause(durationMs);
        writer.signal('SIGCONT');
      },
    };
  }
}

function readNotes(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.notes'))
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').trim().split('\n'));
}

const pidsOf = (children: readonly Child[]): string => children.map(({ pid }) => pid).join(' ');
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
