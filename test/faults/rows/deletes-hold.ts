/** K5: a delete, then a late older value, also after eviction from hot. */
import { connectOnce, startRedis } from '../../services/redis.ts';
import { type FaultRow, idsOf, wait } from '../fault-row.ts';
import { openFront, patientOverLmdb } from '../front.ts';
import { redisKeyOf } from '../hot-content.ts';
import { textOf } from '../model.ts';
import { Tally } from '../tally.ts';

const IDS = idsOf(50);

export const row: FaultRow = {
  id: 'K5',
  fault: 'delete, then a late older value, also after eviction from hot',
  must: 'It stays deleted.',
  protections: ['tombstone', 'presence'],
  async run({ checks, say, after }) {
    const redis = await startRedis();
    after(() => redis.stop());
    const front = await openFront(patientOverLmdb(redis));
    after(() => front.close());
    say(`Redis is process ${redis.pid}`);
    const admin = connectOnce(redis.port);
    await admin.connect();
    after(async () => admin.disconnect());
    const push = (write: number) =>
      front.push(
        'item_facts',
        IDS.map((id) => ({ id, name: textOf(id, write), eventTime: front.timeOf(write) })),
      );
    const present = async (): Promise<number> => {
      const tally = new Tally();
      await front.read(IDS, ['item_facts'], tally);
      return IDS.length - tally.values('item_facts', 'F');
    };
    for (const id of IDS) front.model.stateOf('item_facts', id).sent = 100;
    await push(10);
    checks.that('written', (await present()) === IDS.length, await present());
    const rows = IDS.map((id) => JSON.stringify({ id, eventTime: front.timeOf(20) })).join('\n');
    const deleted = await front.post('/delete/item_facts', rows, 'application/x-ndjson');
    checks.that('deletes acknowledged', deleted.accepted === IDS.length, deleted.accepted);
    checks.none('value after the delete', await present());
    await push(15);
    checks.none('value after a late older write', await present());
    await admin.unlink(...IDS.map((id) => redisKeyOf(front, 'item_facts', id)));
    await push(16);
    checks.none('value after eviction and a late older write', await present());
    await admin.unlink(...IDS.map((id) => redisKeyOf(front, 'item_facts', id)));
    checks.none('value after eviction', await present());
    await wait(50);
    await push(17);
    checks.none('value after one more late older write', await present());
    await push(30);
    checks.that('a newer value counts again', (await present()) === IDS.length, await present());
  },
};
