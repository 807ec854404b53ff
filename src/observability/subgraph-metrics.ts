import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { DURATION_SECONDS } from './store-metrics.ts';

/** Metrics of subgraphs that run elsewhere: their names, units and labels. */
export interface SubgraphMetrics {
  /** Fetches by outcome: `ok`, `partial` (data with errors), `failed`. */
  readonly subgraphRequests: Counter<'subgraph' | 'outcome'>;
  /** Failed fetches by the code that callers see. */
  readonly subgraphFailures: Counter<'subgraph' | 'reason'>;
  readonly subgraphDuration: Histogram<'subgraph'>;
  readonly subgraphRetries: Counter<'subgraph'>;
  readonly subgraphsInFlight: Gauge<'subgraph'>;
  /** 0 closed, 1 half open, 2 open. */
  readonly subgraphBreakerState: Gauge<'subgraph'>;
}

export function createSubgraphMetrics(registry: Registry): SubgraphMetrics {
  const at = { registers: [registry] };
  return {
    subgraphRequests: new Counter({
      name: 'featuregraph_subgraph_requests_total',
      help: 'Fetches of subgraphs elsewhere, by outcome (ok, partial, failed).',
      labelNames: ['subgraph', 'outcome'],
      ...at,
    }),
    subgraphFailures: new Counter({
      name: 'featuregraph_subgraph_failures_total',
      help: 'Fetches of subgraphs elsewhere that failed, by the error code that callers see.',
      labelNames: ['subgraph', 'reason'],
      ...at,
    }),
    subgraphDuration: new Histogram({
      name: 'featuregraph_subgraph_duration_seconds',
      help: 'Time of one fetch of a subgraph elsewhere, its retry included.',
      labelNames: ['subgraph'],
      buckets: DURATION_SECONDS,
      ...at,
    }),
    subgraphRetries: new Counter({
      name: 'featuregraph_subgraph_retries_total',
      help: 'Requests sent to a subgraph a second time.',
      labelNames: ['subgraph'],
      ...at,
    }),
    subgraphsInFlight: new Gauge({
      name: 'featuregraph_subgraph_in_flight_requests',
      help: 'Fetches of a subgraph elsewhere that are not answered yet.',
      labelNames: ['subgraph'],
      ...at,
    }),
    subgraphBreakerState: new Gauge({
      name: 'featuregraph_subgraph_breaker_state',
      help: 'Whether a subgraph is asked: 0 closed (it is), 1 half open (one fetch tries it), 2 open (it is left alone).',
      labelNames: ['subgraph'],
      // Of several workers: that of the one that is worst off.
      aggregator: 'max',
      ...at,
    }),
  };
}
