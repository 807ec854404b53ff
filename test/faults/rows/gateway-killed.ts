/** G4: gateways over one Redis are killed under load: what each loses of its tenant's budget, and what is metered. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from 'ioredis';
import type { BudgetStore } from '../../../src/stores/budget-store.ts';
import { keysOf } from '../../../src/stores/redis/redis-budget-store.ts';
import { createApiKey } from '../../../src/tenancy/api-key.ts';
import type { TenantBudget } from '../../../src/tenancy/budget/tenant-budget.ts';
import { askOn, type Received } from '../../metering/ask-on.ts';
import { type GatewayChild, startChild } from '../../metering/gateway-child.ts';
import { connectOnce, startRedis } from '../../services/redis.ts';
import { openBudgetStore } from '../../tenancy/budget/open-test-budgets.ts';
import { eventsIn } from '../../tenancy/events-in.ts';
import { fillBudget, lookAt } from '../budget-in-store.ts';
import { type FaultRow, LONG, type RowContext, until, wait } from '../fault-row.ts';

const KILLS = LONG ? 100 : 4;
const TENANT = 'killed';
/** Nothing to speak of comes back meanwhile, so that what is missing was lost. */
const SLOW: TenantBudget = { burst: 100_000_000, perSecond: 1 };
/** More comes back than is asked for, so that what is missing is the lease. */
const QUICK: TenantBudget = { burst: 1_000_000, perSecond: 100_000, inFlight: 64 };
/** Of each request of `askOn`, and how many go on at once. */
const COST_MAX = 5;
const CLIENTS = 8;
/** A sixteenth of what there is, is taken ahead. */
const LEASE_PART = 16;
const SLOTS_FREE_MS = 10_000;

interface Losses {
  readonly received: Received[];
  inFlight: number;
  /** Units beyond what was answered, of each kill; those of `mostlyHeld` the store knows of. */
  readonly beyondLease: string[];
  readonly beyondPart: string[];
  readonly minted: string[];
  lost: number;
}

export const row: FaultRow = {
  id: 'G4',
  fault: `gateway killed ${KILLS} times under load: its budget and its bill`,
  must: 'Each kill costs at most what the process had leased; nothing that was answered is missing from the bill.',
  protections: ['leasePart', 'leaseBound', 'slotsEnd', 'eventFirst'],
  async run(context) {
    const { checks, after } = context;
    const folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-kills-'));
    after(() => rm(folder, { recursive: true, force: true }));
    const redis = await startRedis();
    after(() => redis.stop());
    const plain = connectOnce(redis.port);
    after(async () => plain.disconnect());
    const store = await openBudgetStore(`redis:${redis.port}`);
    after(() => store.close());
    const apiKey = createApiKey(randomBytes).text;
    const start = async (budget: TenantBudget): Promise<GatewayChild> => {
      const nodes = [{ host: redis.host, port: redis.port }];
      const gateway = await startChild(
        {
          ...{ port: 0, adminPort: 0, dataFolder: path.join(folder, 'data'), logging: { level: 'error' } },
          ...{ tenant: TENANT, stores: { redis: { kind: 'redis', nodes } } },
          budgets: { store: 'redis', leaseTimeoutMs: 1000, default: budget },
          usage: { folder: path.join(folder, 'usage') },
        },
        apiKey,
        null,
      );
      after(() => gateway.end('SIGKILL'));
      return gateway;
    };
    const losses: Losses = {
      received: [],
      inFlight: 0,
      beyondLease: [],
      beyondPart: [],
      minted: [],
      lost: 0,
    };
    await fillBudget(store, TENANT, SLOW);
    for (let kill = 0; kill < KILLS; kill += 1)
      await killOnce(context, kill, { store, plain, start, apiKey, losses });
    checks.atLeast('answers received', 20 * KILLS, losses.received.length);
    checks.none('kill that lost more than its lease', losses.beyondLease);
    checks.none('lease of more than a sixteenth', losses.beyondPart);
    checks.none('unit answered and not charged', losses.minted);
    checks.atLeast('units lost in all', 1, losses.lost);
    await comesBack(context, { store, start, apiKey, losses });
    metered(context, path.join(folder, 'usage'), losses);
  },
};

interface Killing {
  readonly store: BudgetStore;
  readonly start: (budget: TenantBudget) => Promise<GatewayChild>;
  readonly apiKey: string;
  readonly losses: Losses;
}

async function killOnce(
  { say }: RowContext,
  kill: number,
  { store, plain, start, apiKey, losses }: Killing & { readonly plain: Redis },
): Promise<void> {
  const startedMs = performance.now();
  const before = await lookAt(store, TENANT, SLOW);
  const holdersBefore = await heldByHolder(plain);
  const gateway = await start(SLOW);
  const { received, ended } = askOn(gateway.url, apiKey, kill);
  await until(30_000, () => received.length >= 20);
  await wait((kill * 37) % 200);
  await gateway.end('SIGKILL');
  losses.inFlight += await ended;
  losses.received.push(...received);
  const after = await lookAt(store, TENANT, SLOW);
  const answered = received.reduce((sum, { cost, isLocal }) => sum + (isLocal ? 0 : cost), 0);
  const came = ((performance.now() - startedMs) / 1000) * SLOW.perSecond + 1;
  const lost = (before.levelMilli - after.levelMilli) / 1000 - answered;
  let held = 0;
  for (const [holder, units] of await heldByHolder(plain)) if (!holdersBefore.has(holder)) held += units;
  const told = `${lost} lost, ${held} held`;
  say(`SIGKILL to a gateway after ${received.length} answers: ${told}`);
  losses.lost += lost;
  if (lost > held + came) losses.beyondLease.push(told);
  if (lost > before.levelMilli / 1000 / LEASE_PART + CLIENTS * COST_MAX + came) losses.beyondPart.push(told);
  if (lost < -came) losses.minted.push(told);
}

/** As the store has it: number, until when, units held, … of each. */
async function heldByHolder(plain: Redis): Promise<Map<string, number>> {
  const fields = Object.entries(await plain.hgetall(keysOf(TENANT)[0]));
  const holders = fields.filter(([name]) => name !== 'state');
  return new Map(holders.map(([name, text]) => [name, Number(text.split('|')[2])]));
}

async function comesBack(
  { checks, say }: RowContext,
  { store, start, apiKey, losses }: Killing,
): Promise<void> {
  await fillBudget(store, TENANT, QUICK);
  const gateway = await start(QUICK);
  const { received, ended } = askOn(gateway.url, apiKey, KILLS);
  await until(30_000, () => received.length >= 200);
  await gateway.end('SIGKILL');
  const killedMs = performance.now();
  const at = await lookAt(store, TENANT, QUICK);
  losses.inFlight += await ended;
  losses.received.push(...received);
  const missing = QUICK.burst - at.levelMilli / 1000;
  say(`SIGKILL to a gateway that held ${at.unitsHeld} units and ${at.slotsHeld} requests at once`);
  const isWhole = async () => (await lookAt(store, TENANT, QUICK)).levelMilli === QUICK.burst * 1000;
  await until(30_000, isWhole);
  const wholeMs = performance.now() - killedMs;
  checks.atLeast('units held at the kill', 1, at.unitsHeld);
  checks.atMost('units missing then', QUICK.burst / LEASE_PART + CLIENTS * COST_MAX, missing);
  // Ten times the figure, and the time that a busy machine takes to look.
  checks.atMost('budget whole again after (lease/rate: 625 ms)', 6250, wholeMs, ' ms');
  checks.atLeast('requests at once held at the kill', 1, at.slotsHeld);
  await until(4 * SLOTS_FREE_MS, async () => (await lookAt(store, TENANT, QUICK)).slotsHeld === 0);
  checks.atMost('they are free after', 2 * SLOTS_FREE_MS, performance.now() - killedMs, ' ms');
}

function metered({ checks }: RowContext, folder: string, { received, inFlight }: Losses): void {
  const events = eventsIn(folder);
  const costs = new Map<string, number[]>();
  for (const { data } of events) costs.set(data.requestId, [...(costs.get(data.requestId) ?? []), data.cost]);
  const wrong = received.filter(({ requestId, cost }) => {
    const told = costs.get(requestId) ?? [];
    return told.length !== 1 || told[0] !== cost;
  });
  checks.none(
    'answer without one event of its cost',
    wrong.map(({ requestId }) => requestId),
  );
  checks.atMost('events beyond the answers', inFlight, events.length - received.length);
}
