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
