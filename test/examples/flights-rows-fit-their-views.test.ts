import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXAMPLE_MOMENT_MS, EXAMPLE_VIEWS } from '../../examples/flights/features.ts';
import { type FlightsExample, openFlightsExample } from '../../examples/flights/load.ts';
import { fixedClock } from '../../src/core/clock.ts';
import { createRowParser, isRefused } from '../../src/ingestion/row-parser.ts';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import { loadDomainSources } from '../../src/registry/domain-source.ts';
import type { Registry } from '../../src/registry/registry.ts';

/** The schema's rules find nothing wrong with the example, and a push takes every row that the SQL gives. */
const SCHEMA_FOLDER = fileURLToPath(new URL('../../schema', import.meta.url));

let example: FlightsExample;
let registry: Registry;

beforeAll(async () => {
  const compiled = compileRegistry(await loadDomainSources(SCHEMA_FOLDER));
  expect(compiled.problems).toEqual([]);
  registry = compiled.registry as Registry;
  example = await openFlightsExample();
});

afterAll(() => example?.close());

test.each(EXAMPLE_VIEWS.map(({ view }) => view))('%s', async (name) => {
  const view = registry.views.get(name);
  if (view === undefined) throw new Error(`The schema has no view ${name}.`);
  const parse = createRowParser(view, {
    kind: 'features',
    partial: false,
    namespace: 'default',
    clock: fixedClock(EXAMPLE_MOMENT_MS),
    revision: 0,
    eventTimeMs: null,
  });
  let rows = 0;
  for await (const batch of example.rows(name, EXAMPLE_MOMENT_MS)) {
    for (const row of batch) {
      rows += 1;
      const parsed = parse(row);
      if (isRefused(parsed)) expect(parsed.problems).toEqual([]);
      else expect(parsed.nulled).toBe(0);
    }
  }
  expect(rows).toBeGreaterThan(0);
  expect(await example.countRows(name, EXAMPLE_MOMENT_MS)).toBe(rows);
});

test('the sources tell their newest event as of a moment, and none before there is one', async () => {
  expect(await example.sourceTimes(EXAMPLE_MOMENT_MS)).toEqual([
    // The last departure that had happened: 03:58 from JFK to BQN.
    { source: 'flights', newestEventTimeMs: Date.UTC(2013, 3, 1, 3, 58) },
    { source: 'weather', newestEventTimeMs: Date.UTC(2013, 3, 1, 3, 0) },
  ]);
  expect(await example.sourceTimes(Date.UTC(2012, 11, 31))).toEqual([
    { source: 'flights', newestEventTimeMs: null },
    { source: 'weather', newestEventTimeMs: null },
  ]);
});

test('an unknown view is refused by name', async () => {
  await expect(example.rows('aircraft_fact', EXAMPLE_MOMENT_MS).next()).rejects.toThrow(
    'got "aircraft_fact"',
  );
});
