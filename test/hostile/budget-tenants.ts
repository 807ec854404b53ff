/** Tenants of the rows about budgets, whose budgets are in a real Redis: what each may spend. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ConfigInput } from '../../src/config.ts';
import type { Administration } from '../../src/tenancy/administration.ts';
import type { TenantBudget } from '../../src/tenancy/budget/tenant-budget.ts';
import type { RedisServer } from '../services/redis.ts';

/** The text of a document of the manifest, which alone is only measured. */
export const MEASURED = 'query Measured($t: [ID!]!) { itemList(ids: $t) { stock } }';
export const MEASURED_ID = 'measured';

/** A tenant whose budget something is planted under. */
export const plantedTenant = (what: string): string => `}{ ${what}`;

export const PLANTED = [
  ...['a string', 'a list', 'a set', 'a sorted set', 'a stream', 'other fields', 'a megabyte', 'NaN'],
  ...['infinity', 'a hexadecimal number', 'a negative sum', 'an older layout', 'half a holder'],
  'more holders than there can be',
] as const;
export type Planted = (typeof PLANTED)[number];

/** Names that would be another's key if they stood in one as they are. */
export const KEY_LIKE = ['{budgets-0}', 'a:{budgets-0}', 'budget:1:a', '*', '%7B', 'h:a|1'];

/** Without the store nothing is let: what is seen is what the store said. */
const STRICT = { whenStoreFails: 'REFUSE' } as const;
/** Enough for all rows, from the first second of a server on. */
const PLENTY: TenantBudget = { ...STRICT, burst: 1_000_000, perSecond: 1_000_000, dailyQuota: 1_000_000_000 };
export const MANY: TenantBudget = { ...STRICT, burst: 50, perSecond: 10 };
export const EDGE: TenantBudget = { ...STRICT, burst: 40, perSecond: 20 };
const FEW: TenantBudget = { ...STRICT, burst: 5, perSecond: 5 };

const BUDGETS: Readonly<Record<string, TenantBudget>> = {
  ...{ many: MANY, edge: EDGE, sized: PLENTY, neighbour: PLENTY },
  measured: { ...FEW, operations: { Measured: { mode: 'MEASURE' } } },
  ...Object.fromEntries(KEY_LIKE.map((name) => [name, FEW])),
  ...Object.fromEntries(PLANTED.map((what) => [plantedTenant(what), PLENTY])),
  'of the group': PLENTY,
};

export function budgetConfig(folder: string, redis: RedisServer): Partial<ConfigInput> {
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ [MEASURED_ID]: MEASURED }));
  return {
    stores: { redis: { kind: 'redis', nodes: [{ host: redis.host, port: redis.port }] } },
    // A machine that has other things to do is no store that fails.
    budgets: { store: 'redis', leaseTimeoutMs: 1000 },
    documents: { manifest: 'manifest.json' },
  };
}

/** @returns keys by tenant; `manyAgain` and `manyElsewhere` are of the tenant `many`, too. */
export async function makeBudgetTenants(administration: Administration): Promise<Record<string, string>> {
  const keys: Record<string, string> = {};
  await administration.createNamespace('elsewhere');
  for (const [tenant, budget] of Object.entries(BUDGETS)) {
    const namespaces = tenant === 'many' ? [tenant, 'elsewhere'] : [];
    await administration.createTenant(tenant, { namespaces, scopes: [], writes: [] });
    await administration.setBudget(tenant, budget);
    keys[tenant] = (await administration.createKey({ tenant })).text;
  }
  keys.manyAgain = (await administration.createKey({ tenant: 'many' })).text;
  keys.manyElsewhere = (await administration.createKey({ tenant: 'many', namespace: 'elsewhere' })).text;
  return keys;
}
