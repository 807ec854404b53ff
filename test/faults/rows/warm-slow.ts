/** W2: the store that is the truth answers ten times slower. */
import { startTcpProxy, type TcpProxy } from '../../services/tcp-proxy.ts';
import { startCqlCounter } from '../cql-counter.ts';
import { type FaultRow, idsOf, wait } from '../fault-row.ts';
import { DEADLINE_MS } from '../front.ts';
import { startLoad } from '../load.ts';
import { IN_FLIGHT_MAX, openOverCassandra } from '../over-cassandra.ts';

const VIEWS = ['item_facts'] as const;
const DELAY_MS = 30;
const RETRIES_MAX = 0.1;

export const row: FaultRow = {
  id: 'W2',
  fault: 'warm store (Cassandra) ten times slower: +30 ms',
  protections: ['inFlightBound'],
  async run(context) {
    const { checks, say, after } = context;
    let proxy: TcpProxy | undefined;
    const counter = await startCqlCounter();
    after(() => counter.stop());
    // Hot forgets at once, so that every read is one of warm.
    const { front, redis, cassandra } = await openOverCassandra(context, {}, async (server) => {
      proxy = await startTcpProxy(server);
      after(() => (proxy as TcpProxy).stop());
      return counter.before(proxy);
    });
    const ids = idsOf(2000);
    await front.write('item_facts', ids);
    await redis.kill();
    await wait(300);
    await front.read(ids.slice(0, 20), VIEWS);
    say(`Cassandra, process ${cassandra.pid}, answers ${DELAY_MS} ms later`);
    proxy?.set({ delayMs: DELAY_MS });
    counter.reset();
    const readsBefore = await warmReads();
    const load = startLoad(front, { ids, views: VIEWS, batch: 100, requestsPerSecond: 20 });
    await wait(4000);
    const seen = await load.stop();
    await wait(300);
    const asked = (await warmReads()) - readsBefore;
    proxy?.set({});
    checks.none('5xx, broken or false', [...seen.wrong, ...seen.broken, ...seen.refused]);
    checks.atMost('requests of Cassandra in flight', IN_FLIGHT_MAX, counter.mostInFlight());
    checks.atLeast('requests sent', 200, counter.sent());
    checks.atMost('requests sent, with retries', Math.ceil(asked * (1 + RETRIES_MAX)) + 20, counter.sent());
    checks.that(
      'none NOT_FOUND',
      seen.values('item_facts', 'F') === 0,
      `${seen.values('item_facts', 'P')} present, ${seen.values('item_facts', 'TU')} failed`,
    );
    checks.atMost('p99', DEADLINE_MS + 50, seen.quantileMs(0.99), ' ms');

    async function warmReads(): Promise<number> {
      return (
        (await front.tierReads('warm hit')) +
        (await front.tierReads('warm miss')) +
        (await front.tierReads('warm failed'))
      );
    }
  },
};
