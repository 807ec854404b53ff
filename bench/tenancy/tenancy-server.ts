/**
 * The contestants, all in one process, so that they run the same compiled code: our server over the embedded store,
 * with none, some and all of what knowing tenants adds. Tells where each listens, then its CPU time when asked.
 */

import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createApp } from '../../src/app.ts';
import { collectAsServer } from '../../src/cli/garbage-collection.ts';
import { type ConfigInput, loadConfig } from '../../src/config.ts';
import { openWorkspace } from '../../src/workspace.ts';
import { givenArgument, JSON_HEADERS, type Target } from '../form/contestant.ts';
import { STEPS, type Step, type TenancyArgument } from './tenancy-argument.ts';

/** No timeout may be what is measured. */
collectAsServer();

const PATIENT_MS = 60_000;
/** More than the load asks for; a lease of it lasts for some hundred milliseconds, as in production. */
const BUDGET = { burst: 400_000, perSecond: 400_000 };

const argument = givenArgument<TenancyArgument>();
const targets: Target[] = [];
for (const step of STEPS) targets.push(await startStep(step));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.send?.(targets);

async function startStep(step: Step): Promise<Target> {
  const config = await loadConfig({ cwd: argument.folder, env: {}, flags: flagsOf(step, argument) });
  const app = await createApp(await openWorkspace(config));
  const { url, apiKey } = await app.listen();
  const headers = apiKey === null ? JSON_HEADERS : { ...JSON_HEADERS, authorization: `Bearer ${apiKey}` };
  const target = { origin: url, path: '/graphql', headers };
  await fillBudget(target);
  return target;
}

/** A Redis that is new has nothing to give until the rate has brought it. */
async function fillBudget({ origin, path: at, headers }: Target): Promise<void> {
  const body = JSON.stringify({ query: '{ __typename }' });
  for (let answer = 0; answer !== 200; await setTimeout(100)) {
    answer = (await fetch(origin + at, { method: 'POST', headers, body })).status;
  }
  await setTimeout(1000);
}

function flagsOf(step: Step, { folder, usageFolder, redisPort }: TenancyArgument): Partial<ConfigInput> {
  const has = (least: Step): boolean => STEPS.indexOf(step) >= STEPS.indexOf(least);
  return {
    schemaFolder: path.join(folder, 'schema'),
    dataFolder: path.join(folder, 'data'),
    ...{ port: 0, adminPort: 0, deadlineMs: 30_000 },
    // A busy machine is not what is measured either.
    overload: { burstWait: 1, standingWait: 1 },
    tiers: { default: { warm: 'lmdb', warmBudgetMs: PATIENT_MS } },
    identity: has('identity') ? { startKey: true } : { anonymous: true },
    ...(has('identity, budget') && {
      stores: { redis: { kind: 'redis', nodes: [{ host: '127.0.0.1', port: redisPort }] } },
      budgets: { store: 'redis', leaseTimeoutMs: 1000, default: BUDGET },
    }),
    ...(has('identity, budget, metering') && { usage: { folder: usageFolder } }),
  };
}
