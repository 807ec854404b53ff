/**
 * The text key of a block in any key-value store: `1:<namespace>:<block>:{<entity key>}`, with each segment
 * encoded so that it can neither collide with another nor reach into one. Readable where the id is plain. The
 * braces are Redis Cluster's hash tag: the blocks of one entity live on one node. The leading number is the
 * version of this encoding.
 */
import { decodeKeySegment, encodeKeySegment } from '../core/entity-key.ts';
import type { BlockKey } from './online-store.ts';

export const STORAGE_KEY_VERSION = 1;

const STORAGE_KEY = /^([0-9]+):([^:{}]*):([^:{}]*):\{([^:{}]*)\}$/;
/** What `encodeEntityKey` makes: plain characters, upper-case escapes, and `,` between parts. By character code. */
const IS_OF_ENTITY_KEY = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9_.~@+=%,-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** @throws {TypeError} when the entity key was not made by `encodeEntityKey`. */
export function storageKey(key: BlockKey): string {
  return storageKeyWithPrefix(storageKeyPrefix(key.namespace, key.block), key.entityKey);
}

/**
 * The part that all keys of one block of one namespace share, so that a batch encodes it once.
 * @throws {TypeError} on half of a surrogate pair: UTF-8 has no bytes for it, so two such names would be one.
 */
export function storageKeyPrefix(namespace: string, block: string): string {
  if (!namespace.isWellFormed() || !block.isWellFormed()) {
    throw new TypeError('Expected namespace and block to be valid Unicode, got half of a surrogate pair.');
  }
  return `${STORAGE_KEY_VERSION}:${encodeKeySegment(namespace)}:${encodeKeySegment(block)}:{`;
}

/** @throws {TypeError} as `storageKey`. */
export function storageKeyWithPrefix(prefix: string, entityKey: string): string {
  assertEntityKey(entityKey);
  return `${prefix}${entityKey}}`;
}

/** @throws {TypeError} when it was not made by `encodeEntityKey`. */
export function assertEntityKey(entityKey: string): void {
  // A loop, because every key that is read comes here: a third of what an expression takes.
  for (let i = 0; i < entityKey.length; i += 1) {
    if (IS_OF_ENTITY_KEY[entityKey.charCodeAt(i)] !== 1) throw notEncoded(entityKey);
  }
}

function notEncoded(entityKey: string): TypeError {
  return new TypeError(
    `Expected an entity key made by encodeEntityKey, got ${JSON.stringify(entityKey.slice(0, 40))}.`,
  );
}

/** The block that a key names; `undefined` for a text that `storageKey` does not make. */
export function parseStorageKey(key: string): BlockKey | undefined {
  const match = STORAGE_KEY.exec(key);
  if (match === null || match[1] !== String(STORAGE_KEY_VERSION)) return undefined;
  const [, , namespace, block, entityKey] = match as unknown as [string, string, string, string, string];
  return { namespace: decodeKeySegment(namespace), block: decodeKeySegment(block), entityKey };
}
