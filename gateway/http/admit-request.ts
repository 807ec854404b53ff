/** Between estimating a request and executing it: whether its tenant's budget lets it. */
import { FeaturegraphError } from '../../src/core/errors.ts';
import { requestError } from '../../src/engine/engine.ts';
import type { Admission } from '../../src/tenancy/budget/admission.ts';
import type { Budgets } from '../../src/tenancy/budget/budgets.ts';
import type { Identity } from '../../src/tenancy/identity.ts';
import type { RequestState } from './request-state.ts';

export interface Admitted {
  readonly state: RequestState;
  readonly identity: Identity;
  /** `null` where nobody has a budget. */
  readonly budgets: Budgets | null;
}

/**
 * What it was let for stands in its state, and is settled with its answer.
 * @returns `undefined` where there is nothing to wait for.
 * @throws GraphQLError RATE_LIMITED, QUOTA_EXCEEDED, BUDGET_UNAVAILABLE, COST_ESTIMATED_TOO_EXPENSIVE
 */
export function admitRequest(
  { state, identity, budgets }: Admitted,
  cost: number,
): Promise<void> | undefined {
  if (budgets === null) return;
  // Anybody can name a document of his own as the operator named one.
  const operation = state.document === 'trusted' ? state.operation : null;
  try {
    const admission = budgets.admit(identity.tenant, operation, cost);
    if (admission instanceof Promise)
      return admission.then(
        (kept) => keep(state, kept),
        (error) => refuse(state, error),
      );
    keep(state, admission);
  } catch (error) {
    refuse(state, error);
  }
}

function keep(state: RequestState, admission: Admission | null): void {
  state.admission = admission;
}

function refuse(state: RequestState, error: unknown): never {
  if (!(error instanceof FeaturegraphError)) throw error;
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === 'number') state.retryAfterSeconds = retryAfterSeconds;
  throw requestError(error);
}
