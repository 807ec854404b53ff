import { describe, expect, it } from 'vitest';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import type { Entity, Registry } from '../../src/registry/registry.ts';
import { PEOPLE_SDL, sampleSources } from './sample-schema.ts';

const registry = compileRegistry(sampleSources()).registry as Registry;
const entity = (domain: string, name: string): Entity =>
  registry.domains.find((candidate) => candidate.name === domain)?.entities.get(name) as Entity;
const product = entity('shop', 'Product');

describe('a view', () => {
  it('has its times in ms, its block and its features in the order of their names in rows', () => {
    expect(product.views.map((view) => [view.name, view.version, view.blockId])).toEqual([
      ['product_facts', 1, 'shop.Product'],
      ['product_sales_24h', 1, 'shop.Product'],
      ['product_search', 2, 'shop.Product.search'],
    ]);
    const sales = registry.views.get('product_sales_24h');
    expect(sales).toMatchObject({
      ttlMs: 86_400_000,
      source: 'sales',
      sourceMaxLagMs: 600_000,
      availableAfterMs: 0,
      hot: 'ON_WRITE',
      external: null,
      joinKeys: [{ name: 'sku', type: { kind: 'scalar', name: 'ID' } }],
      layout: { names: ['lastPieces', 'last_sold', 'sold24h'] },
    });
    expect(sales?.features.map((feature) => [feature.field, feature.index])).toEqual([
      ['lastPieces', 0],
      ['lastSoldAt', 1],
      ['sold24h', 2],
    ]);
    expect(registry.views.get('product_search')).toBe(registry.views.get('product_search@2'));
    expect(registry.views.get('product_search')?.availableAfterMs).toBe(3_600_000);
    expect(registry.blocks.get('shop.Product')?.views.map((view) => view.name)).toEqual([
      'product_facts',
      'product_sales_24h',
    ]);
  });

  it('of two versions is found by either, and by its name as the highest', () => {
    const sources = sampleSources().map((source) =>
      source.name === 'people'
        ? {
            ...source,
            sdl: PEOPLE_SDL.replace(
              '@view(name: "person_facts")',
              '@view(name: "person_facts") @view(name: "person_facts", version: 10, block: "new")',
            ).replace(
              'birthYear: Int @feature(view: "person_facts")',
              'birthYear: Int @feature(view: "person_facts@1")\n  "Height."\n  heightCm: Int @feature(view: "person_facts")',
            ),
          }
        : source,
    );
    const versions = (compileRegistry(sources).registry as Registry).views;
    expect(versions.get('person_facts')?.layout.names).toEqual(['heightCm', 'shirt']);
    expect(versions.get('person_facts')).toBe(versions.get('person_facts@10'));
    expect(versions.get('person_facts@1')?.layout.names).toEqual(['birthYear']);
    expect(versions.get('person_facts@1')?.id).not.toBe(versions.get('person_facts@10')?.id);
  });
});

describe('a feature', () => {
  it('has its type, default as JSON text, description and the tags of field and type', () => {
    const feature = (name: string) => product.features.get(name);
    expect(feature('priceCents')).toMatchObject({
      defaultJson: '0',
      description: 'Price in cents.',
      onInvalid: 'REJECT',
      tags: ['owner/shop'],
    });
    expect(feature('size')).toMatchObject({
      defaultJson: '"MIDDLE"',
      type: { kind: 'enum', values: ['LARGE', 'MIDDLE', 'SMALL'] },
    });
    expect(feature('sold24h')).toMatchObject({ defaultJson: '"0"', onInvalid: 'NULL' });
    expect(feature('lastPieces')?.type).toMatchObject({ kind: 'list', maxItems: 5, itemsNonNull: true });
    expect(feature('title')?.type).toMatchObject({ name: 'String', maxBytes: 64 });
    expect(feature('makerId')?.type).toMatchObject({ name: 'ID', maxBytes: 256 });
    expect(feature('embedding')?.type).toEqual({ kind: 'vector', dim: 8, element: 'F32' });
    expect(feature('box')?.type).toMatchObject({
      kind: 'struct',
      fields: [
        { name: 'heightMm', nonNull: true },
        { name: 'widthMm', nonNull: false },
      ],
    });
  });

  it('on demand has its transform and where its inputs come from', () => {
    expect(product.onDemand.get('affordable')).toMatchObject({
      transform: { name: 'isAffordable', output: 'Boolean' },
      inputs: [
        { kind: 'onDemand', field: 'priceRounded' },
        { kind: 'joinKey', field: 'sku' },
      ],
    });
    expect(product.onDemand.get('priceRounded')?.defaultJson).toBe('1');
    const person = entity('shop', 'Person');
    expect(person.onDemand.get('ordersPerYear')?.inputs).toEqual([
      { kind: 'feature', field: 'orders7d' },
      { kind: 'external', field: 'birthYear' },
    ]);
    expect([...person.externals]).toMatchObject([['birthYear', { kind: 'scalar', name: 'Int' }]]);
    const price = product.onDemand.get('priceIn')?.transform;
    expect(price?.compute({ cents: 200 }, { rate: 1.5 }, { requestTimeMs: 0 })).toBe(300);
  });
});

describe('an entity', () => {
  it('has its references, with fields and arguments as keys, and its view reads', () => {
    expect(product.references.get('maker')).toEqual({
      field: 'maker',
      target: 'Person',
      key: [{ kind: 'feature', field: 'makerId' }],
    });
    expect(product.references.get('stockIn')?.key).toEqual([
      { kind: 'joinKey', field: 'sku' },
      { kind: 'argument', name: 'country' },
    ]);
    expect(product.viewReads.get('salesRead')).toBe(registry.views.get('product_sales_24h'));
  });

  it('is found by lookups whose arguments stand in the order of its key', () => {
    const lookups = registry.domains.find((domain) => domain.name === 'shop')?.lookups;
    expect([...(lookups?.values() ?? [])]).toEqual([
      { field: 'product', entity: 'Product', kind: 'one', arguments: ['sku'], maxKeys: 1 },
      { field: 'productList', entity: 'Product', kind: 'list', arguments: ['skus'], maxKeys: 100 },
      { field: 'stock', entity: 'Stock', kind: 'one', arguments: ['sku', 'country'], maxKeys: 1 },
      { field: 'stockList', entity: 'Stock', kind: 'list', arguments: ['keys'], maxKeys: 50 },
    ]);
  });
});

it('is immutable', () => {
  expect(() => {
    (registry.views.get('stock_now') as { ttlMs: number }).ttlMs = 1;
  }).toThrow(TypeError);
  expect(() => (product.views as unknown[]).push(1)).toThrow(TypeError);
});
