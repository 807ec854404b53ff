/** A small domain's schema is built when it is first asked for; what only building shows is told at once all the same. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSubgraph } from '../../src/subgraph/build-subgraph.ts';
import { type Fixture, openFixture } from '../features/fixtures/open-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

test('whoever asks gets the same', () => {
  const subgraph = buildSubgraph({ reader: fixture.reader, domain: 'depot' });
  const { schema } = subgraph;
  expect(schema.getQueryType()?.getFields()).toHaveProperty('truck');
  expect(subgraph.schema).toBe(schema);
});

test.each([
  ['no object type', { Tank: { seats: () => 1 } }],
  ['no field', { Truck: { wings: () => 1 } }],
])('a resolver for %s is told before anybody asks', (what, resolvers) => {
  expect(() => buildSubgraph({ reader: fixture.reader, domain: 'depot', resolvers })).toThrow(
    `which is ${what}`,
  );
});
