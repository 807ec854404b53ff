/** Lets two gigabytes of short-lived buffers pass beside live objects, and prints how often the whole heap was collected. */
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { collectAsServer } from '../../src/cli/garbage-collection.ts';

const TURNS = 2000;
const BUFFERS = 16;
const BUFFER_BYTES = 65_536;

if (process.argv[2] === 'counted') collectAsServer();
let collections = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { kind } = (entry as unknown as { readonly detail: { readonly kind: number } }).detail;
    if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections += 1;
  }
}).observe({ entryTypes: ['gc'] });
const live = Array.from({ length: 300_000 }, (_, number) => ({ number }));
for (let turn = 0; turn < TURNS; turn += 1) {
  for (let i = 0; i < BUFFERS; i += 1) Buffer.allocUnsafeSlow(BUFFER_BYTES);
  await setImmediate();
}
await setTimeout(100); // until the observer is told
console.log(JSON.stringify({ collections, live: live.length }));
