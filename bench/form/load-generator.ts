/** The process that makes load: connections kept alive, each with one request under way, random keys in all. */
import { Client, type Dispatcher } from 'undici';
import { bodyOf, type LoadOrder, type LoadOutcome } from './load.ts';
import { seededRandom } from './seeded-random.ts';
import { percentileOf } from './spread.ts';

/** An answer with data begins so; anything else is none. */
const DATA = '{"data":{';
const SHOWN_BYTES = 300;

async function run(order: LoadOrder): Promise<LoadOutcome> {
  const clients = Array.from(
    { length: order.connections },
    () => new Client(order.target.origin, { pipelining: 1 }),
  );
  const random = seededRandom(order.seed);
  const latenciesMs: number[] = [];
  const startedMs = performance.now();
  const endsMs = startedMs + order.durationMs;
  let failure: string | null = null;
  const { ratePerSecond } = order;
  let asked = 0;
  /** When the next request is due, in ms; `null` when there is none. */
  const nextDueMs = (): number | null => {
    const dueMs =
      ratePerSecond === undefined ? performance.now() : startedMs + (1000 * asked) / ratePerSecond;
    asked += 1;
    return failure === null && dueMs < endsMs ? dueMs : null;
  };
  await Promise.all(
    clients.map(async (client) => {
      // From when it was due: a request that waits for a connection has waited for an answer.
      for (let dueMs = nextDueMs(); dueMs !== null; dueMs = nextDueMs()) {
        const earlyMs = dueMs - performance.now();
        if (earlyMs > 0) await new Promise((resolve) => setTimeout(resolve, earlyMs));
        const failed = await ask(client, order, bodyOf(order.shape, random));
        latenciesMs.push(performance.now() - dueMs);
        failure ??= failed;
      }
    }),
  );
  const elapsedMs = performance.now() - startedMs;
  await Promise.all(clients.map((client) => client.close()));
  const sorted = Float64Array.from(latenciesMs).sort();
  return {
    requests: sorted.length,
    elapsedMs,
    p50Ms: percentileOf(sorted, 0.5),
    p99Ms: percentileOf(sorted, 0.99),
    failure,
  };
}

/** @returns what was wrong with the answer, if anything. */
function ask(client: Client, { target, shape }: LoadOrder, body: string): Promise<string | null> {
  return new Promise((resolve) => {
    let status = 0;
    let first: Buffer | null = null;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {},
      onResponseStart(_controller, statusCode) {
        status = statusCode;
      },
      onResponseData(_controller, chunk) {
        first ??= chunk;
      },
      onResponseEnd() {
        const begins = shape.answerBegins ?? DATA;
        const isData = status === 200 && first?.toString('latin1', 0, begins.length) === begins;
        resolve(isData ? null : `status ${status}: ${first?.toString('utf8', 0, SHOWN_BYTES) ?? 'no body'}`);
      },
      onResponseError(_controller, error) {
        resolve(`no answer: ${error.message}`);
      },
    };
    client.dispatch({ path: target.path, method: 'POST', headers: target.headers, body }, handler);
  });
}

process.on('message', async (order: LoadOrder) => process.send?.(await run(order)));
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
