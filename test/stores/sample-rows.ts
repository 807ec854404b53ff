import type { BlockKey, RowWrite } from '../../src/stores/online-store.ts';
import { encodeRow } from '../../src/stores/row-format.ts';

/** Rows for tests of stores: small, whole, and different for each order key and text. */
export interface SampleRow extends BlockKey {
  readonly view: number;
  readonly eventTimeMs: number;
  readonly revision?: number;
  readonly text?: string;
  readonly tombstone?: boolean;
}

export const SAMPLE_TIME_MS = Date.UTC(2030, 0, 1);

export function sampleWrite(sample: SampleRow): RowWrite {
  const { namespace, block, entityKey, view, eventTimeMs } = sample;
  const text = sample.text ?? `at ${eventTimeMs}`;
  const row = encodeRow(
    { namespace, block, view, entityKey },
    {
      eventTimeMs,
      revision: sample.revision ?? 0,
      createdTimeMs: SAMPLE_TIME_MS,
      layoutId: 7,
      tombstone: sample.tombstone ?? false,
      segments:
        sample.tombstone === true ? [] : [Buffer.from(JSON.stringify(text)), undefined, Buffer.from('null')],
    },
  );
  return { namespace, block, entityKey, view, row };
}
