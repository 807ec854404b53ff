import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnWidths, formatTable } from '../../src/cli/output.ts';
import { formatTree, type TreeNode } from '../../src/cli/tree.ts';
import { visibleLength, wrapText } from '../../src/cli/wrap-text.ts';

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

const grid = fc.integer({ min: 1, max: 12 }).chain((columns) =>
  fc.record({
    head: fc.array(cell, { minLength: columns, maxLength: columns }),
    rows: fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { maxLength: 5 }),
    widthChars: fc.constantFrom(20, 40, 80, 120),
  }),
);

test('what is printed fits terminals of any width, with any number of columns, and loses no character', () => {
  fc.assert(
    fc.property(grid, ({ head, rows, widthChars }) => {
      const text = formatTable(head, rows, widthChars);
      for (const line of text.split('\n')) expect(visibleLength(line)).toBeLessThanOrEqual(widthChars);
      const letters = (one: string): string[] => [...one.replace(/[\s│─┌┐└┘┬┴┼├┤]/g, '')].toSorted();
      const given = [...head, ...rows.flat()].join('');
      if (rows.length === 0) return;
      expect(letters(text)).toEqual(expect.arrayContaining(letters(given)));
      expect(letters(text).length).toBeGreaterThanOrEqual(letters(given).length);
    }),
    { seed: 2, numRuns: 60 },
  );
});

test('a row that does not fit as one becomes a list of its cells', () => {
  const text = formatTable(
    ['feature', 'value', 'status', 'event time', 'age', 'view'],
    [['seats', '150', 'PRESENT', '2013-03-01T00:00:00Z', '31d 4h', 'aircraft_facts']],
    40,
  );
  expect(text).toBe(
    [
      'feature     seats',
      'value       150',
      'status      PRESENT',
      'event time  2013-03-01T00:00:00Z',
      'age         31d 4h',
      'view        aircraft_facts',
    ].join('\n'),
  );
});

const tree: fc.Memo<TreeNode> = fc.memo((depth) =>
  fc.record({
    text: fc.string({ maxLength: 100 }),
    children: depth <= 1 ? fc.constant([]) : fc.array(tree(), { maxLength: 3 }),
  }),
);

test('a tree fits its terminal as long as there is room for its branches', () => {
  fc.assert(
    fc.property(fc.array(tree(6), { maxLength: 2 }), fc.constantFrom(40, 80), (roots, widthChars) => {
      const deepest = Math.max(0, ...roots.map(depthOf));
      expect(deepest * 3 + 2 + 12).toBeLessThanOrEqual(widthChars);
      for (const line of formatTree(roots, widthChars).split('\n'))
        expect(line.length).toBeLessThanOrEqual(widthChars);
    }),
    { seed: 3 },
  );
});

function depthOf({ children = [] }: TreeNode): number {
  return children.length === 0 ? 0 : 1 + Math.max(...children.map(depthOf));
}

test('wrapped text is the text, whatever its width, and colours take no room', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 1, max: 60 }), (text, widthChars) => {
      const lines = wrapText(text, widthChars);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(widthChars);
      expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    }),
    { seed: 4 },
  );
  expect(wrapText('\u001b[1mone\u001b[22m two', 7)).toEqual(['\u001b[1mone\u001b[22m two']);
});
