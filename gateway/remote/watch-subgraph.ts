/** What the fetches of one subgraph tell the metrics. */
import type { Clock } from '../../src/core/clock.ts';
import type { SubgraphResult } from '../../src/engine/subgraph-client.ts';
import type { Metrics } from '../../src/observability/metrics.ts';
import { BREAKER_STATE_VALUE, type BreakerState } from '../../src/stores/tiers/store-breaker.ts';
import { isKnownCode } from '../http/error-reply.ts';

export interface WatchSubgraph {
  /** @returns to be called with the result. */
  started(clock: Clock): (result: SubgraphResult) => void;
  retried(): void;
  breaker(state: BreakerState): void;
}

export const UNWATCHED: WatchSubgraph = { started: () => () => {}, retried() {}, breaker() {} };

export function watchSubgraph(metrics: Metrics, subgraph: string): WatchSubgraph {
  metrics.subgraphBreakerState.set({ subgraph }, BREAKER_STATE_VALUE.CLOSED);
  return {
    started: (clock) => {
      const startedMs = clock.monotonicMs();
      metrics.subgraphsInFlight.inc({ subgraph });
      return (result) => {
        metrics.subgraphsInFlight.dec({ subgraph });
        metrics.subgraphDuration.observe({ subgraph }, (clock.monotonicMs() - startedMs) / 1000);
        metrics.subgraphRequests.inc({ subgraph, outcome: outcomeOf(result) });
        if (result.data === null) metrics.subgraphFailures.inc({ subgraph, reason: reasonOf(result) });
      };
    },
    retried: () => metrics.subgraphRetries.inc({ subgraph }),
    breaker: (state) => metrics.subgraphBreakerState.set({ subgraph }, BREAKER_STATE_VALUE[state]),
  };
}

function outcomeOf({ data, errors }: SubgraphResult): 'ok' | 'partial' | 'failed' {
  if (data === null) return 'failed';
  return errors.length === 0 ? 'ok' : 'partial';
}

/** A label has few values: codes of a subgraph's own making are one. */
function reasonOf({ errors }: SubgraphResult): string {
  const code = errors[0]?.extensions?.code;
  return isKnownCode(code) ? code : 'SUBGRAPH_ERROR';
}
