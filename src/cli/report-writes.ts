import type { PushResult } from '../ingestion/push-tally.ts';
import { EXIT } from './exit-codes.ts';
import { counted, formatTable, note, paint, print, printJson } from './output.ts';

/** What became of pushed or deleted rows, for people or as JSON, and the exit code that follows from it. */
export interface WritesShown {
  readonly view: string;
  readonly verb: 'written' | 'deleted';
  readonly json: boolean;
  /** Older events are outside of their view's `ttl`; `null` where there is none, or nothing is said of it. */
  readonly oldestCountsMs: number | null;
}

export function reportWrites(result: PushResult, shown: WritesShown): void {
  process.exitCode = exitCodeOf(result);
  if (shown.json) {
    printJson({ ok: process.exitCode === EXIT.DONE, view: shown.view, ...result });
    return;
  }
  if (result.reports.length > 0)
    print(formatTable(['row', 'key', 'feature', 'expected', 'received'], badRows(result)));
  const unlisted = result.rejected - result.reports.length;
  if (unlisted > 0) note(`… and ${counted(unlisted, 'more bad row')}.`);
  note(summaryOf(result, shown));
  if (result.rows === 0) note('There were no rows to read.');
  const { newestEventTimeMs: newestMs } = result;
  if (shown.oldestCountsMs !== null && newestMs !== null && newestMs < shown.oldestCountsMs)
    note(
      `None of them counts any more: the newest event is of ${new Date(newestMs).toISOString()}, before the view's ttl. They read as OUTSIDE_MAX_AGE.`,
    );
}

function exitCodeOf(result: PushResult): number {
  if (result.failed > 0 || result.stopped === 'STORE') return EXIT.UNREACHABLE;
  return result.rejected > 0 || result.withheld > 0 || result.stopped !== null ? EXIT.PROBLEMS : EXIT.DONE;
}

function badRows(result: PushResult): string[][] {
  return result.reports.flatMap(({ rowNumber, entityKey, problems }) =>
    problems.map(({ column, expected, received, mend }) => [
      String(rowNumber),
      entityKey ?? '',
      column ?? '',
      mend === null ? expected : `${expected}\n${paint.faint(mend)}`,
      received,
    ]),
  );
}

function summaryOf(result: PushResult, { view, verb }: WritesShown): string {
  const parts = [`${counted(result.accepted, 'row')} of ${view} ${verb}`];
  if (result.kept > 0)
    parts.push(`${result.kept.toLocaleString('en-US')} of them were no newer than what stands`);
  if (result.nulled > 0) parts.push(`${counted(result.nulled, 'invalid value')} stored as null`);
  if (result.rejected - result.failed > 0)
    parts.push(`${counted(result.rejected - result.failed, 'row')} refused`);
  if (result.failed > 0)
    parts.push(`${counted(result.failed, 'row')} not taken by the store; push them again`);
  if (result.withheld > 0)
    parts.push(`${counted(result.withheld, 'good row')} withheld, because not all are good`);
  if (result.stopped === 'SIGNAL') parts.push('stopped before the end; run it again to go on');
  if (result.stopped === 'STORE')
    parts.push('stopped, because the store is down; run it again when it is up');
  const sign = exitCodeOf(result) === EXIT.DONE ? paint.good('✓') : paint.bad('✗');
  return `${sign} ${parts.join('; ')}.`;
}
