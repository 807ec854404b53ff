/** Keeps the logs of a folder: takes over those of ended processes, marks what every sink has, and bounds them all. */
import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '../../core/clock.ts';
import { SilentFiles } from './silent-files.ts';
import { readPosition, removePosition } from './sink-positions.ts';
import {
  isEndedHere,
  listUsageFiles,
  markDone,
  ownPath,
  removeFile,
  takeOver,
  touch,
  type UsageFile,
} from './usage-files.ts';

export interface UsageKeeperOptions {
  readonly folder: string;
  /** Of all logs in the folder; the oldest go first. */
  readonly maxBytes: number;
  /** Names of all sinks that a log must have reached to be done. */
  readonly sinks: readonly string[];
  readonly wallClock: Clock;
  /** Events that went before every sink had them. */
  readonly onLost: (events: number, log: string) => void;
}

export class UsageKeeper {
  readonly #options: UsageKeeperOptions;
  /** Closed logs that this process has, with the sinks that lack something of them. */
  readonly #pending = new Map<string, Set<string>>();
  /** Logs that another process took while this one stood still, and may have marked as done before their last lines. */
  readonly #taken = new Set<string>();
  readonly #silent: SilentFiles;
  readonly #current: () => string | null;

  /** @param current the log that this process is writing. */
  constructor(options: UsageKeeperOptions, current: () => string | null) {
    this.#options = options;
    this.#current = current;
    this.#silent = new SilentFiles(options.wallClock);
  }

  /** Logs that a sink lacks something of, oldest first; the last may be the one that is being written. */
  pendingFor(sink: string): { readonly log: string; readonly path: string; readonly open: boolean }[] {
    const { folder } = this.#options;
    const current = this.#current();
    const closed = [...this.#pending].filter(([, sinks]) => sinks.has(sink)).map(([log]) => log);
    return [
      ...closed.toSorted().map((log) => ({ log, path: ownPath(folder, log), open: false })),
      ...(current === null ? [] : [{ log: current, path: ownPath(folder, current), open: true }]),
    ];
  }

  /** To be told of each log that is written no more. */
  closed(log: string): void {
    this.#pending.set(log, new Set(this.#options.sinks));
    this.#finishWhereDone(log);
  }

  /** To be told when a sink has all of a closed log. */
  reached(log: string, sink: string): void {
    this.#pending.get(log)?.delete(sink);
    this.#finishWhereDone(log);
  }

  /** To be told when a log is not where this process has it. */
  gone(log: string): void {
    if (this.#pending.delete(log)) this.#taken.add(log);
  }

  /** Shows that the owner of what waits to be sent lives. */
  touch(): void {
    const { folder, wallClock } = this.#options;
    const nowMs = wallClock.nowMs();
    for (const log of this.#pending.keys()) if (!touch(ownPath(folder, log), nowMs)) this.gone(log);
  }

  takeOverOrphans(): void {
    const { folder } = this.#options;
    const current = this.#current();
    const held = new Set([...this.#pending.keys(), ...(current === null ? [] : [current])]);
    const files = listUsageFiles(folder);
    const others = files.filter(({ log, owner }) => owner !== null && !held.has(log));
    const silent = new Set(this.#silent.look(others));
    for (const file of files)
      if (silent.has(file) || isEndedHere(file, held) || this.#isDoneToo(file)) this.#take(file);
    // What is not there any more was old enough to be removed.
    const logs = new Set(files.map(({ log }) => log));
    for (const log of this.#taken) if (!logs.has(log)) this.#taken.delete(log);
  }

  /** Removes the oldest logs until all together are within the bound. */
  removeOldest(): void {
    const { folder, maxBytes } = this.#options;
    const files = listUsageFiles(folder).map((file) => ({ ...file, bytes: sizeOf(file.path) }));
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const file of files) {
      if (total <= maxBytes) return;
      // What another process has is its own to remove.
      if (file.owner !== null && !this.#pending.has(file.log)) continue;
      this.#remove(file.log, file.path);
      total -= file.bytes;
    }
  }

  /** A log of this process that another is done with: sent again, whole, for what came to its end since. */
  #isDoneToo({ log, owner }: UsageFile): boolean {
    return owner === null && this.#taken.has(log);
  }

  #take(file: UsageFile): void {
    const { folder, wallClock } = this.#options;
    if (!takeOver(folder, file)) return;
    // At once: others see a file that was not touched for long.
    touch(ownPath(folder, file.log), wallClock.nowMs());
    this.#taken.delete(file.log);
    this.closed(file.log);
  }

  #remove(log: string, path: string): void {
    const { folder, onLost } = this.#options;
    const lacking = [...(this.#pending.get(log) ?? [])];
    if (lacking.length > 0) {
      const from = Math.min(...lacking.map((sink) => readPosition(folder, log, sink)));
      onLost(countLines(path, from), log);
    }
    removeFile(path);
    this.#forget(log);
  }

  #finishWhereDone(log: string): void {
    if (this.#pending.get(log)?.size !== 0) return;
    markDone(this.#options.folder, log);
    this.#forget(log);
  }

  #forget(log: string): void {
    this.#pending.delete(log);
    for (const sink of this.#options.sinks) removePosition(this.#options.folder, log, sink);
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function countLines(file: string, from: number): number {
  return readFileSync(file).subarray(from).toString('latin1').split('\n').length - 1;
}
