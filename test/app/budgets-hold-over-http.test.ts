/** What a client of a tenant with a budget sees: each answer tells what it cost and what is left; what is not there is refused. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Administration } from '../../src/tenancy/administration.ts';
import type { TenantBudget } from '../../src/tenancy/budget/tenant-budget.ts';
import { administrationOf, type HttpAnswer, openExample, type RunningExample } from './open-example.ts';

const ONE = '{ aircraft(tailnum: "N14228") { seats } }';
const MANY = 'query ($t: [ID!]!) { aircraftList(tailnums: $t) { seats } }';
const keys = (count: number) => Array.from({ length: count }, (_, i) => `N${i}`);
// The embedded store waits for a disk that others use, too.
const PATIENT = { leaseTimeoutMs: 1000 };
/** A change is seen within a second; ten times that on a busy machine. */
const SEEN_MS = 10_000;

const opened: RunningExample[] = [];
async function open(budgets?: ConfigInput['budgets']): Promise<RunningExample> {
  const example = await openExample(budgets && { budgets: { ...PATIENT, ...budgets } }, ['aircraft_facts']);
  opened.push(example);
  return example;
}
afterEach(async () => {
  for (const example of opened.splice(0)) await example.close();
});

const costOf = ({ body }: HttpAnswer) => body.extensions.cost;

describe('without budgets', () => {
  test('no answer tells of any', async () => {
    const example = await open();
    for (let i = 0; i < 2; i += 1) {
      const answer = await example.ask({ query: ONE });
      expect(answer.text).toBe('{"data":{"aircraft":{"seats":149}}}\n');
      const told = [...answer.headers.keys()].filter((name) => /ratelimit|retry|budget/.test(name));
      expect(told).toEqual([]);
    }
  });
});

describe('with a budget of its own for everybody', () => {
  const BUDGET = { burst: 100, perSecond: 1 };

  test('every answer tells what it cost and what is left: new, known, with statuses, wrong and refused', async () => {
    const example = await open({ default: BUDGET });
    const status = { featuregraph: { status: 'VALUES' } };
    let left = 100;
    for (const [query, extensions] of [[ONE], [ONE], [ONE, status], [ONE, status]]) {
      const answer = await example.ask({ query, extensions });
      expect(answer.status).toBe(200);
      expect(answer.body.data).toEqual({ aircraft: { seats: 149 } });
      expect(Object.keys(answer.body.extensions).length).toBe(extensions === undefined ? 1 : 2);
      left -= 1;
      const throttleStatus = { maximumAvailable: 100, restoreRate: 1 };
      expect(costOf(answer)).toMatchObject({ requestedQueryCost: 1, actualQueryCost: 1, throttleStatus });
      const { currentlyAvailable } = costOf(answer).throttleStatus;
      expect(currentlyAvailable).toBeGreaterThanOrEqual(left);
      expect(currentlyAvailable).toBeLessThan(100);
      expect(answer.headers.get('ratelimit-policy')).toBe('"budget";q=100;w=100');
      expect(answer.headers.get('ratelimit')).toBe(
        `"budget";r=${currentlyAvailable};t=${100 - currentlyAvailable}`,
      );
      expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(answer.text)));
    }
    for (const query of ['{ nothing }', '{ aircraft', 'query A { __typename } query B { __typename }']) {
      const answer = await example.ask({ query });
      expect(answer.body.errors.length).toBeGreaterThan(0);
      expect(costOf(answer)).toMatchObject({ requestedQueryCost: null, actualQueryCost: 0 });
    }
    const refused = await example.ask({ query: MANY, variables: { t: keys(99) } });
    expect(refused.status).toBe(429);
    expect(refused.body.errors[0].extensions.code).toBe('RATE_LIMITED');
    expect(costOf(refused)).toMatchObject({ requestedQueryCost: 99, actualQueryCost: 0 });
  });

  test('a large answer is the same beside what it tells of its cost, with others at once', async () => {
    const example = await open({ default: { burst: 100_000, perSecond: 1 } });
    const WIDE = 'query ($t: [ID!]!) { aircraftList(tailnums: $t) { tailnum manufacturer model engines } }';
    const tailnums = keys(400);
    const ask = async (from: number) => {
      const t = [...tailnums.slice(from), ...tailnums.slice(0, from)];
      const { status, text } = await example.ask({ query: WIDE, variables: { t } });
      expect([status, text.length > 20_000]).toEqual([200, true]);
      const { data, extensions } = JSON.parse(text);
      expect(data.aircraftList.map(({ tailnum }: { tailnum: string }) => tailnum)).toEqual(t);
      expect(text).toBe(`${JSON.stringify({ data, extensions })}\n`);
      expect(extensions.cost.actualQueryCost).toBeGreaterThanOrEqual(t.length);
    };
    await ask(0);
    await Promise.all(Array.from({ length: 20 }, (_, i) => ask(i)));
  });

  test('a refused request costs nothing, and the time it is told is true', async () => {
    const example = await open({ default: { burst: 100, perSecond: 20 } });
    const ask = (count: number) => example.ask({ query: MANY, variables: { t: keys(count) } });
    expect((await ask(90)).status).toBe(200);
    const refused = await ask(40);
    const again = await ask(40);
    for (const { status, headers, body } of [refused, again]) {
      expect([status, body.errors[0].extensions.code]).toEqual([429, 'RATE_LIMITED']);
      expect(headers.get('featuregraph-outcome')).toBe('failed');
      expect(body.errors[0].message).toContain('fills by 20 a second, up to 100');
    }
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(2);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    expect((await ask(40)).status).toBe(200);
  });

  test('a refusal is the same, to the byte and header, whether the document was known or not', async () => {
    const example = await open({ default: BUDGET });
    const ask = (query: string, count: number) => example.ask({ query, variables: { t: keys(count) } });
    expect((await ask(MANY, 60)).status).toBe(200);
    const visible = ({ status, headers, text }: HttpAnswer) => ({
      ...{ status, text: text.replaceAll(/\d+/g, '0') },
      headers: [...headers.entries()]
        .filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name))
        .map(([name, value]) => [name, value.replaceAll(/\d+/g, '0')]),
    });
    const known = await ask(MANY, 90);
    const unknown = await ask(`${MANY} # not seen before`, 90);
    expect(known.status).toBe(429);
    expect(visible(known)).toEqual(visible(unknown));
  });

  test('what no waiting makes possible is told as too expensive', async () => {
    const example = await open({ default: { ...BUDGET, overdraft: 10 } });
    const { status, body } = await example.ask({ query: MANY, variables: { t: keys(111) } });
    expect([status, body.errors[0].extensions.code]).toEqual([400, 'COST_ESTIMATED_TOO_EXPENSIVE']);
    expect(body.errors[0].extensions).toMatchObject({ requestedQueryCost: 111, maximum: 110 });
  });

  test('the overdraft serves, and is told', async () => {
    const example = await open({ default: { ...BUDGET, overdraft: 50 } });
    const ask = (count: number) => example.ask({ query: MANY, variables: { t: keys(count) } });
    expect((await ask(90)).headers.get('featuregraph-budget')).toBeNull();
    const overdrawn = await ask(30);
    expect(overdrawn.status).toBe(200);
    expect(overdrawn.headers.get('featuregraph-budget')).toBe('overdrawn');
    expect(costOf(overdrawn).throttleStatus.currentlyAvailable).toBeLessThan(0);
    expect(overdrawn.headers.get('ratelimit')).toMatch(/^"budget";r=0;/);
    expect((await ask(60)).status).toBe(429);
  });

  test('the day’s quota ends with its own code, and the time until midnight', async () => {
    const example = await open({ default: { ...BUDGET, dailyQuota: 50 } });
    const ask = (count: number) => example.ask({ query: MANY, variables: { t: keys(count) } });
    const served = await ask(40);
    expect(served.headers.get('ratelimit-policy')).toContain('"day";q=50;w=86400');
    expect(served.headers.get('ratelimit')).toMatch(/"day";r=10;t=\d+$/);
    const { status, headers, body } = await ask(20);
    expect([status, body.errors[0].extensions.code]).toEqual([429, 'QUOTA_EXCEEDED']);
    const toMidnight = 86_400 - (systemClock.nowMs() % 86_400_000) / 1000;
    expect(Math.abs(Number(headers.get('retry-after')) - toMidnight)).toBeLessThan(60);
    expect((await ask(10)).status).toBe(200);
  });

  test('requests at once are bounded', async () => {
    const example = await open({ default: { burst: 100_000, perSecond: 1000, inFlight: 2 } });
    const all = await Promise.all(Array.from({ length: 40 }, () => example.ask({ query: ONE })));
    const refused = all.filter(({ status }) => status === 429);
    expect(all.some(({ status }) => status === 200)).toBe(true);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.body.errors[0].message).toContain('2 requests of this tenant run already');
    expect((await example.ask({ query: ONE })).status).toBe(200);
  });
});

describe('budgets of tenants', () => {
  let example: RunningExample;
  let administration: Administration;
  beforeAll(async () => {
    example = await openExample({ budgets: PATIENT }, ['aircraft_facts']);
    administration = await administrationOf(example);
  }, 60_000);
  afterAll(() => example.close());

  async function tenantWith(name: string, budget: TenantBudget | null) {
    await administration.createTenant(name, { namespaces: [], scopes: [], writes: [] });
    await administration.setBudget(name, budget);
    const { text } = await administration.createKey({ tenant: name });
    const ask = (count: number) =>
      example.ask({ query: MANY, variables: { t: keys(count) } }, { authorization: `Bearer ${text}` });
    await until(async () => (await ask(1)).status !== 401);
    return ask;
  }
  async function until(holds: () => Promise<boolean>): Promise<number> {
    const startedMs = performance.now();
    while (!(await holds())) {
      if (performance.now() - startedMs > SEEN_MS) throw new Error('It was not seen in time.');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return performance.now() - startedMs;
  }

  test('are their own, whatever number of keys they have; who has none is told nothing', async () => {
    const ask = await tenantWith('small', { burst: 50, perSecond: 1 });
    const other = await tenantWith('large', { burst: 500, perSecond: 1 });
    const free = await tenantWith('free', null);
    const { text: second } = await administration.createKey({ tenant: 'small' });
    const asSecond = { authorization: `Bearer ${second}` };
    await until(async () => (await example.ask({ query: '{ __typename }' }, asSecond)).status !== 401);
    expect((await ask(40)).status).toBe(200);
    expect((await example.ask({ query: MANY, variables: { t: keys(40) } }, asSecond)).status).toBe(429);
    expect((await other(400)).status).toBe(200);
    const answer = await free(400);
    expect([answer.status, answer.body.extensions]).toEqual([200, undefined]);
  });

  test('are measured or enforced, raised and taken away while requests run', async () => {
    const budget = { burst: 50, perSecond: 1 };
    const ask = await tenantWith('switched', { ...budget, mode: 'MEASURE' });
    expect((await ask(45)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await ask(400)).status).toBe(200);
    await administration.setBudget('switched', budget);
    await until(async () => (await ask(45)).status === 429);
    await administration.setBudget('switched', { burst: 5000, perSecond: 5000 });
    await until(async () => (await ask(45)).status === 200);
    await administration.setBudget('switched', null);
    await until(async () => (await ask(1)).body.extensions === undefined);
  });
});
