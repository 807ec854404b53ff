import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { listRows } from '../../src/stores/block-rows.ts';
import { type LmdbEnvironment, openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { isStoreFailure, type OnlineStore } from '../../src/stores/online-store.ts';
import { rowsOf } from '../contract/contract-rows.ts';
import { SAMPLE_TIME_MS, type SampleRow, sampleWrite } from './sample-rows.ts';

const ROUNDS = 200;
const KEY = { namespace: 'default', block: 'b.B', entityKey: 'e' };
const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-share-'));

describe('two processes on one folder', () => {
  let child: ChildProcessWithoutNullStreams;
  let lines: AsyncIterator<string>;
  let environment: LmdbEnvironment;
  let store: OnlineStore;

  beforeAll(async () => {
    // Both open a folder that is not there yet, at the same time.
    const fresh = path.join(folder, 'deep', 'store');
    child = spawn(process.execPath, [path.join(import.meta.dirname, 'share-child.ts'), fresh]);
    lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    environment = await openLmdbEnvironment({ folder: fresh });
    store = createLmdbOnlineStore(environment, { clock: systemClock });
    expect((await lines.next()).value).toBe('"open"');
  });
  afterAll(async () => {
    child.stdin.end();
    await once(child, 'close');
    await environment.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask(task: object): Promise<unknown> {
    child.stdin.write(`${JSON.stringify(task)}\n`);
    return JSON.parse((await lines.next()).value as string);
  }
  const at = (view: number, add: number): SampleRow => ({ ...KEY, view, eventTimeMs: SAMPLE_TIME_MS + add });

  test('see at once what the other was told is written', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      // Reading first leaves each with a snapshot that is old by the time it reads again.
      await store.readMany([{ ...KEY, views: [1, 2] }]);
      expect(await ask({ write: [at(1, round)] })).toEqual([{ outcome: 'WRITTEN' }]);
      const [slot] = await store.readMany([{ ...KEY, views: [1] }]);
      expect(slot !== undefined && rowsOf([slot])).toEqual([[sampleWrite(at(1, round)).row]]);
      await store.writeMany([sampleWrite(at(2, round))]);
      expect(await ask({ read: { ...KEY, views: [2] } })).toEqual([
        Buffer.from(sampleWrite(at(2, round)).row).toString('hex'),
      ]);
    }
  });

  test('write the same block at once and lose no row of it', async () => {
    const rounds = Array.from({ length: 50 }, (_, round) => {
      const views = Array.from({ length: 10 }, (__, view) => 100 + view);
      const [theirs, ours] = [0, 1].map((add) => views.map((view) => at(view, 1000 + 2 * round + add)));
      return Promise.all([
        ask({ write: [...(theirs as SampleRow[]), at(200 + round, 0)] }),
        store.writeMany([...(ours as SampleRow[]), at(300 + round, 0)].map(sampleWrite)),
      ]);
    });
    await Promise.all(rounds);
    const views = [...Array(10).keys()].map((i) => 100 + i);
    const singles = [...Array(50).keys()].flatMap((i) => [200 + i, 300 + i]);
    const [slot] = await store.readMany([{ ...KEY, views: [...views, ...singles] }]);
    if (slot === undefined || isStoreFailure(slot)) throw new Error(JSON.stringify(slot));
    expect(listRows(slot).slice(0, 10)).toEqual(
      views.map((view) => sampleWrite(at(view, 1000 + 2 * 49 + 1)).row),
    );
    expect(listRows(slot).slice(10)).toEqual(singles.map((view) => sampleWrite(at(view, 0)).row));
  });
});
