/** R7: the key that everybody reads expires. */
import { connectOnce, startRedis } from '../../services/redis.ts';
import { type FaultRow, wait } from '../fault-row.ts';
import { openFront, patientOverLmdb } from '../front.ts';
import { redisKeyOf } from '../hot-content.ts';
import { Tally } from '../tally.ts';

const READERS = 1000;
const BEYOND_MEMORY_MS = 1200;

export const row: FaultRow = {
  id: 'R7',
  fault: 'hot key expires under 1,000 readers',
  must: 'Exactly one read of warm; all readers get the value.',
  protections: ['singleFlight'],
  async run({ checks, say, after }) {
    const redis = await startRedis();
    after(() => redis.stop());
    const front = await openFront(patientOverLmdb(redis, { memory: {} }));
    after(() => front.close());
    await front.write('item_facts', ['popular']);
    await front.read(['popular'], ['item_facts']);
    await wait(BEYOND_MEMORY_MS);
    const admin = connectOnce(redis.port);
    await admin.connect();
    say(`the key expires in Redis, process ${redis.pid}`);
    await admin.pexpire(redisKeyOf(front, 'item_facts', 'popular'), 1);
    await wait(10);
    const warmBefore = await front.tierReads('warm hit');
    const tally = new Tally();
    await Promise.all(Array.from({ length: READERS }, () => front.read(['popular'], ['item_facts'], tally)));
    checks.that(
      'exactly one read of warm',
      (await front.tierReads('warm hit')) - warmBefore === 1,
      (await front.tierReads('warm hit')) - warmBefore,
    );
    checks.that(
      'all readers have the value',
      tally.values('item_facts', 'P') === READERS,
      tally.values('item_facts', 'P'),
    );
    checks.none('5xx, broken or false', [...tally.wrong, ...tally.broken, ...tally.refused]);
    await wait(50);
    checks.that(
      'the key is in hot again',
      (await admin.exists(redisKeyOf(front, 'item_facts', 'popular'))) === 1,
      await admin.exists(redisKeyOf(front, 'item_facts', 'popular')),
    );
    admin.disconnect();
  },
};
