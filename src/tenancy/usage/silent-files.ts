/**
 * Which files of other machines nobody touches any more: seen by what changes while this process looks, for whose clock
 * says what does not count.
 */
import type { Clock } from '../../core/clock.ts';
import { touchedMs, type UsageFile } from './usage-files.ts';

/** An owner touches its files more often than this while it lives. */
const SILENT_AFTER_MS = 60_000;

interface Seen {
  readonly touchedMs: number;
  /** By the monotonic clock. */
  readonly sinceMs: number;
}

export class SilentFiles {
  readonly #clock: Clock;
  #seen = new Map<string, Seen>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param files of others, all there are. @returns those that nobody has touched for a while. */
  look(files: readonly UsageFile[]): UsageFile[] {
    const nowMs = this.#clock.monotonicMs();
    const seen = new Map<string, Seen>();
    const silent: UsageFile[] = [];
    for (const file of files) {
      const touched = touchedMs(file.path);
      if (touched === null) continue;
      const before = this.#seen.get(file.path);
      const same = before?.touchedMs === touched ? before : { touchedMs: touched, sinceMs: nowMs };
      seen.set(file.path, same);
      if (nowMs - same.sinceMs > SILENT_AFTER_MS) silent.push(file);
    }
    this.#seen = seen;
    return silent;
  }
}
