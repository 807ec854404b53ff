/**
 * Writes the floor's answers: fragments of JSON known ahead, and between them values copied from packed rows. Both are
 * copied eight bytes at a time, as numbers: a third of what byte by byte costs, and a call for each costs more still.
 * What is written beyond an end is written over by what comes next.
 */
const WORD_BYTES = 8;
/** Longest answer to a request, and room to write on. */
const PAGE_BYTES = 2 ** 20;

/** The fragments before the values of one kind of row, as words. */
export interface Fragments {
  readonly words: Float64Array;
  /** Where each fragment's words begin, and at the end where the last one's end. */
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
}

/** @param texts in Latin-1, one per value. */
export function createFragments(texts: readonly string[]): Fragments {
  const words: number[] = [];
  const starts: number[] = [];
  for (const text of texts) {
    starts.push(words.length);
    const padded = Buffer.alloc(Math.ceil(text.length / WORD_BYTES) * WORD_BYTES);
    padded.write(text, 'latin1');
    for (let at = 0; at < padded.length; at += WORD_BYTES) words.push(padded.readDoubleLE(at));
  }
  starts.push(words.length);
  return {
    words: Float64Array.from(words),
    starts: Int32Array.from(starts),
    lengths: Int32Array.from(texts, (text) => text.length),
  };
}

/** What one answer is written into. */
export interface Page {
  readonly bytes: Buffer;
  readonly view: DataView;
}

export class FloorWriter {
  /** Pages to be used again: a new one for each answer is a sixth of the floor's time, in garbage collection. */
  readonly #free: Page[] = [];
  #page = createPage();
  /** Rows of one answer mostly stand in one buffer of the store's client. */
  #rows = this.#page.view;
  at = 0;

  begin(text: string): void {
    this.at = 0;
    this.text(text);
  }

  text(text: string): void {
    this.at += this.#page.bytes.write(text, this.at, 'latin1');
  }

  byte(byte: number): void {
    this.#page.bytes[this.at] = byte;
    this.at += 1;
  }

  /** The answer as a text, which Node sends together with the head: for small ones. */
  takeText(): string {
    return this.#page.bytes.toString('latin1', 0, this.at);
  }

  /** The answer's page, to be released when the socket has taken it; another begins. */
  takePage(): Page {
    const page = this.#page;
    this.#page = this.#free.pop() ?? createPage();
    return page;
  }

  release(page: Page): void {
    this.#free.push(page);
  }

  /** Fragment, value, fragment, value …; a row may have values beyond the fragments'. */
  values(row: Buffer, { words, starts, lengths }: Fragments, valueCount: number): void {
    if (row.buffer !== this.#rows.buffer) this.#rows = new DataView(row.buffer);
    const rows = this.#rows;
    const { view } = this.#page;
    const rowAt = row.byteOffset;
    let at = this.at;
    let valueAt = rowAt + valueCount;
    let word = 0;
    for (let i = 0; i < lengths.length; i += 1) {
      const wordsEnd = starts[i + 1] as number;
      for (let to = at; word < wordsEnd; to += WORD_BYTES) {
        view.setFloat64(to, words[word] as number, true);
        word += 1;
      }
      at += lengths[i] as number;
      const length = rows.getUint8(rowAt + i);
      view.setFloat64(at, rows.getFloat64(valueAt, true), true);
      for (let more = WORD_BYTES; more < length; more += WORD_BYTES)
        view.setFloat64(at + more, rows.getFloat64(valueAt + more, true), true);
      at += length;
      valueAt += length;
    }
    this.at = at;
  }
}

function createPage(): Page {
  const bytes = Buffer.allocUnsafeSlow(PAGE_BYTES);
  return { bytes, view: new DataView(bytes.buffer) };
}
