import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type BudgetMetrics, createBudgetMetrics } from './budget-metrics.ts';
import { createOverloadMetrics, type OverloadMetrics } from './overload-metrics.ts';
import { createReloadMetrics, type ReloadMetrics } from './reload-metrics.ts';
import { createStoreMetrics, DURATION_SECONDS, type StoreMetrics } from './store-metrics.ts';
import { createSubgraphMetrics, type SubgraphMetrics } from './subgraph-metrics.ts';
import { TalliedCounter, TalliedHistogram } from './tallies.ts';
import { createUsageMetrics, type UsageMetrics } from './usage-metrics.ts';

/** Every metric's name, unit and labels, in one place. Names end in their unit; labels have few values. */
export interface Metrics
  extends StoreMetrics,
    SubgraphMetrics,
    ReloadMetrics,
    UsageMetrics,
    BudgetMetrics,
    OverloadMetrics {
  readonly registry: Registry;
  /** Requests by operation and outcome: `ok`, `partial` (data with errors), `failed`. */
  readonly requests: TalliedCounter<'operation' | 'outcome'>;
  readonly requestDuration: TalliedHistogram<'operation'>;
  readonly rowsPushed: Counter<'view' | 'result'>;
  readonly transformFailures: Counter<'transform'>;
  readonly preparedOperations: Gauge;
  /** Executions of known documents by way, and by the reason where one is interpreted. */
  readonly executions: TalliedCounter<'way' | 'reason'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  // Brings event-loop lag, heap, garbage collection and handles of the process under its usual names.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 10 });
  const at = { registers: [registry] };
  return {
    registry,
    requests: new TalliedCounter({
      name: 'featuregraph_requests_total',
      help: 'Requests answered, by operation and outcome.',
      labelNames: ['operation', 'outcome'],
      ...at,
    }),
    requestDuration: new TalliedHistogram(registry, {
      name: 'featuregraph_request_duration_seconds',
      help: 'From the request read to the answer written.',
      label: 'operation',
      buckets: DURATION_SECONDS,
    }),
    ...createStoreMetrics(registry),
    ...createSubgraphMetrics(registry),
    ...createReloadMetrics(registry),
    ...createBudgetMetrics(registry),
    ...createOverloadMetrics(registry),
    ...createUsageMetrics(registry),
    rowsPushed: new Counter({
      name: 'featuregraph_rows_pushed_total',
      help: 'Rows pushed, by view and result (accepted, rejected).',
      labelNames: ['view', 'result'],
      ...at,
    }),
    transformFailures: new Counter({
      name: 'featuregraph_transform_failures_total',
      help: 'On-demand features that threw or had no answer, by transform.',
      labelNames: ['transform'],
      ...at,
    }),
    executions: new TalliedCounter({
      name: 'featuregraph_executions_total',
      help: 'Executions of known documents, by way (compiled, interpreted) and, where interpreted, by reason.',
      labelNames: ['way', 'reason'],
      ...at,
    }),
    preparedOperations: new Gauge({
      name: 'featuregraph_prepared_operations',
      help: 'Operations prepared and kept.',
      ...at,
    }),
  };
}
