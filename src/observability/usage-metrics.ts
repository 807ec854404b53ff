import { Counter, type Registry } from 'prom-client';

/** Metrics of metering: events kept of answers, lost, and forwarded. */
export interface UsageMetrics {
  readonly usageEvents: Counter;
  /** By `unwritten` (the disk failed) and `unsent` (the folder was full before every sink had them). */
  readonly usageEventsLost: Counter<'reason'>;
  readonly usageEventsForwarded: Counter<'sink'>;
  readonly usageForwardFailures: Counter<'sink'>;
}

export function createUsageMetrics(registry: Registry): UsageMetrics {
  const at = { registers: [registry] };
  return {
    usageEvents: new Counter({
      name: 'featuregraph_usage_events_total',
      help: 'Answers of which an event was to be kept.',
      ...at,
    }),
    usageEventsLost: new Counter({
      name: 'featuregraph_usage_events_lost_total',
      help: 'Events that were lost, by reason: unwritten (the disk failed), unsent (removed before every sink had them).',
      labelNames: ['reason'],
      ...at,
    }),
    usageEventsForwarded: new Counter({
      name: 'featuregraph_usage_events_forwarded_total',
      help: 'Events that a sink has taken, by sink.',
      labelNames: ['sink'],
      ...at,
    }),
    usageForwardFailures: new Counter({
      name: 'featuregraph_usage_forward_failures_total',
      help: 'Batches that a sink did not take; they are sent again. By sink.',
      labelNames: ['sink'],
      ...at,
    }),
  };
}
