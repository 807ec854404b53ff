import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import { type LmdbEnvironment, openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbTenantStore } from '../../src/stores/lmdb/lmdb-tenant-store.ts';
import type { TenantStore } from '../../src/stores/tenant-store.ts';
import { Administration, type Grants } from '../../src/tenancy/administration.ts';
import { parseApiKey } from '../../src/tenancy/api-key.ts';
import { BearerIdentifier } from '../../src/tenancy/bearer-identifier.ts';
import { STALE_MAX_MS, TenantDirectory } from '../../src/tenancy/tenant-directory.ts';

class SetClock implements Clock {
  now = Date.UTC(2026, 0, 1);
  nowMs = () => this.now;
  monotonicMs = () => this.now;
}

const NONE: Grants = { namespaces: [], scopes: [], writes: [] };
const pepper = randomBytes(32);
let folder: string;
let environment: LmdbEnvironment;
let store: TenantStore;
let clock: SetClock;
let administration: Administration;
let directory: TenantDirectory;
let door: BearerIdentifier;
let errors: unknown[];
let damaged: (readonly string[])[];
/** What a server sees of the store: it may fail or hang. */
let trouble: null | 'FAILS';

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-tenants-'));
  environment = await openLmdbEnvironment({ folder });
  store = createLmdbTenantStore(environment);
  clock = new SetClock();
  [errors, damaged, trouble] = [[], [], null];
  administration = new Administration({ store, pepper, randomBytes, wallClock: clock });
  directory = directoryWith(pepper);
  door = doorTo(directory);
  await directory.refresh();
});
afterEach(async () => {
  directory.stop();
  await environment.close();
  rmSync(folder, { recursive: true });
});

function directoryWith(itsPepper: Buffer): TenantDirectory {
  const failing = async <T>(work: () => Promise<T>): Promise<T> => {
    if (trouble === 'FAILS') throw new Error('the store is down');
    return work();
  };
  return new TenantDirectory({
    store: { revision: () => failing(() => store.revision()), load: () => failing(() => store.load()) },
    pepper: itsPepper,
    clock,
    onError: (error) => errors.push(error),
    onDamaged: (names) => damaged.push(names),
  });
}

const doorTo = (keys: TenantDirectory) =>
  new BearerIdentifier({ keys: [keys], tokens: null, anonymous: null, randomBytes, wallClock: clock });

async function tenantWithKey(name: string, grants = NONE, key = {}) {
  await administration.createTenant(name, grants);
  const made = await administration.createKey({ tenant: name, ...key });
  await directory.refresh();
  return made;
}

describe('a key of the store of tenants', () => {
  it('is let in, as its tenant, into its namespace alone', async () => {
    const { text, record } = await tenantWithKey('acme', { ...NONE, scopes: ['pii'], writes: ['a', 'b'] });
    expect(door.identify(`Bearer ${text}`)).toEqual({
      tenant: 'acme',
      namespace: 'acme',
      scopes: new Set(['pii']),
      writes: new Set(['a', 'b']),
      credential: record.id,
      anonymous: false,
    });
  });

  it('has what its tenant has, or only the part of it that it was made with', async () => {
    await tenantWithKey('acme', { ...NONE, scopes: ['pii', 'x'], writes: ['*'] });
    const narrow = await administration.createKey({ tenant: 'acme', scopes: ['x'], writes: ['weather'] });
    await directory.refresh();
    expect(door.identify(`Bearer ${narrow.text}`)).toMatchObject({
      scopes: new Set(['x']),
      writes: new Set(['weather']),
    });
    await administration.withdraw('acme', { ...NONE, scopes: ['x'] });
    await directory.refresh();
    expect(door.identify(`Bearer ${narrow.text}`)).toMatchObject({ scopes: new Set() });
  });

  it('is refused when it is revoked, however often it was let in, and when it has expired', async () => {
    const { text, record } = await tenantWithKey('acme');
    for (let i = 0; i < 3; i += 1) expect(door.identify(`Bearer ${text}`)).toMatchObject({ tenant: 'acme' });
    await administration.revokeKey(record.id);
    await directory.refresh();
    expect(() => door.identify(`Bearer ${text}`)).toThrow(/not valid/);
    const short = await administration.createKey({ tenant: 'acme', lifeMs: 60_000 });
    await directory.refresh();
    expect(door.identify(`Bearer ${short.text}`)).toMatchObject({ tenant: 'acme' });
    clock.now += 60_000;
    await directory.refresh();
    expect(() => door.identify(`Bearer ${short.text}`)).toThrow(/not valid/);
  });

  it('is refused when its tenant loses the namespace', async () => {
    await administration.createNamespace('bank');
    const { text } = await tenantWithKey(
      'fraud',
      { ...NONE, namespaces: ['own', 'bank'] },
      { namespace: 'bank' },
    );
    expect(door.identify(`Bearer ${text}`)).toMatchObject({ namespace: 'bank' });
    await administration.withdraw('fraud', { ...NONE, namespaces: ['bank'] });
    await directory.refresh();
    expect(() => door.identify(`Bearer ${text}`)).toThrow(/not valid/);
  });

  it('is kept as a MAC, and its secret nowhere', async () => {
    const { text } = await tenantWithKey('acme');
    const secret = parseApiKey(text)?.secret as string;
    expect(secret).toHaveLength(64);
    const { records } = await store.load();
    for (const record of records.values()) expect(record).not.toContain(secret);
  });

  it('made with another pepper is refused, and the operator is told why', async () => {
    const { text } = await tenantWithKey('acme');
    const other = randomBytes(32);
    const elsewhere = directoryWith(other);
    await elsewhere.refresh();
    expect(() => doorTo(elsewhere).identify(`Bearer ${text}`)).toThrow(/not valid/);
    expect(String(errors[0])).toMatch(/another pepper.*identity\.pepperFile/);
    const there = new Administration({ store, pepper: other, randomBytes, wallClock: clock });
    await expect(there.createKey({ tenant: 'acme' })).rejects.toThrow(/another pepper/);
  });
});

describe('when the store of tenants cannot tell', () => {
  it('the last good state lets in who was known, refuses who was not, and ends after its time', async () => {
    const { text } = await tenantWithKey('acme');
    trouble = 'FAILS';
    const later = await administration.createKey({ tenant: 'acme' });
    clock.now += STALE_MAX_MS;
    await directory.refresh();
    expect(errors).toHaveLength(1);
    expect(door.identify(`Bearer ${text}`)).toMatchObject({ tenant: 'acme' });
    expect(() => door.identify(`Bearer ${later.text}`)).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED' }),
    );
    clock.now += 1;
    for (const one of [text, later.text])
      expect(() => door.identify(`Bearer ${one}`)).toThrow(
        expect.objectContaining({ code: 'IDENTITY_UNAVAILABLE', httpStatus: 503 }),
      );
    trouble = null;
    await directory.refresh();
    for (const one of [text, later.text])
      expect(door.identify(`Bearer ${one}`)).toMatchObject({ tenant: 'acme' });
  });

  it('a process that never knew anything lets nobody in', async () => {
    const { text } = await tenantWithKey('acme');
    trouble = 'FAILS';
    const cold = directoryWith(pepper);
    await cold.refresh();
    expect(() => doorTo(cold).identify(`Bearer ${text}`)).toThrow(
      expect.objectContaining({ code: 'IDENTITY_UNAVAILABLE' }),
    );
  });

  it('a record that cannot be read costs its own tenant alone, and is told', async () => {
    const { text } = await tenantWithKey('acme');
    const hurt = await tenantWithKey('hurt');
    for (const broken of ['{', '[]', 'null', '{"name":"other"}', '{"name":"hurt","namespaces":[]}']) {
      await store.change(await store.revision(), new Map([['tenant/hurt', broken]]));
      await directory.refresh();
      expect(() => door.identify(`Bearer ${hurt.text}`)).toThrow(/not valid/);
      expect(door.identify(`Bearer ${text}`)).toMatchObject({ tenant: 'acme' });
      expect(damaged.pop()).toEqual(['tenant/hurt']);
    }
  });
});

describe('administration', () => {
  it.each([
    ['a tenant twice', () => administration.createTenant('acme', NONE), /already/],
    ['no name', () => administration.createTenant('', NONE), /1 to 128 bytes/],
    ['a name with a line break', () => administration.createTenant('a\nb', NONE), /control characters/],
    [
      'a namespace that is not there',
      () => administration.grant('acme', { ...NONE, namespaces: ['nope'] }),
      /no namespace nope/,
    ],
    ['a tenant that is not there', () => administration.grant('nobody', NONE), /no tenant nobody/],
    [
      'a key with more than its tenant has',
      () => administration.createKey({ tenant: 'acme', writes: ['x'] }),
      /no write grant x/,
    ],
    [
      'a key for another namespace',
      () => administration.createKey({ tenant: 'acme', namespace: 'x' }),
      /no grant for the namespace/,
    ],
    ['a key that is not there', () => administration.revokeKey('abc'), /no key abc/],
    [
      'the last namespace',
      () => administration.withdraw('acme', { ...NONE, namespaces: ['acme'] }),
      /keep one namespace/,
    ],
    [
      'more grants than are kept',
      () => administration.grant('acme', { ...NONE, scopes: Array.from({ length: 201 }, (_, i) => `s${i}`) }),
      /at most 200/,
    ],
  ])('refuses %s and changes nothing', async (_name, work, message) => {
    await administration.createTenant('acme', NONE);
    const before = await store.load();
    await expect(work()).rejects.toThrow(message);
    expect(await store.load()).toEqual(before);
  });

  it('keeps names of odd characters apart: they are data', async () => {
    const names = ['}{', 'a/b', 'a', '../x', 'key/1', 'ü 😀', '*', '__proto__'];
    for (const name of names) await tenantWithKey(name);
    const { tenants, damaged: unreadable } = await administration.tenants();
    expect([...tenants.keys()].toSorted()).toEqual(names.toSorted());
    expect(unreadable).toEqual([]);
  });

  it('of many at once loses no change', async () => {
    await administration.createTenant('acme', NONE);
    await Promise.all(
      Array.from({ length: 6 }, (_, i) => administration.grant('acme', { ...NONE, scopes: [`s${i}`] })),
    );
    const { tenants } = await administration.tenants();
    expect(tenants.get('acme')?.scopes.toSorted()).toEqual(['s0', 's1', 's2', 's3', 's4', 's5']);
  });
});
