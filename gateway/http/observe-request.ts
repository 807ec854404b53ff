/** What is told of each answer: one log line, and for the graph its metrics. */
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../src/core/clock.ts';
import { type Logger, withoutRedaction } from '../../src/observability/logger.ts';
import type { Metrics } from '../../src/observability/metrics.ts';
import { createOperationLabels } from '../../src/observability/operation-label.ts';
import type { Distribution, Tally } from '../../src/observability/tallies.ts';
import { type Outcome, requestState } from './request-state.ts';

export interface ObserverParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

interface OperationTallies extends Record<Outcome, Tally> {
  readonly duration: Distribution;
}

function createTallies({ requests, requestDuration }: Metrics, operation: string): OperationTallies {
  const tally = (outcome: Outcome) => requests.tally({ operation, outcome });
  return {
    ...{ ok: tally('ok'), partial: tally('partial'), failed: tally('failed') },
    duration: requestDuration.of(operation),
  };
}

/** A question to the graph, by whichever document. */
export function isGraphPath(request: FastifyRequest): boolean {
  return GRAPH.test(request.routeOptions.url ?? '');
}

const GRAPH = /^\/graphql(?:\/|$)/;

export function createObserver(parts: ObserverParts): (request: FastifyRequest, statusCode: number) => void {
  const { metrics, clock } = parts;
  const logger = withoutRedaction(parts.logger);
  const labelOf = createOperationLabels();
  const operations = new Map<string, OperationTallies>();
  const talliesOf = (operation: string): OperationTallies => {
    let tallies = operations.get(operation);
    if (tallies === undefined) {
      tallies = createTallies(metrics, operation);
      operations.set(operation, tallies);
    }
    return tallies;
  };
  return (request, statusCode) => {
    const state = requestState(request);
    const durationMs = clock.monotonicMs() - state.startedMs;
    const path = request.routeOptions.url ?? 'unknown';
    if (isGraphPath(request)) {
      const tallies = talliesOf(labelOf(state.operation ?? 'unknown'));
      tallies[state.outcome ?? 'failed'].count += 1;
      tallies.duration.observe(durationMs / 1000);
    }
    logger.info(
      {
        requestId: state.requestId,
        method: request.method,
        path,
        status: statusCode,
        durationMs: Math.round(durationMs * 1000) / 1000,
        ...(state.identity === null ? {} : { tenant: state.identity.tenant }),
        ...(state.operation === null ? {} : { operation: state.operation }),
        ...(state.document === null ? {} : { document: state.document }),
        ...(state.outcome === null ? {} : { outcome: state.outcome }),
        ...(state.reason === null ? {} : { reason: state.reason }),
      },
      'answered',
    );
  };
}
