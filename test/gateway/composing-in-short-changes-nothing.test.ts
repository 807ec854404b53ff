/** Of features that are all alike composition is given the first alone; what comes of it is what it makes of all. */
import { fileURLToPath } from 'node:url';
import { parse, printSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { generateDomains } from '../../bench/registry/generate-domains.ts';
import { abridgeSubgraphs } from '../../gateway/abridged-subgraphs.ts';
import { type Composition, composeSupergraph } from '../../gateway/compose.ts';
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

test('so are forty drawn ones, most of which are shorter', () => {
  let shorter = 0;
  let failing = 0;
  for (let seed = 0; seed < 40; seed += 1) {
    const registry = compiled(drawDomains(seed));
    if (leftOut(registry) > 0) shorter += 1;
    if (!expectSame(registry, `seed ${seed}`).ok) failing += 1;
  }
  expect(shorter).toBeGreaterThan(20);
  expect(failing).toBeGreaterThan(5);
  expect(failing).toBeLessThan(25);
});

test('of a large schema nearly everything is left out', () => {
  const registry = compiled(generateDomains({ ...GENERATED, entitiesPerDomain: 10, viewsPerEntity: 5 }));
  expect(leftOut(registry)).toBeGreaterThan(4 * 10 * 5 * 12 * 0.9);
});

describe('nothing is left out', () => {
  const sources = generateDomains(GENERATED);
  const [first] = sources as [DomainSource];

  test.each([
    ['of a type that another team’s subgraph has, too', 'type D0E0 @key(fields: "id") { id: ID! }'],
    ['of a type that another team’s subgraph knows as an interface', 'interface D0E0 { id: ID! }'],
  ])('%s', (_, sdl) => {
    const { definitions } = parse(sdl);
    const foreign = { name: 'foreign', url: '', typeDefs: parse(sdl), isChecked: false };
    const { subgraphs } = abridgeSubgraphs([...checked(compiled([first, ...sources.slice(1)])), foreign]);
    expect(definitions).toHaveLength(1);
    const fieldsOf = (type: string): number => {
      const found = subgraphs[0]?.typeDefs.definitions.find(
        (one) => one.kind === 'ObjectTypeDefinition' && one.name.value === type,
      );
      return found?.kind === 'ObjectTypeDefinition' ? (found.fields?.length ?? 0) : 0;
    };
    expect(fieldsOf('D0E0')).toBeGreaterThan(24);
    expect(fieldsOf('D0E1')).toBeLessThan(15);
  });
});

/** Text is composed whole. */
function expectSame({ domains }: Registry, which?: string): Composition {
  const url = 'http://domain.invalid/';
  const inShort = composeSupergraph(domains.map(({ name, document }) => ({ name, url, sdl: document })));
  const whole = composeSupergraph(
    domains.map(({ name, federatedSdl }) => ({ name, url, sdl: federatedSdl })),
  );
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

function fieldCount(
  subgraphs: readonly { readonly typeDefs: Registry['domains'][number]['document'] }[],
): number {
  return subgraphs
    .flatMap(({ typeDefs }) => typeDefs.definitions)
    .reduce((sum, one) => sum + ('fields' in one ? (one.fields?.length ?? 0) : 0), 0);
}

function compiled(sources: readonly DomainSource[]): Registry {
  const { registry, problems } = compileRegistry(sources);
  if (registry === null) throw new Error(JSON.stringify(problems.slice(0, 3)));
  return registry;
}
