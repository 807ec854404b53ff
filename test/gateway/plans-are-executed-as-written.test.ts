/** Conditions, rewrites and announcements: what a plan says beyond "fetch" is done. */
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import { prepareInterpreted } from '../../src/engine/interpreted/prepare-interpreted.ts';
import { applyRewrites, rewritePath } from '../../src/engine/interpreted/rewrites.ts';
import { STATUSES, type TreeObject } from '../../src/engine/interpreted/tree.ts';
import { TypeConditions } from '../../src/engine/interpreted/type-conditions.ts';
import type { PathSegment } from '../../src/engine/query-plan.ts';
import { requestContext } from '../oracle/request-context.ts';
import { composeTravelGraph, travelClients } from '../oracle/travel-graph/build.ts';
import { type Asked, ask, compose, FEDERATION, scripted } from './small-graph.ts';

describe('conditions in a plan', () => {
  const supergraph = composeTravelGraph();
  const planner = createHivePlanner(supergraph.supergraphSdl);
  const text =
    'query Q($a: Boolean!, $b: Boolean!) { aircraft(tailnum: "A1") { label lease @include(if: $a) lastCarrier { name @skip(if: $b) } } }';
  const plan = planner.plan(text, null);
  const prepared = prepareInterpreted({
    document: parse(text),
    operationName: null,
    apiSchema: supergraph.apiSchema,
    isFeature: () => false,
    // One plan for every choice, so that its conditions are what decides.
    planner: { possibleTypes: planner.possibleTypes, plan: () => plan },
  });

  test.each([
    [true, true, ['fleet', 'carrier']],
    [true, false, ['fleet', 'carrier', 'carrier']],
    [false, true, ['fleet']],
    [false, false, ['fleet', 'carrier']],
  ])('$a %s, $b %s: asked and announced are %j', async (a, b, subgraphs) => {
    const asked: string[] = [];
    const announced: string[] = [];
    const clients = travelClients({ text });
    for (const [name, client] of clients) {
      clients.set(name, {
        ...client,
        execute(request) {
          expect(announced.length).toBe(subgraphs.length);
          asked.push(name);
          return client.execute(request);
        },
        announce(document) {
          expect(asked).toEqual([]);
          expect(document.document.kind).toBe('Document');
          announced.push(name);
        },
      });
    }
    const { data, errors } = await prepared.execute(
      { coerced: { a, b }, sent: { a, b } },
      requestContext(),
      clients,
    );
    expect(errors).toEqual([]);
    expect(asked.sort()).toEqual([...subgraphs].sort());
    expect(announced.sort()).toEqual([...subgraphs].sort());
    const aircraft = { label: 'one', ...(a && { lease: 3 }), lastCarrier: b ? {} : { name: 'United' } };
    expect(data).toEqual({ aircraft });
  });
});

describe('rewrites', () => {
  const field = (name: string): PathSegment => ({ kind: 'field', name });
  const types = new TypeConditions(new Map([['Media', new Set(['Book'])]]));

  test('a key is renamed through lists and type conditions, its status with it', () => {
    const book: TreeObject = { __typename: 'Book', tmp: 1, [STATUSES]: { tmp: 'P', other: 'N' } };
    const film: TreeObject = { __typename: 'Film', tmp: 2 };
    const data = { items: [book, null, film] };
    const path = [field('items'), { kind: 'types', names: ['Media'] } as const, field('tmp')];
    applyRewrites(data, [{ kind: 'renameKey', path, to: 'title' }], types);
    expect(Object.entries(book)).toEqual([
      ['__typename', 'Book'],
      ['title', 1],
    ]);
    expect(book[STATUSES]).toEqual({ title: 'P', other: 'N' });
    expect(film).toEqual({ __typename: 'Film', tmp: 2 });
  });

  test('a value is set where its place exists', () => {
    const data = { a: { __typename: 'Book' }, b: null };
    const set = (name: string) =>
      ({ kind: 'setValue', path: [field(name), field('__typename')], value: 'Media' }) as const;
    applyRewrites(data, [set('a'), set('b'), set('c')], types);
    expect(data).toEqual({ a: { __typename: 'Media' }, b: null });
  });

  test('the path of an error is renamed too', () => {
    const rename = { kind: 'renameKey', path: [field('items'), field('tmp')], to: 'title' } as const;
    expect(rewritePath(['items', 3, 'tmp', 'x'], [rename])).toEqual(['items', 3, 'title', 'x']);
    expect(rewritePath(['others', 3, 'tmp'], [rename])).toEqual(['others', 3, 'tmp']);
    expect(rewritePath(['items'], [rename])).toEqual(['items']);
  });
});

describe('an interface object', () => {
  const supergraph = compose({
    media: `${FEDERATION} interface Media @key(fields: "id") { id: ID! title: String } type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int } type Query { media: [Media] }`,
    reviews: `${FEDERATION} type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int } type Query { best: Media }`,
  });

  test('is sent under the name its subgraph knows, and keeps its own', async () => {
    const asked: Asked[] = [];
    const clients = scripted(
      {
        media: () => ({ data: { media: [{ __typename: 'Book', id: '1', title: 't', pages: 3 }] } }),
        reviews: () => ({ data: { _entities: [{ __typename: 'Media', stars: 5 }] } }),
      },
      asked,
    );
    const { data } = await ask({
      supergraph,
      clients,
      text: '{ media { __typename stars ... on Book { pages } } }',
    });
    expect(data).toEqual({ media: [{ __typename: 'Book', stars: 5, pages: 3 }] });
    expect(asked[1]?.request.variables.representations).toEqual([{ __typename: 'Media', id: '1' }]);
  });

  test('learns its real type from the subgraph that has it', async () => {
    const clients = scripted({
      reviews: () => ({ data: { best: { __typename: 'Media', id: '1', stars: 5 } } }),
      media: () => ({ data: { _entities: [{ __typename: 'Book', title: 't', pages: 3 }] } }),
    });
    const { data } = await ask({
      supergraph,
      clients,
      text: '{ best { __typename title stars ... on Book { pages } } }',
    });
    expect(data).toEqual({ best: { __typename: 'Book', title: 't', stars: 5, pages: 3 } });
  });
});

test('mutations run in the order asked, one after the other', async () => {
  const supergraph = composeTravelGraph();
  const order: string[] = [];
  const slow = (name: string, delayMs: number, answer: Record<string, unknown>) => async () => {
    order.push(`${name} starts`);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    order.push(`${name} ends`);
    return { data: answer };
  };
  const clients = scripted({
    fleet: slow('fleet', 20, { note: 1, again: 3 }),
    carrier: slow('carrier', 1, { ping: 2 }),
  });
  const text = 'mutation { note(text: "a") ping(text: "b") again: note(text: "c") }';
  const { data } = await ask({ supergraph, clients, text });
  expect(data).toEqual({ note: 1, ping: 2, again: 3 });
  expect(order).toEqual([
    'fleet starts',
    'fleet ends',
    'carrier starts',
    'carrier ends',
    'fleet starts',
    'fleet ends',
  ]);
});
