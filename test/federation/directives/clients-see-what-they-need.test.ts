/** Directives of federation are read by whom they are for: clients see `@oneOf` alone, and are held to it. */
import { isInputObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeFeature, expectedAnswer, LINK } from '../run-feature.ts';
import { type ServedFeature, serveFeature } from '../serve-feature.ts';
import { directives } from './graph.ts';

const composed = composeFeature(directives);
const { apiSdl, apiSchema, supergraphSdl } = composed.supergraph;

test.each(['tag', 'cost', 'listSize', 'authenticated', 'requiresScopes', 'policy'])(
  '@%s is in the supergraph, and not in what clients see',
  (name) => {
    expect(LINK).toContain(`"@${name}"`);
    expect(supergraphSdl).toMatch(new RegExp(`\\w+: [^\\n]*@${name}|type \\w+ [^{]*@${name}`));
    expect(apiSdl).not.toContain(`@${name}`);
  },
);

test('@oneOf is in both', () => {
  expect(supergraphSdl).toMatch(/input By[^{]*@oneOf/);
  const type = apiSchema.getType('By');
  expect(isInputObjectType(type) && type.isOneOf).toBe(true);
});

describe('over HTTP', () => {
  let served: ServedFeature;
  beforeAll(async () => {
    served = await serveFeature(directives);
  });
  afterAll(() => served.close());

  test.each(directives.cases)('$text', async (one) => {
    expect((await served.ask(one)).answer).toEqual(await expectedAnswer(composed, one));
  });

  test.each([
    ['two', '{ user(by: { id: "1", name: "Bob" }) { name } }', {}],
    ['none', '{ older(by: {}) { name } }', {}],
    ['null', '{ user(by: { id: null }) { name } }', {}],
    ['two in a variable', 'query Q($by: By!) { user(by: $by) { name } }', { by: { id: '1', name: 'Bob' } }],
    ['none in a variable', 'query Q($by: By!) { older(by: $by) { name } }', { by: {} }],
  ])('of @oneOf exactly one must be given: %s', async (_, query, variables) => {
    const { status, body } = await served.post({ query, variables });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      errors: [
        { extensions: { code: expect.stringMatching(/^(?:GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)$/) } },
      ],
    });
  });
});
