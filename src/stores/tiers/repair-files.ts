/**
 * The files of a repair log's folder: whose they are, whose owner has ended, and what a line in them says. A line
 * has its checksum before it, because the last one may have been cut by a crash.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { isEndedHere, THIS_PROCESS } from '../file-owner.ts';
import type { BlockKey } from '../online-store.ts';

/** A block of which some rows in the hot tier are, or may be, behind the truth. */
export interface RepairEntry extends BlockKey {
  /** None: the block was erased. */
  readonly views: readonly number[];
}

/** An erasure stays one, whatever is written after it: rows of other views may stand in hot. */
export function widened(views: readonly number[], more: readonly number[]): readonly number[] {
  if (views.length === 0 || more.length === 0) return [];
  const added = more.filter((view) => !views.includes(view));
  return added.length === 0 ? views : [...views, ...added];
}

/** Entries of ended processes, now in files that this process has; `forget` removes those. */
export interface TakenOver {
  readonly entries: readonly RepairEntry[];
  /** Of files that could not be read, or not all of them: what they say is not in `entries`. */
  readonly problems: readonly Error[];
  forget(): Promise<void>;
}

const ENDING = '.repairs';
/** A file that nobody has touched for this long has no living owner, on whichever machine that was. */
const ORPHAN_AFTER_MS = 60_000;
/** Files that this process has itself: another log in it must not take them for those of an ended one. */
const held = new Set<string>();
/** Names of files that cannot be taken over, of which was told already. */
const toldOf = new Set<string>();

export function createRepairFileName(folder: string): string {
  const file = path.join(folder, `${THIS_PROCESS}.${randomUUID()}${ENDING}`);
  held.add(file);
  return file;
}

export async function removeRepairFile(file: string): Promise<void> {
  held.delete(file);
  await unlink(file).catch(ignoreMissing);
}

/** Lets another log, of this process or another, have the file. */
export function releaseRepairFile(file: string): void {
  held.delete(file);
}

/** @throws {Error} when the folder cannot be read. */
export async function takeOverRepairFiles(folder: string): Promise<TakenOver> {
  const entries: RepairEntry[] = [];
  const problems: Error[] = [];
  const taken: string[] = [];
  const names = await readdir(folder).catch((error) => {
    ignoreMissing(error);
    return [];
  });
  for (const name of names) {
    if (!name.endsWith(ENDING) || held.has(path.join(folder, name))) continue;
    const mine = await take(folder, name).catch((error: Error) => error);
    if (mine instanceof Error) {
      if (!toldOf.has(name)) problems.push(notRead(`nothing can be taken over yet (${mine.message})`, name));
      toldOf.add(name);
    }
    if (typeof mine !== 'string') continue;
    // One that cannot be read must not take the others with it; nor is it tried again before a restart.
    const text = await readFile(mine, 'utf8').catch((error: Error) => error);
    if (text instanceof Error) {
      problems.push(notRead(`it cannot be read (${text.message})`, name));
      continue;
    }
    taken.push(mine);
    const found = parseRepairLines(text);
    for (const entry of found.entries) entries.push(entry);
    if (found.damaged > 0) problems.push(notRead(`${found.damaged} lines of it are damaged`, name));
  }
  return {
    entries,
    problems,
    forget: async () => {
      for (const file of taken) await removeRepairFile(file);
    },
  };
}

export function repairLines(entries: readonly RepairEntry[]): string {
  let lines = '';
  for (const { namespace, block, entityKey, views } of entries) {
    const text = JSON.stringify([namespace, block, entityKey, views]);
    lines += `${crc32(text).toString(16)} ${text}\n`;
  }
  return lines;
}

/** What is cut or damaged is left out. `damaged` counts its lines, but not a last one that a crash has cut. */
function parseRepairLines(text: string): { readonly entries: RepairEntry[]; readonly damaged: number } {
  const entries: RepairEntry[] = [];
  let damaged = 0;
  const lines = text.split('\n');
  lines.pop();
  for (const line of lines) {
    const space = line.indexOf(' ');
    const json = line.slice(space + 1);
    if (space > 0 && crc32(json).toString(16) === line.slice(0, space)) {
      const [namespace, block, entityKey, views] = JSON.parse(json) as [string, string, string, number[]];
      entries.push({ namespace, block, entityKey, views });
    } else if (line !== '') damaged += 1;
  }
  return { entries, damaged };
}

function notRead(what: string, name: string): Error {
  return new Error(
    `Of ${name} in the repair log ${what}: rows that it named may be behind in the hot tier until their life there ends. To be sure, remove their keys there.`,
  );
}

/** @returns the file's name as this process's own; `null` where its owner lives, or another was quicker. */
async function take(folder: string, name: string): Promise<string | null> {
  if (!(await isOrphan(folder, name))) return null;
  const mine = createRepairFileName(folder);
  try {
    await rename(path.join(folder, name), mine); // of two processes that find it one gets it
    return mine;
  } catch (error) {
    releaseRepairFile(mine);
    ignoreMissing(error);
    return null;
  }
}

async function isOrphan(folder: string, name: string): Promise<boolean> {
  if (isEndedHere(name.split('.', 2).join('.'))) return true;
  const touchedMs = await stat(path.join(folder, name)).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
  return (await fileSystemTimeMs(folder)) - touchedMs > ORPHAN_AFTER_MS;
}

/** The time that files get, which is another machine's where the folder is shared. */
async function fileSystemTimeMs(folder: string): Promise<number> {
  const file = path.join(folder, `${randomUUID()}.now`);
  await writeFile(file, '');
  const { mtimeMs } = await stat(file);
  await unlink(file);
  return mtimeMs;
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
