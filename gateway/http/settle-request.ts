/**
 * The one place that every GraphQL answer to a tenant passes, from either front and when it is refused too: its body
 * is whole, and nothing of it has left.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestContext } from '../../src/core/request-context.ts';
import type { RequestUsage } from '../../src/core/request-usage.ts';
import type { Budgets } from '../../src/tenancy/budget/budgets.ts';
import { COST_MAX } from '../../src/tenancy/cost/operation-cost.ts';
import type { RequestSettled } from '../../src/tenancy/request-settled.ts';
import { isGraphPath } from './observe-request.ts';
import { operationOfManifest, type RequestState, requestState } from './request-state.ts';
import { tellInHeaders, withCost } from './tell-budget.ts';

export interface SettleParts {
  /** In units, of what was executed and answered. */
  readonly priceOf: (context: RequestContext, bytes: number) => number;
  /** Keeps it, and calls `done` when it is kept: the answer waits for that. `null` where nothing is kept. */
  readonly record: ((settled: RequestSettled, done: () => void) => void) | null;
  /** `null` where nobody has a budget. */
  readonly budgets: Budgets | null;
}

export function addSettling(app: FastifyInstance, parts: SettleParts): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const settled = settledOf(request, bytesOf(payload), parts.priceOf);
    if (settled === null) return done();
    const told = parts.budgets === null ? payload : settleBudget(parts.budgets, settled, reply, payload);
    if (parts.record === null) done(null, told);
    else parts.record(settled, () => done(null, told));
  });
}

/** What was not used goes back. @returns the body, with what it tells of the budget. */
function settleBudget(
  budgets: Budgets,
  settled: RequestSettled,
  reply: FastifyReply,
  payload: unknown,
): unknown {
  const state = requestState(reply.request);
  const { admission, hasExtensions, bodyRoom } = state;
  admission?.settle(settled.actualCost);
  const budget = budgets.stateOf(settled.tenant, operationOfManifest(state));
  if (budget === null) return payload;
  tellInHeaders(reply, budget, admission?.mark ?? null);
  return withCost(payload, { hasExtensions, bodyRoom }, settled, budget);
}

/** @returns `null` for what is no question to the graph, or was asked by nobody that is known. */
function settledOf(
  request: FastifyRequest,
  bytes: number,
  priceOf: SettleParts['priceOf'],
): RequestSettled | null {
  const state = requestState(request);
  const { identity, context } = state;
  if (identity === null || !isGraphPath(request)) return null;
  const outcome = state.outcome ?? 'failed';
  const executed = context !== null && !(outcome === 'failed' && isUntouched(context.usage));
  return {
    tenant: identity.tenant,
    namespace: identity.namespace,
    operation: state.operation,
    requestId: state.requestId,
    estimatedCost: state.estimatedCost,
    // What errors and introspection add to an answer is not foreseen, so it is not paid either.
    actualCost: executed ? Math.min(priceOf(context, bytes), state.estimatedCost ?? COST_MAX) : 0,
    usage: executed ? { ...context.usage } : null,
    bytes,
    outcome,
    reason: reasonOf(state, outcome),
  };
}

/** Its variables were refused, say: nothing was read, so nothing is paid. */
function isUntouched({ blocks, remoteFetches, foreignEntities, transforms }: RequestUsage): boolean {
  return blocks + remoteFetches + foreignEntities + transforms === 0;
}

function reasonOf({ reason }: RequestState, outcome: RequestSettled['outcome']): string | null {
  return outcome === 'failed' ? (reason ?? 'INTERNAL_SERVER_ERROR') : null;
}

function bytesOf(payload: unknown): number {
  if (typeof payload === 'string') return Buffer.byteLength(payload);
  return payload instanceof Uint8Array ? payload.byteLength : 0;
}
