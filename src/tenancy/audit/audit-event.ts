/** What is kept of every write and every change of rights: who, what, when, how many, and whether it was let. Never values. */
export const AUDIT_ACTIONS = [
  'push',
  'delete',
  'erase',
  'publish',
  'tenant.create',
  'tenant.grant',
  'tenant.withdraw',
  'tenant.budget',
  'key.create',
  'key.revoke',
  'namespace.create',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** `ALLOWED` is written before anything is done, `DONE` or `FAILED` after it; `REFUSED` stands alone. */
export const AUDIT_DECISIONS = ['ALLOWED', 'DONE', 'FAILED', 'REFUSED'] as const;
export type AuditDecision = (typeof AUDIT_DECISIONS)[number];

export interface AuditEvent {
  readonly action: AuditAction;
  readonly decision: AuditDecision;
  /** A tenant's name, or `operator:<user of the system>` for who holds the stores themselves. */
  readonly actor: string;
  /** Id of the key, `jwt`, or `null`. */
  readonly credential: string | null;
  readonly namespace: string | null;
  /** A view, an entity, a tenant, a key's id, a version. */
  readonly target: string;
  /** Joins the lines of one call, and the call with the log of requests. */
  readonly requestId: string;
  readonly accepted?: number;
  readonly rejected?: number;
  /** A code of the catalogue. */
  readonly reason?: string;
}

/** As it is read back. */
export interface AuditRecord extends AuditEvent {
  /** Its place in its file, from 1. */
  readonly line: number;
  /** ISO 8601, by the machine's clock. */
  readonly at: string;
}
