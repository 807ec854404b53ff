/**
 * Another process on the same store. Argument: the folder. Each line of its input is a task as JSON:
 * `{"write": {…}}` writes a sample row and answers when it is acknowledged, `{"read": {…}}` answers the row.
 */

import { createInterface } from 'node:readline';
import { systemClock } from '../../src/core/clock.ts';
import { listRows } from '../../src/stores/block-rows.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { type BlockRead, isStoreFailure } from '../../src/stores/online-store.ts';
import { type SampleRow, sampleWrite } from './sample-rows.ts';

type Task = { readonly write: readonly SampleRow[] } | { readonly read: BlockRead };

const environment = await openLmdbEnvironment({ folder: process.argv[2] as string });
const store = createLmdbOnlineStore(environment, { clock: systemClock });
console.log('"open"');
for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line) as Task;
  if ('write' in task) {
    console.log(JSON.stringify(await store.writeMany(task.write.map(sampleWrite))));
  } else {
    const [slot] = await store.readMany([task.read]);
    const isRows = slot !== undefined && !isStoreFailure(slot);
    console.log(JSON.stringify(isRows ? listRows(slot).map((row) => row?.toString('hex') ?? null) : slot));
  }
}
await environment.close();
