/** W1: the store that is the truth is killed. */
import { connectOnce } from '../../services/redis.ts';
import { type FaultRow, idsOf, wait } from '../fault-row.ts';
import { DEADLINE_MS } from '../front.ts';
import { redisKeyOf } from '../hot-content.ts';
import { startLoad } from '../load.ts';
import { openOverCassandra, writeAndSettle } from '../over-cassandra.ts';
import { Tally } from '../tally.ts';

const VIEWS = ['item_facts'] as const;
const HELD = idsOf(200, 'held');
const MISSED = idsOf(50, 'missed');

export const row: FaultRow = {
  id: 'W1',
  fault: 'warm store (Cassandra) killed',
  must: 'What Redis has is served as before; what it lacks is null with a code and never NOT_FOUND.',
  protections: ['earlyNegative'],
  async run(context) {
    const { checks, say } = context;
    const { front, redis, cassandra } = await openOverCassandra(context, {});
    await writeAndSettle(front, 'item_facts', [...HELD, ...MISSED]);
    const admin = connectOnce(redis.port);
    await admin.connect();
    await admin.unlink(...MISSED.map((id) => redisKeyOf(front, 'item_facts', id)));
    admin.disconnect();
    say(`SIGKILL to Cassandra, process ${cassandra.pid}`);
    await cassandra.kill();
    const load = startLoad(front, { ids: HELD, views: VIEWS, requestsPerSecond: 50 });
    const missed = new Tally(true);
    for (let i = 0; i < 30; i += 1) {
      await front.read(MISSED, VIEWS, missed);
      await wait(50);
    }
    const refused = await front.write('item_facts', HELD.slice(0, 5));
    const held = await load.stop();
    checks.none('5xx, broken or false', [
      ...held.wrong,
      ...held.broken,
      ...held.refused,
      ...missed.wrong,
      ...missed.broken,
    ]);
    checks.none('hit of hot that fails', held.values('item_facts', 'TUF'));
    checks.atLeast('hits of hot', 1000, held.values('item_facts', 'P'));
    checks.that(
      'every miss is null with a code, none NOT_FOUND',
      missed.requests > 0 && missed.values('item_facts', 'TU') === missed.requests * MISSED.length,
      `${missed.values('item_facts', 'TU')} failed, ${missed.values('item_facts', 'F')} NOT_FOUND`,
    );
    checks.that('a write is not acknowledged', refused.accepted === 0, refused.accepted);
    checks.atMost('p99 of hits', DEADLINE_MS, held.quantileMs(0.99), ' ms');
    checks.atMost('p99 of misses', DEADLINE_MS, missed.quantileMs(0.99), ' ms');
  },
};
