import { randomBytes } from 'node:crypto';
import type { Config } from './config.ts';
import { systemClock } from './core/clock.ts';
import type { Logger } from './observability/logger.ts';
import { readPepper } from './pepper.ts';
import type { TenantStore } from './stores/tenant-store.ts';
import { createApiKey } from './tenancy/api-key.ts';
import { BearerIdentifier } from './tenancy/bearer-identifier.ts';
import { EVERYTHING, type Identifier } from './tenancy/identity.ts';
import { createJwtVerifier } from './tenancy/jwt-verifier.ts';
import { KeyRing } from './tenancy/key-ring.ts';
import { TenantDirectory } from './tenancy/tenant-directory.ts';

/** Everything that lets somebody in: this start's key, keys of the store of tenants, tokens of an issuer. */
export interface Credentials {
  readonly identifier: Identifier;
  /** The key of the configured tenant: given by the environment, or made for this run; `null` where there is none. */
  readonly startKey: string | null;
  /** `null` where a program keeps no tenants. */
  readonly directory: TenantDirectory | null;
  close(): void;
}

/** @param tenants `null` where a program keeps none. @throws Error when the pepper cannot be read, or tokens would find no tenants. */
export async function openCredentials(
  config: Config,
  tenants: TenantStore | null,
  logger: Logger,
): Promise<Credentials> {
  const { startKey, keyRing } = createStartKey(config);
  const directory = tenants === null ? null : await openDirectory(config, tenants, logger);
  const { jwt, anonymous } = config.identity;
  if (jwt !== null && directory === null)
    throw new Error(
      'identity.jwt lets in tenants, and this program has no store of them. Name one by identity.store, or take identity.jwt away.',
    );
  const identifier = new BearerIdentifier({
    keys: directory === null ? [keyRing] : [keyRing, directory],
    tokens: jwt === null || directory === null ? null : createJwtVerifier(jwt, directory, systemClock),
    anonymous: anonymous
      ? { ...whoIsConfigured(config), scopes: new Set(), writes: new Set(), credential: null, anonymous }
      : null,
    randomBytes,
    wallClock: systemClock,
  });
  return { identifier, startKey, directory, close: () => directory?.stop() };
}

async function openDirectory(config: Config, store: TenantStore, logger: Logger): Promise<TenantDirectory> {
  const directory = new TenantDirectory({
    store,
    pepper: await readPepper(config),
    clock: systemClock,
    onError: (error) =>
      logger.error({ err: error }, 'the store of tenants cannot tell; the last known are used'),
    onDamaged: (names) =>
      logger.error({ records: names.slice(0, 20), count: names.length }, 'records of tenants cannot be read'),
  });
  await directory.start();
  return directory;
}

function createStartKey(config: Config): { readonly startKey: string | null; readonly keyRing: KeyRing } {
  const keyRing = new KeyRing(randomBytes);
  if (!config.identity.startKey) return { startKey: null, keyRing };
  const startKey = config.apiKey ?? createApiKey(randomBytes).text;
  const everything = new Set([EVERYTHING]);
  keyRing.add(startKey, {
    ...whoIsConfigured(config),
    scopes: everything,
    writes: everything,
    anonymous: false,
  });
  return { startKey, keyRing };
}

function whoIsConfigured({ tenant, namespace }: Config) {
  return { tenant, namespace };
}
