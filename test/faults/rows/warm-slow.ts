/** W2: the store that is the truth answers ten times slower. */
import { startTcpProxy, type TcpProxy } from '../../services/tcp-proxy.ts';
import { startCqlCounter } from '../cql-counter.ts';
import { type FaultRow, idsOf, until, wait } from '../fault-row.ts';
import { type LoadOptions, startLoad } from '../load.ts';
import { IN_FLIGHT_MAX, openOverCassandra, warmReads, writeAll } from '../over-cassandra.ts';
import { Tally } from '../tally.ts';

const VIEWS = ['item_facts'] as const;
const DELAY_MS = 30;
/** What is bounded here is how much is asked; Cassandra takes more time than 30 ms of a machine that is busy. */
const DEADLINE_MS = 1500;
const PATIENT = { warmBudgetMs: 500 };
/** Of the reads: retries add at most a tenth. */
const REQUESTS_MAX_PERCENT = 110;
/** Of twenty items each: half of what 32 requests at once bring in 30 ms and a few more. */
const HALF_PER_SECOND = 22;
const WARM_WITHIN_MS = 20_000;
const PHASE_MS = 3000;
/** Beside the requests of readers: whether the tenants have changed is asked every second. */
const POLLS_MAX = 1;
/** Of a hundred items each: 3,000 reads a second, where requests of 30 ms and more allow a thousand. */
const OVERLOAD_PER_SECOND = 30;

export const row: FaultRow = {
  id: 'W2',
  fault: 'warm store (Cassandra) ten times slower: +30 ms',
  must: 'Requests that are unanswered are bounded; retries add at most a tenth.',
  protections: ['inFlightBound'],
  async run(context) {
    const { checks, say, after } = context;
    let proxy: TcpProxy | undefined;
    const counter = await startCqlCounter();
    after(() => counter.stop());
    // Hot is killed, so that every read is one of warm.
    const { front, redis, cassandra } = await openOverCassandra(
      context,
      PATIENT,
      async (server) => {
        proxy = await startTcpProxy(server);
        after(() => (proxy as TcpProxy).stop());
        return counter.before(proxy);
      },
      DEADLINE_MS,
    );
    const ids = idsOf(200);
    await writeAll(front, 'item_facts', ids);
    await redis.kill();
    say(
      `Cassandra, process ${cassandra.pid}, answers ${DELAY_MS} ms later; Redis, process ${redis.pid}, is killed`,
    );
    await wait(300);
    proxy?.set({ delayMs: DELAY_MS });
    await until(WARM_WITHIN_MS, async () => {
      const tally = new Tally();
      await front.read(ids.slice(0, 20), VIEWS, tally);
      return tally.values('item_facts', 'P') === 20;
    });

    // A cold server's first seconds are no part of the row.
    await under({ ids, views: VIEWS, requestsPerSecond: HALF_PER_SECOND });
    const half = await under({ ids, views: VIEWS, requestsPerSecond: HALF_PER_SECOND });
    checks.none('5xx, broken or false at half of its capacity', half.problems);
    checks.atLeast('values asked', 1000, half.asked);
    checks.atLeast('values PRESENT, in %', 90, (100 * half.present) / half.asked);
    checks.atMost('requests of Cassandra, in % of the reads', REQUESTS_MAX_PERCENT, half.sentPercent);
    checks.atMost('p99', DEADLINE_MS, half.p99Ms, ' ms');

    const overload = { ids, views: VIEWS, batch: 100, requestsPerSecond: OVERLOAD_PER_SECOND };
    const over = await under(overload);
    // Of what comes too late, all is told as such.
    const untold = over.problems.filter((problem) => !problem.includes('SUBGRAPH_TIMEOUT'));
    checks.none('5xx, broken or false under more than it can', untold);
    checks.atMost('requests of Cassandra in flight', IN_FLIGHT_MAX + POLLS_MAX, counter.mostInFlight());
    checks.atLeast('requests of Cassandra in flight at most', IN_FLIGHT_MAX / 2, counter.mostInFlight());
    checks.atMost('requests of Cassandra, in % of the reads', REQUESTS_MAX_PERCENT, over.sentPercent);
    checks.none('NOT_FOUND', half.notFound + over.notFound);
    checks.atMost('p99 under more than it can', 2 * DEADLINE_MS, over.p99Ms, ' ms');

    async function under(load: LoadOptions) {
      counter.reset();
      const readsBefore = await warmReads(front);
      const running = startLoad(front, load);
      await wait(PHASE_MS);
      const seen = await running.stop();
      await wait(300);
      return {
        asked: seen.values('item_facts', 'PTUF'),
        present: seen.values('item_facts', 'P'),
        notFound: seen.values('item_facts', 'F'),
        problems: [...seen.wrong, ...seen.broken, ...seen.refused],
        p99Ms: seen.quantileMs(0.99),
        sentPercent: (100 * counter.sent()) / ((await warmReads(front)) - readsBefore),
      };
    }
  },
};
