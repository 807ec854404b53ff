/**
 * What things cost, in units: one unit is one block read for one distinct entity key. The defaults are what
 * `npm run bench -- calibrate` measured of all processes, stores' servers among them, rounded.
 */
export interface CostWeights {
  /** One block of one entity. */
  readonly block: number;
  /** One request to a subgraph outside of this process. */
  readonly remoteFetch: number;
  /** One entity that a subgraph which is not ours is asked for: what it reads for it, nobody tells. */
  readonly foreignEntity: number;
  /** One call of a transform. */
  readonly transform: number;
  /** One KiB of the answer, above `freeKib`. */
  readonly kib: number;
  /** KiB of each answer that cost nothing. */
  readonly freeKib: number;
  /** A block with `cache: BYPASS` costs so many times as much. */
  readonly bypassFactor: number;
  /** A block with `consistency: QUORUM`, likewise; with both, the larger counts. */
  readonly quorumFactor: number;
}

export const DEFAULT_WEIGHTS: CostWeights = {
  block: 1,
  remoteFetch: 200,
  foreignEntity: 1,
  transform: 0.15,
  kib: 1,
  freeKib: 16,
  bypassFactor: 20,
  quorumFactor: 20,
};
