import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { onlineStoreContract } from './online-store-contract.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-contract-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

onlineStoreContract('LMDB', async () =>
  createLmdbOnlineStore(await openLmdbEnvironment({ folder }), { clock: systemClock }),
);
