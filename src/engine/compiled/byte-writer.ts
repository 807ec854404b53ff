/** Gathers bytes in one buffer that grows: fragments known ahead, and between them slices of what came in. */

/** Copied one by one: for so few bytes a view on them, for `set`, costs more. */
const FEW_BYTES = 24;

export class ByteWriter {
  #out: Buffer;
  #view: DataView | null = null;
  #at = 0;

  /** @param room that is written from its start on; where it does not suffice, another takes its place. */
  constructor(room: Buffer) {
    this.#out = room;
  }

  get length(): number {
    return this.#at;
  }

  /** Takes back everything written after the first `length` bytes. */
  truncate(length: number): void {
    this.#at = length;
  }

  /** The bytes written, until more are. */
  bytes(): Buffer {
    return this.#out.subarray(0, this.#at);
  }

  /** The whole room, for who reads what was written without making a view on it. */
  get room(): Buffer {
    return this.#out;
  }

  /** The room as numbers, for who writes words at positions of it: until it grows. */
  get view(): DataView {
    this.#view ??= new DataView(this.#out.buffer, this.#out.byteOffset, this.#out.length);
    return this.#view;
  }

  /** Makes room for so many more bytes. @returns the position where they begin. */
  reserve(length: number): number {
    if (this.#at + length > this.#out.length) this.#grow(length);
    return this.#at;
  }

  /** @param length of all that is written now, up to what was reserved. */
  advance(length: number): void {
    this.#at = length;
  }

  byte(value: number): void {
    if (this.#at === this.#out.length) this.#grow(1);
    this.#out[this.#at] = value;
    this.#at += 1;
  }

  /** As UTF-8. */
  text(text: string): void {
    // A character of a string takes at most three bytes.
    const most = text.length * 3;
    if (this.#at + most > this.#out.length) this.#grow(most);
    this.#at += this.#out.write(text, this.#at);
  }

  fragment(bytes: Uint8Array): void {
    this.slice(bytes, 0, bytes.length);
  }

  slice(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.#at + length > this.#out.length) this.#grow(length);
    const out = this.#out;
    let at = this.#at;
    this.#at += length;
    if (length > FEW_BYTES) {
      out.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), at);
      return;
    }
    for (let i = start; i < end; i += 1) {
      out[at] = bytes[i] as number;
      at += 1;
    }
  }

  #grow(length: number): void {
    const grown = Buffer.allocUnsafe(Math.max(this.#out.length * 2, this.#at + length));
    grown.set(this.#out.subarray(0, this.#at));
    this.#out = grown;
    this.#view = null;
  }
}
