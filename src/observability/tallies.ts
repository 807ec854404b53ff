/**
 * Metrics of the hot path: a series is looked up once, counted in place, and written out when somebody reads it. The
 * library's own way, which takes labels at each count, is a tenth of a small request.
 */
import { Counter, type LabelValues, type Metric, type Registry } from 'prom-client';

/** One series of a counter. */
export interface Tally {
  count: number;
}

export class TalliedCounter<Label extends string> extends Counter<Label> {
  readonly #series = new Map<string, { readonly labels: LabelValues<Label>; readonly tally: Tally }>();

  /** To be asked for once by who counts often. */
  tally(labels: LabelValues<Label>): Tally {
    const key = JSON.stringify(Object.entries(labels).toSorted());
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, tally: { count: 0 } };
      this.#series.set(key, series);
    }
    return series.tally;
  }

  override get(): ReturnType<Counter<Label>['get']> {
    for (const { labels, tally } of this.#series.values()) {
      if (tally.count > 0) this.inc(labels, tally.count);
      tally.count = 0;
    }
    return super.get();
  }
}

/** One series of a histogram. */
export class Distribution {
  readonly #bounds: readonly number[];
  /** By bucket, each for itself; the last is of what is above all bounds. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] as number)) bucket += 1;
    (this.counts[bucket] as number) += 1;
    this.sum += value;
  }
}

export interface HistogramOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: Label;
  readonly buckets: readonly number[];
}

interface SeriesValue {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName: string;
}

/** A histogram with one label, as the library's registry reads it. */
export class TalliedHistogram<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly labelNames: readonly Label[];
  readonly #buckets: readonly number[];
  readonly #series = new Map<string, Distribution>();

  constructor(registry: Registry, { name, help, label, buckets }: HistogramOptions<Label>) {
    this.name = name;
    this.help = help;
    this.labelNames = [label];
    this.#buckets = buckets;
    registry.registerMetric(this as unknown as Metric);
  }

  /** @param value of the label. */
  of(value: string): Distribution {
    let series = this.#series.get(value);
    if (series === undefined) {
      series = new Distribution(this.#buckets);
      this.#series.set(value, series);
    }
    return series;
  }

  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    const values = [...this.#series].flatMap(([value, series]) => this.#valuesOf(value, series));
    return { name, help, type, aggregator, values };
  }

  #valuesOf(value: string, { counts, sum }: Distribution): SeriesValue[] {
    const labels = { [this.labelNames[0] as string]: value };
    let count = 0;
    const buckets = counts.map((own, bucket): SeriesValue => {
      count += own;
      const le = this.#buckets[bucket] ?? '+Inf';
      return { labels: { le, ...labels }, value: count, metricName: `${this.name}_bucket` };
    });
    return [
      ...buckets,
      { labels, value: sum, metricName: `${this.name}_sum` },
      { labels, value: count, metricName: `${this.name}_count` },
    ];
  }
}
