/** R2B: the store of budgets is frozen under load, and then does late what it had received. */
import { request } from 'undici';
import type { TenantBudget } from '../../../src/tenancy/budget/tenant-budget.ts';
import { startRedis } from '../../services/redis.ts';
import { openBudgetStore } from '../../tenancy/budget/open-test-budgets.ts';
import { fillBudget, lookAt } from '../budget-in-store.ts';
import { type FaultRow, idsOf, LONG, until, wait } from '../fault-row.ts';
import { type Front, openFront, PATIENT_MS, patientRedis } from '../front.ts';

const FROZEN_MS = LONG ? 10_000 : 4000;
const RATE = 100;
const LEASE_TIMEOUT_MS = 10;
/** While it fails, the store is asked twice a second; before, at least five calls must have failed. */
const CALLS_MAX = 10 + (2 * FROZEN_MS) / 1000;
/** A lease is a sixteenth, and lasts for a second or so; then a tenth is let locally. */
const BUDGET: TenantBudget = { burst: 3000, perSecond: 1 };
const AWAKE_WITHIN_MS = 10_000;

interface Asked {
  readonly status: number;
  readonly code: string | null;
  readonly isLocal: boolean;
  readonly cost: number;
  readonly tookMs: number;
  /** How late a timer of the lease's time was that began with it: this machine has other things to do. */
  readonly lateMs: number;
}

export const row: FaultRow = {
  id: 'R2B',
  fault: `Redis with the budgets frozen for ${FROZEN_MS / 1000} s, then goes on`,
  must: 'No request waits longer for the store of budgets than it may; nothing is charged twice.',
  protections: ['leaseTimeout', 'breaker', 'exchangeOnce'],
  async run({ checks, say, after }) {
    const redis = await startRedis();
    after(() => redis.stop());
    const front = await openFront({
      // Whose own timeout is far: the lease timeout alone is seen.
      stores: { redis: patientRedis([redis]) },
      budgets: { store: 'redis', leaseTimeoutMs: LEASE_TIMEOUT_MS, default: BUDGET },
      deadlineMs: PATIENT_MS,
    });
    after(() => front.close());
    const { tenant } = front.workspace.config;
    const store = await openBudgetStore(`redis:${redis.port}`);
    after(() => store.close());
    await front.write('item_facts', idsOf(1));
    await fillBudget(store, tenant, BUDGET);
    const startedMs = performance.now();
    const load = askAtRate(front);
    await wait(1000);
    const before = load.take();
    const callsBefore = await callsOf(front);
    say(`SIGSTOP to Redis, process ${redis.pid}`);
    redis.freeze();
    await wait(FROZEN_MS);
    const during = load.take();
    const calls = (await callsOf(front)) - callsBefore;
    say(`SIGCONT to Redis, process ${redis.pid}`);
    redis.thaw();
    const isAwake = () => load.peek().some(({ status, isLocal }) => status === 200 && !isLocal);
    const awakeMs = await until(AWAKE_WITHIN_MS, isAwake);
    await wait(1000);
    const afterwards = await load.stop();
    const all = [...before, ...during, ...afterwards];
    const refused = during.filter(({ code }) => code === 'BUDGET_UNAVAILABLE');
    const others = all.filter(({ status, code }) => status !== 200 && code !== 'BUDGET_UNAVAILABLE');
    checks.none(
      'other refusal, error or broken request',
      others.map((one) => JSON.stringify(one)),
    );
    checks.atLeast('requests let locally meanwhile', 1, during.filter(({ isLocal }) => isLocal).length);
    checks.atLeast('requests refused meanwhile, when that is spent', 1, refused.length);
    checks.atMost('calls of the store that were waited for', CALLS_MAX, calls);
    const waitedMs = during.map(({ tookMs, lateMs }) => tookMs - lateMs).toSorted((a, b) => a - b);
    const at = (share: number) => waitedMs[Math.floor(share * (waitedMs.length - 1))] as number;
    checks.atMost('99 of 100 answers, refusals too, after (lease timeout: 10 ms)', 100, at(0.99), ' ms');
    checks.atMost('half of them after', LEASE_TIMEOUT_MS, at(0.5), ' ms');
    checks.atMost('served from the budget again after', AWAKE_WITHIN_MS, awakeMs, ' ms');
    const isGivenBack = async () => (await lookAt(store, tenant, BUDGET)).unitsHeld === 0;
    await until(10_000, isGivenBack);
    const { levelMilli } = await lookAt(store, tenant, BUDGET);
    const spent = all.reduce((sum, { cost, isLocal }) => sum + (isLocal ? 0 : cost), 0);
    const came = ((performance.now() - startedMs) / 1000) * BUDGET.perSecond + 1;
    const charged = BUDGET.burst - levelMilli / 1000;
    checks.atMost('units charged beyond those answered', 0, charged - spent);
    checks.atMost(`units answered and not charged (${Math.round(came)} came)`, came, spent - charged);
  },
};

/** Open loop: what is asked does not wait for what was. */
function askAtRate(front: Front) {
  const underWay = new Set<Promise<unknown>>();
  let asked: Asked[] = [];
  let sent = 0;
  const startedMs = performance.now();
  const timer = setInterval(() => {
    for (; sent < ((performance.now() - startedMs) / 1000) * RATE; sent += 1) {
      const one = askOnce(front).then((answer) => void asked.push(answer));
      const done = one.finally(() => underWay.delete(done));
      underWay.add(done);
    }
  }, 5);
  return {
    peek: () => asked,
    take: () => {
      const taken = asked;
      asked = [];
      return taken;
    },
    stop: async () => {
      clearInterval(timer);
      while (underWay.size > 0) await Promise.all(underWay);
      return asked;
    },
  };
}

async function askOnce(front: Front): Promise<Asked> {
  const { url, apiKey } = front.address;
  const startedMs = performance.now();
  const late = wait(LEASE_TIMEOUT_MS).then(() => performance.now() - startedMs - LEASE_TIMEOUT_MS);
  try {
    const { statusCode, headers, body } = await request(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: '{"query":"{ itemList(ids: [\\"i0\\"]) { name } }"}',
    });
    // biome-ignore lint/suspicious/noExplicitAny: of an answer of any shape two things are read
    const answer = (await body.json()) as any;
    return {
      status: statusCode,
      code: answer.errors?.[0]?.extensions?.code ?? null,
      isLocal: headers['featuregraph-budget'] === 'local',
      cost: answer.extensions?.cost?.actualQueryCost ?? 0,
      tookMs: performance.now() - startedMs,
      lateMs: await late,
    };
  } catch (error) {
    const tookMs = performance.now() - startedMs;
    return { status: 0, code: String(error), isLocal: false, cost: 0, tookMs, lateMs: await late };
  }
}

/** Calls that came to nothing in time; those that were not made are `unavailable`. */
async function callsOf(front: Front): Promise<number> {
  return (await front.metric('featuregraph_budget_exchanges_total', 'result')).get('timeout') ?? 0;
}
