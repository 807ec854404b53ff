import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createLmdbBudgetStore } from '../../src/stores/lmdb/lmdb-budget-store.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { budgetStoreContract } from './budget-store-contract.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-contract-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

budgetStoreContract('LMDB', async () =>
  createLmdbBudgetStore(await openLmdbEnvironment({ folder }), { ...systemClock, commandTimeoutMs: 2000 }),
);
