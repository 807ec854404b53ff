/**
 * `npm run test:faults`: breaks real servers under load, row by row, and prints what was expected and seen.
 * `--row R1` runs one; `--without <protection>` runs it without a protection; `--prove` shows of each row that it
 * fails without each of its protections.
 */
import { parseArgs } from 'node:util';
import { PROTECTIONS, type ProtectionName } from './protections.ts';
import { loadRow, ROW_IDS } from './row-list.ts';
import { type RowResult, runRow, runRowApart } from './run-row.ts';
import { printRow } from './table.ts';

const { values } = parseArgs({
  options: {
    row: { type: 'string', multiple: true },
    without: { type: 'string' },
    prove: { type: 'boolean', default: false },
    apart: { type: 'boolean', default: false },
  },
});
const chosen = values.row ?? ROW_IDS;
for (const id of chosen)
  if (!ROW_IDS.includes(id)) fail(`Expected a row of ${ROW_IDS.join(', ')}, got ${id}.`);
const without = values.without as ProtectionName | undefined;
if (without !== undefined && !Object.hasOwn(PROTECTIONS, without)) {
  fail(`Expected a protection of ${Object.keys(PROTECTIONS).join(', ')}, got ${without}.`);
}

// Told, not guessed by a channel to the parent: what starts this program may have one, too.
if (values.apart) await runAsChild();
else if (values.prove) await prove();
else await runAll();

/** A process of its own for each row, so that what one breaks, another does not feel. */
async function runAsChild(): Promise<void> {
  // So that the servers that it started end with it, whoever ends it.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  process.once('disconnect', () => process.exit(1));
  const result = await runRow(chosen[0] as string, without);
  await new Promise((resolve) => process.send?.(result, undefined, undefined, resolve));
  process.exit(0);
}

async function runAll(): Promise<void> {
  const results: RowResult[] = [];
  for (const id of chosen) {
    const result = await runRowApart(id, without, [import.meta.filename]);
    results.push(result);
    console.log(printRow(result));
  }
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(`\n${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/**
 * The other way round: a row that still passes without its protection shows nothing, nor does one that fails with all of
 * them, because then something else is broken.
 */
async function prove(): Promise<void> {
  let [shown, notShown] = [0, 0];
  for (const id of chosen) {
    const { protections } = await loadRow(id);
    const whole = await runWhole(id);
    for (const protection of protections) {
      const result = await runRowApart(id, protection, [import.meta.filename]);
      const isShown = whole.passed && !result.passed;
      if (isShown) shown += 1;
      else notShown += 1;
      const told = isShown ? 'fails' : whole.passed ? 'STILL PASSES' : 'FAILS WITH IT, TOO';
      const { what } = PROTECTIONS[protection];
      console.log(`${id.padEnd(3)} without ${protection.padEnd(14)} (${what}) ${told}\n${brokenIn(result)}`);
    }
  }
  console.log(`\n${shown} passed, ${notShown} failed`);
  process.exitCode = notShown === 0 ? 0 : 1;
}

/** With all protections; once more where it fails, because a machine may have been busy. */
async function runWhole(id: string): Promise<RowResult> {
  const first = await runRowApart(id, undefined, [import.meta.filename]);
  const result = first.passed ? first : await runRowApart(id, undefined, [import.meta.filename]);
  console.log(
    `${id.padEnd(3)} with all protections ${result.passed ? 'passes' : `FAILS\n${brokenIn(result)}`}`,
  );
  return result;
}

function brokenIn({ checks, error }: RowResult): string {
  const broken = checks.filter(({ holds }) => !holds);
  const lines = broken.map(({ expected, seen }) => `      expected ${expected}; seen ${seen}`);
  return [...lines, ...(error === null ? [] : [`      ${error}`])].join('\n');
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
