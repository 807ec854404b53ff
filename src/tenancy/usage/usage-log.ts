/** Appends an event for each answer, before the answer leaves. */
import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Clock } from '../../core/clock.ts';
import type { RequestSettled } from '../request-settled.ts';
import { usageEvent } from './usage-event.ts';
import { ownPath, touch } from './usage-files.ts';

export interface UsageLogOptions {
  readonly folder: string;
  /** A file is followed by another when it has become this large. */
  readonly fileBytes: number;
  /** Of letters, digits and dashes, and no other process has it; those of later starts sort later. */
  readonly processId: string;
  /** Hash of what a tenant has of its own; `null` where it has nothing. */
  readonly customizationOf: (tenant: string) => string | null;
  /** The machine's own. */
  readonly wallClock: Clock;
  /** Events that could not be written. Their answers leave all the same: a full disk must not stop a model. */
  readonly onLost: (events: number, error: unknown) => void;
  /** A file that is written no more. */
  readonly onClosed: (log: string) => void;
}

interface Waiting {
  readonly settled: RequestSettled;
  readonly done: () => void;
}

interface OpenFile {
  readonly log: string;
  readonly path: string;
  readonly fd: number;
  lines: number;
  bytes: number;
}

const SOURCE = `/featuregraph/${encodeURIComponent(hostname())}`;
const SEQUENCE_DIGITS = 6;
/** A process that stood still for this long looks whether its file was taken for an ended one's. */
const STOOD_STILL_MS = 30_000;

/**
 * Events of one turn of the event loop are one write. Nothing waits for the disk: what is written survives a kill of
 * the process, and not of the machine.
 */
export class UsageLog {
  readonly #options: UsageLogOptions;
  #waiting: Waiting[] = [];
  #file: OpenFile | null = null;
  #files = 0;
  #touchedMs: number;

  constructor(options: UsageLogOptions) {
    this.#options = options;
    this.#touchedMs = options.wallClock.monotonicMs();
  }

  /** The log that is being written, if any. */
  get current(): string | null {
    return this.#file?.log ?? null;
  }

  /** @param done called when the event is written, or cannot be. */
  record(settled: RequestSettled, done: () => void): void {
    this.#waiting.push({ settled, done });
    if (this.#waiting.length === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    try {
      this.#write(waiting);
    } catch (error) {
      // A part of a line may stand at its end; what follows begins a file of its own.
      this.#closeQuietly();
      this.#options.onLost(waiting.length, error);
    }
    for (const { done } of waiting) done();
  }

  /** Shows that its process lives: see `usage-files.ts`. */
  touch(): void {
    this.#touchedMs = this.#options.wallClock.monotonicMs();
    if (this.#file === null) return;
    if (!touch(this.#file.path, this.#options.wallClock.nowMs())) this.#closeQuietly();
  }

  close(): void {
    this.flush();
    this.#close();
  }

  #write(waiting: readonly Waiting[]): void {
    const { wallClock, fileBytes, customizationOf } = this.#options;
    if (wallClock.monotonicMs() - this.#touchedMs > STOOD_STILL_MS) this.touch();
    if (this.#file !== null && this.#file.bytes >= fileBytes) this.#close();
    this.#file ??= this.#open();
    const file = this.#file;
    const time = new Date(wallClock.nowMs()).toISOString();
    let lines = file.lines;
    let text = '';
    for (const { settled } of waiting) {
      lines += 1;
      const customization = customizationOf(settled.tenant);
      const place = { log: file.log, line: lines, source: SOURCE, time, customization };
      text += `${JSON.stringify(usageEvent(settled, place))}\n`;
    }
    file.bytes += writeAll(file.fd, Buffer.from(text));
    file.lines = lines;
  }

  /** Only now, so that a process that answers nobody leaves no file. */
  #open(): OpenFile {
    const { folder, processId } = this.#options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#files += 1;
    const log = `${processId}-${String(this.#files).padStart(SEQUENCE_DIGITS, '0')}`;
    const path = ownPath(folder, log);
    const fd = openSync(path, 'ax', 0o600);
    return { log, path, fd, lines: 0, bytes: fstatSync(fd).size };
  }

  #close(): void {
    const file = this.#file;
    if (file === null) return;
    this.#file = null;
    closeSync(file.fd);
    this.#options.onClosed(file.log);
  }

  #closeQuietly(): void {
    try {
      this.#close();
    } catch {
      // It was lost already, and that was told.
    }
  }
}

function writeAll(fd: number, bytes: Buffer): number {
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written);
  return written;
}
