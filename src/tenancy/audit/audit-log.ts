/** Appends to the audit; begins a file of its own when there is something to tell. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { FeaturegraphError } from '../../core/errors.ts';
import { maskSecrets } from '../../observability/mask-secrets.ts';
import type { AuditEvent } from './audit-event.ts';
import { ChainedFile } from './chained-file.ts';
import { type ChainKey, chainKey } from './line-chain.ts';

export interface AuditLogOptions {
  /** Holds the audit of every program that is given it: each writes a file of its own, named in one index. */
  readonly folder: string;
  readonly pepper: Buffer;
  /** The machine's own. */
  readonly wallClock: Clock;
  /** Of letters, digits and dashes; no other program has it. */
  readonly processId: string;
}

/** Names of the files, in the order of their beginnings, as a chain of its own: so that a missing file shows. */
export const INDEX = 'index.jsonl';
/** A file is followed by another when it has become this large. */
const FILE_MAX_BYTES = 64 * 1024 * 1024;
/** Another program that begins its file holds the index for about a millisecond. */
const LOCK_WAIT_MS = 3000;
/** A lock this old was left behind by a program that was killed. */
const LOCK_STALE_MS = 10_000;

/** Appends to the audit of writes and of rights. Nothing that must be audited may happen when it cannot be. */
export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #key: ChainKey;
  #file: ChainedFile | null = null;
  #path = '';
  #files = 0;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#key = chainKey(options.pepper);
  }

  /**
   * The line survives a kill of the process when this returns.
   * @throws FeaturegraphError AUDIT_UNAVAILABLE: then do nothing that the line tells of.
   */
  record(event: AuditEvent): void {
    try {
      // What somebody wrote where a name belongs may be a key.
      const target = maskSecrets(event.target);
      this.#open().append({ at: new Date(this.#options.wallClock.nowMs()).toISOString(), ...event, target });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw Object.assign(
        new FeaturegraphError(
          'AUDIT_UNAVAILABLE',
          'The audit cannot be written, so nothing is. Retry later; the operator finds the cause in the log.',
        ),
        { cause: new Error(`${this.#options.folder}: ${reason}`) },
      );
    }
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  /** Only now, so that a program that writes nothing leaves no file. */
  #open(): ChainedFile {
    if (this.#file !== null && statSync(this.#path).size < FILE_MAX_BYTES) return this.#file;
    this.close();
    const { folder, processId } = this.#options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#files += 1;
    const name = `${processId}-${this.#files}.jsonl`;
    this.#enter(name);
    this.#path = path.join(folder, name);
    this.#file = new ChainedFile(this.#key, name, this.#path);
    return this.#file;
  }

  #enter(name: string): void {
    const { folder, wallClock } = this.#options;
    withLock(path.join(folder, 'index.lock'), wallClock, () => {
      const index = new ChainedFile(this.#key, INDEX, path.join(folder, INDEX));
      try {
        index.append({ at: new Date(wallClock.nowMs()).toISOString(), file: name });
      } finally {
        index.close();
      }
    });
  }
}

/** A folder is made by one program alone, on every file system. */
function withLock(lock: string, clock: Clock, work: () => void): void {
  const startedMs = clock.monotonicMs();
  while (!tryLock(lock)) {
    if (ageMs(lock, clock) > LOCK_STALE_MS) rmSync(lock, { recursive: true, force: true });
    else if (clock.monotonicMs() - startedMs > LOCK_WAIT_MS)
      throw new Error(`${lock} is held by another program; remove it when there is none`);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  try {
    work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function tryLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function ageMs(lock: string, clock: Clock): number {
  try {
    return clock.nowMs() - statSync(lock).mtimeMs;
  } catch {
    return 0; // given free meanwhile
  }
}
