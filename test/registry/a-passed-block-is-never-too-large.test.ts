import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_MAX_BYTES } from '../../src/core/bounds.ts';
import type { FeatureType, ScalarName } from '../../src/core/feature-type.ts';
import { isValueProblem, parseFeatureValue } from '../../src/core/feature-value.ts';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import { blockWidthBytes, rowWidthBytes, typeWidthBytes } from '../../src/registry/type-width.ts';
import { createBlock, mergeRow } from '../../src/stores/block-format.ts';
import { encodeRow } from '../../src/stores/row-format.ts';

/** The longest values there are of each type; whatever fits the type must fit its width. */
const scalar = (name: ScalarName, maxBytes = 40): FeatureType => ({ kind: 'scalar', name, maxBytes });
const LONGEST: readonly (readonly [FeatureType, unknown])[] = [
  [scalar('Int'), -(2 ** 31)],
  [scalar('Float'), -1.2345678901234567e-308],
  [scalar('Boolean'), false],
  [scalar('BigInt'), `-${'9'.repeat(78)}`],
  [scalar('Decimal'), '9'.repeat(40)],
  [scalar('DateTime'), '9999-12-31T23:59:59.999Z'],
  [scalar('UUID'), 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  [scalar('String'), 'x'.repeat(40)],
  [scalar('ID'), 'x'.repeat(40)],
  [scalar('Byte'), 'A'.repeat(40)],
  [scalar('JSON'), 'x'.repeat(38)],
  [{ kind: 'enum', name: 'Size', values: ['A', 'LARGEST'] }, 'LARGEST'],
];

describe('the width of a type', () => {
  it.each(LONGEST)('%j holds its longest value, to the byte', (type, value) => {
    const parsed = parseFeatureValue(type, value);
    expect(isValueProblem(parsed) ? parsed : Buffer.byteLength(parsed.json)).toBe(typeWidthBytes(type));
  });

  it('of lists and structs holds the longest items and fields, and nulls', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...LONGEST), fc.boolean()), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        (fields, maxItems) => {
          const struct: FeatureType = {
            kind: 'struct',
            name: 'S',
            fields: fields.map(([[type]], index) => ({ name: `field${index}`, type, nonNull: false })),
          };
          const value = Object.fromEntries(
            fields.map(([[, longest], isNull], index) => [`field${index}`, isNull ? null : longest]),
          );
          const list: FeatureType = { kind: 'list', of: struct, itemsNonNull: true, maxItems };
          const parsed = parseFeatureValue(list, Array(maxItems).fill(value));
          if (isValueProblem(parsed)) throw new Error(JSON.stringify(parsed));
          expect(Buffer.byteLength(parsed.json)).toBeLessThanOrEqual(typeWidthBytes(list));
        },
      ),
      { seed: 11 },
    );
  });
});

describe('the width of rows and blocks', () => {
  it('is that of the formats of storage, narrow and wide', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 5 }), {
          minLength: 1,
          maxLength: 4,
        }),
        (viewsWidths) => {
          let block: Buffer | undefined;
          const rowBytes = viewsWidths.map((widths, index) => {
            const view = index + 1;
            const row = encodeRow(
              { namespace: 'n', block: 'b', view, entityKey: 'k' },
              {
                eventTimeMs: 1_364_770_800_000,
                revision: 0,
                createdTimeMs: 1_364_770_800_000,
                layoutId: 1,
                tombstone: false,
                segments: widths.map((bytes) => Buffer.alloc(bytes, 0x31)),
              },
            );
            expect(row.length).toBe(rowWidthBytes(widths));
            const merged = block === undefined ? undefined : mergeRow(block, view, row, 2 ** 30);
            block = merged?.outcome === 'WRITTEN' ? merged.block : createBlock(view, row);
            return row.length;
          });
          expect(block?.length).toBe(blockWidthBytes(rowBytes));
        },
      ),
      { seed: 12, numRuns: 50 },
    );
  });

  it('is refused by one byte more than a block may have', () => {
    const fits = (maxBytes: number) =>
      compileRegistry([
        {
          name: 'things',
          file: 'things.graphql',
          code: {},
          sdl: `type Thing @key(fields: "id") @view(name: "facts") {
  id: ID!
  "Text."
  text: JSON @feature(view: "facts", maxBytes: ${maxBytes})
}`,
        },
      ]).problems.map((problem) => problem.rule);
    let largest = BLOCK_MAX_BYTES;
    while (blockWidthBytes([rowWidthBytes([largest])]) > BLOCK_MAX_BYTES) largest -= 1;
    expect(fits(largest)).toEqual([]);
    expect(fits(largest + 1)).toEqual(['blocks-fit']);
  });
});
