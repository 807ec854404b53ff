/** Sends every row and says what was seen: the answer, its CPU time, and its line in the log. */
import { readFileSync } from 'node:fs';
import type { Answer, HostileRow } from './row.ts';
import { bodyRows } from './rows/bodies.ts';
import { documentRows } from './rows/documents.ts';
import { identityRows } from './rows/identity.ts';
import { plantedRows } from './rows/planted-budgets.ts';
import { spendingRows } from './rows/spending.ts';
import { subgraphRows } from './rows/subgraph.ts';
import { valueRows } from './rows/values.ts';
import type { Target } from './target.ts';

export const ROWS: readonly HostileRow[] = [
  ...[...identityRows, ...bodyRows, ...documentRows, ...valueRows, ...subgraphRows],
].toSorted((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
/** Of a target with budgets. */
export const BUDGET_ROWS: readonly HostileRow[] = [...spendingRows, ...plantedRows];

export interface RowResult {
  readonly row: HostileRow;
  readonly seen: string;
  /** `null` where it is not measured. */
  readonly cpuMs: number | null;
  /** Empty where all is as it must be. */
  readonly problems: readonly string[];
}

/** What a refusal costs, in ms of CPU, where the list says nothing else. */
const CPU_MAX_MS = 5;
/** Ten times the figure: other work of the process may fall into it. */
const CPU_TOLERANCE = 10;
const TRIES = 3;
const LEAKS = /Did you mean|stacktrace|node_modules|call stack|Apollo|\bat .*\.ts:\d/;
const LOG_WAIT_MS = 500;

export async function runRows(
  target: Target,
  tell: (result: RowResult) => void,
  rows: readonly HostileRow[] = ROWS,
): Promise<RowResult[]> {
  const seen: { result: RowResult; answer: Answer }[] = [];
  for (const row of rows) seen.push(await runRow(target, row));
  await new Promise((resolve) => setTimeout(resolve, LOG_WAIT_MS));
  const lines = linesById(target.log());
  return seen.map(({ result, answer }) => {
    const problems = [...result.problems, ...loggedWrongly(result.row, answer, lines)];
    const whole = { ...result, problems };
    tell(whole);
    return whole;
  });
}

async function runRow(target: Target, row: HostileRow) {
  let answer: Answer | undefined;
  let cpuMs = Number.POSITIVE_INFINITY;
  const max = row.cpuMaxMs === undefined ? CPU_MAX_MS : row.cpuMaxMs;
  for (let i = 0; i < (row.once === true || max === null ? 1 : TRIES); i += 1) {
    const beforeMs = cpuOf(target.gateway.pid);
    answer = await row.send(target);
    cpuMs = Math.min(cpuMs, cpuOf(target.gateway.pid) - beforeMs);
  }
  const last = answer as Answer;
  const seen = row.see === undefined ? seeRefusal(last) : await row.see(last, target);
  const problems = [];
  if (seen !== row.expected) problems.push('another answer');
  if (row.suggests !== true && LEAKS.test(last.text)) problems.push('the inside is told');
  if (last.status >= 400 && (last.body?.data ?? null) !== null) problems.push('a refusal with data');
  const measured = max !== null && row.once !== true && Number.isFinite(cpuMs);
  if (measured && cpuMs > max * CPU_TOLERANCE) problems.push(`${cpuMs.toFixed(1)} ms of CPU`);
  return { result: { row, seen, cpuMs: measured ? cpuMs : null, problems }, answer: last };
}

function seeRefusal({ status, body }: Answer): string {
  const errors: readonly { readonly extensions?: { readonly code?: string } }[] = body?.errors ?? [];
  return [status, ...new Set(errors.map(({ extensions }) => extensions?.code))].join(' ');
}

/** Time that the process's main thread was on a CPU, in ms; NaN where the system does not tell. */
export function cpuOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

interface LogLine {
  readonly tenant?: string;
  readonly reason?: string;
}

function linesById(log: string): Map<string, LogLine> {
  const lines = new Map<string, LogLine>();
  for (const text of log.split('\n')) {
    if (!text.startsWith('{')) continue;
    const line = JSON.parse(text);
    if (line.msg === 'answered' && line.requestId !== undefined) lines.set(line.requestId, line);
  }
  return lines;
}

/** A refusal of the gateway is in the log with who was refused and why. What is no HTTP has no id to be found by. */
function loggedWrongly(row: HostileRow, answer: Answer, lines: ReadonlyMap<string, LogLine>): string[] {
  const id = answer.headers.get('x-request-id');
  if (answer.status < 400 || id === undefined) return [];
  const line = lines.get(id);
  if (line === undefined) return ['not in the log'];
  const code = answer.body?.errors?.[0]?.extensions?.code;
  const problems = [];
  if (line.reason !== code) problems.push(`logged with the reason ${line.reason}`);
  const tenant = row.tenant === undefined ? 'reader' : (row.tenant ?? undefined);
  if (line.tenant !== tenant) problems.push(`logged with the tenant ${line.tenant}`);
  return problems;
}
