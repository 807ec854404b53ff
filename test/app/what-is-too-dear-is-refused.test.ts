/** An operation that may cost more than the maximum is refused over HTTP, new or known, and nothing is read for it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openExample, type RunningExample } from './open-example.ts';

const QUERY = 'query ($t: [ID!]!) { aircraftList(tailnums: $t) { engine lastCarrier { name } } }';
const keys = (count: number) => Array.from({ length: count }, (_, i) => `N${i}`);

let example: RunningExample;
beforeAll(async () => {
  example = await openExample({ cost: { maximum: 50 } });
}, 60_000);
afterAll(() => example.close());

const ask = (query: string, count: number) => example.ask({ query, variables: { t: keys(count) } });

test('by the formula, whether the document is known or not', async () => {
  for (let i = 0; i < 2; i += 1) {
    const { status, body } = await ask(QUERY, 40);
    expect(status).toBe(400);
    const { extensions } = body.errors[0];
    expect(extensions).toMatchObject({ code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost: 80, maximum: 50 });
    expect(extensions.dearest[0].path).toBe('aircraftList.lastCarrier');
    expect(body.data).toBeUndefined();
  }
  expect((await ask(QUERY, 20)).status).toBe(200);
});

test('by the bound, before it is planned', async () => {
  const before = example.app.engine.preparedCount;
  const { status, body } = await ask(`# not seen before\n${QUERY}`, 500);
  expect([status, body.errors[0].extensions.code]).toEqual([400, 'COST_ESTIMATED_TOO_EXPENSIVE']);
  expect(body.errors[0].message).toContain('was not planned');
  expect(example.app.engine.preparedCount).toBe(before);
});
