import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * `npm test`: everything that must hold, in order, with durations, and one line of counts at the end. What could
 * not run on this machine (a server that is not there) is named; where `CI=true` that is a failure.
 */
const ROOT = path.resolve(import.meta.dirname, '..');
const BIN = path.join(ROOT, 'node_modules', '.bin');
const inCi = process.env.CI === 'true';

interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Names of tests that could not run here. */
  readonly notRun: readonly string[];
}

interface Step {
  readonly title: string;
  run(): Promise<Tally>;
}

/** The parts of vitest's JSON report that are counted. */
interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const steps: readonly Step[] = [
  check('types', path.join(BIN, 'tsc'), ['--noEmit']),
  check('lint and format', path.join(BIN, 'biome'), ['check', '--error-on-warnings', '.']),
  check('generated files are current', process.execPath, [path.join(ROOT, 'docs', 'generate.ts'), '--check']),
  check('generated types are current', process.execPath, [path.join(ROOT, 'codegen.ts'), '--check']),
  { title: 'tests', run: () => runVitest(process.argv.slice(2)) },
];

const total = { passed: 0, failed: 0, notRun: [] as string[] };
const durations: string[] = [];
for (const step of steps) {
  console.log(`\n── ${step.title}`);
  const startedAt = performance.now();
  const tally = await step.run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.notRun.push(...tally.notRun);
  durations.push(`${tally.failed === 0 ? 'ok    ' : 'FAILED'} ${seconds.padStart(6)} s  ${step.title}`);
}

console.log(`\n${durations.join('\n')}`);
if (total.notRun.length > 0) {
  console.log(`\nCould not run here:\n${total.notRun.map((name) => `  ${name}`).join('\n')}`);
  if (inCi) console.log('With CI=true everything must run, so these count as failed.');
}
const failed = total.failed + (inCi ? total.notRun.length : 0);
const skipped = inCi || total.notRun.length === 0 ? '' : `, ${total.notRun.length} skipped`;
console.log(`\n${total.passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed === 0 ? 0 : 1;

/** A tool that either passes or not counts as one. */
function check(title: string, command: string, args: readonly string[]): Step {
  return {
    title,
    run: async () => {
      const status = await runCommand(command, args);
      return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, notRun: [] };
    },
  };
}

async function runVitest(filters: readonly string[]): Promise<Tally> {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-test-'));
  const reportFile = path.join(folder, 'report.json');
  const status = await runCommand(path.join(BIN, 'vitest'), [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
    ...filters,
  ]);
  const tally = readReport(reportFile);
  rmSync(folder, { recursive: true, force: true });
  // vitest also fails for what belongs to no test, such as an unhandled rejection.
  return status !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

function readReport(file: string): Tally {
  let report: VitestReport;
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch {
    return { passed: 0, failed: 1, notRun: [] }; // it died before it could report
  }
  let passed = 0;
  let failed = 0;
  const notRun: string[] = [];
  for (const suite of report.testResults) {
    let failedHere = 0;
    for (const test of suite.assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') failedHere += 1;
      else notRun.push(`${path.relative(ROOT, suite.name)}: ${test.fullName}`);
    }
    // A file that cannot be loaded has no tests, and must not pass for having none.
    failed += failedHere === 0 && suite.status === 'failed' ? 1 : failedHere;
  }
  return { passed, failed, notRun };
}

function runCommand(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
    child.on('error', (error) => {
      console.error(`${command} did not start: ${error.message}`);
      resolve(1);
    });
    child.on('close', (status) => resolve(status ?? 1));
  });
}
