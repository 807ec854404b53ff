/** One LMDB directory, shared by the stores that keep their tables in it and by every process that opens it. */
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { inspectDataFile, lengthenDataFile } from './lmdb-data-file.ts';
import { type LmdbOptions, TABLES_MAX } from './lmdb-options.ts';
import { firstDamagedBlock } from './lmdb-verify.ts';

export interface LmdbEnvironment {
  readonly folder: string;
  readonly rows: Database<Buffer, string>;
  readonly layouts: Database<Buffer, number>;
  readonly tenants: Database<Buffer, string>;
  readonly budgets: Database<Buffer, string>;
  /**
   * Runs `change` in a write transaction, alone among all processes; what it does must be synchronous.
   * Resolves when the transaction is on disk.
   * @throws {Error} when it is not: then nothing of it was kept.
   */
  commit(change: () => void): Promise<void>;
  /** What other processes have committed is seen by reads from here on. @throws when closed. */
  refresh(): void;
  close(): Promise<void>;
}

type Root = RootDatabase<Buffer, string>;

/** Stands in the folder since its data file was made. */
const MARKER = 'featuregraph-store.txt';
const MADE = 'Rows of featuregraph in LMDB. Delete it with all files beside it.\n';
const DAMAGED = 'DAMAGED: ';
const TABLES = ['rows', 'layouts', 'tenants', 'budgets'] as const;
/** LMDB tells why a commit failed by a second promise; how long it is waited for. */
const COMMIT_ERROR_WAIT_MS = 1000;
/** What the system says of a disk without room; LMDB says "input/output" when only a part could be written. */
const DISK_TROUBLE = /no space|quota|input\/output|too large|MAP_FULL/i;

/** @throws {Error} that says what to do when the folder cannot be used or holds something else, or damage. */
export async function openLmdbEnvironment(options: LmdbOptions): Promise<LmdbEnvironment> {
  const { folder } = options;
  assertUsable(folder);
  let root: Root | undefined;
  try {
    // Looked for first: another process may be making both just now, the data file before the marker.
    const wasMade = readMarker(folder);
    const state = inspectDataFile(folder);
    if (state === 'NEW' && wasMade !== undefined) {
      // LMDB would take it for a new one, and every entity for one never seen.
      throw new Error(`its data file is gone or empty, and ${MARKER} says that there was one`);
    }
    if (state === 'SHORT') lengthenDataFile(folder);
    root = openRoot(options);
    if (state !== 'NEW') assertOurs(root);
    const rows = root.openDB<Buffer, string>({ name: TABLES[0], encoding: 'binary' });
    const layouts = root.openDB<Buffer, number>({ name: TABLES[1], encoding: 'binary' });
    if (state === 'SHORT') assertNothingMissing(folder, rows);
    if (wasMade === undefined) writeFileSync(path.join(folder, MARKER), MADE);
    const tenants = root.openDB<Buffer, string>({ name: TABLES[2], encoding: 'binary' });
    const budgets = root.openDB<Buffer, string>({ name: TABLES[3], encoding: 'binary' });
    return environmentOf(folder, root, { rows, layouts, tenants, budgets });
  } catch (cause) {
    await root?.close();
    throw new Error(
      `The embedded store in ${folder} cannot be opened: ${messageOf(cause)}. Expected the files that featuregraph ` +
        'wrote there. Choose another folder, or, if these files were damaged, move them away and load the data ' +
        'again or restore the folder from a copy.',
      { cause },
    );
  }
}

function openRoot(options: LmdbOptions): Root {
  return open<Buffer, string>({
    path: options.folder,
    maxDbs: TABLES_MAX,
    encoding: 'binary',
    noSubdir: false,
    // A commit then resolves when it is on disk, and nothing is ever seen that a power cut could take back.
    overlappingSync: false,
    // With it, a failed commit also rejects a promise that nobody holds, which ends the process.
    eventTurnBatching: false,
    ...(options.mapSizeBytes === undefined ? {} : { mapSize: options.mapSizeBytes }),
  });
}

function environmentOf(
  folder: string,
  root: Root,
  tables: Pick<LmdbEnvironment, 'rows' | 'layouts' | 'tenants' | 'budgets'>,
): LmdbEnvironment {
  let closed = false;
  const assertOpen = () => {
    // LMDB itself would end the process.
    if (closed) throw new Error('the embedded store is closed');
  };
  return {
    folder,
    ...tables,
    async commit(change) {
      assertOpen();
      try {
        await root.transaction(change);
      } catch (error) {
        throw await commitError(folder, error);
      }
    },
    refresh() {
      assertOpen();
      root.resetReadTxn();
    },
    async close() {
      if (closed) return;
      closed = true;
      await root.close();
    },
  };
}

function assertUsable(folder: string): void {
  try {
    makeFolder(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    for (const file of ['data.mdb', 'lock.mdb']) assertWritable(path.join(folder, file));
  } catch (cause) {
    throw new Error(
      `The data folder ${folder} cannot be written (${messageOf(cause)}). ` +
        'Give this user the right to write there, or choose another by --data-folder.',
      { cause },
    );
  }
}

/** Level by level: Node's recursive form never returns where a file system answers "no such folder" to making one. */
function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !isThere(at); at = path.dirname(at)) missing.push(at);
  for (const level of missing.reverse()) {
    try {
      mkdirSync(level);
    } catch (error) {
      // Another process may have made it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function isThere(file: string): boolean {
  try {
    accessSync(file, constants.F_OK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function assertWritable(file: string): void {
  if (isThere(file)) accessSync(file, constants.R_OK | constants.W_OK);
}

/** LMDB keeps the names of its tables as keys; another program's file has other ones. */
function assertOurs(root: Root): void {
  const names = [...root.getKeys()];
  if (names.length > 0 && !names.includes(TABLES[0])) throw new Error('it holds the data of another program');
}

/** @throws {Error} when damage was found before: the file is as long as it should be since, and looks whole. */
function readMarker(folder: string): string | undefined {
  const marker = path.join(folder, MARKER);
  const text = isThere(marker) ? readFileSync(marker, 'utf8') : undefined;
  if (text?.startsWith(DAMAGED)) throw new Error(text.slice(DAMAGED.length));
  return text;
}

function assertNothingMissing(folder: string, rows: LmdbEnvironment['rows']): void {
  const damage = firstDamagedBlock(rows);
  if (damage === undefined) return;
  const text = `its data file was cut short, and ${damage}`;
  writeFileSync(path.join(folder, MARKER), `${DAMAGED}${text}`);
  throw new Error(text);
}

async function commitError(folder: string, error: unknown): Promise<Error> {
  let cause = error;
  const later = (error as { commitError?: Promise<never> }).commitError;
  if (later !== undefined) {
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise<unknown>((resolve) => {
      timer = setTimeout(resolve, COMMIT_ERROR_WAIT_MS, error);
    });
    cause = await Promise.race([later.catch((reason: unknown) => reason), waited]);
    clearTimeout(timer);
  }
  const hint = DISK_TROUBLE.test(messageOf(cause))
    ? 'is the disk full or its quota used up? Make room and write again'
    : 'the files may be damaged; stop the program, move the folder away and load the data again';
  return new Error(`nothing was written to ${folder}: ${messageOf(cause)}; ${hint}`, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
