/** Keeps the logs of a folder: takes over those of ended processes, marks what every sink has, and bounds them all. */
import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '../../core/clock.ts';
import { readPosition, removePosition } from './sink-positions.ts';
import { isOrphan, listUsageFiles, markDone, ownPath, removeFile, takeOver } from './usage-files.ts';

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
  readonly #current: () => string | null;

  /** @param current the log that this process is writing. */
  constructor(options: UsageKeeperOptions, current: () => string | null) {
    this.#options = options;
    this.#current = current;
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

  takeOverOrphans(): void {
    const { folder, wallClock } = this.#options;
    const current = this.#current();
    const held = new Set([...this.#pending.keys(), ...(current === null ? [] : [current])]);
    for (const file of listUsageFiles(folder))
      if (isOrphan(file, held, wallClock.nowMs()) && takeOver(folder, file)) this.closed(file.log);
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
