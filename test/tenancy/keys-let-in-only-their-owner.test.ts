import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createApiKey, hashSecret, parseApiKey, secretMatches } from '../../src/tenancy/api-key.ts';
import { BearerIdentifier } from '../../src/tenancy/bearer-identifier.ts';
import type { Identity } from '../../src/tenancy/identity.ts';
import { KeyRing } from '../../src/tenancy/key-ring.ts';

const demo = {
  tenant: 'demo',
  namespace: 'demo',
  scopes: new Set<string>(),
  writes: new Set<string>(),
  anonymous: false,
};

/** A ring behind the header that is read. */
class Door extends BearerIdentifier {
  readonly #ring: KeyRing;
  constructor(anonymous: Identity | null = null) {
    const ring = new KeyRing(randomBytes);
    super({ keys: [ring], tokens: null, anonymous, randomBytes, wallClock: systemClock });
    this.#ring = ring;
  }
  add(keyText: string, identity: Omit<Identity, 'credential'>): void {
    this.#ring.add(keyText, identity);
  }
}

function ringWithKey() {
  const key = createApiKey(randomBytes);
  const ring = new Door();
  ring.add(key.text, demo);
  return { ring, key };
}

describe('an API key', () => {
  it('lets its owner in', () => {
    const { ring, key } = ringWithKey();
    expect(ring.identify(`Bearer ${key.text}`)).toMatchObject({ ...demo, credential: key.keyId });
    expect(ring.identify(`bearer ${key.text}`)).toMatchObject(demo);
  });

  it('is refused with any one character changed', () => {
    const { ring, key } = ringWithKey();
    for (let i = 0; i < key.text.length; i += 1) {
      const other = key.text[i] === 'a' ? 'b' : 'a';
      const typo = key.text.slice(0, i) + other + key.text.slice(i + 1);
      if (typo === key.text) continue;
      expect(() => ring.identify(`Bearer ${typo}`), `at ${i}`).toThrow(/API key is not valid/);
    }
  });

  it.each([
    ['nothing', undefined],
    ['an empty header', ''],
    ['another scheme', 'Basic abc'],
    ['no token', 'Bearer '],
    ['a long token', `Bearer ${'a'.repeat(100_000)}`],
    ['two tokens', 'Bearer a b'],
  ])('%s is UNAUTHENTICATED', (_name, header) => {
    const { ring } = ringWithKey();
    expect(() => ring.identify(header)).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED', httpStatus: 401 }),
    );
  });

  it('is unknown once another stands under its id, however often it was let in before', () => {
    const { ring, key } = ringWithKey();
    for (let i = 0; i < 3; i += 1)
      expect(ring.identify(`Bearer ${key.text}`)).toMatchObject({ ...demo, credential: key.keyId });
    const sameId = createApiKey((size) => (size === 6 ? Buffer.from(key.keyId, 'hex') : randomBytes(size)));
    const other = { ...demo, tenant: 'other' };
    ring.add(sameId.text, other);
    expect(() => ring.identify(`Bearer ${key.text}`)).toThrow(/not valid/);
    for (let i = 0; i < 3; i += 1) expect(ring.identify(`Bearer ${sameId.text}`)).toMatchObject(other);
  });

  it('of another process is unknown', () => {
    const { ring } = ringWithKey();
    expect(() => ring.identify(`Bearer ${createApiKey(randomBytes).text}`)).toThrow(/not valid/);
  });

  it('is found by its shape, and refused by its checksum without a look-up', () => {
    const key = createApiKey(randomBytes);
    expect(key.text).toMatch(/^fgk_[0-9a-f]{12}_[0-9a-f]{64}_[0-9a-f]{8}$/);
    expect(parseApiKey(key.text)).toEqual({ keyId: key.keyId, secret: key.secret });
    expect(parseApiKey(`${key.text.slice(0, -8)}00000000`)).toBeUndefined();
  });

  it('is kept as a MAC that needs the pepper', () => {
    const key = createApiKey(randomBytes);
    const pepper = randomBytes(32);
    expect(secretMatches(key.secret, hashSecret(key.secret, pepper), pepper)).toBe(true);
    expect(secretMatches(key.secret, hashSecret(key.secret, randomBytes(32)), pepper)).toBe(false);
  });

  it('is not needed where anonymous access is set, but a wrong one is still refused', () => {
    const anonymous: Identity = { ...demo, tenant: 'anonymous', credential: null, anonymous: true };
    const ring = new Door(anonymous);
    expect(ring.identify(undefined)).toBe(anonymous);
    expect(() => ring.identify('Bearer wrong')).toThrow(/not valid/);
  });
});
