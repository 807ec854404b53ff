/** Twice the features cost no promise more: values are read by getters, and only entities are waited for. */
import { createHook } from 'node:async_hooks';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SubgraphClient, SubgraphRequest } from '../../src/engine/subgraph-client.ts';
import { openSubgraphs, requestOf, type Subgraphs } from './open-subgraphs.ts';

const PLATES = Array.from({ length: 100 }, (_, i) => `t-${i}`);
const SIX = ['seats', 'builtYear', 'trips', 'metres', 'tonnes', 'loadedAt'];
const TWELVE = [...SIX, ...['kind', 'homeDepotCode', 'towns', 'driverBadge', 'destination', 'ageYears']];

let subgraphs: Subgraphs;
let depot: SubgraphClient;
beforeAll(async () => {
  subgraphs = await openSubgraphs();
  depot = subgraphs.client('depot');
  for (const plate of PLATES)
    await subgraphs.fixture.write('truck_facts', [plate], { seats: 4, builtYear: 2000 });
});
afterAll(() => subgraphs.fixture.close());

function documentOf(fields: readonly string[]): string {
  return `query ($plates: [ID!]!) { trucks(plates: $plates) { plate ${fields.join(' ')} } }`;
}

async function promisesOf(request: SubgraphRequest): Promise<number> {
  let count = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === 'PROMISE') count += 1;
    },
  });
  hook.enable();
  const { errors } = await depot.execute(request);
  hook.disable();
  expect(errors).toEqual([]);
  return count;
}

test('100 entities × 6 features make as many promises as × 12, and no more than a few each', async () => {
  const requests = [SIX, TWELVE].map((fields) => () => requestOf(documentOf(fields), { plates: PLATES }));
  const counts: number[] = [];
  for (const request of requests) {
    await promisesOf(request()); // the first run prepares the document
    counts.push(await promisesOf(request()));
  }
  expect(counts[1]).toBe(counts[0]);
  // Two for each block: the loader's, and waiting for it with all the others.
  expect(counts[0]).toBeLessThanOrEqual(2 * PLATES.length + 40);
});

test('the count sees promises: a list of lists of references has some', async () => {
  const nested = 'query ($plates: [ID!]!) { trucks(plates: $plates) { depotOf(code: "x") { town } } }';
  parse(nested);
  expect(await promisesOf(requestOf(nested, { plates: PLATES }))).toBeGreaterThan(PLATES.length);
});
