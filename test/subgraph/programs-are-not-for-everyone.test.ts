/** Who sees less, has something of its own, or writes one key in two ways is answered by graphql-js, known or not. */
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RequestContext } from '../../src/core/request-context.ts';
import { customize } from '../../src/features/customization.ts';
import { FeatureReader } from '../../src/features/feature-reader.ts';
import { SourceWatch } from '../../src/features/source-watch.ts';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { buildSubgraph, type Subgraph } from '../../src/subgraph/build-subgraph.ts';
import { CompiledSubgraph } from '../../src/subgraph/compiled/compiled-subgraph.ts';
import { KnownDocument } from '../../src/subgraph/compiled/known-document.ts';
import { SubgraphExecutor } from '../../src/subgraph/execute-subgraph.ts';
import { createContext, type Fixture, openFixture } from '../features/fixtures/open-fixture.ts';
import { plain } from './open-subgraphs.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
  await fixture.write('truck_facts', ['a'], { seats: 4 });
});
afterAll(() => fixture.close());

function rethrow(error: unknown): never {
  throw error;
}

function readerOf(registry: Registry, customizations?: ReturnType<typeof customize>): FeatureReader {
  const { store, layouts } = fixture;
  return new FeatureReader({
    ...{ registry, store, layouts, onTransformError: rethrow, onStoreError: rethrow },
    sources: new SourceWatch({ times: { timesOf: async () => new Map() }, onError: rethrow }),
    ...(customizations && { customizations }),
  });
}

/** The answer of a document that is known, which way it took, and what graphql-js answers. */
async function askBoth(
  subgraph: Subgraph,
  text: string,
  variables: Readonly<Record<string, unknown>> = {},
  contextOf: () => RequestContext = createContext,
) {
  const executor = new SubgraphExecutor(subgraph, rethrow);
  const document = parse(text);
  const known = new KnownDocument(subgraph, document);
  const asked = { variables, statuses: false };
  const done = await new CompiledSubgraph(executor, () => {}).execute({
    ...{ ...asked, known, context: contextOf() },
  });
  const { data, errors } = await executor.execute({ ...asked, document, context: contextOf() });
  const seen =
    done.way === 'COMPILED'
      ? { data: JSON.parse(done.written.bytes.toString()).data, errors: [] }
      : { data: done.result.data, errors: done.result.errors };
  return { way: done.way, seen: plain(seen), expected: plain({ data, errors }) };
}

test('who may not see a field is refused', async () => {
  const subgraph = buildSubgraph({ reader: readerOf(fixture.registry), domain: 'depot' });
  const guarded = {
    ...subgraph,
    protections: new Map([['Truck.seats', { authenticated: false, scopes: [[['seats:read']]] }]]),
  };
  const text = '{ truck(plate: "a") { seats } }';
  const denied = await askBoth(guarded, text);
  expect(denied).toMatchObject({ way: 'DENIED', seen: { errors: [{ extensions: { code: 'FORBIDDEN' } }] } });
  expect(denied.seen).toEqual(denied.expected);
  const allowed = await askBoth(guarded, text, {}, () => ({
    ...createContext(),
    scopes: new Set(['seats:read']),
  }));
  expect(allowed).toMatchObject({ way: 'COMPILED', seen: { data: { truck: { seats: 4 } } } });
});

test('a tenant with defaults of its own is answered those, and others are not', async () => {
  const own = customize(fixture.registry, {
    acme: { defaults: { 'Truck.destination': 'home' }, transforms: {} },
  });
  const subgraph = buildSubgraph({ reader: readerOf(fixture.registry, own), domain: 'depot' });
  const text = '{ truck(plate: "nobody") { destination } }';
  const theirs = await askBoth(subgraph, text, {}, () => ({ ...createContext(), tenant: 'acme' }));
  expect(theirs).toMatchObject({ way: 'CUSTOMIZED', seen: { data: { truck: { destination: 'home' } } } });
  const others = await askBoth(subgraph, text);
  expect(others).toMatchObject({ way: 'COMPILED', seen: { data: { truck: { destination: 'nowhere' } } } });
});

const DAYS = `"A day." type Day @key(fields: "at") @view(name: "day_facts") {
  "When it begins." at: DateTime!
  "Millimetres." rain: Float @feature(view: "day_facts", default: 0)
}
type Query { "One day." day(at: DateTime!): Day @lookup }
scalar DateTime
`;

test('an entity that is asked for twice, its key written in two ways, is answered as graphql-js does', async () => {
  const { registry, problems } = compileRegistry([
    { name: 'days', file: 'days.graphql', sdl: DAYS, code: {} },
  ]);
  if (registry === null) throw new Error(JSON.stringify(problems));
  const subgraph = buildSubgraph({ reader: readerOf(registry), domain: 'days' });
  const text = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Day { at rain } } }';
  const day = (at: string) => ({ __typename: 'Day', at });
  const zoned = await askBoth(subgraph, text, {
    r: [day('2024-01-01T01:00:00+01:00'), day('2024-01-01T00:00:00Z')],
  });
  expect(zoned.seen).toEqual(zoned.expected);
  expect(zoned.way).toBe('NOT_PLAIN');
  const canonical = await askBoth(subgraph, text, { r: [day('2024-01-01T00:00:00.000Z')] });
  expect(canonical.seen).toEqual(canonical.expected);
  expect(canonical.way).toBe('COMPILED');
});
