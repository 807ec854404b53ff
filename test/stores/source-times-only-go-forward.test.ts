import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { type LmdbEnvironment, openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import type { OnlineStore } from '../../src/stores/online-store.ts';
import { SourceTimes } from '../../src/stores/source-times.ts';

const TIME_MS = Date.UTC(2026, 0, 1);

describe('the time of a source', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-sources-'));
  let environment: LmdbEnvironment;
  let store: OnlineStore;
  beforeAll(async () => {
    environment = await openLmdbEnvironment({ folder });
    store = createLmdbOnlineStore(environment, { clock: systemClock });
  });
  afterAll(async () => {
    await environment.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is the newest that was acknowledged, whichever came last, for every reader', async () => {
    const heard: [string, string, number][] = [];
    const writer = new SourceTimes(store, (...said) => heard.push(said));
    for (const add of [5, 9, 2]) await writer.record('default', 'flights', TIME_MS + add);
    await Promise.all([7, 3, 8].map((add) => writer.record('default', 'weather', TIME_MS + add)));
    const times = await new SourceTimes(store).readMany('default', ['weather', 'never', 'flights']);
    expect([...times]).toEqual([
      ['weather', TIME_MS + 8],
      ['flights', TIME_MS + 9],
    ]);
    expect(heard).toHaveLength(6);
  });

  test('is of one namespace alone, and names may have any character', async () => {
    const times = new SourceTimes(store);
    for (const [i, source] of ['a:b', 'a}', '\u{1F6EB}', 'a%3Ab'].entries())
      await times.record('x', source, TIME_MS + i);
    expect([...(await times.readMany('x', ['a%3Ab', 'a:b', '\u{1F6EB}', 'a}'])).values()]).toEqual(
      [3, 0, 2, 1].map((add) => TIME_MS + add),
    );
    expect(await times.readMany('y', ['a:b'])).toEqual(new Map());
    expect(await times.readMany('x', [])).toEqual(new Map());
  });

  test('is apart from the newest event of a view of the same name; one push tells both', async () => {
    const heard: [string, string, number][] = [];
    const times = new SourceTimes(store, (...said) => heard.push(said));
    const push = {
      view: 'radar',
      newestEventTimeMs: TIME_MS + 1,
      source: 'radar',
      sourceTimeMs: TIME_MS + 5,
    };
    await times.recordPush('both', push);
    await times.recordPush('both', { ...push, newestEventTimeMs: TIME_MS, sourceTimeMs: null });
    await times.recordPush('both', { ...push, newestEventTimeMs: null, source: null });
    expect([...(await times.readViews('both', ['radar', 'never']))]).toEqual([['radar', TIME_MS + 1]]);
    expect([...(await times.readMany('both', ['radar']))]).toEqual([['radar', TIME_MS + 5]]);
    expect(heard).toEqual([['both', 'radar', TIME_MS + 5]]);
  });

  test('that cannot be read is an error, not "never"', async () => {
    const closed = createLmdbOnlineStore(environment, { clock: systemClock });
    await closed.close();
    const times = new SourceTimes(closed);
    await expect(times.readMany('default', ['flights'])).rejects.toThrow(
      /flights could not be read: UNAVAILABLE/,
    );
    await expect(times.record('default', 'flights', TIME_MS)).rejects.toThrow(/could not be recorded/);
  });
});
