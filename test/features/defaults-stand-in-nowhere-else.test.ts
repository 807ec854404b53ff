/** Values and statuses of random rows, ages, sources and options equal a plain model of the schema's table. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createContext, type Fixture, HOUR_MS, MINUTE_MS, openFixture } from './fixtures/open-fixture.ts';
import { type ReadField, readFields } from './fixtures/read-fields.ts';

const RUNS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 5000 : 150;
const SEED = 20240601;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

/** A feature's cell in a row: a value, null, or left out. */
type Cell = number | null | undefined;

interface Row {
  readonly ageMs: number;
  readonly deleted: boolean;
  readonly cells: readonly [Cell, Cell];
}

interface Case {
  readonly usage: Row | null;
  readonly load: Row | null;
  readonly lagMs: number | null;
  readonly maxAgeMs: Readonly<Record<string, number>>;
}

const cell = fc.oneof(fc.integer({ min: 1, max: 99 }), fc.constant(null), fc.constant(undefined));
const around = (ms: number) => fc.constantFrom(0, 1, ms - 1, ms, ms + 1, ms * 2);
const row = (ttlMs: number) =>
  fc.option(
    fc.record({
      ageMs: around(ttlMs),
      deleted: fc.boolean(),
      cells: fc.tuple(cell, cell),
    }),
  );
const cases: fc.Arbitrary<Case> = fc.record({
  usage: row(24 * HOUR_MS),
  load: row(HOUR_MS),
  lagMs: fc.option(around(10 * MINUTE_MS)),
  maxAgeMs: fc.oneof(
    fc.constant({}),
    fc.record({ truck_usage: around(HOUR_MS), truck_load: around(30 * MINUTE_MS) }),
  ),
});

interface ModelView {
  readonly ttlMs: number;
  readonly behind: boolean;
  readonly maxAgeMs: number | undefined;
}

/** The table of the contract, read from top to bottom, without any thought for speed. */
function model(given: Row | null, index: 0 | 1, fallback: unknown, view: ModelView): ReadField {
  const exists = given !== null && !given.deleted;
  if (exists && given.ageMs > view.ttlMs)
    return { status: 'OUTSIDE_MAX_AGE', value: view.behind ? null : fallback };
  if (exists && view.maxAgeMs !== undefined && given.ageMs > view.maxAgeMs)
    return { status: 'OUTSIDE_MAX_AGE', value: null };
  const stored = exists ? given.cells[index] : undefined;
  if (view.behind) return { status: 'SOURCE_STALE', value: stored ?? null };
  if (stored === undefined) return { status: 'NOT_FOUND', value: fallback };
  return stored === null ? { status: 'NULL_VALUE', value: null } : { status: 'PRESENT', value: stored };
}

test('statuses, values and defaults equal the model', async () => {
  let run = 0;
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      run += 1;
      const key = [`truck-${run}`];
      const { usage, load } = given;
      // A deletion follows what it deletes.
      for (const [view, names, rowGiven] of [
        ['truck_usage', ['trips', 'metres'], usage],
        ['truck_load', ['tonnes', 'destination'], load],
      ] as const) {
        if (rowGiven === null) continue;
        const values = Object.fromEntries(names.map((name, i) => [name, rowGiven.cells[i]]));
        await fixture.write(view, key, values, { ageMs: rowGiven.ageMs + 1 - (rowGiven.deleted ? 0 : 1) });
        if (rowGiven.deleted) await fixture.write(view, key, {}, { ageMs: rowGiven.ageMs, tombstone: true });
      }
      await fixture.setSourceLag(given.lagMs);
      const context = createContext({ maxAgeMs: given.maxAgeMs });
      const read = await readFields(fixture, context, key, ['trips', 'metres', 'tonnes']);
      const behind = given.lagMs === null || given.lagMs > 10 * MINUTE_MS;
      const usageView = { ttlMs: 24 * HOUR_MS, behind, maxAgeMs: given.maxAgeMs.truck_usage };
      const loadView = { ttlMs: HOUR_MS, behind: false, maxAgeMs: given.maxAgeMs.truck_load };
      const expected = {
        trips: model(usage, 0, 0, usageView),
        metres: model(usage, 1, null, usageView),
        tonnes: model(load, 0, 1.5, loadView),
      };
      expect(read).toEqual(expected);
      for (const { status } of Object.values(expected)) seen.add(status);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect([...seen].sort()).toEqual(['NOT_FOUND', 'NULL_VALUE', 'OUTSIDE_MAX_AGE', 'PRESENT', 'SOURCE_STALE']);
});
