/**
 * `npm run test:hostile`: every hostile input against a gateway and a subgraph that run as processes, what was
 * expected and what was seen. The last line is the count.
 */
import { type RowResult, runRows } from './run-rows.ts';
import { startTarget } from './target.ts';

const target = await startTarget();
const results = await runRows(target, printRow).finally(() => target.close());
const failed = results.filter(({ problems }) => problems.length > 0).length;
console.log(`\n${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function printRow({ row, seen, cpuMs, problems }: RowResult): void {
  const mark = problems.length === 0 ? '✓' : '✗';
  const cpu = cpuMs === null ? '' : `${cpuMs.toFixed(1)} ms`;
  console.log(`${mark} ${row.id.padEnd(4)}${row.input.padEnd(52)}${cpu.padStart(9)}  ${row.expected}`);
  if (problems.length > 0) console.log(`      seen: ${seen}\n      ${problems.join('; ')}`);
}
