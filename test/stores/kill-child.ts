/**
 * A writer that is killed: writes rows in calls of random size, a few at once, and prints one line per
 * acknowledged call after it was acknowledged. Arguments: the folder and the number of this child.
 */
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/core/clock.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { isStoreFailure } from '../../src/stores/online-store.ts';
import { killWrite } from './kill-rows.ts';

const [folder, child] = [process.argv[2] as string, Number(process.argv[3])];
const environment = await openLmdbEnvironment({ folder });
const store = createLmdbOnlineStore(environment, { clock: systemClock });
let sequence = 0;
writeSync(1, 'open\n');

async function writeForEver(): Promise<never> {
  for (;;) {
    const first = sequence;
    const count = 1 + ((first * 7919) % 40);
    sequence += count;
    const slots = await store.writeMany(Array.from({ length: count }, (_, i) => killWrite(child, first + i)));
    const failed = slots.find(isStoreFailure);
    if (failed !== undefined) throw new Error(failed.detail);
    writeSync(1, `${first} ${count}\n`);
  }
}

await Promise.all([writeForEver(), writeForEver(), writeForEver()]);
