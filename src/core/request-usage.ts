/**
 * What one request has used, counted as it goes: what its price is made of. The same whatever tier answered and
 * whatever failed, so it counts what was asked for, not what came.
 */
export interface RequestUsage {
  /** Blocks, one for each distinct entity key and block. */
  blocks: number;
  /** Requests to subgraphs outside of this process. */
  remoteFetches: number;
  /** Entities that subgraphs which are not ours were asked for. */
  foreignEntities: number;
  /** Calls of registered transforms. */
  transforms: number;
}

export function createRequestUsage(): RequestUsage {
  return { blocks: 0, remoteFetches: 0, foreignEntities: 0, transforms: 0 };
}

/** By it a subgraph in a process of its own tells its gateway what it used: `blocks=12, transforms=3`. */
export const USAGE_HEADER = 'featuregraph-usage';

export function formatUsage({ blocks, transforms }: RequestUsage): string {
  return `blocks=${blocks}, transforms=${transforms}`;
}

/** Adds what a header tells; one that tells nothing of this form adds nothing. */
export function addToldUsage(usage: RequestUsage, header: string): void {
  const told = TOLD_USAGE.exec(header);
  if (told === null) return;
  usage.blocks += Number(told[1]);
  usage.transforms += Number(told[2]);
}

/** Of nine digits at most: sums of them stay whole numbers. */
const TOLD_USAGE = /^blocks=(\d{1,9}), transforms=(\d{1,9})$/;
