/** Load at a fixed rate, whatever the answers take: readers, and writers beside them. */
import type { Front } from './front.ts';
import { machineTimeMs } from './machine-time.ts';
import type { View } from './model.ts';
import { Tally } from './tally.ts';

export interface LoadOptions {
  readonly ids: readonly string[];
  readonly views: readonly View[];
  /** Items of one request. */
  readonly batch?: number;
  readonly requestsPerSecond: number;
  /** Writes a second, of one item each. */
  readonly writesPerSecond?: number;
}

export interface Load {
  /** What came so far of requests begun since the last call, and starts anew. */
  take(): Tally;
  /** Waits for what is under way. */
  stop(): Promise<Tally>;
  readonly writes: { acknowledged: number; refused: number };
}

const BATCH = 20;
const TICK_MS = 10;

export function startLoad(front: Front, options: LoadOptions): Load {
  const { ids, views, batch = BATCH, requestsPerSecond, writesPerSecond = 0 } = options;
  const underWay = new Set<Promise<unknown>>();
  const writing = new Set<string>();
  const writes = { acknowledged: 0, refused: 0 };
  let tally = new Tally(true);
  let [reads, written] = [0, 0];
  const startedMs = machineTimeMs();
  const keep = (work: Promise<unknown>): void => {
    const done = work.finally(() => underWay.delete(done));
    underWay.add(done);
  };
  const timer = setInterval(() => {
    const seconds = (machineTimeMs() - startedMs) / 1000;
    for (; reads < seconds * requestsPerSecond; reads += 1) {
      keep(front.read(pick(ids, batch, reads), views, tally));
    }
    for (; written < seconds * writesPerSecond; written += 1) {
      const id = ids[(written * 7919) % ids.length] as string;
      // One at a time of each item, so that the model knows what was acknowledged last.
      if (writing.has(id)) continue;
      writing.add(id);
      keep(
        front
          .write('item_facts', [id])
          .then(
            ({ accepted }) => {
              writes[accepted === 1 ? 'acknowledged' : 'refused'] += 1;
            },
            () => {
              writes.refused += 1;
            },
          )
          .finally(() => writing.delete(id)),
      );
    }
  }, TICK_MS);
  return {
    writes,
    take: () => {
      const taken = tally;
      tally = new Tally(true);
      return taken;
    },
    stop: async () => {
      clearInterval(timer);
      while (underWay.size > 0) await Promise.all(underWay);
      return tally;
    },
  };
}

/** Each item comes as often as any other. */
function pick(ids: readonly string[], count: number, turn: number): string[] {
  return Array.from(
    { length: Math.min(count, ids.length) },
    (_, i) => ids[(turn * count + i) % ids.length] as string,
  );
}

const PROBE_MS = 800;
const PROBE_CLIENTS = 8;
/** Beyond it the test's own client would be what is measured. */
const RATE_MAX = 250;

/** Half of what the front answers a second when eight clients ask as fast as they can. */
export async function halfOfCapacity(
  front: Front,
  { ids, views, batch = BATCH }: Omit<LoadOptions, 'requestsPerSecond'>,
): Promise<number> {
  const tally = new Tally();
  const untilMs = performance.now() + PROBE_MS;
  await Promise.all(
    Array.from({ length: PROBE_CLIENTS }, async (_, client) => {
      for (let turn = client; performance.now() < untilMs; turn += PROBE_CLIENTS) {
        await front.read(pick(ids, batch, turn), views, tally);
      }
    }),
  );
  return Math.max(10, Math.min(RATE_MAX, Math.floor((tally.requests * 1000) / PROBE_MS / 2)));
}
