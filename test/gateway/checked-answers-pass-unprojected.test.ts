/** What one subgraph of this process answers, as it was asked, is handed on; the client sees the same as projected. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { SubgraphClient } from '../../src/engine/subgraph-client.ts';
import { createLocalClient } from '../oracle/local-client.ts';
import { ask, compose, FEDERATION, scripted } from './small-graph.ts';

const SHOP = `${FEDERATION}
  enum Size { S M HUGE @inaccessible }
  scalar Weight
  interface Named { name: String }
  type Box implements Named { name: String size: Size inner: Box }
  type Item @key(fields: "id") {
    id: ID! int: Int float: Float flag: Boolean size: Size sizes: [Size!] ints: [Int!] weight: Weight
    box: Box named: Named sum(with: Int!): Int
  }
  type Query { item(id: ID): Item items: [Item!] all: [[Item!]!]! count: Int! }
`;
const TAX = `${FEDERATION} type Item @key(fields: "id") { id: ID! tax: Int } type Query { rate: Float }`;
const supergraph = compose({ shop: SHOP, tax: TAX });

const box = { __typename: 'Box', name: 'b', size: 'S', inner: { name: 'c', size: 'M', inner: null } };
const item = {
  ...{
    id: '7',
    int: 1,
    float: 2.5,
    flag: true,
    size: 'M',
    sizes: ['S', 'M'],
    ints: [1, 2],
    weight: { kg: 1 },
  },
  ...{ box, named: box, sum: ({ with: other }: { with: number }) => 1 + other },
};
const root = {
  item: ({ id }: { id?: string }) => (id === 'none' ? null : item),
  items: [item, { ...item, id: '8', int: null, box: null }],
  all: [[item], []],
  count: 2,
};

function clients(checksValues: boolean): Map<string, SubgraphClient> {
  const client = (name: string, sdl: string): [string, SubgraphClient] => [
    name,
    { ...createLocalClient(name, buildSubgraphSchema(parse(sdl)), { rootValue: root }), checksValues },
  ];
  return new Map([client('shop', SHOP), client('tax', TAX)]);
}

test('values that were checked are not looked at again', async () => {
  // No schema makes such an answer: that it comes out shows that nothing was done to it.
  const data = { items: [{ int: 'not an Int', extra: 1 }] };
  const answers = scripted({ shop: () => ({ data: structuredClone(data) }) });
  const shop = answers.get('shop') as SubgraphClient;
  const trusted = new Map([['shop', { ...shop, checksValues: true }]]);
  expect((await ask({ supergraph, clients: trusted, text: '{ items { int } }' })).data).toEqual(data);
  const projected = await ask({ supergraph, clients: answers, text: '{ items { int } }' });
  expect(projected.data).toEqual({ items: [{ int: null }] });
});

describe('the client sees the same, to the byte', () => {
  test.each([
    ['plain', '{ items { id int float flag ints } }'],
    ['another order', '{ items { ints flag id } count item { int id } }'],
    ['lists in lists', '{ all { id } }'],
    ['objects in objects', '{ item { box { inner { name size inner { name } } name } id } }'],
    ['enums and scalars', '{ items { size sizes weight box { size } } }'],
    ['aliases', '{ a: item { b: int int } items { int: float } }'],
    ['a key twice', '{ items { id } items { int id } }'],
    ['arguments', '{ item(id: "none") { int } items { sum(with: 4) more: sum(with: 5) } }'],
    [
      'fragments',
      '{ items { ...F int } item { ... on Item { flag } ... { id } } } fragment F on Item { id }',
    ],
    ['interfaces', '{ item { named { name ... on Box { size } } } }'],
    ['names of types', '{ __typename items { __typename id } item { box { __typename } } }'],
    ['introspection', '{ __type(name: "Box") { name } count }'],
    [
      'what is skipped',
      'query ($no: Boolean = false) { items { id @include(if: $no) int flag @skip(if: $no) } }',
    ],
    ['two subgraphs', '{ items { id } rate }'],
    ['an entity fetch', '{ items { tax int } }'],
  ])('%s', async (_, text) => {
    const passed = await ask({ supergraph, clients: clients(true), text });
    const projected = await ask({ supergraph, clients: clients(false), text });
    expect(JSON.stringify(passed)).toBe(JSON.stringify(projected));
    expect(passed.data).not.toBeNull();
  });
});

describe('what may differ is projected all the same', () => {
  test('a value that clients may not see is null, and told', async () => {
    for (const size of ['HUGE', ['HUGE']]) {
      const key = Array.isArray(size) ? 'sizes' : 'size';
      const answers = scripted({ shop: () => ({ data: { items: [{ int: 1, [key]: size }] } }) });
      const trusted = new Map(
        [...answers].map(([name, client]) => [name, { ...client, checksValues: true }]),
      );
      const { data, errors } = await ask({ supergraph, clients: trusted, text: `{ items { int ${key} } }` });
      expect(data).toEqual({ items: [{ int: 1, [key]: null }] });
      expect(errors).toHaveLength(1);
    }
  });

  test('an answer with an error', async () => {
    const errors = [{ message: 'lost', path: ['items', 0, 'int'], extensions: { code: 'STORE_TIMEOUT' } }];
    const answers = scripted({ shop: () => ({ data: { items: [{ int: null, extra: 1 }] }, errors }) });
    const trusted = new Map([...answers].map(([name, client]) => [name, { ...client, checksValues: true }]));
    const answer = await ask({ supergraph, clients: trusted, text: '{ items { int } }' });
    expect(answer.data).toEqual({ items: [{ int: null }] });
    expect(answer.errors).toMatchObject(errors);
  });

  test('an answer that lacks a field', async () => {
    const answers = scripted({ shop: () => ({ data: { items: [] } }) });
    const trusted = new Map([...answers].map(([name, client]) => [name, { ...client, checksValues: true }]));
    const { data, errors } = await ask({ supergraph, clients: trusted, text: '{ items { int } count }' });
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ['count'] }]);
  });
});
