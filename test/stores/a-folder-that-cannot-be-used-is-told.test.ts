import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { open } from 'lmdb';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbLayoutStore } from '../../src/stores/lmdb/lmdb-layout-store.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { rowsOf } from '../contract/contract-rows.ts';
import { SAMPLE_TIME_MS, sampleWrite } from './sample-rows.ts';

const home = mkdtempSync(path.join(tmpdir(), 'featuregraph-folder-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const isRoot = process.getuid?.() === 0;

function folderWith(name: string, dataFile?: Buffer): string {
  const folder = path.join(home, name);
  mkdirSync(folder);
  if (dataFile !== undefined) writeFileSync(path.join(folder, 'data.mdb'), dataFile);
  return folder;
}

describe('opening the embedded store', () => {
  test.each([
    ['text', Buffer.from('not a database\n'.repeat(2000))],
    ['a short file', Buffer.from('x')],
    ['zeros', Buffer.alloc(65_536)],
  ])('tells that %s is not its own, instead of ending the process', async (name, bytes) => {
    const folder = folderWith(name, bytes);
    await expect(openLmdbEnvironment({ folder })).rejects.toThrow(
      /cannot be opened: data\.mdb .*Expected the files that featuregraph wrote there\. Choose another folder/,
    );
  });

  test("refuses another program's LMDB file and leaves it as it is", async () => {
    const folder = folderWith('other');
    const other = open<string, string>({ path: folder, noSubdir: false });
    await other.put('theirs', 'value');
    await other.close();
    await expect(openLmdbEnvironment({ folder })).rejects.toThrow(/the data of another program/);
    const again = open<string, string>({ path: folder, noSubdir: false });
    expect([...again.getKeys()]).toEqual(['theirs']);
    await again.close();
  });

  test.each([
    [
      'a file stands where the folder should be',
      () => path.join(folderWith('file', Buffer.from('x')), 'data.mdb'),
    ],
    ['a file stands above it', () => path.join(folderWith('above', Buffer.from('x')), 'data.mdb', 'deep')],
    // The kernel's own folder can be written by nobody, not even by root.
    ['nobody may write there', () => (isRoot ? '/proc/featuregraph' : readOnlyFolder())],
  ])('tells when %s, and what to do', async (_, folderOf) => {
    await expect(openLmdbEnvironment({ folder: folderOf() })).rejects.toThrow(
      /The data folder .* cannot be written .*choose another by --data-folder/,
    );
  });

  test('makes a folder that is missing, many levels deep', async () => {
    const environment = await openLmdbEnvironment({ folder: path.join(home, 'a', 'b.c', 'd') });
    await environment.close();
    await environment.close();
  });

  test('after closing, stores say that they are closed; nothing ends the process', async () => {
    const folder = path.join(home, 'closed');
    const environment = await openLmdbEnvironment({ folder });
    const store = createLmdbOnlineStore(environment, { clock: systemClock });
    const layouts = createLmdbLayoutStore(environment);
    const write = sampleWrite({
      namespace: 'n',
      block: 'b',
      entityKey: 'e',
      view: 1,
      eventTimeMs: SAMPLE_TIME_MS,
    });
    const last = store.writeMany([write]);
    await environment.close();
    // What was under way is finished first.
    expect(await last).toEqual([{ outcome: 'WRITTEN' }]);
    const unavailable = [expect.objectContaining({ failed: 'UNAVAILABLE' })];
    expect(await store.writeMany([write])).toEqual(unavailable);
    expect(rowsOf(await store.readMany([{ ...write, views: [1] }]))).toEqual(unavailable);
    expect(await store.eraseMany([write])).toEqual(unavailable);
    expect(await store.check()).toMatchObject({ ok: false });
    await expect(layouts.getMany([1])).rejects.toThrow(/closed/);
    const again = await openLmdbEnvironment({ folder });
    const reopened = createLmdbOnlineStore(again, { clock: systemClock });
    expect(rowsOf(await reopened.readMany([{ ...write, views: [1] }]))).toEqual([[write.row]]);
    await again.close();
  });
});

function readOnlyFolder(): string {
  const folder = folderWith('read-only');
  chmodSync(folder, 0o500);
  return folder;
}
