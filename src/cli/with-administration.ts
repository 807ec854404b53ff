import { randomBytes } from 'node:crypto';
import type { Config } from '../config.ts';
import { systemClock } from '../core/clock.ts';
import { openTenants } from '../open-tenants.ts';
import { readPepper } from '../pepper.ts';
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
    return await work(new Administration({ store, pepper, randomBytes, wallClock: systemClock }));
  } finally {
    await store.close();
  }
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
