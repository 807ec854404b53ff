import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { isStoreFailure } from '../../src/stores/online-store.ts';
import { fullDiskWrite } from './full-disk-rows.ts';

/** In the shell's blocks: 1 to 4 MB, whatever the shell calls a block. */
const FILE_BLOCKS_MAX = 4000;
const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-full-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a disk without room', () => {
  test('fails the write with what to do, keeps what was acknowledged, and lets writes go on when there is room', async () => {
    // A limit on the size of files is the part of a full disk that needs no root: writing ends in an error.
    const script = path.join(import.meta.dirname, 'full-disk-child.ts');
    const limited = `trap '' XFSZ; ulimit -f ${FILE_BLOCKS_MAX}; exec "$0" "$@"`;
    const child = spawnSync('sh', ['-c', limited, process.execPath, script, folder], { encoding: 'utf8' });
    expect(child.status, child.stderr).toBe(0);
    const told = JSON.parse(child.stdout) as Record<string, unknown> & {
      acknowledged: number;
      failures: string[];
    };
    expect(told.acknowledged).toBeGreaterThan(100);
    expect(told).toMatchObject({ intact: told.acknowledged, unhandled: 0, health: { ok: true } });
    expect(told.failures).toHaveLength(5);
    for (const failure of told.failures)
      expect(failure).toMatch(/^20 UNAVAILABLE nothing was written.*disk full.*Make room/);

    const environment = await openLmdbEnvironment({ folder });
    const store = createLmdbOnlineStore(environment, { clock: systemClock });
    const writes = Array.from({ length: told.acknowledged + 200 }, (_, i) => fullDiskWrite(i));
    const slots = await store.writeMany(writes);
    const kept = slots.filter((slot) => !isStoreFailure(slot) && slot.outcome === 'KEPT').length;
    const written = slots.filter((slot) => !isStoreFailure(slot) && slot.outcome === 'WRITTEN').length;
    expect([kept, written]).toEqual([told.acknowledged, 200]);
    await environment.close();
  });
});
