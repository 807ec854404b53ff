/** R4: the way to the hot store resets, cuts answers into pieces and short, and crawls. */
import { startRedis } from '../../services/redis.ts';
import { type ProxyFaults, startTcpProxy } from '../../services/tcp-proxy.ts';
import { type FaultRow, idsOf, until, wait } from '../fault-row.ts';
import { DEADLINE_MS, hotOverLmdb, openFront } from '../front.ts';
import { halfOfCapacity, startLoad } from '../load.ts';

const VIEWS = ['item_facts', 'item_offer'] as const;
const PHASE_MS = 1500;
/** An answer has some 4,000 bytes; that of a new connection some 6,000 before the first one. */
const PHASES: readonly Phase[] = [
  { name: 'pieces of 401 bytes', faults: { pieceBytes: 401 }, hotWorks: true },
  { name: 'cut after 40,000 bytes', faults: { resetAfterBytes: 40_000 }, hotWorks: true },
  { name: 'cut in the first answer', faults: { resetAfterBytes: 8000, pieceBytes: 401 } },
  // A new one would take six seconds to be one.
  { name: '1 KB/s', faults: { bytesPerSecond: 1024 }, connectionsStay: true },
  { name: 'new connections reset', faults: { refuse: true } },
];

interface Phase {
  readonly name: string;
  readonly faults: ProxyFaults;
  readonly hotWorks?: boolean;
  readonly connectionsStay?: boolean;
}

export const row: FaultRow = {
  id: 'R4',
  fault: 'connections reset, answers cut into pieces, cut short, 1 KB/s',
  must: 'No crash, never a value under another key, one failure per call.',
  protections: ['timeout', 'fallback'],
  async run({ checks, say, after }) {
    const redis = await startRedis();
    after(() => redis.stop());
    const proxy = await startTcpProxy(redis);
    after(() => proxy.stop());
    const front = await openFront(hotOverLmdb(proxy));
    after(() => front.close());
    const ids = idsOf(300);
    for (const view of VIEWS) await front.write(view, ids);
    const options = { ids, views: VIEWS };
    const load = startLoad(front, {
      ...options,
      requestsPerSecond: Math.min(100, await halfOfCapacity(front, options)),
      writesPerSecond: 20,
    });
    await wait(500);
    load.take();
    for (const { name, faults, hotWorks, connectionsStay } of PHASES) {
      say(`Redis, process ${redis.pid}: ${name}`);
      proxy.set(faults);
      if (connectionsStay !== true) proxy.resetConnections();
      const [failedBefore, hitsBefore] = [
        await front.tierReads('hot failed'),
        await front.tierReads('hot hit'),
      ];
      await wait(PHASE_MS);
      const during = load.take();
      const failed = (await front.tierReads('hot failed')) - failedBefore;
      checks.none(`5xx, broken or false under "${name}"`, [
        ...during.wrong,
        ...during.broken,
        ...during.refused,
      ]);
      checks.none(
        `failed value under "${name}"`,
        during.values('item_facts', 'TU') + during.values('item_offer', 'TU'),
      );
      const hits = (await front.tierReads('hot hit')) - hitsBefore;
      if (hotWorks === true) checks.atLeast(`hits of hot under "${name}"`, 1, hits);
      // One block an item; those of requests that are still on their way are counted in both.
      checks.atMost(
        'failed reads of hot, one a block at most',
        (during.requests + during.starved + 20) * 20,
        failed,
      );
      checks.atMost('p99', DEADLINE_MS, during.quantileMs(0.99), ' ms');
      proxy.set({});
      proxy.resetConnections();
      await until(4000, async () => (await front.breakerState('redis')) === 0);
    }
    await wait(1500);
    load.take();
    const hitsBefore = await front.tierReads('hot hit');
    await wait(500);
    const afterwards = await load.stop();
    checks.none('false value afterwards', afterwards.wrong);
    checks.none('refused write', load.writes.refused);
    checks.atLeast('hits of hot afterwards', 1, (await front.tierReads('hot hit')) - hitsBefore);
  },
};
