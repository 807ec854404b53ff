/** What the fetches of one subgraph tell the metrics. */
import type { Clock } from '../../src/core/clock.ts';
import type { FeaturegraphError } from '../../src/core/errors.ts';
import type { SubgraphResult } from '../../src/engine/subgraph-client.ts';
import type { Logger } from '../../src/observability/logger.ts';
import type { Metrics } from '../../src/observability/metrics.ts';
import { BREAKER_STATE_VALUE, type BreakerState } from '../../src/stores/tiers/store-breaker.ts';
import { isKnownCode } from '../http/error-reply.ts';

export interface WatchSubgraph {
  /** @returns to be called when an answer is there, or its time is over. */
  started(clock: Clock): () => void;
  /** Told what the answer was once it was read; `ok` where that was not needed. */
  answered(result: SubgraphResult | 'ok'): void;
  /** Told why there is no answer, for the log. */
  failed(error: FeaturegraphError, clock: Clock): void;
  retried(): void;
  breaker(state: BreakerState): void;
}

export const UNWATCHED: WatchSubgraph = {
  started: () => () => {},
  answered() {},
  failed() {},
  retried() {},
  breaker() {},
};

/** One that is down fails thousands of times a minute: a line tells how many there were of its code since the last. */
const LOGGED_EVERY_MS = 10_000;

/** @param logger told why a subgraph gives no answer; nobody is where not given. */
export function watchSubgraph(metrics: Metrics, subgraph: string, logger?: Logger): WatchSubgraph {
  const logged = new Map<string, { atMs: number; unlogged: number }>();
  metrics.subgraphBreakerState.set({ subgraph }, BREAKER_STATE_VALUE.CLOSED);
  // With their labels once: to look them up for each fetch adds up.
  const inFlight = metrics.subgraphsInFlight.labels({ subgraph });
  const duration = metrics.subgraphDuration.labels({ subgraph });
  const ok = metrics.subgraphRequests.labels({ subgraph, outcome: 'ok' });
  return {
    started: (clock) => {
      const startedMs = clock.monotonicMs();
      inFlight.inc();
      return () => {
        inFlight.dec();
        duration.observe((clock.monotonicMs() - startedMs) / 1000);
      };
    },
    answered: (result) => {
      const outcome = result === 'ok' ? result : outcomeOf(result);
      if (outcome === 'ok') ok.inc();
      else metrics.subgraphRequests.inc({ subgraph, outcome });
      if (result !== 'ok' && result.data === null)
        metrics.subgraphFailures.inc({ subgraph, reason: reasonOf(result) });
    },
    failed: ({ code, message, cause }, clock) => {
      const nowMs = clock.monotonicMs();
      const last = logged.get(code);
      if (last !== undefined && nowMs - last.atMs < LOGGED_EVERY_MS) {
        last.unlogged += 1;
        return;
      }
      logger?.warn(
        {
          ...{ subgraph, code, reason: message, unlogged: last?.unlogged ?? 0 },
          ...(cause !== undefined && { err: cause }),
        },
        'a subgraph gave no answer',
      );
      logged.set(code, { atMs: nowMs, unlogged: 0 });
    },
    retried: () => metrics.subgraphRetries.inc({ subgraph }),
    breaker: (state) => metrics.subgraphBreakerState.set({ subgraph }, BREAKER_STATE_VALUE[state]),
  };
}

function outcomeOf({ data, errors }: SubgraphResult): 'ok' | 'partial' | 'failed' {
  if (data === null) return 'failed';
  return errors.length === 0 ? 'ok' : 'partial';
}

/** A label has few values: codes of a subgraph's own making are one. */
function reasonOf({ errors }: SubgraphResult): string {
  const code = errors[0]?.extensions?.code;
  return isKnownCode(code) ? code : 'SUBGRAPH_ERROR';
}
