/** Runs a program: asks the subgraphs, parallel steps at once, checks what they answer, and writes the whole. */
import { isUtf8 } from 'node:buffer';
import type { RequestContext } from '../../core/request-context.ts';
import type { BufferPool } from './buffer-pool.ts';
import { InstanceTable, type SlotPool } from './instance-table.ts';
import type { Program, ProgramFetch, ProgramStep } from './program.ts';
import type { Asked, ProgramRun } from './program-run.ts';
import { BYTE, matches, NOT_PLAIN, type Scan, scanAny, skipSpace } from './scan-json.ts';
import { TextWindow } from './text-window.ts';
import { type WrittenAnswer, writeAnswer } from './write-answer.ts';
import { writeBody } from './write-body.ts';

export interface ProgramOutcome {
  /** `null` where an answer of a subgraph was not plain. */
  readonly written: WrittenAnswer | null;
  /** What was asked and answered: nothing needs to be asked again. */
  readonly asked: readonly Asked[];
}

/** Shared by all programs, because all together have a bound. */
export interface ProgramPools {
  readonly slots: SlotPool;
  readonly buffers: BufferPool;
}

export async function runProgram(
  program: Program,
  { slots, buffers }: ProgramPools,
  variables: Readonly<Record<string, unknown>>,
  context: RequestContext,
): Promise<ProgramOutcome> {
  const tables = program.strides.map((stride) => new InstanceTable(stride, slots.take()));
  const run: ProgramRun = {
    ...{ variables, context, tables, answers: [], asked: [] },
    isBroken: false,
  };
  await runStep(program.root, run);
  const written = run.isBroken ? null : writeAnswer(program.place, run, buffers);
  for (const table of tables) slots.giveBack(table.slots, table.end);
  return { written, asked: run.asked };
}

/** Never rejects: what goes wrong is an answer that is not plain. */
async function runStep(step: ProgramStep, run: ProgramRun): Promise<void> {
  switch (step.kind) {
    case 'sequence':
      for (const child of step.steps) {
        if (!run.isBroken) await runStep(child, run);
      }
      return;
    case 'parallel':
      await Promise.all(step.steps.map((child) => runStep(child, run)));
      return;
    case 'fetch':
      await runFetch(step.fetch, run);
  }
}

async function runFetch(fetch: ProgramFetch, run: ProgramRun): Promise<void> {
  const { bytes: body, counts } = writeBody(fetch, run);
  // None of its entities has a whole key.
  if (counts.length > 0 && counts.every((count) => count === 0)) return;
  const answer = await fetch.subgraph.ask(body, run.context);
  run.asked.push({ fetch, body, answer });
  const { bytes } = answer;
  if (bytes === null || run.isBroken || !isPlain(bytes, fetch.scan, run)) {
    run.isBroken = true;
    return;
  }
  run.answers[fetch.index] = bytes;
  for (const [at, { table, stride }] of fetch.entities.entries()) {
    const answered = (run.tables[table] as InstanceTable).end / stride;
    if (answered !== counts[at]) run.isBroken = true;
  }
}

const DATA = Buffer.from('"data":');
const EXTENSIONS = Buffer.from('"extensions":');
const ERRORS = Buffer.from('"errors":');

/** Whether the answer has data to its end that `scan` takes, and no errors. What else it may have, nobody reads. */
function isPlain(bytes: Uint8Array, scan: Scan, run: ProgramRun): boolean {
  const text = new TextWindow(bytes);
  let at = skipSpace(bytes, 0);
  let hasData = false;
  if (bytes[at] !== BYTE.OPENING_BRACE) return false;
  do {
    at = skipSpace(bytes, at + 1);
    if (!hasData && matches(bytes, at, DATA)) {
      hasData = true;
      at = scan(bytes, skipSpace(bytes, at + DATA.length), run.tables, text);
    } else if (matches(bytes, at, EXTENSIONS)) {
      at = scanAny(bytes, skipSpace(bytes, at + EXTENSIONS.length), run.tables, text);
    } else if (matches(bytes, at, ERRORS)) {
      at = scanEmptyList(bytes, skipSpace(bytes, at + ERRORS.length));
    } else return false;
    if (at === NOT_PLAIN) return false;
    at = skipSpace(bytes, at);
  } while (bytes[at] === BYTE.COMMA);
  if (!hasData || bytes[at] !== BYTE.CLOSING_BRACE) return false;
  return skipSpace(bytes, at + 1) === bytes.length && isUtf8(bytes);
}

function scanEmptyList(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== BYTE.OPENING_BRACKET) return NOT_PLAIN;
  const end = skipSpace(bytes, at + 1);
  return bytes[end] === BYTE.CLOSING_BRACKET ? end + 1 : NOT_PLAIN;
}
