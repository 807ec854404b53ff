import { closeSync, fdatasync, openSync, readFileSync, writeSync } from 'node:fs';
import { type ChainKey, readLine, sealLine } from './line-chain.ts';

/** One append-only file of chained lines, and beside it the MAC of its last one, so that a cut end shows. */
export class ChainedFile {
  readonly #key: ChainKey;
  readonly #fd: number;
  readonly #headFd: number;
  #before: string;
  #lines: number;
  #syncing = false;
  #unsynced = false;

  /**
   * @param name what its chain begins with. @param file appended to; made when missing.
   * @throws {Error} when it cannot be opened, or its last line is not one of its chain.
   */
  constructor(key: ChainKey, name: string, file: string) {
    this.#key = key;
    this.#fd = openSync(file, 'a+', 0o600);
    this.#headFd = openSync(headOf(file), 'a+', 0o600);
    closeSync(this.#headFd);
    this.#headFd = openSync(headOf(file), 'r+');
    const lines = readFileSync(file, 'utf8').split('\n');
    // A process that was killed while it wrote leaves a part of a line: what follows begins on a new one.
    if (lines.pop() !== '') writeSync(this.#fd, '\n');
    this.#lines = lines.length;
    const last = lines.findLast((line) => readLine(key, line) !== undefined);
    this.#before = last === undefined ? name : (readLine(key, last)?.mac ?? name);
  }

  /**
   * The line is with the system when this returns: a killed process loses none. On the disk within a second.
   * @throws {Error} when it could not be written.
   */
  append(body: Readonly<Record<string, unknown>>): void {
    const line = this.#lines + 1;
    const { text, mac } = sealLine(this.#key, this.#before, { line, ...body });
    writeSync(this.#fd, `${text}\n`);
    this.#lines = line;
    this.#before = mac;
    const head = sealLine(this.#key, 'head', { line, last: mac });
    writeSync(this.#headFd, `${head.text}\n`.padEnd(HEAD_BYTES), 0);
    this.#sync();
  }

  close(): void {
    closeSync(this.#fd);
    closeSync(this.#headFd);
  }

  /** One at a time: lines that come while the disk works are on it with the next. */
  #sync(): void {
    if (this.#syncing) {
      this.#unsynced = true;
      return;
    }
    this.#syncing = true;
    fdatasync(this.#fd, () => {
      this.#syncing = false;
      if (!this.#unsynced) return;
      this.#unsynced = false;
      this.#sync();
    });
  }
}

const HEAD_BYTES = 256;

export function headOf(file: string): string {
  return `${file}.head`;
}
