import { expect, it } from 'vitest';
import type { FeatureType } from '../../src/core/feature-type.ts';
import { parseColumnCell } from '../../src/ingestion/cell.ts';
import { createRowParser, isRefused } from '../../src/ingestion/row-parser.ts';
import { CLOCK, NAMESPACE, NOW_MS } from './open-stores.ts';
import { sampleView, scalar } from './sample-view.ts';

const TAGS: FeatureType = { kind: 'list', of: scalar('String'), itemsNonNull: true, maxItems: 5 };
const TIER: FeatureType = { kind: 'enum', name: 'Tier', values: ['GOLD', 'SILVER'] };

/** What a row of a CSV file says whose one cell is this. */
function told(type: FeatureType, cell: string, tags: readonly string[] = []): string | null | undefined {
  const { features, ...rest } = sampleView({ value: type });
  const view = { ...rest, features: features.map((feature) => ({ ...feature, tags })) };
  const parse = createRowParser(view, {
    ...{
      kind: 'features',
      partial: false,
      namespace: NAMESPACE,
      clock: CLOCK,
      revision: 0,
      eventTimeMs: null,
    },
  });
  const row = parse({ tailnum: 'N1', eventTimeMs: NOW_MS, value: parseColumnCell(type, cell) });
  return isRefused(row) ? row.problems[0]?.mend : undefined;
}

it.each<[type: FeatureType, cell: string, mend: RegExp]>([
  [scalar('DateTime'), '2013-01-31', /A day is no moment: append/],
  [scalar('DateTime'), '2013-01-31 10:00', /no zone: append Z/],
  [scalar('DateTime'), '2013-02-30T00:00:00Z', /no such day/],
  [scalar('DateTime'), '31.01.2013', /Write it as in 2013-01-31T23:59:00Z/],
  [scalar('DateTime'), 'NULL', /leave the cell empty, or send null/],
  [scalar('Boolean'), 'yes', /Write true or false/],
  [scalar('Boolean'), 'N/A', /leave the cell empty/],
  [scalar('Int'), '1,234.50', /a point before decimals/],
  [scalar('Decimal'), '1.234,50', /a point before decimals/],
  [scalar('Decimal'), '1.5e3', /without an exponent/],
  [TAGS, 'a,b', /a list is JSON, such as/],
  [TIER, 'gold', /Did you mean GOLD\?/],
])('%j of "%s"', (type, cell, mend) => {
  expect(told(type, cell)).toMatch(mend);
});

it.each<[type: FeatureType, cell: string]>([
  [scalar('Int'), '12.5'],
  [scalar('Int'), 'many'],
  [TIER, 'PLATINUM'],
])('nothing is guessed of %j of "%s"', (type, cell) => expect(told(type, cell)).toBeNull());

it('nothing is guessed of a personal value, which must not be told', () => {
  expect(told(TIER, 'gold', ['pii'])).toBeNull();
});
