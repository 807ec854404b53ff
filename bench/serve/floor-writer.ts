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
  /** All fragments one after another: `{"a":`, `,"b":` and so on. */
  readonly #fragments: Uint8Array;
  /** Where each fragment ends. */
  readonly #ends: Uint16Array;
  readonly #entityMaxBytes: number;
  #out: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(names: readonly string[]) {
    const fragments = names.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
    let end = 0;
    this.#ends = Uint16Array.from(fragments, (fragment) => {
      end += fragment.length;
      return end;
    });
    this.#fragments = Uint8Array.from(Buffer.from(fragments.join(''), 'latin1'));
    this.#entityMaxBytes = end + names.length * VALUE_MAX_BYTES + 2;
  }

  one(row: Uint8Array | undefined): Buffer {
    this.#out = Buffer.allocUnsafe(this.#entityMaxBytes + ONE_BEFORE.length + ONE_AFTER.length);
    this.#at = ONE_BEFORE.copy(this.#out);
    this.#entity(row);
    return this.#finish(ONE_AFTER);
  }

  begin(entities: number): void {
    this.#out = Buffer.allocUnsafe(entities * this.#entityMaxBytes + MANY_BEFORE.length + MANY_AFTER.length);
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

  #finish(after: Buffer): Buffer {
    this.#at += after.copy(this.#out, this.#at);
    return this.#out.subarray(0, this.#at);
  }

  /** Byte by byte: fragments and values are so short that a call of `copy` for each costs more. */
  #entity(row: Uint8Array | undefined): void {
    if (row === undefined) throw new Error('A user that was never written was asked for.');
    const fragments = this.#fragments;
    const ends = this.#ends;
    const out = this.#out;
    let at = this.#at;
    let fragmentAt = 0;
    let valueAt = ends.length;
    for (let i = 0; i < ends.length; i += 1) {
      const fragmentEnd = ends[i] as number;
      while (fragmentAt < fragmentEnd) {
        out[at] = fragments[fragmentAt] as number;
        at += 1;
        fragmentAt += 1;
      }
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
