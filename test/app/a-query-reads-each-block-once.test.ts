import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRequestContext } from '../../src/engine/create-request-context.ts';
import { FeatureReader } from '../../src/features/feature-reader.ts';
import { openServedGraph, type ServedGraph } from '../../src/served-graph.ts';
import { type CountingStore, countingStore } from '../stores/counting-store.ts';
import { openExample, type RunningExample } from './open-example.ts';

/** The whole way from the gateway to the store, over the flights: what is read is counted below the loader. */
let example: RunningExample;
let graph: ServedGraph;
let store: CountingStore;

beforeAll(async () => {
  example = await openExample();
  const { workspace } = example;
  store = countingStore(workspace.store);
  const { registry, layouts, sourceWatch: sources } = workspace;
  const fail = (error: unknown) => {
    throw error;
  };
  const reader = new FeatureReader({
    registry,
    store,
    layouts,
    sources,
    onTransformError: fail,
    onStoreError: fail,
  });
  graph = await openServedGraph({ ...workspace, reader });
}, 60_000);

afterAll(async () => {
  await graph.close();
  await example.close();
});

async function ask(text: string, variables: Record<string, unknown>) {
  const { clock, config } = example.workspace;
  const document = parse(text);
  expect(validate(graph.engine.apiSchema, document)).toEqual([]);
  const context = createRequestContext({
    requestId: 'test',
    identity: { tenant: config.tenant, namespace: config.namespace, scopes: new Set() },
    options: { maxAgeMs: new Map(), status: 'NONE', deadlineMs: 5000, cache: 'USE', consistency: 'ONE' },
    clock,
    startedMs: clock.monotonicMs(),
  });
  store.reset();
  return graph.engine.prepare(document, text, null).execute(variables, context);
}

/** What each call asked for, as `block entityKey`, sorted. */
const reads = () =>
  store.calls.map((call) => call.map(({ block, entityKey }) => `${block} ${entityKey}`).sort());
const operation = (name: string) =>
  readFile(path.resolve(import.meta.dirname, `../../examples/flights/operations/${name}.graphql`), 'utf8');

describe('a query', () => {
  it('for 12 features in 3 views of 100 aircraft, asked in any way, is one call of 100 blocks', async () => {
    const tailnums = Array.from({ length: 100 }, (_, i) => `N${1000 + i}`);
    await ask(await operation('fleet-features'), { tailnums });
    expect(reads()).toEqual([tailnums.map((tailnum) => `fleet.Aircraft ${tailnum}`).sort()]);
    const twice = `query Q($tailnums: [ID!]!) {
      a: aircraftList(tailnums: $tailnums) { ...Seats again: seats }
      b: aircraftList(tailnums: $tailnums) { legs24h ...Seats }
      c: aircraft(tailnum: "N1000") { lastDepartureAt }
    }
    fragment Seats on Aircraft { seats builtYear }`;
    await ask(twice, { tailnums: [...tailnums, ...tailnums] });
    expect(reads()).toEqual([tailnums.map((tailnum) => `fleet.Aircraft ${tailnum}`).sort()]);
  });

  it('across four domains reads each block once, and goes on only where a key had to be read first', async () => {
    await ask(await operation('departure-features'), {
      tailnum: 'N14228',
      carrier: 'UA',
      origin: 'EWR',
      dest: 'IAH',
    });
    expect(reads()).toEqual([
      ['carrier.Carrier UA', 'fleet.Aircraft N14228', 'route.Route EWR,IAH'],
      ['airport.Airport EWR', 'airport.Airport IAH'],
    ]);
  });

  it('for keys alone, or for what is left out, reads nothing', async () => {
    await ask(
      'query Q($no: Boolean!) { aircraft(tailnum: "N14228") { tailnum __typename seats @include(if: $no) } }',
      { no: false },
    );
    expect(reads()).toEqual([]);
  });

  it('for a key that cannot be one reads its neighbours only', async () => {
    await ask('{ aircraftList(tailnums: ["", "N14228"]) { seats } }', {});
    expect(reads()).toEqual([['fleet.Aircraft N14228']]);
  });
});
