/** Tenants and keys as a running process knows them. */
import type { Clock } from '../core/clock.ts';
import { FeaturegraphError } from '../core/errors.ts';
import type { TenantStore } from '../stores/tenant-store.ts';
import { OTHER_PEPPER } from './administration.ts';
import { type ApiKeyParts, pepperMark, secretMatches } from './api-key.ts';
import { EVERYTHING } from './identity.ts';
import type { KeySource, VerifiedKey } from './key-source.ts';
import { readTenants, type TenantRecord, type Tenants } from './tenant-records.ts';

export interface DirectoryOptions {
  readonly store: Pick<TenantStore, 'revision' | 'load'>;
  /** That keys were made with; see `api-key.ts`. */
  readonly pepper: Buffer;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Names of records that cannot be read, when they are first seen. */
  readonly onDamaged: (names: readonly string[]) => void;
}

/** How often the store's revision is asked for, in ms: a change of a budget is seen by every process within a second. */
export const POLL_MS = 500;
/** Longest wait for the store; then the last good state goes on. */
const ANSWER_MAX_MS = 3000;
/** Between two times that a store is told to fail: it is asked twice a second, and the log has other things to say. */
const TELL_EVERY_MS = 10_000;
/** How long the last good state serves when the store cannot tell: a revocation is then not seen. */
export const STALE_MAX_MS = 15 * 60 * 1000;

/**
 * Tenants and keys as this process knows them: the store's last good state. A request never waits for the store;
 * a key that is not known here is refused.
 */
export class TenantDirectory implements KeySource {
  readonly #options: DirectoryOptions;
  #state: Tenants = readTenants(0, new Map());
  #generation = 0;
  #confirmedAtMs = Number.NEGATIVE_INFINITY;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  /** Loads what there is, and follows it. A store that cannot tell is no reason to fail: the next poll may. */
  async start(): Promise<void> {
    await this.refresh();
    this.#next();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** @throws FeaturegraphError IDENTITY_UNAVAILABLE when nothing has been known for too long. */
  get tenants(): Tenants {
    const { clock } = this.#options;
    if (clock.monotonicMs() - this.#confirmedAtMs > STALE_MAX_MS) {
      throw new FeaturegraphError(
        'IDENTITY_UNAVAILABLE',
        `The store of tenants has not answered for ${STALE_MAX_MS / 60_000} minutes, so nobody can tell who asks. Retry later.`,
      );
    }
    return this.#state;
  }

  verify({ keyId, secret }: ApiKeyParts): VerifiedKey | undefined {
    const { tenants, keys } = this.tenants;
    const key = keys.get(keyId);
    if (key === undefined || key.revokedAtMs !== null) return undefined;
    if (!secretMatches(secret, Buffer.from(key.mac, 'hex'), this.#options.pepper)) return undefined;
    const tenant = tenants.get(key.tenant);
    if (tenant === undefined || !tenant.namespaces.includes(key.namespace)) return undefined;
    return {
      identity: {
        tenant: tenant.name,
        namespace: key.namespace,
        scopes: narrowed(tenant.scopes, key.scopes),
        writes: narrowed(tenant.writes, key.writes),
        credential: keyId,
        anonymous: false,
      },
      expiresAtMs: key.expiresAtMs ?? Number.POSITIVE_INFINITY,
    };
  }

  /** @throws FeaturegraphError IDENTITY_UNAVAILABLE, as `tenants` */
  tenant(name: string): TenantRecord | undefined {
    return this.tenants.tenants.get(name);
  }

  /** As it was last known, however long ago. */
  lastKnown(name: string): TenantRecord | undefined {
    return this.#state.tenants.get(name);
  }

  /** Moves with each new state, and when the last one has become too old. */
  generation(): number {
    const tooOld = this.#options.clock.monotonicMs() - this.#confirmedAtMs > STALE_MAX_MS;
    return this.#generation + (tooOld ? 1 : 0);
  }

  /** Looks whether the store has changed; keeps the last good state when it cannot tell. */
  async refresh(): Promise<void> {
    const { store, clock, onError, onDamaged } = this.#options;
    try {
      const askedAtMs = clock.monotonicMs();
      const revision = await within(ANSWER_MAX_MS, store.revision());
      if (revision !== this.#state.revision) {
        const loaded = await within(ANSWER_MAX_MS, store.load());
        this.#state = readTenants(loaded.revision, loaded.records);
        this.#generation += 2; // odd is for "too old"
        const { pepperMark: mark } = this.#state;
        if (mark !== null && mark !== pepperMark(this.#options.pepper)) onError(new Error(OTHER_PEPPER));
        if (this.#state.damaged.length > 0) onDamaged(this.#state.damaged);
      }
      this.#confirmedAtMs = askedAtMs;
      this.#toldAtMs = Number.NEGATIVE_INFINITY;
    } catch (error) {
      const nowMs = clock.monotonicMs();
      if (nowMs - this.#toldAtMs < TELL_EVERY_MS) return;
      this.#toldAtMs = nowMs;
      onError(error);
    }
  }

  #next(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.refresh().then(() => this.#next()), POLL_MS);
    this.#timer.unref();
  }
}

/** What is granted, or those of it that are asked for: by the same words, so `<domain>.*` does not cover a view of it. */
export function narrowed(granted: readonly string[], asked: readonly string[] | null): ReadonlySet<string> {
  if (asked === null) return new Set(granted);
  if (granted.includes(EVERYTHING)) return new Set(asked);
  return new Set(asked.includes(EVERYTHING) ? granted : asked.filter((one) => granted.includes(one)));
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    timer.unref();
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
