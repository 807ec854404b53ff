import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readlink, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listVersions, readVersion, versionFolder } from '../../gateway/published/published-folder.ts';
import { domainSdl, publishDomain, readCurrent } from './publish-shop.ts';

/** Publishers at the same moment, publishers that are killed: what is current is always a whole version, and the newest. */
const KILLS = 12;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-published-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function assertWhole(): Promise<void> {
  const versions = await listVersions(folder);
  expect(await readlink(path.join(folder, 'current'))).toBe(
    `versions/${String(versions.at(-1)).padStart(6, '0')}`,
  );
  for (const version of versions) {
    const { supergraphSdl, supergraphSha256, subgraphs, sdlOf } = await readVersion(
      versionFolder(folder, version),
    );
    expect(createHash('sha256').update(supergraphSdl).digest('hex')).toBe(supergraphSha256);
    expect([...sdlOf.keys()]).toEqual(subgraphs.map(({ name }) => name));
  }
}

test('eight teams that publish at once lose nothing of each other', async () => {
  const names = Array.from({ length: 8 }, (_, i) => `team${'abcdefgh'[i]}`);
  const published = await Promise.all(names.map((name) => publishDomain(folder, name, 1)));
  expect(published.map((facts) => facts?.version).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect((await readCurrent(folder)).subgraphs.map(({ name }) => name)).toEqual(names);
  await assertWhole();
}, 60_000);

test('what did not change is not published again', async () => {
  expect((await publishDomain(folder, 'shop', 1))?.version).toBe(1);
  expect(await publishDomain(folder, 'shop', 1)).toBeNull();
  expect((await publishDomain(folder, 'shop', 2))?.changed).toEqual(['shop']);
  expect((await readCurrent(folder)).sdlOf.get('shop')).toBe(domainSdl('shop', 2));
});

test('publishers that are killed leave whole versions, and no others', async () => {
  const child = path.join(import.meta.dirname, 'publish-child.ts');
  for (let i = 0; i < KILLS; i += 1) {
    const publisher = spawn(process.execPath, [child, folder, String(i)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(publisher.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, i * 7));
    publisher.kill('SIGKILL');
    await once(publisher, 'close');
    // Whole, even where it was killed between a version and the pointer to it.
    await readCurrent(folder);
  }
  const before = (await listVersions(folder)).length;
  expect(before).toBeGreaterThanOrEqual(KILLS);
  expect((await publishDomain(folder, 'other', 1))?.version).toBe(before + 1);
  await assertWhole();
}, 120_000);

test('what a killed publisher left is taken away an hour later', async () => {
  await publishDomain(folder, 'shop', 1);
  const leftovers = path.join(folder, 'versions/.left');
  await mkdir(leftovers);
  await publishDomain(folder, 'shop', 2);
  expect(await readdir(path.join(folder, 'versions'))).toContain('.left');
  const old = new Date('2020-01-01T00:00:00Z');
  await utimes(leftovers, old, old);
  await publishDomain(folder, 'shop', 3);
  expect(await readdir(path.join(folder, 'versions'))).not.toContain('.left');
});
