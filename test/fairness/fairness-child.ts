/**
 * A front over the embedded store as a process of its own, with tenants. Its argument is what it is to be, as JSON;
 * it tells its address and the tenants' keys, and on request how its loop has lagged.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApp } from '../../src/app.ts';
import { type ConfigInput, loadConfig } from '../../src/config.ts';
import { systemClock } from '../../src/core/clock.ts';
import { readPepper } from '../../src/pepper.ts';
import { Administration } from '../../src/tenancy/administration.ts';
import type { TenantBudget } from '../../src/tenancy/budget/tenant-budget.ts';
import { openWorkspace } from '../../src/workspace.ts';

/** What the parent gives. */
export interface FairnessOrder {
  readonly tenants: Readonly<Record<string, TenantBudget | null>>;
  readonly config: Partial<ConfigInput>;
}

/** What it says when it listens. */
export interface FairnessListening {
  readonly url: string;
  readonly adminUrl: string;
  /** By tenant. */
  readonly keys: Readonly<Record<string, string>>;
}

/** What it says when asked, of the time since it was asked last. */
export interface LoopSeen {
  /** Longest that a timer was late, whoever had the machine meanwhile. */
  readonly lagMaxMs: number;
  /** Most time of the processor that one round of the loop took. */
  readonly roundMaxMs: number;
  readonly cpuMs: number;
}

const LOOK_MS = 1;
const NAMESPACE = 'shop';

const order = JSON.parse(process.argv[2] as string) as FairnessOrder;
const folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-fairness-'));
const config = await loadConfig({
  cwd: folder,
  env: {},
  flags: {
    schemaFolder: path.resolve(import.meta.dirname, '../faults/schema'),
    ...{ dataFolder: folder, namespace: NAMESPACE, port: 0, adminPort: 0, drainMs: 0 },
    logging: { level: 'silent' },
    budgets: { leaseTimeoutMs: 1000 },
    usage: { folder: path.join(folder, 'usage') },
    ...order.config,
  },
});
const workspace = await openWorkspace(config);
const administration = new Administration({
  store: workspace.tenants,
  pepper: await readPepper(config),
  randomBytes,
  wallClock: systemClock,
});
await administration.createNamespace(NAMESPACE);
const keys: Record<string, string> = {};
for (const [tenant, budget] of Object.entries(order.tenants)) {
  await administration.createTenant(tenant, { namespaces: [NAMESPACE], scopes: [], writes: ['item_facts'] });
  if (budget !== null) await administration.setBudget(tenant, budget);
  keys[tenant] = (await administration.createKey({ tenant })).text;
}
const app = await createApp(workspace);
const { url, adminUrl } = await app.listen();
let [lagMaxMs, roundMaxMs] = [0, 0];
let lookedMs = performance.now();
let [round, whole] = [process.threadCpuUsage(), process.cpuUsage()];
// A timer comes once a round at most: between two of a busy loop there is one round.
setInterval(() => {
  const used = process.threadCpuUsage(round);
  roundMaxMs = Math.max(roundMaxMs, (used.user + used.system) / 1000);
  lagMaxMs = Math.max(lagMaxMs, performance.now() - lookedMs - LOOK_MS);
  lookedMs = performance.now();
  round = process.threadCpuUsage();
}, LOOK_MS);
process.on('message', () => {
  const used = process.cpuUsage(whole);
  process.send?.({ lagMaxMs, roundMaxMs, cpuMs: (used.user + used.system) / 1000 } satisfies LoopSeen);
  whole = process.cpuUsage();
  [lagMaxMs, roundMaxMs] = [0, 0];
});
process.once('disconnect', async () => {
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
});
process.send?.({ url, adminUrl: adminUrl ?? '', keys } satisfies FairnessListening);
