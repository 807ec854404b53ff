/** Runs contestants against each other: answers compared first, then rounds in turn, so that all see one machine. */
import type { Contestant } from './contestant.ts';
import { bodyOf, type Load, type LoadOutcome, type RequestShape } from './load.ts';
import { type Result, type Round, resultOf } from './report.ts';
import { seededRandom } from './seeded-random.ts';

export interface Work {
  /** As it is printed: `100 × 50`. */
  readonly name: string;
  readonly shape: RequestShape;
  /** How equal answers must be: to the byte, or as values wherever keys stand, of all or of `data` alone. */
  readonly equal: 'bytes' | 'values' | 'data';
  /** Of contestants that are asked otherwise, by their names: how, and what their answers would be in GraphQL. */
  readonly shapes?: Readonly<Record<string, RequestShape>>;
  readonly valuesIn?: Readonly<Record<string, (body: string) => string>>;
}

export interface Pace {
  readonly rounds: number;
  readonly roundMs: number;
  /** Of each contestant at each work, before the first round that counts. */
  readonly warmUpMs: number;
  /** Requests that the warming up takes at least, however slow the machine is: then code is compiled. */
  readonly warmUpRequests?: number;
  readonly connections: number;
}

export interface RaceOptions {
  readonly contestants: readonly Contestant[];
  readonly works: readonly Work[];
  readonly pace: Pace;
  readonly load: Load;
  /** @param fraction 0 to 1 */
  readonly onProgress: (fraction: number, what: string) => void;
}

/**
 * What warming up takes where a server that has run for a while is what matters: Node goes on compiling what is often
 * run for about so many small requests, and takes half as much again until then (seen).
 */
export const WARM_REQUESTS = 30_000;
/** Longest warming up beyond the usual, in ms. */
const WARM_UP_MAX_MS = 30_000;
/** Requests whose answers are compared, per work. */
const COMPARED = 20;
const SEED = 20_250_101;

/** @throws {Error} when contestants answer differently, or one of them not at all. */
export async function race(options: RaceOptions): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, work] of options.works.entries()) {
    const tell = (fraction: number, what: string): void =>
      options.onProgress((index + fraction) / options.works.length, `${work.name}  ${what}`);
    tell(0, 'comparing answers');
    await compareAnswers(options.contestants, work);
    results.push(...(await runWork(options, work, tell)));
  }
  return results;
}

async function runWork(
  { contestants, pace, load }: RaceOptions,
  work: Work,
  tell: (fraction: number, what: string) => void,
): Promise<Result[]> {
  const { rounds, roundMs, warmUpMs, warmUpRequests = 0, connections } = pace;
  const totalMs = contestants.length * (warmUpMs + rounds * roundMs);
  let doneMs = 0;
  const drive = async (contestant: Contestant, durationMs: number, seed: number): Promise<LoadOutcome> => {
    tell(doneMs / totalMs, contestant.name);
    const order = {
      target: contestant.target,
      shape: shapeOf(work, contestant),
      connections,
      durationMs,
      seed,
    };
    const outcome = await load.run(order);
    if (outcome.failure !== null) {
      throw new Error(`${contestant.name} failed at ${work.name}: ${outcome.failure}`);
    }
    doneMs += durationMs;
    return outcome;
  };
  for (const contestant of contestants) {
    const { requests } = await drive(contestant, warmUpMs, SEED);
    const missing = warmUpRequests - requests;
    if (missing > 0) await drive(contestant, Math.min(WARM_UP_MAX_MS, (missing * warmUpMs) / requests), SEED);
  }
  const seen = contestants.map((): Round[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      const beforeUs = await contestant.cpuUs();
      // All contestants of a round are asked for the same keys.
      const { requests, elapsedMs, p50Ms, p99Ms } = await drive(contestant, roundMs, SEED + 1 + round);
      const cpuUsPerRequest = ((await contestant.cpuUs()) - beforeUs) / requests;
      const requestsPerSecond = (1000 * requests) / elapsedMs;
      seen[index]?.push({ requestsPerSecond, p50Ms, p99Ms, cpuUsPerRequest });
    }
  }
  return contestants.map(({ name }, index) => resultOf(name, work.name, seen[index] ?? []));
}

async function compareAnswers(contestants: readonly Contestant[], work: Work): Promise<void> {
  const random = seededRandom(SEED);
  for (let i = 0; i < COMPARED; i += 1) {
    const seed = Math.floor(random() * 2 ** 31);
    const answers = await Promise.all(contestants.map((contestant) => answerOf(contestant, work, seed)));
    const [first, ...others] = answers.map((answer) => comparable(answer, work.equal));
    const different = others.findIndex((answer) => answer !== first);
    if (different === -1) continue;
    const [one, other] = [contestants[0], contestants[different + 1]];
    throw new Error(
      `${one?.name} and ${other?.name} answer differently at ${work.name}; expected the same ${work.equal}.\n` +
        difference(first as string, others[different] as string),
    );
  }
}

function shapeOf({ shape, shapes }: Work, { name }: Contestant): RequestShape {
  return shapes?.[name] ?? shape;
}

/** @param seed of the keys. */
async function answerOf(contestant: Contestant, work: Work, seed: number): Promise<string> {
  const { origin, path, headers } = contestant.target;
  const body = bodyOf(shapeOf(work, contestant), seededRandom(seed));
  const response = await fetch(origin + path, { method: 'POST', headers, body });
  const text = await response.text();
  return `${response.status} ${work.valuesIn?.[contestant.name]?.(text) ?? text}`;
}

function comparable(answer: string, equal: Work['equal']): string {
  if (equal === 'bytes') return answer;
  const values = valuesOf(answer);
  return equal === 'values'
    ? values
    : `${values.slice(0, 4)}${JSON.stringify(JSON.parse(values.slice(4)).data)}`;
}

function valuesOf(answer: string): string {
  const sorted = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return answer.slice(0, 4) + JSON.stringify(JSON.parse(answer.slice(4)), sorted);
}

const SHOWN_BEFORE = 40;
const SHOWN_AFTER = 120;

function difference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const excerpt = (text: string): string => text.slice(Math.max(0, at - SHOWN_BEFORE), at + SHOWN_AFTER);
  return `From character ${at}:\n  ${excerpt(one)}\n  ${excerpt(other)}`;
}
