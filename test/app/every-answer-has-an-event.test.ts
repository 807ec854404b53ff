import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UsageEvent } from '../../src/tenancy/usage/usage-event.ts';
import { eventsIn } from '../tenancy/events-in.ts';
import { openExample, type RunningExample } from './open-example.ts';

const QUERY = '{ aircraft(tailnum: "N14228") { model legs24h } }';
const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-usage-'));
let example: RunningExample;
beforeAll(async () => {
  example = await openExample({ usage: { folder } }, ['aircraft_facts', 'aircraft_legs_24h']);
});
afterAll(async () => {
  await example.close();
  rmSync(folder, { recursive: true });
});

async function eventOf(body: unknown): Promise<UsageEvent[]> {
  const id = `r${Math.floor(performance.now() * 1000)}`;
  const headers = { authorization: `Bearer ${example.apiKey}`, 'x-request-id': id };
  const answer = await example.ask(body, headers);
  expect(answer.headers.get('x-request-id')).toBe(id);
  return eventsIn(folder).filter(({ data }) => data.requestId === id);
}

describe('every answer to a tenant', () => {
  it('has one event when it has arrived, from Apollo and from the front for known documents', async () => {
    for (let i = 0; i < 3; i += 1) {
      const events = await eventOf({ query: QUERY });
      expect(events).toHaveLength(1);
      expect(events[0]).toMatchObject({
        specversion: '1.0',
        subject: 'demo',
        data: { tenant: 'demo', namespace: 'demo', outcome: 'ok', cost: 1, blocks: 1 },
      });
    }
  });

  it.each([
    ['a broken document', { query: '{ aircraft(' }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['no document', {}, 'BAD_REQUEST'],
    ['a list of operations', [{ query: QUERY }], 'BATCHING_DISABLED'],
    [
      'a missing variable',
      { query: 'query Q($t: ID!) { aircraft(tailnum: $t) { model } }' },
      'BAD_USER_INPUT',
    ],
  ])('is free where it is refused whole: %s', async (_what, body, reason) => {
    const events = await eventOf(body);
    expect(events).toHaveLength(1);
    expect(events[0]?.data).toMatchObject({ outcome: 'failed', reason, cost: 0, blocks: 0 });
  });

  it('has an id that its asker cannot choose', async () => {
    const headers = { authorization: `Bearer ${example.apiKey}`, 'x-request-id': 'mine' };
    for (let i = 0; i < 2; i += 1) expect((await example.ask({ query: QUERY }, headers)).status).toBe(200);
    const mine = eventsIn(folder).filter(({ data }) => data.requestId === 'mine');
    expect(mine).toHaveLength(2);
    expect(new Set(mine.map(({ id }) => id)).size).toBe(2);
  });

  it('who asks without a credential has none', async () => {
    const before = eventsIn(folder).length;
    expect((await example.ask({ query: QUERY }, {})).status).toBe(401);
    expect(eventsIn(folder)).toHaveLength(before);
  });
});
