/** The twelve checks of graphql-cop on a server as in production, where anybody may ask: each as it sends it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpAnswer, openExample, type RunningExample } from '../app/open-example.ts';

describe('the twelve checks of graphql-cop, where anybody may ask', () => {
  let open: RunningExample;
  beforeAll(async () => {
    const flags = { introspection: false, explorer: false, identity: { anonymous: true } };
    open = await openExample(flags, ['aircraft_facts']);
  }, 60_000);
  afterAll(() => open.close());

  const post = (query: unknown, headers: Record<string, string> = {}) => open.ask(query, headers);
  const get = (query: string) => open.send('GET', `/graphql?query=${encodeURIComponent(query)}`);
  const form = (query: string) =>
    open.send('POST', '/graphql', `query=${encodeURIComponent(query)}`, {
      'content-type': 'application/x-www-form-urlencoded',
    });
  const page = { accept: 'text/html' };

  const CHECKS: [string, (answer: HttpAnswer) => boolean, () => Promise<HttpAnswer>][] = [
    [
      'alias overloading',
      ({ body }) => body.data !== undefined,
      () => post({ query: `{ ${Array.from({ length: 101 }, (_, i) => `alias${i}:__typename`).join(' ')} }` }),
    ],
    ['batches', ({ body }) => Array.isArray(body), () => post(Array(10).fill({ query: '{ __typename }' }))],
    [
      'directive overloading',
      ({ body }) => body.errors.length >= 10,
      () => post({ query: 'query cop { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }' }),
    ],
    [
      'circular introspection',
      ({ body }) => body.data !== undefined,
      () =>
        post({
          query:
            'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }',
        }),
    ],
    [
      'field duplication',
      ({ body }) => body.data !== undefined,
      () => post({ query: `query cop { ${'__typename \n'.repeat(500)} }` }),
    ],
    [
      'field suggestions',
      ({ text }) => text.includes('Did you mean'),
      () => post({ query: 'query cop { __schema { directive } }' }),
    ],
    [
      'an explorer',
      ({ text }) => /graphiql|playground|graphql-playground|sandbox/i.test(text),
      () => open.send('GET', '/graphql', undefined, page),
    ],
    [
      'introspection',
      ({ body }) => body.data !== undefined,
      () => post({ query: 'query cop { __schema { types { name fields { name } } } }' }),
    ],
    ['queries by GET', ({ body }) => body.data !== undefined, () => get('query cop { __typename }')],
    ['mutations by GET', ({ body }) => body.data !== undefined, () => get('mutation cop { __typename }')],
    ['queries by a form', ({ body }) => body.data !== undefined, () => form('query cop { __typename }')],
    [
      'traces',
      ({ body }) => body.extensions?.tracing !== undefined,
      () => post({ query: 'query cop { __typename }' }),
    ],
  ];

  test('are twelve', () => expect(CHECKS).toHaveLength(12));

  test.each(CHECKS)('%s', async (_what, isVulnerable, send) => {
    const answer = await send();
    expect(answer.body).not.toBeNull();
    expect(isVulnerable(answer)).toBe(false);
  });
});
