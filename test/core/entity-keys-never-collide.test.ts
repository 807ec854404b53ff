import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTITY_KEY_MAX_BYTES } from '../../src/core/bounds.ts';
import { decodeEntityKey, encodeEntityKey } from '../../src/core/entity-key.ts';

const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ',',
        ':',
        '{',
        '}',
        '%',
        '%2C',
        '\0',
        '\r\n',
        '*',
        '?',
        '[',
        ']',
        '../',
        '😀',
        'é',
        'a',
        '1',
        '|',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text.length > 0 && text.isWellFormed());

describe('entity keys', () => {
  it('come back as the parts they were made of, whatever those are', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 4 }), (parts) => {
        const key = encodeEntityKey(parts);
        if (typeof key === 'string') {
          expect(decodeEntityKey(key)).toEqual(parts);
        } else {
          // Three characters a byte at most, and a comma between parts: shorter ones must never be refused.
          expect(key.code).toBe('ENTITY_KEY_TOO_LONG');
          expect(Buffer.byteLength(parts.join(',')) * 3).toBeGreaterThan(ENTITY_KEY_MAX_BYTES);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('have none of the characters that separate the segments of a store key', () => {
    fc.assert(
      fc.property(hostileText, (part) => {
        expect(encodeEntityKey([part])).toMatch(/^[A-Za-z0-9_.~@+=%-]+$/);
      }),
      { numRuns: 5000 },
    );
  });

  it('stay readable when the ids are plain', () => {
    expect(encodeEntityKey(['N14228'])).toBe('N14228');
    expect(encodeEntityKey(['EWR', 'IAH'])).toBe('EWR,IAH');
    expect(encodeEntityKey(['a,b', 'c'])).toBe('a%2Cb,c');
  });

  it('refuse what cannot be a key, and say which way', () => {
    expect(encodeEntityKey([''])).toMatchObject({ code: 'INVALID_KEY' });
    expect(encodeEntityKey(['a', ''])).toMatchObject({ code: 'INVALID_KEY' });
    expect(encodeEntityKey(['\ud800'])).toMatchObject({ code: 'INVALID_KEY' });
    expect(encodeEntityKey(['a'.repeat(ENTITY_KEY_MAX_BYTES)])).toBe('a'.repeat(ENTITY_KEY_MAX_BYTES));
    expect(encodeEntityKey(['a'.repeat(ENTITY_KEY_MAX_BYTES + 1)])).toMatchObject({
      code: 'ENTITY_KEY_TOO_LONG',
    });
    expect(encodeEntityKey(['é'.repeat(100)])).toMatchObject({ code: 'ENTITY_KEY_TOO_LONG' });
    expect(encodeEntityKey(['a'.repeat(300), 'b'.repeat(300)])).toMatchObject({
      code: 'ENTITY_KEY_TOO_LONG',
    });
  });
});
