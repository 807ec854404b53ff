/** Sends documents one after the other, so that what each costs the server's main thread is known. */
import { type FuzzedDocument, fuzzDocuments } from './fuzz-documents.ts';
import { postText, seeCodes } from './row.ts';
import { cpuOf } from './run-rows.ts';
import type { Target } from './target.ts';

export interface FuzzResult {
  readonly sent: number;
  /** How often each answer came: `<kind> <status> <codes>`. */
  readonly answers: Readonly<Record<string, number>>;
  /** Of the dearest document, in ms; NaN where the system does not tell. */
  readonly cpuWorstMs: number;
  readonly problems: readonly string[];
}

const CPU_MAX_MS = 100;
/** More problems say nothing new. */
const PROBLEMS_MAX = 20;
const LOG_WAIT_MS = 500;
/** Nothing that fails by itself is asked for, so nothing may. */
const FAULTS =
  /"level":"(?:error|fatal)"(?![^\n]*records of tenants)[^\n]*|[^\n]*(?:unhandled|UnhandledPromise)[^\n]*/gi;

export async function runFuzz(target: Target, seed: number, count: number): Promise<FuzzResult> {
  const answers: Record<string, number> = {};
  const problems: string[] = [];
  const logBefore = target.log().length;
  let cpuWorstMs = 0;
  let sent = 0;
  for (const document of fuzzDocuments(target.apiSchema, seed, count)) {
    const { cpuMs, seen, problem } = await sendOne(target, document);
    sent += 1;
    const what = `${document.kind} ${seen}`;
    answers[what] = (answers[what] ?? 0) + 1;
    cpuWorstMs = Math.max(cpuWorstMs, cpuMs);
    if (problem !== null) problems.push(`#${sent} ${problem}: ${document.body.slice(0, 500)}`);
    if (problems.length >= PROBLEMS_MAX) break;
  }
  await new Promise((resolve) => setTimeout(resolve, LOG_WAIT_MS));
  for (const [fault] of target.log().slice(logBefore).matchAll(FAULTS)) problems.push(fault.slice(0, 500));
  return { sent, answers, cpuWorstMs, problems: problems.slice(0, PROBLEMS_MAX) };
}

async function sendOne(target: Target, { body, kind }: FuzzedDocument) {
  const beforeMs = cpuOf(target.gateway.pid);
  const answer = await postText(target, body);
  let cpuMs = cpuOf(target.gateway.pid) - beforeMs;
  const { status, body: told } = answer;
  // Asked once more under another text: a collection of garbage may have fallen into it, and does not twice.
  if (cpuMs > CPU_MAX_MS) {
    const againMs = cpuOf(target.gateway.pid);
    await postText(target, body.replace('"query":"', '"query":"# again\\n'));
    cpuMs = Math.min(cpuMs, cpuOf(target.gateway.pid) - againMs);
  }
  return { cpuMs, seen: seeCodes(answer), problem: problemOf() };

  function problemOf(): string | null {
    if (status >= 500) return `status ${status}`;
    if (told === null) return 'no JSON';
    if (answer.text.includes('INTERNAL_SERVER_ERROR')) return 'a fault of ours';
    if (kind === 'valid' && status !== 200 && !/_LIMIT/.test(answer.text)) return `valid, and ${status}`;
    return cpuMs > CPU_MAX_MS ? `${cpuMs.toFixed(0)} ms of CPU` : null;
  }
}
