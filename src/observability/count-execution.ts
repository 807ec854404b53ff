/** Counts how executions were done: both fronts and subgraphs tell it by the same words. */
import type { Metrics } from './metrics.ts';

/** @returns to be told of each: COMPILED, or why it was interpreted. */
export function executionCounter({ executions }: Pick<Metrics, 'executions'>): (way: string) => void {
  const compiled = executions.tally({ way: 'compiled', reason: '' });
  return (way) => {
    const tally = way === 'COMPILED' ? compiled : executions.tally({ way: 'interpreted', reason: way });
    tally.count += 1;
  };
}
