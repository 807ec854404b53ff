import { fileURLToPath } from 'node:url';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@theguild/federation-composition';
import { parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { generateDomains } from '../../bench/registry/generate-domains.ts';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import { type DomainSource, loadDomainSources } from '../../src/registry/domain-source.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { SHOP_SDL, sampleSources } from './sample-schema.ts';

const EXAMPLE_FOLDER = fileURLToPath(new URL('../../schema', import.meta.url));

const SCHEMAS: readonly (readonly [string, () => Promise<DomainSource[]>])[] = [
  ['the sample', async () => sampleSources()],
  ['the example of flights', () => loadDomainSources(EXAMPLE_FOLDER)],
  [
    'a generated one',
    async () => generateDomains({ domains: 5, entitiesPerDomain: 2, viewsPerEntity: 2, featuresPerView: 10 }),
  ],
];

describe.each(SCHEMAS)('%s', (_, load) => {
  it('composes to one supergraph, that keeps our directives and shows no undefined type', async () => {
    const registry = compiled(await load());
    const result = composeServices(
      registry.domains.map((domain) => ({ name: domain.name, typeDefs: domain.document })),
    );
    expect(result.errors ?? []).toEqual([]);
    const supergraphSdl = result.supergraphSdl as string;
    expect(supergraphSdl).toMatch(/@view\(\s*name: "\w+", ttl: "/);
    expect(supergraphSdl).toMatch(/@feature\(\s*view: "\w+", default: /);
    expect(supergraphSdl).toContain('@lookup(maxKeys: ');
    for (const name of ['JSON', 'DateTime', 'BigInt']) expect(result.publicSdl).toContain(`scalar ${name}`);
  });

  it('prints as the plain federation SDL that it was compiled to', async () => {
    for (const domain of compiled(await load()).domains) {
      expect(print(parse(domain.federatedSdl))).toBe(print(domain.document));
    }
  });

  it('is a subgraph for @apollo/subgraph', async () => {
    for (const domain of compiled(await load()).domains) {
      const schema = buildSubgraphSchema([{ typeDefs: domain.document }]);
      for (const lookup of domain.lookups.keys())
        expect(schema.getQueryType()?.getFields()).toHaveProperty(lookup);
    }
  });
});

describe('what is added to a file', () => {
  it('is the types it uses, and no others', () => {
    const [people, shop] = compiled(sampleSources()).domains;
    expect(people?.federatedSdl).not.toMatch(/scalar (BigInt|Decimal|DateTime|UUID|Byte|Vector)|ViewRead \{/);
    expect(people?.federatedSdl).toContain('scalar JSON');
    expect(shop?.federatedSdl).toMatch(/scalar Vector/);
    expect(shop?.federatedSdl).not.toMatch(/scalar (Decimal|UUID|Byte)/);
  });

  it('is nothing where a file brings all of it: a printed subgraph compiles to itself', () => {
    const registry = compiled(sampleSources());
    const printed = sampleSources().map((source) => ({
      ...source,
      sdl: registry.domains.find((domain) => domain.name === source.name)?.federatedSdl as string,
    }));
    const again = compiled(printed);
    expect(again.domains.map((domain) => domain.federatedSdl)).toEqual(printed.map((source) => source.sdl));
    expect([...again.views.keys()]).toEqual([...registry.views.keys()]);
  });

  it('takes types that are only extended, as older federation writes them', () => {
    const sources = sampleSources().map((source) => ({
      ...source,
      sdl: source.sdl.replace('type Query {', 'extend type Query {'),
    }));
    expect(compiled(sources).domains.flatMap((domain) => [...domain.lookups.keys()])).toContain('product');
    expect(SHOP_SDL).toContain('type Query {');
  });
});

function compiled(sources: readonly DomainSource[]): Registry {
  const { registry, problems } = compileRegistry(sources);
  if (registry === null) throw new Error(JSON.stringify(problems[0]));
  return registry;
}
