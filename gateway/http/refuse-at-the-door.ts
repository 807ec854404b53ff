/**
 * Refuses what there is no room for before anything else is done: what is refused must cost next to nothing, or a
 * process that has too much to do does nothing but refuse. As long as nothing waits it only looks whether that is so.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { FeaturegraphError } from '../../src/core/errors.ts';
import type { WorkGate } from '../../src/tenancy/fairness/work-gate.ts';
import type { Identifier, Identity } from '../../src/tenancy/identity.ts';
import { bodyOf } from './error-reply.ts';
import type { ObserverParts } from './observe-request.ts';
import { chooseRequestId, OUTCOME_HEADER, REQUEST_ID_HEADER } from './request-state.ts';
import type { SettleParts } from './settle-request.ts';

export interface DoorParts extends ObserverParts {
  readonly identifier: Identifier;
  readonly gate: WorkGate;
  readonly settling: SettleParts | null;
  readonly makeRequestId: () => string;
  readonly isDraining: () => boolean;
}

const GRAPH = /^\/graphql(?:[/?]|$)/;
/** A line of the log for each would cost as much as the refusal. */
const REPORT_EVERY_MS = 1000;

export function refuseAtTheDoor(app: FastifyInstance, parts: DoorParts): void {
  const { gate } = parts;
  const enter = app.server.listeners('request')[0] as RequestListener;
  const report = reporter(parts);
  const refused = parts.metrics.requests.tally({ operation: 'unknown', outcome: 'failed' });
  app.server.removeAllListeners('request');
  app.server.on('request', (request, response) => {
    const identity = gate.waiting > 0 ? whoAsks(request, parts.identifier) : null;
    const refusal = identity === null ? null : gate.refusalOf(identity.tenant);
    if (identity === null || refusal === null) {
      enter(request, response);
      return;
    }
    refused.count += 1;
    report(identity.tenant);
    refuse(request, response, refusal, identity, parts);
  });
}

/** @returns `null` for who must be looked at closely, or asks for something else than the graph. */
function whoAsks({ url, headers }: IncomingMessage, identifier: Identifier): Identity | null {
  if (!GRAPH.test(url ?? '')) return null;
  try {
    const identity = identifier.identify(headers.authorization);
    return identity instanceof Promise ? null : identity;
  } catch {
    return null;
  }
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: FeaturegraphError,
  { tenant, namespace }: Identity,
  { settling, makeRequestId, isDraining }: DoorParts,
): void {
  const requestId = chooseRequestId(request.headers[REQUEST_ID_HEADER], makeRequestId);
  const body = bodyOf(refusal, requestId);
  const bytes = Buffer.byteLength(body);
  const answer = (): void => {
    response.writeHead(refusal.httpStatus, [
      ...['content-type', 'application/json; charset=utf-8', 'content-length', String(bytes)],
      ...['retry-after', String(refusal.details.retryAfterSeconds)],
      ...[OUTCOME_HEADER, 'failed', REQUEST_ID_HEADER, requestId],
      ...(isDraining() ? ['connection', 'close'] : []),
    ]);
    response.end(body);
  };
  const record = settling?.record ?? null;
  if (record === null) {
    answer();
    return;
  }
  const nothing = { operation: null, estimatedCost: null, actualCost: 0, usage: null } as const;
  record(
    { tenant, namespace, requestId, ...nothing, bytes, outcome: 'failed', reason: refusal.code },
    answer,
  );
}

/** @returns to be told of each refusal; the log has them by tenant. */
function reporter({ logger, clock }: DoorParts): (tenant: string) => void {
  let byTenant = new Map<string, number>();
  let sinceMs = Number.NEGATIVE_INFINITY;
  return (tenant) => {
    byTenant.set(tenant, (byTenant.get(tenant) ?? 0) + 1);
    const nowMs = clock.monotonicMs();
    if (nowMs - sinceMs < REPORT_EVERY_MS) return;
    sinceMs = nowMs;
    logger.warn({ refused: Object.fromEntries(byTenant) }, 'more work than this process can do');
    byTenant = new Map();
  };
}
