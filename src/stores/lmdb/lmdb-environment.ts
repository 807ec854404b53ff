import { accessSync, constants, mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { LmdbOptions } from './lmdb-options.ts';

/** One LMDB directory, shared by the stores that keep their tables in it and by every process that opens it. */
export interface LmdbEnvironment {
  readonly folder: string;
  readonly rows: Database<Buffer, string>;
  readonly layouts: Database<Buffer, number>;
  /** Resolves when everything committed so far is on disk. */
  flushed(): Promise<unknown>;
  /** What other processes have committed is seen by reads from here on. */
  refresh(): void;
  close(): Promise<void>;
}

/** Named tables of the environment; LMDB wants their number at opening. */
const TABLES_MAX = 8;

/** @throws Error that says what to do when the folder cannot be made, read or written, or holds something else. */
export async function openLmdbEnvironment(options: LmdbOptions): Promise<LmdbEnvironment> {
  const { folder } = options;
  assertUsable(folder);
  let root: RootDatabase<Buffer, string>;
  try {
    root = open<Buffer, string>({
      path: folder,
      maxDbs: TABLES_MAX,
      encoding: 'binary',
      noSubdir: false,
      ...(options.mapSizeBytes === undefined ? {} : { mapSize: options.mapSizeBytes }),
    });
  } catch (cause) {
    throw new Error(
      `The embedded store in ${folder} cannot be opened (${messageOf(cause)}). ` +
        'If the disk is sound, move the folder away and load it again, or restore it from a copy.',
      { cause },
    );
  }
  const rows = root.openDB<Buffer, string>({ name: 'rows', encoding: 'binary' });
  const layouts = root.openDB<Buffer, number>({ name: 'layouts', encoding: 'binary' });
  return {
    folder,
    rows,
    layouts,
    flushed: async () => root.flushed,
    refresh: () => root.resetReadTxn(),
    close: () => root.close(),
  };
}

function assertUsable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Error(
      `The data folder ${folder} cannot be written (${(cause as NodeJS.ErrnoException).code ?? messageOf(cause)}). ` +
        'Give this user the right to write there, or choose another by --data-folder.',
      { cause },
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
