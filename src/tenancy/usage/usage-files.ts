/**
 * The files of a folder of usage, by their names: `<log>.<host>.<pid>.jsonl` is being written, or waits to be
 * forwarded, by that process; `<log>.jsonl` is done. Logs sort by their age. Knows nothing of what is in them.
 */
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

export interface UsageFile {
  /** Never changes: events are named after it. */
  readonly log: string;
  /** `<host>.<pid>`, or `null` where it is done. */
  readonly owner: string | null;
  readonly path: string;
}

const ENDING = '.jsonl';
/** Plain characters only: the parts of a name are told apart by dots. */
const HOST = hostname().replaceAll(/[^A-Za-z0-9-]/g, '_');
const OWNER = `${HOST}.${process.pid}`;
/** An owner touches its files more often than this while it lives. */
export const ORPHAN_AFTER_MS = 60_000;

export function ownPath(folder: string, log: string): string {
  return path.join(folder, `${log}.${OWNER}${ENDING}`);
}

/** Oldest first; none where there is no folder. */
export function listUsageFiles(folder: string): UsageFile[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => {
      const [log, ...owner] = name.slice(0, -ENDING.length).split('.') as [string, ...string[]];
      return { log, owner: owner.length === 0 ? null : owner.join('.'), path: path.join(folder, name) };
    })
    .toSorted((a, b) => (a.log < b.log ? -1 : 1));
}

/** @param held logs that this process has itself. */
export function isOrphan({ log, owner, path }: UsageFile, held: ReadonlySet<string>, nowMs: number): boolean {
  if (owner === null || held.has(log)) return false;
  const [host, pid] = owner.split('.');
  // The first process of a container has the same number each time; what this one has is held.
  if (host === HOST && (owner === OWNER || !isAlive(Number(pid)))) return true;
  const touchedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return touchedMs !== undefined && nowMs - touchedMs > ORPHAN_AFTER_MS;
}

/** @returns whether this process has it now: of several that try one gets it. */
export function takeOver(folder: string, file: UsageFile): boolean {
  return renamed(file.path, ownPath(folder, file.log));
}

export function markDone(folder: string, log: string): void {
  renamed(ownPath(folder, log), path.join(folder, `${log}${ENDING}`));
}

export function removeFile(file: string): void {
  rmSync(file, { force: true });
}

function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks, and sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
