/** Subgraphs compose into a supergraph, or every reason why not is told. */
import { type GraphQLScalarType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { composeSupergraph, loadSupergraph } from '../../gateway/compose.ts';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import { compose, FEATURES, FEDERATION } from './small-graph.ts';

const FLEET = `${FEATURES} scalar DateTime type Aircraft @key(fields: "tailnum") { tailnum: ID! seats: Int @feature(view: "facts") seenAt: DateTime } type Query { aircraft(at: DateTime): Aircraft }`;

const at = (name: string, sdl: string) => ({ name, url: `http://${name}.invalid/`, sdl });

describe('what composes', () => {
  const { apiSchema, facts, isFeature, supergraphSdl } = compose({ fleet: FLEET });

  test('clients see neither the machinery of federation nor our own', () => {
    const names = Object.keys(apiSchema.getTypeMap()).filter((name) =>
      /join__|link__|_Any|_Entity/.test(name),
    );
    expect(names).toEqual([]);
    expect(apiSchema.getType('Aircraft')).toBeDefined();
  });

  test('its facts are read back out of it', () => {
    expect(facts.subgraphs).toEqual([{ name: 'fleet', url: 'http://fleet.invalid/' }]);
    expect(isFeature('Aircraft', 'seats')).toBe(true);
    expect(isFeature('Aircraft', 'tailnum')).toBe(false);
    expect(loadSupergraph(supergraphSdl).facts).toEqual(facts);
  });

  test('its scalars check what they are given', () => {
    const scalar = apiSchema.getType('DateTime') as GraphQLScalarType;
    expect(() => scalar.parseValue('yesterday')).toThrow();
    expect(scalar.parseValue('2024-01-01T00:00:00.000Z')).toBe('2024-01-01T00:00:00.000Z');
  });

  test('in a graph that is not ours, a scalar of the same name is left alone', () => {
    const foreign = compose({ a: `${FEDERATION} scalar DateTime type Query { at: DateTime }` });
    expect((foreign.apiSchema.getType('DateTime') as GraphQLScalarType).parseValue('yesterday')).toBe(
      'yesterday',
    );
  });

  test('a parsed document serves as well as text', () => {
    expect(composeSupergraph([{ name: 'fleet', url: 'http://x/', sdl: parse(FLEET) }]).ok).toBe(true);
  });
});

describe('what does not', () => {
  test('every text that is not GraphQL is named', () => {
    const composition = composeSupergraph([at('a', 'type {'), at('b', FLEET), at('c', 'nonsense')]);
    expect(composition).toMatchObject({
      ok: false,
      problems: [
        { code: 'INVALID_GRAPHQL', message: expect.stringContaining('[a]') },
        { message: expect.stringContaining('[c]') },
      ],
    });
  });

  test('several problems of composition are told together, with code and coordinate', () => {
    const composition = composeSupergraph([
      at(
        'a',
        `${FEDERATION} type T @key(fields: "nope") { id: ID! } type Query { t: T u: U } type U { x: Int }`,
      ),
      at('b', `${FEDERATION} type U { x: String }`),
    ]);
    if (composition.ok) throw new Error('expected problems');
    expect(composition.problems.length).toBeGreaterThan(0);
    for (const { code, message } of composition.problems) {
      expect(code).toMatch(/^[A-Z_]+$/);
      expect(message).not.toBe('');
    }
    const unshared = composeSupergraph([
      at('a', `${FEDERATION} type Query { t: T } type T { x: Int }`),
      at('b', `${FEDERATION} type T { x: Int }`),
    ]);
    expect(unshared).toMatchObject({ problems: [{ code: 'INVALID_FIELD_SHARING', coordinate: 'T.x' }] });
  });

  test('a composer that throws is a problem like others', () => {
    const composition = composeSupergraph([
      at('a', `${FEDERATION} type Query { t: T } scalar T`),
      at('b', `${FEDERATION} type T { x: Int }`),
    ]);
    expect(composition.ok).toBe(false);
  });
});

test('a text that is no supergraph is refused', () => {
  expect(() => createHivePlanner('type Query { a: Int }')).toThrow(/supergraph/);
  expect(() => loadSupergraph('type {')).toThrow();
});
