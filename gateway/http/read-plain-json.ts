/**
 * Reads JSON as requests mostly have it, and looks at its structure on the way. V8's own reader keeps texts of up to ten
 * characters in a table of its old heap: keys of entities are as short, a request has hundreds of them, and each is
 * thrown away after it. To make, find and collect them there takes a seventh of what a large request does.
 */

/** What is left to the strict reader: it tells what is wrong, or that nothing is. */
export const NOT_PLAIN = Symbol('not plain');

/** V8 copies a part of a text of up to so many characters; a longer one keeps the whole text for as long as it lives. */
const COPIED_LENGTH = 12;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/**
 * @returns the value, or `NOT_PLAIN` where the text is not JSON, has a key twice in one object or the key `__proto__`,
 * or nests deeper.
 */
export function readPlainJson(text: string, nestingMax: number): unknown {
  const reader = new Reader(text);
  const value = reader.value(nestingMax);
  return value !== NOT_PLAIN && reader.isAtEnd() ? value : NOT_PLAIN;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#next();
    return this.#at === this.#text.length;
  }

  value(nestingMax: number): unknown {
    switch (this.#next()) {
      case QUOTE:
        return this.#string();
      case OPEN_BRACE:
        return nestingMax === 0 ? NOT_PLAIN : this.#object(nestingMax - 1);
      case OPEN_BRACKET:
        return nestingMax === 0 ? NOT_PLAIN : this.#list(nestingMax - 1);
      default:
        return this.#numberOrWord();
    }
  }

  /** Goes on to what is no space. @returns its code, NaN at the end. */
  #next(): number {
    const text = this.#text;
    let code = text.charCodeAt(this.#at);
    while (code <= SPACE && (code === SPACE || code === 10 || code === 13 || code === 9)) {
      this.#at += 1;
      code = text.charCodeAt(this.#at);
    }
    return code;
  }

  #string(): string | typeof NOT_PLAIN {
    const text = this.#text;
    const start = this.#at + 1;
    const end = endOfString(text, start);
    if (end < 0) return NOT_PLAIN;
    this.#at = end + 1;
    if (end - start <= COPIED_LENGTH && isWithoutEscapes(text, start, end)) return text.slice(start, end);
    try {
      return JSON.parse(text.slice(start - 1, end + 1)) as string;
    } catch {
      return NOT_PLAIN;
    }
  }

  #list(nestingMax: number): unknown {
    const list: unknown[] = [];
    this.#at += 1;
    if (this.#next() === CLOSE_BRACKET) {
      this.#at += 1;
      return list;
    }
    for (;;) {
      const value = this.value(nestingMax);
      if (value === NOT_PLAIN) return NOT_PLAIN;
      list.push(value);
      const after = this.#next();
      this.#at += 1;
      if (after === CLOSE_BRACKET) return list;
      if (after !== COMMA) return NOT_PLAIN;
    }
  }

  #object(nestingMax: number): unknown {
    const object: Record<string, unknown> = {};
    this.#at += 1;
    if (this.#next() === CLOSE_BRACE) {
      this.#at += 1;
      return object;
    }
    for (;;) {
      const key = this.#next() === QUOTE ? this.#string() : NOT_PLAIN;
      if (key === NOT_PLAIN || key === '__proto__' || Object.hasOwn(object, key)) return NOT_PLAIN;
      if (this.#next() !== COLON) return NOT_PLAIN;
      this.#at += 1;
      const value = this.value(nestingMax);
      if (value === NOT_PLAIN) return NOT_PLAIN;
      object[key] = value;
      const after = this.#next();
      this.#at += 1;
      if (after === CLOSE_BRACE) return object;
      if (after !== COMMA) return NOT_PLAIN;
    }
  }

  #numberOrWord(): unknown {
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    NUMBER.lastIndex = this.#at;
    const [digits] = NUMBER.exec(this.#text) ?? [];
    if (digits === undefined) return NOT_PLAIN;
    this.#at += digits.length;
    return Number(digits);
  }
}

/** @param start after the first quote. @returns where the last is, negative where none is. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

/** Nor has it what must be one. */
function isWithoutEscapes(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH || code < SPACE) return false;
  }
  return true;
}
