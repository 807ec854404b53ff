/** Reads every block of the embedded store and verifies every row: for a file that may have been damaged. */
import type { Database } from 'lmdb';
import { parseStorageKey } from '../storage-key.ts';
import { endOfBlock } from './lmdb-values.ts';

/** @returns what is wrong with the first block that is not whole, or `undefined` when all are. Never throws. */
export function firstDamagedBlock(rows: Database<Buffer, string>): string | undefined {
  try {
    for (const { key, value } of rows.getRange()) {
      const at = parseStorageKey(String(key));
      if (at === undefined) return `a key is damaged: ${JSON.stringify(key)}`;
      if (endOfBlock(String(key), at, Buffer.from(value)) < 0) {
        return `the rows of ${at.block} ${at.entityKey} are damaged`;
      }
    }
    return undefined;
  } catch (error) {
    return `its pages are damaged (${error instanceof Error ? error.message : String(error)})`;
  }
}
