/**
 * Over HTTP, of a process that has more to do than it can. What is looked at is the order in which answers come, and
 * counts: how fast this machine is, and what else it does, does not matter.
 */
import { Pool } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { type Answered, ask } from './ask.ts';
import { type FairnessFront, startFairnessFront } from './fairness-front.ts';
import { fillItems, questionFor } from './questions.ts';

const PLENTY = { burst: 1_000_000_000, perSecond: 1_000_000_000 };
/** Nobody's patience ends on a machine that does much else. */
const PATIENT = { deadlineMs: 60_000, overload: { burstWait: 1, standingWait: 1 } } as const;
const TEST_MAX_MS = 100_000;

let front: FairnessFront | undefined;
const pools: Pool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
  await front?.end();
  front = undefined;
});

/** Many at once, of clients that are connected already. @param onAnswer told of each as it comes. */
async function askAll(
  { url, keys }: FairnessFront,
  tenant: string,
  { requests, items }: { readonly requests: number; readonly items: number },
  onAnswer: (answered: Answered) => void = () => {},
  question: (number: number) => string = questionFor(items),
): Promise<{ send(): Promise<void> }> {
  const pool = new Pool(url, { connections: requests, keepAliveTimeout: 600_000 });
  pools.push(pool);
  const key = keys[tenant] as string;
  const numbers = Array.from({ length: requests }, (_, i) => i);
  // All of them, for each gets a connection; a few at once, for none may be refused.
  const connected = numbers.map(() => pool.request({ method: 'GET', path: '/health/live' }));
  for (const { body } of await Promise.all(connected)) await body.dump();
  return {
    send: async () => {
      await Promise.all(numbers.map(async (number) => onAnswer(await ask(pool, key, question(number)))));
    },
  };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('tenants of one process', () => {
  /** Of what each asks for, by weight, the first part is served while not all is read, and the last while some are done. */
  const MEANT = [0.25, 0.85] as const;
  /** The next share is twice or half of one. */
  const TOLERANCE = 0.2;

  test('are served by weight in cost while each has something waiting', {
    timeout: TEST_MAX_MS,
  }, async () => {
    const asked = {
      light: { weight: 1, requests: 24, items: 400 },
      middle: { weight: 2, requests: 48, items: 400 },
      heavy: { weight: 5, requests: 240, items: 200 },
    } as const;
    front = await startFairnessFront({
      tenants: Object.fromEntries(
        Object.entries(asked).map(([name, { weight }]) => [name, { ...PLENTY, weight }]),
      ),
      config: PATIENT,
    });
    await fillItems(front, 'light');
    const answers: { readonly tenant: string; readonly answered: Answered }[] = [];
    const senders: { send(): Promise<void> }[] = [];
    for (const [tenant, what] of Object.entries(asked))
      senders.push(await askAll(front, tenant, what, (answered) => answers.push({ tenant, answered })));
    await Promise.all(senders.map(({ send }) => send()));
    const statuses = new Set(answers.map(({ answered: { status, code } }) => `${status} ${code}`));
    expect([...statuses]).toEqual(['200 null']);
    const all = answers.reduce((sum, { answered }) => sum + answered.cost, 0);
    const costs: Record<string, number> = { light: 0, middle: 0, heavy: 0 };
    let sofar = 0;
    for (const { tenant, answered } of answers) {
      sofar += answered.cost;
      if (sofar > all * MEANT[0] && sofar <= all * MEANT[1])
        costs[tenant] = (costs[tenant] as number) + answered.cost;
    }
    const meant = Object.values(costs).reduce((sum, cost) => sum + cost, 0);
    for (const [tenant, { weight }] of Object.entries(asked)) {
      const off = ((costs[tenant] as number) / meant) * (8 / weight) - 1;
      expect(Math.abs(off), JSON.stringify(costs)).toBeLessThan(TOLERANCE);
    }
  });

  test('who sends documents that nobody has seen has the process no longer than others', {
    timeout: TEST_MAX_MS,
  }, async () => {
    front = await startFairnessFront({ tenants: { known: PLENTY, unseen: PLENTY }, config: PATIENT });
    await fillItems(front, 'known');
    const order: string[] = [];
    const asked = { requests: 120, items: 300 };
    const questions = {
      known: questionFor(asked.items),
      unseen: (number: number) => JSON.stringify({ query: `{ q${number}: itemList(ids: ["i1"]) { name } }` }),
    };
    const senders: { send(): Promise<void> }[] = [];
    for (const [tenant, question] of Object.entries(questions)) {
      const onAnswer = ({ status }: Answered): void => {
        expect(status).toBe(200);
        order.push(tenant);
      };
      senders.push(await askAll(front, tenant, asked, onAnswer, question));
    }
    await Promise.all(senders.map(({ send }) => send()));
    const unseenBefore = order.slice(0, order.lastIndexOf('known')).filter((one) => one === 'unseen').length;
    // Each of them takes about as long as three of the known: were they let as what they read, all would come first.
    expect(unseenBefore).toBeLessThan(asked.requests * 0.75);
    expect(order.indexOf('known')).toBeLessThan(asked.requests / 4);
  });

  const WAITING = 8;

  test('who asks for too much is refused at once, and nobody else is', { timeout: TEST_MAX_MS }, async () => {
    front = await startFairnessFront({
      tenants: { greedy: PLENTY, modest: PLENTY },
      config: { ...PATIENT, overload: { ...PATIENT.overload, waitingRequests: WAITING } },
    });
    await fillItems(front, 'greedy');
    const answers: Answered[] = [];
    const flood = await askAll(front, 'greedy', { requests: 120, items: 500 }, (one) => answers.push(one));
    const few = await askAll(front, 'modest', { requests: 1, items: 20 }, ({ status }) =>
      expect(status).toBe(200),
    );
    let isFlooded = true;
    const flooded = flood.send().finally(() => {
      isFlooded = false;
    });
    let modest = 0;
    while (isFlooded) {
      await few.send();
      modest += 1;
      await wait(5);
    }
    await flooded;
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, retryAfter, code } of refused)
      expect([status, code, Number(retryAfter) > 0]).toEqual([503, 'OVERLOADED', true]);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(WAITING);
    expect(await front.metric('featuregraph_overload_refusals_total', '"requests"')).toBe(refused.length);
    expect(await front.metric('featuregraph_waiting_requests')).toBe(0);
    expect(modest).toBeGreaterThan(0);
    // Whoever was answered has an event, also who was refused before anything was read.
    expect(await front.metric('featuregraph_usage_events_total')).toBe(answers.length + modest);
  });
});
