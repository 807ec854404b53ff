import { type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import {
  createRepairFileName,
  type RepairEntry,
  releaseRepairFile,
  removeRepairFile,
  repairLines,
  type TakenOver,
  takeOverRepairFiles,
} from './repair-files.ts';

/**
 * A file of what could not be brought up to date in the hot tier, so that it is after a restart. It keeps which
 * rows, never their content: the truth has that. Each process has a file of its own in the folder.
 */
export interface RepairLogOptions {
  /** Made when something has to be kept. */
  readonly folder: string;
  /** Largest size of the file; beyond it `append` rejects. */
  readonly maxBytes?: number;
}

/** Some half a million entries: an hour of a few hundred distinct keys a second. */
const MAX_BYTES_DEFAULT = 64 * 1024 * 1024;

/** @throws {Error} when the disk does not take all of it; what it took is removed, so that it makes no room scarce. */
async function writeWhole(file: string, lines: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.appendFile(lines);
    await handle.datasync();
  } catch (error) {
    await unlink(file).catch(() => {});
    throw error;
  } finally {
    await handle.close();
  }
}

export class RepairLog {
  readonly #folder: string;
  readonly #file: string;
  readonly #maxBytes: number;
  #handle: FileHandle | null = null;
  #bytes = 0;
  #waiting = '';
  #nextWrite: Promise<void> | null = null;
  /** Everything that changes the file, one after the other; never rejects. */
  #line: Promise<void> = Promise.resolve();

  constructor(options: RepairLogOptions) {
    this.#folder = options.folder;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES_DEFAULT;
    this.#file = createRepairFileName(options.folder);
  }

  /** Whether these entries still fit. */
  hasRoomFor(entries: readonly RepairEntry[]): boolean {
    return this.#bytes + this.#waiting.length + repairLines(entries).length <= this.#maxBytes;
  }

  /**
   * Resolves when the entries would survive the end of the process and of the machine. Entries that come while
   * others are written share the next write.
   * @throws {Error} when they do not fit, or the disk does not take them.
   */
  append(entries: readonly RepairEntry[]): Promise<void> {
    if (!this.hasRoomFor(entries)) {
      return Promise.reject(this.#full());
    }
    this.#waiting += repairLines(entries);
    this.#nextWrite ??= this.#inLine(async () => {
      const lines = this.#waiting;
      this.#waiting = '';
      this.#nextWrite = null;
      await this.#write(lines);
    });
    return this.#nextWrite;
  }

  /** Leaves only what `pending` says when its turn comes. @throws {Error} as `append`; what was there stays then. */
  replace(pending: () => readonly RepairEntry[]): Promise<void> {
    return this.#inLine(async () => {
      const lines = repairLines(pending());
      if (this.#handle === null && lines.length === 0) return;
      if (lines.length > this.#maxBytes) throw this.#full();
      if (lines.length > 0) {
        await writeWhole(`${this.#file}.next`, lines);
        await rename(`${this.#file}.next`, this.#file);
      }
      await this.#handle?.close();
      this.#handle = lines.length > 0 ? await open(this.#file, 'a') : null;
      this.#bytes = lines.length;
      if (lines.length === 0) await removeRepairFile(this.#file);
    });
  }

  /** What processes that have ended left here. */
  takeOver(): Promise<TakenOver> {
    return takeOverRepairFiles(this.#folder);
  }

  /** Tells other processes that this one lives. */
  async touch(): Promise<void> {
    await this.#inLine(async () => {
      await this.#handle?.appendFile('\n');
    }).catch(() => {}); // the next write tells
  }

  /** What is in the file is then anybody's. */
  async close(): Promise<void> {
    await this.#line;
    await this.#handle?.close();
    this.#handle = null;
    releaseRepairFile(this.#file);
  }

  async #write(lines: string): Promise<void> {
    // Half a line may stand in a file that is opened anew, because the disk was full: what follows has a line of its own.
    const text = this.#handle === null ? `\n${lines}` : lines;
    const handle = this.#handle ?? (await this.#open());
    this.#handle = handle;
    try {
      await handle.appendFile(text);
      await handle.datasync();
      this.#bytes += text.length;
    } catch (error) {
      this.#handle = null;
      await handle.close().catch(() => {});
      throw error;
    }
    // After a long pause another process may have taken the file for an ended one's, and read it already.
    if (await this.#isOurs(handle)) return;
    this.#handle = null;
    this.#bytes = 0;
    await handle.close();
    await this.#write(lines);
  }

  async #open(): Promise<FileHandle> {
    await mkdir(this.#folder, { recursive: true });
    return open(this.#file, 'a');
  }

  async #isOurs(handle: FileHandle): Promise<boolean> {
    const there = await stat(this.#file).catch(() => null);
    return there !== null && there.ino === (await handle.stat()).ino;
  }

  #full(): Error {
    return new Error(`the repair log is full: it may have ${this.#maxBytes} bytes`);
  }

  #inLine(step: () => Promise<void>): Promise<void> {
    const done = this.#line.then(step);
    this.#line = done.catch(() => {});
    return done;
  }
}
