import type { Answered } from './ask.ts';

/** What requests of a time brought: how many were served and refused, how long that took, and what it cost. */
export class Tally {
  offered = 0;
  readonly servedMs: number[] = [];
  readonly refusedMs: number[] = [];
  readonly byStatus = new Map<number, number>();
  /** Units, as the answers told. */
  cost = 0;
  /** Refusals that do not say when to come again. */
  withoutRetryAfter = 0;
  /** Requests without an answer. */
  readonly broken: string[] = [];

  add({ status, isWhole, tookMs, cost, retryAfter }: Answered): void {
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
    this.cost += cost;
    if (status === 200 && isWhole) this.servedMs.push(tookMs);
    else this.refusedMs.push(tookMs);
    if (status !== 200 && !/^\d+$/.test(retryAfter ?? '')) this.withoutRetryAfter += 1;
  }

  /** Served within so many ms. */
  servedWithin(ms: number): number {
    return this.servedMs.filter((tookMs) => tookMs <= ms).length;
  }

  count(status: number): number {
    return this.byStatus.get(status) ?? 0;
  }
}

/** @returns NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
