/** Sums events by day, tenant and operation. */
import type { UsageEvent, UsageFacts } from './usage-event.ts';

export const USAGE_DIMENSIONS = ['day', 'tenant', 'operation', 'namespace'] as const;
export type UsageDimension = (typeof USAGE_DIMENSIONS)[number];

/** Of all events that have the same values in the dimensions asked for. */
export interface UsageRow {
  readonly by: Readonly<Partial<Record<UsageDimension, string>>>;
  requests: number;
  /** Of the requests: those without data. */
  failed: number;
  /** In units. */
  cost: number;
  blocks: number;
  remoteFetches: number;
  transforms: number;
  bytes: number;
}

export interface UsageFilter {
  /** In ms since 1970; the first moment that counts. */
  readonly fromMs?: number | undefined;
  /** The first that does not. */
  readonly toMs?: number | undefined;
  readonly tenant?: string | undefined;
}

/** Of requests whose document nobody found. */
const NO_OPERATION = '–';

/** @returns by the dimensions' values, in the order of the dimensions. */
export async function summarizeUsage(
  events: AsyncIterable<UsageEvent>,
  dimensions: readonly UsageDimension[],
  filter: UsageFilter = {},
): Promise<UsageRow[]> {
  const rows = new Map<string, UsageRow>();
  for await (const event of events) {
    if (!fits(event, filter)) continue;
    const values = dimensions.map((dimension) => dimensionOf(event, dimension));
    const key = values.join('\0');
    const row = rows.get(key) ?? emptyRow(dimensions, values);
    rows.set(key, row);
    add(row, event.data);
  }
  return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function fits({ time, data }: UsageEvent, { fromMs, toMs, tenant }: UsageFilter): boolean {
  const atMs = Date.parse(time);
  return (
    (fromMs === undefined || atMs >= fromMs) &&
    (toMs === undefined || atMs < toMs) &&
    (tenant === undefined || data.tenant === tenant)
  );
}

/** Days are those of UTC. */
function dimensionOf({ time, data }: UsageEvent, dimension: UsageDimension): string {
  if (dimension === 'day') return time.slice(0, 10);
  return data[dimension] ?? NO_OPERATION;
}

function emptyRow(dimensions: readonly UsageDimension[], values: readonly string[]): UsageRow {
  return {
    by: Object.fromEntries(dimensions.map((dimension, i) => [dimension, values[i]])),
    ...{ requests: 0, failed: 0, cost: 0, blocks: 0, remoteFetches: 0, transforms: 0, bytes: 0 },
  };
}

function add(row: UsageRow, facts: UsageFacts): void {
  row.requests += 1;
  row.failed += facts.outcome === 'failed' ? 1 : 0;
  row.cost += facts.cost;
  row.blocks += facts.blocks;
  row.remoteFetches += facts.remoteFetches;
  row.transforms += facts.transforms;
  row.bytes += facts.bytes;
}
