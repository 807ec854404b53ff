/** Follows a supergraph: reads its source again and again, and hands on what is new. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SupergraphSource } from './supergraph-source.ts';

export interface FollowOptions {
  readonly source: SupergraphSource;
  /** What is served already. */
  readonly served: string;
  /** Between two reads, in ms; the source's own where not given. */
  readonly everyMs?: number;
  /** To serve it from now on. Rejects where it cannot be served, with the reasons. */
  readonly serve: (supergraphSdl: string) => Promise<void>;
  readonly onServed: () => void;
  /** What was read cannot be served; what is served stays. The same text is not tried again. */
  readonly onRefused: (error: unknown) => void;
  /** Nothing could be read. `failures`: how often in a row, from 1. */
  readonly onUnreadable: (error: unknown, failures: number, nextTryMs: number) => void;
  /** From 0 to below 1: replicas that failed together do not try again together. */
  readonly random: () => number;
}

export interface Following {
  /** Resolves when nothing runs any more. */
  close(): Promise<void>;
}

/** A source that is away is asked less and less often, up to this. */
const BACKOFF_MAX_MS = 60_000;

export function followSupergraph(options: FollowOptions): Following {
  const ending = new AbortController();
  const running = follow(options, ending.signal);
  return {
    close: async () => {
      ending.abort();
      await running;
    },
  };
}

async function follow(options: FollowOptions, ending: AbortSignal): Promise<void> {
  const everyMs = options.everyMs ?? options.source.everyMs;
  let last = options.served;
  let failures = 0;
  let waitMs = everyMs;
  while (await isOver(waitMs, ending)) {
    let text: string | null;
    try {
      text = await options.source.read();
      failures = 0;
      waitMs = everyMs;
    } catch (error) {
      failures += 1;
      waitMs = backoffMs(everyMs, failures, options.random());
      if (!ending.aborted) options.onUnreadable(error, failures, waitMs);
      continue;
    }
    if (text === null || text === last || ending.aborted) continue;
    last = text;
    await options.serve(text).then(options.onServed, options.onRefused);
  }
}

/** @returns whether the time passed; false where the end came first. */
async function isOver(waitMs: number, ending: AbortSignal): Promise<boolean> {
  return sleep(waitMs, true, { signal: ending, ref: false }).catch(() => false);
}

/** Twice as long after each failure, and up to a half of that more or less. */
export function backoffMs(everyMs: number, failures: number, random: number): number {
  const wholeMs = Math.min(BACKOFF_MAX_MS, everyMs * 2 ** Math.min(failures, 16));
  return Math.round(wholeMs * (0.5 + random / 2));
}
