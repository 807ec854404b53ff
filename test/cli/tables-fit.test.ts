import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnWidths } from '../../src/cli/output.ts';

const cell = fc.string({ maxLength: 80 });

test('a table is never wider than its terminal, as long as six characters a column fit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }).chain((columns) =>
        fc.record({
          head: fc.array(cell, { minLength: columns, maxLength: columns }),
          rows: fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { maxLength: 5 }),
          widthChars: fc.integer({ min: columns * 9 + 1, max: 200 }),
        }),
      ),
      ({ head, rows, widthChars }) => {
        const widths = columnWidths(head, rows, widthChars);
        const total = widths.reduce((sum, width) => sum + width + 1, 1);
        expect(total).toBeLessThanOrEqual(widthChars);
      },
    ),
    { seed: 1 },
  );
});

test('a table that is not on a terminal has its cells whole', () => {
  expect(columnWidths(['a'], [['x'.repeat(500)]], Number.POSITIVE_INFINITY)).toEqual([502]);
});

test('only the wide columns give way, and colours take no room', () => {
  expect(columnWidths(['name', 'text'], [['\u001b[32mshort\u001b[39m', 'x'.repeat(100)]], 60)).toEqual([
    8, 49,
  ]);
});
