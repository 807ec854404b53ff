import { ENTITY_KEY_MAX_BYTES } from './bounds.ts';

/**
 * The canonical text of an entity key: what every store, log and error calls the entity by.
 *
 * Each part is percent-encoded (upper-case hex of its UTF-8 bytes) save for the plain characters below, and
 * parts are joined with `,`. A plain id stays readable; no part, whatever bytes it has, can reach into its
 * neighbour or out of the key, because `,` `:` `{` `}` `%` and NUL never stand for themselves.
 */
export type EntityKey = string;

export type EntityKeyProblem = {
  readonly code: 'INVALID_KEY' | 'ENTITY_KEY_TOO_LONG';
  readonly message: string;
};

const PLAIN = /^[A-Za-z0-9_.~@+=-]+$/;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
const HEX = Array.from({ length: 256 }, (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`);

/** Encodes one segment of any store key (namespace, block, key part) so that it cannot collide with another. */
export function encodeKeySegment(text: string): string {
  if (PLAIN.test(text)) return text;
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    encoded += isPlainByte(byte) ? String.fromCharCode(byte) : HEX[byte];
  }
  return encoded;
}

/** @throws never; malformed escapes stay as they are, because only our own output is ever decoded. */
export function decodeKeySegment(encoded: string): string {
  if (!encoded.includes('%')) return encoded;
  const bytes: number[] = [];
  for (let i = 0; i < encoded.length; i += 1) {
    if (encoded[i] === '%') {
      bytes.push(Number.parseInt(encoded.slice(i + 1, i + 3), 16));
      i += 2;
    } else {
      bytes.push(encoded.charCodeAt(i));
    }
  }
  return Buffer.from(bytes).toString('utf8');
}

/**
 * @param parts the join keys' values as text, in the order of the entity's `@key`.
 * @returns the key, or why these parts cannot be a key.
 */
export function encodeEntityKey(parts: readonly string[]): EntityKey | EntityKeyProblem {
  let key = '';
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i] as string;
    if (part.length === 0)
      return { code: 'INVALID_KEY', message: 'A join key is empty; expected at least one character.' };
    // Cheap test first: a part this long cannot fit, and must not be encoded to find that out.
    if (part.length > ENTITY_KEY_MAX_BYTES) return tooLong(part.length);
    if (LONE_SURROGATE.test(part)) {
      return {
        code: 'INVALID_KEY',
        message: 'A join key has half of a surrogate pair; expected valid Unicode.',
      };
    }
    key += i === 0 ? encodeKeySegment(part) : `,${encodeKeySegment(part)}`;
  }
  return key.length > ENTITY_KEY_MAX_BYTES ? tooLong(key.length) : key;
}

/** The parts of a key that `encodeEntityKey` made. */
export function decodeEntityKey(key: EntityKey): string[] {
  return key.split(',').map(decodeKeySegment);
}

function tooLong(bytes: number): EntityKeyProblem {
  return {
    code: 'ENTITY_KEY_TOO_LONG',
    message: `The entity key takes at least ${bytes} bytes; at most ${ENTITY_KEY_MAX_BYTES} are allowed.`,
  };
}

function isPlainByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x5f || // _
    byte === 0x2e || // .
    byte === 0x7e || // ~
    byte === 0x40 || // @
    byte === 0x2b || // +
    byte === 0x3d || // =
    byte === 0x2d // -
  );
}
