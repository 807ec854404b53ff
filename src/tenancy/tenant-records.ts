import { NAME_MAX_BYTES } from '../core/bounds.ts';
import { FeaturegraphError } from '../core/errors.ts';
import { describeReceived } from '../core/feature-value.ts';
import { isRecord } from '../core/is-record.ts';
import { isTenantBudget, type TenantBudget } from './budget/tenant-budget.ts';

/** What is kept of tenants, namespaces and keys, and how it is written: JSON text by `<kind>/<name>`. */
export interface TenantRecord {
  readonly name: string;
  /** Whose rows it may read; the first is its own. */
  readonly namespaces: readonly string[];
  /** Names of scopes; `*` is every one. */
  readonly scopes: readonly string[];
  /** Names of views that it may write; `<domain>.*` is all of a domain, `*` is every one. */
  readonly writes: readonly string[];
  readonly createdAtMs: number;
  /** What it may spend; the configured default where it has none. */
  readonly budget?: TenantBudget | undefined;
}

export interface NamespaceRecord {
  readonly name: string;
  readonly createdAtMs: number;
}

export interface KeyRecord {
  readonly id: string;
  readonly tenant: string;
  /** The one namespace that requests with this key read and write. */
  readonly namespace: string;
  /** `null`: all that its tenant has, now and later. Otherwise only those of them that are named. */
  readonly scopes: readonly string[] | null;
  readonly writes: readonly string[] | null;
  /** MAC of the secret, hexadecimal. */
  readonly mac: string;
  readonly label: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
}

/** All of it, as of one revision of the store. */
export interface Tenants {
  readonly revision: number;
  readonly tenants: ReadonlyMap<string, TenantRecord>;
  readonly namespaces: ReadonlyMap<string, NamespaceRecord>;
  readonly keys: ReadonlyMap<string, KeyRecord>;
  /** Mark of the pepper that keys are kept with; `null` before the first key. */
  readonly pepperMark: string | null;
  /** Names of records that cannot be read: whom they speak of is unknown here, and refused. */
  readonly damaged: readonly string[];
}

export const TENANT = 'tenant/';
export const NAMESPACE = 'namespace/';
export const KEY = 'key/';
/** The one record that is no JSON. */
export const PEPPER = 'pepper/mark';

/** Grants of one tenant or key; more are a sign that a wildcard is wanted. */
export const GRANTS_MAX = 200;

export function readTenants(revision: number, records: ReadonlyMap<string, string>): Tenants {
  const tenants = new Map<string, TenantRecord>();
  const namespaces = new Map<string, NamespaceRecord>();
  const keys = new Map<string, KeyRecord>();
  const damaged: string[] = [];
  for (const [recordName, text] of records) {
    const value = parse(text);
    if (recordName === PEPPER) continue;
    if (recordName.startsWith(TENANT) && isTenant(value, recordName.slice(TENANT.length)))
      tenants.set(value.name, value);
    else if (recordName.startsWith(NAMESPACE) && isNamespace(value, recordName.slice(NAMESPACE.length)))
      namespaces.set(value.name, value);
    else if (recordName.startsWith(KEY) && isKey(value, recordName.slice(KEY.length)))
      keys.set(value.id, value);
    else damaged.push(recordName);
  }
  return { revision, tenants, namespaces, keys, pepperMark: records.get(PEPPER) ?? null, damaged };
}

/**
 * A name that people and machines can tell apart: no control characters, no blanks at its ends.
 * @throws FeaturegraphError BAD_USER_INPUT
 */
export function assertName(what: string, name: string): void {
  const fits = name.length > 0 && Buffer.byteLength(name) <= NAME_MAX_BYTES && name.trim() === name;
  if (fits && !/\p{C}/u.test(name)) return;
  throw new FeaturegraphError(
    'BAD_USER_INPUT',
    `Expected the name of a ${what} of 1 to ${NAME_MAX_BYTES} bytes without control characters or blanks at its ends, got ${describeReceived(name)}.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTenant(value: unknown, name: string): value is TenantRecord {
  return (
    isRecord(value) &&
    value.name === name &&
    isNames(value.namespaces) &&
    value.namespaces.length > 0 &&
    isNames(value.scopes) &&
    isNames(value.writes) &&
    isTime(value.createdAtMs) &&
    (value.budget === undefined || isTenantBudget(value.budget))
  );
}

function isNamespace(value: unknown, name: string): value is NamespaceRecord {
  return isRecord(value) && value.name === name && isTime(value.createdAtMs);
}

function isKey(value: unknown, id: string): value is KeyRecord {
  return (
    isRecord(value) &&
    value.id === id &&
    typeof value.tenant === 'string' &&
    typeof value.namespace === 'string' &&
    (value.scopes === null || isNames(value.scopes)) &&
    (value.writes === null || isNames(value.writes)) &&
    typeof value.mac === 'string' &&
    /^[0-9a-f]{64}$/.test(value.mac) &&
    typeof value.label === 'string' &&
    isTime(value.createdAtMs) &&
    (value.expiresAtMs === null || isTime(value.expiresAtMs)) &&
    (value.revokedAtMs === null || isTime(value.revokedAtMs))
  );
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= GRANTS_MAX && value.every((one) => typeof one === 'string');
}

function isTime(value: unknown): value is number {
  return Number.isFinite(value);
}
