/**
 * `npm run test:hostile`: every hostile input against a gateway and a subgraph that run as processes, what was
 * expected and what was seen. `--fuzz 100000` sends as many documents instead, from `--seed n`. The last line is the
 * count.
 */
import { parseArgs } from 'node:util';
import { startRedis } from '../services/redis.ts';
import { ServiceUnavailableHere } from '../services/service-unavailable-here.ts';
import { runFuzz } from './run-fuzz.ts';
import { BUDGET_ROWS, ROWS, type RowResult, runRows } from './run-rows.ts';
import { startTarget, type Target } from './target.ts';

const { values } = parseArgs({ options: { fuzz: { type: 'string' }, seed: { type: 'string' } } });
const redis = await startRedis().catch((error: unknown) => {
  if (!(error instanceof ServiceUnavailableHere)) throw error;
  console.log(`without the rows about budgets: ${error.message}`);
  return null;
});
const target = await startTarget(redis);
const failed = await (values.fuzz === undefined ? runTable(target) : fuzz(target)).finally(async () => {
  await target.close();
  await redis?.stop();
});
process.exitCode = failed === 0 ? 0 : 1;

async function runTable(of: Target): Promise<number> {
  const results = await runRows(of, printRow, of.budgets === null ? ROWS : [...ROWS, ...BUDGET_ROWS]);
  const bad = results.filter(({ problems }) => problems.length > 0).length;
  console.log(`\n${results.length - bad} passed, ${bad} failed`);
  return bad;
}

async function fuzz(of: Target): Promise<number> {
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  console.log(`seed ${seed}`);
  const { sent, answers, cpuWorstMs, problems } = await runFuzz(of, seed, Number(values.fuzz));
  for (const [what, count] of Object.entries(answers).toSorted()) console.log(`${what.padEnd(48)}${count}`);
  for (const problem of problems) console.log(`✗ ${problem}`);
  console.log(`the dearest took ${cpuWorstMs.toFixed(1)} ms of CPU`);
  console.log(`\n${sent - problems.length} passed, ${problems.length} failed`);
  return problems.length;
}

function printRow({ row, seen, cpuMs, problems }: RowResult): void {
  const mark = problems.length === 0 ? '✓' : '✗';
  const cpu = cpuMs === null ? '' : `${cpuMs.toFixed(1)} ms`;
  console.log(`${mark} ${row.id.padEnd(4)}${row.input.padEnd(52)}${cpu.padStart(9)}  ${row.expected}`);
  if (problems.length > 0) console.log(`      seen: ${seen}\n      ${problems.join('; ')}`);
}
