/** W3: hot and warm are both killed. */
import { type FaultRow, idsOf, wait } from '../fault-row.ts';
import { DEADLINE_MS } from '../front.ts';
import { openOverCassandra, writeAndSettle } from '../over-cassandra.ts';
import { Tally } from '../tally.ts';

const VIEWS = ['item_facts'] as const;
const IDS = idsOf(50);
const ASKED = 30;
const MEMORY_MS = 1000;

export const row: FaultRow = {
  id: 'W3',
  fault: 'both tiers killed',
  must: '200, null with a code, within the deadline; memory serves what it holds within its age; health says degraded.',
  protections: ['earlyNegative'],
  async run(context) {
    const { checks, say } = context;
    const { front, redis, cassandra } = await openOverCassandra(context, { memory: { maxAgeMs: MEMORY_MS } });
    await writeAndSettle(front, 'item_facts', IDS);
    await wait(MEMORY_MS + 100);
    say(`SIGKILL to Redis, process ${redis.pid}, and Cassandra, process ${cassandra.pid}`);
    const readMs = performance.now();
    await front.read(IDS, VIEWS);
    await Promise.all([redis.kill(), cassandra.kill()]);
    const held = new Tally();
    await front.read(IDS, VIEWS, held);
    const isInMemory = performance.now() - readMs < MEMORY_MS;
    await wait(MEMORY_MS + 200);
    const gone = new Tally(true);
    for (let i = 0; i < ASKED; i += 1) await front.read(IDS, VIEWS, gone);
    const health = await front.health();
    checks.none('5xx or broken request', [...held.failed, ...gone.failed]);
    checks.none('false value', [...held.wrong, ...gone.wrong, ...gone.refused]);
    checks.that(
      'memory serves what it holds',
      !isInMemory || held.values('item_facts', 'P') === IDS.length,
      held.values('item_facts', 'P'),
    );
    checks.that(
      'beyond its age: null with a code, none NOT_FOUND',
      gone.requests > 0 && gone.values('item_facts', 'TU') === gone.requests * IDS.length,
      `${gone.values('item_facts', 'TU')} failed, ${gone.values('item_facts', 'PF')} not`,
    );
    checks.atMost('p99', DEADLINE_MS, gone.quantileMs(0.99), ' ms');
    checks.that('health says degraded', health.status === 'degraded', health.status);
  },
};
