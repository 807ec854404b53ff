/**
 * An answer's bytes as text, one character each, for patterns: a part at a time. The text of a large answer as a
 * whole would be an object that only a full garbage collection takes away; for 400 KB that costs as much as all else.
 */
import { NOT_PLAIN } from './scan-json.ts';

/** Below what V8 puts among its large objects. */
const WINDOW_BYTES = 122_880;
/** What is longer than this and does not fit in is left to the scan: a window is made anew for less. */
const CUT_BYTES_MAX = 8_192;

export class TextWindow {
  readonly #bytes: Buffer;
  #text = '';
  #start = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** @param pattern sticky. @returns the position after what it takes at `at`; NOT_PLAIN where it takes nothing. */
  match(pattern: RegExp, at: number): number {
    if (at < this.#start || at >= this.#end) this.#moveTo(at);
    const end = this.#match(pattern, at);
    if (end !== NOT_PLAIN || at === this.#start || !this.#mayBeCut(at)) return end;
    this.#moveTo(at);
    return this.#match(pattern, at);
  }

  #match(pattern: RegExp, at: number): number {
    pattern.lastIndex = at - this.#start;
    if (!pattern.test(this.#text)) return NOT_PLAIN;
    const end = this.#start + pattern.lastIndex;
    // What ends with the window may go on behind it.
    return end === this.#end && end < this.#bytes.length ? NOT_PLAIN : end;
  }

  get #end(): number {
    return this.#start + this.#text.length;
  }

  #mayBeCut(at: number): boolean {
    return this.#end < this.#bytes.length && this.#end - at < CUT_BYTES_MAX;
  }

  #moveTo(at: number): void {
    this.#start = at;
    this.#text = this.#bytes.toString('latin1', at, Math.min(at + WINDOW_BYTES, this.#bytes.length));
  }
}
