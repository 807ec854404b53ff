/** The process that makes load: connections kept alive, each with one request under way, random keys in all. */
import { Client, type Dispatcher } from 'undici';
import { bodyOf, type LoadOrder, type LoadOutcome } from './load.ts';
import { seededRandom } from './seeded-random.ts';
import { percentileOf } from './spread.ts';

/** An answer with data begins so; anything else is none. */
const DATA = Buffer.from('{"data":{');
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
  await Promise.all(
    clients.map(async (client) => {
      while (failure === null && performance.now() < endsMs) {
        const beganMs = performance.now();
        const failed = await ask(client, order, bodyOf(order.shape, random));
        latenciesMs.push(performance.now() - beganMs);
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
function ask(client: Client, { target }: LoadOrder, body: string): Promise<string | null> {
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
        const isData = status === 200 && first?.compare(DATA, 0, DATA.length, 0, DATA.length) === 0;
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
