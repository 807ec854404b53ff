/**
 * Large buffers to be written again: to get a new one from the system for each answer, and have it filled with zeros,
 * costs a fiftieth of what an answer of half a megabyte does.
 */

/** What is smaller, Node has ready. */
const LARGE_BYTES = 16_384;
/** Buffers kept at once, and the largest of them. Together at most 16 MiB. */
const KEPT_MAX = 16;
const KEPT_BYTES_MAX = 1_048_576;

export class BufferPool {
  readonly #free: Buffer[] = [];

  /** @returns a buffer of at least so many bytes, with anything in it. */
  take(bytes: number): Buffer {
    if (bytes < LARGE_BYTES) return Buffer.allocUnsafe(bytes);
    const free = this.#free.pop();
    return free !== undefined && free.length >= bytes ? free : Buffer.allocUnsafeSlow(bytes);
  }

  /** @param buffer whole, and read by nobody any more: the next who takes it writes another tenant's answer there. */
  giveBack(buffer: Buffer): void {
    if (buffer.length < LARGE_BYTES || buffer.length > KEPT_BYTES_MAX || this.#free.length >= KEPT_MAX)
      return;
    this.#free.push(buffer);
  }
}
