/** What the fetches of one subgraph tell the metrics. */
import type { Clock } from '../../src/core/clock.ts';
import type { SubgraphResult } from '../../src/engine/subgraph-client.ts';
import type { Metrics } from '../../src/observability/metrics.ts';
import { BREAKER_STATE_VALUE, type BreakerState } from '../../src/stores/tiers/store-breaker.ts';
import { isKnownCode } from '../http/error-reply.ts';

export interface WatchSubgraph {
  /** @returns to be called when an answer is there, or its time is over. */
  started(clock: Clock): () => void;
  /** Told what the answer was once it was read; `ok` where that was not needed. */
  answered(result: SubgraphResult | 'ok'): void;
  retried(): void;
  breaker(state: BreakerState): void;
}

export const UNWATCHED: WatchSubgraph = {
  started: () => () => {},
  answered() {},
  retried() {},
  breaker() {},
};

export function watchSubgraph(metrics: Metrics, subgraph: string): WatchSubgraph {
  metrics.subgraphBreakerState.set({ subgraph }, BREAKER_STATE_VALUE.CLOSED);
  // With their labels once: to look them up for each fetch adds up.
  const inFlight = metrics.subgraphsInFlight.labels({ subgraph });
  const duration = metrics.subgraphDuration.labels({ subgraph });
  const ok = metrics.subgraphRequests.labels({ subgraph, outcome: 'ok' });
  return {
    started: (clock) => {
      const startedMs = clock.monotonicMs();
      inFlight.inc();
      return () => {
        inFlight.dec();
        duration.observe((clock.monotonicMs() - startedMs) / 1000);
      };
    },
    answered: (result) => {
      const outcome = result === 'ok' ? result : outcomeOf(result);
      if (outcome === 'ok') ok.inc();
      else metrics.subgraphRequests.inc({ subgraph, outcome });
      if (result !== 'ok' && result.data === null)
        metrics.subgraphFailures.inc({ subgraph, reason: reasonOf(result) });
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
