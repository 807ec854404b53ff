import fc from 'fast-check';
import { type DefinitionNode, Kind, type ObjectTypeDefinitionNode, parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import type { DomainSource } from '../../src/registry/domain-source.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { sampleSources } from './sample-schema.ts';

const RUNS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 2_000 : 60;

describe('moving definitions, fields, directives and enum values around', () => {
  const original = meaningOf(compiled(sampleSources()));

  it('gives an equal registry: no row becomes unreadable by it', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), fc.boolean(), (numbers, reverse) => {
        const sources = sampleSources().map((source) => moveAround(source, numbers));
        if (reverse) sources.reverse();
        expect(meaningOf(compiled(sources))).toEqual(original);
      }),
      { numRuns: RUNS, seed: 3 },
    );
  });

  it('is seen where something does change', () => {
    const sources = sampleSources();
    const renamed = sources.map((source) => ({
      ...source,
      sdl: source.sdl.replaceAll('makerId', 'ownerId'),
    }));
    expect(meaningOf(compiled(renamed))).not.toEqual(original);
    const retyped = sources.map((source) => ({
      ...source,
      sdl: source.sdl.replace('widthMm: Int', 'widthMm: Float'),
    }));
    expect(layoutIds(compiled(retyped))).not.toEqual(layoutIds(compiled(sources)));
    const bounded = sources.map((source) => ({
      ...source,
      sdl: source.sdl.replace('maxItems: 5', 'maxItems: 4'),
    }));
    expect(layoutIds(compiled(bounded))).toEqual(layoutIds(compiled(sources)));
  });
});

function compiled(sources: readonly DomainSource[]): Registry {
  const { registry, problems } = compileRegistry(sources);
  if (registry === null) throw new Error(JSON.stringify(problems[0]));
  return registry;
}

function layoutIds(registry: Registry): Record<string, number> {
  return Object.fromEntries([...registry.views].map(([name, view]) => [name, view.layout.id]));
}

/** Everything but the text it came from; maps become lists, so that their order counts too. */
function meaningOf(registry: Registry): unknown {
  const text = JSON.stringify(registry, (key, value) => {
    if (key === 'document' || key === 'federatedSdl' || key === 'code') return undefined;
    if (key === 'view') return `${value.name}@${value.version}`;
    return value instanceof Map ? [...value] : value;
  });
  return JSON.parse(text);
}

function moveAround(source: DomainSource, numbers: Iterator<number>): DomainSource {
  const shuffle = <T>(items: readonly T[]): T[] => {
    const moved = [...items];
    for (let i = moved.length - 1; i > 0; i -= 1) {
      const j = (numbers.next().value as number) % (i + 1);
      [moved[i], moved[j]] = [moved[j] as T, moved[i] as T];
    }
    return moved;
  };
  const definitions = shuffle(parse(source.sdl).definitions).map((definition): DefinitionNode => {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION)
      return {
        ...definition,
        directives: shuffle(definition.directives ?? []),
        fields: shuffle(definition.fields ?? []).map((field) => ({
          ...field,
          directives: shuffle(field.directives ?? []),
          arguments: shuffle(field.arguments ?? []),
        })),
      } satisfies ObjectTypeDefinitionNode;
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION)
      return { ...definition, values: shuffle(definition.values ?? []) };
    if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
      return { ...definition, fields: shuffle(definition.fields ?? []) };
    return definition;
  });
  return { ...source, sdl: print({ kind: Kind.DOCUMENT, definitions }) };
}
