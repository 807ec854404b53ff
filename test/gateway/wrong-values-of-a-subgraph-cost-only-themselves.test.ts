/** A remote value that does not have its type is null with an error at its path; its neighbours are served. */
import { describe, expect, test } from 'vitest';
import { ask, compose, FEDERATION, scripted } from './small-graph.ts';

const supergraph = compose({
  shop: `${FEDERATION}
    enum Size { S M }
    interface Named { name: String }
    type Box implements Named @shareable { name: String size: Size }
    type Bag implements Named { name: String handles: Int }
    union Thing = Box | Bag
    type Item { int: Int float: Float text: String flag: Boolean id: ID size: Size ints: [Int!] box: Box must: Int! named: Named thing: Thing }
    type Query { item: Item items: [Item!] all: [Item!]! }
  `,
});

async function answered(selection: string, item: unknown) {
  const clients = scripted({ shop: () => ({ data: { item } }) });
  return await ask({ supergraph, clients, text: `{ item { ${selection} } }` });
}

describe('a leaf of a wrong type is null', () => {
  test.each([
    ['int', 1.5],
    ['int', 2 ** 31],
    ['int', '1'],
    ['int', true],
    ['float', '1.5'],
    ['text', 1],
    ['text', { a: 1 }],
    ['text', ['a']],
    ['flag', 'true'],
    ['flag', 0],
    ['id', 1.5],
    ['id', {}],
    ['size', 'XXL'],
    ['size', 1],
    ['ints', 3],
    ['ints', { length: 1 }],
    ['box { name }', 'box'],
    ['box { name }', ['box']],
  ])('%s: %j', async (selection, value) => {
    const key = selection.split(' ')[0] as string;
    const { data, errors } = await answered(`${selection} must`, { [key]: value, must: 7 });
    expect(data).toEqual({ item: { [key]: null, must: 7 } });
    expect(errors).toMatchObject([
      { path: ['item', key], extensions: { code: 'SUBGRAPH_BAD_RESPONSE', subgraph: 'shop' } },
    ]);
  });
});

test('what fits passes, and an id of a number becomes text', async () => {
  const item = { int: -(2 ** 31), float: 3, text: '', flag: false, id: 12, size: 'M', ints: [1], must: 0 };
  const { data, errors } = await answered('int float text flag id size ints must', item);
  expect(data).toEqual({ item: { ...item, id: '12' } });
  expect(errors).toEqual([]);
});

test('a wrong item of a list without nulls takes the list, with the index in the path', async () => {
  const { data, errors } = await answered('ints text', { ints: [1, 'x', 'y'], text: 'kept' });
  expect(data).toEqual({ item: { ints: null, text: 'kept' } });
  expect(errors.map((error) => error.path)).toEqual([['item', 'ints', 1]]);
});

test('a null where none may be takes the object around it, told once', async () => {
  const clients = scripted({
    shop: () => ({ data: { items: [{ must: 1 }], all: [{ must: 1 }, { must: null, text: 3 }] } }),
  });
  const { data, errors } = await ask({ supergraph, clients, text: '{ items { must } all { text must } }' });
  expect(data).toBeNull();
  expect(errors.map((error) => error.path)).toEqual([['all', 1, 'must']]);
});

test('an object whose type cannot stand there is null', async () => {
  const thing = { __typename: 'Item', name: 'x' };
  const { data, errors } = await answered(
    'thing { ... on Box { name } } named { name ... on Bag { handles } }',
    {
      thing,
      named: { __typename: 'Nonsense', name: 'x' },
    },
  );
  expect(data).toEqual({ item: { thing: null, named: null } });
  expect(errors.map((error) => error.path)).toEqual([
    ['item', 'thing'],
    ['item', 'named'],
  ]);
});

test('keys that would change a prototype are nothing but keys', async () => {
  const clients = scripted({
    shop: () => ({
      data: JSON.parse('{"item": {"__proto__": {"text": "smuggled"}, "int": 1}, "__proto__": {"items": 1}}'),
    }),
  });
  const { data } = await ask({ supergraph, clients, text: '{ item { text int } items { int } }' });
  expect(data).toEqual({ item: { text: null, int: 1 }, items: null });
  expect(({} as Record<string, unknown>).text).toBeUndefined();
});

test('only what was asked is answered', async () => {
  const { data } = await answered('int', { int: 1, text: 'not asked', secret: 'never' });
  expect(data).toEqual({ item: { int: 1 } });
});
