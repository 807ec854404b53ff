import { describe, expect, test } from 'vitest';
import { encodeEntityKey } from '../../src/core/entity-key.ts';
import { parseStorageKey, storageKey } from '../../src/stores/storage-key.ts';
import { LONG } from './arbitrary-rows.ts';

const COUNT = LONG ? 1_000_000 : 50_000;
/** What separates, escapes, ends or confuses, and some that look like the escape of another. */
const PIECES = [
  ':',
  '{',
  '}',
  '{}',
  '%',
  '%3A',
  '%7D',
  '%25',
  ',',
  '\u0000',
  '\n',
  'a',
  'b',
  '1',
  '.',
  '\u{1F6EB}',
  'é',
  'e\u0301',
  '\uFFFD',
  ' ',
  '"',
  '\\',
  '..',
  '/',
  '*',
  '$',
  '-',
];
const PARTS_MAX = 3;

/** A small generator of its own: fast-check is too slow for a million, and the seed must be told. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A million take twenty seconds on a machine that has nothing else to do. */
describe('storage keys', { timeout: 300_000 }, () => {
  test(`of ${COUNT} hostile addresses are as many as the addresses, and lead back to them`, () => {
    const next = random(20_260_104);
    const pick = (max: number) => Math.floor(next() * max);
    const text = (min: number) =>
      Array.from({ length: min + pick(4) }, () => PIECES[pick(PIECES.length)] as string).join('');
    const addressOfKey = new Map<string, string>();
    let distinct = 0;
    const addresses = new Set<string>();
    for (let i = 0; i < COUNT; i += 1) {
      const namespace = text(0);
      const block = text(0);
      const parts = Array.from({ length: 1 + pick(PARTS_MAX) }, () => text(1));
      const entityKey = encodeEntityKey(parts);
      if (typeof entityKey !== 'string') throw new Error(entityKey.message);
      const address = JSON.stringify([namespace, block, parts]);
      const key = storageKey({ namespace, block, entityKey });
      if (!addresses.has(address)) distinct += 1;
      addresses.add(address);
      const before = addressOfKey.get(key);
      if (before !== undefined && before !== address)
        throw new Error(`${before} and ${address} are both ${key}`);
      addressOfKey.set(key, address);
      // One hash tag, at the end, with the entity key and nothing else in it; three plain separators.
      if (!/^1:[^:{}\s]*:[^:{}\s]*:\{[!-z|~]*\}$/.test(key)) throw new Error(`${address} escapes: ${key}`);
      if (i % 10 === 0) expect(parseStorageKey(key)).toEqual({ namespace, block, entityKey });
    }
    expect(addressOfKey.size).toBe(distinct);
    expect(distinct).toBeGreaterThan(COUNT * 0.8);
  });

  test('stay readable where the id is plain', () => {
    const entityKey = encodeEntityKey(['LAX', 'SFO']) as string;
    expect(storageKey({ namespace: 'default', block: 'route.Route', entityKey })).toBe(
      '1:default:route.Route:{LAX,SFO}',
    );
  });

  test.each(['a:b', 'a}', '{', 'a b', '\u0000', 'é'])(
    'refuse an entity key that was not encoded: %j',
    (raw) => {
      expect(() => storageKey({ namespace: 'n', block: 'b', entityKey: raw })).toThrow(
        /made by encodeEntityKey/,
      );
    },
  );

  test('refuse half of a surrogate pair, which has no bytes of its own', () => {
    expect(() => storageKey({ namespace: '\uD800', block: 'b', entityKey: 'a' })).toThrow(/surrogate/);
    expect(() => storageKey({ namespace: 'n', block: 'b\uDC00', entityKey: 'a' })).toThrow(/surrogate/);
  });

  test.each(['', '2:n:b:{a}', '1:n:{a}', '1:n:b:{a', '1:n:b:c:{a}', 'x'])(
    'are told from other texts: %j',
    (other) => {
      expect(parseStorageKey(other)).toBeUndefined();
    },
  );
});
