import { REVISION_MAX } from '../core/bounds.ts';
import type { View } from '../registry/registry.ts';
import { parseCell } from './cell.ts';
import type { PushResult } from './push-tally.ts';
import { createRowParser } from './row-parser.ts';
import { type WriteRowsOptions, writeRows } from './write-rows.ts';

/**
 * Deletes rows by writing tombstones: a late value of before the deletion stays deleted, one of after it counts
 * again. The bytes are dropped by erasure, which is another thing.
 */
export interface DeleteOptions extends WriteRowsOptions {
  /** When the deletion happened, for keys that do not tell their own time. Default: the clock's now. */
  readonly eventTimeMs?: number | undefined;
}

/**
 * The records are keys by join key name, each with `eventTime`, `eventTimeMs` or `revision` if it likes. The
 * highest revision is the default, so that a deletion wins over a value of the same millisecond.
 */
export function deleteRows(options: DeleteOptions): Promise<PushResult> {
  const { view, namespace, clock, revision = REVISION_MAX, eventTimeMs = clock.nowMs() } = options;
  return writeRows(
    options,
    createRowParser(view, { kind: 'keys', partial: false, namespace, clock, revision, eventTimeMs }),
  );
}

/**
 * A key record from the text of its parts, as typed on a command line.
 *
 * @param parts one per join key, in their order; a missing one is left out and refused as such.
 */
export function keyRecordOf(view: Pick<View, 'joinKeys'>, parts: readonly string[]): Record<string, unknown> {
  const record: Record<string, unknown> = Object.create(null);
  for (let i = 0; i < parts.length; i += 1) {
    const joinKey = view.joinKeys[i];
    // A part too many is refused as an unknown column.
    if (joinKey === undefined) record[`part ${i + 1} of the key`] = parts[i];
    else record[joinKey.name] = parseCell(joinKey.type, parts[i] as string);
  }
  return record;
}
