import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type RepairEntry, repairLines } from '../../../src/stores/tiers/repair-files.ts';
import { RepairLog } from '../../../src/stores/tiers/repair-log.ts';
import { temporaryFolder } from './tiers-here.ts';

const entryOf = (entityKey: string): RepairEntry => ({ namespace: 'n', block: 'b', entityKey, views: [1] });
const LONG_AGO = new Date(Date.now() - 3_600_000);

/** As an ended process of another machine left it. */
function leave(folder: string, name: string, text: string): void {
  const file = path.join(folder, `other.1.${name}.repairs`);
  writeFileSync(file, text);
  utimesSync(file, LONG_AGO, LONG_AGO);
}

async function taken(folder: string) {
  const log = new RepairLog({ folder });
  const { entries, problems } = await log.takeOver();
  await log.close();
  return { keys: entries.map(({ entityKey }) => entityKey).toSorted(), problems: problems.map(String) };
}

describe('a repair log', () => {
  test.each(['removed', 'replaced by a file'] as const)(
    'whose folder is %s takes entries again as soon as it can',
    async (what) => {
      const folder = path.join(temporaryFolder(), 'repairs');
      const log = new RepairLog({ folder });
      await log.append([entryOf('before')]);
      rmSync(folder, { recursive: true });
      if (what === 'removed') await log.append([entryOf('meanwhile')]);
      else {
        writeFileSync(folder, 'not a folder');
        for (let i = 0; i < 2; i += 1) {
          await expect(log.append([entryOf('refused')])).rejects.toThrow(/ENOTDIR|EEXIST/);
        }
        rmSync(folder);
      }
      await log.append([entryOf('after')]);
      await log.close();
      expect((await taken(folder)).keys).toEqual(what === 'removed' ? ['after', 'meanwhile'] : ['after']);
    },
  );

  test('whose disk took half an entry and no more keeps what is acknowledged when there is room again', async () => {
    const folder = path.join(temporaryFolder(), 'repairs');
    const away = `${folder}-away`;
    const log = new RepairLog({ folder });
    await log.append([entryOf('before')]);
    renameSync(folder, away);
    writeFileSync(folder, 'not a folder');
    await expect(log.append([entryOf('half')])).rejects.toThrow(/ENOTDIR|EEXIST/);
    const file = path.join(away, readdirSync(away)[0] as string);
    truncateSync(file, statSync(file).size - 5); // stands for the disk
    rmSync(folder);
    renameSync(away, folder);
    await log.append([entryOf('after')]);
    await log.close();
    expect((await taken(folder)).keys).toEqual(['after', 'before']);
  });

  test('leaves no file open when the disk does not take what is left of it', async () => {
    const folder = path.join(temporaryFolder(), 'repairs');
    const log = new RepairLog({ folder });
    await log.append([entryOf('one'), entryOf('two')]);
    const [name] = readdirSync(folder) as [string];
    mkdirSync(path.join(folder, `${name}.next`)); // stands for a disk that takes nothing
    const openFiles = () => readdirSync('/proc/self/fd').length;
    const before = openFiles();
    for (let i = 0; i < 20; i += 1) await expect(log.replace(() => [entryOf('two')])).rejects.toThrow();
    expect(openFiles()).toBeLessThan(before + 10);
    await log.append([entryOf('three')]);
    await log.close();
    expect((await taken(folder)).keys).toEqual(['one', 'three', 'two']);
  });

  test('is taken over as far as it can be read, and what cannot is told', async () => {
    const folder = path.join(temporaryFolder(), 'repairs');
    mkdirSync(folder);
    const lines = repairLines([entryOf('a'), entryOf('b'), entryOf('c')]);
    leave(folder, 'cut', lines.slice(0, -4));
    leave(folder, 'damaged', lines.replace('"a"', '"x"'));
    leave(folder, 'no-text', '\u0000\uffff\n\n \n');
    const unreadable = path.join(folder, 'other.1.a-folder.repairs');
    mkdirSync(unreadable);
    utimesSync(unreadable, LONG_AGO, LONG_AGO);
    const { keys, problems } = await taken(folder);
    expect(keys).toEqual(['a', 'b', 'b', 'c']);
    expect(problems.toSorted()).toEqual([
      expect.stringMatching(/a-folder.*cannot be read/),
      expect.stringMatching(/damaged.*1 lines of it are damaged/),
      expect.stringMatching(/no-text.*2 lines of it are damaged/),
    ]);
  });
});
