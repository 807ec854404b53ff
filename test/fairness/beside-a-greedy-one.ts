/** B keeps within its budget, A asks for ten times its own: what that is to B, in rounds with and without A in turn. */
import { wait } from '../faults/fault-row.ts';
import { startFairnessFront } from './fairness-front.ts';
import { askAtRandom, askByConnections } from './load.ts';
import { measurePeak } from './peak.ts';
import { fillItems, questionFor } from './questions.ts';
import { median, quantile, type Tally } from './tally.ts';

const PLENTY = { burst: 1_000_000_000, perSecond: 1_000_000_000 };
const ITEMS_A_REQUEST = 100;
/** Of what the process can do; A asks for ten times its part. */
const PART = { a: 0.02, b: 0.1 } as const;
const GREED = 10;
const ROUNDS = 9;
const ROUND_MS = 2000;
const DEADLINE_MS = 1000;

export interface BesideOutcome {
  /** Requests of B that were refused. */
  readonly refused: number;
  /** Of B, that ended by their deadline or without an answer. */
  readonly failed: number;
  /** Medians of the rounds, in ms. */
  readonly alone: { readonly p50: number; readonly p99: number };
  readonly beside: { readonly p50: number; readonly p99: number };
  readonly a: { readonly offered: number; readonly served: number; readonly limited: number };
  readonly b: { readonly offered: number };
}

export async function besideGreedyOne(): Promise<BesideOutcome> {
  const probe = await startFairnessFront({ tenants: { a: PLENTY }, config: { deadlineMs: DEADLINE_MS } });
  const body = questionFor(ITEMS_A_REQUEST);
  await fillItems(probe, 'a');
  const { requestsPerSecond } = await measurePeak(probe, {
    url: probe.url,
    key: probe.keys.a as string,
    body,
  });
  await probe.end();
  const perSecond = (part: number): number => Math.max(1, Math.round(requestsPerSecond * part));
  const units = perSecond(PART.a) * ITEMS_A_REQUEST;
  const front = await startFairnessFront({
    tenants: { a: { burst: units, perSecond: units }, b: PLENTY },
    config: { deadlineMs: DEADLINE_MS },
  });
  try {
    await fillItems(front, 'b');
    const [a, b] = ['a', 'b'].map((name) => ({ url: front.url, key: front.keys[name] as string, body }));
    const warm = askByConnections(b as typeof a & object, 4);
    await wait(ROUND_MS);
    await warm.stop();
    const rounds = { alone: [] as Tally[], beside: [] as Tally[] };
    const greedy: Tally[] = [];
    for (let round = 0; round < ROUNDS * 2; round += 1) {
      const isAlone = round % 2 === 0;
      const load = isAlone ? null : askAtRandom(a as typeof b & object, perSecond(PART.a * GREED));
      const own = askAtRandom(b as typeof a & object, perSecond(PART.b));
      await wait(ROUND_MS);
      rounds[isAlone ? 'alone' : 'beside'].push(await own.stop());
      if (load !== null) greedy.push(await load.stop());
    }
    const all = [...rounds.alone, ...rounds.beside];
    const sum = (tallies: readonly Tally[], of: (tally: Tally) => number): number =>
      tallies.reduce((so, tally) => so + of(tally), 0);
    const spread = (tallies: readonly Tally[]): { p50: number; p99: number } => ({
      p50: median(tallies.map(({ servedMs }) => quantile(servedMs, 0.5))),
      p99: median(tallies.map(({ servedMs }) => quantile(servedMs, 0.99))),
    });
    return {
      refused: sum(all, (tally) => tally.count(503) + tally.count(429)),
      failed: sum(
        all,
        (tally) => tally.offered - tally.servedMs.length - tally.count(503) - tally.count(429),
      ),
      alone: spread(rounds.alone),
      beside: spread(rounds.beside),
      a: {
        offered: sum(greedy, (tally) => tally.offered),
        served: sum(greedy, (tally) => tally.servedMs.length),
        limited: sum(greedy, (tally) => tally.count(429)),
      },
      b: { offered: sum(all, (tally) => tally.offered) },
    };
  } finally {
    await front.end();
  }
}
