/**
 * Writes until the disk takes no more, then reads back all that was acknowledged, then writes again. Prints what
 * happened as JSON. Argument: the folder.
 */

import { systemClock } from '../../src/core/clock.ts';
import { rowAt } from '../../src/stores/block-rows.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { isStoreFailure, type RowWrite } from '../../src/stores/online-store.ts';
import { fullDiskWrite } from './full-disk-rows.ts';

const CALLS_MAX = 2000;
const CALL_ROWS = 20;

let unhandled = 0;
process.on('unhandledRejection', () => {
  unhandled += 1;
});
const environment = await openLmdbEnvironment({ folder: process.argv[2] as string });
const store = createLmdbOnlineStore(environment, { clock: systemClock });
const acknowledged: RowWrite[] = [];
const failures: string[] = [];
for (let call = 0; call < CALLS_MAX && failures.length < 5; call += 1) {
  const writes = Array.from({ length: CALL_ROWS }, (_, i) => fullDiskWrite(call * CALL_ROWS + i));
  const slots = await store.writeMany(writes);
  const failed = slots.filter(isStoreFailure);
  // A transaction is kept whole or not at all.
  if (failed.length === 0) acknowledged.push(...writes);
  else failures.push(`${failed.length} ${failed[0]?.failed} ${failed[0]?.detail}`);
}
const read = await store.readMany(
  acknowledged.map(({ view, row: _, ...key }) => ({ ...key, views: [view] })),
);
const intact = read.filter((slot, i) => {
  const row = isStoreFailure(slot) ? undefined : rowAt(slot, 0);
  return row !== undefined && Buffer.compare(row, acknowledged[i]?.row as Uint8Array) === 0;
});
const health = await store.check();
await environment.close();
await new Promise((resolve) => setTimeout(resolve, 50));
console.log(
  JSON.stringify({ acknowledged: acknowledged.length, intact: intact.length, failures, health, unhandled }),
);
