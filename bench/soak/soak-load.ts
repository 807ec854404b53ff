/** The process that asks: so many random operations over connections kept alive, each answered before the next. */
import { Pool } from 'undici';
import type { Target } from '../form/contestant.ts';
import { seededRandom } from '../form/seeded-random.ts';
import { RandomOperations } from './random-operations.ts';

export interface SoakOrder {
  readonly target: Target;
  readonly count: number;
}

export interface SoakOutcome {
  /** Answered with an error, because the operation is wrong. */
  readonly refused: number;
  readonly elapsedMs: number;
  /** What the first answer that was none looked like. */
  readonly failure: string | null;
}

export interface SoakArgument {
  readonly seed: number;
  readonly userCount: number;
}

const CONNECTIONS = 8;
const SHOWN_CHARS = 300;
const BUSY = 503;
const BUSY_WAIT_MS = 200;
const { seed, userCount } = JSON.parse(process.argv[2] ?? 'null') as SoakArgument;
const operations = new RandomOperations(seededRandom(seed), userCount);
let pool: Pool | null = null;

async function run({ target, count }: SoakOrder): Promise<SoakOutcome> {
  pool ??= new Pool(target.origin, { connections: CONNECTIONS });
  const asking = pool;
  const startedMs = performance.now();
  let asked = 0;
  let refused = 0;
  let failure: string | null = null;
  const ask = async (): Promise<void> => {
    while (asked < count && failure === null) {
      asked += 1;
      const { status, text } = await answerOf(asking, target, operations.next());
      if (status === 400) refused += 1;
      else if (status !== 200 || !text.startsWith('{"data":{'))
        failure = `status ${status}: ${text.slice(0, SHOWN_CHARS)}`;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, ask));
  return { refused, elapsedMs: performance.now() - startedMs, failure };
}

/** Asked again where the machine has so much other work that the server takes no more. */
async function answerOf(asking: Pool, { path, headers }: Target, operation: string) {
  for (;;) {
    const { statusCode, body } = await asking.request({ path, method: 'POST', headers, body: operation });
    const text = await body.text();
    if (statusCode !== BUSY) return { status: statusCode, text };
    await new Promise((resolve) => setTimeout(resolve, BUSY_WAIT_MS));
  }
}

process.on('message', async (order: SoakOrder) => process.send?.(await run(order)));
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
