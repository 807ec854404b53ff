/** R9: a key is evicted from hot, and then a late older write arrives. */
import { connectOnce, startRedis } from '../../services/redis.ts';
import { type FaultRow, idsOf } from '../fault-row.ts';
import { openFront, patientOverLmdb } from '../front.ts';
import { redisKeyOf, textIn } from '../hot-content.ts';
import { textOf } from '../model.ts';
import { Tally } from '../tally.ts';

const IDS = idsOf(100);
const ROUNDS = 20;
const NEWEST = 1000;

export const row: FaultRow = {
  id: 'R9',
  fault: 'a key is evicted from hot, then a late older write arrives',
  must: 'Readers get the newer value; the older never stands alone in Redis.',
  protections: ['presence'],
  async run({ checks, say, after }) {
    const redis = await startRedis();
    after(() => redis.stop());
    const front = await openFront(patientOverLmdb(redis));
    after(() => front.close());
    say(`Redis is process ${redis.pid}`);
    const admin = connectOnce(redis.port);
    await admin.connect();
    after(async () => admin.disconnect());
    const keys = IDS.map((id) => redisKeyOf(front, 'item_facts', id));
    const push = (write: number) =>
      front.push(
        'item_facts',
        IDS.map((id) => ({ id, name: textOf(id, write), eventTime: front.timeOf(write) })),
      );
    const tally = new Tally();
    const older: string[] = [];
    let seenInHot = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const newest = NEWEST + round;
      await push(newest);
      for (const id of IDS)
        Object.assign(front.model.stateOf('item_facts', id), { acknowledged: newest, sent: newest });
      await admin.unlink(...keys);
      let writing = true;
      const late = push(1 + round).finally(() => {
        writing = false;
      });
      // Meanwhile others read, hot is looked into, and half of it is evicted again.
      while (writing) {
        await Promise.all([front.read(IDS, ['item_facts'], tally), look(newest)]);
        if (round % 2 === 0) await admin.unlink(...keys.slice(0, IDS.length / 2));
      }
      await late;
      await look(newest);
      await front.read(IDS, ['item_facts'], tally);
    }
    checks.none('5xx, broken or false: readers get the newer', [
      ...tally.wrong,
      ...tally.broken,
      ...tally.refused,
    ]);
    checks.none('failed value', tally.values('item_facts', 'TU'));
    checks.atLeast('rows looked at in hot', IDS.length, seenInHot);
    checks.none('older row alone in hot', older);

    async function look(newest: number): Promise<void> {
      const blocks = await admin.mgetBuffer(keys);
      blocks.forEach((block, i) => {
        const text = textIn(front, 'item_facts', block);
        if (text === null) return;
        seenInHot += 1;
        if (text !== textOf(IDS[i] as string, newest)) older.push(text);
      });
    }
  },
};
