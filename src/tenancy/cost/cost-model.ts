import type { Registry } from '../../registry/registry.ts';
import type { CostWeights } from './cost-weights.ts';
import type { ListSizes } from './list-sizes.ts';

/** All that the price of an operation depends on, beside the operation. */
export interface CostModel {
  readonly weights: CostWeights;
  /** In units: an operation that may cost more is refused, whoever asks. */
  readonly maximum: number;
  /** `null` where the graph was composed elsewhere: then nothing is known of what its subgraphs read. */
  readonly registry: Registry | null;
  /** Subgraphs that are asked over HTTP. */
  readonly remote: ReadonlySet<string>;
  /** `@cost` and `@listSize`, as the subgraphs say them. */
  readonly lists: ListSizes;
}
