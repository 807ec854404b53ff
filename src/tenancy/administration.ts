import type { Clock } from '../core/clock.ts';
import { FeaturegraphError } from '../core/errors.ts';
import type { TenantStore } from '../stores/tenant-store.ts';
import { createApiKey, hashSecret, pepperMark, type RandomBytes } from './api-key.ts';
import { isTenantBudget, type TenantBudget } from './budget/tenant-budget.ts';
import { EVERYTHING } from './identity.ts';
import {
  assertName,
  GRANTS_MAX,
  KEY,
  type KeyRecord,
  NAMESPACE,
  PEPPER,
  readTenants,
  TENANT,
  type TenantRecord,
  type Tenants,
} from './tenant-records.ts';

/** What an administrator does with tenants: each is one change of the store, made whole or not at all. */
export interface AdministrationParts {
  readonly store: TenantStore;
  readonly wallClock: Clock;
  readonly pepper: Buffer;
  readonly randomBytes: RandomBytes;
}

export interface Grants {
  readonly namespaces: readonly string[];
  readonly scopes: readonly string[];
  readonly writes: readonly string[];
}

export interface KeyRequest {
  readonly tenant: string;
  /** The tenant's own where not given. */
  readonly namespace?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly writes?: readonly string[] | undefined;
  readonly label?: string | undefined;
  readonly lifeMs?: number | undefined;
}

type Changes = ReadonlyMap<string, string | null>;

/** Another administrator may be first; then the change is worked out again from what there is now. */
const ATTEMPTS = 8;

export const OTHER_PEPPER =
  'The keys in the store of tenants were made with another pepper than this program has, so none of them can be told. Give every program the same one: identity.pepperFile, or FEATUREGRAPH_PEPPER.';

export class Administration {
  readonly #parts: AdministrationParts;

  constructor(parts: AdministrationParts) {
    this.#parts = parts;
  }

  async tenants(): Promise<Tenants> {
    const { revision, records } = await this.#parts.store.load();
    return readTenants(revision, records);
  }

  /** With a namespace of its own, of the same name where none is given. @throws FeaturegraphError BAD_USER_INPUT */
  async createTenant(name: string, grants: Grants): Promise<TenantRecord> {
    assertName('tenant', name);
    const own = grants.namespaces.length === 0 ? [name] : grants.namespaces;
    return this.#change((now) => {
      if (now.tenants.has(name))
        throw refused(`There is a tenant ${name} already. Grant it more, or choose another name.`);
      const tenant = this.#granted(
        { name, namespaces: [], scopes: [], writes: [], createdAtMs: this.#nowMs() },
        { ...grants, namespaces: own },
      );
      // Its own namespace comes with it; those of others must be there, or a typo would make an empty one.
      const first = tenant.namespaces[0] as string;
      for (const namespace of tenant.namespaces.slice(1)) assertThere(now, namespace);
      assertName('namespace', first);
      const changes = new Map([[TENANT + name, JSON.stringify(tenant)]]);
      if (!now.namespaces.has(first)) changes.set(NAMESPACE + first, this.#namespaceText(first));
      return { changes, result: tenant };
    });
  }

  async createNamespace(name: string): Promise<string> {
    assertName('namespace', name);
    return this.#change((now) => {
      if (now.namespaces.has(name)) throw refused(`There is a namespace ${name} already.`);
      return { changes: new Map([[NAMESPACE + name, this.#namespaceText(name)]]), result: name };
    });
  }

  grant(name: string, grants: Grants): Promise<TenantRecord> {
    return this.#change((now) => {
      for (const namespace of grants.namespaces) assertThere(now, namespace);
      const tenant = this.#granted(tenantOf(now, name), grants);
      return { changes: new Map([[TENANT + name, JSON.stringify(tenant)]]), result: tenant };
    });
  }

  /** Takes grants away; keys that were made with them lose them, too. */
  withdraw(name: string, grants: Grants): Promise<TenantRecord> {
    return this.#change((now) => {
      const before = tenantOf(now, name);
      const namespaces = without(before.namespaces, grants.namespaces, 'namespace');
      if (namespaces.length === 0) throw refused(`${name} must keep one namespace at least.`);
      const tenant: TenantRecord = {
        ...before,
        namespaces,
        scopes: without(before.scopes, grants.scopes, 'scope'),
        writes: without(before.writes, grants.writes, 'write grant'),
      };
      return { changes: new Map([[TENANT + name, JSON.stringify(tenant)]]), result: tenant };
    });
  }

  /** @param budget `null`: the configured default again. */
  setBudget(name: string, budget: TenantBudget | null): Promise<TenantRecord> {
    if (budget !== null && !isTenantBudget(budget))
      throw refused(
        'Expected a budget of whole units: a burst and a rate of at least 1, within their bounds.',
      );
    return this.#change((now) => {
      const { budget: _, ...rest } = tenantOf(now, name);
      const tenant: TenantRecord = budget === null ? rest : { ...rest, budget };
      return { changes: new Map([[TENANT + name, JSON.stringify(tenant)]]), result: tenant };
    });
  }

  /** @returns the key's text, which is kept nowhere. */
  createKey(request: KeyRequest): Promise<{ readonly text: string; readonly record: KeyRecord }> {
    const { randomBytes, pepper } = this.#parts;
    return this.#change((now) => {
      const tenant = tenantOf(now, request.tenant);
      const namespace = request.namespace ?? (tenant.namespaces[0] as string);
      if (!tenant.namespaces.includes(namespace))
        throw refused(
          `${tenant.name} has no grant for the namespace ${namespace}, only for ${tenant.namespaces.join(', ')}.`,
        );
      const mark = pepperMark(pepper);
      if (now.pepperMark !== null && now.pepperMark !== mark) throw refused(OTHER_PEPPER);
      assertPart(tenant.scopes, request.scopes, 'scope', tenant.name);
      assertPart(tenant.writes, request.writes, 'write grant', tenant.name);
      const key = createApiKey(randomBytes);
      const nowMs = this.#nowMs();
      const record: KeyRecord = {
        id: key.keyId,
        tenant: tenant.name,
        namespace,
        scopes: request.scopes ?? null,
        writes: request.writes ?? null,
        mac: hashSecret(key.secret, pepper).toString('hex'),
        label: request.label ?? '',
        createdAtMs: nowMs,
        expiresAtMs: request.lifeMs === undefined ? null : nowMs + request.lifeMs,
        revokedAtMs: null,
      };
      return {
        changes: new Map([
          [KEY + key.keyId, JSON.stringify(record)],
          [PEPPER, mark],
        ]),
        result: { text: key.text, record },
      };
    });
  }

  /** Every process refuses it within five seconds. Revoking twice changes nothing. */
  revokeKey(id: string): Promise<KeyRecord> {
    return this.#change((now) => {
      const key = now.keys.get(id);
      if (key === undefined)
        throw refused(`There is no key ${id.slice(0, 80)}. The id is the second part of a key: fgk_<id>_…`);
      if (key.revokedAtMs !== null) return { changes: null, result: key };
      const revoked = { ...key, revokedAtMs: this.#nowMs() };
      return { changes: new Map([[KEY + id, JSON.stringify(revoked)]]), result: revoked };
    });
  }

  async #change<Result>(
    work: (now: Tenants) => { readonly changes: Changes | null; readonly result: Result },
  ): Promise<Result> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const now = await this.tenants();
      const { changes, result } = work(now);
      if (changes === null) return result;
      if ((await this.#parts.store.change(now.revision, changes)) !== null) return result;
    }
    throw new Error('Others changed the tenants at the same time, again and again. Try again.');
  }

  #granted(tenant: TenantRecord, grants: Grants): TenantRecord {
    for (const scope of grants.scopes) assertName('scope', scope);
    for (const write of grants.writes) assertName('view to write', write);
    const granted = {
      ...tenant,
      namespaces: union(tenant.namespaces, grants.namespaces),
      scopes: union(tenant.scopes, grants.scopes),
      writes: union(tenant.writes, grants.writes),
    };
    for (const list of [granted.namespaces, granted.scopes, granted.writes]) {
      if (list.length > GRANTS_MAX)
        throw refused(
          `${tenant.name} would have ${list.length} grants of one kind; at most ${GRANTS_MAX} are kept. "${EVERYTHING}" stands for all.`,
        );
    }
    return granted;
  }

  #namespaceText(name: string): string {
    return JSON.stringify({ name, createdAtMs: this.#nowMs() });
  }

  #nowMs(): number {
    return this.#parts.wallClock.nowMs();
  }
}

function tenantOf(now: Tenants, name: string): TenantRecord {
  const tenant = now.tenants.get(name);
  if (tenant !== undefined) return tenant;
  const names = [...now.tenants.keys()].toSorted();
  const known = names.length === 0 ? 'There are none yet' : `There are ${names.slice(0, 20).join(', ')}`;
  throw refused(`There is no tenant ${name.slice(0, 80)}. ${known}; \`tenant create\` makes one.`);
}

function assertThere(now: Tenants, namespace: string): void {
  if (!now.namespaces.has(namespace))
    throw refused(`There is no namespace ${namespace.slice(0, 80)}. Make it with \`namespace create\`.`);
}

function assertPart(
  granted: readonly string[],
  asked: readonly string[] | undefined,
  what: string,
  tenant: string,
): void {
  if (asked === undefined || granted.includes(EVERYTHING)) return;
  const more = asked.find((one) => !granted.includes(one));
  if (more !== undefined)
    throw refused(
      `${tenant} has no ${what} ${more.slice(0, 80)}, so a key of it cannot have it. Grant it first.`,
    );
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])];
}

function without(from: readonly string[], taken: readonly string[], what: string): readonly string[] {
  const missing = taken.find((one) => !from.includes(one));
  if (missing !== undefined) throw refused(`There is no ${what} ${missing.slice(0, 80)} to take away.`);
  return from.filter((one) => !taken.includes(one));
}

function refused(message: string): FeaturegraphError {
  return new FeaturegraphError('BAD_USER_INPUT', message);
}
