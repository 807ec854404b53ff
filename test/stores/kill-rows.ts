/** The rows of killed writers: each can be told again from its writer and its number in sequence. */
import type { RowWrite } from '../../src/stores/online-store.ts';
import { SAMPLE_TIME_MS, sampleWrite } from './sample-rows.ts';

const ENTITIES = 200;
const VIEWS = 4;
const SEQUENCE_MAX = 1_000_000;

/** Later children and later numbers are newer, so that what must stand is known from what was acknowledged. */
export function killWrite(child: number, sequence: number): RowWrite {
  return sampleWrite({
    namespace: 'kill',
    block: 'b.B',
    entityKey: `e${sequence % ENTITIES}`,
    view: 1 + (Math.floor(sequence / ENTITIES) % VIEWS),
    eventTimeMs: SAMPLE_TIME_MS + child * SEQUENCE_MAX + sequence,
    text: `${child}/${sequence} ${'x'.repeat((sequence * 31) % 700)}`,
  });
}

export const KILL_KEYS = Array.from({ length: ENTITIES }, (_, i) => ({
  namespace: 'kill',
  block: 'b.B',
  entityKey: `e${i}`,
  views: Array.from({ length: VIEWS }, (__, view) => 1 + view),
}));
