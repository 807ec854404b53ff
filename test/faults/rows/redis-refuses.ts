/** R5: the hot store answers with errors: no memory, read-only, loading, no slots, a forgotten script, a wrong type. */
import type { Redis } from 'ioredis';
import { connectOnce, startRedis } from '../../services/redis.ts';
import { type FaultRow, idsOf, type RowContext, until, wait } from '../fault-row.ts';
import { type Front, openFront, patientOverLmdb, patientRedis } from '../front.ts';
import { hotTexts, redisKeyOf } from '../hot-content.ts';
import { textOf } from '../model.ts';
import { Tally } from '../tally.ts';

const IDS = idsOf(200);
const EVERY_SLOT = ['0', '16383'] as const;
const LOADING_KEY_DELAY_US = '20000';

export const row: FaultRow = {
  id: 'R5',
  fault: 'OOM, READONLY, LOADING, CLUSTERDOWN, NOSCRIPT, WRONGTYPE',
  must: 'A forgotten script heals unseen; with the others warm answers, and no write is lost.',
  protections: ['scriptReload', 'repairLog'],
  async run(context) {
    await onOneServer(context);
    await onClusterWithoutSlots(context);
  },
};

async function onOneServer({ checks, say, after }: RowContext): Promise<void> {
  const redis = await startRedis(['--enable-debug-command', 'yes']);
  after(() => redis.stop());
  const front = await openFront(patientOverLmdb(redis));
  after(() => front.close());
  const admin = connectOnce(redis.port);
  await admin.connect();
  after(async () => admin.disconnect());
  say(`Redis is process ${redis.pid}`);
  await front.write('item_facts', IDS);
  const tally = new Tally();
  let refused = 0;
  const writeAndRead = async (): Promise<void> => {
    refused += (await front.write('item_facts', IDS)).accepted === IDS.length ? 0 : 1;
    await front.read(IDS, ['item_facts'], tally);
    await wait(20);
    await front.read(IDS, ['item_facts'], tally);
  };

  const failuresBefore = await failures(front);
  await admin.call('SCRIPT', 'FLUSH');
  await writeAndRead();
  checks.that(
    'NOSCRIPT heals unseen',
    (await failures(front)) === failuresBefore,
    `${(await failures(front)) - failuresBefore} failed calls`,
  );

  for (const [name, begin, end] of serverFaults(admin, front)) {
    const failedBefore = await failures(front);
    await begin();
    await writeAndRead();
    const failed = (await failures(front)) - failedBefore;
    await end();
    checks.atLeast(`failed calls of hot with ${name}`, 1, failed);
    await until(4000, async () => (await front.breakerState('redis')) === 0 || (await read(front, tally)));
    checks.none(
      `repair pending after ${name}`,
      (await until(6000, async () => (await front.pendingRepairs()) === 0)) > 6000 ? 1 : 0,
    );
  }
  await writeAndRead();
  checks.none('refused write', refused);
  checks.none('5xx, broken or false', [...tally.wrong, ...tally.broken, ...tally.refused]);
  checks.none('failed value', tally.values('item_facts', 'TU'));
  const hot = await hotTexts(front, redis, 'item_facts', IDS);
  const lost = IDS.filter(
    (id, i) => hot[i] !== textOf(id, front.model.stateOf('item_facts', id).acknowledged),
  );
  checks.none('row in hot that is not the model’s', lost);
}

/** Reading lets the breaker find out; never done. */
async function read(front: Front, tally: Tally): Promise<false> {
  await front.read(IDS.slice(0, 5), ['item_facts'], tally);
  return false;
}

function serverFaults(
  admin: Redis,
  front: Front,
): readonly (readonly [string, () => Promise<unknown>, () => Promise<unknown>])[] {
  const nothing = async (): Promise<void> => {};
  return [
    [
      'OOM',
      async () => {
        await admin.config('SET', 'maxmemory', '1');
      },
      () => admin.config('SET', 'maxmemory', '0'),
    ],
    ['READONLY', () => admin.call('REPLICAOF', '127.0.0.1', '1'), () => admin.call('REPLICAOF', 'NO', 'ONE')],
    [
      'WRONGTYPE',
      async () => {
        for (const id of IDS) {
          const key = redisKeyOf(front, 'item_facts', id);
          await admin.multi().del(key).lpush(key, 'not a block').exec();
        }
      },
      nothing,
    ],
    [
      'LOADING',
      async () => {
        await admin.config('SET', 'key-load-delay', LOADING_KEY_DELAY_US);
        await admin.config('SET', 'loading-process-events-interval-bytes', '1024');
        // Answers when all is loaded.
        admin.call('DEBUG', 'RELOAD').catch(() => {});
        await wait(100);
      },
      async () => {
        await until(20_000, () =>
          admin.ping().then(
            (answer) => answer === 'PONG',
            () => false,
          ),
        );
        await admin.config('SET', 'key-load-delay', '0');
      },
    ],
  ];
}

async function onClusterWithoutSlots({ checks, say, after }: RowContext): Promise<void> {
  const node = await startRedis(['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1']);
  after(() => node.stop());
  say(`a cluster of one node is process ${node.pid}`);
  const admin = connectOnce(node.port);
  await admin.connect();
  after(async () => admin.disconnect());
  await admin.call('CLUSTER', 'ADDSLOTSRANGE', ...EVERY_SLOT);
  await until(5000, async () => String(await admin.call('CLUSTER', 'INFO')).includes('cluster_state:ok'));
  const front = await openFront({
    ...patientOverLmdb(node),
    stores: { redis: { ...patientRedis([node]), mode: 'CLUSTER' } },
  });
  after(() => front.close());
  const tally = new Tally();
  const before = await front.write('item_facts', IDS);
  await front.read(IDS, ['item_facts'], tally);
  await admin.call('CLUSTER', 'DELSLOTSRANGE', ...EVERY_SLOT);
  await wait(50);
  const during = await front.write('item_facts', IDS);
  await front.read(IDS, ['item_facts'], tally);
  const failed = await failures(front);
  await admin.call('CLUSTER', 'ADDSLOTSRANGE', ...EVERY_SLOT);
  const repairedMs = await until(10_000, async () => {
    await front.read(IDS, ['item_facts'], tally);
    return (await front.pendingRepairs()) === 0;
  });
  checks.none('write lost with CLUSTERDOWN', 2 * IDS.length - before.accepted - during.accepted);
  checks.atLeast('failed calls of hot with CLUSTERDOWN', 1, failed);
  checks.none('false or failed value with CLUSTERDOWN', [...tally.wrong, ...tally.broken, ...tally.refused]);
  checks.none('failed value with CLUSTERDOWN', tally.values('item_facts', 'TU'));
  checks.atMost('repaired after', 10_000, repairedMs, ' ms');
}

async function failures(front: Front): Promise<number> {
  const counts = await front.metric('featuregraph_store_failures_total', 'store');
  let sum = 0;
  for (const [store, count] of counts) if (store === 'redis') sum += count;
  return sum;
}
