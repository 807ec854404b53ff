/** The works of `bench serve`, and what each may cost beside others. */
import type { Work } from '../form/race.ts';
import { type DocumentName, requestShape } from './documents.ts';
import { FEATURES, MEMBER_VIEWS } from './population.ts';
import type { StoreKind } from './serve-argument.ts';

export interface ServeWork {
  readonly name: string;
  readonly document: DocumentName;
  readonly keysPerRequest: number;
  /** Exponent of Zipf's law that brings about 95 hits of 100 in memory, where rows live for a second. */
  readonly zipf: number;
  /** Most CPU by a contestant's, over Redis. */
  readonly ratioMax: Readonly<Record<string, number>>;
}

export const SERVE_WORKS: readonly ServeWork[] = [
  {
    ...{ name: `1 × ${FEATURES}`, document: 'user', keysPerRequest: 1, zipf: 1.6 },
    ratioMax: { floor: 1.35, apollo: 1 / 4 },
  },
  {
    ...{ name: `100 × ${FEATURES}`, document: 'users', keysPerRequest: 100, zipf: 1.1 },
    ratioMax: { floor: 1.25, apollo: 1 / 15 },
  },
  {
    ...{ name: `100 × ${FEATURES} over ${MEMBER_VIEWS} views`, document: 'members', keysPerRequest: 100 },
    ...{ zipf: 1.1, ratioMax: { floor: 1.3 } },
  },
  {
    ...{ name: `500 × ${FEATURES}`, document: 'users', keysPerRequest: 500, zipf: 1.1 },
    ratioMax: { floor: 1.2 },
  },
  {
    ...{ name: `100 × ${FEATURES} of three domains`, document: 'buyers', keysPerRequest: 100, zipf: 1.1 },
    ratioMax: {},
  },
];

export function workOf(work: ServeWork, keyCount: number, store: StoreKind): Work {
  const { name, document, keysPerRequest, zipf } = work;
  const shape = requestShape({
    ...{ document, keysPerRequest, keyCount },
    zipf: store === 'memory' ? zipf : undefined,
  });
  return { name, shape, equal: 'bytes' };
}
