import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbLayoutStore } from '../../src/stores/lmdb/lmdb-layout-store.ts';
import { layoutStoreContract } from './layout-store-contract.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-contract-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

layoutStoreContract('LMDB', async () => createLmdbLayoutStore(await openLmdbEnvironment({ folder })));
