/** Subscriptions, `@defer` and `@stream` are refused with a clear error, and so is a supergraph that contradicts itself. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import type { Feature } from './feature.ts';
import { composeFeature } from './run-feature.ts';
import { type ServedFeature, serveFeature } from './serve-feature.ts';

const item = { __typename: 'Item', id: '1', size: 2, price: 3, dear: true };
const feature: Feature = {
  name: 'refused',
  subgraphs: {
    items: `
      type Query { item: Item @shareable items: [Item!] }
      type Subscription { changed: Item }
      type Item @key(fields: "id") { id: ID! size: Int price: Int }
    `,
    prices: `
      type Query { item: Item @shareable }
      type Item @key(fields: "id") { id: ID! price: Int @external dear: Boolean @requires(fields: "price") }
    `,
  },
  records: { entities: [item], query: { item, items: [item] } },
  cases: [],
  switches: [],
};

describe('over HTTP', () => {
  let served: ServedFeature;
  beforeAll(async () => {
    served = await serveFeature(feature);
  });
  afterAll(() => served.close());

  test.each([
    ['a subscription', 'subscription { changed { size } }', /[Ss]ubscription/],
    ['@defer', '{ item { id ... @defer { size } } }', /@defer/],
    ['@defer on a spread', '{ item { ...F @defer(label: "x") } } fragment F on Item { size }', /@defer/],
    ['@stream', '{ items @stream(initialCount: 1) { id } }', /@stream/],
  ])('%s', async (_, query, message) => {
    const { status, body } = await served.post({ query });
    expect(body).toMatchObject({
      errors: [{ message: expect.stringMatching(message), extensions: { code: 'OPERATION_NOT_SUPPORTED' } }],
    });
    expect(status).toBe(400);
    expect((await served.post({ query: '{ item { size dear } }' })).body).toEqual({
      data: { item: { size: 2, dear: true } },
    });
  });
});

describe('a supergraph that contradicts itself is refused by name, before it can end the process', () => {
  const { supergraphSdl } = composeFeature(feature).supergraph;
  test.each([
    ['a key that is not there', /key: "id"/g, 'key: "uuid"', /Item\.uuid/],
    ['an input that is not there', 'requires: "price"', 'requires: "cost"', /cost/],
    ['an input that cannot be read', 'requires: "price"', 'requires: "price {"', /cannot be read/],
    ['a subgraph that is not there', 'graph: PRICES, requires', 'graph: NOBODY, requires', /NOBODY/],
    [
      'a share that is none',
      'requires: "price"',
      'override: "items", overrideLabel: "percent(many)"',
      /percent\(many\)/,
    ],
    [
      'a share above all',
      'requires: "price"',
      'override: "items", overrideLabel: "percent(101)"',
      /percent\(101\)/,
    ],
  ])('%s', (_, from, to, message) => {
    const broken = supergraphSdl.replace(from, to);
    expect(broken).not.toBe(supergraphSdl);
    expect(() => createHivePlanner(broken)).toThrow(message);
  });
});
