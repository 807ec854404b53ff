/** Which tier of ours answered during a work, by its own metrics: what is measured must be what was meant. */
import type { Contestant } from '../form/contestant.ts';
import type { StoreKind } from './serve-argument.ts';

interface TierValue {
  readonly value: number;
  readonly labels: { readonly tier?: string; readonly result?: string };
}

export type TierReads = readonly TierValue[];

/** Of Redis' reads, the least that Redis must have answered. */
const FROM_REDIS_MIN = 0.999;

export async function readTiers(ours: Contestant): Promise<TierReads> {
  return (await ours.ask('tiers')) as TierReads;
}

/** @throws {Error} when rows came from elsewhere than the store that is measured. */
export function hitRateOf(store: StoreKind, before: TierReads, after: TierReads): string {
  if (store === 'lmdb') return 'all rows from LMDB';
  const tier = store === 'redis' ? 'hot' : 'memory';
  const count = (isCounted: (result: string) => boolean): number =>
    sum(after, tier, isCounted) - sum(before, tier, isCounted);
  const rate = count((result) => result === 'hit') / count(() => true);
  if (store === 'redis' && !(rate >= FROM_REDIS_MIN))
    throw new Error(`Redis answered ${percent(rate)} of the blocks; expected all of them.`);
  return `${percent(rate)} of the blocks from ${store === 'redis' ? 'Redis' : 'memory'}`;
}

function sum(reads: TierReads, tier: string, isCounted: (result: string) => boolean): number {
  return reads
    .filter(({ labels }) => labels.tier === tier && isCounted(labels.result ?? ''))
    .reduce((total, { value }) => total + value, 0);
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}
