/** The rows that fill a disk, each known by its number. */
import type { RowWrite } from '../../src/stores/online-store.ts';
import { SAMPLE_TIME_MS, sampleWrite } from './sample-rows.ts';

export function fullDiskWrite(index: number): RowWrite {
  return sampleWrite({
    namespace: 'full',
    block: 'b.B',
    entityKey: `e${index}`,
    view: 1,
    eventTimeMs: SAMPLE_TIME_MS,
    text: `${index} ${'x'.repeat(900)}`,
  });
}
