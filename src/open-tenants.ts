import type { Config } from './config.ts';
import { systemClock } from './core/clock.ts';
import { systemRandom } from './core/random.ts';
import { openNamedDatabase } from './stores/open-database.ts';
import { DEFAULT_TIER, type StoreOptions, type TierOptions } from './stores/store-options.ts';
import type { TenantStore } from './stores/tenant-store.ts';

/** The store of tenants alone, for a program that needs no other. Closing it closes its connections. */
export async function openTenants(config: Config): Promise<TenantStore> {
  const name = config.identity.store ?? (config.tiers[DEFAULT_TIER] as TierOptions).warm;
  const options = config.stores[name];
  if (options === undefined)
    throw new Error(
      `identity.store is ${name}, and there is no such store. Expected one of ${Object.keys(config.stores).join(', ')}.`,
    );
  const database = await openNamedDatabase(name, options as StoreOptions, {
    clock: systemClock,
    random: systemRandom,
  });
  return { ...database.openTenants(), close: () => database.close() };
}
