/** How one might spend more than a budget has: H18, H19, H36. */
import type { TenantBudget } from '../../../src/tenancy/budget/tenant-budget.ts';
import { EDGE, KEY_LIKE, MANY, MEASURED, MEASURED_ID } from '../budget-tenants.ts';
import { type Answer, ask, bearer, type HostileRow, postText, seeCodes } from '../row.ts';
import type { Target } from '../target.ts';
import { token } from './identity.ts';

const ONE = '{ item(id: "a") { stock } }';
const LIST = 'query ($t: [ID!]!) { itemList(ids: $t) { stock } }';
const BOUND = 'at most burst + rate × time';
const LATE = ['503 BUDGET_UNAVAILABLE', '503 OVERLOADED'];
const keyOf = (target: Target, name: string) => bearer(target.budgets?.keys[name] as string);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Timed {
  readonly answer: Answer;
  readonly fromMs: number;
  readonly toMs: number;
}

async function timed(asked: Promise<Answer>): Promise<Timed> {
  const fromMs = performance.now();
  return { answer: await asked, fromMs, toMs: performance.now() };
}

/** Of no stretch of time was more let than may, and something was refused, with the code for it. */
function withinBound(all: readonly Timed[], { burst, perSecond }: TenantBudget): Answer {
  const served = all.filter(({ answer }) => answer.status === 200);
  const refused = all.filter(({ answer }) => seeCodes(answer) === '429 RATE_LIMITED');
  // Of a machine that has other things to do: nothing is let without the store.
  const late = all.filter(({ answer }) => LATE.includes(seeCodes(answer)));
  let over = '';
  for (const { fromMs } of served)
    for (const { toMs } of served) {
      if (toMs < fromMs) continue;
      const count = served.filter((one) => one.fromMs >= fromMs && one.toMs <= toMs).length;
      const most = burst + ((toMs - fromMs) / 1000) * perSecond;
      if (count > most) over = `${count} of at most ${most} in ${toMs - fromMs} ms`;
    }
  const isWhole =
    served.length > 0 && refused.length > 0 && served.length + refused.length + late.length === all.length;
  const text =
    over === '' && isWhole
      ? BOUND
      : `${over} ${served.length} of ${all.length}, ${[...new Set(all.map(({ answer }) => seeCodes(answer)))]}`;
  return { ...((refused[0] ?? all[0]) as Timed).answer, text };
}

const spending = (input: string, tenant: string, expected: string, how: HostileRow['send']): HostileRow => ({
  ...{ id: 'H36', input, expected, tenant, once: true, cpuMaxMs: null, send: how },
  see: ({ text }) => text,
});

const OTHER_CASES = ['MANY', 'Many', 'many ', ' many', 'ｍany', 'many\u0000', 'many\u200b', 'many\u0301'];

/** What an input of a tenant with a budget is told to cost, and what is taken for it. */
const sized = (id: string, input: string, ids: unknown, expected: string): HostileRow => ({
  ...{ id, input: `${input}: what it costs`, expected, tenant: 'sized', once: true, cpuMaxMs: null },
  send: async (target) => {
    const asSized = keyOf(target, 'sized');
    const leftBefore = leftOfToday(await ask(target, '{ __typename }', {}, asSized));
    const answer = await ask(target, LIST, { variables: { t: ids } }, asSized);
    const leftAfter = leftOfToday(await ask(target, '{ __typename }', {}, asSized));
    const { requestedQueryCost, actualQueryCost } = answer.body.extensions.cost;
    // The question for what is left costs one itself.
    const taken = leftBefore - leftAfter - 1;
    return {
      ...answer,
      text: `${seeCodes(answer)}, at most ${requestedQueryCost}, ${actualQueryCost}, ${taken} taken`,
    };
  },
  see: ({ text }) => text,
});

const leftOfToday = ({ headers }: Answer): number =>
  Number(/"day";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
const keysTo = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`);

export const spendingRows: readonly HostileRow[] = [
  sized('H18', 'null as a list', null, '400 BAD_USER_INPUT, at most null, 0, 0 taken'),
  sized('H18', '-1 as a key', [-1], '200, at most 1, 1, 1 taken'),
  sized('H18', '2^31 − 1 as a key', [2 ** 31 - 1], '200, at most 1, 1, 1 taken'),
  sized('H18', 'null among the keys', ['a', null], '400 BAD_USER_INPUT, at most null, 0, 0 taken'),
  sized('H19', 'no key', [], '200, at most 1, 1, 1 taken'),
  sized('H19', 'maxKeys keys', keysTo(1000), '200, at most 1007, 1000, 1000 taken'),
  sized('H19', 'maxKeys + 1 keys', keysTo(1001), '400 LIST_LIMIT, at most null, 0, 0 taken'),
  sized('H19', 'maxKeys times the same key', Array(1000).fill('a'), '200, at most 1007, 1, 1 taken'),
  sized(
    'H19',
    'a key of half a megabyte',
    ['x'.repeat(500_000), 'a'],
    '200 ENTITY_KEY_TOO_LONG, at most 2, 1, 1 taken',
  ),
  spending('many at once, by three keys and a token of one tenant', 'many', BOUND, async (target) => {
    const asMany = [
      ...['many', 'manyAgain', 'manyElsewhere'].map((name) => keyOf(target, name)),
      bearer(await token(target, { tenant: 'many' })),
    ];
    const calls = Array.from({ length: 200 }, (_, i) => timed(ask(target, ONE, {}, asMany[i % 4])));
    return withinBound(await Promise.all(calls), MANY);
  }),
  spending('bursts on both sides of every edge of a second', 'edge', BOUND, async (target) => {
    const asEdge = keyOf(target, 'edge');
    const burst = () => Array.from({ length: 40 }, () => timed(ask(target, ONE, {}, asEdge)));
    const all: Promise<Timed>[] = [];
    for (let edge = 0; edge < 3; edge += 1) {
      await pause(1000 - (Date.now() % 1000) - 30);
      all.push(...burst());
      await pause(1000 - (Date.now() % 1000) + 5);
      all.push(...burst());
    }
    return withinBound(await Promise.all(all), EDGE);
  }),
  {
    ...{ id: 'H36', input: 'the tenant’s name in other cases, as the claim of a token', cpuMaxMs: null },
    ...{ expected: '401 UNAUTHENTICATED', once: true, tenant: null },
    send: async (target) => {
      const answers: Answer[] = [];
      for (const tenant of OTHER_CASES)
        answers.push(await ask(target, ONE, {}, bearer(await token(target, { tenant }))));
      const text = [...new Set(answers.map(seeCodes))].join(', ');
      return { ...(answers[0] as Answer), text };
    },
    see: ({ text }) => text,
  },
  {
    ...{ id: 'H36', input: 'the scheme and the header in other cases, when all is spent', cpuMaxMs: null },
    ...{ expected: '429 RATE_LIMITED', once: true, tenant: '%7B' },
    send: async (target) => {
      const key = target.budgets?.keys['%7B'];
      const ways = ['Bearer', 'bearer', 'BEARER', 'bEARER'].map((scheme) => ({
        authorization: `${scheme} ${key}`,
      }));
      for (const way of [...ways, ...ways]) await ask(target, LIST, { variables: { t: keysTo(5) } }, way);
      const answers: Answer[] = [];
      for (const way of ways) answers.push(await ask(target, LIST, { variables: { t: keysTo(5) } }, way));
      return { ...(answers[0] as Answer), text: [...new Set(answers.map(seeCodes))].join(', ') };
    },
    see: ({ text }) => text,
  },
  spending(
    'a document of one’s own under the name of one that is measured',
    'measured',
    'the operator’s 200, one’s own 429 RATE_LIMITED',
    async (target) => {
      const asMeasured = keyOf(target, 'measured');
      const variables = { t: keysTo(5) };
      const trusted: Answer[] = [];
      for (let i = 0; i < 4; i += 1)
        trusted.push(
          await postText(target, JSON.stringify({ documentId: MEASURED_ID, variables }), asMeasured),
        );
      const own: Answer[] = [];
      for (const query of [`${MEASURED} `, LIST.replace('query', 'query Measured')])
        own.push(await ask(target, query, { variables, operationName: 'Measured' }, asMeasured));
      const all = (answers: readonly Answer[]) => [...new Set(answers.map(seeCodes))].join(', ');
      return { ...(own[0] as Answer), text: `the operator’s ${all(trusted)}, one’s own ${all(own)}` };
    },
  ),
  spending('names that look like keys of Redis', KEY_LIKE[0] as string, 'each its own', async (target) => {
    const answers = new Map<string, Answer[]>();
    // Five units each: one that shared them with another would have none.
    for (const name of KEY_LIKE.filter((one) => one !== '%7B')) {
      const asked = [0, 1].map(() => ask(target, LIST, { variables: { t: keysTo(5) } }, keyOf(target, name)));
      answers.set(name, await Promise.all(asked));
    }
    const isOwn = [...answers.values()].every(
      (all) => all.filter(({ status }) => status === 200).length === 1,
    );
    const refused = (answers.get(KEY_LIKE[0] as string) ?? []).find(({ status }) => status === 429);
    const told = [...answers].map(([name, all]) => `${name} ${all.map(seeCodes)}`).join('; ');
    return { ...(refused as Answer), text: isOwn ? 'each its own' : told };
  }),
];
