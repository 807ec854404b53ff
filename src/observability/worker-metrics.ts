import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';

/** All of one process, as its registry tells them. */
export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** The metrics that only grow. */
const KEPT_TYPES: readonly unknown[] = ['counter', 'histogram'];

/**
 * The metrics of several workers as one. What a worker counted stays counted when it has ended: a sum that fell
 * would be taken for a new beginning, and all that is left of it for new.
 */
export class WorkerMetrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #own = new Registry();
  readonly #last = new Map<number, MetricValues>();
  #ended: Promise<MetricValues> = Promise.resolve([]);
  /** Of those that listen. */
  readonly workers = new Gauge({
    name: 'featuregraph_workers',
    help: 'Workers that listen (`gateway --workers`).',
    registers: [this.#own],
  });
  readonly workerExits = new Counter({
    name: 'featuregraph_worker_exits_total',
    help: 'Workers that ended unasked and are replaced (`gateway --workers`).',
    registers: [this.#own],
  });

  /** For the docs: what the workers themselves do not have. */
  get own(): Registry {
    return this.#own;
  }

  /** Takes what a worker tells in place of what it told before. */
  note(worker: number, values: MetricValues): void {
    this.#last.set(worker, values);
  }

  /** The worker has ended: what it had counted when it last told stays. */
  end(worker: number): void {
    const growing = (this.#last.get(worker) ?? []).filter(({ type }) => KEPT_TYPES.includes(type));
    this.#last.delete(worker);
    this.#ended = this.#ended.then((before) =>
      AggregatorRegistry.aggregate([before, growing]).getMetricsAsJSON(),
    );
  }

  /** In Prometheus' form: counters and histograms summed, gauges as each says, and those about workers. */
  async text(): Promise<string> {
    const ended = await this.#ended;
    const all = AggregatorRegistry.aggregate([...this.#last.values(), ended]);
    return `${await all.metrics()}\n${await this.#own.metrics()}`;
  }
}
