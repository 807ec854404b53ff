/** Writes the floor's answers: fragments of JSON known ahead, and between them values copied from packed rows. */
const ONE_BEFORE = Buffer.from('{"data":{"user":');
const ONE_AFTER = Buffer.from('}}\n');
const MANY_BEFORE = Buffer.from('{"data":{"users":[');
const MANY_AFTER = Buffer.from(']}}\n');
const COMMA = 0x2c;
const CLOSING_BRACE = 0x7d;
/** No JSON text of a double is longer, in bytes. */
const VALUE_MAX_BYTES = 25;

export class AnswerWriter {
  /** `{"a":`, `,"b":` and so on. */
  readonly #fragments: readonly Uint8Array[];
  readonly #entityMaxBytes: number;
  /** Buffers to be used again: a new one for each answer is a sixth of the floor's time, in garbage collection. */
  readonly #free: Buffer[] = [];
  #out: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(names: readonly string[]) {
    this.#fragments = names.map((name, index) =>
      Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`, 'latin1'),
    );
    const fragmentBytes = this.#fragments.reduce((sum, { length }) => sum + length, 0);
    this.#entityMaxBytes = fragmentBytes + names.length * VALUE_MAX_BYTES + 2;
  }

  one(row: Uint8Array | undefined): Buffer {
    this.#out = this.#take(this.#entityMaxBytes + ONE_BEFORE.length + ONE_AFTER.length);
    this.#at = ONE_BEFORE.copy(this.#out);
    this.#entity(row);
    return this.#finish(ONE_AFTER);
  }

  begin(entities: number): void {
    this.#out = this.#take(entities * this.#entityMaxBytes + MANY_BEFORE.length + MANY_AFTER.length);
    this.#at = MANY_BEFORE.copy(this.#out);
  }

  add(row: Uint8Array | undefined): void {
    if (this.#at > MANY_BEFORE.length) {
      this.#out[this.#at] = COMMA;
      this.#at += 1;
    }
    this.#entity(row);
  }

  end(): Buffer {
    return this.#finish(MANY_AFTER);
  }

  /** Whose answer the socket has taken, or who is gone. */
  release(answer: Buffer): void {
    this.#free.push(Buffer.from(answer.buffer, answer.byteOffset));
  }

  /** All are of one size for one kind of request, so the last one mostly fits. */
  #take(bytes: number): Buffer {
    const free = this.#free.pop();
    return free !== undefined && free.length >= bytes ? free : Buffer.allocUnsafeSlow(bytes);
  }

  #finish(after: Buffer): Buffer {
    this.#at += after.copy(this.#out, this.#at);
    return this.#out.subarray(0, this.#at);
  }

  /** Values byte by byte: they are so short that a view on each, for `set`, costs more. */
  #entity(row: Uint8Array | undefined): void {
    if (row === undefined) throw new Error('A user that was never written was asked for.');
    const fragments = this.#fragments;
    const out = this.#out;
    let at = this.#at;
    let valueAt = fragments.length;
    for (let i = 0; i < fragments.length; i += 1) {
      const fragment = fragments[i] as Uint8Array;
      out.set(fragment, at);
      at += fragment.length;
      const valueEnd = valueAt + (row[i] as number);
      while (valueAt < valueEnd) {
        out[at] = row[valueAt] as number;
        at += 1;
        valueAt += 1;
      }
    }
    out[at] = CLOSING_BRACE;
    this.#at = at + 1;
  }
}
