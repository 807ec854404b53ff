/**
 * The files of a folder of usage, by their names: `<log>.<machine>.<pid>.jsonl` is being written, or waits to be
 * forwarded, by that process; `<log>.jsonl` is done. Logs sort by their age. Knows nothing of what is in them.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

export interface UsageFile {
  /** Never changes: events are named after it. */
  readonly log: string;
  /** `<machine>.<pid>`, or `null` where it is done. */
  readonly owner: string | null;
  readonly path: string;
}

const ENDING = '.jsonl';
/** Plain characters only: the parts of a name are told apart by dots. */
const HOST = hostname().replaceAll(/[^A-Za-z0-9-]/g, '_');
/** Within it a process is told by its number. Two machines may have one name, and containers of one their own numbers. */
const MACHINE = `${HOST}-${createHash('sha256').update(kernelAndNumbers()).digest('hex').slice(0, 8)}`;
const OWNER = `${MACHINE}.${process.pid}`;

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

/**
 * @param held logs that this process has itself.
 * @returns whether it is known to be nobody's; of another machine's nothing is known from here.
 */
export function isEndedHere({ log, owner }: UsageFile, held: ReadonlySet<string>): boolean {
  if (owner === null || held.has(log)) return false;
  const [machine, pid] = owner.split('.');
  return machine === MACHINE && (owner === OWNER || !isAlive(Number(pid)));
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

/** Of Linux; elsewhere a machine's name is all that is known of it. */
function kernelAndNumbers(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
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
