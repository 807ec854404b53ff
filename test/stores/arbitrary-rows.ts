/** Generated addresses and row contents, from empty rows to wide ones, for the property tests of the formats. */
import fc from 'fast-check';
import { EVENT_TIME_MAX_MS, REVISION_MAX } from '../../src/core/bounds.ts';
import type { RowAddress, RowContent } from '../../src/stores/row-format.ts';

export const LONG = process.env.FEATUREGRAPH_TEST_LONG === '1';

const name = fc.string({ unit: 'grapheme', maxLength: 12 });

export const addresses: fc.Arbitrary<RowAddress> = fc.record({
  namespace: name,
  block: name,
  view: fc.integer({ min: 0, max: 0xffffffff }),
  entityKey: fc.stringMatching(/^[A-Za-z0-9_.~@+=%,-]{0,20}$/),
});

const segment = fc.oneof(
  { weight: 6, arbitrary: fc.json({ maxDepth: 1 }).map((json) => Buffer.from(json)) },
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.constant(Buffer.from('null')) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 40_000 }).map((bytes) => Buffer.alloc(bytes, 0x31)) },
);

export const contents: fc.Arbitrary<RowContent> = fc
  .record({
    eventTimeMs: fc.oneof(
      fc.integer({ min: 0, max: EVENT_TIME_MAX_MS }),
      fc.constantFrom(0, EVENT_TIME_MAX_MS),
    ),
    revision: fc.integer({ min: 0, max: REVISION_MAX }),
    createdTimeMs: fc.integer({ min: 0, max: EVENT_TIME_MAX_MS }),
    layoutId: fc.integer({ min: 0, max: 0xffffffff }),
    tombstone: fc.boolean(),
    segments: fc.array(segment, { maxLength: 8 }),
  })
  .map((content) => (content.tombstone ? { ...content, segments: [] } : content));
