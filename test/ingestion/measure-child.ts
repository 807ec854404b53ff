import { pushRows } from '../../src/ingestion/push.ts';
import { openRecordFile } from '../../src/ingestion/readers/record-file.ts';
import { CLOCK, NAMESPACE, openStores } from './open-stores.ts';
import { sampleView, scalar } from './sample-view.ts';

/** Run as a process of its own: pushes one file and prints what became of it and how much memory it took. */
const [folder = '', path = '', mode] = process.argv.slice(2);
const view = sampleView({ seats: scalar('Int'), model: scalar('String') });
const stores = await openStores(folder);
const file = await openRecordFile(path, { view, partial: false });
let heapPeakBytes = 0;
let rssPeakBytes = 0;
const startedMs = performance.now();
const result = await pushRows({
  ...{ ...stores, view, namespace: NAMESPACE, clock: CLOCK, records: file.read },
  allOrNothing: mode === 'all-or-nothing',
  onProgress: () => {
    const { heapUsed, rss } = process.memoryUsage();
    heapPeakBytes = Math.max(heapPeakBytes, heapUsed);
    rssPeakBytes = Math.max(rssPeakBytes, rss);
  },
});
const seconds = (performance.now() - startedMs) / 1000;
const toMb = (bytes: number) => Math.round(bytes / 1e6);
const { accepted, rejected } = result;
console.log(
  JSON.stringify({
    accepted,
    rejected,
    seconds,
    heapPeakMb: toMb(heapPeakBytes),
    rssPeakMb: toMb(rssPeakBytes),
  }),
);
await stores.close();
