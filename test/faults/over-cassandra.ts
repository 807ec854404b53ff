/** A front with Redis before Cassandra, in a keyspace of the row's own. */
import { systemClock } from '../../src/core/clock.ts';
import { initCassandraSchema } from '../../src/stores/cassandra/cassandra-schema.ts';
import { type CassandraServer, startCassandra } from '../services/cassandra.ts';
import { type RedisServer, startRedis } from '../services/redis.ts';
import { type RowContext, until } from './fault-row.ts';
import { type Front, openFront } from './front.ts';
import type { View } from './model.ts';
import { Tally } from './tally.ts';

export interface HotOverCassandra {
  readonly front: Front;
  readonly redis: RedisServer;
  readonly cassandra: CassandraServer;
}

export const IN_FLIGHT_MAX = 32;
/** What is late for its reader is still waited for: a busy machine must not take it for one that is gone. */
const ANSWERED_WITHIN_MS = 5000;

/** @param through where the front finds Cassandra, when not at its own port. */
export async function openOverCassandra(
  { after }: Pick<RowContext, 'after'>,
  tier: object,
  through?: (cassandra: CassandraServer) => Promise<{ host: string; port: number }>,
  deadlineMs?: number,
): Promise<HotOverCassandra> {
  const [redis, cassandra] = await Promise.all([startRedis(), startCassandra()]);
  after(() => redis.stop());
  after(() => cassandra.stop());
  const { host, port, localDataCenter } = cassandra;
  const store = { localDataCenter, keyspace: 'faults' };
  await initCassandraSchema({ ...store, nodes: [{ host, port }] }, { [localDataCenter]: 1 }, systemClock);
  const node = (await through?.(cassandra)) ?? { host, port };
  const front = await openFront({
    stores: {
      redis: { kind: 'redis', nodes: [{ host: redis.host, port: redis.port }] },
      ring: {
        kind: 'cassandra',
        ...store,
        nodes: [node],
        inFlightMax: IN_FLIGHT_MAX,
        readTimeoutMs: ANSWERED_WITHIN_MS,
      },
    },
    tiers: { default: { warm: 'ring', hot: 'redis', memory: { maxAgeMs: 0 }, ...tier } },
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
  after(() => front.close());
  return { front, redis, cassandra };
}

const SETTLED_WITHIN_MS = 30_000;
const SETTLE_BATCH = 100;

/** Writes items until all are acknowledged: the first call of a cold server may take longer than it has. */
export async function writeAll(front: Front, view: View, ids: readonly string[]): Promise<void> {
  const isWritten = async () => (await front.write(view, ids)).accepted === ids.length;
  if ((await until(SETTLED_WITHIN_MS, isWritten)) === Number.POSITIVE_INFINITY) {
    throw new Error(`${ids.length} rows were not acknowledged within ${SETTLED_WITHIN_MS} ms.`);
  }
}

/**
 * Writes items, and reads them until all come without warm: the first calls of a cold server and a cold client take
 * longer than a request has, which is no part of any row.
 * @throws {Error} when that does not come.
 */
export async function writeAndSettle(front: Front, view: View, ids: readonly string[]): Promise<void> {
  await writeAll(front, view, ids);
  let last = '';
  const settledMs = await until(SETTLED_WITHIN_MS, async () => {
    const before = await warmReads(front);
    const tally = new Tally();
    for (let start = 0; start < ids.length; start += SETTLE_BATCH) {
      await front.read(ids.slice(start, start + SETTLE_BATCH), [view], tally);
    }
    const [present, warm] = [tally.values(view, 'P'), (await warmReads(front)) - before];
    last = `${present} of ${ids.length} PRESENT, ${warm} asked of warm`;
    return present === ids.length && warm === 0;
  });
  if (settledMs === Number.POSITIVE_INFINITY) {
    throw new Error(
      `After ${SETTLED_WITHIN_MS} ms ${last}, ${await front.pendingRepairs()} repairs pending.`,
    );
  }
}

/** Blocks that were asked of warm so far. */
export async function warmReads(front: Front): Promise<number> {
  const counts = await front.metric('featuregraph_tier_reads_total', 'tier');
  return counts.get('warm') ?? 0;
}
