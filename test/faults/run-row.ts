/** Runs one row: here, or in a process of its own. */
import { fork } from 'node:child_process';
import { type Check, Checks } from './checks.ts';
import { LONG } from './fault-row.ts';
import { type ProtectionName, switchOff, switchOffInChildren } from './protections.ts';
import { loadRow } from './row-list.ts';

export interface RowResult {
  readonly id: string;
  readonly fault: string;
  readonly checks: readonly Check[];
  /** What ended the row before its end. */
  readonly error: string | null;
  readonly passed: boolean;
  readonly seconds: number;
}

/** Nothing in a row takes as long; a row without its protection may hang. */
const ROW_MAX_MS = LONG ? 3_600_000 : 300_000;

export async function runRow(id: string, without?: ProtectionName): Promise<RowResult> {
  if (without !== undefined) {
    switchOff(without);
    switchOffInChildren(without);
  }
  const startedMs = performance.now();
  const checks = new Checks((check) => process.send?.({ check }));
  const ends: (() => Promise<unknown>)[] = [];
  const row = await loadRow(id);
  let error: string | null = null;
  const rejected = (reason: unknown): void => {
    checks.that('no unhandled rejection', false, String(reason));
  };
  process.on('unhandledRejection', rejected);
  try {
    await row.run({
      checks,
      say: (text) => console.log(`${id.padEnd(3)} ${text}`),
      after: (end) => void ends.push(end),
    });
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  for (const end of ends.reverse()) await end().catch((thrown: unknown) => console.error(thrown));
  process.off('unhandledRejection', rejected);
  const passed = error === null && checks.all.length > 0 && checks.all.every(({ holds }) => holds);
  const seconds = (performance.now() - startedMs) / 1000;
  return { id, fault: row.fault, checks: checks.all, error, passed, seconds };
}

export async function runRowApart(
  id: string,
  without: ProtectionName | undefined,
  [program]: readonly [string],
): Promise<RowResult> {
  const args = ['--apart', '--row', id, ...(without === undefined ? [] : ['--without', without])];
  const child = fork(program, args, { execArgv: ['--no-warnings', '--expose-gc'] });
  let result: RowResult | undefined;
  const told: Check[] = [];
  child.on('message', (message: RowResult | { readonly check: Check }) => {
    if ('check' in message) told.push(message.check);
    else result = message;
  });
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    child.kill('SIGTERM');
  }, ROW_MAX_MS);
  // One whose event loop does not turn hears nothing else.
  const last = setTimeout(() => child.kill('SIGKILL'), ROW_MAX_MS + 10_000);
  const code = await new Promise((resolve) => child.once('exit', (exit, signal) => resolve(signal ?? exit)));
  for (const each of [timer, last]) clearTimeout(each);
  if (result !== undefined) return result;
  const fault = await loadRow(id).then((row) => row.fault, String);
  const error = hung ? `the row did not end in ${ROW_MAX_MS / 1000} s` : `the process ended with ${code}`;
  return { id, fault, checks: told, error, passed: false, seconds: ROW_MAX_MS / 1000 };
}
