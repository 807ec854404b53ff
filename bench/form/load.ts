/** The load on a contestant, from a process on the other core: what is asked, how hard, and how it went. */
import type { Target } from './contestant.ts';
import { LOAD_CORE, startPinned } from './pinned-process.ts';

/** A request's body is `head`, random keys, `tail`: no two are alike, and making one costs next to nothing. */
export interface RequestShape {
  readonly head: string;
  readonly tail: string;
  readonly keysPerRequest: number;
  /** Keys are `<keyPrefix>0` to below this number. */
  readonly keyCount: number;
  readonly keyPrefix: string;
  /** Exponent of Zipf's law, by which few keys are asked for often (not 1); all alike where not given. */
  readonly zipf?: number;
  /** How an answer with data begins, where that is not as in GraphQL. */
  readonly answerBegins?: string;
}

export interface LoadOrder {
  readonly target: Target;
  readonly shape: RequestShape;
  readonly connections: number;
  readonly durationMs: number;
  readonly seed: number;
  /** Asked for at this rate, whatever is answered when (open loop); as fast as answers come where not given. */
  readonly ratePerSecond?: number;
}

export interface LoadOutcome {
  readonly requests: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What the first answer that was none looked like; `null` when all were answered with data. */
  readonly failure: string | null;
}

export interface Load {
  /** Keeps every connection busy for the time given, then waits for the last answers. */
  run(order: LoadOrder): Promise<LoadOutcome>;
  stop(): Promise<void>;
}

export async function startLoad(): Promise<Load> {
  const child = await startPinned(new URL('./load-generator.ts', import.meta.url), null, LOAD_CORE);
  return {
    run: async (order) => (await child.ask(order)) as LoadOutcome,
    stop: () => child.stop(),
  };
}

export function bodyOf(shape: RequestShape, random: () => number): string {
  const { head, tail, keysPerRequest, keyPrefix } = shape;
  let keys = `"${keyPrefix}${drawKey(shape, random)}"`;
  for (let i = 1; i < keysPerRequest; i += 1) keys += `,"${keyPrefix}${drawKey(shape, random)}"`;
  return head + keys + tail;
}

/** Zipf's law in its continuous form, whose inverse is short. */
function drawKey({ keyCount, zipf }: RequestShape, random: () => number): number {
  if (zipf === undefined) return Math.floor(random() * keyCount);
  const power = 1 - zipf;
  return Math.floor(((keyCount ** power - 1) * random() + 1) ** (1 / power)) - 1;
}
