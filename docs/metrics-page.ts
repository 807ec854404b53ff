import type { Metric } from 'prom-client';
import { createMetrics } from '../src/observability/metrics.ts';
import { WorkerMetrics } from '../src/observability/worker-metrics.ts';
import { table } from './markdown.ts';

/** Every metric of ours, from the objects that count. */
export function metricsPage(): string {
  const rows = [createMetrics().registry, new WorkerMetrics().own]
    .flatMap((registry) => registry.getMetricsAsArray())
    .map((metric) => metric as unknown as DescribedMetric)
    .filter(({ name }) => name.startsWith('featuregraph_'))
    .map((metric) => [
      `\`${metric.name}\``,
      metric.type,
      (metric.labelNames ?? []).map((label) => `\`${label}\``).join(', '),
      metric.help,
    ]);
  return `# Metrics

Served for Prometheus at \`/metrics\` of the admin port, without a credential: keep that port inside. Names end in
their unit. Labels have few values: an operation that has no name is told by the beginning of its hash, and a view is one of the
schema. A histogram has \`_bucket\`, \`_sum\` and \`_count\`. The process's own figures (event-loop lag, heap, garbage
collection, handles) stand beside them under the usual \`process_…\` and \`nodejs_…\` names.

${table(['name', 'kind', 'labels', 'what it tells'], rows)}
`;
}

/** What the library's objects have, and its types leave out. */
type DescribedMetric = Metric & {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames?: readonly string[];
};
