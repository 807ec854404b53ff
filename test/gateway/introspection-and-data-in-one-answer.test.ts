/** The schema that clients see can be asked beside data, in one operation and in the client's order. */
import { buildClientSchema, getIntrospectionQuery, printSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { type Asked, ask, compose, FEATURES, scripted } from './small-graph.ts';

const supergraph = compose({
  fleet: `${FEATURES}
    type Aircraft @key(fields: "tailnum") { tailnum: ID! seats: Int @feature(view: "facts") secret: Int @inaccessible }
    type Query { aircraft(tailnum: ID!): Aircraft }
  `,
});
const clients = scripted({ fleet: () => ({ data: { aircraft: { seats: 3 } } }) });

test('the standard introspection query gives the schema that clients see', async () => {
  const { data, errors } = await ask({ supergraph, clients, text: getIntrospectionQuery() });
  expect(errors).toEqual([]);
  expect(printSchema(buildClientSchema(data as never))).toBe(printSchema(supergraph.apiSchema));
  expect(JSON.stringify(data)).not.toContain('secret');
});

test('mixed with data, by fragments, aliases and variables, in the order asked', async () => {
  const text = `query Q($name: String!, $with: Boolean!) {
    __typename
    kind: __type(name: $name) { name fields { name } }
    aircraft(tailnum: "A") { seats __typename }
    ...S
    ... @include(if: $with) { never: __schema { queryType { name } } }
  } fragment S on Query { __schema { queryType { ...N } } again: __typename } fragment N on __Type { name }`;
  const { data } = await ask({ supergraph, clients, text, variables: { name: 'Aircraft', with: false } });
  expect(JSON.stringify(data)).toBe(
    JSON.stringify({
      __typename: 'Query',
      kind: { name: 'Aircraft', fields: [{ name: 'tailnum' }, { name: 'seats' }] },
      aircraft: { seats: 3, __typename: 'Aircraft' },
      __schema: { queryType: { name: 'Query' } },
      again: 'Query',
    }),
  );
});

test('introspection alone asks no subgraph', async () => {
  const asked: Asked[] = [];
  const counted = scripted({ fleet: () => ({}) }, asked);
  await ask({ supergraph, clients: counted, text: '{ __typename __type(name: "Nope") { name } }' });
  expect(asked).toEqual([]);
});

describe('operations', () => {
  const two = 'query A { aircraft(tailnum: "a") { seats } } query B { __typename }';

  test('the one that is named runs', async () => {
    expect(await ask({ supergraph, clients, text: two, operationName: 'B' })).toMatchObject({
      data: { __typename: 'Query' },
    });
  });

  test.each([undefined, 'C'])('of several, %s is OPERATION_RESOLUTION_FAILURE', async (operationName) => {
    const asking = ask({ supergraph, clients, text: two, ...(operationName && { operationName }) });
    await expect(asking).rejects.toThrow(FeaturegraphError);
    await expect(asking).rejects.toMatchObject({
      code: 'OPERATION_RESOLUTION_FAILURE',
      message: expect.stringContaining('expected operationName to be one of A, B.'),
    });
  });
});

describe('variables', () => {
  const text = 'query Q($t: ID!) { aircraft(tailnum: $t) { seats } }';

  test.each([{}, { t: null }, { t: {} }, { t: [1] }])(
    '%j is BAD_USER_INPUT, and nothing is asked',
    async (variables) => {
      const asked: Asked[] = [];
      const counted = scripted({ fleet: () => ({}) }, asked);
      const asking = ask({ supergraph, clients: counted, text, variables });
      await expect(asking).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
      expect(asked).toEqual([]);
    },
  );

  test('a subgraph gets those that its part uses, as the client sent them', async () => {
    const asked: Asked[] = [];
    const counted = scripted({ fleet: () => ({ data: { aircraft: null } }) }, asked);
    await ask({
      supergraph,
      clients: counted,
      text: 'query Q($t: ID!, $n: String = "Query") { aircraft(tailnum: $t) { seats } __type(name: $n) { name } }',
      variables: { t: 'A', extra: 1 },
    });
    expect(asked[0]?.request.variables).toEqual({ t: 'A' });
  });
});
