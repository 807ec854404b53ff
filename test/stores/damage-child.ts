/**
 * Reads a store whose file is damaged under it, bit by bit. Arguments: the folder, the rows that are right (a JSON
 * file), the first flip and the number of flips. Prints one line per flip before it is read and one after, so that
 * the parent knows which flip ended the process, if one did.
 */

import { closeSync, openSync, readFileSync, readSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { listRows } from '../../src/stores/block-rows.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { isStoreFailure, type OnlineStore } from '../../src/stores/online-store.ts';
import { KILL_KEYS } from './kill-rows.ts';

export interface Seen {
  right: number;
  /** Told as a failure. */
  failed: number;
  /** Told as not there, though it is. */
  missing: number;
  wrong: number;
}

export async function compareWith(expected: (string | null)[][], store: OnlineStore): Promise<Seen> {
  const seen: Seen = { right: 0, failed: 0, missing: 0, wrong: 0 };
  const slots = await store.readMany(KILL_KEYS);
  for (const [i, slot] of slots.entries()) {
    if (isStoreFailure(slot)) {
      seen.failed += 1;
      continue;
    }
    for (const [j, row] of listRows(slot).entries()) {
      const text = row?.toString('base64') ?? null;
      if (text === (expected[i] as (string | null)[])[j]) seen.right += 1;
      else if (text === null) seen.missing += 1;
      else seen.wrong += 1;
    }
  }
  return seen;
}

/** Spread over the whole file, the same in every run. */
export function flipAt(flip: number, fileBytes: number): { at: number; mask: number } {
  return { at: (flip * 104_729 + ((flip * 7919) % 4096)) % fileBytes, mask: 1 << (flip % 8) };
}

async function main([folder, expectedFile, first, count]: [string, string, number, number]): Promise<void> {
  const expected = JSON.parse(readFileSync(expectedFile, 'utf8')) as (string | null)[][];
  const environment = await openLmdbEnvironment({ folder });
  const store = createLmdbOnlineStore(environment, { clock: systemClock });
  const file = path.join(folder, 'data.mdb');
  const descriptor = openSync(file, 'r+');
  const { size } = statSync(file);
  const byte = Buffer.alloc(1);
  for (let flip = first; flip < first + count; flip += 1) {
    const { at, mask } = flipAt(flip, size);
    readSync(descriptor, byte, 0, 1, at);
    const before = byte[0] as number;
    writeSync(1, `flip ${flip}\n`);
    byte[0] = before ^ mask;
    writeSync(descriptor, byte, 0, 1, at);
    const seen = await compareWith(expected, store);
    byte[0] = before;
    writeSync(descriptor, byte, 0, 1, at);
    writeSync(1, `seen ${JSON.stringify(seen)}\n`);
  }
  closeSync(descriptor);
  process.exit(0);
}

if (process.argv[1] === import.meta.filename) {
  const [folder, expectedFile, first, count] = process.argv.slice(2) as [string, string, string, string];
  await main([folder, expectedFile, Number(first), Number(count)]);
}
