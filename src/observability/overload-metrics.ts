import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What waits for its turn where a process has more to do than it can, and what is refused then. */
export interface OverloadMetrics {
  readonly waitingRequests: Gauge;
  readonly waited: Histogram;
  readonly overloadRefusals: Counter<'reason'>;
}

const WAITED_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

export function createOverloadMetrics(registry: Registry): OverloadMetrics {
  const at = { registers: [registry] };
  return {
    waitingRequests: new Gauge({
      name: 'featuregraph_waiting_requests',
      help: 'Requests that wait for their turn, because the process has more to do than it can.',
      ...at,
    }),
    waited: new Histogram({
      name: 'featuregraph_waited_seconds',
      help: 'How long requests waited for their turn, of those that had to and were started.',
      buckets: WAITED_SECONDS,
      ...at,
    }),
    overloadRefusals: new Counter({
      name: 'featuregraph_overload_refusals_total',
      help: 'Requests refused because their tenant’s share of the process was taken, by reason: wait (it would have waited too long), requests or bytes (too much waits already), late (it has waited too long).',
      labelNames: ['reason'],
      ...at,
    }),
  };
}
