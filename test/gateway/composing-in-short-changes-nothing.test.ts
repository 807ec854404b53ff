/** Of features that are all alike composition is given the first alone; what comes of it is what it makes of all. */
import { fileURLToPath } from 'node:url';
import { type DocumentNode, Kind, parse, printSchema } from 'graphql';
import { expect, test } from 'vitest';
import { generateDomains } from '../../bench/registry/generate-domains.ts';
import { abridgeSubgraphs } from '../../gateway/abridged-subgraphs.ts';
import { type Composition, composeSupergraph, type SubgraphDefinition } from '../../gateway/compose.ts';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import { type DomainSource, loadDomainSources } from '../../src/registry/domain-source.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { sampleSources } from '../registry/sample-schema.ts';
import { drawDomains } from './draw-domains.ts';

const FLIGHTS = fileURLToPath(new URL('../../schema', import.meta.url));
const GENERATED = { domains: 4, entitiesPerDomain: 2, viewsPerEntity: 2, featuresPerView: 12 };

test.each([
  ['the sample', async () => sampleSources()],
  ['the example of flights', () => loadDomainSources(FLIGHTS)],
  ['a generated one', async () => generateDomains(GENERATED)],
] as const)('%s is the same', async (_, load) => {
  expectSame(compiled(await load()));
});

test('so are two dozen drawn ones, most of which are shorter', () => {
  let shorter = 0;
  let failing = 0;
  for (let seed = 0; seed < 24; seed += 1) {
    const registry = compiled(drawDomains(seed));
    if (leftOut(registry) > 0) shorter += 1;
    if (!expectSame(registry, `seed ${seed}`, seed % 3 === 0 ? [FOREIGN] : []).ok) failing += 1;
  }
  expect(shorter).toBeGreaterThan(12);
  expect(failing).toBeGreaterThan(2);
  expect(failing).toBeLessThan(16);
});

test('of a large schema nearly everything is left out', () => {
  const registry = compiled(generateDomains({ ...GENERATED, entitiesPerDomain: 10, viewsPerEntity: 5 }));
  expect(leftOut(registry)).toBeGreaterThan(4 * 10 * 5 * 12 * 0.9);
});

test.each([
  ['that another team’s subgraph has, too', 'type D0E0 @key(fields: "id") { id: ID! }'],
  ['that another team’s subgraph knows as an interface', 'interface D0E0 { id: ID! }'],
])('of a type %s nothing is left out', (_, sdl) => {
  const foreign = { name: 'foreign', url: '', typeDefs: parse(sdl), isChecked: false };
  const { subgraphs } = abridgeSubgraphs([...checked(compiled(generateDomains(GENERATED))), foreign]);
  expect(fieldCount(subgraphs, 'D0E0')).toBeGreaterThan(24);
  expect(fieldCount(subgraphs, 'D0E1')).toBeLessThan(15);
});

/** Of a team that has its own header. */
const FOREIGN = {
  name: 'another',
  url: 'http://another.invalid/',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Part @key(fields: "id") { id: ID! weight: Int level: Level }
enum Level { LOW HIGH }
type Query { parts: [Part] }`,
};

/** Text is composed whole. */
function expectSame(
  { domains }: Registry,
  which?: string,
  others: readonly SubgraphDefinition[] = [],
): Composition {
  const url = 'http://domain.invalid/';
  const checked = domains.map(({ name, document }) => ({ name, url, sdl: document }));
  const asText = domains.map(({ name, federatedSdl }) => ({ name, url, sdl: federatedSdl }));
  const inShort = composeSupergraph([...checked, ...others]);
  const whole = composeSupergraph([...asText, ...others]);
  if (!inShort.ok || !whole.ok) {
    expect(inShort, which).toEqual(whole);
    return inShort;
  }
  const { supergraphSdl, apiSchema, facts } = inShort.supergraph;
  expect(supergraphSdl, which).toBe(whole.supergraph.supergraphSdl);
  expect(printSchema(apiSchema), which).toBe(printSchema(whole.supergraph.apiSchema));
  expect(facts, which).toEqual(whole.supergraph.facts);
  expect(said(inShort.supergraph.document), which).toEqual(said(whole.supergraph.document));
  return inShort;
}

/** Of a document, what a reader of it sees: no places, and what is empty as what is not there. */
function said(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(said);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).flatMap(([key, value]): [string, unknown][] => {
    const isNothing = value === undefined || (Array.isArray(value) && value.length === 0);
    return key === 'loc' || key === 'block' || isNothing ? [] : [[key, said(value)]];
  });
  return Object.fromEntries(entries);
}

function checked({ domains }: Registry) {
  return domains.map(({ name, document }) => ({ name, url: '', typeDefs: document, isChecked: true }));
}

function leftOut(registry: Registry): number {
  const subgraphs = checked(registry);
  return fieldCount(subgraphs) - fieldCount(abridgeSubgraphs(subgraphs).subgraphs);
}

/** @param type the first of that name; all where not given. */
function fieldCount(subgraphs: readonly { readonly typeDefs: DocumentNode }[], type?: string): number {
  return subgraphs
    .flatMap(({ typeDefs }) => typeDefs.definitions)
    .filter(
      (one) => type === undefined || (one.kind === Kind.OBJECT_TYPE_DEFINITION && one.name.value === type),
    )
    .slice(0, type === undefined ? undefined : 1)
    .reduce((sum, one) => sum + ('fields' in one ? (one.fields?.length ?? 0) : 0), 0);
}

function compiled(sources: readonly DomainSource[]): Registry {
  const { registry, problems } = compileRegistry(sources);
  if (registry === null) throw new Error(JSON.stringify(problems.slice(0, 3)));
  return registry;
}
