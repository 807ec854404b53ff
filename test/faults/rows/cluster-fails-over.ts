/** R8: a master of the hot store's cluster is killed under load, and its replica takes over. */
import { Cluster } from 'ioredis';
import { startRedisCluster } from '../../services/redis-cluster.ts';
import { type FaultRow, idsOf, until, wait } from '../fault-row.ts';
import { DEADLINE_MS, hotOverLmdb, openFront } from '../front.ts';
import { redisKeyOf, textIn } from '../hot-content.ts';
import { halfOfCapacity, startLoad } from '../load.ts';
import { textOf } from '../model.ts';

const VIEWS = ['item_facts'] as const;
const FAILOVER_MS = 8000;

export const row: FaultRow = {
  id: 'R8',
  fault: 'a master of Redis Cluster killed, its replica takes over',
  must: 'No read fails, because warm answers; at the end each row in Redis is the newest.',
  protections: ['fallback'],
  async run({ checks, say, after }) {
    const cluster = await startRedisCluster();
    after(() => cluster.stop());
    const nodes = cluster.nodes.map(({ host, port }) => ({ host, port }));
    const [master] = cluster.nodes;
    if (master === undefined) throw new Error('The cluster has no node.');
    const front = await openFront({
      ...hotOverLmdb(master),
      stores: { redis: { kind: 'redis', mode: 'CLUSTER', nodes } },
    });
    after(() => front.close());
    const ids = idsOf(300);
    await front.write('item_facts', ids);
    const options = { ids, views: VIEWS };
    const load = startLoad(front, {
      ...options,
      requestsPerSecond: await halfOfCapacity(front, options),
      writesPerSecond: 40,
    });
    await wait(500);
    load.take();
    say(`SIGKILL to the master of a third of the slots, process ${master.pid}`);
    await master.kill();
    await wait(FAILOVER_MS);
    const seen = await load.stop();
    const repairedMs = await until(15_000, async () => {
      await front.read(ids, VIEWS);
      return (await front.pendingRepairs()) === 0;
    });
    const admin = new Cluster(nodes.slice(1));
    after(async () => admin.disconnect());
    const stale: string[] = [];
    let inHot = 0;
    for (const id of ids) {
      const text = textIn(front, 'item_facts', await admin.getBuffer(redisKeyOf(front, 'item_facts', id)));
      if (text === null) continue;
      inHot += 1;
      if (text !== textOf(id, front.model.stateOf('item_facts', id).acknowledged))
        stale.push(`${id}: ${text}`);
    }
    checks.none('5xx, broken or false', [...seen.wrong, ...seen.broken, ...seen.refused]);
    checks.none('failed value', seen.values('item_facts', 'TU'));
    checks.atMost('p99', DEADLINE_MS, seen.quantileMs(0.99), ' ms');
    checks.none('refused write', load.writes.refused);
    checks.atMost('repaired after', 15_000, repairedMs, ' ms');
    checks.atLeast('rows in hot', ids.length * 0.9, inHot);
    checks.none('row in hot that is not the model’s', stale);
  },
};
