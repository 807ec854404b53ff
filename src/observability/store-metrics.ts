import { Counter, Gauge, type Registry } from 'prom-client';
import { TalliedCounter, TalliedHistogram } from './tallies.ts';

/** Metrics of stores and tiers: their names, units and labels. A store's label is its name in the configuration. */
export interface StoreMetrics {
  /** Distinct blocks asked of a store, by how the slot came back: `found`, `empty`, `failed`. */
  readonly blockReads: TalliedCounter<'store' | 'result'>;
  /** Failed slots by reason. */
  readonly storeFailures: Counter<'store' | 'reason'>;
  /** Blocks of one `readMany`. */
  readonly readBatchSize: TalliedHistogram<'store'>;
  readonly readDuration: TalliedHistogram<'store'>;
  readonly rowWrites: Counter<'store' | 'result'>;
  /** Blocks asked of a tier, by what it had: `hit`, `miss`, `stale`, `failed`. */
  readonly tierReads: TalliedCounter<'tier' | 'store' | 'result'>;
  /** Reads that joined one already under way. */
  readonly sharedReads: Counter<'store'>;
  /** Blocks put into a hot store after a read of the next tier: `promoted`, `kept`, `dropped`, `failed`. */
  readonly promotions: Counter<'store' | 'result'>;
  /** Blocks that a hot store is known to be behind in. */
  readonly repairsPending: Gauge<'store'>;
  /** 0 closed, 1 half open, 2 open. */
  readonly breakerState: Gauge<'store'>;
}

/** From a fifth of a millisecond, because a memory hit is that fast, to the longest usual deadline. */
export const DURATION_SECONDS = [
  0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5,
];
const BATCH = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];

export function createStoreMetrics(registry: Registry): StoreMetrics {
  return { ...createCallMetrics(registry), ...createTierMetrics(registry) };
}

type TierMetricNames = 'tierReads' | 'sharedReads' | 'promotions' | 'repairsPending' | 'breakerState';

function createCallMetrics(registry: Registry): Omit<StoreMetrics, TierMetricNames> {
  const at = { registers: [registry] };
  return {
    blockReads: new TalliedCounter({
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
    readBatchSize: new TalliedHistogram(registry, {
      name: 'featuregraph_read_batch_blocks',
      help: 'Blocks in one batch of reads.',
      label: 'store',
      buckets: BATCH,
    }),
    readDuration: new TalliedHistogram(registry, {
      name: 'featuregraph_read_duration_seconds',
      help: 'Time of one batch of reads.',
      label: 'store',
      buckets: DURATION_SECONDS,
    }),
    rowWrites: new Counter({
      name: 'featuregraph_row_writes_total',
      help: 'Rows written, by store and result (written, kept, untold, failed).',
      labelNames: ['store', 'result'],
      ...at,
    }),
  };
}

function createTierMetrics(registry: Registry): Pick<StoreMetrics, TierMetricNames> {
  const at = { registers: [registry] };
  return {
    tierReads: new TalliedCounter({
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
      // Of several workers: that of the one that is worst off.
      aggregator: 'max',
      ...at,
    }),
  };
}
