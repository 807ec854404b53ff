/** What a command changes is in the audit, before and after. */
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Config } from '../config.ts';
import { FeaturegraphError } from '../core/errors.ts';
import { openAudit } from '../open-audit.ts';
import type { AuditAction, AuditEvent } from '../tenancy/audit/audit-event.ts';

export interface AuditedWork {
  readonly action: AuditAction;
  readonly target: string;
  readonly namespace: string | null;
}

interface Counts {
  readonly accepted?: number;
  readonly rejected?: number;
}

/**
 * Does what a command does under the audit: it is told before, and what became of it after. Who runs a command holds
 * the stores themselves, so that no grant of a tenant stands between; the audit names the system's user.
 *
 * @param countsOf what of the result is told.
 */
export async function audited<Result>(
  config: Config,
  { action, target, namespace }: AuditedWork,
  work: () => Promise<Result>,
  countsOf: (result: Result) => Counts = () => ({}),
): Promise<Result> {
  const audit = await openAudit(config);
  const common: Omit<AuditEvent, 'decision'> = {
    ...{ action, target, namespace },
    actor: `operator:${userName()}`,
    credential: null,
    requestId: randomUUID(),
  };
  try {
    audit.record({ ...common, decision: 'ALLOWED' });
    const result = await work();
    audit.record({ ...common, decision: 'DONE', ...countsOf(result) });
    return result;
  } catch (error) {
    const reason = error instanceof FeaturegraphError ? error.code : 'INTERNAL_SERVER_ERROR';
    if (reason !== 'AUDIT_UNAVAILABLE') audit.record({ ...common, decision: 'FAILED', reason });
    throw error;
  } finally {
    audit.close();
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown'); // a container's user has no name
  }
}
