import { randomBytes } from 'node:crypto';
import type { Config } from '../config.ts';
import { systemClock } from '../core/clock.ts';
import { FeaturegraphError } from '../core/errors.ts';
import { openTenants } from '../open-tenants.ts';
import { readPepper } from '../pepper.ts';
import type { TenantStore } from '../stores/tenant-store.ts';
import { Administration } from '../tenancy/administration.ts';
import type { AuditAction } from '../tenancy/audit/audit-event.ts';
import { audited } from './audited.ts';
import { type CommonOptions, configOf } from './common-options.ts';

/** Opens the store of tenants for one command. Who may open it may administer: it needs the store's own credentials. */
export async function withAdministration<Result>(
  config: Config,
  work: (administration: Administration) => Promise<Result>,
): Promise<Result> {
  const pepper = await readPepper(config);
  const store = await openTenants(config);
  try {
    const parts = { pepper, randomBytes, wallClock: systemClock };
    return await work(new Administration({ ...parts, store: toldWhereUnreached(store) }));
  } finally {
    await store.close();
  }
}

/** A store that cannot be asked is no fault of ours: it is told as that, with what its driver said. */
function toldWhereUnreached(store: TenantStore): TenantStore {
  const tell = async (cause: unknown): Promise<never> => {
    // Of a change that is too large, which the store was not asked for.
    if (cause instanceof RangeError) throw cause;
    const failure = new FeaturegraphError(
      'STORE_UNAVAILABLE',
      'The store of tenants could not be asked. See that it runs and that its address is right, and run the command again.',
    );
    // Read only here: the driver is large, and most stores are others.
    const { describeFailure } = await import('../stores/cassandra/cassandra-failures.ts');
    failure.cause = cause instanceof Error ? new Error(describeFailure(cause)) : cause;
    throw failure;
  };
  return {
    revision: () => store.revision().catch(tell),
    load: () => store.load().catch(tell),
    change: (from, changes) => store.change(from, changes).catch(tell),
    close: () => store.close(),
  };
}

/** The same for a change, under the audit. */
export async function administer<Result>(
  flags: CommonOptions,
  action: AuditAction,
  target: string,
  work: (administration: Administration) => Promise<Result>,
): Promise<Result> {
  const config = await configOf(flags);
  return audited(config, { action, target, namespace: null }, () => withAdministration(config, work));
}
