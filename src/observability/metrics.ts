import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Every metric's name, unit and labels, in one place. Names end in their unit; labels have few values. */
export interface Metrics {
  readonly registry: Registry;
  /** Requests by operation and outcome: `ok`, `partial` (data with errors), `failed`. */
  readonly requests: Counter<'operation' | 'outcome'>;
  readonly requestDuration: Histogram<'operation'>;
  /** Distinct blocks asked of a store, by how the slot came back: `found`, `empty`, `failed`. */
  readonly blockReads: Counter<'store' | 'result'>;
  /** Failed slots by reason. */
  readonly storeFailures: Counter<'store' | 'reason'>;
  /** Blocks of one `readMany`. */
  readonly readBatchSize: Histogram<'store'>;
  readonly readDuration: Histogram<'store'>;
  readonly rowWrites: Counter<'store' | 'result'>;
  /** Blocks asked of a tier, by what it had: `hit`, `miss`, `stale`, `failed`. */
  readonly tierReads: Counter<'tier' | 'store' | 'result'>;
  /** Reads that joined one already under way. */
  readonly sharedReads: Counter<'store'>;
  /** Blocks put into a hot store after a read of the next tier: `promoted`, `kept`, `dropped`, `failed`. */
  readonly promotions: Counter<'store' | 'result'>;
  /** Blocks that a hot store is known to be behind in. */
  readonly repairsPending: Gauge<'store'>;
  /** 0 closed, 1 half open, 2 open. */
  readonly breakerState: Gauge<'store'>;
  readonly rowsPushed: Counter<'view' | 'result'>;
  readonly transformFailures: Counter<'transform'>;
  readonly subgraphRequests: Counter<'subgraph' | 'outcome'>;
  readonly preparedOperations: Gauge;
}

/** From a fifth of a millisecond, because a memory hit is that fast, to the longest usual deadline. */
const SECONDS = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const BATCH = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];

export function createMetrics(): Metrics {
  const registry = new Registry();
  // Brings event-loop lag, heap, garbage collection and handles of the process under its usual names.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 10 });
  const at = { registers: [registry] };
  return {
    registry,
    requests: new Counter({
      name: 'featuregraph_requests_total',
      help: 'Requests answered, by operation and outcome.',
      labelNames: ['operation', 'outcome'],
      ...at,
    }),
    requestDuration: new Histogram({
      name: 'featuregraph_request_duration_seconds',
      help: 'From the request read to the answer written.',
      labelNames: ['operation'],
      buckets: SECONDS,
      ...at,
    }),
    blockReads: new Counter({
      name: 'featuregraph_block_reads_total',
      help: 'Blocks read, by store and result (found, empty, failed).',
      labelNames: ['store', 'result'],
      ...at,
    }),
    storeFailures: new Counter({
      name: 'featuregraph_store_failures_total',
      help: 'Block reads and row writes that failed, by store and reason.',
      labelNames: ['store', 'reason'],
      ...at,
    }),
    readBatchSize: new Histogram({
      name: 'featuregraph_read_batch_blocks',
      help: 'Blocks in one batch of reads.',
      labelNames: ['store'],
      buckets: BATCH,
      ...at,
    }),
    readDuration: new Histogram({
      name: 'featuregraph_read_duration_seconds',
      help: 'Time of one batch of reads.',
      labelNames: ['store'],
      buckets: SECONDS,
      ...at,
    }),
    rowWrites: new Counter({
      name: 'featuregraph_row_writes_total',
      help: 'Rows written, by store and result (written, kept, untold, failed).',
      labelNames: ['store', 'result'],
      ...at,
    }),
    tierReads: new Counter({
      name: 'featuregraph_tier_reads_total',
      help: 'Blocks asked of a tier (memory, hot, warm), by result (hit, miss, stale, failed).',
      labelNames: ['tier', 'store', 'result'],
      ...at,
    }),
    sharedReads: new Counter({
      name: 'featuregraph_shared_reads_total',
      help: 'Reads of blocks that were answered by a read already under way.',
      labelNames: ['store'],
      ...at,
    }),
    promotions: new Counter({
      name: 'featuregraph_promotions_total',
      help: 'Blocks put into a hot store after a read of the next tier, by result (promoted, kept, dropped, failed).',
      labelNames: ['store', 'result'],
      ...at,
    }),
    repairsPending: new Gauge({
      name: 'featuregraph_repairs_pending',
      help: 'Blocks that a hot store is known to be behind in.',
      labelNames: ['store'],
      ...at,
    }),
    breakerState: new Gauge({
      name: 'featuregraph_breaker_state',
      help: 'Whether a store is asked: 0 closed (it is), 1 half open (one call tries it), 2 open (it is left alone).',
      labelNames: ['store'],
      ...at,
    }),
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
    subgraphRequests: new Counter({
      name: 'featuregraph_subgraph_requests_total',
      help: 'Fetches of subgraphs, by outcome (ok, partial, failed).',
      labelNames: ['subgraph', 'outcome'],
      ...at,
    }),
    preparedOperations: new Gauge({
      name: 'featuregraph_prepared_operations',
      help: 'Operations prepared and kept.',
      ...at,
    }),
  };
}
