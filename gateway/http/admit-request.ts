/** Between estimating a request and executing it: whether its tenant's budget lets it, and when there is time for it. */
import { FeaturegraphError } from '../../src/core/errors.ts';
import type { RequestContext } from '../../src/core/request-context.ts';
import { requestError } from '../../src/engine/engine.ts';
import type { Admission } from '../../src/tenancy/budget/admission.ts';
import type { Budgets } from '../../src/tenancy/budget/budgets.ts';
import type { WorkGate } from '../../src/tenancy/fairness/work-gate.ts';
import type { Identity } from '../../src/tenancy/identity.ts';
import { operationOfManifest, type RequestState } from './request-state.ts';

export interface BeforeExecution {
  /** `null` where nobody has a budget. */
  readonly budgets: Budgets | null;
  readonly gate: WorkGate;
}

export interface Admitted extends BeforeExecution {
  readonly state: RequestState;
  readonly identity: Identity;
}

/**
 * What it was let for stands in its state, and is settled with its answer. Who was let leaves the gate when executed.
 * @returns `undefined` where there is nothing to wait for.
 * @throws GraphQLError RATE_LIMITED, QUOTA_EXCEEDED, BUDGET_UNAVAILABLE, COST_ESTIMATED_TOO_EXPENSIVE, OVERLOADED
 */
export function admitRequest(
  asker: Admitted,
  cost: number,
  context: RequestContext,
): Promise<void> | undefined {
  const { state } = asker;
  try {
    const admission = admitted(asker, cost);
    if (admission instanceof Promise)
      return admission
        .then((kept) => {
          state.admission = kept;
          return entered(asker, cost, context);
        })
        .catch((error) => refuse(state, error));
    state.admission = admission;
    return entered(asker, cost, context)?.catch((error) => refuse(state, error));
  } catch (error) {
    refuse(state, error);
  }
}

function admitted(
  { budgets, identity, state }: Admitted,
  cost: number,
): Admission | null | Promise<Admission> {
  if (budgets === null) return null;
  return budgets.admit(identity.tenant, operationOfManifest(state), cost);
}

function entered(
  { gate, identity, state }: Admitted,
  cost: number,
  { deadlineAtMs }: RequestContext,
): Promise<void> | undefined {
  const { admission, bodyBytes: bytes } = state;
  const priority = admission?.priority ?? 'INTERACTIVE';
  return gate.enter({ tenant: identity.tenant, priority, cost, bytes, deadlineAtMs });
}

function refuse(state: RequestState, error: unknown): never {
  if (!(error instanceof FeaturegraphError)) throw error;
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === 'number') state.retryAfterSeconds = retryAfterSeconds;
  throw requestError(error);
}
