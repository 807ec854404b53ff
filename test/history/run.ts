/**
 * `npm run test:history`: a million operations of four writers and four readers under random faults, and the checker's
 * verdicts. `--operations 50000` does fewer, `--seed 7` chooses the same again, `--bug lostRepair` plants a bug, which
 * must be caught, and `--prove` plants each in turn. Where a promise was broken the logs are kept: `--logs <folder> --cell
 * <number>` prints what all processes did with one cell.
 */
import { parseArgs } from 'node:util';
import type { ProcessOrders } from './orders.ts';
import type { HistoryResult } from './run-history.ts';

const { values } = parseArgs({
  options: {
    child: { type: 'string' },
    operations: { type: 'string' },
    seed: { type: 'string' },
    bug: { type: 'string' },
    prove: { type: 'boolean', default: false },
    logs: { type: 'string' },
    cell: { type: 'string' },
  },
});

if (values.child !== undefined) await beChild(JSON.parse(values.child) as ProcessOrders);
else if (values.logs !== undefined) await showCell(values.logs, Number(values.cell));
else await beSupervisor();

async function showCell(folder: string, cell: number): Promise<void> {
  const { printCell } = await import('./print-cell.ts');
  console.log(printCell(folder, cell));
}

async function beChild(orders: ProcessOrders): Promise<void> {
  const { plantBug } = await import('./planted-bugs.ts');
  // Before the product is loaded.
  if (orders.bug !== null) plantBug(orders.bug);
  const { runChild } = await import('./child.ts');
  await runChild(orders);
}

async function beSupervisor(): Promise<void> {
  // Servers end with this process, and only with one that exits.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const { startCassandra } = await import('../services/cassandra.ts');
  const { BUG_NAMES } = await import('./planted-bugs.ts');
  const bugs = values.prove ? BUG_NAMES : BUG_NAMES.filter((name) => name === values.bug);
  if (values.bug !== undefined && bugs.length === 0) {
    console.error(`Expected a bug of ${BUG_NAMES.join(', ')}, got ${values.bug}.`);
    process.exit(2);
  }
  const cassandra = await startCassandra();
  try {
    const [passed, failed] = bugs.length > 0 ? await catchBugs(bugs, cassandra) : await runLong(cassandra);
    console.log(`\n${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await cassandra.stop();
  }
}

type Counts = readonly [passed: number, failed: number];
type Cassandra = Awaited<ReturnType<typeof import('../services/cassandra.ts').startCassandra>>;

async function runLong(cassandra: Cassandra): Promise<Counts> {
  const { runHistory } = await import('./run-history.ts');
  const { LONG } = await import('./plans.ts');
  const operations = Number(values.operations ?? LONG.operations);
  console.log(`seed ${seed()}; Cassandra ${cassandra.pid}`);
  const result = await runHistory({
    ...LONG,
    ...{ operations, seed: seed(), cassandra, say: console.log },
  });
  return print(result);
}

async function catchBugs(
  bugs: readonly import('./planted-bugs.ts').BugName[],
  cassandra: Cassandra,
): Promise<Counts> {
  const { runHistory } = await import('./run-history.ts');
  const { planOf } = await import('./plans.ts');
  const { PLANTED_BUGS } = await import('./planted-bugs.ts');
  let caught = 0;
  for (const bug of bugs) {
    const { what, caughtAs } = PLANTED_BUGS[bug];
    console.log(`\n── ${bug}: ${what}`);
    const result = await runHistory({
      ...planOf(bug),
      ...{ seed: seed(), cassandra, say: console.log },
    });
    await print(result);
    const isCaught = result.findings[caughtAs] > 0;
    if (isCaught) caught += 1;
    console.log(isCaught ? `caught as ${caughtAs}` : `NOT CAUGHT as ${caughtAs}`);
  }
  return [caught, bugs.length - caught];
}

async function print(result: HistoryResult): Promise<Counts> {
  const { printHistory } = await import('./table.ts');
  console.log(printHistory(result));
  const found = Object.values(result.findings);
  const broken = found.filter((count) => count > 0).length;
  return [found.length - broken, broken];
}

function seed(): number {
  chosenSeed ??= values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  return chosenSeed;
}

var chosenSeed: number | undefined;
