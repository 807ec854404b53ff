/** Our configuration in the benchmark: as in production, with requests without a credential let in. */
import path from 'node:path';
import { type Config, type ConfigInput, loadConfig } from '../../src/config.ts';
import type { ServeArgument, StoreKind } from './serve-argument.ts';

/** No budget of a tier may be what is measured: a run in which one ends would read another store. */
const BUDGET_MS = 60_000;
const AT_LEAST_A_RUN_MS = 24 * 60 * 60 * 1000;

export function featuregraphConfig({ store, folder, redisPort }: ServeArgument): Promise<Config> {
  return loadConfig({
    cwd: folder,
    env: {},
    flags: {
      schemaFolder: path.join(folder, 'schema'),
      dataFolder: path.join(folder, 'data'),
      port: 0,
      adminPort: 0,
      deadlineMs: 30_000,
      identity: { anonymous: true },
      ...TIERS[store],
      ...(redisPort !== null && {
        stores: {
          redis: {
            kind: 'redis',
            nodes: [{ host: '127.0.0.1', port: redisPort }],
            commandTimeoutMs: BUDGET_MS,
          },
        },
      }),
    },
  });
}

const TIERS: Readonly<Record<StoreKind, Pick<ConfigInput, 'tiers'>>> = {
  lmdb: {},
  memory: { tiers: { default: { warm: 'lmdb', memory: {}, warmBudgetMs: BUDGET_MS } } },
  redis: {
    tiers: {
      default: {
        ...{ warm: 'lmdb', hot: 'redis', hotLifeMs: AT_LEAST_A_RUN_MS, memory: { maxAgeMs: 0 } },
        ...{ hotBudgetMs: BUDGET_MS, warmBudgetMs: BUDGET_MS },
      },
    },
  },
};
