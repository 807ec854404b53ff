import type { Clock } from '../core/clock.ts';
import { FeaturegraphError } from '../core/errors.ts';
import type { View } from '../registry/registry.ts';
import type { LayoutStore } from '../stores/layout-store.ts';
import type { OnlineStore } from '../stores/online-store.ts';
import type { SourceTimes } from '../stores/source-times.ts';
import { type PushResult, PushTally, type PushTallyOptions } from './push-tally.ts';
import type { ReadRecord } from './readers/read-record.ts';
import { isRefused, type ParsedRow, type RowParser } from './row-parser.ts';
import { RowWriter, STORE_TOOK_NONE } from './row-writer.ts';

/**
 * The writing that pushing and deleting share: each record is parsed, the good ones are written and acknowledged,
 * the bad ones are told one by one. Memory does not grow with the number of rows.
 */
export interface IngestionStores {
  readonly store: OnlineStore;
  readonly layouts: LayoutStore;
  readonly sources: SourceTimes;
}

export interface WriteRowsOptions extends IngestionStores, PushTallyOptions {
  readonly view: View;
  readonly namespace: string;
  readonly clock: Clock;
  /** The records from the start; called twice when nothing may be written before all are checked. */
  readonly records: () => AsyncIterable<ReadRecord> | Iterable<ReadRecord>;
  /** Check every row before writing any; one bad row, and none is written. Default false. */
  readonly allOrNothing?: boolean | undefined;
  /** Of rows that do not tell their own, 0 to 999. */
  readonly revision?: number | undefined;
  /** `clock.monotonicMs()` by which the store must have answered. */
  readonly deadlineAtMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * @throws {FeaturegraphError} ROW_INVALID when the file as a whole does not fit, STORE_UNAVAILABLE when the store could
 *   not even be told what rows are; never for a row's sake.
 */
export async function writeRows(options: WriteRowsOptions, parse: RowParser): Promise<PushResult> {
  const tally = new PushTally(options);
  if (options.allOrNothing === true && !(await checkAll(options, parse, tally))) return tally.result();
  await putLayout(options);
  const writer = new RowWriter({
    store: options.store,
    deadlineAtMs: options.deadlineAtMs,
    onSettled: (pending, slot) => tally.settle(pending, slot),
  });
  for await (const read of options.records()) {
    if (options.signal?.aborted === true) tally.stopped = 'SIGNAL';
    else if (writer.storeIsDown) tally.stopped = 'STORE';
    if (tally.stopped !== null) break;
    tally.rows += 1;
    const parsed = parseRead(read, parse);
    if (isRefused(parsed)) tally.reject(read.rowNumber, parsed.entityKey, 'REFUSED', parsed.problems);
    else await writer.add({ rowNumber: read.rowNumber, row: parsed });
    if (tally.rows % PROGRESS_EVERY_ROWS === 0) tally.tell('writing');
  }
  await writer.finish();
  tally.tell('writing');
  return tally.result();
}

/** Before the first row: without its layout nobody could read it. */
async function putLayout({ layouts, view }: WriteRowsOptions): Promise<void> {
  const { id, names, types } = view.layout;
  try {
    await layouts.putMany([{ id, names, types }]);
  } catch (error) {
    throw Object.assign(new FeaturegraphError('STORE_UNAVAILABLE', STORE_TOOK_NONE), { cause: error });
  }
}

/** @returns whether every row is good; where not, the tally tells the bad ones and withholds the others. */
async function checkAll(options: WriteRowsOptions, parse: RowParser, tally: PushTally): Promise<boolean> {
  for await (const read of options.records()) {
    if (options.signal?.aborted === true) {
      tally.stopped = 'SIGNAL';
      break;
    }
    tally.rows += 1;
    const parsed = parseRead(read, parse);
    if (isRefused(parsed)) tally.reject(read.rowNumber, parsed.entityKey, 'REFUSED', parsed.problems);
    else tally.withhold(read.rowNumber, parsed.write.entityKey);
    if (tally.rows % PROGRESS_EVERY_ROWS === 0) tally.tell('checking');
  }
  if (tally.rejected > 0 || tally.stopped !== null) {
    tally.tellWithheld();
    return false;
  }
  tally.restart();
  return true;
}

/** Rows between two reports of progress. */
const PROGRESS_EVERY_ROWS = 1000;

function parseRead(read: ReadRecord, parse: RowParser): ParsedRow {
  return 'problem' in read ? { entityKey: null, problems: [read.problem] } : parse(read.record);
}
