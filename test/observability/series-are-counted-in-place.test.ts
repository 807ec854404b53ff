import fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { TalliedCounter, TalliedHistogram } from '../../src/observability/tallies.ts';

/** What is counted in place is told as the library tells what it counts itself: alone, and summed over workers. */
const BUCKETS = [0.001, 0.01, 1];
const stores = fc.constantFrom('redis', 'with "quotes"\nand lines');
const results = fc.constantFrom('hit', 'miss');

test('a counter, also where it is read between two counts', async () => {
  const counts = fc.array(fc.tuple(stores, results, fc.integer({ min: 1, max: 5 }), fc.boolean()));
  await fc.assert(
    fc.asyncProperty(counts, async (steps) => {
      const [ours, theirs] = [new Registry(), new Registry()];
      const options = { name: 'reads_total', help: 'Reads.', labelNames: ['store', 'result'] as const };
      const tallied = new TalliedCounter({ ...options, registers: [ours] });
      const counter = new Counter({ ...options, registers: [theirs] });
      for (const [store, result, count, isRead] of steps) {
        tallied.tally({ store, result }).count += count;
        counter.inc({ store, result }, count);
        if (isRead) await ours.metrics();
      }
      expect(linesOf(await ours.metrics())).toEqual(linesOf(await theirs.metrics()));
      expect(await ours.metrics()).toBe(await ours.metrics());
    }),
  );
});

test('a histogram, at and between its bounds and above them', async () => {
  const values = fc.array(fc.tuple(stores, fc.constantFrom(0, 0.001, 0.0011, 0.01, 0.5, 1, 1.5, 1e9)));
  await fc.assert(
    fc.asyncProperty(values, async (steps) => {
      const [ours, theirs] = [new Registry(), new Registry()];
      const tallied = new TalliedHistogram(ours, { name: 'd', help: 'D.', label: 'store', buckets: BUCKETS });
      const histogram = new Histogram({
        ...{ name: 'd', help: 'D.', labelNames: ['store'], buckets: BUCKETS, registers: [theirs] },
      });
      for (const [store, value] of steps) {
        tallied.of(store).observe(value);
        histogram.observe({ store }, value);
      }
      expect(linesOf(await ours.metrics())).toEqual(linesOf(await theirs.metrics()));
      const [asJson, asTheirs] = [await ours.getMetricsAsJSON(), await theirs.getMetricsAsJSON()];
      expect(asJson[0]).toMatchObject({ name: 'd', type: 'histogram', aggregator: 'sum' });
      expect(seriesOf(asJson)).toEqual(seriesOf(asTheirs));
    }),
  );
});

/** Labels in any order. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\{(.*)\}/, (_, labels: string) => labels.split(',').toSorted().join(',')))
    .toSorted();
}

function seriesOf(metrics: readonly object[]): unknown[] {
  const [{ values }] = metrics as [{ values: { labels: object; value: number; metricName: string }[] }];
  return values
    .map(({ labels, value, metricName }) =>
      JSON.stringify([metricName, Object.entries(labels).toSorted(), value]),
    )
    .toSorted();
}
