/**
 * Looks at LMDB's data file before LMDB does, because LMDB trusts it: a file of something else, or one that was
 * cut short, ends the process with a signal instead of an error. Reads the two meta pages and nothing more.
 */
import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';

/** NEW: nothing is there yet. SHORT: the file ends before the last page that it speaks of. */
export type DataFileState = 'NEW' | 'WHOLE' | 'SHORT';

interface Meta {
  readonly pageBytes: number;
  readonly lastPage: number;
  readonly transaction: bigint;
  readonly depths: readonly number[];
  readonly roots: readonly bigint[];
}

const FILE_NAME = 'data.mdb';
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
/** Places in a meta page, in bytes from its start: 64-bit, little-endian. */
const MAGIC_START = 24;
const VERSION_START = 28;
const TABLE_STARTS = [48, 96] as const;
const DEPTH_IN_TABLE = 6;
const ROOT_IN_TABLE = 40;
const LAST_PAGE_START = 144;
const TRANSACTION_START = 152;
const META_BYTES = 168;
/** Places in every page, in bytes from its start. */
const PAGE_TRANSACTION_START = 8;
const PAGE_FLAGS_START = 18;
const PAGE_HEAD_BYTES = 24;
const IS_BRANCH = 1;
const IS_LEAF = 2;
const IS_META = 8;
/** The first table's flags are those of the whole file; LMDB reads an encrypted one without having its key. */
const FILE_FLAGS_START = 52;
const IS_ENCRYPTED = 0x2000;
const NO_ROOT = 0xffff_ffff_ffff_ffffn;
const PAGE_BYTES_MIN = 512;
const PAGE_BYTES_MAX = 65_536;
/** LMDB's own bound on the height of a tree. */
const DEPTH_MAX = 32;
/** 16 TiB: a number of pages beyond it is damage. */
const FILE_MAX_BYTES = 2 ** 44;
/** LMDB may leave out free pages at the end of its last transaction; more than this is a file that was cut. */
const MISSING_MAX_BYTES = 2 ** 30;
/** Another process may be writing the meta pages just now. */
const TRIES = 3;
const BETWEEN_TRIES_MS = 20;
const ZEROS = Buffer.alloc(1024 * 1024);

/** @throws {Error} that says what is wrong with the file. */
export function inspectDataFile(folder: string): DataFileState {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return inspectOnce(folder);
    } catch (error) {
      if (attempt === TRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_TRIES_MS);
    }
  }
}

function inspectOnce(folder: string): DataFileState {
  const file = path.join(folder, FILE_NAME);
  if (!existsSync(file)) return 'NEW';
  const descriptor = openSync(file, 'r');
  try {
    if (fstatSync(descriptor).size === 0) return 'NEW';
    const missingBytes = missingBytesOf(descriptor);
    if (missingBytes > MISSING_MAX_BYTES)
      throw new Error(`the last ${missingBytes} bytes of ${FILE_NAME} are missing`);
    return missingBytes > 0 ? 'SHORT' : 'WHOLE';
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes a short file as long as its pages need, with zeros, which LMDB takes for damaged pages and answers with
 * an error. Appending never overwrites what another process writes meanwhile.
 */
export function lengthenDataFile(folder: string): void {
  const file = path.join(folder, FILE_NAME);
  const descriptor = openSync(file, 'r+');
  try {
    let missingBytes = missingBytesOf(descriptor);
    for (; missingBytes > 0; missingBytes -= ZEROS.length) {
      appendFileSync(file, ZEROS.subarray(0, Math.min(missingBytes, ZEROS.length)));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The file's size is asked for last: another process writes its pages first, and then the meta page that needs them. */
function missingBytesOf(descriptor: number): number {
  const metas = readMetas(descriptor);
  const neededBytes = Math.max(...metas.map(({ lastPage, pageBytes }) => (lastPage + 1) * pageBytes));
  return neededBytes - fstatSync(descriptor).size;
}

function readMetas(descriptor: number): [Meta, Meta] {
  // Both by one call, so that they are of one moment.
  const bytes = Buffer.alloc(PAGE_BYTES_MAX + META_BYTES);
  const start = bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
  const first = readMeta(start);
  const second = readMeta(start.subarray(first.pageBytes));
  // Transactions take the pages in turn, so their numbers follow each other. By a damaged number LMDB would take
  // the older page for the newer one, and go back to what stood before the last transaction.
  const apart = first.transaction - second.transaction;
  const isTurn =
    first.transaction % 2n === 0n && (second.transaction % 2n === 1n || second.transaction === 0n);
  if (second.pageBytes !== first.pageBytes || apart > 1n || apart < -1n || !isTurn) {
    throw new Error(`the two meta pages of ${FILE_NAME} do not agree; one is damaged`);
  }
  for (const meta of [first, second]) assertRoots(descriptor, meta);
  return [first, second];
}

/**
 * Each root is where it says it is, and no younger than its meta page: LMDB would follow a wrong one out of the
 * file. Roots of both meta pages stand until the next commit, so a writer at work does not disturb this.
 */
function assertRoots(descriptor: number, { pageBytes, transaction, depths, roots }: Meta): void {
  const head = Buffer.alloc(PAGE_HEAD_BYTES);
  for (const [i, root] of roots.entries()) {
    if (root === NO_ROOT) continue;
    // Of a file that was cut short; that is told elsewhere.
    if (readSync(descriptor, head, 0, PAGE_HEAD_BYTES, Number(root) * pageBytes) < PAGE_HEAD_BYTES) continue;
    const kind = depths[i] === 1 ? IS_LEAF : IS_BRANCH;
    const isRoot =
      head.readBigUInt64LE(0) === root &&
      head.readBigUInt64LE(PAGE_TRANSACTION_START) <= transaction &&
      (head.readUInt16LE(PAGE_FLAGS_START) & (IS_LEAF | IS_BRANCH)) === kind;
    if (!isRoot) throw new Error(`a meta page of ${FILE_NAME} does not fit its tables; one is damaged`);
  }
}

/** @param bytes of the file, from the start of the meta page. */
function readMeta(bytes: Buffer): Meta {
  if (bytes.length < META_BYTES) throw new Error(`${FILE_NAME} ends within its meta pages`);
  if (bytes.readUInt32LE(MAGIC_START) !== MAGIC) throw new Error(`${FILE_NAME} is not a data file of LMDB`);
  const version = bytes.readUInt32LE(VERSION_START) & 0xffff;
  if (version !== DATA_VERSION) {
    throw new Error(`${FILE_NAME} has LMDB's format ${version}; this program reads format ${DATA_VERSION}`);
  }
  const isMeta = (bytes.readUInt16LE(PAGE_FLAGS_START) & IS_META) !== 0;
  if (!isMeta || (bytes.readUInt16LE(FILE_FLAGS_START) & IS_ENCRYPTED) !== 0) {
    throw new Error(`the flags of ${FILE_NAME} are damaged, or it is encrypted`);
  }
  const meta: Meta = {
    pageBytes: bytes.readUInt32LE(TABLE_STARTS[0]),
    lastPage: Number(bytes.readBigUInt64LE(LAST_PAGE_START)),
    transaction: bytes.readBigUInt64LE(TRANSACTION_START),
    depths: TABLE_STARTS.map((at) => bytes.readUInt16LE(at + DEPTH_IN_TABLE)),
    roots: TABLE_STARTS.map((at) => bytes.readBigUInt64LE(at + ROOT_IN_TABLE)),
  };
  assertSane(meta);
  return meta;
}

function assertSane({ pageBytes, lastPage, depths, roots }: Meta): void {
  const isPower = (pageBytes & (pageBytes - 1)) === 0;
  const sane =
    isPower &&
    pageBytes >= PAGE_BYTES_MIN &&
    pageBytes <= PAGE_BYTES_MAX &&
    (lastPage + 1) * pageBytes <= FILE_MAX_BYTES &&
    roots.every((root) => root === NO_ROOT || root <= BigInt(lastPage)) &&
    depths.every((depth, i) => depth <= DEPTH_MAX && (depth === 0) === (roots[i] === NO_ROOT));
  if (!sane) throw new Error(`a meta page of ${FILE_NAME} is damaged`);
}
