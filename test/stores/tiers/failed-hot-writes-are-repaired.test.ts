import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { THIS_MACHINE } from '../../../src/stores/file-owner.ts';
import { storageKey } from '../../../src/stores/storage-key.ts';
import { repairLines } from '../../../src/stores/tiers/repair-files.ts';
import { CONTRACT_TIME_MS as T, textsOf, writeOf } from '../../contract/contract-rows.ts';
import { requireRedis, withService } from '../../services/services.ts';
import {
  evict,
  type FaultyTiers,
  hotText,
  newKey,
  openFaultyTiers,
  readText,
  settled,
  VIEW,
  writeText,
} from './open-faulty-tiers.ts';
import { temporaryFolder } from './tiers-here.ts';

const repairsFolder = ({ folder }: FaultyTiers): string => path.join(folder, 'repairs');
const filesOf = (tiers: FaultyTiers): string[] =>
  readdirSync(repairsFolder(tiers)).map((name) => path.join(repairsFolder(tiers), name));
const bytesOf = (tiers: FaultyTiers): number =>
  filesOf(tiers).reduce((sum, file) => sum + statSync(file).size, 0);

await withService(requireRedis, (address) => {
  describe('a write that hot did not take', () => {
    const open: FaultyTiers[] = [];
    const start = async (
      ...args: Parameters<typeof openFaultyTiers> extends [unknown, ...infer Rest] ? Rest : never
    ) => {
      const tiers = await openFaultyTiers(address, ...args);
      open.push(tiers);
      return tiers;
    };
    afterAll(async () => {
      for (const tiers of open) await tiers.close();
    });

    test.each(['TIMEOUT', 'UNAVAILABLE', 'THROW'] as const)(
      'is acknowledged, is read of warm at once, and is in hot after a round of repairs (%s)',
      async (reason) => {
        const tiers = await start();
        const key = newKey();
        await writeText(tiers, key, 'old', T);
        tiers.hot.fail(reason, ['mergeMany']);
        expect(await writeText(tiers, key, 'new', T + 1)).toBe('OK');
        expect(tiers.store.repairsPending).toBe(1);
        // Hot works again and has the old row still: this process knows that.
        tiers.hot.fail(null);
        expect(await readText(tiers, key)).toBe('new');
        await tiers.store.repair();
        expect(tiers.store.repairsPending).toBe(0);
        expect(await hotText(tiers, key)).toBe('new');
        expect(filesOf(tiers)).toEqual([]);
      },
    );

    test('survives the end of the process: the next one repairs it', async () => {
      const first = await start();
      const key = newKey();
      await writeText(first, key, 'old', T);
      first.hot.fail('UNAVAILABLE');
      await writeText(first, key, 'new', T + 1);
      await first.store.close();
      expect(bytesOf(first)).toBeGreaterThan(0);
      const second = await first.another();
      open.push(second);
      expect(second.store.repairsPending).toBe(1);
      expect(await readText(second, key)).toBe('new');
      await second.store.repair();
      expect(await hotText(second, key)).toBe('new');
      expect(filesOf(second)).toEqual([]);
    });

    test('survives a kill: the file of a process that has ended is taken over, its cut last line left out', async () => {
      const folder = temporaryFolder();
      const tiers = await start({}, folder);
      const [key, torn] = [newKey(), newKey()];
      for (const one of [key, torn]) await writeText(tiers, one, 'old', T);
      tiers.hot.fail('UNAVAILABLE');
      await writeText(tiers, key, 'new', T + 1);
      await tiers.store.close();
      const [left] = filesOf(tiers) as [string];
      const lines = readFileSync(left);
      truncateSync(left, 0); // as if it had never been: another process wrote it
      const { pid } = spawnSync(process.execPath, ['-e', '']);
      const ofEnded = path.join(folder, 'repairs', `${THIS_MACHINE}.${pid}.1b4e28ba.repairs`);
      writeFileSync(ofEnded, lines);
      appendFileSync(ofEnded, repairLines([{ ...torn, views: [VIEW] }]).slice(0, -6));
      const next = await tiers.another();
      open.push(next);
      expect(next.store.repairsPending).toBe(1);
      await next.store.repair();
      expect(await hotText(next, key)).toBe('new');
      expect(filesOf(next)).toEqual([]);
    });

    test('of a process that lives, its file is left alone', async () => {
      const folder = temporaryFolder();
      mkdirSync(path.join(folder, 'repairs'));
      const name = THIS_MACHINE.slice(0, -8);
      const living = [
        `${THIS_MACHINE}.${process.ppid}`,
        'another-host.17',
        // A container of the same name, whose process has the same number, and one of before that was told of.
        ...[`${name}00000000.${process.pid}`, `${name.slice(0, -1)}.${process.pid}`],
      ].map((owner) => path.join(folder, 'repairs', `${owner}.1b4e28ba.repairs`));
      for (const file of living) writeFileSync(file, repairLines([{ ...newKey(), views: [VIEW] }]));
      const tiers = await start({}, folder);
      expect(tiers.store.repairsPending).toBe(0);
      await tiers.store.repair();
      expect(filesOf(tiers).sort()).toEqual(living.toSorted());
    });

    test('is not acknowledged when the log is full: it may be written again', async () => {
      const tiers = await start({
        repairLog: { folder: path.join(temporaryFolder(), 'repairs'), maxBytes: 4096 },
      });
      const keys = Array.from({ length: 200 }, newKey);
      tiers.hot.fail('UNAVAILABLE');
      const outcomes: string[] = [];
      for (const key of keys) outcomes.push(await writeText(tiers, key, 'new', T));
      expect(outcomes.slice(0, 10).every((outcome) => outcome === 'OK')).toBe(true);
      expect(outcomes.slice(-50).every((outcome) => outcome === 'UNAVAILABLE')).toBe(true);
      // Again, still full: a key that is in the log needs no more room, another is refused again.
      expect(await writeText(tiers, keys[0] as never, 'newer', T + 1)).toBe('OK');
      expect(await writeText(tiers, keys[199] as never, 'newer', T + 1)).toBe('UNAVAILABLE');
      tiers.hot.fail(null);
      await new Promise((resolve) => setTimeout(resolve, 600)); // the breaker lets one call try
      await tiers.store.repair();
      expect(tiers.store.repairsPending).toBe(0);
      tiers.hot.fail('TIMEOUT', ['mergeMany']);
      expect(await writeText(tiers, newKey(), 'new', T)).toBe('OK');
    });

    test('stays pending while warm cannot be read, and is not taken for repaired when it fails meanwhile', async () => {
      const tiers = await start();
      const key = newKey();
      await writeText(tiers, key, 'one', T);
      tiers.hot.fail('TIMEOUT', ['mergeMany']);
      await writeText(tiers, key, 'two', T + 1);
      tiers.hot.fail(null);
      tiers.warm.fail('TIMEOUT', ['readMany']);
      await tiers.store.repair();
      expect(tiers.store.repairsPending).toBe(1);
      tiers.warm.fail(null);
      const hold = tiers.warm.holdNext('readMany', 'AFTER');
      const round = tiers.store.repair();
      await hold.reached;
      tiers.hot.fail('TIMEOUT', ['mergeMany']);
      await writeText(tiers, key, 'three', T + 2);
      tiers.hot.fail(null);
      hold.release();
      await round;
      expect(tiers.store.repairsPending).toBe(1);
      await tiers.store.repair();
      expect(tiers.store.repairsPending).toBe(0);
      expect(await hotText(tiers, key)).toBe('three');
    });

    test('that timed out in warm and happened is brought to hot, too, though nobody was promised it', async () => {
      const tiers = await start();
      const key = newKey();
      await writeText(tiers, key, 'old', T);
      const other = await tiers.another();
      open.push(other);
      tiers.warm.loseNextAnswer('writeMany');
      expect(await writeText(tiers, key, 'in doubt', T + 1)).toBe('TIMEOUT');
      expect(await readText(tiers, key)).toBe('in doubt');
      await tiers.store.repair();
      expect(await hotText(other, key)).toBe('in doubt');
    });

    test('an erasure that hot did not take is repaired: the block goes, and is not served before', async () => {
      const tiers = await start();
      const key = newKey();
      await writeText(tiers, key, 'private', T);
      tiers.hot.fail('UNAVAILABLE', ['eraseMany']);
      expect(await tiers.store.eraseMany([key])).toEqual([{ outcome: 'ERASED' }]);
      expect(await readText(tiers, key)).toBeUndefined();
      expect(await tiers.redis.exists(storageKey(key))).toBe(1);
      tiers.hot.fail(null);
      await tiers.store.repair();
      expect(await tiers.redis.exists(storageKey(key))).toBe(0);
    });

    test.each(['goes on', 'is started again'] as const)(
      'an erasure that hot did not take takes all with it, though rows were written after it, and the process %s',
      async (what) => {
        const tiers = await start();
        const key = newKey();
        const views = [VIEW, VIEW + 1];
        await tiers.store.writeMany(views.map((view) => writeOf({ ...key, view, text: 'private' })));
        tiers.hot.fail('UNAVAILABLE');
        expect(await writeText(tiers, key, 'before', T + 1)).toBe('OK');
        expect(await tiers.store.eraseMany([key])).toEqual([{ outcome: 'ERASED' }]);
        expect(await writeText(tiers, key, 'after', T + 2)).toBe('OK');
        if (what === 'is started again') await tiers.store.close();
        else tiers.hot.fail(null);
        const next = what === 'goes on' ? tiers : await tiers.another();
        if (next !== tiers) open.push(next);
        await settled(async () => {
          await next.store.repair();
          return next.store.repairsPending === 0;
        });
        expect(textsOf((await next.store.readMany([{ ...key, views }]))[0])).toEqual(['after', undefined]);
      },
    );

    test('does not make an older row stand alone when hot has lost the block meanwhile', async () => {
      const tiers = await start();
      const key = newKey();
      await writeText(tiers, key, 'newest', T + 9);
      tiers.hot.fail('TIMEOUT', ['mergeMany']);
      await writeText(tiers, key, 'late', T + 1);
      tiers.hot.fail(null);
      await evict(tiers, key);
      await tiers.store.repair();
      expect(await readText(tiers, key)).toBe('newest');
    });

    test('and many like it are not all asked of warm again and again while hot is down', async () => {
      const tiers = await start();
      const keys = Array.from({ length: 100 }, newKey);
      tiers.hot.fail('UNAVAILABLE');
      for (const key of keys) await writeText(tiers, key, 'written', T);
      tiers.warm.asked.length = 0;
      await tiers.store.repair();
      const asked = tiers.warm.asked.flatMap((call) => call.keys);
      expect(asked.length).toBeLessThan(keys.length / 4);
      expect(tiers.store.repairsPending).toBe(keys.length);
      tiers.hot.fail(null);
      // Its breaker tries again after half a second.
      await settled(async () => {
        await tiers.store.repair();
        return tiers.store.repairsPending === 0;
      });
    });

    test('many of one block are one entry', async () => {
      const tiers = await start();
      const key = newKey();
      tiers.hot.fail('UNAVAILABLE');
      await writeText(tiers, key, 'first', T);
      const bytes = bytesOf(tiers);
      for (let i = 1; i < 50; i += 1) await writeText(tiers, key, `n${i}`, T + i);
      expect(bytesOf(tiers)).toBe(bytes);
    });
  });
});
