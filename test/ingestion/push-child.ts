import { writeSync } from 'node:fs';
import { pushRows } from '../../src/ingestion/push.ts';
import type { ReadRecord } from '../../src/ingestion/readers/read-record.ts';
import { CLOCK, NAMESPACE, NOW_MS, openStores } from './open-stores.ts';
import { sampleView, scalar } from './sample-view.ts';

/** Run as a process of its own: pushes for ever, and prints the key of each row that was acknowledged. */
const [folder = '', first = '0'] = process.argv.slice(2);
const view = sampleView({ seats: scalar('Int') });
const stores = await openStores(folder);

async function* endless(): AsyncGenerator<ReadRecord> {
  for (let i = Number(first); ; i += 1) {
    yield { rowNumber: i + 1, record: { tailnum: `N${i}`, seats: i % 1000, eventTimeMs: NOW_MS - 10 } };
    if (i % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

await pushRows({
  ...{ ...stores, view, namespace: NAMESPACE, clock: CLOCK, records: endless },
  // Written at once, so that a killed process has told all that it had acknowledged and nothing else.
  onRow: ({ entityKey, outcome }) => writeSync(1, `${entityKey} ${outcome}\n`),
});
