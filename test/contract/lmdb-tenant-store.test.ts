import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbTenantStore } from '../../src/stores/lmdb/lmdb-tenant-store.ts';
import { tenantStoreContract } from './tenant-store-contract.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-contract-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

tenantStoreContract('LMDB', async () => createLmdbTenantStore(await openLmdbEnvironment({ folder })));
