/**
 * The files of a folder of usage, by their names: `<log>.<machine>.<pid>.jsonl` is being written, or waits to be
 * forwarded, by that process; `<log>.jsonl` is done. Logs sort by their age. Knows nothing of what is in them.
 */
import { readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { isEndedHere as hasEnded, THIS_PROCESS } from '../../stores/file-owner.ts';

export interface UsageFile {
  /** Never changes: events are named after it. */
  readonly log: string;
  /** `<machine>.<pid>`, or `null` where it is done. */
  readonly owner: string | null;
  readonly path: string;
}

const ENDING = '.jsonl';

export function ownPath(folder: string, log: string): string {
  return path.join(folder, `${log}.${THIS_PROCESS}${ENDING}`);
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

/**
 * @param held logs that this process has itself.
 * @returns whether it is known to be nobody's; of another machine's nothing is known from here.
 */
export function isEndedHere({ log, owner }: UsageFile, held: ReadonlySet<string>): boolean {
  return owner !== null && !held.has(log) && hasEnded(owner);
}

/** Another at each `touch`; `null` where it is gone. */
export function touchedMs(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

/** Shows others that its owner lives. @returns whether it is there: another may have taken it. */
export function touch(file: string, nowMs: number): boolean {
  try {
    utimesSync(file, nowMs / 1000, nowMs / 1000);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
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
